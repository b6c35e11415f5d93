//! What stands in a world before a life begins: an account with an endpoint, apps, documents.

use bytes::Bytes;
use daicho_core::stripe::{AccountId, PINNED_VERSION};
use daicho_core::tenant::{Mode, TenantName};
use daicho_engine::Settings;
use daicho_engine::secret::SealingKeys;
use daicho_sandbox::kintone::{NewApp, Permissions};
use daicho_sandbox::stripe::KeyKind;
use serde_json::{Value, json};

use crate::life::Life;
use crate::plan::{Endpoint, Plan};
use crate::world::World;

/// The account that the sandbox's Stripe begins with.
pub const ACCOUNT: &str = daicho_sandbox::stripe::ACCOUNT;
/// Another account, whose key ends up with the tenant by mistake.
const OTHER_ACCOUNT: &str = "acct_1Daicho000Elsewhere";
/// The tenant's restricted key, and the one of the other account.
pub const KEY: &[u8] = b"rk_test_sandbox";
/// See [`KEY`].
pub const OTHER_KEY: &[u8] = b"rk_test_elsewhere";
/// The longest name that the app takes.
pub const LONGEST_NAME: usize = 20;

/// A target: its name, the source, and the number of its app.
pub const TARGETS: [(&str, &str, u64); 3] =
    [("customers", "customer", 1), ("subscriptions", "subscription", 2), ("invoices", "invoice", 3)];

/// A world as the plan has it, and a tenant in it that is configured.
pub fn put_up(seed: u64, traced: bool) -> (Life, Plan) {
    let world = World::new(seed, traced);
    let plan = Plan::draw(&mut world.0.chance.borrow_mut());
    world.say(|| format!("{plan:#?}"));
    endpoint(&world, plan.endpoint);
    for (name, _, app) in TARGETS {
        make_app(&world, name, app);
    }
    world.0.stripe.borrow_mut().add_account(OTHER_ACCOUNT);
    let (mode, kind) = (daicho_sandbox::stripe::Mode::Test, KeyKind::Restricted);
    let other = std::str::from_utf8(OTHER_KEY).expect("a key is text");
    world.0.stripe.borrow_mut().add_key(other, OTHER_ACCOUNT, mode, kind);
    let mut life = Life::begin(world, settings());
    configure(&mut life, &plan);
    (life, plan)
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
    let at = |version: &str| format!("url={url}&api_version={version}&enabled_events[]=*");
    match endpoint {
        Endpoint::Pinned => drop(world.stripe("/v1/webhook_endpoints", &at(PINNED_VERSION))),
        Endpoint::Older => drop(world.stripe("/v1/webhook_endpoints", &at("2024-06-20"))),
        Endpoint::Thin => {
            let mode = daicho_sandbox::stripe::Mode::Test;
            world.0.stripe.borrow_mut().add_thin_endpoint(ACCOUNT, mode, url, false);
        }
    }
}

fn make_app(world: &World, name: &str, app: u64) {
    let text = |unique: bool| json!({"type": "SINGLE_LINE_TEXT", "unique": unique});
    let mut properties = json!({
        "id": text(true),
        "name": {"type": "SINGLE_LINE_TEXT", "maxLength": LONGEST_NAME.to_string()},
        "note": text(false), "mail": text(false), "own": text(false),
        "amount": {"type": "NUMBER"},
    });
    for (code, property) in properties.as_object_mut().into_iter().flatten() {
        property["code"] = json!(code);
        property["label"] = json!(code);
    }
    let new: NewApp = serde_json::from_value(json!({"name": name, "properties": properties}))
        .expect("the simulation's apps are apps");
    let mut kintone = world.0.kintone.borrow_mut();
    assert_eq!(kintone.create_app(new), app, "apps are numbered in order");
    kintone.add_token(app, &format!("token-{app}"), Permissions::all(), true);
}

fn configure(life: &mut Life, plan: &Plan) {
    life.put_secret("stripe_key", KEY);
    for (_, _, app) in TARGETS {
        life.put_secret(&format!("kintone-{app}"), format!("token-{app}").as_bytes());
    }
    let apps = TARGETS.map(|(name, _, app)| {
        let app =
            json!({"domain": "example.cybozu.com", "app": app, "token_refs": [format!("kintone-{app}")]});
        (name.to_owned(), app)
    });
    let connections =
        json!({"stripe_key_ref": "stripe_key", "apps": Value::Object(apps.into_iter().collect())});
    life.put_connections(&connections);
    life.put_mapping(&mapping(plan, 0));
}

/// The mapping of this plan; each edition writes somewhat else.
pub fn mapping(plan: &Plan, edition: usize) -> Value {
    let policy = |careful: &str| if plan.careful_policies { careful.to_owned() } else { "always".to_owned() };
    let rule = |field: &str, path: &str, policy: String| json!({"field": field, "value": {"path": path}, "write_policy": policy});
    let always = || "always".to_owned();
    let customers = vec![
        rule("name", "name", always()),
        rule("note", if edition.is_multiple_of(2) { "description" } else { "phone" }, policy("if_empty")),
        rule("mail", "email", policy("on_create")),
    ];
    let subscriptions = vec![
        rule("name", "status", always()),
        rule("note", if edition.is_multiple_of(2) { "customer" } else { "currency" }, always()),
        rule("amount", "items.data[0].quantity", always()),
    ];
    let invoices = vec![
        rule("name", "status", always()),
        rule("note", if edition.is_multiple_of(2) { "customer" } else { "number" }, always()),
        json!({"field": "amount", "value": {"path": "amount_remaining"}, "transform": [{"amount": {"currency": "currency"}}]}),
    ];
    let rules = [customers, subscriptions, invoices];
    let targets = TARGETS.into_iter().zip(rules).map(|((name, source, _), fields)| {
        let target = json!({"source": source, "app": name, "key": {"field": "id"}, "fields": fields});
        (name.to_owned(), target)
    });
    json!({"version": 1, "targets": Value::Object(targets.collect())})
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

    fn call(&self, method: &http::Method, path: &str, form: &str) -> Value {
        let request = http::Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", "Bearer sk_test_sandbox")
            .header("stripe-version", PINNED_VERSION)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from(form.to_owned()))
            .expect("the simulation's requests are requests");
        self.say(|| format!("merchant {method} {path} {form}"));
        let response = self.0.stripe.borrow_mut().handle(self.now(), &request);
        let body: Value = serde_json::from_slice(response.body()).expect("Stripe answers JSON");
        assert!(response.status().is_success(), "{path}: {body}");
        body
    }
}
