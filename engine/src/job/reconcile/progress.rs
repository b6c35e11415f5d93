//! What a comparison found, for people and programs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Body, Counts};
use crate::delivery;
use crate::error::EngineError;
use crate::job::report::Problem;
use crate::job::row::{Name, Row, State};
use crate::job::sample::{self, Samples};
use crate::port::{Millis, Query};

/// How the last comparison stands. Times are milliseconds since the Unix epoch. Kept until the next one is
/// begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reconcile {
    /// Whether it goes on.
    pub state: State,
    /// `read` while Stripe's lists are read, then `compare`.
    pub phase: &'static str,
    /// Whether it repairs nothing.
    pub report_only: bool,
    /// When it began.
    pub begun: Millis,
    /// When its last step was done.
    pub updated: Millis,
    /// Why it failed.
    pub problem: Option<Problem>,
    /// The code of what its last step met and which is tried again.
    pub last_error: Option<String>,
    /// When it goes on, where it waits: for a retry, or for the day's share of requests.
    pub retry_at: Option<Millis>,
    /// Requests that it took itself; what it repairs takes others.
    pub requests: Requests,
    /// What Stripe's lists showed, by kind of object. Classes: `compared` (all of them), `missing` (taken in),
    /// `stale` (brought up to date), `deleted` (proved), `unproved` (not listed, and could not be read),
    /// `not_listed` (in place of these two where nothing is repaired), `not_taken_in` (older than the mapping
    /// that takes their kind, and of no backfill), `under_way`, `too_large`.
    pub stripe: BTreeMap<String, Compared>,
    /// What kintone's apps showed, by target. Classes: `records` (all in the app), `unchanged`, `missing`
    /// (no record of an object that has one or should), `stale` (a field is otherwise than its write policy
    /// has it), `left_over` (of an object that is gone), `unlinked` (has the key of an object whose record was
    /// not known), `refused`, `not_read` (looks at objects that are not read), `twin` (has the key of an
    /// object with another record), `unknown_key`, `no_key`, `failed` (a dead letter), `discarded`,
    /// `stays_deleted` (left so, as the target says), `under_way`, `left_alone` (by the write mode), `left_out`
    /// (by the condition), `not_written` (of no backfill). The first six of these are repaired.
    pub targets: BTreeMap<String, Compared>,
}

/// What was found of one kind or target.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// Its app (`domain/guest space or -/app`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// Whether all was gone through.
    pub complete: bool,
    /// Why it could not be compared.
    pub problem: Option<Problem>,
    /// By class.
    pub counts: Counts,
    /// Records marked and not settled yet, counted up to 1,000.
    pub under_way: i64,
    /// Up to 20 of each class that is worth a look.
    pub samples: Samples<Sample>,
}

/// Requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Requests {
    /// To Stripe: pages, and reads of what was not listed.
    pub stripe: u64,
    /// To kintone: pages.
    pub kintone: u64,
}

/// One of those found. It holds no value, for that may be personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Stripe's id; none where no object is known.
    pub object_id: Option<String>,
    /// The record's number.
    pub record_id: Option<String>,
    /// The codes of the fields that differ.
    pub fields: Vec<String>,
}

const MOST: i64 = 1_000;

pub(super) fn of(sql: &(impl Query + ?Sized), row: &Row, now: Millis) -> Result<Reconcile, EngineError> {
    let body: Body = row.body()?;
    let (is_running, failed) = (row.state == State::Running, row.state == State::Failed);
    let mut samples = sample::all::<Sample>(sql, Name::Reconcile)?;
    let is_read = body.targets.values().any(|target| target.complete || !target.app.is_empty());
    let mut stripe = BTreeMap::new();
    for (kind, counts) in body.listed {
        let complete = body.sweep.is_done(&kind);
        let samples = samples.remove(&format!("/{kind}")).unwrap_or_default();
        stripe.insert(kind, Compared { complete, counts, samples, ..Compared::default() });
    }
    let mut targets = BTreeMap::new();
    for (name, comparing) in body.targets {
        let compared = Compared {
            app: Some(comparing.app).filter(|app| !app.is_empty()),
            complete: comparing.complete,
            problem: comparing.problem,
            counts: comparing.counts,
            under_way: delivery::bulk_rows(sql, &name, now, (1, MOST))?.all,
            samples: samples.remove(&name).unwrap_or_default(),
        };
        targets.insert(name, compared);
    }
    Ok(Reconcile {
        state: row.state,
        phase: if is_read { "compare" } else { "read" },
        report_only: body.report_only,
        begun: row.begun,
        updated: row.updated,
        problem: row.last_error.as_deref().filter(|_| failed).map(Problem::of),
        last_error: row.last_error.clone().filter(|_| is_running),
        retry_at: (is_running && row.not_before > now).then_some(row.not_before),
        requests: body.requests,
        stripe,
        targets,
    })
}
