//! Dead letters that a person discards, with the reason.

use daicho_core::validation::Text;
use serde::Serialize;

use crate::error::EngineError;
use crate::port::{Millis, Query, Sql, SqlError};

/// As long as a reason may be, in characters.
const LONGEST_REASON: usize = 500;

/// A letter that was discarded; kept for 90 days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Discarded {
    /// Its number among the discarded.
    pub id: i64,
    /// `event` or `record`.
    pub kind: String,
    /// The target; empty for an event.
    pub target: String,
    /// The Stripe object; empty where there is none.
    pub object_id: String,
    /// The event; empty for a record.
    pub event_id: String,
    /// Why it was a dead letter.
    pub code: String,
    /// The field code.
    pub field: Option<String>,
    /// The same in words.
    pub text: Text,
    /// When it happened first, in milliseconds since the Unix epoch.
    pub first: Millis,
    /// When it happened last, in milliseconds since the Unix epoch.
    pub last: Millis,
    /// How often it happened.
    pub attempts: i64,
    /// Why it was discarded.
    pub reason: String,
    /// Who did it: the name of the admin token.
    pub by: String,
    /// When, in milliseconds since the Unix epoch.
    pub at: Millis,
}

/// Letters were not discarded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiscardError {
    /// No reason, or too long a one.
    #[error("say why in 1 to {} characters", LONGEST_REASON)]
    Reason,
    /// There is no such letter.
    #[error("there is no dead letter {id}: see `daicho dead-letters`; none was discarded")]
    NoSuchLetter {
        /// Its number.
        id: i64,
    },
    /// The engine could not go on.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<SqlError> for DiscardError {
    fn from(error: SqlError) -> Self {
        Self::Engine(error.into())
    }
}

/// Takes letters off the list, all or none. A later change of the object is tried as if it was new.
///
/// # Errors
/// [`DiscardError`] says why none was discarded.
pub fn discard(sql: &impl Sql, ids: &[i64], reason: &str, by: &str, now: Millis) -> Result<(), DiscardError> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Err(DiscardError::Reason);
    }
    sql.transaction(|tx| {
        for id in ids {
            let keep = "INSERT INTO discarded (kind, target, object_id, event_id, code, field, text_ja,
                          text_en, first, last, attempts, reason, by, at)
                        SELECT kind, target, object_id, event_id, code, field, text_ja, text_en, first, last,
                          attempts, ?2, ?3, ?4 FROM dead_letter WHERE id = ?1 RETURNING event_id";
            let kept = tx.exec(keep, &[(*id).into(), reason.into(), by.into(), now.into()])?;
            let Some(event) = kept.first() else {
                return Err(DiscardError::NoSuchLetter { id: *id });
            };
            // No event is given up any more that a person has looked at.
            let observed = "UPDATE inbox SET status = 'observed' WHERE event_id = ?1 AND status = 'dead'";
            tx.exec(observed, &[event.text(0)?.into()])?;
            tx.exec("DELETE FROM dead_letter WHERE id = ?1", &[(*id).into()])?;
        }
        Ok(())
    })
}

/// Up to `limit` letters that were discarded, after the one with the number `after`, oldest first.
///
/// # Errors
/// SQLite's refusal.
pub fn discarded(sql: &(impl Query + ?Sized), after: i64, limit: u32) -> Result<Vec<Discarded>, SqlError> {
    let text = "SELECT id, kind, target, object_id, event_id, code, field, text_ja, text_en, first, last,
                  attempts, reason, by, at FROM discarded WHERE id > ?1 ORDER BY id LIMIT ?2";
    let one = |row: &crate::port::Row| {
        let text = |column| row.text(column).map(str::to_owned);
        Ok(Discarded {
            id: row.integer(0)?,
            kind: text(1)?,
            target: text(2)?,
            object_id: text(3)?,
            event_id: text(4)?,
            code: text(5)?,
            field: row.optional_text(6)?.map(str::to_owned),
            text: Text { ja: text(7)?, en: text(8)? },
            first: row.integer(9)?,
            last: row.integer(10)?,
            attempts: row.integer(11)?,
            reason: text(12)?,
            by: text(13)?,
            at: row.integer(14)?,
        })
    };
    sql.query(text, &[after.into(), i64::from(limit).into()])?.iter().map(one).collect()
}
