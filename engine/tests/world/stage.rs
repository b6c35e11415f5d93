//! What stands in a world before a life begins: an account with an endpoint, apps, documents.

use bytes::Bytes;
use daicho_core::stripe::{AccountId, PINNED_VERSION};
use daicho_core::tenant::{Mode, TenantName};
use daicho_engine::Settings;
use daicho_engine::config::Precondition;
use daicho_engine::secret::SealingKeys;
use daicho_sandbox::kintone::{NewApp, Permissions};
use daicho_sandbox::stripe;
use serde_json::{Value, json};

use super::{Life, World};

/// The account that the sandbox's Stripe begins with.
pub const ACCOUNT: &str = stripe::ACCOUNT;
/// The app that customers are written to.
pub const APP: u64 = 1;

/// The tenant of all lives.
pub fn tenant_name() -> TenantName {
    TenantName { account: AccountId::parse(ACCOUNT).unwrap(), mode: Mode::Test }
}

/// How events come.
#[derive(Debug, Clone, Copy)]
pub enum Endpoint {
    /// Snapshots in the pinned API version.
    Pinned,
    /// Snapshots in another API version.
    Other,
    /// Thin events.
    Thin,
    /// Snapshots in the pinned API version, of those events only that we ask Stripe for.
    Listed,
}

/// A world with a webhook endpoint and an app, and a tenant in it that is not configured.
pub fn put_up(seed: u64) -> Life {
    put_up_with(seed, Endpoint::Pinned)
}

/// As [`put_up`], with another endpoint.
pub fn put_up_with(seed: u64, endpoint: Endpoint) -> Life {
    let world = World::new(seed);
    let url = "https://daicho.example.com";
    let at = |version: &str| format!("url={url}&api_version={version}&enabled_events[]=*");
    match endpoint {
        Endpoint::Pinned => drop(world.stripe("/v1/webhook_endpoints", &at(PINNED_VERSION))),
        Endpoint::Listed => {
            let events = daicho_core::stripe::event_list::all().iter();
            let events: String = events.map(|event| format!("&enabled_events[]={}", event.name)).collect();
            world.stripe("/v1/webhook_endpoints", &format!("url={url}&api_version={PINNED_VERSION}{events}"));
        }
        Endpoint::Other => drop(world.stripe("/v1/webhook_endpoints", &at("2024-06-20"))),
        Endpoint::Thin => {
            let mode = stripe::Mode::Test;
            world.0.stripe.borrow_mut().add_thin_endpoint(ACCOUNT, mode, url, false);
        }
    }
    world.app();
    let keys = SealingKeys::parse(
        r#"{"current":"k1","keys":{"k1":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}"#,
    );
    Life::begin(world, Settings::new(tenant_name(), keys.unwrap()))
}

impl World {
    /// A call that the merchant makes; answers the object.
    pub fn stripe(&self, path: &str, form: &str) -> Value {
        self.call(http::Method::POST, path, form)
    }

    /// The merchant deletes an object.
    pub fn delete(&self, path: &str) -> Value {
        self.call(http::Method::DELETE, path, "")
    }

    /// What Stripe answers.
    pub fn get(&self, path: &str) -> Value {
        self.call(http::Method::GET, path, "")
    }

    /// A call with another key than the merchant's.
    pub fn stripe_with(&self, key: &str, path: &str, form: &str) -> Value {
        let (is_success, body) = self.try_call_with(key, http::Method::POST, path, form);
        assert!(is_success, "{path}: {body}");
        body
    }

    /// Somebody gives a customer a discount in Stripe's Dashboard; by the API only older versions can.
    pub fn discount_customer(&self, customer: &str, coupon: &str) {
        let (path, form) = (format!("/v1/customers/{customer}"), format!("coupon={coupon}"));
        let request = request("sk_test_sandbox", http::Method::POST, &path, &form, "2024-06-20");
        let response = self.0.stripe.borrow_mut().handle(self.0.now.get(), &request);
        assert!(response.status().is_success(), "{response:?}");
    }

    fn call(&self, method: http::Method, path: &str, form: &str) -> Value {
        let (is_success, body) = self.try_call(method, path, form);
        assert!(is_success, "{path}: {body}");
        body
    }

    fn try_call(&self, method: http::Method, path: &str, form: &str) -> (bool, Value) {
        self.try_call_with("sk_test_sandbox", method, path, form)
    }

    fn try_call_with(&self, key: &str, method: http::Method, path: &str, form: &str) -> (bool, Value) {
        let request = request(key, method, path, form, PINNED_VERSION);
        let response = self.0.stripe.borrow_mut().handle(self.0.now.get(), &request);
        (response.status().is_success(), serde_json::from_slice(response.body()).unwrap())
    }

    fn app(&self) {
        let text = |unique: bool| json!({"type": "SINGLE_LINE_TEXT", "unique": unique});
        let mut properties = json!({"id": text(true), "name": text(false), "note": text(false),
            "a": text(false), "b": text(false), "c": text(false), "d": text(false), "e": text(false),
            "f": text(false), "g": text(false), "h": text(false)});
        for (code, property) in properties.as_object_mut().unwrap() {
            property["code"] = json!(code);
            property["label"] = json!(code);
        }
        let new: NewApp =
            serde_json::from_value(json!({"name": "Customers", "properties": properties})).unwrap();
        let app = self.0.kintone.borrow_mut().create_app(new);
        assert_eq!(app, APP);
        self.0.kintone.borrow_mut().add_token(app, "token", Permissions::all(), true);
    }

    /// The app's records as key → field → value.
    pub fn records(&self) -> std::collections::BTreeMap<String, Value> {
        let snapshot = self.0.kintone.borrow().snapshot();
        let records = snapshot["apps"][APP.to_string()]["records"].as_array().unwrap().clone();
        records
            .into_iter()
            .map(|record| (record["id"]["value"].as_str().unwrap().to_owned(), record))
            .collect()
    }
}

impl Life {
    /// Somebody stores the key of another account; with `sk_test_other` things are made there.
    pub fn store_key_of_another_account(&self) {
        {
            let mut at_stripe = self.world.0.stripe.borrow_mut();
            at_stripe.add_account("acct_other");
            at_stripe.add_key("rk_test_other", "acct_other", stripe::Mode::Test, stripe::KeyKind::Restricted);
            at_stripe.add_key("sk_test_other", "acct_other", stripe::Mode::Test, stripe::KeyKind::Secret);
        }
        self.tenant.put_secret("stripe_key", b"rk_test_other").unwrap();
    }

    /// Somebody stores, by mistake, the account's key of the other mode, in which `sk_live_sandbox` writes.
    pub fn store_key_of_the_other_mode(&self) {
        let (live, account) = (stripe::Mode::Live, ACCOUNT);
        {
            let mut at_stripe = self.world.0.stripe.borrow_mut();
            at_stripe.add_key("rk_live_sandbox", account, live, stripe::KeyKind::Restricted);
            at_stripe.add_key("sk_live_sandbox", account, live, stripe::KeyKind::Secret);
        }
        self.tenant.put_secret("stripe_key", b"rk_live_sandbox").unwrap();
    }

    /// Somebody stores the tenant's key again.
    pub fn store_own_key(&self) {
        self.tenant.put_secret("stripe_key", b"rk_test_sandbox").unwrap();
    }

    /// A call that Stripe may refuse.
    pub fn try_stripe(&self, method: http::Method, path: &str, form: &str) {
        self.world.try_call(method, path, form);
    }

    /// Puts the secrets, the connections and a mapping of customers.
    pub fn configure(&mut self) {
        self.configure_for("customer", "name", "description");
    }

    /// As [`Life::configure`], for objects of another kind and the paths of two of their properties.
    pub fn configure_for(&mut self, source: &str, name: &str, note: &str) {
        self.configure_with(&mapping(
            source,
            &json!([
                {"field": "name", "value": {"path": name}},
                {"field": "note", "value": {"path": note}},
            ]),
        ));
    }

    /// Puts the secrets, the connections and this mapping.
    pub fn configure_with(&mut self, mapping: &Value) {
        let tenant = std::rc::Rc::clone(&self.tenant);
        tenant.put_secret("stripe_key", b"rk_test_sandbox").unwrap();
        tenant.put_secret("kintone", b"token").unwrap();
        let connections = json!({"stripe_key_ref": "stripe_key", "apps": {"records": {
            "domain": "example.cybozu.com", "app": APP, "token_refs": ["kintone"],
        }}});
        let first = Precondition::IfNoneMatch;
        self.until(tenant.put_mapping(mapping.to_string().as_bytes(), &first, "test")).unwrap();
        self.until(tenant.put_connections(connections.to_string().as_bytes(), &first, "test")).unwrap();
    }
}

fn request(key: &str, method: http::Method, path: &str, form: &str, version: &str) -> http::Request<Bytes> {
    http::Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {key}"))
        .header("stripe-version", version)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from(form.to_owned()))
        .unwrap()
}

/// A mapping with one target, `records`.
pub fn mapping(source: &str, fields: &Value) -> Value {
    json!({"version": 1, "targets": {"records": {
        "source": source, "app": "records", "key": {"field": "id"}, "fields": fields,
    }}})
}
