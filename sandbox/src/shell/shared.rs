//! What the tasks of one sandbox share.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

use super::clock::Clock;
use super::concurrency::Concurrency;
use super::followed::Followed;
use super::requests::RequestLog;
use crate::faults::{Faults, Service};
use crate::kintone::Kintone;
use crate::stripe::Stripe;
use crate::{Millis, Request, Response};

/// One sandbox. Each part has a lock of its own, held for one call and never across an await.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) seed: u64,
    pub(super) clock: Clock,
    stripe: Mutex<Stripe>,
    kintone: Mutex<Kintone>,
    faults: Mutex<Faults>,
    requests: Mutex<RequestLog>,
    followed: Mutex<Followed>,
    pub(super) kintone_running: Concurrency,
    /// Counts the resets, so that what began before one does not end after it.
    generation: AtomicU64,
    /// Grows with every change of anything that can be seen from outside.
    changes: watch::Sender<u64>,
    /// Wakes the delivery of webhooks.
    pub(super) deliveries_due: Notify,
    stopping: watch::Sender<bool>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic while one request was handled must not silence the sandbox for all that follow.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            clock: Clock::start(),
            stripe: Mutex::new(Stripe::new(seed)),
            kintone: Mutex::new(Kintone::new()),
            faults: Mutex::default(),
            requests: Mutex::default(),
            followed: Mutex::default(),
            kintone_running: Concurrency::default(),
            generation: AtomicU64::new(0),
            changes: watch::Sender::new(0),
            deliveries_due: Notify::new(),
            stopping: watch::Sender::new(false),
        }
    }

    /// Lets the service's machine answer, now.
    pub(super) fn handle(&self, service: Service, request: &Request) -> Response {
        match service {
            Service::Stripe => self.with_stripe(|stripe, now| stripe.handle(now, request)),
            Service::Kintone => self.with_kintone(|kintone, now| kintone.handle(now, request)),
        }
    }

    /// Works on Stripe's machine; afterwards webhooks and watchers are served.
    pub(super) fn with_stripe<R>(&self, work: impl FnOnce(&mut Stripe, Millis) -> R) -> R {
        let result = {
            let mut stripe = lock(&self.stripe);
            // Read under the lock, so that the history's times never go back.
            let now = self.clock.now();
            work(&mut stripe, now)
        };
        self.note_histories();
        self.deliveries_due.notify_one();
        self.note_change();
        result
    }

    /// Works on kintone's machine; afterwards watchers are served.
    pub(super) fn with_kintone<R>(&self, work: impl FnOnce(&mut Kintone, Millis) -> R) -> R {
        let result = {
            let mut kintone = lock(&self.kintone);
            let now = self.clock.now();
            work(&mut kintone, now)
        };
        self.note_histories();
        self.note_change();
        result
    }

    /// Reads Stripe's machine.
    pub(super) fn read_stripe<R>(&self, read: impl FnOnce(&Stripe) -> R) -> R {
        read(&lock(&self.stripe))
    }

    /// Reads kintone's machine.
    pub(super) fn read_kintone<R>(&self, read: impl FnOnce(&Kintone) -> R) -> R {
        read(&lock(&self.kintone))
    }

    /// Takes what is due and says when the next is, without waking anyone.
    pub(super) fn take_due<R>(&self, take: impl FnOnce(&mut Stripe, Millis) -> R) -> R {
        let mut stripe = lock(&self.stripe);
        let now = self.clock.now();
        take(&mut stripe, now)
    }

    pub(super) fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    pub(super) fn requests(&self) -> MutexGuard<'_, RequestLog> {
        lock(&self.requests)
    }

    /// Locked before the machines wherever both are needed, never after.
    pub(super) fn followed(&self) -> MutexGuard<'_, Followed> {
        lock(&self.followed)
    }

    /// Tells whoever waits that something changed.
    pub(super) fn note_change(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    pub(super) fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    /// Back to the state of a fresh start: nothing is left of either service, faults and logs
    /// included. The seed stays, so the same calls give the same ids again.
    pub(super) fn reset(&self) {
        {
            let mut followed = self.followed();
            let mut stripe = lock(&self.stripe);
            let mut kintone = lock(&self.kintone);
            // Inside the locks: who saw the old number under the lock saw the old machine.
            self.generation.fetch_add(1, Ordering::SeqCst);
            *stripe = Stripe::new(self.seed);
            *kintone = Kintone::new();
            *followed = Followed::default();
        }
        self.faults().clear();
        self.requests().clear();
        self.deliveries_due.notify_one();
        self.note_change();
    }

    /// Asks every task to end.
    pub(super) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Returns once [`Shared::stop`] was called.
    pub(super) async fn stopped(&self) {
        // Cannot fail: the sender lives in `self`.
        let _ = self.stopping.subscribe().wait_for(|stopping| *stopping).await;
    }

    fn note_histories(&self) {
        let mut followed = self.followed();
        followed.follow_stripe(&lock(&self.stripe));
        followed.follow_kintone(&lock(&self.kintone));
    }
}
