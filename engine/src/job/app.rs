//! A job's way to one target's app.

use daicho_core::mapping::CompiledTarget;

use super::lane::Stepped;
use super::report::Problem;
use crate::binding::{self, Verdict};
use crate::config::Active;
use crate::error::EngineError;
use crate::kintone::{self, Access, AppForm, Client, Failure, MAX_AGE};
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
pub(super) async fn form<W: World>(
    world: &W,
    client: &Client<'_, W>,
) -> Result<Result<AppForm, Failure>, EngineError> {
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

/// What a job does after kintone did not answer as hoped: it tries again, unless a person has to set
/// something right.
pub(super) fn failed(failure: &Failure) -> Result<Stepped, Problem> {
    match Verdict::of_failure(failure) {
        Verdict::Pause(reason) => Err(Problem::of_reason(reason)),
        _ => {
            let mut deferred = stripe::Failure::of_this_object(failure.code());
            deferred.retry_after = failure.retry_after();
            Ok(Stepped::Deferred(deferred))
        }
    }
}
