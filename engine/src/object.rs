//! The newest state known of each Stripe object.

use daicho_core::stripe::Kind;
use serde_json::Value;

use crate::error::EngineError;
use crate::mutant::{self, Mutant};
use crate::port::{Query, Row, SqlError, Statements};

/// One Stripe object as last known, in the shape of the pinned API version.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// Stripe's id.
    pub id: String,
    /// Its kind.
    pub kind: Kind,
    /// The object; `None` for a tombstone.
    pub json: Option<Value>,
    /// Deletion is proved, nothing brings it back.
    pub deleted: bool,
    /// Grows with each state applied.
    pub version: i64,
}

/// The object with this id, or `None` where nothing is known of it.
///
/// # Errors
/// SQLite's refusal, or a row that does not hold JSON.
pub fn get(query: &(impl Query + ?Sized), id: &str) -> Result<Option<Object>, EngineError> {
    let sql = "SELECT id, kind, json, deleted, version FROM object WHERE id = ?1";
    query.query(sql, &[id.into()])?.first().map(from_row).transpose()
}

/// Up to `limit` ids of a kind that come after `after`, in their order: all of a kind in slices, beginning
/// with `after = ""`.
pub(crate) fn of_kind(
    query: &(impl Query + ?Sized),
    kind: &Kind,
    after: &str,
    limit: u32,
) -> Result<Vec<String>, SqlError> {
    let sql = "SELECT id FROM object WHERE id > ?1 AND kind = ?2 ORDER BY id LIMIT ?3";
    let rows = query.query(sql, &[after.into(), kind.as_str().into(), i64::from(limit).into()])?;
    rows.iter().map(|row| row.text(0).map(str::to_owned)).collect()
}

fn from_row(row: &Row) -> Result<Object, EngineError> {
    let json = row.optional_text(2)?.map(serde_json::from_str).transpose();
    Ok(Object {
        id: row.text(0)?.to_owned(),
        kind: Kind::from_object(row.text(1)?),
        json: json.map_err(|_| EngineError::Stored { what: "object" })?,
        deleted: row.integer(3)? != 0,
        version: row.integer(4)?,
    })
}

/// Up to `limit` ids of a kind among the `seen` objects of any kind whose ids come after `after`, and the
/// last id that was looked at; `None`: the end. The work is bounded whatever stands between.
pub(crate) fn ids(
    query: &(impl Query + ?Sized),
    kind: &Kind,
    after: &str,
    seen: u32,
) -> Result<(Vec<String>, Option<String>), SqlError> {
    let sql = "SELECT id, kind = ?2 FROM object WHERE id > ?1 ORDER BY id LIMIT ?3";
    let rows = query.query(sql, &[after.into(), kind.as_str().into(), i64::from(seen).into()])?;
    let mut ids = Vec::new();
    for row in &rows {
        if row.integer(1)? != 0 {
            ids.push(row.text(0)?.to_owned());
        }
    }
    let last = rows.last().filter(|_| rows.len() == seen as usize).map(|row| row.text(0)).transpose()?;
    Ok((ids, last.map(str::to_owned)))
}

/// Up to when the events of an object are decided, in seconds as Stripe counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Horizon {
    /// An event created before this second is stale.
    pub stale_before_s: i64,
    /// One created up to this second, and not stale, is undecidable.
    pub unsure_to_s: i64,
}

/// What ordering needs to know of an object that has a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    pub horizon: Horizon,
    pub deleted: bool,
    pub version: i64,
    /// The state as stored; `None` for a tombstone.
    pub json: Option<String>,
}

pub(crate) fn known(query: &(impl Query + ?Sized), id: &str) -> Result<Option<Known>, SqlError> {
    let sql = "SELECT stale_before_s, unsure_to_s, deleted, version, json FROM object WHERE id = ?1";
    let rows = query.query(sql, &[id.into()])?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    Ok(Some(Known {
        horizon: Horizon { stale_before_s: row.integer(0)?, unsure_to_s: row.integer(1)? },
        deleted: row.integer(2)? != 0,
        version: row.integer(3)?,
        json: row.optional_text(4)?.map(str::to_owned),
    }))
}

/// The customer in whose lists an object stands; `None` for kinds that no list is kept of.
pub(crate) fn customer_of(kind: &Kind, json: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Head {
        customer: Option<String>,
    }
    let is_listed = matches!(kind, Kind::Subscription | Kind::Invoice | Kind::Charge | Kind::TaxId);
    // An expanded customer is no text; we never ask for it expanded.
    serde_json::from_str::<Head>(json).ok().filter(|_| is_listed)?.customer
}

/// When Stripe made an object of a kind that is listed whole; `None` for other kinds.
fn created_s(kind: &Kind, json: &str) -> Option<i64> {
    #[derive(serde::Deserialize)]
    struct Head {
        created: Option<i64>,
    }
    let is_listed = matches!(kind, Kind::Customer | Kind::Subscription | Kind::Invoice);
    serde_json::from_str::<Head>(json).ok().filter(|_| is_listed)?.created
}

/// Stores a state of the object as its newest.
pub(crate) fn apply(
    tx: &dyn Statements,
    kind: &Kind,
    id: &str,
    json: &str,
    horizon: Horizon,
) -> Result<(), SqlError> {
    let sql = "INSERT INTO object (id, kind, json, deleted, stale_before_s, unsure_to_s, customer, created_s, version)
               VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, 1)
               ON CONFLICT (id) DO UPDATE SET json = excluded.json, deleted = 0,
                 stale_before_s = excluded.stale_before_s, unsure_to_s = excluded.unsure_to_s,
                 customer = excluded.customer, created_s = excluded.created_s, version = version + 1";
    let Horizon { stale_before_s, unsure_to_s } = horizon;
    let parameters = [
        id.into(),
        kind.as_str().into(),
        json.into(),
        stale_before_s.into(),
        unsure_to_s.into(),
        customer_of(kind, json).into(),
        created_s(kind, json).into(),
    ];
    tx.exec(sql, &parameters).map(drop)
}

/// Moves the horizon of an object whose state was found to be the newest already.
pub(crate) fn confirm(tx: &dyn Statements, id: &str, horizon: Horizon) -> Result<(), SqlError> {
    let sql = "UPDATE object SET stale_before_s = ?2, unsure_to_s = ?3 WHERE id = ?1";
    let parameters = [id.into(), horizon.stale_before_s.into(), horizon.unsure_to_s.into()];
    tx.exec(sql, &parameters).map(drop)
}

/// Forgets an object that nothing looks at: should anything, it is read. A tombstone has its own time.
pub(crate) fn forget(tx: &dyn Statements, id: &str) -> Result<(), SqlError> {
    tx.exec("DELETE FROM element WHERE id = ?1", &[id.into()])?;
    tx.exec("DELETE FROM object WHERE id = ?1 AND deleted = 0", &[id.into()]).map(drop)
}

/// Makes a tombstone: the deletion was proved in the second `at_s`.
pub(crate) fn bury(tx: &dyn Statements, kind: &Kind, id: &str, at_s: i64) -> Result<(), SqlError> {
    if mutant::on(Mutant::DropTombstone) {
        return tx.exec("DELETE FROM object WHERE id = ?1", &[id.into()]).map(drop);
    }
    let sql = "INSERT INTO object (id, kind, json, deleted, stale_before_s, unsure_to_s, version)
               VALUES (?1, ?2, NULL, 1, ?3, ?3, 1)
               ON CONFLICT (id) DO UPDATE SET json = NULL, deleted = 1, created_s = NULL,
                 stale_before_s = excluded.stale_before_s, unsure_to_s = excluded.unsure_to_s,
                 version = version + 1";
    tx.exec(sql, &[id.into(), kind.as_str().into(), at_s.into()]).map(drop)
}
