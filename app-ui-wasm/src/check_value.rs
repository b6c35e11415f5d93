//! Checking one value as it is typed.

use daicho_core::json::Value;
use daicho_core::kintone::{FieldValue, Record};
use daicho_core::mapping::{Compiled, Mapping};
use daicho_core::validation::{self, Issue};
use schemars::JsonSchema;

use crate::answer::{Answered, list, object};
use crate::form::{self, App};
use crate::input::Input;

/// One field's value.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of the input, for its schema; it is read by hand")]
pub struct CheckValue {
    /// The field code.
    field: String,
    /// The value: text, or a list for choices of many, people and tables.
    value: Value,
    /// The app.
    app: App,
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
pub struct ValueIssues {
    /// What kintone would refuse of the value, or lose of it in silence.
    pub issues: Vec<Issue>,
}

impl From<ValueIssues> for Value {
    fn from(outcome: ValueIssues) -> Self {
        object(vec![("issues", list(outcome.issues))])
    }
}

pub(crate) fn run(input: &mut Input) -> Answered<Value> {
    let field = input.text("field")?;
    let value = input.required("value")?;
    let (form, precision) = form::read(input.required("app")?, "app")?;
    let record = Record::from([(field, FieldValue { value })]);
    let mut issues = Vec::new();
    // Core checks the record of a target; a value by itself is the record of one that maps nothing.
    let nothing = Mapping::parse(MAPS_NOTHING).ok().and_then(|mapping| Compiled::new(&mapping).ok());
    for target in nothing.iter().flat_map(Compiled::targets) {
        issues = validation::check_record(target, &record, &form, precision);
    }
    for issue in &mut issues {
        issue.target = None;
    }
    Ok(ValueIssues { issues }.into())
}

const MAPS_NOTHING: &[u8] =
    br#"{"version":1,"targets":{"t":{"source":"customer","app":"a","key":{"field":"k"},"fields":[]}}}"#;
