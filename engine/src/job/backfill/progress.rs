//! How a backfill stands, for people and programs.

use std::collections::BTreeMap;

use daicho_core::stripe::Kind;
use daicho_core::validation::Text;
use serde::Serialize;

use super::{Body, ByTarget, Marking, resume, writing};
use crate::binding::{self, Reason};
use crate::config::Active;
use crate::delivery::{self, Tally};
use crate::error::EngineError;
use crate::job::report::Problem;
use crate::job::row::{Row, State};
use crate::job::sweep::Seen;
use crate::port::{Millis, Query};

/// How the last backfill stands. Times are milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Backfill {
    /// Whether it goes on.
    pub state: State,
    /// `read` while Stripe's lists are read, then `write`.
    pub phase: &'static str,
    /// When it began.
    pub begun: Millis,
    /// When its last step was done.
    pub updated: Millis,
    /// Whether beginning it again goes on where it stands.
    pub resumable: bool,
    /// Why it failed.
    pub problem: Option<Problem>,
    /// The code of what its last step met and which is tried again.
    pub last_error: Option<String>,
    /// When it is tried again.
    pub retry_at: Option<Millis>,
    /// What was read, by Stripe's kind of object (`customer`, `subscription`, `invoice`).
    pub read: BTreeMap<String, Reading>,
    /// What was written, by target.
    pub targets: BTreeMap<String, Writing>,
    /// What is left, as far as that can be told: not before everything was read.
    pub rest: Option<Rest>,
}

/// What was read of one kind.
pub type Reading = Seen;

/// What became of one target's objects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Writing {
    /// Objects gone through; of a target of elements, the objects whose lists they stand in.
    pub objects: u64,
    /// How many there are, as Stripe's lists showed them.
    pub of: u64,
    /// Records that were made.
    pub created: i64,
    /// Records that were changed.
    pub updated: i64,
    /// Records that were as they should be, or that the target leaves alone.
    pub unchanged: i64,
    /// Objects that the target's condition does not take.
    pub left_out: i64,
    /// Dead letters.
    pub failed: i64,
    /// Records handed to the writer and not settled, counted up to 2,000.
    pub under_way: i64,
    /// What the writing waits for.
    pub waits: Option<Waits>,
}

/// What a target's writing waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waits {
    /// A binding's reason, or `lookup:` and the target that is written first.
    pub code: String,
    /// The same in words.
    pub text: Text,
}

/// What is left to be done: an estimate from what was done so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rest {
    /// Objects not gone through yet.
    pub objects: u64,
    /// kintone requests at least: a batch has up to 100 records.
    pub requests: u64,
    /// Seconds at the pace so far; `None` where there is no pace yet.
    pub seconds: Option<u64>,
}

const MOST: i64 = 2_000;

pub(super) fn of(
    sql: &(impl Query + ?Sized),
    active: Option<&Active>,
    row: &Row,
    now: Millis,
) -> Result<Backfill, EngineError> {
    let body: Body = row.body()?;
    let is_running = row.state == State::Running;
    let is_reading =
        active.is_some_and(|active| body.sweep.kind(active).is_some()) || body.targets.is_empty();
    let tallies = delivery::tallies(sql)?;
    let mut targets = BTreeMap::new();
    for marking in &body.targets {
        let writing = writing(sql, active, (row, &body), marking, &tallies, now)?;
        targets.insert(marking.name.clone(), writing);
    }
    let failed = row.state == State::Failed;
    Ok(Backfill {
        state: row.state,
        phase: if is_reading { "read" } else { "write" },
        begun: row.begun,
        updated: row.updated,
        resumable: resume::body(sql, now)?.is_some(),
        problem: row.last_error.as_deref().filter(|_| failed).map(Problem::of),
        last_error: row.last_error.clone().filter(|_| is_running),
        retry_at: (is_running && row.not_before > now).then_some(row.not_before),
        rest: (is_running && !is_reading).then(|| rest(&body, &targets, now)),
        read: body.sweep.seen,
        targets,
    })
}

fn writing(
    sql: &(impl Query + ?Sized),
    active: Option<&Active>,
    (row, body): (&Row, &Body),
    marking: &Marking,
    tallies: &ByTarget<Tally>,
    now: Millis,
) -> Result<Writing, EngineError> {
    let tally = tallies.get(&marking.name).copied().unwrap_or_default();
    let target = active.and_then(|active| active.target(&marking.name));
    let kind = target.map(|target| target.source.element_of().map_or(target.source, |(parent, _)| parent));
    let seen = kind.and_then(|kind| body.sweep.seen.get(Kind::from(kind).as_str()));
    let listed = seen.map_or(0, |seen| seen.objects - seen.unstorable);
    let waits = match active.filter(|_| row.state == State::Running) {
        Some(active) => waits(sql, active, body, marking, now)?,
        None => None,
    };
    Ok(Writing {
        objects: marking.objects,
        of: if marking.complete { marking.objects } else { listed.max(marking.objects) },
        created: tally.created,
        updated: tally.updated,
        unchanged: tally.unchanged,
        left_out: tally.left_out,
        failed: tally.failed,
        under_way: delivery::bulk_rows(sql, &marking.name, now, (1, MOST))?.all,
        waits,
    })
}

fn waits(
    sql: &(impl Query + ?Sized),
    active: &Active,
    body: &Body,
    marking: &Marking,
    now: Millis,
) -> Result<Option<Waits>, EngineError> {
    let binding = binding::get(sql, &marking.name)?;
    if let Some(reason) = binding.and_then(|binding| binding.reason) {
        return Ok(Some(Waits { code: Reason::code(reason).to_owned(), text: reason.text() }));
    }
    let before = if marking.complete { None } else { writing::unsettled(sql, active, body, marking, now)? };
    Ok(before.map(|before| Waits {
        code: format!("lookup:{before}"),
        text: Text {
            ja: format!("ルックアップの参照先（{before}）を先に書き込んでいます。"),
            en: format!("The records that its lookups name ({before}) are written first."),
        },
    }))
}

fn rest(body: &Body, targets: &BTreeMap<String, Writing>, now: Millis) -> Rest {
    let left = |writing: &Writing| writing.of - writing.objects + writing.under_way.unsigned_abs();
    let objects: u64 = targets.values().map(left).sum();
    let requests = targets.values().map(|writing| left(writing).div_ceil(100)).sum();
    let done: u64 = targets.values().map(|writing| writing.objects).sum::<u64>()
        - targets.values().map(|writing| writing.under_way.unsigned_abs().min(writing.objects)).sum::<u64>();
    let taken = body.writing_since.map_or(0, |since| now - since).unsigned_abs();
    let seconds = (done > 0).then(|| (objects * taken).div_ceil(done * 1_000));
    Rest { objects, requests, seconds }
}
