//! The one row of `gap_check`.

use crate::gap_check::{EVERY, NAME, OVERLAP_S};
use crate::port::{Millis, Query, SqlError, Statements};
use crate::timer;

/// The check under way, as it stood when a page was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) begun: Millis,
    pub(super) from_s: i64,
    pub(super) to_s: i64,
    pub(super) after: Option<String>,
    pub(super) attempts: i64,
}

/// What a page brought, of the events that the endpoint asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) compared: i64,
    pub(super) missing: i64,
    pub(super) came: i64,
}

pub(super) fn is_there(query: &(impl Query + ?Sized)) -> Result<bool, SqlError> {
    Ok(!query.query("SELECT 1 FROM gap_check", &[])?.is_empty())
}

pub(super) fn create(tx: &dyn Statements, from_s: i64) -> Result<(), SqlError> {
    tx.exec("INSERT INTO gap_check (id, from_s) VALUES (1, ?1)", &[from_s.into()]).map(drop)
}

/// Begins a check of what was created up to `to_s`, but not before `oldest_s`.
pub(super) fn begin(tx: &dyn Statements, now: Millis, oldest_s: i64, to_s: i64) -> Result<(), SqlError> {
    let sql = "UPDATE gap_check SET begun = ?1, from_s = max(from_s, ?2), to_s = ?3, after = NULL,
                 compared = 0, missing = 0, came = 0, attempts = 0, not_before = 0
               WHERE begun IS NULL";
    tx.exec(sql, &[now.into(), oldest_s.into(), to_s.into()]).map(drop)
}

pub(super) fn claim(query: &(impl Query + ?Sized)) -> Result<Option<Claim>, SqlError> {
    let sql = "SELECT begun, from_s, to_s, after, attempts FROM gap_check WHERE begun IS NOT NULL";
    let rows = query.query(sql, &[])?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(Claim {
        begun: row.integer(0)?,
        from_s: row.integer(1)?,
        to_s: row.integer(2)?,
        after: row.optional_text(3)?.map(str::to_owned),
        attempts: row.integer(4)?,
    }))
}

/// Whether the check stands where it stood when the page was begun.
pub(super) fn stands(tx: &dyn Statements, claim: &Claim) -> Result<bool, SqlError> {
    let now = self::claim(tx)?;
    Ok(now.is_some_and(|now| (now.begun, &now.after) == (claim.begun, &claim.after)))
}

/// A page was compared; `after` is its last event where more follow, else the check is complete. Where an empty
/// list is not believed, the same is compared again.
pub(super) fn turn(
    tx: &dyn Statements,
    counts: Counts,
    after: Option<&str>,
    is_believed: bool,
    now: Millis,
) -> Result<(), SqlError> {
    let sql = "UPDATE gap_check SET after = ?1, compared = compared + ?2, missing = missing + ?3,
                 came = came + ?4, found = found + ?3, attempts = 0, not_before = 0, last_error = NULL";
    let Counts { compared, missing, came } = counts;
    tx.exec(sql, &[after.into(), compared.into(), missing.into(), came.into()])?;
    if after.is_some() {
        return Ok(());
    }
    let sql =
        "UPDATE gap_check SET begun = NULL, from_s = CASE WHEN ?3 THEN max(from_s, to_s - ?1) ELSE from_s END,
                 to_s = NULL, completed = ?2, silent = CASE WHEN compared = 0 THEN silent ELSE came = 0 END";
    tx.exec(sql, &[OVERLAP_S.into(), now.into(), is_believed.into()])?;
    timer::set(tx, NAME, now + EVERY)
}

/// Begins the check under way anew, from this second on where it began later.
pub(super) fn begin_again(tx: &dyn Statements, from_s: i64) -> Result<(), SqlError> {
    let sql =
        "UPDATE gap_check SET from_s = min(from_s, ?1), after = NULL, compared = 0, missing = 0, came = 0";
    tx.exec(sql, &[from_s.into()]).map(drop)
}

/// A page could not be had. `anew`: from the first one on.
pub(crate) fn defer(tx: &dyn Statements, code: &str, not_before: Millis, anew: bool) -> Result<(), SqlError> {
    let sql = "UPDATE gap_check SET attempts = attempts + 1, not_before = ?1, last_error = ?2
               WHERE begun IS NOT NULL";
    tx.exec(sql, &[not_before.into(), code.into()])?;
    if anew {
        let sql = "UPDATE gap_check SET after = NULL, compared = 0, missing = 0, came = 0";
        tx.exec(sql, &[])?;
    }
    Ok(())
}
