//! Objects that a target no longer takes: they no longer meet its condition, or Stripe deleted them.

use daicho_core::kintone::{FormSchema, Record, record_hash};
use daicho_core::mapping::{CompiledTarget, Departed, Gone, WriteMode};

use super::dirty::{self, Doubt, Removed};
use super::item::{Item, KnownRecord, Wish};
use super::late;
use crate::object::Object;
use crate::port::{Millis, SqlError, Statements};

/// What the hash of a record begins with that was last written because its object was gone: it equals
/// no other, so an object that comes back is written again in full.
pub(super) const HASH: &str = "gone:";

/// Whether a record with this hash was last written because its object was gone.
pub(super) fn is_hash(hash: &str) -> bool {
    hash.starts_with(HASH)
}

/// Why the target does not take the object; `None` if it does.
pub(super) fn gone(target: &CompiledTarget, object: &Object) -> Option<Gone> {
    match &object.json {
        Some(json) if !object.deleted => (!target.takes(json)).then_some(Gone::Left),
        _ => Some(Gone::Deleted),
    }
}

/// Whether the record may be changed when its object is gone: one that `create_only` found is not ours.
pub(super) fn is_ours(target: &CompiledTarget, row: &dirty::Row) -> bool {
    target.write_mode != WriteMode::CreateOnly || row.made
}

/// Whether there is a record as far as is known, or may be one: only a request of unknown outcome leaves a
/// key without a record, and it may have made one.
pub(super) fn may_have_record(row: &dirty::Row) -> bool {
    row.record_id.is_some() || (row.key.is_some() && row.removed == Removed::No) || row.doubt != Doubt::None
}

/// What is to be done about the record of an object that is gone; `None`: nothing. An object that
/// never had a record gets none.
pub(super) fn item(target: &CompiledTarget, row: &dirty::Row, gone: Gone, form: &FormSchema) -> Option<Item> {
    if !may_have_record(row) {
        return None;
    }
    let known = KnownRecord::of(row);
    let doubt = if known.is_none() && row.doubt == Doubt::None { Doubt::ReadFirst } else { row.doubt };
    if !is_ours(target, row) {
        return None;
    }
    let stored = row.key.clone().filter(|key| !key.is_empty());
    let key = stored.or_else(|| target.key_is_id().then(|| row.object_id.clone()));
    if known.is_none() && key.is_none() {
        return None;
    }
    let (wish, record, hash) = match target.departed(gone, Some(form)) {
        Departed::Keep => return None,
        Departed::Delete if row.stays => return None,
        Departed::Delete => (Wish::Delete, Record::new(), HASH.to_owned()),
        Departed::Write(record) => {
            let hash = format!("{HASH}{}", record_hash(&record));
            (Wish::Change, record, hash)
        }
    };
    if doubt == Doubt::None && row.hash.as_ref() == Some(&hash) {
        return None;
    }
    Some(Item {
        object_id: row.object_id.clone(),
        version: row.version,
        attempts: row.attempts,
        doubt,
        key: key.unwrap_or_default(),
        wish,
        record,
        hash,
        known,
        consent: row.consent,
        suspect: row.suspect,
        removed: row.removed,
        bulk: row.bulk,
        names: Vec::new(),
        tables: None,
    })
}

/// The record of an object that left the condition stays as it is. The object may come back: what a write
/// of unknown outcome left in the record, or a lost request puts there yet, must not be taken for what was
/// written last.
pub(super) fn keep(
    tx: &dyn Statements,
    target: &CompiledTarget,
    row: &dirty::Row,
    now: Millis,
) -> Result<(), SqlError> {
    if row.doubt == Doubt::None {
        return Ok(());
    }
    let sql = "UPDATE record SET hash = NULL WHERE target = ?1 AND object_id = ?2";
    tx.exec(sql, &[target.name.as_str().into(), row.object_id.as_str().into()])?;
    late::look_again(tx, &target.name, (&row.object_id, row.key.as_deref()), false, now)
}

/// Counts an object that the condition leaves out, or one that it takes again. Writes a row only where
/// that changed.
pub(super) fn count(
    tx: &dyn Statements,
    target: &str,
    object_id: &str,
    is_left_out: bool,
) -> Result<(), SqlError> {
    let sql = if is_left_out {
        "INSERT INTO left_out (target, object_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING"
    } else {
        "DELETE FROM left_out WHERE target = ?1 AND object_id = ?2"
    };
    tx.exec(sql, &[target.into(), object_id.into()]).map(drop)
}
/// Of a target that has no condition any more nothing is left out. Forgets up to `limit`; answers whether there may
/// be more.
///
/// # Errors
/// SQLite's refusal.
pub(crate) fn forget_left_out(tx: &dyn Statements, target: &str, limit: u32) -> Result<bool, SqlError> {
    let sql = "DELETE FROM left_out WHERE target = ?1 AND object_id IN
                 (SELECT object_id FROM left_out WHERE target = ?1 LIMIT ?2) RETURNING 1";
    Ok(tx.exec(sql, &[target.into(), i64::from(limit).into()])?.len() as u64 >= u64::from(limit))
}
