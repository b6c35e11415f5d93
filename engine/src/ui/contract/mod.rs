//! What each operation takes and answers. The views' TypeScript types and the API's description are made
//! from these types.
//!
//! Times are milliseconds since the Unix epoch. A text for people comes in Japanese and English.

mod configuration;
mod connection;
mod failures;
mod home;
mod job;
mod object;

pub use configuration::{
    AppState, Configuration, DeletionsAnswered, DeletionsRequest, PutMapping, Resume, Sample, SampleRequest,
    Stored, Waive,
};
pub use connection::{AppAddress, AppFound, Connect, Connected, TryApp};
pub use failures::{Discard, Failed, Failures, FailuresRequest, Replay, Replayed};
pub use home::{AppBudget, HeldDeletions, Home, LastEvent, TargetHealth};
pub use job::{Counts, Example, Job, JobName, JobRequest, JobState, StartJob};
pub use object::{
    FieldState, Happening, ObjectKind, ObjectLine, ObjectRequest, ObjectState, RecordState, Standing, Sync,
    Synced,
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Nothing is asked beyond the operation itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// It is done, and there is nothing to say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Done {}
