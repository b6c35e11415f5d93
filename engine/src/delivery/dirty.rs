//! The rows of `dirty`.

use crate::port::{Millis, Query, SqlError, Statements};

/// The most records that kintone takes in one request.
pub(super) const BATCH: i64 = 100;

/// A row to be worked off, with what is known of its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) object_id: String,
    pub(super) version: i64,
    pub(super) attempts: i64,
    pub(super) unknown: bool,
    pub(super) record_id: Option<String>,
    pub(super) revision: Option<String>,
    pub(super) hash: Option<String>,
}

pub(super) fn any_due(sql: &(impl Query + ?Sized), target: &str, now: Millis) -> Result<bool, SqlError> {
    let rows = sql.query(
        "SELECT 1 FROM dirty WHERE target = ?1 AND not_before <= ?2 LIMIT 1",
        &[target.into(), now.into()],
    )?;
    Ok(!rows.is_empty())
}

pub(super) fn earliest(sql: &(impl Query + ?Sized), target: &str) -> Result<Option<Millis>, SqlError> {
    let rows = sql.query("SELECT min(not_before) FROM dirty WHERE target = ?1", &[target.into()])?;
    rows.first().map_or(Ok(None), |row| row.optional_integer(0))
}

/// Up to a batch of due rows, those first that have waited longest.
pub(super) fn due(sql: &(impl Query + ?Sized), target: &str, now: Millis) -> Result<Vec<Row>, SqlError> {
    let text = "SELECT d.object_id, d.version, d.attempts, d.unknown, r.record_id, r.revision, r.hash
                FROM dirty d LEFT JOIN record r ON r.target = d.target AND r.object_id = d.object_id
                WHERE d.target = ?1 AND d.not_before <= ?2 ORDER BY d.not_before, d.object_id LIMIT ?3";
    let rows = sql.query(text, &[target.into(), now.into(), BATCH.into()])?;
    let row = |row: &crate::port::Row| {
        let text = |column| Ok::<_, SqlError>(row.optional_text(column)?.map(str::to_owned));
        Ok(Row {
            object_id: row.text(0)?.to_owned(),
            version: row.integer(1)?,
            attempts: row.integer(2)?,
            unknown: row.integer(3)? != 0,
            record_id: text(4)?,
            revision: text(5)?,
            hash: text(6)?,
        })
    };
    rows.iter().map(row).collect()
}

/// The row is done, unless the object changed since it was claimed. Then it begins anew.
pub(super) fn settle(
    tx: &dyn Statements,
    target: &str,
    object_id: &str,
    version: i64,
) -> Result<(), SqlError> {
    let delete = "DELETE FROM dirty WHERE target = ?1 AND object_id = ?2 AND version = ?3";
    tx.exec(delete, &[target.into(), object_id.into(), version.into()])?;
    let anew = "UPDATE dirty SET attempts = 0, not_before = 0, unknown = 0, last_error = NULL
                WHERE target = ?1 AND object_id = ?2 AND (attempts > 0 OR unknown = 1)";
    tx.exec(anew, &[target.into(), object_id.into()]).map(drop)
}

/// The row is tried again at `not_before`; with `unknown`, the record is read before it is written.
pub(super) fn again(
    tx: &dyn Statements,
    target: &str,
    object_id: &str,
    not_before: Millis,
    unknown: bool,
    error: Option<&str>,
) -> Result<(), SqlError> {
    let sql = "UPDATE dirty SET attempts = attempts + 1, not_before = ?3, unknown = max(unknown, ?4),
                 last_error = ?5
               WHERE target = ?1 AND object_id = ?2";
    let parameters = [target.into(), object_id.into(), not_before.into(), unknown.into(), error.into()];
    tx.exec(sql, &parameters).map(drop)
}
