//! Where events go: webhook endpoints and event destinations alike.

use super::version::Version;
use super::world::Scope;
use crate::Millis;

/// A receiver of events.
#[derive(Debug, Clone)]
pub(super) struct Endpoint {
    pub id: String,
    pub scope: Scope,
    pub url: String,
    /// Event types; `*` for all of them.
    pub events: Vec<String>,
    /// Of its snapshots; the account's default where it names none.
    pub version: Option<Version>,
    pub enabled: bool,
    /// Receives thin events.
    pub thin: bool,
    /// Receives the events of connected accounts, and none of its own account.
    pub connect: bool,
    pub secrets: Vec<Secret>,
}

/// A signing secret; one that is being replaced ends at a time.
#[derive(Debug, Clone)]
pub(super) struct Secret {
    pub text: String,
    pub ends: Option<Millis>,
}

impl Endpoint {
    /// Whether an event of this type in this account and mode goes here.
    pub fn wants(&self, scope: &Scope, kind: &str) -> bool {
        let concerned = if self.connect {
            // A live Connect endpoint hears of test events too, hence `livemode` in each event.
            self.scope.account != scope.account && (self.scope.livemode || !scope.livemode)
        } else {
            self.scope == *scope
        };
        let asked = |name: &String| name == "*" || name == kind || name.strip_prefix("v1.") == Some(kind);
        self.enabled && concerned && self.events.iter().any(asked)
    }

    /// The secrets that sign at `now`.
    pub fn live_secrets(&self, now: Millis) -> impl Iterator<Item = &str> {
        self.secrets
            .iter()
            .filter(move |secret| secret.ends.is_none_or(|ends| now < ends))
            .map(|secret| secret.text.as_str())
    }

    /// A further secret; those before it go on signing until `until`.
    pub fn roll(&mut self, text: String, until: Millis) {
        for secret in &mut self.secrets {
            secret.ends = Some(secret.ends.map_or(until, |ends| ends.min(until)));
        }
        self.secrets.push(Secret { text, ends: None });
    }
}
