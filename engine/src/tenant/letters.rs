//! What an operator does with dead letters.

use crate::delivery::letters::{self, DeadLetter, DiscardError, Discarded, Filter, Replayed, Values, Which};
use crate::error::EngineError;
use crate::port::{SqlError, World};
use crate::tenant::Tenant;

impl<W: World> Tenant<W> {
    /// Up to `limit` of what will not succeed by itself, after the one with the number `after` (0: from
    /// the oldest on).
    ///
    /// # Errors
    /// The database refused.
    pub fn dead_letters(
        &self,
        filter: &Filter,
        after: i64,
        limit: u32,
        values: Values,
    ) -> Result<Vec<DeadLetter>, SqlError> {
        letters::list(&self.world, filter, after, limit, values)
    }

    /// Sends dead letters again. They stay in the list until that succeeded.
    ///
    /// # Errors
    /// The database refused.
    pub fn replay_dead_letters(&self, which: &Which) -> Result<Replayed, EngineError> {
        let Some(active) = self.active() else {
            // Without a configuration there is nothing to send to.
            return Ok(Replayed::default());
        };
        let replayed = letters::replay(&self.world, &active, which)?;
        self.nudge()?;
        Ok(replayed)
    }

    /// Takes dead letters off the list, all or none, with who did it and why.
    ///
    /// # Errors
    /// [`DiscardError`] says why none was discarded.
    pub fn discard_dead_letters(&self, ids: &[i64], reason: &str, by: &str) -> Result<(), DiscardError> {
        letters::discard(&self.world, ids, reason, by, self.world.now())
    }

    /// Up to `limit` dead letters that were discarded, after the one with the number `after`.
    ///
    /// # Errors
    /// The database refused.
    pub fn discarded_dead_letters(&self, after: i64, limit: u32) -> Result<Vec<Discarded>, SqlError> {
        letters::discarded(&self.world, after, limit)
    }
}
