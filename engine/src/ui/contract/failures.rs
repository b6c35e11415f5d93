//! What will not succeed by itself (要対応).

use daicho_core::validation::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FailuresRequest {
    /// The number of the last one of the page before.
    pub after: Option<i64>,
}

/// A page, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Failures {
    /// How many there are in all.
    pub total: u64,
    /// Those of this page.
    pub failures: Vec<Failed>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Failed {
    /// Its number.
    pub id: i64,
    /// The target; nothing for an event.
    pub target: Option<String>,
    /// The object; nothing where there is none.
    pub object: Option<String>,
    /// Why, as a stable code: an issue's or kintone's.
    pub code: String,
    /// The field code.
    pub field: Option<String>,
    /// Why, and what to do.
    pub text: Text,
    /// When it happened first.
    pub first: i64,
    /// When it happened last.
    pub last: i64,
    /// How often it was tried.
    pub attempts: u64,
    /// Where the record is, for a person to open.
    pub url: Option<String>,
}

/// Send again (再送).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Replay {
    /// These, by their numbers.
    Ids(Vec<i64>),
    /// All of a code.
    Code(String),
    /// All.
    All(bool),
}

/// What was sent again or discarded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Replayed {
    /// How many.
    pub count: u64,
}

/// Leave them for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Discard {
    /// Their numbers.
    pub ids: Vec<i64>,
    /// Why, in the person's words.
    pub reason: String,
}
