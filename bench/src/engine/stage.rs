//! A tenant with three apps, and the two mappings that are measured.

use daicho_core::stripe::{AccountId, PINNED_VERSION, event_list};
use daicho_core::tenant::{Mode, TenantName};
use daicho_engine::Settings;
use daicho_engine::secret::SealingKeys;
use daicho_sandbox::kintone::{NewApp, Permissions};
use daicho_sim::life::Life;
use daicho_sim::stage::{ACCOUNT, KEY};
use daicho_sim::world::World;
use serde_json::{Value, json};

const SEED: u64 = 1;

/// A tenant that is configured, in a world without trouble.
pub fn put_up(mapping: &Value) -> Life {
    let world = World::new(SEED, false);
    let events: Vec<String> =
        event_list::all().iter().map(|event| format!("&enabled_events[]={}", event.name)).collect();
    let endpoint = format!("url=https://daicho.example.com&api_version={PINNED_VERSION}{}", events.concat());
    world.stripe("/v1/webhook_endpoints", &endpoint);
    let apps = [("customers", customers()), ("subscriptions", subscriptions()), ("invoices", invoices())];
    let mut connections = json!({"stripe_key_ref": "stripe_key", "apps": {}});
    let mut secrets = Vec::new();
    for (at, (name, properties)) in (1_u64..).zip(apps) {
        make_app(&world, name, &properties);
        let (secret, token) = (format!("kintone-{at}"), format!("token-{at}"));
        world.0.kintone.borrow_mut().add_token(at, &token, Permissions::all(), true);
        // A month passes in an hour here, so kintone's limit for a day is no matter.
        connections["apps"][name] = json!({"domain": "example.cybozu.com", "app": at, "token_refs": [secret],
            "daily_requests": 100_000});
        secrets.push((secret, token));
    }
    let mut life = Life::begin(world, settings());
    life.put_secret("stripe_key", KEY);
    for (secret, token) in &secrets {
        life.put_secret(secret, token.as_bytes());
    }
    life.put_connections(&connections);
    life.put_mapping(mapping);
    life
}

fn settings() -> Settings {
    let keys = SealingKeys::parse(
        r#"{"current":"k1","keys":{"k1":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}"#,
    );
    let account = AccountId::parse(ACCOUNT).expect("the sandbox's account is one");
    Settings::new(TenantName { account, mode: Mode::Test }, keys.expect("the keys are keys"))
}

fn make_app(world: &World, name: &str, properties: &Value) {
    let mut properties = properties.clone();
    properties["id"] = json!({"type": "SINGLE_LINE_TEXT", "unique": true});
    let new: NewApp =
        serde_json::from_value(json!({"name": name, "properties": properties})).expect("the apps are apps");
    world.0.kintone.borrow_mut().create_app(new);
}

fn customers() -> Value {
    json!({"name": text(), "mail": text(), "phone": text(), "postal": text(), "street": text(), "since": date(),
        "card": text(), "revenue": number(), "paid": number(), "tenure": number(), "subscriptions": number()})
}

fn subscriptions() -> Value {
    json!({"customer": text(), "status": text(), "start": date(), "until": date(), "customer_name": text(),
        "items": {"type": "SUBTABLE", "fields": {"item": text(), "quantity": number(), "product": text()}}})
}

fn invoices() -> Value {
    json!({"number": text(), "customer": text(), "status": text(), "total": number(), "remaining": number(),
        "day": date(), "customer_name": text(), "tax": number(),
        "lines": {"type": "SUBTABLE", "fields": {"line": text(), "what": text(), "amount": number()}}})
}

fn text() -> Value {
    json!({"type": "SINGLE_LINE_TEXT"})
}

fn number() -> Value {
    json!({"type": "NUMBER"})
}

fn date() -> Value {
    json!({"type": "DATE"})
}

/// What stands in the objects themselves.
pub fn simple() -> Value {
    mapping(vec![], vec![], vec![])
}

/// With what other objects hold.
pub fn rich() -> Value {
    let figure = |field: &str, figure: Value| json!({"field": field, "value": {"ledger": figure}});
    let rows = |field: &str, list: &str, key: &str, columns: Value| json!({"field": field, "value": {"rows": {"list": list, "key": {"field": key}, "columns": columns}}});
    let customers = vec![
        rule("card", "invoice_settings.default_payment_method.card.last4"),
        figure("revenue", json!({"monthly_recurring_revenue": {"currency": "jpy"}})),
        figure("paid", json!({"lifetime_paid": {"currency": "jpy"}})),
        figure("tenure", json!({"tenure_months": {}})),
        figure("subscriptions", json!({"active_subscriptions": {}})),
    ];
    let items = json!([{"field": "quantity", "value": {"path": "quantity"}},
        {"field": "product", "value": {"path": "price.product.name"}}]);
    let subscriptions =
        vec![rule("customer_name", "customer.name"), rows("items", "items.data", "item", items)];
    let lines = json!([{"field": "what", "value": {"path": "description"}},
        {"field": "amount", "value": {"path": "amount"}, "transform": [{"amount": {}}]}]);
    let invoices = vec![
        rule("customer_name", "customer.name"),
        json!({"field": "tax", "value": {"tax_total": {"rate": "all", "part": "tax"}}}),
        rows("lines", "lines.data", "line", lines),
    ];
    mapping(customers, subscriptions, invoices)
}

fn rule(field: &str, path: &str) -> Value {
    json!({"field": field, "value": {"path": path}})
}

fn with(mut rule: Value, transform: &str) -> Value {
    rule["transform"] = json!([{transform: {}}]);
    rule
}

fn mapping(customers: Vec<Value>, subscriptions: Vec<Value>, invoices: Vec<Value>) -> Value {
    let target = |source: &str, app: &str, own: Vec<Value>, more: Vec<Value>| {
        let fields: Vec<Value> = own.into_iter().chain(more).collect();
        json!({"source": source, "app": app, "key": {"field": "id"}, "fields": fields})
    };
    let of_customers = vec![
        rule("name", "name"),
        rule("mail", "email"),
        with(rule("phone", "phone"), "phone"),
        with(rule("postal", "address.postal_code"), "postal_code"),
        rule("street", "address.line1"),
        with(rule("since", "created"), "date"),
    ];
    let of_subscriptions = vec![
        rule("customer", "customer"),
        rule("status", "status"),
        with(rule("start", "start_date"), "date"),
        with(rule("until", "items.data[0].current_period_end"), "date"),
    ];
    let of_invoices = vec![
        rule("number", "number"),
        rule("customer", "customer"),
        rule("status", "status"),
        with(rule("total", "total"), "amount"),
        with(rule("remaining", "amount_remaining"), "amount"),
        with(rule("day", "created"), "date"),
    ];
    json!({"version": 1, "targets": {
        "customers": target("customer", "customers", of_customers, customers),
        "subscriptions": target("subscription", "subscriptions", of_subscriptions, subscriptions),
        "invoices": target("invoice", "invoices", of_invoices, invoices)}})
}
