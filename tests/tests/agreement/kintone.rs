//! The local kintone with one app, spoken to as the engine does.

use bytes::Bytes;
use daicho_core::kintone::{FormSchema, NumberPrecision, Record};
use daicho_sandbox::kintone::{Behaviour, Kintone, NewApp, Permissions};
use serde_json::{Value, json};

use crate::forms::Case;

/// 2026-11-22T12:30:00Z.
const NOW: i64 = 1_795_350_600_000;

/// An app, with its form and its precision as validation reads them from kintone's answers.
pub struct App {
    kintone: Kintone,
    pub form: FormSchema,
    pub precision: NumberPrecision,
}

impl App {
    pub fn new(case: &Case, behaviour: &Behaviour) -> Self {
        Self::of(&case.properties(), &case.precision, behaviour)
    }

    /// An app with these fields.
    pub fn of(properties: &Value, precision: &Value, behaviour: &Behaviour) -> Self {
        let mut kintone = Kintone::new();
        let source = json!({"コード": {"type": "SINGLE_LINE_TEXT", "unique": true}, "名": {"type": "SINGLE_LINE_TEXT"}});
        create(&mut kintone, &source, &json!({}));
        create(&mut kintone, properties, precision);
        *kintone.behaviour() = behaviour.clone();
        let added = kintone.add_record(NOW, 1, &json!({"コード": {"value": "K-1"}, "名": {"value": "会社"}}));
        assert!(added.is_ok());
        let (_, form) = send(&mut kintone, "GET", "/k/v1/app/form/fields.json", &json!({"app": 2}));
        let (_, settings) = send(&mut kintone, "GET", "/k/v1/app/settings.json", &json!({"app": 2}));
        Self {
            kintone,
            form: FormSchema::parse(form.to_string().as_bytes()).expect("kintone answers a form"),
            precision: NumberPrecision::from_json(&settings),
        }
    }

    /// Adds a record: status and answer.
    pub fn add(&mut self, record: &Value) -> (u16, Value) {
        send(&mut self.kintone, "POST", "/k/v1/record.json", &json!({"app": 2, "record": record}))
    }

    /// Writes a record by its key, and makes it where there is none: status and answer.
    pub fn upsert(&mut self, key: &str, record: &Value) -> (u16, Value) {
        self.upsert_by("ID", key, record)
    }

    /// The same, by another key field.
    pub fn upsert_by(&mut self, field: &str, key: &str, record: &Value) -> (u16, Value) {
        let record = json!({"updateKey": {"field": field, "value": key}, "record": record});
        let body = json!({"app": 2, "upsert": true, "records": [record]});
        send(&mut self.kintone, "PUT", "/k/v1/records.json", &body)
    }

    /// What the app keeps.
    pub fn record(&mut self, id: &Value) -> Record {
        let (_, answer) = send(&mut self.kintone, "GET", "/k/v1/record.json", &json!({"app": 2, "id": id}));
        serde_json::from_value(answer["record"].clone()).expect("kintone answers a record")
    }
}

fn create(kintone: &mut Kintone, properties: &Value, precision: &Value) {
    let new = json!({"name": "アプリ", "properties": properties, "number_precision": precision});
    let app = kintone.create_app(serde_json::from_value::<NewApp>(new).expect("an app"));
    kintone.add_token(app, &format!("token{app}"), Permissions::all(), true);
}

fn send(kintone: &mut Kintone, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let request = http::Request::builder()
        .method(method)
        .uri(path)
        .header("x-cybozu-api-token", "token1,token2")
        .header("content-type", "application/json")
        .body(Bytes::from(body.to_string()))
        .expect("a request");
    let response = kintone.handle(NOW, &request);
    (response.status().as_u16(), serde_json::from_slice(response.body()).expect("kintone answers JSON"))
}
