//! A tenant living in a world: its handlers, its alarm, its webhooks, its crashes.

use std::collections::BTreeMap;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use daicho_engine::config::Precondition;
use daicho_engine::inbox::AcceptError;
use daicho_engine::port::Millis;
use daicho_engine::{Settings, Tenant};
use daicho_sandbox::stripe::Delivery;
use serde_json::Value;

use crate::world::{Crashed, World, deliver};

/// Steps after which a life that should have come to rest is taken to be running in circles.
const STEPS: usize = 300_000;

/// More often than a tenant panics that gives up after three attempts what panics again and again.
const PANICS: usize = 500;

/// A tenant in a simulated world.
pub type Tenancy = Tenant<World>;

/// One tenant in its world, and the executor that runs both.
pub struct Life {
    /// Everything outside the tenant.
    pub world: World,
    /// How often the tenant's memory was lost.
    pub crashes: usize,
    /// How often the tenant panicked and was opened anew.
    pub panics: usize,
    /// Events that were answered with 2xx and do not stand in the inbox.
    pub forgotten: Vec<String>,
    /// Events that came again and stand in the inbox as if they had come for the first time.
    pub repeated: Vec<String>,
    /// Events that were stored, and the tenant slept on.
    pub asleep: Vec<String>,
    /// How often the alarm rang.
    pub alarms: u64,
    /// Deliveries whose answer is lost, of a hundred.
    pub unheard: u8,
    /// Deliveries that the tenant's database refuses to take, of a hundred.
    pub refusals: u8,
    /// Where each event stands in the inbox that was answered with 2xx.
    taken: BTreeMap<String, i64>,
    tenant: Rc<Tenancy>,
    settings: Settings,
    alarm: Option<Pin<Box<dyn Future<Output = ()>>>>,
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
        let tenant = Rc::new(open(&world, &settings));
        let woken = Arc::new(Flag(AtomicBool::new(false)));
        Self {
            world,
            crashes: 0,
            panics: 0,
            forgotten: Vec::new(),
            repeated: Vec::new(),
            asleep: Vec::new(),
            taken: BTreeMap::new(),
            alarms: 0,
            unheard: 0,
            refusals: 0,
            tenant,
            settings,
            alarm: None,
            woken,
        }
    }

    /// The tenant as it is now; after a crash it is another.
    #[must_use]
    pub fn tenant(&self) -> Rc<Tenancy> {
        Rc::clone(&self.tenant)
    }

    /// The tenant's memory is lost, and what it was doing; its database, its alarm and requests under
    /// way remain. Then it is opened anew.
    pub fn crash(&mut self) {
        self.world.say(|| "✗ crash".to_owned());
        self.crashes += 1;
        self.alarm = None;
        self.world.0.commits_to_live.set(None);
        self.world.0.statements_to_live.set(None);
        self.tenant = Rc::new(open(&self.world, &self.settings));
    }

    /// The tenant panicked, and is told of it once it is open again; mostly.
    fn trap(&mut self) {
        self.world.say(|| "✗ panic".to_owned());
        self.panics += 1;
        assert!(self.panics < PANICS, "the tenant panics again and again");
        self.crash();
        let is_told = self.world.0.chance.borrow_mut().u8(..8) > 0;
        if is_told {
            self.tenant.trapped().expect("the tenant's database takes what it is told");
        }
    }

    /// Puts a secret.
    pub fn put_secret(&mut self, name: &str, value: &[u8]) {
        let put = || self.tenant.put_secret(name, value);
        self.world.undisturbed(put).expect("the simulation's secrets are taken");
    }

    /// Puts the mapping, again and again until it is taken: forms cannot be read while kintone refuses.
    pub fn put_mapping(&mut self, mapping: &Value) {
        for _ in 0..200 {
            let body = mapping.to_string();
            let tenant = self.tenant();
            let stored = tenant.mapping().expect("the mapping can be read");
            let precondition = stored.map_or(Precondition::IfNoneMatch, |it| Precondition::IfMatch(it.etag));
            let put = async move { tenant.put_mapping(body.as_bytes(), &precondition, "sim").await.is_ok() };
            if self.attempt(put) == Some(true) {
                return;
            }
        }
        panic!("the mapping was never taken");
    }

    /// Puts the connections.
    pub fn put_connections(&mut self, connections: &Value) {
        let tenant = self.tenant();
        let body = connections.to_string();
        let first = Precondition::IfNoneMatch;
        let put = async move { tenant.put_connections(body.as_bytes(), &first, "sim").await.is_ok() };
        assert_eq!(self.attempt(put), Some(true), "the simulation's connections are taken");
    }

    /// Runs until the future is ready; `None`: the tenant lost its memory, and the future with it.
    fn attempt<T>(&mut self, future: impl Future<Output = T>) -> Option<T> {
        let crashes = self.crashes;
        let mut future = pin!(future);
        let woken = Arc::new(Flag(AtomicBool::new(true)));
        let waker = Waker::from(Arc::clone(&woken));
        for _ in 0..STEPS {
            if woken.0.swap(false, Ordering::Relaxed) {
                let polled =
                    catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(&mut Context::from_waker(&waker))));
                match polled {
                    Ok(Poll::Ready(value)) => return Some(value),
                    Ok(Poll::Pending) => {}
                    Err(_) => self.crash(),
                }
            }
            if self.crashes > crashes {
                return None;
            }
            self.step(Millis::MAX);
        }
        panic!("not ready after {STEPS} steps");
    }

    /// Runs for a time, then stands at its end.
    pub fn pass(&mut self, time: Millis) {
        let end = self.world.now() + time;
        for _ in 0..STEPS {
            if !self.step(end) {
                self.world.0.now.set(end);
                return;
            }
        }
        panic!("no end after {STEPS} steps");
    }

    /// Runs until nothing is on its way or left to do, or until `end`; a run that was begun by then comes to its own.
    pub fn rest(&mut self, end: Millis) {
        for _ in 0..STEPS {
            let is_running = self.alarm.is_some();
            if !self.step(if is_running { Millis::MAX } else { end }) {
                return;
            }
        }
        panic!("no rest after {STEPS} steps");
    }

    /// One thing happens; time moves to it, though not beyond `end`. `false`: nothing will.
    fn step(&mut self, end: Millis) -> bool {
        if self.alarm.is_some() && self.woken.0.swap(false, Ordering::Relaxed) {
            self.poll_alarm();
            return true;
        }
        let now = self.world.now();
        if self.alarm.is_none() && self.world.alarm().is_some_and(|at| at <= now) {
            self.start_alarm();
            return true;
        }
        let Some(next) = self.next().filter(|next| *next <= end) else {
            return false;
        };
        self.world.0.now.set(next.max(now));
        // Either may come first where both are due.
        let network_first = self.world.0.chance.borrow_mut().bool();
        if network_first && deliver(&self.world) {
            return true;
        }
        if !self.hear() {
            deliver(&self.world);
        }
        true
    }

    fn next(&self) -> Option<Millis> {
        let alarm = self.world.alarm().filter(|_| self.alarm.is_none());
        let webhook = self.world.0.stripe.borrow().next_due();
        [alarm, webhook, self.world.0.network.borrow().next()].into_iter().flatten().min()
    }

    /// An alarm never runs twice at once: one that is due meanwhile waits.
    fn start_alarm(&mut self) {
        self.world.say(|| "alarm".to_owned());
        self.alarms += 1;
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
            Err(cause) if cause.is::<Crashed>() => self.crash(),
            Err(_) => self.trap(),
        }
    }

    /// Hands what is due of Stripe's deliveries to the tenant; `false`: nothing was.
    fn hear(&mut self) -> bool {
        let now = self.world.now();
        let deliveries = self.world.0.stripe.borrow_mut().due(now);
        let any = !deliveries.is_empty();
        for delivery in deliveries {
            self.world.say(|| format!("  event {} {}", delivery.event_id, delivery.event_type));
            let tenant = Rc::clone(&self.tenant);
            let refused = self.world.0.chance.borrow_mut().u8(..100) < self.refusals;
            self.world.0.full.set(refused);
            let accepted = catch_unwind(AssertUnwindSafe(|| tenant.accept(&delivery.body)));
            self.world.0.full.set(false);
            let status = match accepted {
                Ok(Ok(_)) => Some(200),
                Ok(Err(AcceptError::TooMany { .. })) => Some(503),
                Ok(Err(AcceptError::Invalid(_))) => Some(400),
                Ok(Err(AcceptError::Sql(_))) => Some(500),
                Err(_) => {
                    self.crash();
                    None
                }
            };
            if status == Some(200) {
                self.check_taken(event_id(&delivery));
            }
            let heard = self.world.0.chance.borrow_mut().u8(..100) >= self.unheard;
            self.world.0.stripe.borrow_mut().settle(now, delivery.id, status.filter(|_| heard));
        }
        any
    }

    /// An event that was answered with 2xx stands in the inbox, stays where it stood when it comes again, and is
    /// seen to at once.
    fn check_taken(&mut self, event_id: String) {
        let Some((place, is_fresh)) = self.world.place_of(&event_id) else {
            self.forgotten.push(event_id);
            return;
        };
        let rings = self.alarm.is_some() || self.world.alarm().is_some_and(|at| at <= self.world.now());
        if is_fresh && !rings {
            self.asleep.push(event_id.clone());
        }
        if self.taken.get(&event_id).is_some_and(|before| *before != place) {
            self.repeated.push(event_id.clone());
        }
        self.taken.insert(event_id, place);
    }
}

/// The id under which an event is listed: a thin event has another.
fn event_id(delivery: &Delivery) -> String {
    let thin: Thin = serde_json::from_slice(&delivery.body).unwrap_or_default();
    thin.snapshot_event.unwrap_or_else(|| delivery.event_id.clone())
}

/// What a thin event says beyond other events.
#[derive(Default, serde::Deserialize)]
struct Thin {
    snapshot_event: Option<String>,
}

fn open(world: &World, settings: &Settings) -> Tenancy {
    Tenant::open(world.clone(), settings.clone()).expect("the tenant opens on its own database")
}
