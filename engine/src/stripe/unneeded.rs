//! Reads that were given up and that nobody needs any more: another mapping asked for them.

use daicho_core::mapping::List;

use super::request::{self, Asked};
use crate::config::Active;
use crate::context::{self, ListKey};
use crate::delivery;
use crate::object;
use crate::port::{Query, SqlError, Statements};

/// Takes such a read back instead of trying it for ever. Answers whether it was one.
///
/// Whoever looks at the object later would take what is known of it for right, which it is not: so that is forgotten,
/// as the retention would, and read anew then.
pub(super) fn withdraw(tx: &dyn Statements, active: &Active, asked: &Asked) -> Result<bool, SqlError> {
    if asked.refused < request::GIVEN_UP || is_needed(tx, active, asked)? {
        return Ok(false);
    }
    let id = asked.object_id.as_str();
    if ListKey::parse(id).is_none() {
        object::forget(tx, id)?;
        delivery::read_after_all(tx, active, &asked.kind, id)?;
    }
    request::settle(tx, asked)?;
    Ok(true)
}

fn is_needed(query: &(impl Query + ?Sized), active: &Active, asked: &Asked) -> Result<bool, SqlError> {
    let (kind, id) = (&asked.kind, asked.object_id.as_str());
    if context::is_looked_at(query, id)? {
        return Ok(true);
    }
    // Nothing says in whose list an object stands that was never read.
    let may_be_listed = List::of(kind).is_some() && active.observes(kind);
    let is_list = ListKey::parse(id).is_some();
    Ok(!is_list && (active.uses(kind) || may_be_listed || context::any_owner_matters(active, kind)))
}
