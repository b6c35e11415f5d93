//! The rows of `depends`: which object of which target looks at what.

use std::collections::BTreeSet;

use crate::port::{Query, SqlError, Statements};

/// Makes what the object looks at exactly these ids and lists. Where nothing changed, nothing is
/// written.
pub(super) fn set(
    tx: &dyn Statements,
    target: &str,
    object_id: &str,
    on: &BTreeSet<String>,
) -> Result<(), SqlError> {
    let before = of(tx, target, object_id)?;
    for gone in before.difference(on) {
        let sql = "DELETE FROM depends WHERE on_id = ?1 AND target = ?2 AND object_id = ?3";
        tx.exec(sql, &[gone.as_str().into(), target.into(), object_id.into()])?;
    }
    for new in on.difference(&before) {
        let sql = "INSERT INTO depends (on_id, target, object_id) VALUES (?1, ?2, ?3)";
        tx.exec(sql, &[new.as_str().into(), target.into(), object_id.into()])?;
    }
    Ok(())
}

fn of(query: &(impl Query + ?Sized), target: &str, object_id: &str) -> Result<BTreeSet<String>, SqlError> {
    let sql = "SELECT on_id FROM depends WHERE target = ?1 AND object_id = ?2";
    let rows = query.query(sql, &[target.into(), object_id.into()])?;
    rows.iter().map(|row| row.text(0).map(str::to_owned)).collect()
}

/// Whether anything looks at the object or list.
pub(crate) fn is_looked_at(query: &(impl Query + ?Sized), on_id: &str) -> Result<bool, SqlError> {
    Ok(!query.query("SELECT 1 FROM depends WHERE on_id = ?1 LIMIT 1", &[on_id.into()])?.is_empty())
}

/// Up to `limit` of those that look at something, after the one given.
pub(super) fn on(
    query: &(impl Query + ?Sized),
    on_id: &str,
    after: (&str, &str),
    limit: i64,
) -> Result<Vec<(String, String)>, SqlError> {
    let sql = "SELECT target, object_id FROM depends
               WHERE on_id = ?1 AND (target, object_id) > (?2, ?3) ORDER BY target, object_id LIMIT ?4";
    let rows = query.query(sql, &[on_id.into(), after.0.into(), after.1.into(), limit.into()])?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned()))).collect()
}
