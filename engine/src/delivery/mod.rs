//! From a changed object to a written record.
//!
//! Changed objects are *dirty*, per target and with a version. A lane writes one app: it takes up to
//! 100 due rows of a target, projects them, leaves out what kintone holds already, claims the rest
//! in one `in_flight` row, sends it, and settles it record by record, only where the version is
//! still the one claimed. The first write goes at once; what arrives while a request is under way
//! goes with the next.
//!
//! [`take`] projects; [`departure`] says what becomes of records whose objects are gone; [`lookup`]
//! keeps the order among targets; [`elements`] turns the elements of an object's lists into objects.
//! [`look`] reads what has to be known before a write, and [`decide`] says what is written. [`guard`]
//! holds a target that would delete many records. [`send`] sends, and [`settle`] keeps the outcome.
//! [`failure`] isolates the records that kintone refuses, [`poison`] pauses a target of which it refuses
//! many, and [`unread`] reports objects that Stripe does not show.

mod assess;
mod bulk;
mod dead;
mod decide;
mod departure;
mod dirty;
mod elements;
mod failure;
mod form;
mod guard;
mod item;
mod kept;
mod lane;
mod late;
pub mod letters;
mod look;
mod lookup;
mod outcome;
mod poison;
mod previous;
mod send;
mod settle;
mod standing;
mod take;
mod tally;
mod unread;

use daicho_core::stripe::Kind;

use crate::config::Active;
use crate::port::{SqlError, Statements};

pub(crate) use assess::Assessment;
pub(crate) use bulk::{BulkRows, bulk_rows};
pub(crate) use dead::{set_aside, why_set_aside};
pub(crate) use departure::forget_left_out;
pub(crate) use elements::renew as renew_elements;
pub(crate) use guard::held_deletions;
pub use guard::{Answer as DeletionsAnswer, Deletions, DeletionsError, answer_deletions, deletions};
pub use lane::{Lane, lanes, next_due, run_lane};
pub(crate) use late::may_make_records;
pub(crate) use look::{PAGE, page};
pub(crate) use lookup::{Ended, looked_up, wake as wake_waiting};
pub(crate) use outcome::{Assessed, Missed, Outcome, Subject};
pub(crate) use poison::forget_sent;
pub use settle::recover;
pub(crate) use settle::{Forgotten, forget_of_all};
pub(crate) use standing::{Holder, Situation, Standing, holder, numbered, unwritten};
pub(crate) use tally::{Tally, forget_tallies, tallies};
pub(crate) use unread::{read_after_all, unread};

/// Marks an object dirty for every target that takes its kind, and those elements of its lists that
/// changed for the targets that take them. Answers how many targets take the object itself.
///
/// # Errors
/// SQLite's refusal.
pub fn mark_dirty(
    tx: &dyn Statements,
    active: &Active,
    kind: &Kind,
    object_id: &str,
) -> Result<usize, SqlError> {
    let mut marked = 0;
    for target in active.targets_of(kind) {
        mark(tx, target, object_id)?;
        marked += 1;
    }
    elements::renew(tx, active, kind, object_id, &[], Haste::Live)?;
    Ok(marked)
}

/// Has an object's record read and written again, whatever is known of it.
pub(crate) fn write_again(tx: &dyn Statements, target: &str, object_id: &str) -> Result<(), SqlError> {
    let forget = "UPDATE record SET hash = NULL WHERE target = ?1 AND object_id = ?2";
    tx.exec(forget, &[target.into(), object_id.into()])?;
    dirty::doubt(tx, target, object_id)
}

/// Marks an object dirty for one target, as a live change. A row that failed goes on waiting, with a new
/// version; one that waits for no failure (see [`dirty::read_later`] and [`dirty::wait`]) is due now.
pub(crate) fn mark(tx: &dyn Statements, target: &str, object_id: &str) -> Result<(), SqlError> {
    let sql = "INSERT INTO dirty (target, object_id, version) VALUES (?1, ?2, 1)
               ON CONFLICT (target, object_id) DO UPDATE SET version = version + 1, bulk = 0,
                 not_before = CASE WHEN attempts = 0 OR not_before >= ?3 THEN 0 ELSE not_before END";
    tx.exec(sql, &[target.into(), object_id.into(), crate::binding::NEVER.into()]).map(drop)
}

/// The same with many others, since its mapping or something it looks at changed: it is due as soon, and goes
/// after what changed itself (see [`dirty::due`]).
pub(crate) fn mark_with_others(tx: &dyn Statements, target: &str, object_id: &str) -> Result<(), SqlError> {
    let sql = "INSERT INTO dirty (target, object_id, version, not_before) VALUES (?1, ?2, 1, 1)
               ON CONFLICT (target, object_id) DO UPDATE SET version = version + 1, bulk = 0,
                 not_before = CASE WHEN attempts = 0 OR not_before >= ?3 THEN min(not_before, 1)
                              ELSE not_before END";
    tx.exec(sql, &[target.into(), object_id.into(), crate::binding::NEVER.into()]).map(drop)
}

/// Dead letters as most tests look at them.
///
/// # Errors
/// SQLite's refusal.
#[cfg(test)]
pub(crate) fn dead_letters(
    sql: &(impl crate::port::Query + ?Sized),
    after: i64,
    limit: u32,
) -> Result<Vec<letters::DeadLetter>, SqlError> {
    letters::list(sql, &letters::Filter::default(), after, limit, letters::Values::Shown)
}

/// Whether what is marked changed, or is to be looked at again with all the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Haste {
    /// It changed: it goes first.
    Live,
    /// Its mapping changed: it goes after what changed itself.
    WithOthers,
    /// A backfill goes over all of them: it goes when nothing live waits.
    Bulk,
}

/// Marks an object dirty for one target on behalf of a backfill. One that is marked already will be
/// written in its newest state anyway.
pub(crate) fn mark_bulk(tx: &dyn Statements, target: &str, object_id: &str) -> Result<(), SqlError> {
    let sql = "INSERT INTO dirty (target, object_id, version, bulk) VALUES (?1, ?2, 1, 1)
               ON CONFLICT (target, object_id) DO NOTHING";
    tx.exec(sql, &[target.into(), object_id.into()]).map(drop)
}

/// Has an object's record read and written again where it is not as it should be, on behalf of work over all
/// objects. One that is marked already will be written in its newest state anyway.
pub(crate) fn compare_again(tx: &dyn Statements, target: &str, object_id: &str) -> Result<(), SqlError> {
    dirty::doubt_bulk(tx, target, object_id)
}

/// Marks an object that was not known for every target that takes its kind or the elements of its lists, on
/// behalf of work over all objects.
pub(crate) fn mark_new(
    tx: &dyn Statements,
    active: &Active,
    kind: &Kind,
    object_id: &str,
) -> Result<(), SqlError> {
    for target in active.targets_of(kind) {
        mark_bulk(tx, target, object_id)?;
    }
    let all: Vec<&str> = active.mapping().targets().map(|target| target.name.as_str()).collect();
    elements::renew(tx, active, kind, object_id, &all, Haste::Bulk)
}

/// Marks an object dirty for the targets that have no record of it, and its elements that are not known: a
/// backfill may have read it and ended before it could write it.
pub(crate) fn mark_unwritten(
    tx: &dyn Statements,
    active: &Active,
    kind: &Kind,
    object_id: &str,
) -> Result<(), SqlError> {
    for target in active.targets_of(kind) {
        let sql = "SELECT 1 FROM record WHERE target = ?1 AND object_id = ?2 AND record_id IS NOT NULL";
        if tx.exec(sql, &[target.into(), object_id.into()])?.is_empty() {
            mark(tx, target, object_id)?;
        }
    }
    elements::renew(tx, active, kind, object_id, &[], Haste::Live)
}

#[cfg(test)]
#[path = "tests/mod.rs"]
mod tests;
