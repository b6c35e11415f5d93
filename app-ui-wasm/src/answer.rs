//! What every call answers: an outcome, or why there is none.

use schemars::JsonSchema;
use serde::Serialize;

use crate::input::Input;

/// What a call answers: `{"ok": …}` or `{"error": …}`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer<T> {
    /// The outcome. Issues are an outcome, not an error.
    Ok(T),
    /// The call could not be carried out.
    Error(Failure),
}

/// Why a call could not be carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Failure {
    /// What kind of failure it is.
    pub code: FailureCode,
    /// Where in the input, `mapping.targets.customers.fields[0].value` for example; `.` for all of it.
    pub path: String,
    /// What is wrong there, in English, for those who mend the caller. It may repeat a name from the
    /// input, so it belongs in no log.
    pub reason: String,
}

/// Kinds of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// The input is not JSON, or not what the call takes.
    UnreadableInput,
    /// The mapping document itself is refused.
    UnreadableMapping,
    /// What was given as a form is not what kintone's `GET /k/v1/app/form/fields.json` answers.
    UnreadableForm,
    /// The mapping has no target of this name.
    UnknownTarget,
    /// The target takes objects of another type.
    WrongObject,
    /// The logic itself failed, which is a mistake of ours. It was started afresh: the next call works.
    Crashed,
}

impl Failure {
    pub(crate) fn new(code: FailureCode, path: &str, reason: &str) -> Self {
        Self { code, path: path.to_owned(), reason: reason.to_owned() }
    }
}

/// Reads the input, runs the call and writes its answer.
pub(crate) fn to<O: Serialize>(input: &str, call: impl FnOnce(&mut Input) -> Result<O, Failure>) -> String {
    let answer = match run(input, call) {
        Ok(outcome) => Answer::Ok(outcome),
        Err(failure) => Answer::Error(failure),
    };
    // Every answer is made of texts, numbers and lists, which can always be written.
    serde_json::to_string(&answer).unwrap_or_default()
}

fn run<O>(input: &str, call: impl FnOnce(&mut Input) -> Result<O, Failure>) -> Result<O, Failure> {
    let value = daicho_core::read_json(input.as_bytes())
        .map_err(|error| Failure::new(FailureCode::UnreadableInput, &error.path, &error.reason))?;
    let mut input = Input::of(value, ".")?;
    let outcome = call(&mut input)?;
    input.end()?;
    Ok(outcome)
}
