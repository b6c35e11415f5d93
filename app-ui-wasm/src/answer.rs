//! What every call answers: an outcome, or why there is none.

use daicho_core::json::{Map, Value};
use daicho_core::json_text;
use schemars::JsonSchema;

use crate::input::Input;

/// What a call answers: `{"ok": …}` or `{"error": …}`.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum Answer<T> {
    /// The outcome. Issues are an outcome, not an error.
    Ok(T),
    /// The call could not be carried out.
    Error(Failure),
}

/// Why a call could not be carried out.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "snake_case")]
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

/// What comes of a part of a call. A failure is passed on many times until it is answered, so it is one
/// pointer: its texts in each of those moves would be much code.
pub(crate) type Answered<T> = Result<T, Box<Failure>>;

impl Failure {
    pub(crate) fn new(code: FailureCode, path: &str, reason: &str) -> Box<Self> {
        Box::new(Self { code, path: path.to_owned(), reason: reason.to_owned() })
    }

    pub(crate) fn unknown_target() -> Box<Self> {
        Self::new(FailureCode::UnknownTarget, "target", "the mapping has no target of this name")
    }
}

impl From<Failure> for Value {
    fn from(failure: Failure) -> Self {
        let code = match failure.code {
            FailureCode::UnreadableInput => "unreadable_input",
            FailureCode::UnreadableMapping => "unreadable_mapping",
            FailureCode::UnreadableForm => "unreadable_form",
            FailureCode::UnknownTarget => "unknown_target",
            FailureCode::WrongObject => "wrong_object",
            FailureCode::Crashed => "crashed",
        };
        object(vec![("code", code.into()), ("path", failure.path.into()), ("reason", failure.reason.into())])
    }
}

/// An object of these properties, in their order.
pub(crate) fn object(properties: Vec<(&str, Value)>) -> Value {
    let mut object = Map::new();
    for (name, value) in properties {
        object.insert(name.to_owned(), value);
    }
    Value::Object(object)
}

/// A list of what can be written.
pub(crate) fn list<T: Into<Value>>(items: Vec<T>) -> Value {
    let mut list = Vec::with_capacity(items.len());
    for item in items {
        list.push(item.into());
    }
    Value::Array(list)
}

/// A call, from its input to its outcome.
pub(crate) type Run = fn(&mut Input) -> Answered<Value>;

/// Reads the input, runs the call and writes its answer.
pub(crate) fn to(input: &str, call: Run) -> String {
    let answer = match run(input, call) {
        Ok(outcome) => ("ok", outcome),
        Err(failure) => ("error", (*failure).into()),
    };
    json_text(&object(vec![answer]))
}

fn run(input: &str, call: Run) -> Answered<Value> {
    let value = daicho_core::read_json(input.as_bytes())
        .map_err(|error| Failure::new(FailureCode::UnreadableInput, &error.path, &error.reason))?;
    let mut input = Input::of(value, ".")?;
    let outcome = call(&mut input)?;
    input.end()?;
    Ok(outcome)
}
