//! What an operator does with work over all objects.

use crate::error::EngineError;
use crate::job::JobError;
use crate::job::backfill::{self, Backfill};
use crate::job::dry_run::{self, DryRun};
use crate::job::reconcile::{self, Reconcile};
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

    /// Begins a comparison of everything that Stripe and kintone have with what is known of it; with
    /// `report_only` nothing is repaired.
    ///
    /// # Errors
    /// [`JobError`] says why not.
    pub fn begin_reconcile(&self, report_only: bool) -> Result<(), JobError> {
        let Some(active) = self.active() else {
            return Err(JobError::NotConfigured);
        };
        reconcile::begin(&self.world, &active, report_only)?;
        Ok(self.nudge()?)
    }

    /// How the last comparison stands; `None` before the first.
    ///
    /// # Errors
    /// The database refused.
    pub fn reconcile(&self) -> Result<Option<Reconcile>, EngineError> {
        reconcile::report(&self.world)
    }

    /// Ends the comparison that goes on. What it marked is written yet.
    ///
    /// # Errors
    /// [`JobError`] says why not.
    pub fn cancel_reconcile(&self) -> Result<(), JobError> {
        reconcile::cancel(&self.world)
    }

    /// Begins a dry run of a backfill, by the stored mapping or by the one in `mapping`. Nothing is written
    /// to kintone.
    ///
    /// # Errors
    /// [`JobError`] says why not.
    pub fn begin_dry_run(&self, mapping: Option<&[u8]>) -> Result<(), JobError> {
        let Some(active) = self.active() else {
            return Err(JobError::NotConfigured);
        };
        dry_run::begin(&self.world, &active, mapping)?;
        Ok(self.reload()?)
    }

    /// How the last dry run stands, with the values of its samples if `values` says so; `None` before the
    /// first.
    ///
    /// # Errors
    /// The database refused.
    pub fn dry_run(&self, values: bool) -> Result<Option<DryRun>, EngineError> {
        dry_run::report(&self.world, values)
    }

    /// Ends the dry run that goes on.
    ///
    /// # Errors
    /// [`JobError`] says why not.
    pub fn cancel_dry_run(&self) -> Result<(), JobError> {
        dry_run::cancel(&self.world)
    }
}
