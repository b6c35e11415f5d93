//! Letting a held target go on without linking its records first.

use super::{Binding, Reason, State, row};
use crate::config::Active;
use crate::error::EngineError;
use crate::kintone::{Access, AccessError, Client};
use crate::port::{SqlError, World};
use crate::settings::Settings;

/// A hold was not waived.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WaiveError {
    /// There is no such target, or it is not held.
    #[error("target `{target}` is not held: see `daicho status`")]
    NotHeld {
        /// What was asked for.
        target: String,
    },
    /// The typed name is not the app's.
    #[error("the app has another name: type the name exactly as kintone shows it")]
    OtherName,
    /// The app's name could not be read.
    #[error("the app's name could not be read ({code}): try again, or see `daicho status`")]
    Unread {
        /// What kintone answered, as a code.
        code: String,
    },
    /// The app's credentials cannot be opened.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The engine could not go on.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<SqlError> for WaiveError {
    fn from(error: SqlError) -> Self {
        Self::Engine(error.into())
    }
}

/// Lets a held target be written to, for a person who typed the name of its app, whoever it is: the
/// name shows that they know which app will be written to. Who it was is kept.
///
/// # Errors
/// [`WaiveError`] says why not.
pub async fn waive<W: World>(
    world: &W,
    settings: &Settings,
    active: &Active,
    target: &str,
    app_name: &str,
    by: &str,
) -> Result<(), WaiveError> {
    let not_held = || WaiveError::NotHeld { target: target.to_owned() };
    let held = row::get(world, target)?.filter(is_held).ok_or_else(not_held)?;
    let connection =
        active.target(target).and_then(|target| active.connection_of(target)).ok_or_else(not_held)?;
    let client = Client::new(world, Access::open(world, settings, connection)?);
    let name = client.app_name().await?;
    let name = name.map_err(|failure| WaiveError::Unread { code: failure.code().to_owned() })?;
    if name.trim() != app_name.trim() {
        return Err(WaiveError::OtherName);
    }
    let now = world.now();
    world.transaction(|tx| {
        // Another app, or another state, than the one whose name was compared?
        let still = row::get(tx, target)?.is_some_and(|row| is_held(&row) && row.address == held.address);
        if !still {
            return Err(not_held());
        }
        row::waived(tx, target, by)?;
        row::set_state(tx, target, State::Active, None::<Reason>, None, now)?;
        Ok(())
    })
}

/// Held for the records that were found; deletions are let go on otherwise (`daicho deletions`).
fn is_held(binding: &Binding) -> bool {
    binding.state == State::Held && binding.reason != Some(Reason::ManyDeletions)
}
