//! Newtypes for Stripe's ids, so that none is taken for another.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A string that is not an id of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not {expected}: an id has letters, digits and a few signs, and at most 255 of them")]
pub struct NotAnId {
    /// What was expected, for example "a Stripe account id (acct_…)".
    pub expected: &'static str,
}

/// Stripe's ids are opaque; this keeps out only what could never be one, so that an id can stand in
/// a URL path, a log line or an SQL row as it is.
fn looks_like_an_id(id: &str) -> bool {
    (1..=255).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Merchants may choose the ids of products, prices and coupons (`SUMMER-2026`). What no URL or row
/// could hold apart from others is kept out; whoever puts it into a path encodes it.
fn may_be_an_id(id: &str) -> bool {
    let is_text = id.bytes().all(|b| b.is_ascii_graphic() && b != b'/');
    (1..=255).contains(&id.len()) && is_text && !id.bytes().all(|b| b == b'.')
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $expected:literal, $is_id:ident) => {
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
                if id.starts_with($prefix) && $is_id(id) {
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
    AccountId, "acct_", "a Stripe account id (acct_…)", looks_like_an_id
);
id!(
    /// An event, `evt_…` (snapshot and thin events have ids of this form alike).
    EventId, "evt_", "a Stripe event id (evt_…)", looks_like_an_id
);
id!(
    /// Any object: `cus_…`, `sub_…`, `in_…`, `price_…`, or what a merchant chose.
    ObjectId, "", "a Stripe object id", may_be_an_id
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_objects_id_may_be_what_a_merchant_chose() {
        for id in ["cus_1", "SUMMER-2026", "plan.basic", "50%OFF!"] {
            assert!(ObjectId::parse(id).is_ok(), "{id}");
        }
        for id in ["", "a b", "a/b", "..", "夏", "a\u{0}b"] {
            assert!(ObjectId::parse(id).is_err(), "{id}");
        }
    }

    #[test]
    fn stripes_own_ids_are_of_letters_digits_and_underscores() {
        assert!(AccountId::parse("acct_1AbC").is_ok());
        for id in ["acct_", "acct_1-2", "cus_1", "acct_1/.."] {
            assert_eq!(AccountId::parse(id).is_ok(), id == "acct_", "{id}");
        }
        assert!(EventId::parse("evt_1-2").is_err());
    }
}
