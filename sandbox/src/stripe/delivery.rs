//! The schedule of webhook deliveries, retries and faults.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::ids::Ids;
use super::world::Scope;
use crate::Millis;

/// One attempt to deliver an event: a POST of `body` to `url`.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// What `settle` is told.
    pub id: u64,
    /// The event's id: the thin one for a thin endpoint.
    pub event_id: String,
    /// The event's type, for instance `customer.updated`.
    pub event_type: String,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// The endpoint's URL.
    pub url: String,
    /// Headers of the request, `Stripe-Signature` among them.
    pub headers: Vec<(String, String)>,
    /// The body, signed as it is.
    pub body: Bytes,
}

/// Faults of the way from Stripe to an endpoint, and the retry schedule. Takes effect for events
/// made after a change, except `withhold`, which holds whatever is waiting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeliveryRules {
    /// Probability that a delivery is made twice.
    pub duplicate: f64,
    /// This many next deliveries are made twice.
    pub duplicate_next: u32,
    /// Probability that a change makes two events with different ids.
    pub twin: f64,
    /// This many next changes make two events.
    pub twin_next: u32,
    /// Events of objects under a test clock are created at the clock's time instead of the real one;
    /// Stripe's documentation does not say which it is.
    pub clock_times: bool,
    /// A payment method that is detached makes an event of its own alone, and none of the customer whose
    /// default it was; Stripe's documentation does not say which it is.
    pub detach_in_silence: bool,
    /// Each delivery waits this long, in milliseconds.
    pub delay_ms: Millis,
    /// Each delivery waits a random time below this as well, in milliseconds, which changes their order.
    pub shuffle_ms: Millis,
    /// Nothing is delivered while this is set; what waited goes out once it is not.
    pub withhold: bool,
    /// Probability that a delivery is never attempted.
    pub drop: f64,
    /// This many next deliveries are never attempted.
    pub drop_next: u32,
    /// Wait before the first retry, in milliseconds; doubled for each further one.
    pub retry_first_ms: Millis,
    /// No wait is longer than this, in milliseconds.
    pub retry_cap_ms: Millis,
    /// Attempts before a delivery is given up.
    pub max_attempts: u32,
}

impl Default for DeliveryRules {
    /// No faults. Retries from 1 s, doubled up to 60 s: Stripe's three days, compressed.
    fn default() -> Self {
        Self {
            duplicate: 0.0,
            duplicate_next: 0,
            twin: 0.0,
            twin_next: 0,
            clock_times: false,
            detach_in_silence: false,
            delay_ms: 0,
            shuffle_ms: 0,
            withhold: false,
            drop: 0.0,
            drop_next: 0,
            retry_first_ms: 1_000,
            retry_cap_ms: 60_000,
            max_attempts: 30,
        }
    }
}

/// A delivery that waits or is under way.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    pub scope: Scope,
    /// The event's place in its log.
    pub event: usize,
    pub endpoint: String,
    pub attempts: u32,
    pub under_way: bool,
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Settled {
    Delivered,
    Retried,
    GivenUp,
}

/// All deliveries not yet acknowledged or given up.
#[derive(Debug)]
pub(super) struct Deliveries {
    pub rules: DeliveryRules,
    waiting: BTreeMap<u64, Waiting>,
    schedule: BTreeSet<(Millis, u64)>,
    next_id: u64,
    chance: Ids,
}

impl Deliveries {
    pub fn new(seed: u64) -> Self {
        Self {
            rules: DeliveryRules::default(),
            waiting: BTreeMap::new(),
            schedule: BTreeSet::new(),
            next_id: 1,
            chance: Ids::new(seed),
        }
    }

    /// Whether the next change makes two events.
    pub fn twin(&mut self) -> bool {
        take(&mut self.rules.twin_next) || self.chance.chance(self.rules.twin)
    }

    /// Schedules an event for an endpoint, faults applied.
    pub fn schedule(&mut self, now: Millis, scope: &Scope, event: usize, endpoint: &str) {
        if take(&mut self.rules.drop_next) || self.chance.chance(self.rules.drop) {
            return;
        }
        let twice = take(&mut self.rules.duplicate_next) || self.chance.chance(self.rules.duplicate);
        for _ in 0..=u32::from(twice) {
            let due = now + self.rules.delay_ms + self.chance.below(self.rules.shuffle_ms);
            let id = self.next_id;
            self.next_id += 1;
            let waiting = Waiting {
                scope: scope.clone(),
                event,
                endpoint: endpoint.to_owned(),
                attempts: 0,
                under_way: false,
            };
            self.waiting.insert(id, waiting);
            self.schedule.insert((due, id));
        }
    }

    /// Takes what is due, earliest first, as under way.
    pub fn take_due(&mut self, now: Millis) -> Vec<(u64, Waiting)> {
        let mut due = Vec::new();
        while !self.rules.withhold
            && let Some((at, id)) = self.schedule.first().copied()
            && at <= now
        {
            self.schedule.remove(&(at, id));
            if let Some(waiting) = self.waiting.get_mut(&id) {
                waiting.attempts += 1;
                waiting.under_way = true;
                due.push((id, waiting.clone()));
            }
        }
        due
    }

    /// When the next delivery is due; none while they are withheld.
    pub fn next_due(&self) -> Option<Millis> {
        self.schedule.first().map(|(at, _)| *at).filter(|_| !self.rules.withhold)
    }

    /// Deliveries that wait or are under way.
    pub fn outstanding(&self) -> usize {
        self.waiting.len()
    }

    /// Forgets a delivery whose endpoint or event is gone.
    pub fn forget(&mut self, id: u64) {
        self.waiting.remove(&id);
    }

    /// Takes the outcome of an attempt. None where it is not under way: settled already, or never made.
    pub fn settle(&mut self, now: Millis, id: u64, success: bool) -> Option<(Settled, Waiting)> {
        let entry = self.waiting.get_mut(&id).filter(|waiting| waiting.under_way)?;
        entry.under_way = false;
        let waiting = entry.clone();
        if !success && waiting.attempts < self.rules.max_attempts {
            let doubled = self.rules.retry_first_ms.saturating_mul(1 << (waiting.attempts - 1).min(30));
            self.schedule.insert((now + doubled.min(self.rules.retry_cap_ms), id));
            return Some((Settled::Retried, waiting));
        }
        self.waiting.remove(&id);
        Some((if success { Settled::Delivered } else { Settled::GivenUp }, waiting))
    }
}

fn take(count: &mut u32) -> bool {
    let any = *count > 0;
    *count = count.saturating_sub(1);
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_scheduled(rules: DeliveryRules) -> Deliveries {
        let mut deliveries = Deliveries::new(1);
        deliveries.rules = rules;
        let scope = Scope { account: "acct_1".into(), livemode: false };
        deliveries.schedule(0, &scope, 0, "we_1");
        deliveries
    }

    #[test]
    fn retries_double_up_to_the_cap_and_end() {
        let rules = DeliveryRules { retry_cap_ms: 3_000, max_attempts: 4, ..DeliveryRules::default() };
        let mut deliveries = one_scheduled(rules);
        let mut now = 0;
        let mut waits = Vec::new();
        for _ in 0..4 {
            let (id, _) = deliveries.take_due(now).remove(0);
            let (settled, _) = deliveries.settle(now, id, false).unwrap();
            if settled == Settled::GivenUp {
                break;
            }
            let next = deliveries.next_due().unwrap();
            waits.push(next - now);
            now = next;
        }
        assert_eq!(waits, [1_000, 2_000, 3_000]);
        assert_eq!(deliveries.outstanding(), 0);
    }

    #[test]
    fn an_attempt_is_settled_once() {
        let mut deliveries = one_scheduled(DeliveryRules::default());
        assert!(deliveries.settle(0, 1, true).is_none(), "not under way yet");
        let (id, _) = deliveries.take_due(0).remove(0);
        assert!(deliveries.take_due(0).is_empty(), "under way");
        assert!(deliveries.settle(0, id, true).is_some());
        assert!(deliveries.settle(0, id, true).is_none());
    }

    #[test]
    fn withheld_deliveries_go_out_once_released() {
        let mut deliveries = one_scheduled(DeliveryRules { withhold: true, ..DeliveryRules::default() });
        assert!(deliveries.take_due(10).is_empty());
        assert_eq!(deliveries.next_due(), None);
        deliveries.rules.withhold = false;
        assert_eq!(deliveries.take_due(10).len(), 1);
    }

    #[test]
    fn the_next_delivery_is_duplicated_or_dropped_on_demand() {
        let twice = DeliveryRules { duplicate_next: 1, ..DeliveryRules::default() };
        assert_eq!(one_scheduled(twice).outstanding(), 2);
        let dropped = DeliveryRules { drop_next: 1, ..DeliveryRules::default() };
        assert_eq!(one_scheduled(dropped).outstanding(), 0);
    }
}
