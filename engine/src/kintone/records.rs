//! Records in requests and answers.

use std::collections::BTreeMap;

use daicho_core::kintone::{AppId, FieldValue, Record};
use serde_json::{Value, json};

/// One record to be written.
#[derive(Debug, Clone, Copy)]
pub enum Write<'a> {
    /// A record whose id is known.
    ById {
        /// Its id.
        id: &'a str,
        /// The revision that it must still have.
        revision: Option<&'a str>,
        /// The fields to change.
        record: &'a Record,
    },
    /// A record that is looked for by its key, and made where there is none.
    ByKey {
        /// The key field.
        field: &'a str,
        /// The key. It is not repeated in `record`.
        key: &'a str,
        /// The fields.
        record: &'a Record,
    },
}

/// One record to be deleted.
#[derive(Debug, Clone, Copy)]
pub struct Deletion<'a> {
    /// Its id.
    pub id: &'a str,
    /// The revision that it must still have.
    pub revision: Option<&'a str>,
}

/// A record after it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Its id.
    pub id: String,
    /// Its revision now.
    pub revision: String,
    /// Whether it was made by this request; `false` where kintone does not say.
    pub inserted: bool,
}

/// A record as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRecord {
    /// Its id.
    pub id: String,
    /// Its revision.
    pub revision: String,
    /// The fields that were asked for, by code.
    pub fields: BTreeMap<String, Value>,
}

pub(super) fn body(app: AppId, writes: &[Write<'_>]) -> Value {
    let records: Vec<Value> = writes.iter().map(one).collect();
    if writes.iter().any(|write| matches!(write, Write::ByKey { .. })) {
        json!({"app": app.0, "upsert": true, "records": records})
    } else {
        json!({"app": app.0, "records": records})
    }
}

fn one(write: &Write<'_>) -> Value {
    match write {
        Write::ById { id, revision: Some(revision), record } => {
            json!({"id": id, "revision": revision, "record": record})
        }
        Write::ById { id, revision: None, record } => json!({"id": id, "record": record}),
        Write::ByKey { field, key, record } => {
            json!({"updateKey": {"field": field, "value": key}, "record": record})
        }
    }
}

/// What `record.json` takes of one record: to change one that is there, or to make one with its key.
pub(super) fn single(app: AppId, write: Write<'_>) -> Value {
    match write {
        Write::ById { .. } => {
            let mut body = one(&write);
            body["app"] = app.0.into();
            body
        }
        Write::ByKey { field, key, record } => {
            let mut record = record.clone();
            record.insert(field.to_owned(), FieldValue::text(key));
            json!({"app": app.0, "record": record})
        }
    }
}

impl Saved {
    /// Reads the answer to a write of one record, which names the id only of a record that was made.
    pub(super) fn single(body: &[u8], write: Write<'_>) -> Option<Self> {
        let answer: Value = serde_json::from_slice(body).ok()?;
        let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
        let (id, inserted) = match write {
            Write::ById { id, .. } => (id.to_owned(), false),
            Write::ByKey { .. } => (text("id")?, true),
        };
        Some(Self { id, revision: text("revision")?, inserted })
    }

    /// Reads the answer to a write; `None` where it is not what the documentation says.
    pub(super) fn all(body: &[u8], expected: usize) -> Option<Vec<Self>> {
        let answer: Value = serde_json::from_slice(body).ok()?;
        let records = answer.get("records")?.as_array()?;
        (records.len() == expected).then_some(())?;
        let saved = records.iter().map(|record| {
            Some(Self {
                id: record.get("id")?.as_str()?.to_owned(),
                revision: record.get("revision")?.as_str()?.to_owned(),
                inserted: record.get("operation").and_then(Value::as_str) == Some("INSERT"),
            })
        });
        saved.collect()
    }
}

impl FoundRecord {
    pub(super) fn all(answer: &Value) -> Option<Vec<Self>> {
        let records = answer.get("records")?.as_array()?;
        records.iter().map(Self::one).collect()
    }

    fn one(record: &Value) -> Option<Self> {
        let value = |code: &str| record.get(code)?.get("value");
        let fields = record.as_object()?.iter().filter(|(code, _)| !code.starts_with('$'));
        Some(Self {
            id: value("$id")?.as_str()?.to_owned(),
            revision: value("$revision")?.as_str()?.to_owned(),
            fields: fields
                .map(|(code, field)| (code.clone(), field.get("value").cloned().unwrap_or_default()))
                .collect(),
        })
    }

    /// The text in a field; `None` where it has none.
    #[must_use]
    pub fn text(&self, code: &str) -> Option<&str> {
        self.fields.get(code)?.as_str()
    }

    /// Whether a field holds nothing.
    #[must_use]
    pub fn is_empty(&self, code: &str) -> bool {
        match self.fields.get(code) {
            None | Some(Value::Null) => true,
            Some(Value::String(text)) => text.is_empty(),
            Some(Value::Array(items)) => items.is_empty(),
            Some(_) => false,
        }
    }

    /// The fields as a record, to be kept.
    #[must_use]
    pub fn to_record(&self) -> Record {
        let fields = self.fields.iter();
        fields.map(|(code, value)| (code.clone(), FieldValue { value: value.clone() })).collect()
    }
}
