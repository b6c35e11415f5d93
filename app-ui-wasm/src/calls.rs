//! All calls in one type, from which the TypeScript types are generated.

use daicho_core::suggestion::Suggestion;
use schemars::JsonSchema;

use crate::{
    Answer, CheckMapping, CheckValue, Diff, Differences, Drift, MappingIssues, ProjectAndCheck, Projected,
    Suggest, ValueIssues,
};

/// Each call by its name, with what it takes and answers.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct Calls {
    check_mapping: Call<CheckMapping, MappingIssues>,
    project_and_check: Call<ProjectAndCheck, Projected>,
    diff: Call<Diff, Differences>,
    check_value: Call<CheckValue, ValueIssues>,
    drift: Call<Drift, MappingIssues>,
    suggest: Call<Suggest, Suggestion>,
}

/// One call.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields, inline)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct Call<I, O> {
    /// What it takes.
    input: I,
    /// What it answers.
    answer: Answer<O>,
}
