//! The gap check: every hour Stripe's own list of events is compared with the inbox, by id, and what
//! is missing is taken in like any other event.
//!
//! A delivery can fail for longer than Stripe tries, and an endpoint can be switched off by mistake.
//! Stripe lists the events of the last 30 days, newest first. Each page is one request and one step;
//! where the next one begins is kept, so a crash between any two loses nothing. Listed events are
//! rendered in the account's default API version: where that is not the pinned one, the ordering has
//! their objects read.

mod page;
mod report;
mod row;
mod trust;

pub(crate) use page::page;
pub use report::GapCheck;
pub(crate) use row::defer;

use crate::error::EngineError;
use crate::port::{Millis, Query, Sql, SqlError, Statements};
use crate::timer;

/// The timer's name, and under which the pump keeps a page that is under way.
pub(crate) const NAME: &str = "gap_check";

const MINUTE: Millis = 60_000;
/// From the end of one check to the next. Together with [`GRACE_S`] and the time that the pages take,
/// an event that never came is found within an hour of its making.
const EVERY: Millis = 55 * MINUTE;
/// Events younger than this may still be on their way.
const GRACE_S: i64 = 60;
/// Each check begins this much before the end of the one before: Stripe does not say that its list
/// has every event in the second of its making, and clocks differ.
const OVERLAP_S: i64 = 600;
/// How far back Stripe lists events, in seconds (its documentation of `GET /v1/events`: 30 days).
pub(crate) const LISTED_S: i64 = 30 * 86_400;

/// Sets the first check after the configuration. Events made before that are the backfill's. A check whose time came
/// while the configuration could not be read is due now.
pub(crate) fn plan(tx: &dyn Statements, now: Millis) -> Result<(), SqlError> {
    if row::is_there(tx)? {
        let is_under_way = page_due(tx)?.is_some();
        return if is_under_way { Ok(()) } else { timer::set_once(tx, NAME, now) };
    }
    row::create(tx, now.div_euclid(1_000) - OVERLAP_S)?;
    timer::set(tx, NAME, now + EVERY)
}

/// Begins a check, unless one is under way.
pub(crate) fn ring(sql: &impl Sql, now: Millis) -> Result<(), EngineError> {
    sql.transaction(|tx| {
        timer::clear(tx, NAME)?;
        let oldest = now.div_euclid(1_000) - LISTED_S;
        Ok(row::begin(tx, now, oldest, now.div_euclid(1_000) - GRACE_S)?)
    })
}

/// When the next page of the check under way is due; `None` where none is under way.
pub(crate) fn page_due(query: &(impl Query + ?Sized)) -> Result<Option<Millis>, SqlError> {
    let sql = "SELECT not_before FROM gap_check WHERE begun IS NOT NULL";
    query.query(sql, &[])?.first().map(|row| row.integer(0)).transpose()
}

/// Makes the next page due at once: what stood in its way may be mended.
pub(crate) fn retry(tx: &dyn Statements) -> Result<(), SqlError> {
    tx.exec("UPDATE gap_check SET attempts = 0, not_before = 0 WHERE not_before > 0", &[]).map(drop)
}
