//! A tenant living in a world: its alarm, its webhooks, its crashes.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use daicho_engine::inbox::AcceptError;
use daicho_engine::port::Millis;
use daicho_engine::{Settings, Tenant};

use super::{World, network};

/// Steps after which a life that should have come to rest is taken to be running in circles.
const STEPS: usize = 200_000;

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// One tenant in its world, and the executor that runs both.
pub struct Life {
    pub world: World,
    pub tenant: Rc<Tenant<World>>,
    pub settings: Settings,
    /// Whether Stripe's deliveries reach the tenant.
    pub listening: bool,
    /// How often the tenant panicked and was opened anew.
    pub panics: usize,
    alarm: Option<Task>,
    woken: Arc<Flag>,
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Life {
    /// Opens the tenant.
    pub fn begin(world: World, settings: Settings) -> Self {
        let tenant = Rc::new(Tenant::open(world.clone(), settings.clone()).unwrap());
        let woken = Arc::new(Flag(AtomicBool::new(false)));
        Self { world, tenant, settings, listening: true, panics: 0, alarm: None, woken }
    }

    /// The tenant's memory is lost, and what it was doing; its database, its alarm and requests under
    /// way remain. Then it is opened anew.
    pub fn crash(&mut self) {
        self.alarm = None;
        self.tenant = Rc::new(Tenant::open(self.world.clone(), self.settings.clone()).unwrap());
    }

    /// Runs until nothing is left to happen but what comes again by itself.
    pub fn rest(&mut self) {
        for _ in 0..STEPS {
            if self.only_recurs() || !self.step(Millis::MAX) {
                return;
            }
        }
        panic!("no rest after {STEPS} steps");
    }

    /// Runs for a time, then stands at its end.
    pub fn pass(&mut self, time: Millis) {
        let end = self.world.0.now.get() + time;
        for _ in 0..STEPS {
            if !self.step(end) {
                self.world.0.now.set(end);
                return;
            }
        }
        panic!("no end after {STEPS} steps");
    }

    /// Runs until the future is ready.
    pub fn until<T>(&mut self, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        let waker = Waker::from(Arc::clone(&self.woken));
        for _ in 0..STEPS {
            if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return value;
            }
            assert!(self.step(Millis::MAX), "the future waits for nothing");
        }
        panic!("not ready after {STEPS} steps");
    }

    /// One thing happens; time moves to it, though not beyond `end`. `false`: nothing will.
    pub fn step(&mut self, end: Millis) -> bool {
        if self.alarm.is_some() && self.woken.0.swap(false, Ordering::Relaxed) {
            self.poll_alarm();
            return true;
        }
        let now = self.world.0.now.get();
        if self.alarm.is_none() && self.world.0.alarm.get().is_some_and(|at| at <= now) {
            self.start_alarm();
            return true;
        }
        let Some(next) = self.next().filter(|next| *next <= end) else {
            return false;
        };
        self.world.0.now.set(next.max(now));
        network::deliver(&self.world);
        self.hear();
        true
    }

    /// Whether nothing waits but the next of the timers that are set again each time.
    pub fn only_recurs(&self) -> bool {
        let names = daicho_engine::timer::RECURRING.map(|name| format!("'{name}'")).join(", ");
        let due = self.world.rows(&format!("SELECT min(due) FROM timer WHERE name IN ({names})"));
        let (alarm, due) = (self.world.0.alarm.get(), due[0].optional_integer(0).unwrap());
        let is_later = due.is_some_and(|due| due > self.world.0.now.get());
        self.alarm.is_none() && is_later && alarm >= due && self.next() == alarm
    }

    fn next(&self) -> Option<Millis> {
        let alarm = self.world.0.alarm.get().filter(|_| self.alarm.is_none());
        let webhook = self.world.0.stripe.borrow().next_due().filter(|_| self.listening);
        [alarm, webhook, self.world.0.network.borrow().next()].into_iter().flatten().min()
    }

    /// An alarm never runs twice at once: one that is due meanwhile waits.
    fn start_alarm(&mut self) {
        self.world.0.alarm.set(None);
        let tenant = Rc::clone(&self.tenant);
        self.alarm = Some(Box::pin(async move { tenant.alarm().await }));
        self.poll_alarm();
    }

    fn poll_alarm(&mut self) {
        let Some(task) = &mut self.alarm else { return };
        let waker = Waker::from(Arc::clone(&self.woken));
        let polled = catch_unwind(AssertUnwindSafe(|| task.as_mut().poll(&mut Context::from_waker(&waker))));
        match polled {
            Ok(Poll::Pending) => {}
            Ok(Poll::Ready(())) => self.alarm = None,
            Err(_) => {
                self.panics += 1;
                self.crash();
                self.tenant.trapped().unwrap();
            }
        }
    }

    /// Hands Stripe's deliveries to the tenant.
    fn hear(&mut self) {
        if !self.listening {
            return;
        }
        let now = self.world.0.now.get();
        let deliveries = self.world.0.stripe.borrow_mut().due(now);
        for delivery in deliveries {
            let status = match self.tenant.accept(&delivery.body) {
                Ok(_) => 200,
                Err(AcceptError::TooMany { .. }) => 503,
                Err(AcceptError::Invalid(_)) => 400,
                Err(AcceptError::Sql(_)) => 500,
            };
            self.world.0.stripe.borrow_mut().settle(now, delivery.id, Some(status));
        }
    }
}
