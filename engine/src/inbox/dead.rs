//! Events whose handling fails again and again.

use crate::inbox::Waiting;
use crate::port::{Millis, SqlError, Statements};

/// How often an event is tried: a panic may be another event's fault once or twice, not three times.
pub(crate) const ATTEMPTS: i64 = 3;

/// Makes the event a dead letter that keeps its payload, so that it can be tried again.
pub(super) fn bury(tx: &dyn Statements, event: &Waiting, now: Millis) -> Result<(), SqlError> {
    let letter = "INSERT INTO dead_letter
                    (kind, event_id, code, text_ja, text_en, first, last, attempts, payload)
                  VALUES ('event', ?1, 'event_handling_failed', ?2, ?3, ?4, ?4, ?5, ?6)
                  ON CONFLICT (kind, target, object_id, event_id)
                  DO UPDATE SET last = excluded.last, attempts = attempts + 1, payload = excluded.payload";
    let text_ja = "このイベントの処理に3回失敗したため、取り置きました。ほかのイベントの処理は続いています。Daichoを更新してから再送してください。";
    let text_en = "Handling this event failed three times, so it was set aside; all others go on. Update Daicho, then send it again.";
    let parameters = [
        event.event_id.as_str().into(),
        text_ja.into(),
        text_en.into(),
        now.into(),
        event.attempts.into(),
        event.payload.as_str().into(),
    ];
    tx.exec(letter, &parameters)?;
    let status = "UPDATE inbox SET status = 'dead', payload = NULL WHERE seq = ?1";
    tx.exec(status, &[event.seq.into()]).map(drop)
}

/// Has a dead event tried again, as it was kept: when nothing else waits, and twice at most before it is
/// dead again. Answers `false` where the event is not known any more.
pub(crate) fn replay(tx: &dyn Statements, event_id: &str, payload: &str) -> Result<bool, SqlError> {
    let sql = "UPDATE inbox SET status = 'waiting', attempts = 1, payload = ?2
               WHERE event_id = ?1 AND status IN ('dead', 'waiting') RETURNING seq";
    Ok(!tx.exec(sql, &[event_id.into(), payload.into()])?.is_empty())
}

/// The event was handled after all.
pub(super) fn raise(tx: &dyn Statements, event_id: &str) -> Result<(), SqlError> {
    let sql = "DELETE FROM dead_letter
               WHERE kind = 'event' AND target = '' AND object_id = '' AND event_id = ?1";
    tx.exec(sql, &[event_id.into()]).map(drop)
}
