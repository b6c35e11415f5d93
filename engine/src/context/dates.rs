//! Figures that change with the date: every night, as of 00:00, whatever holds one is marked dirty.

use daicho_core::mapping::{Compiled, CompiledTarget};

use crate::calendar;
use crate::config::{self, Active, Rescan};
use crate::error::EngineError;
use crate::mutant::{self, Mutant};
use crate::port::{Millis, Sql, SqlError, Statements};
use crate::timer;

/// The timer's name.
pub(crate) const TIMER: &str = "dates";

/// Sets the timer where the mapping has a figure that changes with the date, or takes it away.
pub(super) fn plan(tx: &dyn Statements, mapping: &Compiled, now: Millis) -> Result<(), SqlError> {
    let is_needed = mapping.targets().any(CompiledTarget::changes_with_the_date);
    if is_needed { timer::set(tx, TIMER, calendar::next(now, 0)) } else { timer::clear(tx, TIMER) }
}

/// Rings at once where a midnight passed while the configuration could not be read.
pub(crate) fn plan_missed(tx: &dyn Statements, mapping: &Compiled, now: Millis) -> Result<(), SqlError> {
    let is_needed = mapping.targets().any(CompiledTarget::changes_with_the_date);
    if is_needed { timer::set_once(tx, TIMER, now) } else { Ok(()) }
}

/// A new day: marks what has such a figure, in slices, and sets the timer to the next.
pub(crate) fn ring(sql: &impl Sql, active: &Active, now: Millis) -> Result<(), EngineError> {
    sql.transaction(|tx| {
        let dated = active.mapping().targets().filter(|target| target.changes_with_the_date());
        let names: Vec<&str> = dated.map(|target| target.name.as_str()).collect();
        plan(tx, active.mapping(), now)?;
        if mutant::on(Mutant::SkipMidnight) {
            return Ok(());
        }
        config::rescan_request(tx, Rescan::of(names))
    })
}
