//! Checking a mapping.

use std::collections::BTreeMap;

use daicho_core::ByName;
use daicho_core::json::Value;
use daicho_core::mapping::Mapping;
use daicho_core::validation::{self, Issue};
use schemars::JsonSchema;

use crate::answer::{Answered, Failure, FailureCode, list, object};
use crate::form::{self, App};
use crate::input::Input;
use crate::zones::PlatformZones;

/// A mapping and the apps it writes to.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of the input, for its schema; it is read by hand")]
pub struct CheckMapping {
    /// The mapping document.
    mapping: MappingInput,
    /// The apps by target. A target without one is checked by itself alone.
    #[schemars(default)]
    apps: BTreeMap<String, App>,
}

/// A mapping document, or its text: a text that a person imports is refused where a name stands twice
/// or the JSON is broken, which a document that was already read cannot show.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum MappingInput {
    /// The document.
    Document(Mapping),
    /// Its text.
    Text(String),
}

/// What is wrong with a mapping.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
pub struct MappingIssues {
    /// In the order of the targets, and of the rules in each.
    pub issues: Vec<Issue>,
}

impl From<MappingIssues> for Value {
    fn from(outcome: MappingIssues) -> Self {
        object(vec![("issues", list(outcome.issues))])
    }
}

pub(crate) fn run(input: &mut Input) -> Answered<Value> {
    let mapping = read(input)?;
    let mut forms = ByName::new();
    if let Some(apps) = input.optional("apps") {
        for (name, app) in Input::of(apps, "apps")?.all() {
            let app = form::read(app, &["apps.", &name].concat())?;
            forms.insert(name, app);
        }
    }
    Ok(MappingIssues { issues: validation::check_mapping_in(&mapping, &forms, &PlatformZones) }.into())
}

/// Reads the mapping by its own reader, which says where and why a document is refused.
pub(crate) fn read(input: &mut Input) -> Answered<Mapping> {
    let mapping = match input.required("mapping")? {
        Value::String(text) => Mapping::parse(text.as_bytes()),
        document => Mapping::from_json(&document),
    };
    mapping.map_err(|error| {
        let place = if error.path == "." { "mapping" } else { &["mapping.", &error.path].concat() };
        Failure::new(FailureCode::UnreadableMapping, place, &error.reason)
    })
}
