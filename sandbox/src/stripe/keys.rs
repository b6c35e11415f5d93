//! API keys and what they may do.

use std::collections::HashMap;

use http::{HeaderMap, Method};

use super::error::ApiError;
use super::world::{Scope, World};
use crate::Request;

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
}

/// An API key.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub account: String,
    pub mode: Mode,
    pub kind: KeyKind,
    /// The resources that it may read, where it may do no more, as paths name them: `customers`, `events`.
    pub reads: Option<Vec<String>>,
}

/// What a limited key may read, and how a refusal names it.
#[derive(Debug, Clone)]
pub(super) struct Limits {
    reads: Vec<String>,
    key: String,
    account: String,
}

impl Limits {
    /// Whether this resource may be read (or written, which none may). Stripe's 403 names the permission that is
    /// missing.
    fn admit(&self, is_read: bool, resource: &str) -> Result<(), ApiError> {
        match is_read && self.reads.iter().any(|read| read == resource) {
            true => Ok(()),
            false => Err(ApiError::forbidden(&self.key, &self.account, &permission(resource, is_read))),
        }
    }

    /// Whether objects of this kind may be shown in place of their ids: expanding asks for the same permission as
    /// reading them by themselves. Whether it does where there is none to show, nobody could try; here it does.
    pub fn admit_expanded(&self, kind: &str) -> Result<(), ApiError> {
        let path = resource_path(kind);
        self.admit(true, resource(&format!("/v1/{path}")))
    }
}

/// Where objects of a kind are read. A discount stands in what it is given to, and is its coupon's.
fn resource_path(kind: &str) -> String {
    match kind {
        "discount" => "coupons".to_owned(),
        "plan" => "prices".to_owned(),
        kind => format!("{kind}s"),
    }
}

/// Whose permission a path needs: an object's lists go with the object.
fn resource(path: &str) -> &str {
    match path.split('/').nth(2).unwrap_or_default() {
        "subscription_items" => "subscriptions",
        other => other,
    }
}

/// As Stripe names it: `rak_customer_read`. Prices go with plans ("Permissions reference" of Stripe Apps).
fn permission(resource: &str, is_read: bool) -> String {
    let noun = match resource {
        "prices" => "plan",
        other => other.strip_suffix('s').unwrap_or(other),
    };
    format!("rak_{noun}_{}", if is_read { "read" } else { "write" })
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

    /// Lets a key only read, and only these resources.
    pub fn limit(&mut self, text: &str, reads: Vec<String>) {
        if let Some(key) = self.0.get_mut(text) {
            key.reads = Some(reads);
        }
    }

    /// Whose objects the request is about, if its key may do what it asks, and what else that may not do.
    pub fn admit(&self, request: &Request, world: &World) -> Result<(Scope, Option<Limits>), ApiError> {
        let headers = request.headers();
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
        let limits = key.reads.as_ref().map(|reads| Limits {
            reads: reads.clone(),
            key: masked(text),
            account: key.account.clone(),
        });
        if let Some(limits) = &limits {
            limits.admit(request.method() == Method::GET, resource(request.uri().path()))?;
        }
        Ok((Scope { account: account.to_owned(), livemode: key.mode == Mode::Live }, limits))
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
