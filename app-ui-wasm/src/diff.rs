//! A record against the one that kintone has.

use std::collections::BTreeMap;

use daicho_core::json::Value;
use daicho_core::kintone::{FormSchema, NumberPrecision, Record, changed_fields};
use schemars::JsonSchema;

use crate::answer::{Answered, list, object};
use crate::form::{self, App};
use crate::input::{self, Input};

/// A record that would be written, and the one that is there.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of the input, for its schema; it is read by hand")]
pub struct Diff {
    /// The fields that would be written.
    record: RecordSchema,
    /// The record that kintone has, as `record` in the answer of `GET /k/v1/record.json`.
    current: RecordSchema,
    /// The app.
    app: App,
}

/// What writing a record would change.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
pub struct Differences {
    /// The fields that would change, by code. Values that kintone keeps alike (`1.0` and `1`, the same
    /// moment in two zones, choices in another order) are no difference.
    pub changes: Vec<Change>,
}

/// One field that would change.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
pub struct Change {
    /// The field code.
    pub field: String,
    /// The field's label, where the form has the field.
    pub label: Option<String>,
    /// What kintone has; null where it has nothing of this field.
    pub from: Value,
    /// What would be written.
    pub to: Value,
}

/// How a record is written in JSON: `{"氏名": {"value": "山田"}}`.
pub type RecordSchema = BTreeMap<String, CellSchema>;

/// One field's value.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "Cell", extend("additionalProperties" = true))]
#[expect(dead_code, reason = "only its schema is used: core's own type knows no schema")]
pub struct CellSchema {
    /// Text, or a list for choices of many, people and tables.
    value: Value,
}

impl From<Change> for Value {
    fn from(change: Change) -> Self {
        object(vec![
            ("field", change.field.into()),
            ("label", change.label.into()),
            ("from", change.from),
            ("to", change.to),
        ])
    }
}

impl From<Differences> for Value {
    fn from(outcome: Differences) -> Self {
        object(vec![("changes", list(outcome.changes))])
    }
}

pub(crate) fn run(input: &mut Input) -> Answered<Value> {
    let record = input::record(input.required("record")?, "record")?;
    let current = input::record(input.required("current")?, "current")?;
    let (form, precision) = form::read(input.required("app")?, "app")?;
    Ok(Differences { changes: changes(&record, &current, &form, precision) }.into())
}

pub(crate) fn changes(
    record: &Record,
    current: &Record,
    form: &FormSchema,
    precision: NumberPrecision,
) -> Vec<Change> {
    let value = |record: &Record, code: &str| record.get(code).map(|field| field.value.clone());
    changed_fields(record, current, form, precision)
        .into_iter()
        .map(|code| Change {
            field: code.to_owned(),
            label: form.field(code).map(|field| field.label.clone()),
            from: value(current, code).unwrap_or_default(),
            to: value(record, code).unwrap_or_default(),
        })
        .collect()
}
