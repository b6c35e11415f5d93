//! What stands in a world before a life begins: an account with an endpoint, apps, documents.

use bytes::Bytes;
use daicho_core::stripe::{AccountId, PINNED_VERSION};
use daicho_core::tenant::{Mode, TenantName};
use daicho_engine::Settings;
use daicho_engine::secret::SealingKeys;
use daicho_sandbox::stripe::KeyKind;
use serde_json::Value;

use crate::life::Life;
use crate::merchant::Merchant;
use crate::plan::{Endpoint, Plan};
use crate::world::{START, World};
use crate::{apps, documents};

/// The account that the sandbox's Stripe begins with.
pub const ACCOUNT: &str = daicho_sandbox::stripe::ACCOUNT;
/// Another account, whose key ends up with the tenant by mistake.
const OTHER_ACCOUNT: &str = "acct_1Daicho000Elsewhere";
/// The tenant's restricted key, and the one of the other account.
pub const KEY: &[u8] = b"rk_test_sandbox";
/// See [`KEY`].
pub const OTHER_KEY: &[u8] = b"rk_test_elsewhere";

/// So long before Daicho listens the merchant began: a whole month of tenure ends at the first midnight.
const EARLIER: i64 = 30 * 86_400_000;

/// A world as the plan has it, and a tenant in it that is configured.
pub fn put_up(seed: u64, traced: bool) -> (Life, Plan, Merchant) {
    let world = World::new(seed, traced);
    let plan = Plan::draw(&mut world.0.chance.borrow_mut());
    world.say(|| format!("{plan:#?}"));
    endpoint(&world, plan.endpoint);
    apps::make(&world, &plan);
    {
        let mut kintone = world.0.kintone.borrow_mut();
        kintone.behaviour().upsert_fills_key = !plan.keyless;
        kintone.behaviour().errors_are_named = !plan.nameless;
        if seed.is_multiple_of(3) {
            kintone.behaviour().use_old_statuses();
        }
    }
    world.0.stripe.borrow_mut().add_account(OTHER_ACCOUNT);
    let (mode, kind) = (daicho_sandbox::stripe::Mode::Test, KeyKind::Restricted);
    let other = std::str::from_utf8(OTHER_KEY).expect("a key is text");
    world.0.stripe.borrow_mut().add_key(other, OTHER_ACCOUNT, mode, kind);
    let merchant = before(&world, &plan);
    let mut life = Life::begin(world, settings());
    configure(&mut life, &plan);
    (life, plan, merchant)
}

/// What the merchant does before Daicho listens: no event of it comes.
fn before(world: &World, plan: &Plan) -> Merchant {
    let mut merchant = Merchant::default();
    let mut chance = world.0.chance.borrow_mut().fork();
    world.0.stripe.borrow_mut().delivery_rules().drop = 1.0;
    world.0.now.set(START - EARLIER);
    merchant.open(world, plan);
    for _ in 0..plan.prehistory {
        merchant.act(world, plan, &mut chance);
    }
    world.0.now.set(START);
    world.0.stripe.borrow_mut().delivery_rules().drop = 0.0;
    merchant
}

fn settings() -> Settings {
    let keys = SealingKeys::parse(
        r#"{"current":"k1","keys":{"k1":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}"#,
    );
    let account = AccountId::parse(ACCOUNT).expect("the sandbox's account is one");
    let name = TenantName { account, mode: Mode::Test };
    Settings::new(name, keys.expect("the simulation's keys are keys"))
}

fn endpoint(world: &World, endpoint: Endpoint) {
    let url = "https://daicho.example.com";
    let at = |version: &str, events: &str| format!("url={url}&api_version={version}{events}");
    let all = "&enabled_events[]=*";
    let form = match endpoint {
        Endpoint::Pinned => at(PINNED_VERSION, all),
        Endpoint::Older => at("2024-06-20", all),
        Endpoint::Listed => {
            let events = daicho_core::stripe::event_list::all().iter();
            let events: String = events.map(|event| format!("&enabled_events[]={}", event.name)).collect();
            at(PINNED_VERSION, &events)
        }
        Endpoint::Thin => {
            let mode = daicho_sandbox::stripe::Mode::Test;
            world.0.stripe.borrow_mut().add_thin_endpoint(ACCOUNT, mode, url, false);
            return;
        }
    };
    world.stripe("/v1/webhook_endpoints", &form);
}

fn configure(life: &mut Life, plan: &Plan) {
    life.put_secret("stripe_key", KEY);
    for place in apps::ALL {
        life.put_secret(&format!("kintone-{}", place.app), apps::token(place.app).as_bytes());
    }
    life.put_connections(&documents::connections(plan));
    life.put_mapping(&documents::mapping(plan, 0));
}

impl World {
    /// A call that the merchant makes; answers the object.
    pub fn stripe(&self, path: &str, form: &str) -> Value {
        self.call(&http::Method::POST, path, form)
    }

    /// The merchant deletes an object.
    pub fn delete(&self, path: &str) {
        self.call(&http::Method::DELETE, path, "");
    }

    /// What Stripe answers.
    pub fn ask(&self, path: &str) -> Value {
        self.call(&http::Method::GET, path, "")
    }

    fn call(&self, method: &http::Method, path: &str, form: &str) -> Value {
        let (is_success, body) = self.try_call(method, path, form);
        assert!(is_success, "{path}: {body}");
        body
    }

    /// A call that Stripe may refuse: whether it did not, and the answer.
    pub fn try_call(&self, method: &http::Method, path: &str, form: &str) -> (bool, Value) {
        let request = http::Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", "Bearer sk_test_sandbox")
            .header("stripe-version", PINNED_VERSION)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from(form.to_owned()))
            .expect("the simulation's requests are requests");
        if *method != http::Method::GET {
            self.say(|| format!("merchant {method} {path} {form}"));
        }
        let response = self.0.stripe.borrow_mut().handle(self.now(), &request);
        let body: Value = serde_json::from_slice(response.body()).expect("Stripe answers JSON");
        (response.status().is_success(), body)
    }
}
