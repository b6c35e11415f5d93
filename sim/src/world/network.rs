//! The way of a request to a service and of its answer back, each taking its time.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use bytes::Bytes;
use daicho_engine::port::{Lost, Millis, Service};
use daicho_sandbox::kintone::{Kintone, Operation};
use serde_json::Value;

use super::World;
use super::trouble::Fault;
use crate::apps::CUSTOMERS;

/// How long a client waits for an answer.
const PATIENCE: Millis = 30_000;

type Outcome = Result<http::Response<Bytes>, Lost>;

/// Requests and answers under way, and how many there were.
#[derive(Default)]
pub struct Network {
    /// Requests that were sent.
    pub sent: u64,
    /// Requests that arrived at kintone.
    pub kintone: usize,
    /// Requests that arrived at Stripe.
    pub stripe: usize,
    /// Requests that met with a fault.
    pub faults: usize,
    /// How often each object of Stripe's was asked for, by its path.
    pub read: BTreeMap<String, usize>,
    /// How many records each app got by the first request that made any.
    pub first_made: BTreeMap<u64, usize>,
    /// Keys that no record had when a request named them in a lookup.
    pub lookups_refused: Vec<String>,
    under_way: BTreeMap<(Millis, u64), Parcel>,
    posted: u64,
}

enum Parcel {
    Request(Service, Box<http::Request<Bytes>>, Option<Fault>, Rc<RefCell<Slot>>),
    Answer(Outcome, Rc<RefCell<Slot>>),
}

#[derive(Default)]
struct Slot {
    outcome: Option<Outcome>,
    waker: Option<Waker>,
}

impl Network {
    /// When the next parcel arrives.
    #[must_use]
    pub fn next(&self) -> Option<Millis> {
        self.under_way.keys().next().map(|(at, _)| *at)
    }

    fn leave(
        &mut self,
        at: Millis,
        service: Service,
        request: http::Request<Bytes>,
        fault: Option<Fault>,
        slot: &Rc<RefCell<Slot>>,
    ) {
        let request = Box::new(request);
        match fault {
            // The client has long given up when it takes effect.
            Some(Fault::Late(by)) if by >= PATIENCE => {
                self.post(at + PATIENCE, Parcel::Answer(Err(Lost), Rc::clone(slot)));
                self.post(at + by, Parcel::Request(service, request, None, Rc::default()));
            }
            Some(Fault::Late(by)) => {
                self.post(at + by, Parcel::Request(service, request, None, Rc::clone(slot)));
            }
            fault => self.post(at, Parcel::Request(service, request, fault, Rc::clone(slot))),
        }
    }

    fn post(&mut self, at: Millis, parcel: Parcel) {
        self.posted += 1;
        self.under_way.insert((at, self.posted), parcel);
    }

    fn take(&mut self, now: Millis) -> Option<Parcel> {
        match self.under_way.first_entry() {
            Some(first) if first.key().0 <= now => Some(first.remove()),
            _ => None,
        }
    }
}

/// Sends a request and waits for its answer.
pub(super) async fn send(world: &World, service: Service, request: http::Request<Bytes>) -> Outcome {
    let slot = Rc::new(RefCell::new(Slot::default()));
    {
        let chance = &mut *world.0.chance.borrow_mut();
        let fault = world.0.trouble.get().draw(chance, service);
        let leaves = world.now() + one_way(chance);
        world.say(|| {
            let met = fault.as_ref().map(|fault| format!("  ! {fault:?}")).unwrap_or_default();
            format!("    → {} {}{met}", request.method(), request.uri())
        });
        let mut network = world.0.network.borrow_mut();
        network.sent += 1;
        network.faults += usize::from(fault.is_some());
        network.leave(leaves, service, request, fault, &slot);
    }
    poll_fn(|context| {
        let mut slot = slot.borrow_mut();
        if let Some(outcome) = slot.outcome.take() {
            return Poll::Ready(outcome);
        }
        slot.waker = Some(context.waker().clone());
        Poll::Pending
    })
    .await
}

/// Mostly fast, sometimes slow: over three orders of magnitude, so that everything overtakes everything.
fn one_way(chance: &mut fastrand::Rng) -> Millis {
    match chance.u8(..8) {
        0 => chance.i64(1..5_000),
        1..3 => chance.i64(1..500),
        _ => chance.i64(1..60),
    }
}

/// Hands over the one parcel that arrives first, if it has arrived by now.
pub(crate) fn deliver(world: &World) -> bool {
    let now = world.now();
    let parcel = world.0.network.borrow_mut().take(now);
    match parcel {
        None => false,
        Some(Parcel::Request(service, request, fault, slot)) => {
            let (outcome, takes) = arrive(world, now, service, &request, fault);
            world.0.network.borrow_mut().post(now + takes, Parcel::Answer(outcome, slot));
            true
        }
        Some(Parcel::Answer(outcome, slot)) => {
            let mut slot = slot.borrow_mut();
            slot.outcome = Some(outcome);
            if let Some(waker) = slot.waker.take() {
                waker.wake();
            }
            true
        }
    }
}

fn arrive(
    world: &World,
    now: Millis,
    service: Service,
    request: &http::Request<Bytes>,
    fault: Option<Fault>,
) -> (Outcome, Millis) {
    let back = one_way(&mut world.0.chance.borrow_mut());
    match fault {
        Some(Fault::LostBefore) => return (Err(Lost), PATIENCE),
        Some(Fault::Answer(response)) => return (Ok(response), back),
        _ => {}
    }
    let response = handle(world, now, service, request);
    world.say(|| {
        let body = String::from_utf8_lossy(response.body());
        let sent = String::from_utf8_lossy(request.body());
        format!("      {:?} {} {sent} ⇒ {} {body:.400}", service, request.uri(), response.status())
    });
    match fault {
        Some(Fault::LostAfter) => (Err(Lost), PATIENCE),
        Some(Fault::SlowAnswer(by)) => (Ok(response), back + by),
        _ => (Ok(response), back),
    }
}

fn handle(
    world: &World,
    now: Millis,
    service: Service,
    request: &http::Request<Bytes>,
) -> http::Response<Bytes> {
    let mut network = world.0.network.borrow_mut();
    match service {
        Service::Stripe => {
            network.stripe += 1;
            *network.read.entry(request.uri().path().to_owned()).or_default() += 1;
            world.0.stripe.borrow_mut().handle(now, request)
        }
        Service::Kintone => {
            network.kintone += 1;
            ask_kintone(world, &mut network, now, request)
        }
    }
}

fn ask_kintone(
    world: &World,
    network: &mut Network,
    now: Millis,
    request: &http::Request<Bytes>,
) -> http::Response<Bytes> {
    let mut kintone = world.0.kintone.borrow_mut();
    let before = kintone.history().len();
    let answer = kintone.handle(now, request);
    let made = kintone.history()[before..].iter().filter(|commit| commit.operation == Operation::Insert);
    let made: Vec<u64> = made.map(|commit| commit.app).collect();
    if let Some(app) = made.first() {
        network.first_made.entry(*app).or_insert(made.len());
    }
    let no_lookup = |body: &[u8]| body.windows(9).any(|code| code == b"GAIA_LO04");
    if !answer.status().is_success() && no_lookup(answer.body()) {
        network.lookups_refused.extend(looked_up_in_vain(&kintone, request.body()));
    }
    answer
}

/// The customers that subscriptions name in a request, and that have no record.
fn looked_up_in_vain(kintone: &Kintone, body: &[u8]) -> Vec<String> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let there: Vec<Value> = kintone.records(CUSTOMERS.app).collect();
    let records = body["records"].as_array().into_iter().flatten();
    let named = records.filter_map(|record| record["record"]["customer"]["value"].as_str());
    let is_there = |key: &&str| there.iter().any(|record| record["id"]["value"] == *key);
    named.filter(|key| !key.is_empty() && !is_there(key)).map(str::to_owned).collect()
}
