//! What an operator does with a tenant: documents, secrets, status, held targets.

use crate::binding::{self, WaiveError};
use crate::config::{self, ConfigError, Document, Precondition, Stored};
use crate::delivery::{self, Deletions, DeletionsAnswer, DeletionsError};
use crate::error::EngineError;
use crate::gap_check::{self, GapCheck};
use crate::port::{SqlError, World};
use crate::secret::{self, SecretError};
use crate::status::Status;
use crate::tenant::Tenant;

impl<W: World> Tenant<W> {
    /// Puts the mapping; what waited for it is worked off.
    ///
    /// # Errors
    /// [`ConfigError`] says why it was refused; the stored one stays.
    pub async fn put_mapping(
        &self,
        body: &[u8],
        precondition: &Precondition,
        by: &str,
    ) -> Result<Stored, ConfigError> {
        let stored = config::put_mapping(&self.world, &self.settings, body, precondition, by).await?;
        self.reload()?;
        Ok(stored)
    }

    /// Puts the connections; what waited for them is worked off.
    ///
    /// # Errors
    /// As [`Tenant::put_mapping`].
    pub async fn put_connections(
        &self,
        body: &[u8],
        precondition: &Precondition,
        by: &str,
    ) -> Result<Stored, ConfigError> {
        let stored = config::put_connections(&self.world, &self.settings, body, precondition, by).await?;
        self.reload()?;
        Ok(stored)
    }

    /// Seals a secret; what failed for want of it is tried again.
    ///
    /// # Errors
    /// [`SecretError`] says what about the value or the sealing keys is wrong.
    pub fn put_secret(&self, name: &str, value: &[u8]) -> Result<(), SecretError> {
        let Self { world, settings, .. } = self;
        secret::put(world, &settings.sealing, &settings.name, name, value)?;
        self.reload().map_err(|error| match error {
            EngineError::Sql(error) => SecretError::Sql(error),
            other => SecretError::Sql(SqlError::new(other.to_string())),
        })
    }

    /// The mapping as it was put.
    ///
    /// # Errors
    /// The database refused.
    pub fn mapping(&self) -> Result<Option<Document>, SqlError> {
        config::get(&self.world, config::MAPPING)
    }

    /// The connections as they were put.
    ///
    /// # Errors
    /// The database refused.
    pub fn connections(&self) -> Result<Option<Document>, SqlError> {
        config::get(&self.world, config::CONNECTIONS)
    }

    /// How the tenant stands.
    ///
    /// # Errors
    /// The database refused.
    pub fn status(&self) -> Result<Status, EngineError> {
        let mut status = self.glance()?;
        status.inbox.count_ignored(&self.world)?;
        Ok(status)
    }

    /// The same without what takes a look at every event.
    pub(crate) fn glance(&self) -> Result<Status, EngineError> {
        let configured = self.active().is_some();
        Status::read(&self.world, &self.settings, self.world.now(), self.due_at()?, configured)
    }

    /// How the hourly gap check stands; `None` before the tenant is configured.
    ///
    /// # Errors
    /// The database refused.
    pub fn gap_check(&self) -> Result<Option<GapCheck>, EngineError> {
        GapCheck::read(&self.world)
    }

    /// Begins a gap check now, unless one is under way; `false` before the tenant is configured.
    ///
    /// # Errors
    /// The database refused.
    pub fn begin_gap_check(&self) -> Result<bool, EngineError> {
        if self.active().is_none() {
            return Ok(false);
        }
        gap_check::ring(&self.world, self.world.now())?;
        self.nudge().map(|()| true)
    }

    /// Lets a held target be written to, for a person who typed the name of its app.
    ///
    /// # Errors
    /// [`WaiveError`] says why not.
    pub async fn waive(&self, target: &str, app_name: &str, by: &str) -> Result<(), WaiveError> {
        let Some(active) = self.active() else {
            return Err(WaiveError::NotHeld { target: target.to_owned() });
        };
        binding::waive(&self.world, &self.settings, &active, target, app_name, by).await?;
        Ok(self.nudge()?)
    }

    /// Has a paused target checked at once: a person says that what paused it is set right. Answers
    /// whether it was paused.
    ///
    /// # Errors
    /// The database refused.
    pub fn resume(&self, target: &str) -> Result<bool, EngineError> {
        let was_paused = self.world.transaction(|tx| binding::resume(tx, target))?;
        self.nudge()?;
        Ok(was_paused)
    }

    /// How the targets that delete records stand with their deletions.
    ///
    /// # Errors
    /// The database refused.
    pub fn deletions(&self) -> Result<Vec<Deletions>, EngineError> {
        match self.active() {
            Some(active) => delivery::deletions(&self.world, &active, self.world.now()),
            None => Ok(Vec::new()),
        }
    }

    /// Lets the deletions that hold a target go on, or drops them. Answers how many there were.
    ///
    /// # Errors
    /// [`DeletionsError`] says why nothing was changed.
    pub fn answer_deletions(&self, target: &str, answer: DeletionsAnswer) -> Result<usize, DeletionsError> {
        let Some(active) = self.active() else {
            return Err(DeletionsError::NoneWait { target: target.to_owned() });
        };
        let now = self.world.now();
        let answered = delivery::answer_deletions(&self.world, &active, target, answer, now)?;
        self.nudge()?;
        Ok(answered)
    }
}
