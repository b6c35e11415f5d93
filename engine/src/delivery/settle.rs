//! Claiming records before a request and settling them after it, each in one transaction.
//!
//! A claim is a row of `in_flight`. It is gone when its target was bound anew or dropped while the
//! request was under way; then its answer settles nothing.

use daicho_core::mapping::CompiledTarget;
use serde_json::json;

use super::dirty::{self, Doubt, Removed};
use super::item::{Item, Wish};
use super::late::{self, Loss};
use super::look::Seen;
use super::lookup::{self, Ended};
use super::send::Planned;
use super::{dead, departure, guard, poison, previous};
use crate::binding::{self, Binding, State};
use crate::error::EngineError;
use crate::kintone::Saved;
use crate::mutant::{self, Mutant};
use crate::port::{Millis, Sql, SqlError, Statements};

/// Claims records for one request; `None` where the target is not written to any more. `is_first`: they
/// are not the part of a batch that was sent before.
pub(super) fn claim(
    sql: &impl Sql,
    bound: &Binding,
    batch: &[Planned],
    is_first: bool,
    now: Millis,
) -> Result<Option<i64>, EngineError> {
    sql.transaction(|tx| {
        if !is_written_to(tx, bound)? {
            return Ok(None);
        }
        previous::keep(tx, bound, batch, now)?;
        if batch.iter().any(Planned::is_deletion) {
            guard::count(tx, &bound.target, batch, now)?;
        }
        if is_first {
            poison::sent(tx, &bound.target, batch.len(), now)?;
        }
        let objects: Vec<_> = batch.iter().map(Planned::claimed).collect();
        let insert = "INSERT INTO in_flight (target, sent, objects) VALUES (?1, ?2, ?3) RETURNING id";
        let parameters = [bound.target.as_str().into(), now.into(), json!(objects).to_string().into()];
        let rows = tx.exec(insert, &parameters)?;
        Ok(rows.first().map(|row| row.integer(0)).transpose()?)
    })
}

/// Whether the target is still written to, and is bound to the same app.
pub(super) fn is_written_to(tx: &dyn Statements, bound: &Binding) -> Result<bool, EngineError> {
    let current = binding::get(tx, &bound.target)?;
    Ok(current.is_some_and(|row| row.state == State::Active && row.address == bound.address))
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

/// What stands in `in_flight` after a crash has an unknown outcome.
///
/// # Errors
/// SQLite's refusal.
pub fn recover(tx: &dyn Statements) -> Result<(), SqlError> {
    let lost = tx.exec("DELETE FROM in_flight RETURNING target, objects, sent", &[])?;
    if !lost.is_empty() {
        previous::all_overwritten(tx)?;
    }
    for row in lost {
        let (target, objects, sent) = (row.text(0)?, row.text(1)?, row.integer(2)?);
        for claimed in serde_json::from_str::<Vec<serde_json::Value>>(objects).unwrap_or_default() {
            let Some(object_id) = claimed.get(0).and_then(serde_json::Value::as_str) else {
                continue;
            };
            if mutant::on(Mutant::ForgetInFlight) {
                continue;
            }
            let key = claimed.get(3).and_then(serde_json::Value::as_str);
            let loss = match claimed.get(2).and_then(serde_json::Value::as_i64) {
                Some(loss) => Loss::of(loss),
                // Written before the claim said so: of a record without an id it was an upsert.
                None if is_known(tx, target, object_id)? => Loss::Guarded,
                None => Loss::MayLand,
            };
            in_doubt(tx, target, object_id, key)?;
            late::note(tx, target, object_id, sent, loss)?;
        }
    }
    Ok(())
}

fn is_known(tx: &dyn Statements, target: &str, object_id: &str) -> Result<bool, SqlError> {
    let sql = "SELECT 1 FROM record WHERE target = ?1 AND object_id = ?2 AND record_id IS NOT NULL";
    Ok(!tx.exec(sql, &[target.into(), object_id.into()])?.is_empty())
}

/// The outcome of a write is unknown. The key that a record may have got is kept: its object may be
/// gone when it is looked for.
pub(super) fn in_doubt(
    tx: &dyn Statements,
    target: &str,
    object_id: &str,
    key: Option<&str>,
) -> Result<(), SqlError> {
    if let Some(key) = key {
        let sql = "INSERT INTO record (target, object_id, key) VALUES (?1, ?2, ?3)
                   ON CONFLICT (target, object_id) DO NOTHING";
        tx.exec(sql, &[target.into(), object_id.into(), key.into()])?;
    }
    let sql = "UPDATE dirty SET unknown = ?3 WHERE target = ?1 AND object_id = ?2";
    tx.exec(sql, &[target.into(), object_id.into(), Doubt::ReadFirst.into()]).map(drop)
}

/// What we did to a record until now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It is ours.
    Made,
    /// Something was written to it.
    Written,
    /// It was found and left alone.
    Untouched,
}

/// What is settled of one target's records.
pub(super) struct Settling<'a> {
    pub(super) target: &'a CompiledTarget,
    pub(super) binding: &'a Binding,
    pub(super) now: Millis,
}

impl Settling<'_> {
    /// A record was written.
    pub(super) fn written(
        &self,
        tx: &dyn Statements,
        planned: &Planned,
        saved: &Saved,
    ) -> Result<(), SqlError> {
        let item = &planned.item;
        previous::overwritten(tx, self.binding, planned)?;
        let fate = if saved.inserted { Fate::Made } else { Fate::Written };
        self.remember(tx, item, &saved.id, Some(&saved.revision), fate)?;
        self.done(tx, item, true)?;
        late::look_again(tx, &self.target.name, item.identity(), false, self.now)
    }

    /// A record needs no request.
    pub(super) fn left(&self, tx: &dyn Statements, item: &Item, seen: &Seen) -> Result<(), SqlError> {
        let fate = if item.is_untouched() { Fate::Untouched } else { Fate::Written };
        if let Seen::Found(found) = seen {
            self.remember(tx, item, &found.id, Some(&found.revision), fate)?;
        } else if let Some(known) = &item.known {
            self.remember(tx, item, &known.id, known.revision.as_deref(), fate)?;
        }
        self.done(tx, item, item.known.is_some() || matches!(seen, Seen::Found(_)))?;
        late::look_again(tx, &self.target.name, item.identity(), stands(item, seen), self.now)
    }

    /// There is no record of an object that is gone: it was deleted, by us or by somebody else.
    pub(super) fn gone(&self, tx: &dyn Statements, item: &Item) -> Result<(), SqlError> {
        let sql = "DELETE FROM record WHERE target = ?1 AND object_id = ?2";
        tx.exec(sql, &[self.target.name.as_str().into(), item.object_id.as_str().into()])?;
        self.done(tx, item, false)?;
        late::look_again(tx, &self.target.name, item.identity(), false, self.now)
    }

    /// Somebody deleted the record in kintone, and the target leaves it so.
    pub(super) fn stays_deleted(&self, tx: &dyn Statements, item: &Item) -> Result<(), SqlError> {
        let sql = "UPDATE record SET deleted = ?3 WHERE target = ?1 AND object_id = ?2";
        let of = [self.target.name.as_str().into(), item.object_id.as_str().into(), Removed::Left.into()];
        tx.exec(sql, &of)?;
        self.done(tx, item, false)?;
        late::look_again(tx, &self.target.name, item.identity(), false, self.now)
    }

    fn done(&self, tx: &dyn Statements, item: &Item, is_there: bool) -> Result<(), SqlError> {
        let (target, object_id) = (&self.target.name, &item.object_id);
        dirty::settle(tx, target, object_id, item.version)?;
        dead::raise(tx, target, object_id)?;
        if item.wish != Wish::Hold {
            return Ok(());
        }
        if !item.names.is_empty() {
            lookup::waits_no_more(tx, target, object_id)?;
        }
        let ended = if is_there { Ended::Arrived } else { Ended::NeverComes };
        lookup::ended(tx, ended, self.binding, self.target, &item.key)
    }

    fn remember(
        &self,
        tx: &dyn Statements,
        item: &Item,
        id: &str,
        revision: Option<&str>,
        fate: Fate,
    ) -> Result<(), SqlError> {
        // Without the number where it is known: an index holds it, and its rows count as written ones.
        let again =
            "UPDATE record SET key = ?3, revision = ?5, hash = ?6, written = ?7, made = max(made, ?8),
                       untouched = ?9, stays = 0, deleted = 0
                     WHERE target = ?1 AND object_id = ?2 AND record_id = ?4 RETURNING record_id";
        let sql =
            "INSERT INTO record (target, object_id, key, record_id, revision, hash, written, made, untouched)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                   ON CONFLICT (target, object_id) DO UPDATE SET key = excluded.key,
                     record_id = excluded.record_id, revision = excluded.revision, hash = excluded.hash,
                     written = excluded.written, made = max(made, excluded.made),
                     untouched = excluded.untouched, stays = 0, deleted = 0";
        let parameters = [
            self.target.name.as_str().into(),
            item.object_id.as_str().into(),
            item.key.as_str().into(),
            id.into(),
            revision.into(),
            item.hash.as_str().into(),
            self.now.into(),
            i64::from(fate == Fate::Made).into(),
            i64::from(fate == Fate::Untouched).into(),
        ];
        if tx.exec(again, &parameters)?.is_empty() {
            tx.exec(sql, &parameters)?;
        }
        Ok(())
    }
}

/// Whether the record was seen to have the revision that was known.
fn stands(item: &Item, seen: &Seen) -> bool {
    let known = item.known.as_ref().and_then(|known| known.revision.as_ref());
    matches!(seen, Seen::Found(found) if known == Some(&found.revision))
}

/// What a changed mapping has forgotten of the records there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Forgotten {
    /// Their keys: another one is filled in with the next write of each.
    Keys,
    /// What was last written to them. Of a record whose object is gone it stays known: that object may come back.
    Written,
}

/// Forgets it in slices: of up to `limit` objects after `after`. Answers the last one.
///
/// # Errors
/// SQLite's refusal.
pub(crate) fn forget_of_all(
    tx: &dyn Statements,
    forgotten: Forgotten,
    target: &str,
    after: &str,
    limit: u32,
) -> Result<Option<String>, SqlError> {
    let slice =
        "SELECT object_id FROM record WHERE target = ?1 AND object_id > ?2 ORDER BY object_id LIMIT ?3";
    let rows = tx.exec(slice, &[target.into(), after.into(), i64::from(limit).into()])?;
    let Some(last) = rows.last() else { return Ok(None) };
    let last = last.text(0)?.to_owned();
    let those = "target = ?1 AND object_id > ?2 AND object_id <= ?3";
    let parameters = [target.into(), after.into(), last.as_str().into()];
    match forgotten {
        Forgotten::Keys => tx.exec(&format!("UPDATE record SET key = '' WHERE {those}"), &parameters)?,
        Forgotten::Written => {
            let gone = departure::HASH;
            let sql = format!(
                "UPDATE record SET hash = NULL WHERE {those} AND substr(hash, 1, {}) <> '{gone}'",
                gone.len()
            );
            tx.exec(&sql, &parameters)?
        }
    };
    Ok(Some(last))
}

/// A record was deleted in kintone: it is looked for by its key, and made again where the target does.
pub(super) fn forget(tx: &dyn Statements, target: &str, item: &Item) -> Result<(), SqlError> {
    let sql = if mutant::on(Mutant::KeepForgottenRecord) {
        "UPDATE record SET made = 0 WHERE target = ?1 AND object_id = ?2"
    } else {
        "UPDATE record SET record_id = NULL, revision = NULL, hash = NULL, made = 0, deleted = 1
         WHERE target = ?1 AND object_id = ?2"
    };
    tx.exec(sql, &[target.into(), item.object_id.as_str().into()])?;
    dirty::again(tx, target, &item.object_id, 0, Doubt::ReadFirst, Some("record_deleted"))
}
