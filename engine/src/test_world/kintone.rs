//! The sandbox's kintone, as tests look at it.

use daicho_sandbox::kintone::{NewApp, Permissions};
use serde_json::{Value, json};

use super::TestWorld;

/// The token of the app with this number.
pub(crate) fn token(app: u64) -> String {
    format!("token{app}")
}

impl TestWorld {
    /// Makes an app with a unique key 顧客ID, a 氏名 of at most 10 characters, a メモ and a 状態.
    pub(crate) fn create_app(&self, id: u64) {
        let properties = json!({
            "顧客ID": {"type": "SINGLE_LINE_TEXT", "code": "顧客ID", "label": "Stripe顧客ID", "unique": true},
            "氏名": {"type": "SINGLE_LINE_TEXT", "code": "氏名", "label": "氏名", "maxLength": "10"},
            "メモ": {"type": "MULTI_LINE_TEXT", "code": "メモ", "label": "メモ"},
            "状態": {"type": "DROP_DOWN", "code": "状態", "label": "状態", "options": {
                "新規": {"label": "新規", "index": "0"}, "継続": {"label": "継続", "index": "1"}}},
        });
        self.create_app_with(id, properties);
    }

    /// Makes an app with these fields; each has its code from its place.
    pub(crate) fn create_app_with(&self, id: u64, properties: Value) {
        let Value::Object(mut properties) = properties else { unreachable!() };
        for (code, property) in &mut properties {
            property["code"] = json!(code);
            if property["label"].is_null() {
                property["label"] = json!(code);
            }
        }
        let mut kintone = self.kintone.borrow_mut();
        let new = NewApp { id: Some(id), name: format!("アプリ{id}"), properties, ..NewApp::default() };
        assert_eq!(kintone.create_app(new), id);
        kintone.add_token(id, &token(id), Permissions::all(), true);
    }

    /// Another token of an app, which may do all.
    pub(crate) fn add_token(&self, app: u64, token: &str) {
        self.kintone.borrow_mut().add_token(app, token, Permissions::all(), true);
    }

    /// An app's fields as a person sees them in its settings.
    pub(crate) fn form(&self, app: u64) -> Value {
        self.kintone.borrow().snapshot()["apps"][app.to_string()]["properties"].clone()
    }

    /// A person changes an app's fields and updates the app.
    pub(crate) fn change_form(&self, app: u64, properties: Value) {
        let Value::Object(properties) = properties else { unreachable!() };
        self.kintone.borrow_mut().set_properties(app, properties);
    }

    /// All records of an app as the API shows them, by id.
    pub(crate) fn records(&self, app: u64) -> Vec<Value> {
        let snapshot = self.kintone.borrow().snapshot();
        snapshot["apps"][app.to_string()]["records"].as_array().unwrap().clone()
    }

    /// One field of every record, in the order of their ids.
    pub(crate) fn values(&self, app: u64, code: &str) -> Vec<String> {
        let value = |record: &Value| record[code]["value"].as_str().unwrap_or_default().to_owned();
        self.records(app).iter().map(value).collect()
    }

    /// A person adds a record by hand.
    pub(crate) fn person_adds(&self, app: u64, fields: &Value) -> u64 {
        self.kintone.borrow_mut().add_record(self.now.get(), app, fields).map_err(|_| "refused").unwrap()
    }

    /// A person edits a record by hand.
    pub(crate) fn person_edits(&self, app: u64, id: u64, fields: &Value) {
        self.kintone
            .borrow_mut()
            .edit_record(self.now.get(), app, id, fields)
            .map_err(|_| "refused")
            .unwrap();
    }

    /// A person deletes a record by hand.
    pub(crate) fn person_deletes(&self, app: u64, id: u64) {
        self.kintone.borrow_mut().delete_record(self.now.get(), app, id).map_err(|_| "refused").unwrap();
    }

    /// The bodies of all writes sent so far.
    pub(crate) fn writes(&self) -> Vec<Value> {
        let sent = self.sent.borrow();
        let writes = sent.iter().filter(|request| request.method() == http::Method::PUT);
        writes.map(|request| serde_json::from_slice(request.body()).unwrap()).collect()
    }

    /// All deletions sent so far: each record's id and revision.
    pub(crate) fn deletions(&self) -> Vec<Vec<(String, String)>> {
        let sent = self.sent.borrow();
        let deletions = sent.iter().filter(|request| request.method() == http::Method::DELETE);
        let of = |query: &str, name: &str| -> Vec<String> {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.filter(|(key, _)| key.starts_with(name)).map(|(_, value)| value.to_owned()).collect()
        };
        let one = |query: &str| of(query, "ids").into_iter().zip(of(query, "revisions")).collect();
        deletions.map(|request| one(request.uri().query().unwrap())).collect()
    }

    /// Forgets what was sent so far.
    pub(crate) fn forget_sent(&self) {
        self.sent.borrow_mut().clear();
    }
}
