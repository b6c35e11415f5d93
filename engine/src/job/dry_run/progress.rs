//! What a dry run found, for people and programs.

use std::collections::BTreeMap;

use daicho_core::validation::{Issue, Text};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Body;
use crate::delivery::{Assessed, Outcome};
use crate::error::EngineError;
use crate::job::backfill;
use crate::job::report::Problem;
use crate::job::row::{Name, Row, State};
use crate::job::sample;
use crate::job::sweep::Seen;
use crate::port::{Millis, Query};

/// How the last dry run stands. Times are milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DryRun {
    /// Whether it goes on.
    pub state: State,
    /// `read` while Stripe's lists are read, then `check`.
    pub phase: &'static str,
    /// `stored`, or `tried` where a mapping was sent along.
    pub mapping: &'static str,
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
    /// What was read for it, by Stripe's kind of object.
    pub read: BTreeMap<String, Seen>,
    /// What would be written, by target.
    pub targets: BTreeMap<String, Target>,
}

/// What would become of one target's records.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Target {
    /// Objects gone through; of a target of elements, the objects whose lists they stand in.
    pub objects: u64,
    /// How many there are, as Stripe's lists showed them to this dry run or to the last backfill.
    pub of: u64,
    /// Whether all were gone through.
    pub complete: bool,
    /// Why it could not be checked.
    pub problem: Option<Problem>,
    /// Records by what would become of them: `created`, `updated`, `deleted`, `unchanged`, `left_alone`
    /// (by the write mode), `left_out` (by the condition), `without_key`, `refused`, `not_read` (what they
    /// look at could not be read).
    pub counts: BTreeMap<String, u64>,
    /// Those refused, by the code of the issue.
    pub refused: BTreeMap<String, Refusal>,
    /// Up to 20 of each, of the refused up to 20 of each code; none of the unchanged.
    pub samples: BTreeMap<String, Vec<Sample>>,
}

/// Records that would be refused for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// How many.
    pub count: u64,
    /// Why, and what to do: of the first of them.
    pub text: Text,
}

/// One object and what would become of its record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Stripe's id.
    pub object_id: String,
    /// The record's key.
    pub key: Option<String>,
    /// The fields that would change.
    pub fields: Vec<Field>,
    /// Why it would be refused.
    pub issue: Option<Issue>,
}

/// A field that would change. The values may be personal data: they are given only where asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// The field code.
    pub field: String,
    /// What kintone holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Value>,
    /// What would be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Value>,
}

/// A longer value is cut: a sample is to show, not to keep.
const LONGEST: usize = 500;

pub(super) fn class(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Created => "created",
        Outcome::Updated(_) => "updated",
        Outcome::Deleted => "deleted",
        Outcome::Unchanged => "unchanged",
        Outcome::LeftAlone => "left_alone",
        Outcome::LeftOut => "left_out",
        Outcome::WithoutKey => "without_key",
        Outcome::Refused(_) => "refused",
        Outcome::NotRead(_) => "not_read",
    }
}

impl Sample {
    pub(super) fn of(assessed: &Assessed) -> Self {
        let fields = match &assessed.outcome {
            Outcome::Updated(changes) => changes
                .iter()
                .map(|change| Field {
                    field: change.field.clone(),
                    old: Some(cut(&change.old)),
                    new: Some(cut(&change.new)),
                })
                .collect(),
            _ => Vec::new(),
        };
        let issue = match &assessed.outcome {
            Outcome::Refused(issue) => Some((**issue).clone()),
            _ => None,
        };
        Self { object_id: assessed.object_id.clone(), key: assessed.key.clone(), fields, issue }
    }

    fn hide_values(&mut self) {
        for field in &mut self.fields {
            (field.old, field.new) = (None, None);
        }
        if let Some(issue) = &mut self.issue {
            issue.value = None;
        }
    }
}

fn cut(value: &Value) -> Value {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if text.len() <= LONGEST {
        value.clone()
    } else {
        text.chars().take(LONGEST / 4).chain(['…']).collect::<String>().into()
    }
}

pub(super) fn of(
    sql: &(impl Query + ?Sized),
    row: &Row,
    values: bool,
    now: Millis,
) -> Result<DryRun, EngineError> {
    let body: Body = row.body()?;
    let is_running = row.state == State::Running;
    let failed = row.state == State::Failed;
    let mut samples = sample::all::<Sample>(sql, Name::DryRun)?;
    let backfilled = backfill::seen(sql)?;
    let listed = |kind: &str| {
        let seen = body.sweep.seen.get(kind).or_else(|| backfilled.get(kind));
        seen.map_or(0, |seen| seen.objects.saturating_sub(seen.unstorable))
    };
    let of: BTreeMap<String, u64> = body
        .targets
        .iter()
        .map(|(name, checking)| {
            let of = if checking.complete { 0 } else { listed(&checking.kind) };
            (name.clone(), of.max(checking.objects))
        })
        .collect();
    Ok(DryRun {
        state: row.state,
        phase: if body.kind(sql)?.is_some() { "read" } else { "check" },
        mapping: if body.tried { "tried" } else { "stored" },
        begun: row.begun,
        updated: row.updated,
        problem: row.last_error.as_deref().filter(|_| failed).map(Problem::of),
        last_error: row.last_error.clone().filter(|_| is_running),
        retry_at: (is_running && row.not_before > now).then_some(row.not_before),
        read: body.sweep.seen,
        targets: body
            .targets
            .into_iter()
            .map(|(name, checking)| {
                let mut samples = samples.remove(&name).unwrap_or_default();
                samples.values_mut().flatten().filter(|_| !values).for_each(Sample::hide_values);
                let target = Target {
                    objects: checking.objects,
                    of: of.get(&name).copied().unwrap_or(checking.objects),
                    complete: checking.complete,
                    problem: checking.problem,
                    counts: checking.counts,
                    refused: checking.codes,
                    samples,
                };
                (name, target)
            })
            .collect(),
    })
}
