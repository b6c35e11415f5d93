//! What is derived from both histories while they grow.

use super::lag::Lag;
use super::tally::Tally;
use crate::kintone::{Kintone, Operation};
use crate::stripe::Stripe;

/// Follows both histories; knows how far it has come.
#[derive(Debug, Default)]
pub(super) struct Followed {
    pub(super) lag: Lag,
    pub(super) tally: Tally,
    /// Changes of Stripe's history taken in.
    pub(super) stripe: usize,
    /// Commits of kintone's history taken in.
    pub(super) kintone: usize,
}

impl Followed {
    pub(super) fn follow_stripe(&mut self, stripe: &Stripe) {
        let history = stripe.history();
        for change in history.get(self.stripe..).unwrap_or_default() {
            self.lag.note_change(change.at, change.kind, &change.id);
            self.tally.note_object(change.kind, &change.id, !change.deleted);
        }
        self.stripe = history.len();
    }

    pub(super) fn follow_kintone(&mut self, kintone: &Kintone) {
        let history = kintone.history();
        for commit in history.get(self.kintone..).unwrap_or_default() {
            self.lag.note_commit(commit.at, &commit.record);
            self.tally.note_record(commit.app, commit.record_id, commit.operation != Operation::Delete);
        }
        self.kintone = history.len();
    }
}
