//! Panics that come again and again, wherever they happen.
//!
//! On Workers a panic ends the WebAssembly instance, and all that the tenant had in memory goes with it: nothing
//! can be caught. What stands around the instance lives on and tells the tenant, once it is open again (see
//! [`crate::Tenant::trapped`]). For some minutes from then on the tenant is careful: it notes each piece of work
//! before it begins and takes the note back when it pauses or ends, so that the next panic is known to be that
//! work's. What panicked three times in an hour is given up (`given_up.rs`) and the rest goes on. A tenant that
//! never panics writes no row for this.
//!
//! A piece of work runs without an await: while one is awaited the panic may be another's, even another
//! tenant's. Events have a count of their own, since each of them is a step anyway.

mod given_up;

use std::future::poll_fn;

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};

use crate::calendar::HOUR;
use crate::mutant::{self, Mutant};
use crate::port::{Millis, Query, SqlError, Statements, World};

pub(crate) use given_up::{CODE, give_up};

/// So long after a panic work is noted.
const CAREFUL: Millis = 600_000;
/// How often work may panic in an hour: once or twice it may have been something else, not three times.
const TIMES: i64 = 3;
/// The row that tells when the last panic was.
const LAST: &str = "";

/// A piece of work that may panic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Work {
    /// Making and comparing the record of an object.
    Record { target: String, object_id: String },
    /// A lane's, by its name.
    Lane(String),
    /// Taking up what a read of this object answered.
    Read(String),
    /// Comparing a page of Stripe's list of events.
    GapCheck,
    /// A step of this job.
    Job(String),
    /// What is done when this timer rings.
    Timer(String),
}

impl Work {
    pub(crate) fn record(target: &str, object_id: &str) -> Self {
        Self::Record { target: target.to_owned(), object_id: object_id.to_owned() }
    }

    fn depth(&self) -> i64 {
        if matches!(self, Self::Record { .. }) { 2 } else { 1 }
    }

    fn name(&self) -> Result<String, SqlError> {
        serde_json::to_string(self).map_err(|_| SqlError::new("a piece of work has no name"))
    }
}

/// Notes work while the tenant is careful.
pub(crate) struct Watch<'a, W> {
    world: &'a W,
    is_careful: bool,
}

impl<'a, W: World> Watch<'a, W> {
    pub(crate) fn of(world: &'a W) -> Result<Self, SqlError> {
        let sql = "SELECT 1 FROM trap WHERE work = ?1 AND last > ?2";
        let since = world.now() - CAREFUL;
        let is_careful = !world.query(sql, &[LAST.into(), since.into()])?.is_empty();
        Ok(Self { world, is_careful: is_careful && !mutant::on(Mutant::NoteNoWork) })
    }

    /// Whether there was a panic lately: then records are made one by one.
    pub(crate) fn is_careful(&self) -> bool {
        self.is_careful
    }

    /// Runs a step, which awaits nothing, as this work.
    ///
    /// # Errors
    /// The note was refused, and nothing was done.
    pub(crate) fn during<T>(&self, work: &Work, step: impl FnOnce() -> T) -> Result<T, SqlError> {
        if !self.is_careful {
            return Ok(step());
        }
        let name = work.name()?;
        self.world.transaction(|tx| begin(tx, &name, work.depth()))?;
        let done = step();
        self.world.transaction(|tx| end(tx, &name))?;
        Ok(done)
    }

    /// Each stretch of the future between two awaits is this work.
    pub(crate) fn over<T: 'a>(
        self,
        work: Work,
        future: impl Future<Output = Result<T, crate::EngineError>> + 'a,
    ) -> LocalBoxFuture<'a, Result<T, crate::EngineError>> {
        let mut future = future.boxed_local();
        if !self.is_careful {
            return future;
        }
        poll_fn(move |context| match self.during(&work, || future.as_mut().poll(context)) {
            Ok(polled) => polled,
            Err(error) => std::task::Poll::Ready(Err(error.into())),
        })
        .boxed_local()
    }
}

fn begin(tx: &dyn Statements, name: &str, depth: i64) -> Result<(), SqlError> {
    // What a crash left is of no account: only a panic is told of.
    tx.exec("UPDATE trap SET depth = 0 WHERE depth >= ?1", &[depth.into()])?;
    let sql = "INSERT INTO trap (work, times, last, depth) VALUES (?1, 0, 0, ?2)
               ON CONFLICT (work) DO UPDATE SET depth = excluded.depth";
    tx.exec(sql, &[name.into(), depth.into()]).map(drop)
}

fn end(tx: &dyn Statements, name: &str) -> Result<(), SqlError> {
    tx.exec("DELETE FROM trap WHERE work = ?1 AND times = 0", &[name.into()])?;
    tx.exec("UPDATE trap SET depth = 0 WHERE work = ?1", &[name.into()]).map(drop)
}

/// The tenant panicked. Counts it to the work that was under way, if that is known. Answers work that panicked too
/// often; it is to be given up, and counts anew.
pub(crate) fn happened(tx: &dyn Statements, now: Millis) -> Result<Option<Work>, SqlError> {
    let last = "INSERT INTO trap (work, times, last, depth) VALUES (?1, 0, ?2, 0)
                ON CONFLICT (work) DO UPDATE SET last = excluded.last";
    tx.exec(last, &[LAST.into(), now.into()])?;
    let innermost = "SELECT work FROM trap WHERE depth > 0 ORDER BY depth DESC LIMIT 1";
    let rows = tx.exec(innermost, &[])?;
    tx.exec("UPDATE trap SET depth = 0 WHERE depth > 0", &[])?;
    let Some(name) = rows.first().map(|row| row.text(0)).transpose()? else {
        return Ok(None);
    };
    let count = "UPDATE trap SET times = CASE WHEN last < ?2 THEN 1 ELSE times + 1 END, last = ?3
                 WHERE work = ?1 RETURNING times";
    let rows = tx.exec(count, &[name.into(), (now - HOUR).into(), now.into()])?;
    let times = rows.first().map_or(Ok(0), |row| row.integer(0))?;
    if times < TIMES {
        return Ok(None);
    }
    tx.exec("DELETE FROM trap WHERE work = ?1", &[name.into()])?;
    Ok(serde_json::from_str(name).ok())
}

/// Forgets panics of longer ago than anybody counts.
pub(crate) fn forget(tx: &dyn Statements, now: Millis) -> Result<(), SqlError> {
    tx.exec("DELETE FROM trap WHERE last < ?1", &[(now - HOUR).into()]).map(drop)
}

#[cfg(test)]
mod tests;
