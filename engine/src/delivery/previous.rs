//! The values that a record had before our first write to it, kept for 30 days.

use daicho_core::kintone::Record;

use super::decide::Decision;
use super::send::Planned;
use crate::binding::Binding;
use crate::error::EngineError;
use crate::kintone::address_key;
use crate::port::{Millis, SqlError, Statements};

/// Keeps what the records of a batch hold that are written to for the first time. A person may change them
/// before a write takes effect; from then on the values stay as they were kept.
pub(super) fn keep(
    tx: &dyn Statements,
    bound: &Binding,
    batch: &[Planned],
    now: Millis,
) -> Result<(), EngineError> {
    for (record_id, record) in batch.iter().filter_map(first_write) {
        let json = serde_json::to_string(record).map_err(|_| EngineError::Stored { what: "record" })?;
        let sql = "INSERT INTO previous_value (target, app, record_id, record, kept, overwritten)
                   VALUES (?1, ?2, ?3, ?4, ?5, 0)
                   ON CONFLICT (target, app, record_id)
                   DO UPDATE SET record = excluded.record, kept = excluded.kept WHERE overwritten = 0";
        let app = address_key(&bound.address);
        tx.exec(sql, &[bound.target.as_str().into(), app.into(), record_id.into(), json.into(), now.into()])?;
    }
    Ok(())
}

/// The write of a record took effect, or may have.
pub(super) fn overwritten(tx: &dyn Statements, bound: &Binding, planned: &Planned) -> Result<(), SqlError> {
    let Some((record_id, _)) = first_write(planned) else { return Ok(()) };
    let sql = "UPDATE previous_value SET overwritten = 1 WHERE target = ?1 AND app = ?2 AND record_id = ?3";
    let app = address_key(&bound.address);
    tx.exec(sql, &[bound.target.as_str().into(), app.into(), record_id.into()]).map(drop)
}

/// What was under way when the memory was lost may have taken effect.
pub(super) fn all_overwritten(tx: &dyn Statements) -> Result<(), SqlError> {
    tx.exec("UPDATE previous_value SET overwritten = 1 WHERE overwritten = 0", &[]).map(drop)
}

fn first_write(planned: &Planned) -> Option<(&str, &Record)> {
    match &planned.decision {
        Decision::Update { id, previous: Some(record), .. } => Some((id, record)),
        _ => None,
    }
}
