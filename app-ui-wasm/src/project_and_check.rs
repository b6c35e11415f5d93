//! Projecting an object and checking what comes of it.

use daicho_core::json::{Map, Value};
use daicho_core::kintone::Record;
use daicho_core::mapping::{Action, Compiled, Context, Outcome};
use daicho_core::stripe::Kind;
use daicho_core::validation::{self, Issue};
use schemars::JsonSchema;

use crate::answer::{Answered, Failure, FailureCode, list, object};
use crate::check_mapping::{self, MappingInput};
use crate::context::{self, Gathered};
use crate::diff::{Change, RecordSchema, changes};
use crate::form::{self, App};
use crate::input::{self, Input};
use crate::zones::PlatformZones;

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
    /// What the target looks at beyond the object.
    #[schemars(default)]
    context: Option<Gathered>,
    /// The record that kintone has now, as `record` in the answer of `GET /k/v1/record.json`: the rows of
    /// its tables keep their ids, write policies are heeded, and what would change of it comes too.
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
    /// What is done at kintone.
    pub action: Action,
    /// The key field's value; null, with an issue, when the object has none that kintone takes.
    pub key: Option<String>,
    /// The fields that are written, without the key field, which goes as the request's `updateKey`.
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
            ("action", outcome.action.as_str().into()),
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

pub(crate) fn run(input: &mut Input) -> Answered<Value> {
    let mapping = check_mapping::read(input)?;
    let name = input.text("target")?;
    let object = input.required("object")?;
    let (form, precision) = form::read(input.required("app")?, "app")?;
    let mut context = input.given("context").map_or_else(|| Ok(Context::default()), context::read)?;
    if let Some(current) = input.given("current") {
        context.current = Some(input::record(current, "current")?);
    }
    let wanted = mapping.targets.get(&name).ok_or_else(Failure::unknown_target)?;
    if object.get("object").and_then(Value::as_str) != Some(Kind::from(wanted.source).as_str()) {
        let reason = "the target takes objects of another type than this";
        return Err(Failure::new(FailureCode::WrongObject, "object.object", reason));
    }
    let compiled = match Compiled::with_zones(&mapping, &PlatformZones) {
        Ok(compiled) => compiled,
        Err(issues) => {
            let (key, record) = (None, Record::new());
            return Ok(Projected { action: Action::Keep, key, record, issues, changes: None }.into());
        }
    };
    let target = compiled.target(&name).ok_or_else(Failure::unknown_target)?;
    let Outcome { action, key, record, issues } = target.outcome(&object, &form, &context, &PlatformZones);
    let mut projected = Projected { action, key, record, issues, changes: None };
    // Only what is written has to have a key that its field takes.
    let key = projected.key.as_deref().filter(|_| projected.action == Action::Write);
    let checked = validation::check_projection(target, key, &projected.record, &form, precision);
    projected.issues.extend(checked);
    let current = context.current.as_ref();
    projected.changes = current.map(|current| changes(&projected.record, current, &form, precision));
    Ok(projected.into())
}
