//! Newtypes for Stripe's ids, so that none is taken for another.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A string that is not an id of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not {expected}: an id has letters, digits and `_` only, and at most 255 of them")]
pub struct NotAnId {
    /// What was expected, for example "a Stripe account id (acct_…)".
    pub expected: &'static str,
}

/// Stripe's ids are opaque; this keeps out only what could never be one, so that an id can stand in
/// a URL path, a log line or an SQL row as it is.
fn looks_like_an_id(id: &str) -> bool {
    (1..=255).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schemars(with = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes a string that has the form of this id.
            ///
            /// # Errors
            /// [`NotAnId`] when it has another form.
            pub fn parse(id: &str) -> Result<Self, NotAnId> {
                if id.starts_with($prefix) && looks_like_an_id(id) {
                    Ok(Self(id.to_owned()))
                } else {
                    Err(NotAnId { expected: $expected })
                }
            }

            /// The id as Stripe writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;
            fn try_from(id: String) -> Result<Self, NotAnId> {
                Self::parse(&id)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

id!(
    /// A Stripe account, `acct_…`.
    AccountId, "acct_", "a Stripe account id (acct_…)"
);
id!(
    /// An event, `evt_…` (snapshot and thin events have ids of this form alike).
    EventId, "evt_", "a Stripe event id (evt_…)"
);
id!(
    /// Any object: `cus_…`, `sub_…`, `in_…`, `price_…`.
    ObjectId, "", "a Stripe object id"
);
