//! Stored events: taken in once, observed one by one, dead after three attempts.

mod accept;
mod dead;
mod observe;
pub(crate) mod ordering;

pub use accept::{AcceptError, Accepted};
pub(crate) use accept::{Origin, accept, store};
pub(crate) use dead::{ATTEMPTS, replay};
pub(crate) use observe::{Observed, observe};

use crate::config::Active;
use crate::error::EngineError;
use crate::mutant::{self, Mutant};
use crate::port::{Millis, Query, Row, Sql, SqlError};

/// An event that waits to be observed.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    pub seq: i64,
    pub event_id: String,
    pub attempts: i64,
    pub payload: String,
}

/// Which waiting events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// Those that were not tried yet.
    Fresh,
    /// Those that failed before.
    Failed,
}

/// Up to `limit` waiting events in the order of their arrival.
pub(crate) fn waiting(
    query: &(impl Query + ?Sized),
    which: Which,
    limit: i64,
) -> Result<Vec<Waiting>, EngineError> {
    let sql = match which {
        Which::Fresh => {
            "SELECT seq, event_id, attempts, payload FROM inbox
             WHERE status = 'waiting' AND attempts = 0 ORDER BY seq LIMIT ?1"
        }
        Which::Failed => {
            "SELECT seq, event_id, attempts, payload FROM inbox
             WHERE status = 'waiting' AND attempts > 0 ORDER BY seq LIMIT ?1"
        }
    };
    query.query(sql, &[limit.into()])?.iter().map(from_row).collect()
}

fn from_row(row: &Row) -> Result<Waiting, EngineError> {
    Ok(Waiting {
        seq: row.integer(0)?,
        event_id: row.text(1)?.to_owned(),
        attempts: row.integer(2)?,
        payload: row.optional_text(3)?.unwrap_or_default().to_owned(),
    })
}

/// Whether any event waits.
pub(crate) fn any_waiting(query: &(impl Query + ?Sized)) -> Result<bool, SqlError> {
    let rows = query.query("SELECT 1 FROM inbox WHERE status = 'waiting' LIMIT 1", &[])?;
    Ok(!rows.is_empty())
}

/// How often the event was tried.
pub(crate) fn attempts(query: &(impl Query + ?Sized), seq: i64) -> Result<i64, SqlError> {
    let rows = query.query("SELECT attempts FROM inbox WHERE seq = ?1", &[seq.into()])?;
    rows.first().map_or(Ok(0), |row| row.integer(0))
}

/// Handles one waiting event: counts the attempt in a step of its own, so that a panic in the next
/// step is counted too, and then observes it. An event that used up its attempts becomes a dead letter.
///
/// # Errors
/// The observing failed and left nothing behind; or the attempt could not even be counted.
pub(crate) fn handle(
    sql: &impl Sql,
    active: &Active,
    event: &Waiting,
    now: Millis,
) -> Result<Observed, EngineError> {
    if event.attempts >= ATTEMPTS {
        sql.transaction(|tx| dead::bury(tx, event, now))?;
        return Ok(Observed::Dead);
    }
    let count = if mutant::on(Mutant::SettleBeforeObserving) {
        "UPDATE inbox SET attempts = attempts + 1, status = 'observed' WHERE seq = ?1"
    } else {
        "UPDATE inbox SET attempts = attempts + 1 WHERE seq = ?1"
    };
    if mutant::on(Mutant::CountAttemptWhileObserving) {
        return sql.transaction(|tx| {
            tx.exec(count, &[event.seq.into()])?;
            observe(tx, active, event, now)
        });
    }
    sql.transaction(|tx| tx.exec(count, &[event.seq.into()]))?;
    sql.transaction(|tx| {
        if event.attempts > 0 {
            dead::raise(tx, &event.event_id)?;
        }
        observe(tx, active, event, now)
    })
}
