//! What an operator does with work over all objects.

use crate::error::EngineError;
use crate::job::JobError;
use crate::job::backfill::{self, Backfill};
use crate::port::World;
use crate::tenant::Tenant;

impl<W: World> Tenant<W> {
    /// Begins a backfill: everything that Stripe has and the mapping takes is read and then written.
    ///
    /// # Errors
    /// [`JobError`] says why not.
    pub fn begin_backfill(&self) -> Result<(), JobError> {
        if self.active().is_none() {
            return Err(JobError::NotConfigured);
        }
        backfill::begin(&self.world)?;
        Ok(self.nudge()?)
    }

    /// How the last backfill stands; `None` before the first.
    ///
    /// # Errors
    /// The database refused.
    pub fn backfill(&self) -> Result<Option<Backfill>, EngineError> {
        backfill::report(&self.world, self.active().as_deref())
    }

    /// Ends the backfill that goes on. What was handed to the writer is written yet.
    ///
    /// # Errors
    /// [`JobError`] says why not.
    pub fn cancel_backfill(&self) -> Result<(), JobError> {
        backfill::cancel(&self.world)
    }
}
