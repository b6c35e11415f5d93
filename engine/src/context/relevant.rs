//! Which events matter to a tenant.

use daicho_core::mapping::List;
use daicho_core::stripe::{Envelope, Kind, ObjectRef};

use super::list::{self, ListKey};
use crate::config::Active;
use crate::object;
use crate::port::{SqlError, Statements};
use crate::stripe::request;

/// Whether the object that an event carries is one that a target takes, that a projection looks at, or
/// that stands in a list of a customer that one looks at. Of the rest nothing is known, and nothing
/// needs to be: what is looked at later is read then.
pub(crate) fn is_relevant(
    tx: &dyn Statements,
    active: &Active,
    about: &ObjectRef,
    event: &Envelope<'_>,
) -> Result<bool, SqlError> {
    if active.uses(&about.kind) {
        return Ok(true);
    }
    // Of a coupon that is deleted, the terms go on for whoever has it.
    if !active.observes(&about.kind) || (about.kind == Kind::Coupon && event.deleted) {
        return Ok(false);
    }
    let id = about.id.as_str();
    if object::known(tx, id)?.is_some() || request::is_asked(tx, id)? {
        return Ok(true);
    }
    let list = List::of(&about.kind);
    let customer = event.object_json.and_then(|json| object::customer_of(&about.kind, json.get()));
    match list.zip(customer) {
        Some((list, customer)) => list::is_asked(tx, &ListKey::new(&customer, list)),
        // A thin event does not say whose it is.
        None => Ok(list.is_some() && event.object_json.is_none()),
    }
}
