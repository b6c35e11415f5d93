//! The form that records are checked against, no older than an hour.

use daicho_core::validation::Issue;

use super::lane::stop;
use crate::binding::{self, Binding, Reason, State, Verdict};
use crate::config::{self, Active};
use crate::error::EngineError;
use crate::kintone::{self, AppForm, Client, MAX_AGE};
use crate::port::World;
use crate::settings::Settings;

/// The app's form, read again where it is old or suspect; `None` where nothing can be written now.
/// With it goes the hourly question whether the app is still ours.
pub(super) async fn fresh<W: World>(
    world: &W,
    settings: &Settings,
    active: &Active,
    client: &Client<'_, W>,
    binding: &Binding,
) -> Result<Option<AppForm>, EngineError> {
    let cached = match kintone::cached(world, client.address())? {
        Some(form) if world.now() - form.read_at <= MAX_AGE => return Ok(Some(form)),
        cached => cached,
    };
    if !binding::still_claimed(world, settings, client.address()).await {
        stop(world, binding, &Verdict::Pause(Reason::ClaimedElsewhere))?;
        return Ok(None);
    }
    match (binding::read_form(world, client).await?, cached) {
        (Ok(form), _) => keep(world, active, client, &form, binding),
        (Err(failure), Some(cached)) if matches!(Verdict::of_failure(&failure), Verdict::Wait { .. }) => {
            let now = world.now();
            world.transaction(|tx| kintone::postpone(tx, client.address(), now))?;
            Ok(Some(cached))
        }
        (Err(failure), _) => stop(world, binding, &Verdict::of_failure(&failure)).map(|()| None),
    }
}

/// Keeps the form and holds every target of the app against it; those it no longer fits are paused.
fn keep<W: World>(
    world: &W,
    active: &Active,
    client: &Client<'_, W>,
    form: &AppForm,
    binding: &Binding,
) -> Result<Option<AppForm>, EngineError> {
    world.transaction(|tx| kintone::keep(tx, client.address(), form))?;
    let mut fits = true;
    for other in binding::at_address(world, client.address())? {
        let Some(definition) = active.definition(&other.target) else {
            continue;
        };
        let issues = config::mapping_against_form(&other.target, definition, form);
        if other.state == State::Active && issues.iter().any(Issue::is_error) {
            stop(world, &other, &Verdict::Pause(Reason::MappingIssues))?;
            fits &= other.target != binding.target;
        }
    }
    Ok(fits.then(|| form.clone()))
}
