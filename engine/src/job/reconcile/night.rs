//! Every night.

use super::{body, start};
use crate::binding::{self, State};
use crate::config::Active;
use crate::error::EngineError;
use crate::job;
use crate::port::{Millis, Sql, Statements};
use crate::timer;

/// The timer's name.
pub(crate) const NAME: &str = "reconcile";

const DAY: Millis = 86_400_000;
/// 03:00 in Japan, from midnight UTC on: when few work, and after the figures of the new day.
const AT: Millis = 18 * 3_600_000;
/// How long a backfill is waited for before it is looked at again.
const LATER: Millis = 600_000;

/// Sets the timer, unless it is set, and notes from when on the kinds that the mapping takes are followed.
pub(crate) fn plan(tx: &dyn Statements, active: &Active, now: Millis) -> Result<(), EngineError> {
    super::scope::note(tx, active, now)?;
    Ok(timer::set_once(tx, NAME, next_night(now))?)
}

fn next_night(now: Millis) -> Millis {
    (now - AT).div_euclid(DAY) * DAY + DAY + AT
}

/// Begins the night's comparison: after a backfill where one runs, and none where nothing is written to.
pub(crate) fn ring(sql: &impl Sql, active: &Active, now: Millis) -> Result<(), EngineError> {
    sql.transaction(|tx| {
        if job::backfill_runs(tx)? {
            return Ok(timer::set(tx, NAME, now + LATER)?);
        }
        timer::set(tx, NAME, next_night(now))?;
        if binding::all(tx)?.iter().any(|binding| binding.state == State::Active) {
            // One that a person began, or that of the night before, is as good.
            start(tx, &body(active, false), now)?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_night_is_at_three_in_japan() {
        let three = 1_795_370_400_000; // 2026-11-22T18:00:00Z
        assert_eq!(next_night(three - 1), three);
        assert_eq!(next_night(three), three + DAY);
    }
}
