//! An app's records.

use std::collections::{BTreeMap, BTreeSet};

use daicho_core::kintone::FormSchema;
use serde_json::Value;

use super::Fields;
use crate::world::World;

/// An app's form, and its records by key; those without one are people's own.
pub(super) fn of(world: &World, app: u64) -> (FormSchema, BTreeMap<String, Fields>) {
    let kintone = world.0.kintone.borrow();
    let properties = serde_json::json!({"properties": kintone.properties(app)});
    let form: FormSchema = serde_json::from_value(properties).expect("a form is a form");
    let records: Vec<Value> = kintone.records(app).collect();
    let by_key = records.iter().map(fields).filter_map(|fields| {
        let key = fields["id"].as_str().filter(|key| !key.is_empty())?.to_owned();
        Some((key, fields))
    });
    (form, by_key.collect())
}

pub(super) fn fields(record: &Value) -> Fields {
    let fields = record.as_object().into_iter().flatten();
    fields.map(|(code, field)| (code.clone(), field["value"].clone())).collect()
}

/// A table's rows: ours by their key, each with what it says, and the remarks of people's.
pub(super) fn rows(table: &Value) -> (BTreeMap<String, String>, BTreeSet<String>) {
    let (mut ours, mut theirs) = (BTreeMap::new(), BTreeSet::new());
    for row in table.as_array().into_iter().flatten() {
        let cell = |code: &str| row["value"][code]["value"].as_str().unwrap_or_default().to_owned();
        if cell("line").is_empty() {
            theirs.insert(cell("remark"));
        } else {
            ours.insert(cell("line"), cell("what"));
        }
    }
    (ours, theirs)
}

/// Whether two values are the same to kintone.
pub(super) fn same(left: &Value, right: &Value) -> bool {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (left, right) = (text(left), text(right));
    left == right
        || matches!((left.parse::<f64>(), right.parse::<f64>()), (Ok(left), Ok(right)) if left == right)
}

/// Whether a value is none.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}
