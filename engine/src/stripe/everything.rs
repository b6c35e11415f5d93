//! All objects of a kind that the account has: pages of a list, with each object ordered among events like
//! any other that is read.

use daicho_core::stripe::Kind;
use daicho_core::tenant::TenantName;
use percent_encoding::utf8_percent_encode;
use serde_json::Value;

use super::client::Failure;
use super::listing::{self, Page};
use super::reading::{self, ID, Shown};
use super::{expansion, request};
use crate::config::Active;
use crate::context;
use crate::delivery;
use crate::inbox::ordering::{self, Settlement, Window};
use crate::object::{self, Horizon};
use crate::port::{Clock, Http, Query, SqlError, Statements};
use crate::secret::Secret;

/// Reads the page of 100 after the object `after`, the newest first.
///
/// Objects under a test clock stand in no list of customers ("List all customers" in Stripe's API
/// reference, `test_clock`).
pub(crate) async fn page(
    world: &(impl Http + Clock),
    tenant: &TenantName,
    key: &Secret,
    active: &Active,
    kind: &Kind,
    after: Option<&str>,
) -> Result<Page, Failure> {
    let list = kind.list_path().ok_or_else(|| Failure::of_this_object("stripe_kind_not_readable"))?;
    // Without it, subscriptions that were cancelled are not listed.
    let status = if *kind == Kind::Subscription { "status=all&" } else { "" };
    let after = after.map(|id| format!("&starting_after={}", utf8_percent_encode(id, ID)));
    let path = format!("{list}?{status}limit=100{}", after.unwrap_or_default());
    listing::page(world, tenant, key, active, &path, kind).await
}

/// Reads one object of which a list showed less than all: its lists to their ends. `None`: it is gone.
pub(crate) async fn object(
    world: &(impl Http + Clock),
    tenant: &TenantName,
    key: &Secret,
    active: &Active,
    kind: &Kind,
    id: &str,
) -> Result<Option<(Value, Window)>, Failure> {
    let (shown, window) = reading::show(world, tenant, key, active, (kind, id)).await?;
    Ok(match shown {
        Shown::Whole(object) => Some((object, window)),
        // Its event tells of it, or the next comparison.
        Shown::Deleted | Shown::Nothing => None,
    })
}

/// An object's id; empty where it has none.
pub(crate) fn id_of(object: &Value) -> &str {
    object.get("id").and_then(Value::as_str).unwrap_or_default()
}

/// What a page says of an object, against what is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judged {
    /// Nothing is known of it.
    New(Horizon),
    /// It is known otherwise, and the page shows a newer state.
    Stale(Horizon),
    /// It is known as it is.
    Same,
    /// Something newer is known.
    Overtaken,
    /// It is known otherwise, and which state is newer cannot be told.
    Unsure,
}

/// Judges an object of a page. Which objects a page will hold is not known before, so each is taken to
/// have changed while the page was read.
pub(crate) fn judge(
    query: &(impl Query + ?Sized),
    active: &Active,
    object: &Value,
    window: Window,
) -> Result<Judged, SqlError> {
    let Some(known) = object::known(query, id_of(object))? else {
        return Ok(Judged::New(Horizon { stale_before_s: window.from_s, unsure_to_s: window.to_s }));
    };
    if known.deleted {
        return Ok(Judged::Overtaken);
    }
    let mut shape = object.clone();
    if active.observes(&Kind::Discount) {
        expansion::take_discounts(&mut shape);
    }
    if reading::is_same(Some(&known), &shape) {
        return Ok(Judged::Same);
    }
    Ok(match ordering::settle(Some(known.horizon), true, window) {
        Settlement::Apply(horizon) => Judged::Stale(horizon),
        Settlement::Superseded => Judged::Overtaken,
        Settlement::Again => Judged::Unsure,
    })
}

/// Keeps what a page says of an object. One that is known and changed is marked dirty like any that
/// changed; one that was not known only if `mark` says so, behind what is live.
pub(crate) fn store(
    tx: &dyn Statements,
    active: &Active,
    kind: &Kind,
    (object, window): (&Value, Window),
    mark: bool,
) -> Result<Judged, SqlError> {
    let id = id_of(object);
    let judged = judge(tx, active, object, window)?;
    let mut object = object.clone();
    reading::store_discounts(tx, active, &mut object, window)?;
    match judged {
        Judged::New(horizon) => {
            object::apply(tx, kind, id, &object.to_string(), horizon)?;
            if mark {
                delivery::mark_new(tx, active, kind, id)?;
            }
            context::arrived(tx, active, kind, id)?;
        }
        Judged::Stale(horizon) => {
            object::apply(tx, kind, id, &object.to_string(), horizon)?;
            context::changed(tx, active, kind, id)?;
        }
        Judged::Unsure => request::ask(tx, kind, id)?,
        Judged::Same | Judged::Overtaken => {}
    }
    Ok(judged)
}
