//! A customer's lists: asked for once, read whole by pages, and from the asking on kept right by
//! events.
//!
//! An event that came before the list was asked for told of a change that Stripe had made by then, so
//! the pages, which are read later, show it. One that comes after is observed, since the list stands
//! in `list`. So nothing falls between, and a reading that was broken off goes on where it stood.

use std::collections::BTreeMap;

use daicho_core::mapping::List;
use daicho_core::stripe::Kind;
use serde_json::Value;

use crate::error::EngineError;
use crate::port::{Query, SqlError, Statements};
use crate::stripe::request;

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

/// Has the list read, unless it was asked for before.
pub(super) fn ask(tx: &dyn Statements, key: &ListKey) -> Result<(), SqlError> {
    tx.exec("INSERT INTO list (id) VALUES (?1) ON CONFLICT DO NOTHING", &[key.as_str().into()])?;
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

/// What stands in the list, the newest first, as Stripe lists it.
pub(super) fn members(
    query: &(impl Query + ?Sized),
    customer: &str,
    list: List,
) -> Result<Vec<Value>, EngineError> {
    let sql = "SELECT json FROM object WHERE customer = ?1 AND kind = ?2 AND deleted = 0";
    let rows = query.query(sql, &[customer.into(), list.kind().as_str().into()])?;
    let read = |row: &crate::port::Row| {
        let json = row.optional_text(0)?.unwrap_or("null");
        serde_json::from_str(json).map_err(|_| EngineError::Stored { what: "object" })
    };
    let mut members = rows.iter().map(read).collect::<Result<Vec<Value>, EngineError>>()?;
    let created = |object: &Value| object.get("created").and_then(Value::as_i64).unwrap_or_default();
    members.sort_by_key(|object| std::cmp::Reverse(created(object)));
    Ok(members)
}
