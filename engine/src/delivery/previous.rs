//! The values that a record had before our first write to it, kept for 30 days.

use daicho_core::kintone::Record;

use crate::error::EngineError;
use crate::port::{Millis, Statements};

/// Keeps a record's values; the first ones stay.
pub(super) fn keep(
    tx: &dyn Statements,
    target: &str,
    record_id: &str,
    record: &Record,
    now: Millis,
) -> Result<(), EngineError> {
    let json = serde_json::to_string(record).map_err(|_| EngineError::Stored { what: "record" })?;
    let sql = "INSERT INTO previous_value (target, record_id, record, kept) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (target, record_id) DO NOTHING";
    tx.exec(sql, &[target.into(), record_id.into(), json.into(), now.into()])?;
    Ok(())
}
