//! Work over all objects.

use daicho_core::validation::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Which work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobName {
    /// 初回取り込み: every object becomes a record.
    Backfill,
    /// 試算: what a backfill would do. Nothing is written.
    DryRun,
    /// 突き合わせ: everything is compared, and what differs is repaired. Every night, and on demand.
    Reconcile,
}

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// It goes on by itself.
    Running,
    /// It is done.
    Done,
    /// A person ended it.
    Cancelled,
    /// It cannot go on.
    Failed,
}

/// Which one to look at or to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JobRequest {
    /// Which.
    pub job: JobName,
}

/// Begin one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StartJob {
    /// Which.
    pub job: JobName,
    /// For a dry run: another mapping than the one that is stored.
    pub mapping: Option<Value>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// Which.
    pub job: JobName,
    /// How it stands.
    pub state: JobState,
    /// What it does now, or why it does not go on.
    pub text: Text,
    /// What it came to so far.
    pub counts: Counts,
    /// Whether beginning it again goes on where it stands; otherwise it begins anew.
    pub resumable: bool,
    /// How much of it is done, from 0 to 1; nothing while that is not known.
    pub progress: Option<f64>,
    /// When it began.
    pub begun: i64,
    /// When it ended.
    pub ended: Option<i64>,
    /// Some of what it found.
    pub examples: Vec<Example>,
}

/// Objects and records, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Objects read from Stripe.
    pub seen: u64,
    /// Records made, or that would be.
    pub created: u64,
    /// Records changed, or that would be.
    pub updated: u64,
    /// Records that would be deleted; of a comparison, those of objects that are gone from Stripe. Nothing where they
    /// are not counted.
    pub deleted: Option<u64>,
    /// Records that are as they should be.
    pub unchanged: u64,
    /// Objects that a condition leaves out.
    pub left_out: u64,
    /// Records that kintone would refuse, or refused.
    pub failed: u64,
}

/// Something that it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// `created`, `updated`, `deleted`, `refused` or `without_key`; of a comparison `missing`, `stale`,
    /// `left_over`, `unlinked`, `refused`, `twin` or `unknown_key`.
    pub what: String,
    /// The target's name.
    pub target: String,
    /// The object; empty where none is known.
    pub object: String,
    /// Why, for people.
    pub text: Option<Text>,
}
