//! Health at a glance.

use daicho_core::validation::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Job;

/// How the sync stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Home {
    /// Whether the mapping and the connections are stored, and this version can use them.
    pub configured: bool,
    /// What a person should do before anything else; nothing when all is well, or nothing is stored yet.
    pub notice: Option<Text>,
    /// Events that came since 00:00 in the tenant's zone.
    pub events_today: u64,
    /// Records to be written, and objects to be read.
    pub waiting: u64,
    /// What will not succeed by itself (要対応).
    pub failed: u64,
    /// The last event that came.
    pub last_event: Option<LastEvent>,
    /// Each kintone app with its requests of today.
    pub apps: Vec<AppBudget>,
    /// Each target.
    pub targets: Vec<TargetHealth>,
    /// What runs over all objects, or ran last.
    pub jobs: Vec<Job>,
}

/// The last event that came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LastEvent {
    /// `customer.updated`, for one.
    #[serde(rename = "type")]
    pub kind: String,
    /// What people call it.
    pub name: Text,
    /// When it came, in milliseconds since the Unix epoch.
    pub received: i64,
}

/// A kintone app's requests since the last 09:00 in Japan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppBudget {
    /// The alias in the mapping.
    pub app: String,
    /// Where the app is, for a person to open.
    pub url: String,
    /// Requests made.
    pub used: u64,
    /// Requests that it may make a day.
    pub share: u64,
    /// Nothing more is sent before; nothing when it may go on.
    pub held_until: Option<i64>,
}

/// How a target stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetHealth {
    /// Its name in the mapping.
    pub target: String,
    /// The alias of its app.
    pub app: String,
    /// `unchecked`, `held`, `active` or `paused`.
    pub state: String,
    /// Why it is not written to, as a code.
    pub reason: Option<String>,
    /// What to do about it.
    pub text: Option<Text>,
    /// Records to be written.
    pub waiting: u64,
    /// Records that are known to be there.
    pub written: u64,
    /// Records that will not succeed by themselves.
    pub failed: u64,
    /// Deletions that a person is asked about; nothing where none are.
    pub deletions: Option<HeldDeletions>,
}

/// Deletions that hold a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeldDeletions {
    /// Records that would be deleted.
    pub waiting: u64,
    /// Whether there are more than were counted.
    pub more: bool,
    /// Records deleted since the last 09:00 in Japan without a person's word.
    pub today: u64,
    /// How many may be, a day.
    pub limit: u64,
}
