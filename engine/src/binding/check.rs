//! Checking a target that is not written to yet, or not any more: is its app ours, does its mapping
//! fit the app's form, are there records in it.

use daicho_core::kintone::AppAddress;
use daicho_core::mapping::CompiledTarget;

use super::{Binding, Reason, State, row};
use crate::config::{self, Active};
use crate::error::EngineError;
use crate::kintone::{self, Access, AccessError, Answer, AppForm, Client, Failure};
use crate::port::{Claims, Millis, SqlError, World};
use crate::retry;
use crate::secret::SecretError;
use crate::settings::Settings;

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The app is ours, the mapping fits, and this many records were there when it was bound.
    Fits { found: i64 },
    /// It could not be found out; try again by itself.
    Wait { reason: Reason, retry_after: Option<Millis> },
    /// A person has to set something right.
    Pause(Reason),
}

impl Verdict {
    pub(crate) fn of_failure(failure: &Failure) -> Self {
        match failure {
            Failure::Configuration(problem) => Self::Pause(Reason::from(*problem)),
            other => Self::Wait { reason: Reason::NotChecked, retry_after: other.retry_after() },
        }
    }

    pub(crate) fn of_access(error: &AccessError) -> Self {
        Self::Pause(match error {
            AccessError::Host(_) => Reason::HostRefused,
            AccessError::Secret(SecretError::Missing { .. }) => Reason::SecretMissing,
            AccessError::Secret(_) => Reason::SecretUnreadable,
        })
    }
}

/// Reads an app's form and settings. The settings may be out of a token's reach; then numbers are
/// taken to be kept as in a new app.
pub(crate) async fn read_form<W: World>(
    world: &W,
    client: &Client<'_, W>,
) -> Result<Answer<AppForm>, SqlError> {
    let form = match client.form().await? {
        Ok(form) => form,
        Err(failure) => return Ok(Err(failure)),
    };
    let settings = client.settings().await?.ok();
    Ok(Ok(AppForm { form, settings, read_at: world.now() }))
}

/// Checks a binding and stores what came of it.
pub(crate) async fn check<W: World>(
    world: &W,
    settings: &Settings,
    active: &Active,
    binding: &Binding,
) -> Result<(), EngineError> {
    let verdict = match active.target(&binding.target) {
        None => Verdict::Pause(Reason::NoConnection),
        Some(target) => examine(world, settings, active, target, binding).await?,
    };
    world.transaction(|tx| match row::get(tx, &binding.target)? {
        // Bound anew while kintone was asked: that one has its own check.
        Some(now) if now.address == binding.address && now.state != State::Active => {
            Ok(conclude(world, tx, &now, &verdict)?)
        }
        _ => Ok(()),
    })
}

/// Stores what a check of a binding came to.
pub(crate) fn conclude<W: World>(
    world: &W,
    tx: &dyn crate::port::Statements,
    binding: &Binding,
    verdict: &Verdict,
) -> Result<(), SqlError> {
    let now = world.now();
    let target = &binding.target;
    let attempts = u32::try_from(binding.attempts).unwrap_or(u32::MAX).saturating_add(1);
    match verdict {
        Verdict::Fits { found } => {
            kintone::map_first(tx, target, &binding.address)?;
            let held = *found > 0 && binding.waived_by.is_none();
            let (state, reason) =
                if held { (State::Held, Some(Reason::RecordsFound)) } else { (State::Active, None) };
            row::set_state(tx, target, state, reason, Some(*found), now)
        }
        Verdict::Wait { reason, retry_after } => {
            row::wait(tx, target, *reason, retry::probe(world, attempts, *retry_after))
        }
        Verdict::Pause(reason) => row::pause(tx, target, *reason, retry::backoff(world, attempts, None), now),
    }
}

async fn examine<W: World>(
    world: &W,
    settings: &Settings,
    active: &Active,
    target: &CompiledTarget,
    binding: &Binding,
) -> Result<Verdict, EngineError> {
    let Some(connection) = active.connection_of(target) else {
        return Ok(Verdict::Pause(Reason::NoConnection));
    };
    let access = match Access::open(world, settings, connection) {
        Ok(access) => access,
        Err(error) => return Ok(Verdict::of_access(&error)),
    };
    if let Err(verdict) = claim(world, settings, active, &binding.address).await {
        return Ok(verdict);
    }
    let client = Client::new(world, access);
    let form = match read_form(world, &client).await? {
        Ok(form) => form,
        Err(failure) => return Ok(Verdict::of_failure(&failure)),
    };
    world.transaction(|tx| kintone::keep(tx, client.address(), &form))?;
    let issues = active.definition(&target.name);
    let issues = issues.map(|definition| config::mapping_against_form(&target.name, definition, &form));
    if issues.into_iter().flatten().any(|issue| issue.is_error()) {
        return Ok(Verdict::Pause(Reason::MappingIssues));
    }
    match binding.found {
        Some(found) => Ok(Verdict::Fits { found }),
        None => Ok(match client.count_records().await? {
            Ok(found) => Verdict::Fits { found },
            Err(failure) => Verdict::of_failure(&failure),
        }),
    }
}

/// Claims the apps of the connections, and says where another tenant holds this one.
async fn claim<W: World>(
    world: &W,
    settings: &Settings,
    active: &Active,
    address: &AppAddress,
) -> Result<(), Verdict> {
    let apps = config::apps(settings, active.connections());
    match Claims::claim(world, &settings.name, &apps).await {
        Err(_lost) => Err(Verdict::Wait { reason: Reason::ClaimUnknown, retry_after: None }),
        Ok(refused) if refused.contains(address) => Err(Verdict::Pause(Reason::ClaimedElsewhere)),
        Ok(_) => Ok(()),
    }
}

/// Whether the tenant still holds the app: a test claim yields to a live one. An unanswered question
/// changes nothing.
pub(crate) async fn still_claimed<W: World>(world: &W, settings: &Settings, address: &AppAddress) -> bool {
    let lost = Claims::lost(world, &settings.name, std::slice::from_ref(address)).await;
    !lost.is_ok_and(|lost| lost.contains(address))
}
