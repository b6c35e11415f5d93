//! kintone's limit on requests at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many requests one domain answers at the same time; the next gets a 429 (Cybozu's
/// documentation, "limits of the REST API").
pub(super) const LIMIT: usize = 100;

/// Counts the requests under way.
#[derive(Debug, Clone, Default)]
pub(super) struct Concurrency(Arc<AtomicUsize>);

/// One request under way, until it is dropped.
#[derive(Debug)]
pub(super) struct Running {
    counter: Concurrency,
    /// Requests under way when this one came, itself included.
    pub(super) count: usize,
}

impl Concurrency {
    /// Counts one more request.
    pub(super) fn enter(&self) -> Running {
        Running { counter: self.clone(), count: self.0.fetch_add(1, Ordering::SeqCst) + 1 }
    }
}

impl Running {
    /// Whether this request is one too many.
    pub(super) fn exceeds(&self) -> bool {
        self.count > LIMIT
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.counter.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hundred_and_first_request_is_one_too_many_until_one_ends() {
        let concurrency = Concurrency::default();
        let mut running: Vec<_> = (0..LIMIT).map(|_| concurrency.enter()).collect();
        assert!(running.iter().all(|running| !running.exceeds()));
        assert!(concurrency.enter().exceeds());
        running.pop();
        assert!(!concurrency.enter().exceeds());
    }
}
