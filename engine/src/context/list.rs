//! A customer's lists: asked for once, read whole page by page, and from the moment of asking kept right by
//! events.
//!
//! An event that came before the list was asked for told of a change that Stripe had made by then, so
//! the pages, which are read later, show it. One that comes after is observed, since the list stands
//! in `list`. So nothing is missed in between, and a reading that was interrupted goes on where it stood.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use daicho_core::mapping::List;
use daicho_core::stripe::Kind;
use serde_json::Value;

use crate::error::EngineError;
use crate::port::{Query, SqlError, Statements};
use crate::stripe::request;

/// Behind all that Stripe lists.
const LAST: i64 = 1 << 52;

/// A list's name in the database: `cus_1/charges`. No id of an object holds a `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListKey(String);

impl ListKey {
    pub(crate) fn new(customer: &str, list: List) -> Self {
        Self(format!("{customer}/{}", list.as_str()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The customer and the list, where `key` names one.
    pub(crate) fn parse(key: &str) -> Option<(&str, List)> {
        let (customer, name) = key.split_once('/')?;
        let list = List::ALL.into_iter().find(|list| list.as_str() == name)?;
        Some((customer, list))
    }
}

/// Whether the list was asked for: its events matter.
pub(super) fn is_asked(query: &(impl Query + ?Sized), key: &ListKey) -> Result<bool, SqlError> {
    let rows = query.query("SELECT 1 FROM list WHERE id = ?1", &[key.as_str().into()])?;
    Ok(!rows.is_empty())
}

/// Whether all that stands in it is known.
pub(super) fn is_complete(query: &(impl Query + ?Sized), key: &ListKey) -> Result<bool, SqlError> {
    let rows = query.query("SELECT 1 FROM list WHERE id = ?1 AND complete = 1", &[key.as_str().into()])?;
    Ok(!rows.is_empty())
}

/// Has the list read: for the first time, or again where it was read and its order is not known any more.
pub(super) fn ask(tx: &dyn Statements, key: &ListKey) -> Result<(), SqlError> {
    let sql = "INSERT INTO list (id) VALUES (?1)
               ON CONFLICT (id) DO UPDATE SET complete = 0 WHERE complete = 1";
    tx.exec(sql, &[key.as_str().into()])?;
    request::ask_later(tx, &Kind::Customer, key.as_str())
}

/// The last object of the pages read so far.
pub(crate) fn after(query: &(impl Query + ?Sized), key: &str) -> Result<Option<String>, SqlError> {
    let rows = query.query("SELECT after FROM list WHERE id = ?1", &[key.into()])?;
    Ok(rows.first().map(|row| row.optional_text(0)).transpose()?.flatten().map(str::to_owned))
}

/// A page was read that ends with this object; `None`: it was the last.
pub(crate) fn advance(tx: &dyn Statements, key: &str, after: Option<&str>) -> Result<(), SqlError> {
    let sql = "UPDATE list SET after = ?2, complete = ?3 WHERE id = ?1";
    tx.exec(sql, &[key.into(), after.into(), after.is_none().into()]).map(drop)
}

/// The reading begins anew.
pub(crate) fn restart(tx: &dyn Statements, key: &str) -> Result<(), SqlError> {
    tx.exec("UPDATE list SET after = NULL WHERE id = ?1", &[key.into()]).map(drop)
}

/// The versions of the objects known to stand in the list.
pub(crate) fn versions(
    query: &(impl Query + ?Sized),
    customer: &str,
    list: List,
) -> Result<BTreeMap<String, i64>, SqlError> {
    let sql = "SELECT id, version FROM object WHERE customer = ?1 AND kind = ?2";
    let rows = query.query(sql, &[customer.into(), list.kind().as_str().into()])?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.integer(1)?))).collect()
}

/// Keeps in which order Stripe lists these objects, those of one page after `after`. Of what was known when
/// the reading began and is not in its last page, Stripe has nothing any more: it goes to the end.
///
/// Only the order of tax ids can be seen by a rule, so of other lists nothing is kept.
pub(crate) fn place(
    tx: &dyn Statements,
    (customer, list): (&str, List),
    ids: &[&str],
    after: Option<&str>,
    known: &BTreeMap<String, i64>,
    is_last: bool,
) -> Result<(), SqlError> {
    if list != List::TaxIds {
        return Ok(());
    }
    let rows = tx.exec("SELECT place FROM object WHERE id = ?1", &[after.unwrap_or_default().into()])?;
    let before = rows.first().map(|row| row.optional_integer(0)).transpose()?.flatten();
    let first = before.map_or(0, |before| before + 1);
    for (place, id) in (first..).zip(ids) {
        let sql = "UPDATE object SET place = ?2 WHERE id = ?1 AND place IS NOT ?2";
        tx.exec(sql, &[(*id).into(), place.into()])?;
    }
    if is_last {
        let sql = "SELECT id FROM object WHERE customer = ?1 AND kind = ?2 AND place IS NULL";
        for row in tx.exec(sql, &[customer.into(), list.kind().as_str().into()])? {
            if known.contains_key(row.text(0)?) {
                tx.exec("UPDATE object SET place = ?2 WHERE id = ?1", &[row.text(0)?.into(), LAST.into()])?;
            }
        }
    }
    Ok(())
}

/// What stands in the list, the newest first, as Stripe lists it; and whether that is Stripe's order:
/// `created` counts seconds, and of two that were made in the same one only Stripe's list tells the order.
pub(super) fn members(
    query: &(impl Query + ?Sized),
    customer: &str,
    list: List,
) -> Result<(Vec<Value>, bool), EngineError> {
    let sql = "SELECT json, place FROM object WHERE customer = ?1 AND kind = ?2 AND deleted = 0";
    let rows = query.query(sql, &[customer.into(), list.kind().as_str().into()])?;
    let mut members = Vec::with_capacity(rows.len());
    for row in &rows {
        let json = row.optional_text(0)?.unwrap_or("null");
        let object: Value = serde_json::from_str(json).map_err(|_| EngineError::Stored { what: "object" })?;
        let created = object.get("created").and_then(Value::as_i64).unwrap_or_default();
        members.push((Reverse(created), row.optional_integer(1)?, object));
    }
    members.sort_by_key(|(created, place, _)| (*created, *place));
    let is_tie = |pair: &[(Reverse<i64>, Option<i64>, Value)]| {
        // One without a place comes first.
        matches!(pair, [one, other] if one.0 == other.0 && one.1.is_none())
    };
    let is_ordered = list != List::TaxIds || !members.windows(2).any(is_tie);
    Ok((members.into_iter().map(|(_, _, object)| object).collect(), is_ordered))
}
