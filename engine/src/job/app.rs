//! How a job reaches one target's app.

use daicho_core::mapping::CompiledTarget;
use serde::Serialize;

use super::lane::Stepped;
use super::report::Problem;
use super::row::Row;
use crate::binding::{self, Verdict};
use crate::config::Active;
use crate::error::EngineError;
use crate::kintone::{self, Access, AppForm, Client, Failure, MAX_AGE, MaySend};
use crate::port::World;
use crate::settings::Settings;
use crate::stripe;

/// The target of this name and a client for its app.
///
/// # Errors
/// Why its app cannot be asked.
pub(super) fn open<'a, W: World>(
    world: &'a W,
    settings: &Settings,
    active: &'a Active,
    name: &str,
) -> Result<(&'a CompiledTarget, Client<'a, W>), Problem> {
    let unconnected = || Problem::of_reason(binding::Reason::NoConnection);
    let target = active.target(name).ok_or_else(unconnected)?;
    let connection = active.connection_of(target).ok_or_else(unconnected)?;
    match Access::open(world, settings, connection) {
        Ok(access) => Ok((target, Client::new(world, access))),
        Err(error) => Err(problem(&Verdict::of_access(&error))),
    }
}

fn problem(verdict: &Verdict) -> Problem {
    Problem::of_reason(match verdict {
        Verdict::Pause(reason) | Verdict::Wait { reason, .. } => *reason,
        Verdict::Fits { .. } => binding::Reason::NotChecked,
    })
}

/// The app's form, read anew where it is old.
async fn form<W: World>(world: &W, client: &Client<'_, W>) -> Result<Result<AppForm, Failure>, EngineError> {
    let cached = kintone::cached(world, client.address())?;
    if let Some(form) = cached.filter(|form| world.now() - form.read_at <= MAX_AGE) {
        return Ok(Ok(form));
    }
    let read = binding::read_form(world, client).await?;
    if let Ok(form) = &read {
        world.transaction(|tx| kintone::keep(tx, client.address(), form))?;
    }
    Ok(read)
}

/// How a target's step ends before its work.
pub(super) enum Halt {
    /// Without it for now.
    Stepped(Stepped),
    /// It cannot be asked, for this reason: the job goes on with the others.
    Problem(Problem),
}

impl From<Problem> for Halt {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// The app's form, where the app may be asked now and answers.
pub(super) async fn ready<W: World>(
    world: &W,
    active: &Active,
    row: &Row,
    client: &Client<'_, W>,
) -> Result<Result<AppForm, Halt>, EngineError> {
    let share = active.daily_requests(client.address());
    if let MaySend::Wait(until) = kintone::may_send(world, client.address(), share, world.now())? {
        world.transaction(|tx| row.wait(tx, until, world.now()))?;
        return Ok(Err(Halt::Stepped(Stepped::Done)));
    }
    Ok(form(world, client).await?.map_err(|failure| failed(&failure)))
}

/// What a job keeps of its targets.
pub(super) trait OfTargets: Serialize {
    /// Whether one is done with, and why it was left out.
    fn end_of(&mut self, target: &str) -> Option<(&mut bool, &mut Option<Problem>)>;
}

/// Ends a target's step. One that cannot be asked is left out, and the others go on.
pub(super) fn halt<W: World>(
    world: &W,
    row: &Row,
    mut body: impl OfTargets,
    target: &str,
    halt: Halt,
) -> Result<Stepped, EngineError> {
    let why = match halt {
        Halt::Stepped(stepped) => return Ok(stepped),
        Halt::Problem(why) => why,
    };
    if let Some((complete, problem)) = body.end_of(target) {
        *complete = true;
        *problem = Some(why);
    }
    world.transaction(|tx| row.keep(tx, &body, world.now()))?;
    Ok(Stepped::Done)
}

/// What a job does after kintone did not answer as hoped: it tries again, unless a person has to set
/// something right.
pub(super) fn failed(failure: &Failure) -> Halt {
    match Verdict::of_failure(failure) {
        Verdict::Pause(reason) => Problem::of_reason(reason).into(),
        _ => {
            let mut deferred = stripe::Failure::of_this_object(failure.code());
            deferred.retry_after = failure.retry_after();
            Halt::Stepped(Stepped::Deferred(deferred))
        }
    }
}
