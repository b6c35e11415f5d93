//! The mapping, the connections, and the apps as they are now.

use daicho_core::validation::Issue;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{AppAddress, ObjectKind, TargetHealth};

/// All that the settings show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// The mapping document; nothing before the first.
    pub mapping: Option<Value>,
    /// Its ETag.
    pub mapping_etag: Option<String>,
    /// The connections' ETag; nothing before the first.
    pub connections_etag: Option<String>,
    /// Each app by its alias.
    pub apps: Vec<AppState>,
    /// Each target.
    pub targets: Vec<TargetHealth>,
    /// What no longer fits since a form was changed in kintone.
    pub drift: Vec<Issue>,
    /// Whether a key that reads Stripe is stored.
    pub stripe_key: bool,
    /// Whether the caller may change anything, as far as the call proves.
    pub may_change: bool,
}

/// An app of the connections.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppState {
    /// Its alias in the mapping.
    pub alias: String,
    /// Where it is.
    pub address: AppAddress,
    /// Where it is, for a person to open.
    pub url: String,
    /// Whether its token is stored.
    pub token: bool,
    /// The form as it was last read, as kintone's `GET /k/v1/app/form/fields.json` answers.
    pub form: Option<Value>,
    /// The app's settings, where the token may read them.
    pub settings: Option<Value>,
}

/// Store a mapping.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PutMapping {
    /// The document.
    pub mapping: Value,
    /// The ETag of the one that the view saw; nothing where there was none.
    pub etag: Option<String>,
}

/// It is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stored {
    /// Its ETag.
    pub etag: String,
    /// What somebody should look at although it was stored.
    pub issues: Vec<Issue>,
}

/// Let a held target be written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waive {
    /// The target's name.
    pub target: String,
    /// The app's name as kintone shows it, typed by the person.
    pub app_name: String,
}

/// Have a paused target checked at once, and written to if it can be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resume {
    /// The target's name.
    pub target: String,
}

/// Answer a target that is held for its many deletions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeletionsRequest {
    /// The target's name.
    pub target: String,
    /// Whether the records are deleted; otherwise they stay.
    pub delete: bool,
    /// How many the person was shown and typed, where they are to be deleted.
    pub waiting: Option<u64>,
}

/// The held deletions were answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeletionsAnswered {
    /// How many records it was about.
    pub records: u64,
}

/// A real object to see a mapping with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SampleRequest {
    /// Its kind.
    pub kind: ObjectKind,
    /// Its id; nothing: the newest.
    pub id: Option<String>,
    /// The mapping to see it with, with its one target: what that looks at is gathered.
    pub mapping: Option<Value>,
}

/// A real object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// The object in the pinned API version; nothing where there is none yet.
    pub object: Option<Value>,
    /// What the mapping looks at beside it, as the logic's `project_and_check` takes it.
    pub context: Option<Value>,
}
