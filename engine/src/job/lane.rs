//! Which job has its turn, and its next step.

use serde::Serialize;
use serde_json::json;

use super::row::{self, Name, Row, State};
use super::{backfill, dry_run, reconcile};
use crate::config::Active;
use crate::error::EngineError;
use crate::port::{Level, Millis, Query, World};
use crate::retry;
use crate::secret::Secret;
use crate::settings::Settings;
use crate::stripe::Failure;

/// What a job's next step takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// A request to Stripe.
    Stripe,
    /// Nothing of Stripe.
    Local,
    /// Something else must happen first; whatever does it has the job looked at again.
    Other,
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stepped {
    /// Stripe answered.
    Asked,
    /// Stripe was not asked.
    Done,
    /// It is put off.
    Deferred(Failure),
}

fn needs(sql: &(impl Query + ?Sized), active: &Active, row: &Row, now: Millis) -> Result<Needs, EngineError> {
    match row.name {
        Name::Backfill => backfill::needs(sql, active, row, now),
        Name::DryRun => dry_run::needs(sql, row, now),
        Name::Reconcile => reconcile::needs(sql, active, row, now),
    }
}

/// The job whose turn it is; `None` where none can go on now. While reads from Stripe stand still, so do
/// jobs that would ask it.
pub(crate) fn due(
    sql: &(impl Query + ?Sized),
    active: &Active,
    now: Millis,
    stripe_stands_still: bool,
) -> Result<Option<Row>, EngineError> {
    for row in row::running(sql)?.into_iter().filter(|row| row.not_before <= now) {
        match needs(sql, active, &row, now)? {
            Needs::Other => {}
            Needs::Stripe if stripe_stands_still => {}
            Needs::Stripe | Needs::Local => return Ok(Some(row)),
        }
    }
    Ok(None)
}

/// When a job has something to do next; in the past where one has now.
pub(crate) fn next_due(
    sql: &(impl Query + ?Sized),
    active: &Active,
    now: Millis,
    stripe_from: Millis,
) -> Result<Option<Millis>, EngineError> {
    let mut earliest: Option<Millis> = None;
    for row in row::running(sql)? {
        let due = match needs(sql, active, &row, now)? {
            Needs::Other => None,
            Needs::Local => Some(row.not_before),
            Needs::Stripe => Some(row.not_before.max(stripe_from)),
        };
        earliest = [earliest, due].into_iter().flatten().min();
    }
    Ok(earliest)
}

/// Does the next step of a job. `key` is the tenant's Stripe key, or why there is none.
///
/// # Errors
/// The database refused, or holds what it should not. What Stripe and kintone say is no error.
pub(crate) async fn step<W: World>(
    world: &W,
    settings: &Settings,
    key: Result<Secret, &'static str>,
    active: &Active,
    row: &Row,
) -> Result<Stepped, EngineError> {
    let stepped = match row.name {
        Name::Backfill => backfill::step(world, settings, key, active, row).await?,
        Name::DryRun => dry_run::step(world, settings, key, active, row).await?,
        Name::Reconcile => reconcile::step(world, settings, key, active, row).await?,
    };
    if let Stepped::Deferred(failure) = &stepped {
        let attempts = u32::try_from(row.attempts + 1).unwrap_or(u32::MAX);
        let not_before = retry::backoff(world, attempts, failure.retry_after);
        world.transaction(|tx| row.defer(tx, &failure.code, not_before, world.now()))?;
    }
    Ok(stepped)
}

/// The run cannot go on, for what the code says: a person sets it right and begins it again.
pub(super) fn fail<W: World>(
    world: &W,
    row: &Row,
    body: &impl Serialize,
    code: &str,
) -> Result<(), EngineError> {
    world.line(Level::Error, "job_failed", json!({ "job": row.name.as_str(), "code": code }));
    world.transaction(|tx| row.settle(tx, State::Failed, body, Some(code), world.now()))
}
