//! Jobs: work over all of an account's objects, beside what events bring.
//!
//! A job is one row: what it is to do next and what it found so far. It goes on by bounded steps, one at a
//! time for all jobs together: a page of a Stripe list, a slice of marks, a request to kintone. What a step
//! brings and where the job stands after it are one transaction, so a crash at any point loses nothing and
//! repeats one step at most. A step settles only the run that it was begun for.
//!
//! [`backfill`] brings in what there was before Daicho.

pub mod backfill;
mod lane;
mod report;
mod row;
mod sweep;

pub(crate) use lane::{Stepped, due, next_due, step};
pub(crate) use report::summaries;
pub use report::{JobError, Problem, Summary};
pub(crate) use row::retry_all;
pub use row::{Name, State};
pub use sweep::Seen;

use crate::port::{Query, SqlError};

/// Whether a backfill has read objects that it has not written: it goes on, or ended before its time.
pub(crate) fn backfill_is_unfinished(sql: &(impl Query + ?Sized)) -> Result<bool, SqlError> {
    let rows = sql.query("SELECT 1 FROM job WHERE name = 'backfill' AND state <> 'done'", &[])?;
    Ok(!rows.is_empty())
}
