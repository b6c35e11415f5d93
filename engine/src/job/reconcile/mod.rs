//! The comparison (突き合わせ): everything that Stripe and kintone have is held against what is known of it,
//! every night and on demand. It finds what no event told of.
//!
//! First Stripe's lists are read, page by page ([`listed`]). An object that is not known is taken in; one
//! that is known in another state is stored, under the same ordering among events as any other read; one that
//! a list does not show is read by itself, since only that proves that it is gone ([`suspects`]). Then the
//! records of each target's app are read in the order of their numbers, 500 a request ([`compare`]), and what
//! has no record is looked for ([`unwritten`]). Nothing is written here: a record that is not as it should be
//! is marked, behind live changes, and the writer reads it, decides by the mapping's policies and keeps to
//! the deletion guard and the day's share of requests. So a live change always overtakes the comparison.
//!
//! An object that no backfill took in, and that is older than the mapping that takes it, is counted and left
//! alone; so is a record whose key is that of no known object. A comparison with `report_only` marks nothing,
//! stores nothing and asks for nothing.

mod compare;
mod listed;
mod night;
mod progress;
mod scope;
mod suspects;
mod unwritten;

use std::collections::BTreeMap;

use daicho_core::stripe::Kind;
use serde::{Deserialize, Serialize};

use self::listed::Listed;
pub(crate) use self::night::{NAME, plan, ring};
pub use self::progress::{Compared, Reconcile, Requests, Sample};
use self::suspects::{Edge, Gap};
use super::app;
use super::lane::{Needs, Stepped};
use super::report::{JobError, Problem};
use super::row::{self, Name, Row};
use super::sample;
use super::sweep::Sweep;
use super::swept;
use crate::binding;
use crate::config::{self, Active};
use crate::delivery;
use crate::error::EngineError;
use crate::port::{Millis, Query, Statements, World};
use crate::secret::Secret;
use crate::settings::Settings;

/// How many were found, by class; [`progress::Reconcile`] says which there are.
pub type Counts = BTreeMap<String, u64>;

/// Where a comparison stands. Its size does not grow with the number of objects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Body {
    report_only: bool,
    sweep: Sweep,
    /// What was found at Stripe, by kind.
    listed: BTreeMap<String, Counts>,
    edge: Edge,
    gap: Option<Gap>,
    /// Objects that no list showed and that are being read.
    asked: Vec<String>,
    targets: BTreeMap<String, Comparing>,
    requests: Requests,
}

/// How far a target was compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Comparing {
    /// The app whose records these are.
    app: String,
    /// The number of the last record that was looked at.
    after: i64,
    /// All records were looked at.
    recorded: bool,
    /// The id of the last object that was looked at, for one without a record.
    object: String,
    complete: bool,
    counts: Counts,
    /// Objects whose records were found by their keys: they have one. As many as [`AHEAD`].
    unlinked: Vec<String>,
    /// Why it could not be compared.
    problem: Option<Problem>,
    /// Since when it is put off, and when it had its turn last.
    put_off: Option<PutOff>,
}

/// A target that is not written to just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct PutOff {
    since: Millis,
    tried: Millis,
}

/// Marks that wait for the writer, of any target, beyond which no more are made.
const AHEAD: i64 = 1_000;
/// Samples of each class, for each kind and target.
const SAMPLES: u64 = 20;
/// Of these nothing more than their number is told.
const COUNTED_ONLY: [&str; 8] = [
    "compared",
    "records",
    "unchanged",
    "left_alone",
    "left_out",
    "under_way",
    "not_taken_in",
    "not_written",
];

fn body(active: &Active, report_only: bool) -> Body {
    let targets = active.mapping().targets().map(|target| (target.name.clone(), Comparing::default()));
    Body { report_only, targets: targets.collect(), ..Body::default() }
}

/// Begins a comparison; with `report_only` nothing is repaired.
pub(crate) fn begin<W: World>(world: &W, active: &Active, report_only: bool) -> Result<(), JobError> {
    let body = body(active, report_only);
    world.transaction(|tx| match start(tx, &body, world.now())? {
        true => Ok(()),
        false => Err(JobError::Running(Name::Reconcile)),
    })
}

fn start(tx: &dyn Statements, body: &Body, now: Millis) -> Result<bool, EngineError> {
    let begun = row::begin(tx, Name::Reconcile, body, now)?;
    if begun {
        row::give(tx, Name::Reconcile, None)?;
    }
    Ok(begun)
}

/// Ends the comparison that goes on.
pub(crate) fn cancel<W: World>(world: &W) -> Result<(), JobError> {
    let cancelled = world.transaction(|tx| row::cancel(tx, Name::Reconcile, world.now()))?;
    if cancelled { Ok(()) } else { Err(JobError::NotRunning(Name::Reconcile)) }
}

/// How the last comparison stands; `None` before the first.
pub(crate) fn report<W: World>(world: &W) -> Result<Option<Reconcile>, EngineError> {
    row::get(world, Name::Reconcile)?.map(|row| progress::of(world, &row, world.now())).transpose()
}

/// What the last comparison found, added up by class: without what is as it should be.
pub(super) fn found(row: &Row) -> Result<Counts, EngineError> {
    let body: Body = row.body()?;
    let mut found = Counts::new();
    let all = body.listed.values().chain(body.targets.values().map(|target| &target.counts));
    for (class, count) in all.flatten().filter(|(class, _)| !COUNTED_ONLY.contains(&class.as_str())) {
        *found.entry(class.clone()).or_default() += count;
    }
    Ok(found)
}

impl Body {
    fn target(&self) -> Option<&str> {
        // Those that were put off come after the others, and then in turn.
        let left = self.targets.iter().filter(|(_, target)| !target.complete);
        let next = left.min_by_key(|(_, target)| target.put_off.map_or(0, |put_off| put_off.tried));
        next.map(|(name, _)| name.as_str())
    }
}

impl AsMut<Sweep> for Body {
    fn as_mut(&mut self) -> &mut Sweep {
        &mut self.sweep
    }
}

impl app::OfTargets for Body {
    fn end_of(&mut self, target: &str) -> Option<(&mut bool, &mut Option<Problem>)> {
        self.targets.get_mut(target).map(|comparing| (&mut comparing.complete, &mut comparing.problem))
    }
}

/// Whether enough waits for the writer already.
fn writer_is_behind(sql: &(impl Query + ?Sized), active: &Active, now: Millis) -> Result<bool, EngineError> {
    for binding in binding::all(sql)? {
        let is_written = binding.state == binding::State::Active && active.target(&binding.target).is_some();
        if is_written && delivery::bulk_rows(sql, &binding.target, now, (AHEAD, 1))?.due >= AHEAD {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(super) fn needs(
    sql: &(impl Query + ?Sized),
    active: &Active,
    row: &Row,
    now: Millis,
) -> Result<Needs, EngineError> {
    if super::backfill_is_at_work(sql, active, now)? || !config::uncleared(sql)?.is_empty() {
        // The one brings in all of it first, and what is known of another app's records is forgotten.
        return Ok(Needs::Other);
    }
    let body: Body = row.body()?;
    if !body.asked.is_empty() {
        return Ok(if suspects::are_read(sql, &body.asked)? { Needs::Local } else { Needs::Other });
    }
    if body.gap.is_some() {
        return Ok(Needs::Local);
    }
    if writer_is_behind(sql, active, now)? {
        return Ok(Needs::Other);
    }
    Ok(if body.sweep.kind(active).is_some() { Needs::Stripe } else { Needs::Local })
}

pub(super) async fn step<W: World>(
    world: &W,
    settings: &Settings,
    key: Result<Secret, &'static str>,
    active: &Active,
    row: &Row,
) -> Result<Stepped, EngineError> {
    let mut body: Body = row.body()?;
    if !body.asked.is_empty() || body.gap.is_some() {
        return suspects::step(world, row, body).map(|()| Stepped::Done);
    }
    let Some(kind) = body.sweep.kind(active) else {
        return compare::step(world, settings, active, row, body).await;
    };
    let swept = body.sweep.ask(world, &settings.name, key, active, &kind).await?;
    swept::settle(world, row, body, (&kind, swept), &Listed::new(world, active)?)
}

/// Something that was found.
struct Finding<'f> {
    class: &'static str,
    object_id: Option<&'f str>,
    record_id: Option<&'f str>,
    /// The fields that differ.
    fields: Vec<String>,
}

impl<'f> Finding<'f> {
    fn of_object(class: &'static str, object_id: &'f str) -> Self {
        Self { class, object_id: Some(object_id), record_id: None, fields: Vec::new() }
    }
}

/// Counts a finding, and keeps the first of each class as samples: no values, for those may be personal data.
/// `place` is a target's name, or a kind of Stripe's after a slash.
fn note(
    tx: &dyn Statements,
    counts: &mut Counts,
    place: &str,
    finding: &Finding<'_>,
) -> Result<(), EngineError> {
    let count = counts.entry(finding.class.to_owned()).or_default();
    *count += 1;
    if *count > SAMPLES || COUNTED_ONLY.contains(&finding.class) {
        return Ok(());
    }
    let sample = Sample {
        object_id: finding.object_id.map(str::to_owned),
        record_id: finding.record_id.map(str::to_owned),
        fields: finding.fields.clone(),
    };
    let of_record = || format!("#{}", finding.record_id.unwrap_or_default());
    let id = finding.object_id.map_or_else(of_record, str::to_owned);
    sample::keep(tx, Name::Reconcile, place, finding.class, &id, &sample)
}

/// Where samples of a kind stand.
fn place_of(kind: &Kind) -> String {
    format!("/{}", kind.as_str())
}
