//! The time handed to the state machines.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::Millis;

/// A clock that starts at the system's time and never goes back, whatever happens to that.
#[derive(Debug)]
pub(super) struct Clock {
    start: Instant,
    started_at: Millis,
}

impl Clock {
    pub(super) fn start() -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            start: Instant::now(),
            started_at: Millis::try_from(since_epoch.as_millis()).unwrap_or(Millis::MAX),
        }
    }

    pub(super) fn now(&self) -> Millis {
        let passed = Millis::try_from(self.start.elapsed().as_millis()).unwrap_or(Millis::MAX);
        self.started_at.saturating_add(passed)
    }
}
