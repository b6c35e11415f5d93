//! Nothing is kept for ever: every night what is past its time goes, in slices.
//!
//! | what | how long |
//! |---|---|
//! | events' ids, tombstones | 35 days: longer than Stripe lists or sends an event |
//! | events' payloads | until they are observed; of a dead letter 30 days, then its object is read in its place |
//! | values before our first write, what a dry run or a comparison told of single objects | 30 days |
//! | answers of changes asked for by the views | a day |
//! | counts of requests | 40 days |
//!
//! [`LIVES`] says of every table what ends its rows; a test holds it against the schema.

mod step;

use serde::{Deserialize, Serialize};

use crate::config::Active;
use crate::error::EngineError;
use crate::port::{Millis, Query, Sql, SqlError, Statements};
use crate::timer;

pub use step::LIVES;

/// The timer's name, and that of the row in `meta` while a sweep is under way.
pub(crate) const NAME: &str = "retention";

const DAY: Millis = 86_400_000;
/// 03:30 in Japan, from midnight UTC on: when few work, and after the figures of the new day.
const AT: Millis = 18 * 3_600_000 + 1_800_000;

/// Where the next slice of a sweep begins.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Sweep {
    step: usize,
    after: step::Place,
}

/// Sets the timer, unless it is set.
pub(crate) fn plan(tx: &dyn Statements, now: Millis) -> Result<(), SqlError> {
    timer::set_once(tx, NAME, next_night(now))
}

fn next_night(now: Millis) -> Millis {
    (now - AT).div_euclid(DAY) * DAY + DAY + AT
}

/// Does one slice; `true` when the night's sweep is done.
///
/// # Errors
/// SQLite's refusal.
pub(crate) fn ring(sql: &impl Sql, active: &Active, now: Millis) -> Result<bool, EngineError> {
    sql.transaction(|tx| {
        let Sweep { step, after } = load(tx)?;
        let Some(run) = step::STEPS.get(step) else {
            tx.exec("DELETE FROM meta WHERE key = ?1", &[NAME.into()])?;
            timer::set(tx, NAME, next_night(now))?;
            return Ok(true);
        };
        let next = match run(tx, active, &after, now)? {
            Some(after) => Sweep { step, after },
            None => Sweep { step: step + 1, after: step::Place::default() },
        };
        store(tx, &next)?;
        Ok(false)
    })
}

fn load(query: &(impl Query + ?Sized)) -> Result<Sweep, EngineError> {
    let rows = query.query("SELECT value FROM meta WHERE key = ?1", &[NAME.into()])?;
    let Some(row) = rows.first() else { return Ok(Sweep::default()) };
    serde_json::from_str(row.text(0)?).map_err(|_| EngineError::Stored { what: "retention" })
}

fn store(tx: &dyn Statements, sweep: &Sweep) -> Result<(), EngineError> {
    let value = serde_json::to_string(sweep).map_err(|_| EngineError::Stored { what: "retention" })?;
    let sql = "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    tx.exec(sql, &[NAME.into(), value.into()])?;
    Ok(())
}

#[cfg(test)]
mod tests;
