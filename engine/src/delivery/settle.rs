//! Claiming records before a request and settling them after it, each in one transaction.
//!
//! A claim is a row of `in_flight`. It is gone when its target was bound anew or dropped while the
//! request was under way; then its answer settles nothing.

use serde_json::json;

use super::decide::Decision;
use super::dirty::{self, Doubt};
use super::look::Seen;
use super::send::Planned;
use super::take::Item;
use super::{dead, previous};
use crate::binding::{self, Binding, State};
use crate::error::EngineError;
use crate::kintone::Saved;
use crate::port::{Millis, Sql, SqlError, Statements};

/// A lost upsert by key may land after a later write and overwrite it; a lost update cannot, for its
/// revision is old by then. So a record written after a lost upsert is read once more after this
/// time: the longest that a request is waited for.
const LATE: Millis = 30_000;

/// Claims records for one request; `None` where the target is not written to any more.
pub(super) fn claim(
    sql: &impl Sql,
    bound: &Binding,
    batch: &[Planned],
    now: Millis,
) -> Result<Option<i64>, EngineError> {
    sql.transaction(|tx| {
        let current = binding::get(tx, &bound.target)?;
        if !current.is_some_and(|row| row.state == State::Active && row.address == bound.address) {
            return Ok(None);
        }
        for planned in batch {
            if let Decision::Update { id, previous: Some(record), .. } = &planned.decision {
                previous::keep(tx, &bound.target, id, record, now)?;
            }
        }
        let objects: Vec<_> =
            batch.iter().map(|planned| json!([planned.item.object_id, planned.item.version])).collect();
        let insert = "INSERT INTO in_flight (target, sent, objects) VALUES (?1, ?2, ?3) RETURNING id";
        let parameters = [bound.target.as_str().into(), now.into(), json!(objects).to_string().into()];
        let rows = tx.exec(insert, &parameters)?;
        Ok(rows.first().map(|row| row.integer(0)).transpose()?)
    })
}

/// Ends a claim and settles in the same transaction. Answers `false` where the claim is gone.
pub(super) fn settle<E: From<SqlError>>(
    sql: &impl Sql,
    claim: i64,
    step: impl FnOnce(&dyn Statements) -> Result<(), E>,
) -> Result<bool, E> {
    sql.transaction(|tx| {
        let ended = tx.exec("DELETE FROM in_flight WHERE id = ?1 RETURNING id", &[claim.into()])?;
        if ended.is_empty() {
            return Ok(false);
        }
        step(tx).map(|()| true)
    })
}

/// What stands in `in_flight` after a crash has an unknown outcome; of records without an id, it was
/// an upsert, which may land yet.
///
/// # Errors
/// SQLite's refusal.
pub fn recover(tx: &dyn Statements) -> Result<(), SqlError> {
    let lost = "UPDATE dirty SET unknown = CASE WHEN EXISTS
                  (SELECT 1 FROM record r WHERE r.target = dirty.target
                     AND r.object_id = dirty.object_id AND r.record_id IS NOT NULL)
                  THEN max(unknown, 1) ELSE 2 END
                WHERE (target, object_id) IN
                  (SELECT f.target, o.value ->> 0 FROM in_flight f, json_each(f.objects) o)";
    tx.exec(lost, &[])?;
    tx.exec("DELETE FROM in_flight", &[]).map(drop)
}

/// A record was written.
pub(super) fn written(
    tx: &dyn Statements,
    target: &str,
    planned: &Planned,
    saved: &Saved,
    now: Millis,
) -> Result<(), SqlError> {
    let item = &planned.item;
    remember(tx, target, item, &saved.id, Some(&saved.revision), now)?;
    dirty::settle(tx, target, &item.object_id, item.version)?;
    dead::raise(tx, target, &item.object_id)?;
    if item.doubt == Doubt::MayLand {
        dirty::read_later(tx, target, &item.object_id, now + LATE)?;
    }
    Ok(())
}

/// A record needs no request.
pub(super) fn left(
    tx: &dyn Statements,
    target: &str,
    item: &Item,
    seen: &Seen,
    now: Millis,
) -> Result<(), SqlError> {
    if let Seen::Found(found) = seen {
        remember(tx, target, item, &found.id, Some(&found.revision), now)?;
    } else if let Some(known) = &item.known {
        remember(tx, target, item, &known.id, known.revision.as_deref(), now)?;
    }
    dirty::settle(tx, target, &item.object_id, item.version)?;
    dead::raise(tx, target, &item.object_id)
}

/// The target has another key than before: it is filled in with the next write of each record.
///
/// # Errors
/// SQLite's refusal.
pub(crate) fn forget_keys(tx: &dyn Statements, target: &str) -> Result<(), SqlError> {
    tx.exec("UPDATE record SET key = '' WHERE target = ?1", &[target.into()]).map(drop)
}

/// A record was deleted in kintone: it is looked for by its key, and made again where the target does.
pub(super) fn forget(tx: &dyn Statements, target: &str, item: &Item) -> Result<(), SqlError> {
    let sql = "UPDATE record SET record_id = NULL, revision = NULL, hash = NULL
               WHERE target = ?1 AND object_id = ?2";
    tx.exec(sql, &[target.into(), item.object_id.as_str().into()])?;
    dirty::again(tx, target, &item.object_id, 0, Doubt::ReadFirst, Some("record_deleted"))
}

fn remember(
    tx: &dyn Statements,
    target: &str,
    item: &Item,
    id: &str,
    revision: Option<&str>,
    now: Millis,
) -> Result<(), SqlError> {
    let sql = "INSERT INTO record (target, object_id, key, record_id, revision, hash, written)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
               ON CONFLICT (target, object_id) DO UPDATE SET key = excluded.key,
                 record_id = excluded.record_id, revision = excluded.revision, hash = excluded.hash,
                 written = excluded.written";
    let parameters = [
        target.into(),
        item.object_id.as_str().into(),
        item.key.as_str().into(),
        id.into(),
        revision.into(),
        item.hash.as_str().into(),
        now.into(),
    ];
    tx.exec(sql, &parameters).map(drop)
}
