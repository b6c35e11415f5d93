//! Each of Stripe's examples through hand-written mappings, and through one that is made from it: rules
//! for every path that it has, with the transforms in turn.

use std::path::Path;

use daicho_core::ledger::Ledger;
use daicho_core::mapping::Context;
use serde_json::{Map, Value, json};

use crate::exercise;

fn read(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    let text = std::fs::read(&path).expect("the file is there");
    serde_json::from_slice(&text).expect("the file is JSON")
}

/// Stripe's examples by the name of their type.
fn fixtures() -> Map<String, Value> {
    let file = read("tests/data/stripe-fixtures3.json");
    let fixtures = file["resources"].as_object().cloned().expect("there are examples");
    assert!(fixtures.len() > 150, "{}", fixtures.len());
    fixtures
}

/// Every example as an object that others lead to, and as what a customer has.
fn context(fixtures: &Map<String, Value>) -> Context {
    let by_id = |object: &Value| Some((object["id"].as_str()?.to_owned(), object.clone()));
    let list = |kind: &str| fixtures.get(kind).map(|one| vec![one.clone(), one.clone()]);
    Context {
        related: fixtures.values().filter_map(by_id).collect(),
        ledger: Ledger {
            subscriptions: list("subscription"),
            invoices: list("invoice"),
            charges: list("charge"),
        },
        current: None,
        now: Some(1_795_350_600),
    }
}

#[test]
fn every_example_of_stripes_goes_through_hand_written_mappings() {
    let fixtures = fixtures();
    let context = context(&fixtures);
    for mapping in [read("demo/mapping.json"), everything()] {
        for (name, object) in &fixtures {
            assert!(exercise(&mapping, object, &context).is_some_and(|targets| targets > 0), "{name}");
        }
    }
}

#[test]
fn every_path_of_every_example_goes_through_the_transforms() {
    let fixtures = fixtures();
    let context = context(&fixtures);
    let mut paths = 0;
    for (name, object) in &fixtures {
        let mut found = Vec::new();
        collect(object, String::new(), &mut found);
        for some in found.chunks(20) {
            let mapping = mapping_of(some, paths);
            paths += some.len();
            assert!(exercise(&mapping, object, &context).is_some(), "{name}: {mapping:#}");
        }
    }
    assert!(paths > 3_000, "{paths}");
}

/// The paths of a value and of all within it.
fn collect(value: &Value, path: String, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                collect(inner, within(&path, name), found);
            }
        }
        Value::Array(entries) => {
            if let Some(first) = entries.first() {
                found.push(format!("{path}[*]"));
                collect(first, format!("{path}[0]"), found);
            }
        }
        _ => {}
    }
    if !path.is_empty() {
        found.push(path);
    }
}

fn within(path: &str, name: &str) -> String {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    match (plain, path.is_empty()) {
        (true, true) => name.to_owned(),
        (true, false) => format!("{path}.{name}"),
        (false, _) => format!("{path}[{}]", json!(name)),
    }
}

/// A rule for each path as it is, in a template and with two of the transforms in turn.
fn mapping_of(paths: &[String], turn: usize) -> Value {
    let transforms = transforms();
    let mut rules = Vec::new();
    for (at, path) in paths.iter().enumerate() {
        rules.push(json!({"value": {"path": path}}));
        rules.push(json!({"value": {"template": format!("{{{{ {path} | trim }}}} {{{{ id }}}}")}}));
        for step in [0, 7] {
            let transform = &transforms[(turn + at + step) % transforms.len()];
            rules.push(json!({"value": {"path": path}, "transform": [transform]}));
        }
    }
    for (at, rule) in rules.iter_mut().enumerate() {
        rule["field"] = format!("f{at}").into();
    }
    target(&rules.into())
}

fn target(fields: &Value) -> Value {
    json!({"version": 1, "targets": {"t": {
        "source": "invoice", "app": "a", "key": {"field": "ID"}, "fields": fields,
        "condition": {"status": [{"anything-but": "draft"}]}, "on_leave": {"mark": {"field": "f0", "value": "x"}},
        "on_delete": "clear"}}})
}

fn transforms() -> [Value; 20] {
    [
        json!({"amount": {}}),
        json!({"date": {}}),
        json!({"datetime": {}}),
        json!({"time": {"zone": "+05:30"}}),
        json!({"map": {"values": {"active": "有効"}, "otherwise": "keep"}}),
        json!({"case": {"to": "upper"}}),
        json!({"trim": {}}),
        json!({"width": {"to": "full"}}),
        json!({"phone": {"form": "international"}}),
        json!({"postal_code": {}}),
        json!({"join": {"with": "、"}}),
        json!({"split": {"at": "_"}}),
        json!({"substring": {"start": 1, "length": 3}}),
        json!({"round": {"decimals": 2, "mode": "half_even"}}),
        json!({"add": {"number": "0.1"}}),
        json!({"subtract": {"number": "99999999999999999999"}}),
        json!({"multiply": {"number": "-1.10"}}),
        json!({"divide": {"number": "3", "decimals": 4, "mode": "up"}}),
        json!({"boolean": {"yes": "1", "no": "0"}}),
        json!({"default": {"value": "なし"}}),
    ]
}

/// A target of each source with what an administrator may ask of it.
fn everything() -> Value {
    let customer = json!([
        {"field": "f0", "value": {"path": "invoice_settings.default_payment_method.card.last4"}},
        {"field": "f1", "value": {"ledger": {"monthly_recurring_revenue": {"currency": "jpy"}}}},
        {"field": "f2", "value": {"ledger": {"first_payment_date": {}}}, "transform": [{"date": {}}]},
        {"field": "f3", "value": {"ledger": {"last_payment_date": {}}}, "transform": [{"datetime": {}}]},
        {"field": "f4", "value": {"ledger": {"lifetime_paid": {"currency": "usd"}}}},
        {"field": "f5", "value": {"ledger": {"unpaid_amount": {"currency": "jpy"}}}},
        {"field": "f6", "value": {"ledger": {"tenure_months": {}}}},
        {"field": "f7", "value": {"ledger": {"active_subscriptions": {}}}},
        {"field": "f8", "value": {"path": "tax_ids.data[?type==\"jp_trn\"].value"}},
        {"field": "f9", "value": {"first": ["metadata[\"氏名\"]", "shipping.name", "name"]}},
    ]);
    let lines = json!([
        {"field": "f0", "value": {"path": "customer.name"}, "empty": "leave"},
        {"field": "f1", "value": {"tax_total": {"rate": "10", "part": "included"}}},
        {"field": "f2", "value": {"tax_total": {"rate": "8", "part": "tax"}}},
        {"field": "f3", "value": {"path": "parent.subscription_details.subscription.status"}},
        {"field": "f10", "value": {"rows": {"list": "lines.data", "key": {"field": "k"}, "keep_others": true, "columns": [
            {"field": "c", "value": {"path": "amount"}, "transform": [{"amount": {}}]}]}}},
    ]);
    let item = json!([
        {"field": "f0", "value": {"path": "price.product.name"}},
        {"field": "f1", "value": {"path": "discounts[*].source.coupon.percent_off"}, "transform": [{"join": {}}]},
        {"field": "f2", "value": {"path": "subscription.customer.email"}},
        {"field": "f3", "value": {"template": "{{ quantity }} × {{ price.unit_amount | amount | default: \"0\" }}"}},
    ]);
    let target = |source: &str, fields: &Value| json!({"source": source, "app": "a", "key": {"field": "ID"}, "fields": fields});
    json!({"version": 1, "targets": {
        "customers": target("customer", &customer),
        "subscriptions": target("subscription", &item),
        "invoices": target("invoice", &lines),
        "items": target("subscription_item", &item),
        "lines": target("invoice_line", &item),
    }})
}
