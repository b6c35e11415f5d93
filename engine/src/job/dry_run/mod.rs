//! The dry run: what a backfill would write, by the stored mapping or by one that has not been put yet.
//!
//! Objects are taken as they are stored where a backfill has read them; other kinds are read first, as a
//! backfill reads them. Then a hundred at a time are projected and looked for in kintone by their keys.
//! kintone is only read, and neither what is to be written nor what is known of records changes. It works
//! while a target is held or not checked yet.
//!
//! The kinds of objects that a tried mapping looks at are kept right by events from then on, like those of the
//! stored one, so that what was read for it serves a mapping that is put later. Objects that it stored are
//! written when the next mapping that changes their target is put.

mod check;
mod progress;

use std::collections::BTreeMap;

use daicho_core::mapping::{Compiled, CompiledTarget, Mapping};
use daicho_core::stripe::Kind;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::progress::{DryRun, Field, Refusal, Sample, Target};
use super::app;
use super::lane::{Needs, Stepped};
use super::report::{JobError, Problem};
use super::row::{self, Name, Row};
use super::sweep::Sweep;
use super::swept::{self, Takes};
use crate::config::{self, Active};
use crate::error::EngineError;
use crate::port::{Millis, Query, Statements, World};
use crate::secret::Secret;
use crate::settings::Settings;
use crate::stripe::{self, Judged, Window, request};

/// Where a dry run stands. Its size does not grow with the number of objects: samples are rows of
/// `job_sample`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Body {
    /// Whether the mapping was sent along; then it stands in `job.input`.
    tried: bool,
    /// The kinds that are read first, unless a backfill has read them.
    kinds: Vec<String>,
    sweep: Sweep,
    targets: BTreeMap<String, Checking>,
    /// How often reads were asked for, for the slice that is next.
    rounds: u32,
}

/// How far a target's objects were checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Checking {
    /// The kind of Stripe's objects that are gone through.
    kind: String,
    /// The id of the last object that was looked at.
    after: String,
    objects: u64,
    complete: bool,
    /// By what would become of them.
    counts: BTreeMap<String, u64>,
    /// Of those refused, by code.
    codes: BTreeMap<String, Refusal>,
    /// Why the target could not be checked.
    problem: Option<Problem>,
}

/// Begins a dry run. `mapping` is the one to be tried; none: the stored one.
pub(crate) fn begin<W: World>(world: &W, active: &Active, mapping: Option<&[u8]>) -> Result<(), JobError> {
    let tried = mapping.map(|text| config::candidate(world, active, text)).transpose()?;
    let compiled = tried.as_ref().map_or(active.mapping(), |(_, compiled)| compiled);
    let kinds = [Kind::Customer, Kind::Subscription, Kind::Invoice].into_iter();
    let kinds = kinds.filter(|kind| config::takes(compiled, kind)).map(|kind| kind.as_str().to_owned());
    let body = Body {
        tried: tried.is_some(),
        kinds: kinds.collect(),
        targets: compiled.targets().map(|target| (target.name.clone(), Checking::of(target))).collect(),
        ..Body::default()
    };
    let input = mapping.map(|text| String::from_utf8_lossy(text).into_owned());
    world.transaction(|tx| {
        if !row::begin(tx, Name::DryRun, &body, world.now())? {
            return Err(JobError::Running(Name::DryRun));
        }
        row::give(tx, Name::DryRun, input.as_deref())?;
        if let Some((_, compiled)) = &tried {
            config::observe(tx, compiled)?;
        }
        Ok(())
    })
}

/// Ends the dry run that goes on.
pub(crate) fn cancel<W: World>(world: &W) -> Result<(), JobError> {
    let cancelled = world.transaction(|tx| row::cancel(tx, Name::DryRun, world.now()))?;
    if cancelled { Ok(()) } else { Err(JobError::NotRunning(Name::DryRun)) }
}

/// How the last dry run stands, with the values of its samples only if they are asked for; `None` before
/// the first.
pub(crate) fn report<W: World>(world: &W, values: bool) -> Result<Option<DryRun>, EngineError> {
    row::get(world, Name::DryRun)?.map(|row| progress::of(world, &row, values, world.now())).transpose()
}

impl Checking {
    fn of(target: &CompiledTarget) -> Self {
        Self { kind: kind_of(target).as_str().to_owned(), ..Self::default() }
    }
}

/// The kind of objects that a target's records come from; of elements, the kind whose lists they stand in.
fn kind_of(target: &CompiledTarget) -> Kind {
    Kind::from(target.source.element_of().map_or(target.source, |(parent, _)| parent))
}

impl Body {
    /// The kind that is read next. What a backfill has read is not read again: it may go on for weeks, waiting for
    /// a person who wants to see this first.
    fn kind(&self, sql: &(impl Query + ?Sized)) -> Result<Option<Kind>, EngineError> {
        let read = super::backfill::read_whole(sql)?;
        let kinds = self.kinds.iter().filter(|kind| !read.contains(kind));
        Ok(self.sweep.next(kinds.map(|kind| Kind::from_object(kind))))
    }

    fn target(&self) -> Option<&str> {
        self.targets.iter().find(|(_, target)| !target.complete).map(|(name, _)| name.as_str())
    }
}

impl app::OfTargets for Body {
    fn end_of(&mut self, target: &str) -> Option<(&mut bool, &mut Option<Problem>)> {
        self.targets.get_mut(target).map(|checking| (&mut checking.complete, &mut checking.problem))
    }
}

pub(super) fn needs(sql: &(impl Query + ?Sized), row: &Row, now: Millis) -> Result<Needs, EngineError> {
    let body: Body = row.body()?;
    if body.kind(sql)?.is_some() {
        // A backfill's marks may have passed by what is stored now, and it ends saying that all is written.
        if super::backfill_runs(sql)? {
            return Ok(Needs::Other);
        }
        return Ok(Needs::Stripe);
    }
    let waits = body.rounds > 0 && !request::due(sql, now, 1)?.is_empty();
    Ok(if waits { Needs::Other } else { Needs::Local })
}

pub(super) async fn step<W: World>(
    world: &W,
    settings: &Settings,
    key: Result<Secret, &'static str>,
    active: &Active,
    row: &Row,
) -> Result<Stepped, EngineError> {
    let mut body: Body = row.body()?;
    let Some(kind) = body.kind(world)? else {
        return match mapping_of(world, active, &body)? {
            Some(tried) => check::step(world, settings, &tried, row, body).await,
            None => check::step(world, settings, active, row, body).await,
        };
    };
    let swept = body.sweep.ask(world, &settings.name, key, active, &kind).await?;
    swept::settle(world, row, body, (&kind, swept), &Storing { active })
}

/// The configuration as it would be with the mapping that was sent along.
fn mapping_of<W: World>(world: &W, active: &Active, body: &Body) -> Result<Option<Active>, EngineError> {
    if !body.tried {
        return Ok(None);
    }
    const UNREADABLE: EngineError = EngineError::Stored { what: "mapping of a dry run" };
    let text = row::input(world, Name::DryRun)?.unwrap_or_default();
    let mapping = Mapping::parse(text.as_bytes()).map_err(|_| UNREADABLE)?;
    let compiled = Compiled::with_zones(&mapping, world).map_err(|_| UNREADABLE)?;
    Ok(Some(active.with_mapping(mapping, compiled)))
}

impl AsMut<Sweep> for Body {
    fn as_mut(&mut self) -> &mut Sweep {
        &mut self.sweep
    }
}

/// Stores what is read, and notes that nothing was written of it.
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
        let judged = stripe::store(tx, self.active, kind, object, false)?;
        if matches!(judged, Judged::New(_)) {
            super::note_unwritten(tx)?;
        }
        Ok(judged)
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

    fn unread(
        &self,
        _tx: &dyn Statements,
        body: &mut Body,
        kind: &Kind,
        _id: &str,
    ) -> Result<(), EngineError> {
        body.sweep.count(kind, None);
        Ok(())
    }
}
