//! A local Stripe: the API's objects, the events their changes make, and the deliveries of those
//! events to webhook endpoints, as one state machine without I/O, clock or global randomness.
//!
//! Objects are stored in the shape of the pinned API version and derived for older ones
//! ([`Version`]). What a call accepts and does stands in one table per object, in the file of its name.

mod before_basil;
mod billing;
mod coupons;
mod credit_notes;
mod customers;
mod delivery;
mod desk;
mod discounts;
mod endpoints;
mod error;
mod event_destinations;
mod events;
mod expand;
mod form;
mod http_api;
mod idempotency;
mod ids;
mod invoices;
mod keys;
mod paging;
mod params;
mod payment_methods;
mod payments;
mod period;
mod prices;
mod products;
mod promotion_codes;
mod resource;
mod routes;
mod shares;
mod show;
pub mod signature;
mod store;
mod subscriptions;
mod tax_ids;
mod tax_rates;
mod test_clocks;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod version;
mod webhook_endpoints;
mod webhooks;
mod world;

pub use delivery::{Delivery, DeliveryRules};
pub use keys::{KeyKind, Mode};
pub use store::Change;
pub use version::Version;
pub use world::Counters;

use keys::{Key, Keys};
use serde_json::{Map, Value};
use world::World;

use crate::Millis;

/// The account that exists from the start.
pub const ACCOUNT: &str = "acct_1Daicho000Sandbox";

/// Stripe's accounts, their objects, events, webhook endpoints and keys.
#[derive(Debug)]
pub struct Stripe {
    keys: Keys,
    world: World,
}

impl Default for Stripe {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Stripe {
    /// An empty Stripe with the account [`ACCOUNT`] and its keys `sk_test_sandbox`, `rk_test_sandbox`,
    /// `sk_live_sandbox` and `rk_live_sandbox`. The same seed and calls give the same ids.
    pub fn new(seed: u64) -> Self {
        let mut stripe = Self { keys: Keys::default(), world: World::new(seed) };
        stripe.add_account(ACCOUNT);
        for (mode, name) in [(Mode::Test, "test"), (Mode::Live, "live")] {
            stripe.add_key(&format!("sk_{name}_sandbox"), ACCOUNT, mode, KeyKind::Secret);
            stripe.add_key(&format!("rk_{name}_sandbox"), ACCOUNT, mode, KeyKind::Restricted);
        }
        stripe
    }

    /// A further account, connected to every other: secret keys may act for it with `Stripe-Account`,
    /// and Connect endpoints hear its events.
    pub fn add_account(&mut self, id: &str) {
        self.world.accounts.entry(id.to_owned()).or_insert(Version::Pinned);
    }

    /// The account's default API version: of requests and endpoints that name none, and of `/v1/events`.
    pub fn set_default_version(&mut self, account: &str, version: Version) {
        self.world.accounts.insert(account.to_owned(), version);
    }

    /// Issues a key.
    pub fn add_key(&mut self, key: &str, account: &str, mode: Mode, kind: KeyKind) {
        self.keys.add(key, Key { account: account.to_owned(), mode, kind, reads: None });
    }

    /// Lets a key only read, and only these resources, as paths name them (`customers`, `events`): what is not
    /// named is refused with 403.
    pub fn limit_key(&mut self, key: &str, reads: Vec<String>) {
        self.keys.limit(key, reads);
    }

    /// Takes a key back: it answers 401 from now on.
    pub fn remove_key(&mut self, key: &str) {
        self.keys.remove(key);
    }

    /// Webhook faults and the retry schedule.
    pub fn delivery_rules(&mut self) -> &mut DeliveryRules {
        &mut self.world.deliveries.rules
    }

    /// Every object that is not deleted, as `account → "live" | "test" → type → id → object`, in the
    /// pinned API version with embedded lists whole.
    pub fn snapshot(&self) -> Value {
        let mut accounts = Map::new();
        for (scope, shelf) in &self.world.shelves {
            let kinds: Map<String, Value> = shelf
                .all()
                .map(|(kind, rows)| {
                    (
                        kind.to_owned(),
                        rows.map(|(id, json)| (id.clone(), (**json).clone())).collect::<Map<_, _>>().into(),
                    )
                })
                .collect();
            let account = accounts.entry(scope.account.clone()).or_insert_with(|| Map::new().into());
            account[if scope.livemode { "live" } else { "test" }] = kinds.into();
        }
        accounts.into()
    }

    /// One object as it stands, in the pinned API version; none where it is unknown or deleted.
    pub fn object(&self, account: &str, livemode: bool, kind: &str, id: &str) -> Option<&Value> {
        let scope = world::Scope { account: account.to_owned(), livemode };
        self.world.shelf(&scope).live(kind, id).map(AsRef::as_ref)
    }

    /// Every commit of an object, oldest first.
    pub fn history(&self) -> &[Change] {
        &self.world.history
    }

    /// Every event of an account in one mode, oldest first: its id, its type and when it was created.
    pub fn events(&self, account: &str, livemode: bool) -> impl Iterator<Item = (&str, &str, Millis)> {
        let scope = world::Scope { account: account.to_owned(), livemode };
        let log = self.world.logs.get(&scope);
        log.into_iter()
            .flat_map(events::EventLog::iter)
            .map(|event| (event.id.as_str(), event.kind.as_str(), event.at))
    }

    /// What was counted since the start.
    pub fn counters(&self) -> Counters {
        self.world.counters
    }

    /// Lets time pass for billing, up to `now`: drafts that finalise by themselves, trials and periods
    /// that end, renewals. Nothing happens by itself without this call.
    pub fn advance(&mut self, now: Millis) {
        billing::advance(&mut self.world, now);
    }

    /// The card's network tells of a card's new particulars (`exp_month`, `exp_year`, `last4`, …).
    /// False where there is no such payment method.
    pub fn renew_card(
        &mut self,
        now: Millis,
        account: &str,
        livemode: bool,
        payment_method: &str,
        changes: &Map<String, Value>,
    ) -> bool {
        let scope = world::Scope { account: account.to_owned(), livemode };
        let mut desk = billing::at_desk(&mut self.world, now, scope);
        payment_methods::renew_card(&mut desk, payment_method, changes).is_some()
    }

    /// Bills the next period of a subscription now, as if its period had ended.
    /// False where there is no such subscription to renew.
    pub fn renew(&mut self, now: Millis, account: &str, livemode: bool, subscription: &str) -> bool {
        billing::renew(&mut self.world, now, account, livemode, subscription)
    }
}
