//! Waking the pump while it waits for its lanes.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::task::{Poll, Waker};

/// New work arrived: kept until the pump looks.
#[derive(Debug, Default)]
pub(crate) struct Wake {
    called: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Wake {
    /// Tells the pump to look for work.
    pub(crate) fn call(&self) {
        self.called.set(true);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    /// Waits for a call; one that came since the last wait is enough.
    pub(crate) async fn called(&self) {
        poll_fn(|context| {
            if self.called.replace(false) {
                return Poll::Ready(());
            }
            self.waker.replace(Some(context.waker().clone()));
            Poll::Pending
        })
        .await;
    }
}
