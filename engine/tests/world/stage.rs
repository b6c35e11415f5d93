//! What stands in a world before a life begins: an account with an endpoint, apps, documents.

use bytes::Bytes;
use daicho_core::stripe::{AccountId, PINNED_VERSION};
use daicho_core::tenant::{Mode, TenantName};
use daicho_engine::Settings;
use daicho_engine::config::Precondition;
use daicho_engine::secret::SealingKeys;
use daicho_sandbox::kintone::{NewApp, Permissions};
use serde_json::{Value, json};

use super::{Life, World};

/// The account that the sandbox's Stripe begins with.
pub const ACCOUNT: &str = daicho_sandbox::stripe::ACCOUNT;
/// The app that customers are written to.
pub const APP: u64 = 1;

/// The tenant of all lives.
pub fn tenant_name() -> TenantName {
    TenantName {
        account: AccountId::parse(ACCOUNT).unwrap(),
        mode: Mode::Test,
    }
}

/// A world with a webhook endpoint and an app, and a tenant in it that is not configured.
pub fn put_up(seed: u64) -> Life {
    let world = World::new(seed);
    world.stripe(
        "/v1/webhook_endpoints",
        &format!(
            "url=https%3A%2F%2Fdaicho.example.com&api_version={PINNED_VERSION}&enabled_events[]=*"
        ),
    );
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

    fn call(&self, method: http::Method, path: &str, form: &str) -> Value {
        let request = http::Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", "Bearer sk_test_sandbox")
            .header("stripe-version", PINNED_VERSION)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from(form.to_owned()))
            .unwrap();
        let response = self
            .0
            .stripe
            .borrow_mut()
            .handle(self.0.now.get(), &request);
        let body: Value = serde_json::from_slice(response.body()).unwrap();
        assert!(response.status().is_success(), "{path}: {body}");
        body
    }

    fn app(&self) {
        let text = |unique: bool| json!({"type": "SINGLE_LINE_TEXT", "unique": unique});
        let mut properties = json!({"id": text(true), "name": text(false), "note": text(false)});
        for (code, property) in properties.as_object_mut().unwrap() {
            property["code"] = json!(code);
            property["label"] = json!(code);
        }
        let new: NewApp =
            serde_json::from_value(json!({"name": "Customers", "properties": properties})).unwrap();
        let app = self.0.kintone.borrow_mut().create_app(new);
        assert_eq!(app, APP);
        self.0
            .kintone
            .borrow_mut()
            .add_token(app, "token", Permissions::all(), true);
    }

    /// The app's records as key → field → value.
    pub fn records(&self) -> std::collections::BTreeMap<String, Value> {
        let snapshot = self.0.kintone.borrow().snapshot();
        let records = snapshot["apps"][APP.to_string()]["records"]
            .as_array()
            .unwrap()
            .clone();
        records
            .into_iter()
            .map(|record| (record["id"]["value"].as_str().unwrap().to_owned(), record))
            .collect()
    }
}

impl Life {
    /// Puts the secrets, the mapping and the connections.
    pub fn configure(&mut self) {
        let tenant = std::rc::Rc::clone(&self.tenant);
        tenant.put_secret("stripe_key", b"rk_test_sandbox").unwrap();
        tenant.put_secret("kintone", b"token").unwrap();
        let mapping = json!({"version": 1, "targets": {"customers": {
            "source": "customer", "app": "customers", "key": {"field": "id"},
            "fields": [
                {"field": "name", "value": {"path": "name"}},
                {"field": "note", "value": {"path": "description"}},
            ],
        }}});
        let connections = json!({"stripe_key_ref": "stripe_key", "apps": {"customers": {
            "domain": "example.cybozu.com", "app": APP, "token_refs": ["kintone"],
        }}});
        let first = Precondition::IfNoneMatch;
        self.until(tenant.put_mapping(mapping.to_string().as_bytes(), &first, "test"))
            .unwrap();
        self.until(tenant.put_connections(connections.to_string().as_bytes(), &first, "test"))
            .unwrap();
    }
}
