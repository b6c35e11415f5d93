//! A pattern, compiled.

use crate::json::Value;

use super::event::Event;
use super::test::Test;
use super::{compile, merged_json, search};

/// A pattern that was checked and compiled.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// The fields that any alternative names.
    pub(super) fields: Vec<Field>,
    /// A pattern without `$or` has one. Each names its fields by index, sorted by their paths as
    /// Event Ruler sorts them, which is what `{"exists": false}` within an array depends on.
    pub(super) alternatives: Vec<Vec<usize>>,
}

/// What a pattern asks of one path.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field {
    /// The names, joined by dots.
    pub(super) path: String,
    /// The names.
    pub(super) steps: Vec<String>,
    /// One of these must pass, on any value at the path ...
    pub(super) tests: Vec<Test>,
    /// ... or, with `{"exists": false}`, there is no value.
    pub(super) may_be_absent: bool,
}

/// What comes of a part of a pattern. A refusal is passed on at every level of it, so it is one pointer.
pub(super) type Compiled<T> = Result<T, Box<PatternError>>;

/// Why a pattern is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text())]
pub struct PatternError {
    /// Where in the pattern: `detail.state[0].anything-but`, or `.` for the pattern itself.
    pub path: String,
    /// What is wrong there, in AWS's words where it has some.
    pub message: String,
}

impl PatternError {
    /// Where and what.
    #[must_use]
    pub fn text(&self) -> String {
        [&self.path, ": ", &self.message].concat()
    }
}

impl Pattern {
    /// Compiles a pattern from its text. Of a field that stands twice the last counts.
    ///
    /// # Errors
    /// If it is not JSON or not a pattern that AWS would take.
    pub fn parse(json: &[u8]) -> Result<Self, PatternError> {
        let value = merged_json::parse(json)
            .map_err(|error| PatternError { path: ".".to_owned(), message: error.to_string() })?;
        Self::compile(&value)
    }

    /// Compiles a pattern that was read already.
    ///
    /// # Errors
    /// If AWS would not take it: an unknown operator, an operand of a wrong type, an empty object or
    /// array, a value outside of an array, more than 1000 combinations of `$or`, or a nesting of more
    /// than 100 names.
    pub fn compile(value: &Value) -> Result<Self, PatternError> {
        compile::compile(value).map_err(|refused| *refused)
    }

    /// Whether the event matches. The work is bounded: an event made to confuse (with dotted names
    /// beside arrays of the same name, dozens of times) is given up on and does not match.
    #[must_use]
    pub fn matches(&self, event: &Event) -> bool {
        search::matches(self, &event.root)
    }
}
