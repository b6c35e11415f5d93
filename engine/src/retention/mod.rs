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

use crate::calendar::{self, HOUR};
use crate::config::Active;
use crate::error::EngineError;
use crate::port::{Millis, Query, Sql, SqlError, Statements};
use crate::store::meta;
use crate::timer;

pub use step::LIVES;

/// The timer's name, and that of the row in `meta` while a sweep is under way.
pub(crate) const NAME: &str = "retention";

/// 03:30 in Japan: when few work, and after the figures of the new day.
const AT: Millis = 3 * HOUR + HOUR / 2;

/// Where the next slice of a sweep begins.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Sweep {
    step: usize,
    after: step::Place,
}

/// Sets the timer, unless it is set.
pub(crate) fn plan(tx: &dyn Statements, now: Millis) -> Result<(), SqlError> {
    timer::set_once(tx, NAME, calendar::next(now, AT))
}

/// Does one slice; `true` when the night's sweep is done.
///
/// # Errors
/// SQLite's refusal.
pub(crate) fn ring(sql: &impl Sql, active: &Active, now: Millis) -> Result<bool, EngineError> {
    sql.transaction(|tx| {
        let Sweep { step, after } = load(tx)?;
        let Some(run) = step::STEPS.get(step) else {
            meta::remove(tx, NAME)?;
            timer::set(tx, NAME, calendar::next(now, AT))?;
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
    let Some(text) = meta::get(query, NAME)? else { return Ok(Sweep::default()) };
    serde_json::from_str(&text).map_err(|_| EngineError::Stored { what: "retention" })
}

fn store(tx: &dyn Statements, sweep: &Sweep) -> Result<(), EngineError> {
    let value = serde_json::to_string(sweep).map_err(|_| EngineError::Stored { what: "retention" })?;
    Ok(meta::put(tx, NAME, &value)?)
}

#[cfg(test)]
mod tests;
