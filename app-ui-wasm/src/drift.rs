//! What a change of an app's form broke.

use daicho_core::json::Value;
use daicho_core::validation::schema_drift;
use schemars::JsonSchema;

use crate::MappingIssues;
use crate::answer::{Answered, Failure};
use crate::check_mapping::{self, MappingInput};
use crate::form::{self, FormAnswer};
use crate::input::Input;

/// A target, and its app's form before and after a change.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of the input, for its schema; it is read by hand")]
pub struct Drift {
    /// The mapping document.
    mapping: MappingInput,
    /// The target's name.
    target: String,
    /// The form as it was.
    before: FormAnswer,
    /// The form as it is now.
    after: FormAnswer,
}

pub(crate) fn run(input: &mut Input) -> Answered<Value> {
    let mapping = check_mapping::read(input)?;
    let name = input.text("target")?;
    let before = form::schema(input.required("before")?, "before")?;
    let after = form::schema(input.required("after")?, "after")?;
    let target = mapping.targets.get(&name).ok_or_else(Failure::unknown_target)?;
    Ok(MappingIssues { issues: schema_drift(&name, target, &before, &after) }.into())
}
