//! Where an app lives.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An app's number, as in its address `/k/12/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct AppId(pub u64);

impl fmt::Display for AppId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A guest space's number, as in `/k/guest/3/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct GuestSpaceId(pub u64);

/// One app in the world: what a claim is about and what a writer lane is keyed by.
///
/// The domain stands without the `.s` of client-certificate access, so that
/// `example.s.cybozu.com` and `example.cybozu.com` name one app.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AppAddress {
    /// For example `example.cybozu.com`.
    pub domain: String,
    /// The guest space, where the app is in one.
    pub guest_space: Option<GuestSpaceId>,
    /// The app.
    pub app: AppId,
}
