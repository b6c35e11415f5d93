//! Which events matter to a tenant.

use daicho_core::mapping::List;
use daicho_core::stripe::{Envelope, Kind, ObjectRef};

use super::list::{self, ListKey};
use crate::config::Active;
use crate::object;
use crate::port::{SqlError, Statements};
use crate::stripe::request;

/// Whether an object that is not known may be gone, though its event says that it was just made. What only
/// stands in a list matters from the moment the list is asked for: the event of its deletion told nobody if it
/// came before that. Of such objects a tax id and an invoice's draft can be deleted.
pub(crate) fn may_be_gone(active: &Active, about: &ObjectRef, event: &Envelope<'_>) -> bool {
    #[derive(serde::Deserialize)]
    struct Head<'j> {
        status: Option<&'j str>,
    }
    let is_draft = || {
        let head = event.object_json.and_then(|json| serde_json::from_str::<Head<'_>>(json.get()).ok());
        head.is_none_or(|head| head.status == Some("draft"))
    };
    !active.uses(&about.kind)
        && match about.kind {
            Kind::TaxId => true,
            Kind::Invoice => is_draft(),
            _ => false,
        }
}

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
