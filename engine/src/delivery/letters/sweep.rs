//! The parts of dead letters that are not kept for ever.

use super::object_of;
use crate::calendar::DAY;
use crate::port::{Millis, SqlError, Statements};

/// What was to be written, after the last try.
const PAYLOADS: Millis = 30 * DAY;
/// Letters that a person discarded.
const DISCARDED: Millis = 90 * DAY;

/// Forgets up to `limit` payloads and as many discarded letters that were kept long enough. Of an event
/// it is kept which object it was about, so that this can be read in its place. Answers how many there
/// were: below `limit`, no more is to be forgotten now.
///
/// # Errors
/// SQLite's refusal.
pub fn sweep(tx: &dyn Statements, now: Millis, limit: u32) -> Result<usize, SqlError> {
    let limit = i64::from(limit);
    let old = "SELECT id, kind, payload FROM dead_letter WHERE payload IS NOT NULL AND last < ?1
               ORDER BY last LIMIT ?2";
    let payloads = tx.exec(old, &[(now - PAYLOADS).into(), limit.into()])?;
    for row in &payloads {
        let about = if row.text(1)? == "event" { object_of(row.text(2)?) } else { None };
        let (kind, id) = about.unzip();
        let forget =
            "UPDATE dead_letter SET payload = NULL, object_kind = ?2, object_id = coalesce(?3, object_id)
                      WHERE id = ?1";
        tx.exec(forget, &[row.integer(0)?.into(), kind.into(), id.into()])?;
    }
    let discarded = "DELETE FROM discarded WHERE id IN
                       (SELECT id FROM discarded WHERE at < ?1 ORDER BY at LIMIT ?2) RETURNING id";
    let discarded = tx.exec(discarded, &[(now - DISCARDED).into(), limit.into()])?;
    Ok(payloads.len().max(discarded.len()))
}
