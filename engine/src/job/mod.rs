//! Jobs: work over all of an account's objects, beside what events bring.
//!
//! A job is one row: what it is to do next and what it found so far. It goes on by bounded steps, one at a
//! time for all jobs together: a page of a Stripe list, a slice of marks, a request to kintone. What a step
//! brings and where the job stands after it are one transaction, so a crash at any point loses nothing and
//! repeats one step at most. A step settles only the run that it was begun for.
//!
//! [`backfill`] brings in what there was before Daicho; [`dry_run`] tells what it would write;
//! [`reconcile`] finds what is not as it should be.

mod app;
pub mod backfill;
pub mod dry_run;
mod lane;
pub mod reconcile;
mod report;
mod row;
mod sample;
mod sweep;
mod swept;

pub(crate) use lane::{Stepped, due, next_due, step};
pub(crate) use report::summaries;
pub use report::{JobError, Problem, Summary};
pub use row::{Name, State};
pub(crate) use row::{give_up, retry_all};
pub use sweep::Seen;

use crate::config::Active;
use crate::error::EngineError;
use crate::port::{Millis, Query, SqlError, Statements};
use crate::store::meta;

/// Whether a backfill goes on.
fn backfill_runs(sql: &(impl Query + ?Sized)) -> Result<bool, EngineError> {
    Ok(row::get(sql, Name::Backfill)?.is_some_and(|backfill| backfill.state == State::Running))
}

/// Whether a backfill has something to do but for targets that are not written to now: those may wait for a
/// person for weeks, and nothing else waits with them.
fn backfill_is_at_work(
    sql: &(impl Query + ?Sized),
    active: &Active,
    now: Millis,
) -> Result<bool, EngineError> {
    let Some(row) = row::get(sql, Name::Backfill)?.filter(|row| row.state == State::Running) else {
        return Ok(false);
    };
    Ok(!backfill::only_waits(sql, active, &row, now)?)
}

/// The row in `meta` that says that objects were read of which nothing was written.
const UNWRITTEN: &str = "unwritten";

/// Whether objects were read, by a backfill that goes on or ended before its time or by a dry run, that were
/// not written.
pub(crate) fn backfill_is_unfinished(sql: &(impl Query + ?Sized)) -> Result<bool, SqlError> {
    let text = "SELECT 1 FROM job WHERE name = 'backfill' AND state <> 'done'
                UNION ALL SELECT 1 FROM meta WHERE key = ?1";
    Ok(!sql.query(text, &[UNWRITTEN.into()])?.is_empty())
}

/// Objects were read of which nothing was written. Writes a row the first time only.
fn note_unwritten(tx: &dyn Statements) -> Result<(), SqlError> {
    meta::put(tx, UNWRITTEN, "1")
}

/// A backfill has written all that was read.
fn forget_unwritten(tx: &dyn Statements) -> Result<(), SqlError> {
    meta::remove(tx, UNWRITTEN)
}
