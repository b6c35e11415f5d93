//! The way of a request to a service and of its answer back, each taking its time.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use bytes::Bytes;
use daicho_engine::port::{Lost, Millis, Service};

use super::World;

/// What goes wrong with one request.
#[derive(Debug, Clone)]
pub enum Fault {
    /// It never arrives; the client learns it after 30 s.
    LostBefore,
    /// It takes effect and its answer never arrives; the client learns it after 30 s.
    LostAfter,
    /// Something in between answers, in the service's place.
    Answer(http::Response<Bytes>),
    /// It takes effect this much later.
    Late(Millis),
    /// Its answer takes this much longer.
    SlowAnswer(Millis),
}

/// A request as it arrived at its service.
#[derive(Debug, Clone)]
pub struct Seen {
    pub at: Millis,
    pub service: Service,
    pub method: http::Method,
    pub path: String,
    pub headers: http::HeaderMap,
    /// What the service answered.
    pub status: http::StatusCode,
}

type Judge = Box<dyn FnMut(Service, &http::Request<Bytes>) -> Option<Fault>>;
type Outcome = Result<http::Response<Bytes>, Lost>;

/// Requests and answers under way.
#[derive(Default)]
pub struct Network {
    /// Decides about each request as it leaves.
    pub judge: Option<Judge>,
    /// Each request that arrived.
    pub seen: Vec<Seen>,
    under_way: BTreeMap<(Millis, u64), Parcel>,
    sent: u64,
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

/// Each way takes this long.
const ONE_WAY: Millis = 50;
/// How long a client waits for an answer.
const PATIENCE: Millis = 30_000;

impl Network {
    /// When the next parcel arrives.
    pub fn next(&self) -> Option<Millis> {
        self.under_way.keys().next().map(|(at, _)| *at)
    }

    fn post(&mut self, at: Millis, parcel: Parcel) {
        self.sent += 1;
        self.under_way.insert((at, self.sent), parcel);
    }
}

/// Sends a request and waits for its answer.
pub async fn send(world: &World, service: Service, request: http::Request<Bytes>) -> Outcome {
    let slot = Rc::new(RefCell::new(Slot::default()));
    {
        let mut network = world.0.network.borrow_mut();
        let fault = network.judge.as_mut().and_then(|judge| judge(service, &request));
        let late = if let Some(Fault::Late(by)) = fault { by } else { 0 };
        let at = world.0.now.get() + ONE_WAY + late;
        network.post(at, Parcel::Request(service, Box::new(request), fault, Rc::clone(&slot)));
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

/// Hands over what has arrived by now.
pub fn deliver(world: &World) {
    let now = world.0.now.get();
    loop {
        let parcel = {
            let mut network = world.0.network.borrow_mut();
            match network.under_way.first_entry() {
                Some(first) if first.key().0 <= now => first.remove(),
                _ => return,
            }
        };
        match parcel {
            Parcel::Request(service, request, fault, slot) => {
                let (outcome, takes) = arrive(world, now, service, &request, fault);
                world.0.network.borrow_mut().post(now + takes, Parcel::Answer(outcome, slot));
            }
            Parcel::Answer(outcome, slot) => {
                let mut slot = slot.borrow_mut();
                slot.outcome = Some(outcome);
                if let Some(waker) = slot.waker.take() {
                    waker.wake();
                }
            }
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
    match fault {
        Some(Fault::LostBefore) => return (Err(Lost), PATIENCE - ONE_WAY),
        Some(Fault::Answer(response)) => return (Ok(response), ONE_WAY),
        _ => {}
    }
    let response = match service {
        Service::Stripe => world.0.stripe.borrow_mut().handle(now, request),
        Service::Kintone => world.0.kintone.borrow_mut().handle(now, request),
    };
    world.0.network.borrow_mut().seen.push(Seen {
        at: now,
        service,
        method: request.method().clone(),
        path: request.uri().path_and_query().map(ToString::to_string).unwrap_or_default(),
        headers: request.headers().clone(),
        status: response.status(),
    });
    match fault {
        Some(Fault::LostAfter) => (Err(Lost), PATIENCE - ONE_WAY),
        Some(Fault::SlowAnswer(by)) => (Ok(response), ONE_WAY + by),
        _ => (Ok(response), ONE_WAY),
    }
}
