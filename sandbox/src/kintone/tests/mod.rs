//! The API as a client sees it.
#![expect(clippy::needless_pass_by_value, reason = "bodies are json! literals, which read better by value")]

mod access;
mod bulk_and_cursors;
mod forms;
mod lookups;
mod requests;
mod tables;
mod upserts;
mod writes;

use bytes::Bytes;
use http::Method;
use serde_json::{Map, Value, json};

use super::{Kintone, NewApp, Permissions};
use crate::Request;

/// 2026-01-31T03:04:05Z.
const NOW: i64 = 1_769_828_645_000;
const CUSTOMERS: u64 = 1;

/// An answer's status and body.
struct Answer(u16, Value);

impl Answer {
    /// The body of a success.
    fn ok(self) -> Value {
        assert_eq!(self.0, 200, "{}", self.1);
        self.1
    }

    /// Status and code of a refusal.
    fn refused(&self) -> (u16, &str) {
        (self.0, self.1["code"].as_str().unwrap_or_default())
    }

    /// The keys under `errors`.
    fn places(&self) -> Vec<&str> {
        let errors = self.1["errors"].as_object();
        errors.map_or_else(Vec::new, |errors| errors.keys().map(String::as_str).collect())
    }
}

/// A domain with an app of customers and a token `all` that may do everything with it.
fn domain() -> Kintone {
    let mut kintone = Kintone::new();
    let properties = json!({
        "顧客ID": {"type": "SINGLE_LINE_TEXT", "unique": true, "required": true},
        "名前": {"type": "SINGLE_LINE_TEXT", "maxLength": "20"},
        "番号": {"type": "NUMBER", "unique": true},
        "金額": {"type": "NUMBER"},
        "状態": {"type": "DROP_DOWN", "options": ["有効", "解約済み"], "defaultValue": "有効"},
        "タグ": {"type": "CHECK_BOX", "options": ["新規", "重要"]},
        "担当": {"type": "USER_SELECT"},
        "メール": {"type": "LINK", "protocol": "MAIL", "unique": true},
        "登録日": {"type": "DATE", "defaultNowValue": true},
        "更新": {"type": "DATETIME"},
    });
    kintone.create_app(new_app("顧客", properties));
    kintone.add_token(CUSTOMERS, "all", Permissions::all(), true);
    kintone
}

fn new_app(name: &str, properties: Value) -> NewApp {
    NewApp { name: name.to_owned(), properties: object(properties), ..NewApp::default() }
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

/// Sends JSON with the token `all`.
fn send(kintone: &mut Kintone, method: &str, path: &str, body: Value) -> Answer {
    send_with(kintone, "all", method, path, body)
}

fn send_with(kintone: &mut Kintone, tokens: &str, method: &str, path: &str, body: Value) -> Answer {
    let request = http::Request::builder()
        .method(Method::from_bytes(method.as_bytes()).unwrap())
        .uri(path)
        .header("x-cybozu-api-token", tokens)
        .header("content-type", "application/json")
        .body(Bytes::from(body.to_string()))
        .unwrap();
    answer(kintone, &request)
}

fn answer(kintone: &mut Kintone, request: &Request) -> Answer {
    let response = kintone.handle(NOW, request);
    let body = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
    Answer(response.status().as_u16(), body)
}

fn records(kintone: &mut Kintone, method: &str, body: Value) -> Answer {
    send(kintone, method, "/k/v1/records.json", body)
}

/// Adds a customer and gives its record id.
fn add_customer(kintone: &mut Kintone, key: &str) -> String {
    let body = json!({"app": CUSTOMERS, "record": {"顧客ID": {"value": key}}});
    let added = send(kintone, "POST", "/k/v1/record.json", body).ok();
    added["id"].as_str().unwrap().to_owned()
}

/// A customer's record.
fn customer(kintone: &mut Kintone, id: &str) -> Value {
    let body = json!({"app": CUSTOMERS, "id": id});
    send(kintone, "GET", "/k/v1/record.json", body).ok()["record"].take()
}
