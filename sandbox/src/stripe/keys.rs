//! API keys and what they may do.

use std::collections::HashMap;

use http::HeaderMap;

use super::error::ApiError;
use super::world::{Scope, World};

/// Live mode or test mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Test mode.
    Test,
    /// Live mode.
    Live,
}

/// What kind of key it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// A secret key (`sk_`), which may act for connected accounts through `Stripe-Account`.
    Secret,
    /// A restricted key (`rk_`), which may act for its own account only.
    Restricted,
    /// A restricted key that may only read.
    RestrictedRead,
}

/// An API key.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub account: String,
    pub mode: Mode,
    pub kind: KeyKind,
}

/// The keys that were issued.
#[derive(Debug, Default)]
pub(super) struct Keys(HashMap<String, Key>);

impl Keys {
    pub fn add(&mut self, text: &str, key: Key) {
        self.0.insert(text.to_owned(), key);
    }

    /// Takes a key back; it answers 401 from now on.
    pub fn remove(&mut self, text: &str) {
        self.0.remove(text);
    }

    /// Whose objects the request is about, and whether it may write.
    pub fn scope(&self, headers: &HeaderMap, world: &World) -> Result<(Scope, KeyKind), ApiError> {
        let text = bearer(headers).ok_or_else(|| {
            ApiError::unauthenticated(
                "You did not provide an API key. You need to provide your API key in the Authorization header, using \
                 Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication \
                 for details, or we can help at https://support.stripe.com/.",
            )
        })?;
        let key = self.0.get(text).ok_or_else(|| {
            ApiError::unauthenticated(format!("Invalid API Key provided: {}", masked(text)))
        })?;
        let named = ["stripe-account", "stripe-context"]
            .iter()
            .find_map(|name| headers.get(*name).and_then(|value| value.to_str().ok()));
        let account = match named {
            Some(other) if other != key.account => {
                if key.kind != KeyKind::Secret || !world.accounts.contains_key(other) {
                    return Err(ApiError::account_invalid(&masked(text), other));
                }
                other
            }
            _ => &key.account,
        };
        Ok((Scope { account: account.to_owned(), livemode: key.mode == Mode::Live }, key.kind))
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers
        .get("authorization")?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")
        .map(str::trim)
        .filter(|key| !key.is_empty())
}

/// A key as Stripe repeats it: its kind and its last four characters.
fn masked(key: &str) -> String {
    let shown = key.char_indices().rev().nth(3).map_or("", |(start, _)| &key[start..]);
    let kind: String = key.splitn(3, '_').take(2).map(|part| format!("{part}_")).collect();
    if key.len() > kind.len() + 4 { format!("{kind}********{shown}") } else { "********".to_owned() }
}
