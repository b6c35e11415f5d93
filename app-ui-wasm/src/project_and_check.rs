//! Projecting an object and checking what comes of it.

use daicho_core::kintone::Record;
use daicho_core::mapping::Compiled;
use daicho_core::stripe::Kind;
use daicho_core::validation::{self, Issue};
use schemars::JsonSchema;
use serde_json::{Map, Value};

use crate::answer::{Failure, FailureCode, list, object};
use crate::check_mapping::{self, MappingInput};
use crate::diff::{Change, RecordSchema, changes};
use crate::form::{self, App};
use crate::input::{self, Input};

/// One of Stripe's objects, and the target that makes a record of it.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of the input, for its schema; it is read by hand")]
pub struct ProjectAndCheck {
    /// The mapping document.
    mapping: MappingInput,
    /// The target's name.
    target: String,
    /// The object, as Stripe's API answers it.
    object: StripeObject,
    /// The target's app.
    app: App,
    /// The record that kintone has now, as `record` in the answer of `GET /k/v1/record.json`: what would
    /// change of it comes too.
    #[schemars(default)]
    current: Option<RecordSchema>,
}

/// One of Stripe's objects.
#[derive(Debug, JsonSchema)]
#[schemars(extend("additionalProperties" = true))]
#[expect(dead_code, reason = "the shape of the input, for its schema; it is read by hand")]
pub struct StripeObject {
    /// Its kind, `customer` for example.
    object: String,
}

/// The record that an object becomes.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
pub struct Projected {
    /// The key field's value; null, with an issue, when the object has none that kintone takes.
    pub key: Option<String>,
    /// The fields without the key field, which goes as the request's `updateKey`.
    #[schemars(with = "RecordSchema")]
    pub record: Record,
    /// What is wrong with the mapping, or what kintone would refuse or lose. A mapping that cannot be
    /// applied gives its issues and no record.
    pub issues: Vec<Issue>,
    /// What would change of `current`; null when none was given.
    pub changes: Option<Vec<Change>>,
}

impl From<Projected> for Value {
    fn from(outcome: Projected) -> Self {
        object(vec![
            ("key", outcome.key.into()),
            ("record", record(outcome.record)),
            ("issues", list(outcome.issues)),
            ("changes", outcome.changes.map(list).into()),
        ])
    }
}

fn record(record: Record) -> Value {
    let mut fields = Map::new();
    for (code, cell) in record {
        fields.insert(code, object(vec![("value", cell.value)]));
    }
    Value::Object(fields)
}

pub(crate) fn run(input: &mut Input) -> Result<Value, Failure> {
    let mapping = check_mapping::read(input)?;
    let name = input.text("target")?;
    let object = input.required("object")?;
    let (form, precision) = form::read(input.required("app")?, "app")?;
    let current = input.optional("current").filter(|current| !current.is_null());
    let current = current.map(|current| input::record(current, "current")).transpose()?;
    let Some(wanted) = mapping.targets.get(&name) else {
        let reason = "the mapping has no target of this name";
        return Err(Failure::new(FailureCode::UnknownTarget, "target", reason));
    };
    if object.get("object").and_then(Value::as_str) != Some(Kind::from(wanted.source).as_str()) {
        let reason = "the target takes objects of another type than this";
        return Err(Failure::new(FailureCode::WrongObject, "object.object", reason));
    }
    let compiled = match Compiled::new(&mapping) {
        Ok(compiled) => compiled,
        Err(issues) => {
            return Ok(Projected { key: None, record: Record::new(), issues, changes: None }.into());
        }
    };
    let Some(target) = compiled.target(&name) else {
        let reason = "the mapping has no target of this name";
        return Err(Failure::new(FailureCode::UnknownTarget, "target", reason));
    };
    let projection = target.project(&object, Some(&form));
    let mut issues = projection.issues;
    issues.extend(validation::check_record(target, &projection.record, &form, precision));
    let changes = current.map(|current| changes(&projection.record, &current, &form, precision));
    Ok(Projected { key: projection.key, record: projection.record, issues, changes }.into())
}
