//! How a backfill's rows stand. They are counted only as far as its next step needs, so that the work does
//! not grow with their number.

use super::dirty::PLANNED;
use crate::port::{Millis, Query, SqlError};

/// How a target's rows that a backfill marked stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BulkRows {
    /// Due now.
    pub(crate) due: i64,
    /// Due now or later by themselves.
    pub(crate) planned: i64,
    /// All of them, those that wait for something else to happen too.
    pub(crate) all: i64,
}

/// Counts a target's rows that a backfill marked: those due up to `due_to`, the rest up to `all_to`.
pub(crate) fn bulk_rows(
    sql: &(impl Query + ?Sized),
    target: &str,
    now: Millis,
    (due_to, all_to): (i64, i64),
) -> Result<BulkRows, SqlError> {
    let planned = |before: Millis, limit: i64| {
        let text = format!(
            "SELECT count(*) FROM (SELECT 1 FROM dirty
             WHERE target = ?1 AND bulk = 1 AND not_before <= ?2 AND {PLANNED} LIMIT ?3)"
        );
        one(sql, &text, &[target.into(), before.into(), limit.into()])
    };
    let waiting = "SELECT count(*) FROM (SELECT 1 FROM dirty
                   WHERE target = ?1 AND bulk = 1 AND not_before >= 4503599627370496 LIMIT ?2)";
    let waiting = one(sql, waiting, &[target.into(), all_to.into()])?;
    let (due, planned) = (planned(now, due_to)?, planned(crate::binding::NEVER - 1, all_to)?);
    Ok(BulkRows { due, planned, all: planned + waiting })
}

fn one(sql: &(impl Query + ?Sized), text: &str, parameters: &[crate::port::Value]) -> Result<i64, SqlError> {
    sql.query(text, parameters)?.first().map_or(Ok(0), |row| row.integer(0))
}
