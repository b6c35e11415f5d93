//! Everything the local Stripe remembers.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde_json::Value;

use super::delivery::Deliveries;
use super::desk::Call;
use super::endpoints::Endpoint;
use super::events::{Event, EventLog};
use super::idempotency::Answered;
use super::ids::Ids;
use super::store::{Change, Shelf};
use super::test_clocks;
use super::version::Version;
use crate::Millis;

/// An account in one mode.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Scope {
    pub account: String,
    pub livemode: bool,
}

/// What was counted since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counters {
    /// API requests answered.
    pub requests: u64,
    /// Events created.
    pub events: u64,
    /// Deliveries handed out by `due`.
    pub attempts: u64,
    /// Deliveries answered with 2xx.
    pub acknowledged: u64,
    /// Deliveries given up after the last try.
    pub given_up: u64,
}

/// The state behind the API.
#[derive(Debug)]
pub(super) struct World {
    pub shelves: BTreeMap<Scope, Shelf>,
    /// Each account's default API version.
    pub accounts: BTreeMap<String, Version>,
    pub logs: BTreeMap<Scope, EventLog>,
    pub endpoints: BTreeMap<String, Endpoint>,
    pub deliveries: Deliveries,
    pub answered: BTreeMap<(Scope, String), Answered>,
    pub history: Vec<Change>,
    pub ids: Ids,
    pub counters: Counters,
}

static EMPTY: LazyLock<Shelf> = LazyLock::new(Shelf::default);

impl World {
    pub fn new(seed: u64) -> Self {
        Self {
            shelves: BTreeMap::new(),
            accounts: BTreeMap::new(),
            logs: BTreeMap::new(),
            endpoints: BTreeMap::new(),
            // Deliveries draw from a source of their own: a fault switched on changes no id.
            deliveries: Deliveries::new(seed ^ 0x5eed),
            answered: BTreeMap::new(),
            history: Vec::new(),
            ids: Ids::new(seed),
            counters: Counters::default(),
        }
    }

    pub fn shelf(&self, scope: &Scope) -> &Shelf {
        self.shelves.get(scope).unwrap_or(&EMPTY)
    }

    pub fn shelf_mut(&mut self, scope: &Scope) -> &mut Shelf {
        self.shelves.entry(scope.clone()).or_default()
    }

    pub fn default_version(&self, account: &str) -> Version {
        self.accounts.get(account).copied().unwrap_or(Version::Pinned)
    }

    /// The time of the test clock that an object lives under.
    fn clock_time(&self, scope: &Scope, object: &Value) -> Option<Millis> {
        let clock = self.shelf(scope).live(test_clocks::KIND, object["test_clock"].as_str()?)?;
        Some(clock["frozen_time"].as_i64()? * 1_000)
    }

    /// Makes an event and schedules it for every endpoint that asked for it.
    pub fn emit(&mut self, call: &Call, kind: &str, object: &Arc<Value>, previous: Option<&Arc<Value>>) {
        let twins = u32::from(self.deliveries.twin());
        let clock_time = self.deliveries.rules.clock_times.then(|| self.clock_time(&call.scope, object));
        let at = clock_time.flatten().unwrap_or(call.now);
        for _ in 0..=twins {
            let mut event = Event {
                id: self.ids.next("evt"),
                thin_id: self.ids.next("evt_test"),
                kind: kind.to_owned(),
                at,
                object: Arc::clone(object),
                previous: previous.cloned(),
                request_id: call.request_id.clone(),
                idempotency_key: call.idempotency_key.clone(),
                owed: Vec::new(),
            };
            self.counters.events += 1;
            let wanting = self.endpoints.values().filter(|endpoint| endpoint.wants(&call.scope, kind));
            event.owed = wanting.map(|endpoint| endpoint.id.clone()).collect();
            let log = self.logs.entry(call.scope.clone()).or_default();
            let index = log.len();
            for endpoint in &event.owed {
                self.deliveries.schedule(call.now, &call.scope, index, endpoint);
            }
            log.push(event);
        }
    }
}
