//! The backfill: what there was at Stripe before Daicho.
//!
//! First everything is read ([`Sweep`]): each object is stored under the same order among events as any
//! other read, and not marked, unless it was known in an older state. Events that come meanwhile are
//! handled as ever, and mark what they are about. Then everything is written, target after target in the
//! order of their lookups ([`writing`]): objects are marked with `dirty.bulk`, so that live changes go
//! first, and only so many at a time that the writer always has a full batch.
//!
//! A mapping that is put meanwhile marks all stored objects of the targets that it changes as live, and the
//! backfill marks none that is marked; a kind that it takes anew is read before the writing goes on. Nothing
//! is left out, and at worst a record is written twice.
//!
//! Once cancelled, it marks no more. What it had marked is still written: a few hundred records for each
//! target. What it had only read is written when an event or the next backfill comes to it; that backfill goes
//! on where this one stood (see [`resume`]).

mod progress;
mod resume;
mod writing;

use std::collections::BTreeMap;

use daicho_core::stripe::Kind;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::progress::{Backfill, Reading, Rest, Waits, Writing};
use super::lane::{Needs, Stepped};
use super::report::JobError;
use super::row::{self, Name, Row, State};
use super::sweep::{Seen, Sweep};
use super::swept::{self, Takes};
use crate::config::Active;
use crate::delivery;
use crate::error::EngineError;
use crate::port::{Millis, Query, Statements, World};
use crate::secret::Secret;
use crate::settings::Settings;
use crate::store::meta;
use crate::stripe::{self, Judged, Window, request};

/// Where a backfill stands. Its size does not grow with the number of objects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Body {
    sweep: Sweep,
    /// The targets in the order of their lookups; empty until everything was read.
    targets: Vec<Marking>,
    /// When the writing began.
    writing_since: Option<Millis>,
}

/// How far a target's objects are marked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Marking {
    name: String,
    /// The targets whose records its lookups name: those are written first.
    waits_for: Vec<String>,
    /// The id of the last object that was looked at.
    after: String,
    /// How many objects of its kind were gone through; of an element's target, objects whose list they
    /// stand in.
    objects: u64,
    /// All were gone through.
    complete: bool,
}

/// Begins a backfill, where the last one stood if that can be (see [`resume`]).
pub(crate) fn begin<W: World>(world: &W) -> Result<(), JobError> {
    let now = world.now();
    world.transaction(|tx| {
        let stood = resume::body(tx, now)?;
        let goes_on = stood.is_some();
        if !row::begin(tx, Name::Backfill, &stood.unwrap_or_default(), now)? {
            return Err(JobError::Running(Name::Backfill));
        }
        if !goes_on {
            delivery::forget_tallies(tx)?;
        }
        Ok(())
    })
}

/// Ends the backfill that goes on.
pub(crate) fn cancel<W: World>(world: &W) -> Result<(), JobError> {
    let cancelled = world.transaction(|tx| row::cancel(tx, Name::Backfill, world.now()))?;
    if cancelled { Ok(()) } else { Err(JobError::NotRunning(Name::Backfill)) }
}

/// How the last backfill stands; `None` before the first.
pub(crate) fn report<W: World>(world: &W, active: Option<&Active>) -> Result<Option<Backfill>, EngineError> {
    row::get(world, Name::Backfill)?.map(|row| progress::of(world, active, &row, world.now())).transpose()
}

/// What the last backfill saw in Stripe's lists, by kind; empty before the first.
pub(super) fn seen(sql: &(impl Query + ?Sized)) -> Result<BTreeMap<String, Seen>, EngineError> {
    let body = row::get(sql, Name::Backfill)?.map(|row| row.body::<Body>()).transpose()?;
    Ok(body.unwrap_or_default().sweep.seen)
}

pub(super) fn needs(
    sql: &(impl Query + ?Sized),
    active: &Active,
    row: &Row,
    now: Millis,
) -> Result<Needs, EngineError> {
    let body: Body = row.body()?;
    if body.sweep.kind(active).is_some() {
        return Ok(Needs::Stripe);
    }
    if writing::is_unplanned(&body, active) || writing::next(sql, active, &body, now)?.is_some() {
        return Ok(Needs::Local);
    }
    Ok(if writing::is_over(sql, active, &body, now)? { Needs::Local } else { Needs::Other })
}

/// Whether nothing is left to be done but for targets that are not written to now.
pub(super) fn only_waits(
    sql: &(impl Query + ?Sized),
    active: &Active,
    row: &Row,
    now: Millis,
) -> Result<bool, EngineError> {
    let body: Body = row.body()?;
    Ok(needs(sql, active, row, now)? == Needs::Other && writing::only_waits(sql, active, &body, now)?)
}

pub(super) async fn step<W: World>(
    world: &W,
    settings: &Settings,
    key: Result<Secret, &'static str>,
    active: &Active,
    row: &Row,
) -> Result<Stepped, EngineError> {
    let mut body: Body = row.body()?;
    let Some(kind) = body.sweep.kind(active) else {
        return write(world, active, row, body).map(|()| Stepped::Done);
    };
    let swept = body.sweep.ask(world, &settings.name, key, active, &kind).await?;
    swept::settle(world, row, body, (&kind, swept), &Storing { active })
}

impl AsMut<Sweep> for Body {
    fn as_mut(&mut self) -> &mut Sweep {
        &mut self.sweep
    }
}

/// Stores what is read.
struct Storing<'a> {
    active: &'a Active,
}

impl Takes for Storing<'_> {
    type Body = Body;
    type Found = Judged;

    fn take_in(
        &self,
        tx: &dyn Statements,
        _body: &Body,
        kind: &Kind,
        object: (&Value, Window),
    ) -> Result<Judged, EngineError> {
        Ok(stripe::store(tx, self.active, kind, object, false)?)
    }

    fn count(
        &self,
        _tx: &dyn Statements,
        body: &mut Body,
        kind: &Kind,
        _object: &Value,
        found: Option<Judged>,
    ) -> Result<(), EngineError> {
        body.sweep.count(kind, found);
        Ok(())
    }

    fn unread(&self, tx: &dyn Statements, body: &mut Body, kind: &Kind, id: &str) -> Result<(), EngineError> {
        // With its own tries, and its own letter should they fail; it is written once it is read.
        request::ask(tx, kind, id)?;
        body.sweep.count(kind, None);
        Ok(())
    }
}

/// Marks a slice, or finds that nothing is left to be done.
fn write<W: World>(world: &W, active: &Active, row: &Row, mut body: Body) -> Result<(), EngineError> {
    let now = world.now();
    world.transaction(|tx| {
        if !row.is_current(tx)? {
            return Ok(());
        }
        if writing::is_unplanned(&body, active) {
            writing::plan(tx, active, &mut body)?;
            body.writing_since = body.writing_since.or(Some(now));
            return row.keep(tx, &body, now);
        }
        if let Some(place) = writing::next(tx, active, &body, now)? {
            writing::mark(tx, active, &mut body, place)?;
            return row.keep(tx, &body, now);
        }
        if writing::is_over(tx, active, &body, now)? {
            note_whole(tx, &body)?;
            super::forget_unwritten(tx)?;
            return row.settle(tx, State::Done, &body, None, now);
        }
        Ok(())
    })
}

/// The row in `meta` that names the kinds of which a backfill has written all that there was.
const WHOLE: &str = "backfilled";

fn note_whole(tx: &dyn Statements, body: &Body) -> Result<(), EngineError> {
    let mut kinds = whole(tx)?;
    kinds.extend(body.sweep.seen.iter().filter(|(_, seen)| seen.complete).map(|(kind, _)| kind.clone()));
    kinds.sort();
    kinds.dedup();
    Ok(meta::put(tx, WHOLE, &serde_json::json!(kinds).to_string())?)
}

/// The kinds of objects of which a backfill has read all that there was: one that goes on, or one that has written it.
pub(super) fn read_whole(sql: &(impl Query + ?Sized)) -> Result<Vec<String>, EngineError> {
    let mut kinds = whole(sql)?;
    if super::backfill_runs(sql)? {
        kinds.extend(seen(sql)?.into_iter().filter(|(_, seen)| seen.complete).map(|(kind, _)| kind));
    }
    Ok(kinds)
}

/// The kinds of objects of which a backfill has written all that there was.
pub(super) fn whole(sql: &(impl Query + ?Sized)) -> Result<Vec<String>, EngineError> {
    let kinds = meta::get(sql, WHOLE)?.map(|text| serde_json::from_str(&text).map_err(|_| UNREADABLE));
    Ok(kinds.transpose()?.unwrap_or_default())
}

const UNREADABLE: EngineError = EngineError::Stored { what: "backfilled kinds" };

/// Targets by name, for those that tell of them.
type ByTarget<T> = BTreeMap<String, T>;
