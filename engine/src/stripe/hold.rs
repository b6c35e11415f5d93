//! A hold on all reads, while Stripe answers none.

use std::cell::Cell;

use crate::port::{Clock, Millis, Random};
use crate::retry;
use crate::stripe::client::Failure;

/// Until when reads stand still, after failures that would meet any other read as well. Kept in
/// memory only: after a restart one more try does no harm.
#[derive(Debug, Default)]
pub(crate) struct Hold {
    until: Cell<Millis>,
    failures: Cell<u32>,
}

impl Hold {
    /// A read worked: so would others.
    pub(crate) fn lift(&self) {
        self.until.set(0);
        self.failures.set(0);
    }

    /// A read failed. One object that always fails holds up the others for a second at most, since
    /// any that works lifts the hold.
    pub(crate) fn failed(&self, world: &(impl Clock + Random), failure: &Failure) {
        if failure.meets_all {
            self.failures.set(self.failures.get().saturating_add(1));
            let until = retry::probe(world, self.failures.get(), failure.retry_after);
            self.until.set(self.until.get().max(until));
        }
    }

    /// Until when.
    pub(crate) fn until(&self) -> Millis {
        self.until.get()
    }

    /// Whether no read may begin.
    pub(crate) fn is_on(&self, now: Millis) -> bool {
        self.until.get() > now
    }
}
