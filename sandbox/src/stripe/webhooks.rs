//! What the shell asks for: deliveries to attempt, their outcomes, endpoints' secrets.

use bytes::Bytes;

use super::delivery::{Delivery, Settled, Waiting};
use super::endpoints::{Endpoint, Secret};
use super::world::Scope;
use super::{Mode, Stripe, Version, signature};
use crate::Millis;

impl Stripe {
    /// The deliveries to attempt now, signed with the time `now`. Each is under way until [`Stripe::settle`].
    pub fn due(&mut self, now: Millis) -> Vec<Delivery> {
        let taken = self.world.deliveries.take_due(now);
        taken.into_iter().filter_map(|(id, waiting)| self.attempt(now, id, &waiting)).collect()
    }

    fn attempt(&mut self, now: Millis, id: u64, waiting: &Waiting) -> Option<Delivery> {
        let endpoint = self.world.endpoints.get(&waiting.endpoint).filter(|endpoint| endpoint.enabled);
        let event = self.world.logs.get(&waiting.scope).and_then(|log| log.get(waiting.event));
        let (Some(endpoint), Some(event)) = (endpoint, event) else {
            // Disabling or deleting an endpoint ends its retries.
            self.world.deliveries.forget(id);
            return None;
        };
        let value = if endpoint.thin {
            event.thin(&waiting.scope, endpoint.connect)
        } else {
            let version =
                endpoint.version.unwrap_or_else(|| self.world.default_version(&endpoint.scope.account));
            event.snapshot(&waiting.scope, version, self.world.shelf(&waiting.scope), endpoint.connect)
        };
        let body = Bytes::from(serde_json::to_vec_pretty(&value).unwrap_or_default());
        let signed = signature::sign(endpoint.live_secrets(now), now.div_euclid(1000), &body);
        let delivery = Delivery {
            id,
            event_id: value["id"].as_str().unwrap_or_default().to_owned(),
            event_type: event.kind.clone(),
            attempt: waiting.attempts,
            url: endpoint.url.clone(),
            headers: [
                ("content-type", "application/json; charset=utf-8"),
                ("stripe-signature", &signed),
                ("user-agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)"),
                ("accept", "*/*; q=0.5, application/xml"),
                ("cache-control", "no-cache"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
            body,
        };
        self.world.counters.attempts += 1;
        Some(delivery)
    }

    /// The outcome of an attempt: 2xx is delivered, anything else (none: no answer) is retried later
    /// until the attempts are used up.
    pub fn settle(&mut self, now: Millis, delivery: u64, status: Option<u16>) {
        let success = status.is_some_and(|status| (200..300).contains(&status));
        let Some((settled, waiting)) = self.world.deliveries.settle(now, delivery, success) else {
            return;
        };
        match settled {
            Settled::Retried => {}
            Settled::GivenUp => self.world.counters.given_up += 1,
            Settled::Delivered => {
                self.world.counters.acknowledged += 1;
                let event =
                    self.world.logs.get_mut(&waiting.scope).and_then(|log| log.get_mut(waiting.event));
                if let Some(event) = event {
                    event.owed.retain(|endpoint| *endpoint != waiting.endpoint);
                }
            }
        }
    }

    /// When the next delivery is due; none while nothing waits or deliveries are withheld.
    pub fn next_due(&self) -> Option<Millis> {
        self.world.deliveries.next_due()
    }

    /// Deliveries that wait or are under way. Zero: every event has arrived or was given up.
    pub fn outstanding(&self) -> usize {
        self.world.deliveries.outstanding()
    }

    /// Adds an endpoint that receives thin events of every type, and returns its id and secret. With
    /// `connect` it hears connected accounts. (The API's own way is `POST /v2/core/event_destinations`.)
    pub fn add_thin_endpoint(
        &mut self,
        account: &str,
        mode: Mode,
        url: &str,
        connect: bool,
    ) -> (String, String) {
        let prefix = if mode == Mode::Live { "ed" } else { "ed_test" };
        let (id, secret) = (self.world.ids.next(prefix), self.world.ids.next("whsec"));
        let endpoint = Endpoint {
            id: id.clone(),
            scope: Scope { account: account.to_owned(), livemode: mode == Mode::Live },
            url: url.to_owned(),
            events: vec!["*".into()],
            version: None,
            enabled: true,
            thin: true,
            connect,
            secrets: vec![Secret { text: secret.clone(), ends: None }],
        };
        self.world.endpoints.insert(id.clone(), endpoint);
        (id, secret)
    }

    /// Replaces an endpoint's secret; the old ones sign along until `until`. None: no such endpoint.
    pub fn roll_secret(&mut self, endpoint: &str, until: Millis) -> Option<String> {
        let text = self.world.ids.next("whsec");
        self.world.endpoints.get_mut(endpoint)?.roll(text.clone(), until);
        Some(text)
    }

    /// Gives an endpoint exactly this secret, so that a receiver can be configured before it. False: no such endpoint.
    pub fn set_secret(&mut self, endpoint: &str, secret: &str) -> bool {
        let Some(endpoint) = self.world.endpoints.get_mut(endpoint) else {
            return false;
        };
        endpoint.secrets = vec![Secret { text: secret.to_owned(), ends: None }];
        true
    }

    /// The API version of an endpoint's snapshots; none where it follows its account, or is unknown.
    pub fn endpoint_version(&self, endpoint: &str) -> Option<Version> {
        self.world.endpoints.get(endpoint)?.version
    }
}
