//! What the views are answered.

use daicho_engine::ui::{Caller, Operation};
use serde_json::{Value, json};

use crate::context::shop::{figure, path};
use crate::world::{Endpoint, Life, mapping, put_up_with};

/// Asks as an administrator; each call is one of its own.
fn asked(life: &mut Life, operation: Operation, request: &Value) -> Value {
    let tenant = std::rc::Rc::clone(&life.tenant);
    let nonce = format!("nonce {}", life.world.0.now.get());
    let caller = Caller { user: "usr_1".to_owned(), roles: Some(vec!["admin".to_owned()]), nonce };
    let request = request.to_string();
    let answer = life.until(async move { tenant.ui(operation, &caller, &request).await });
    serde_json::from_str(&answer.unwrap()).unwrap()
}

/// A shop with a customer who has a card, a subscription and its invoice, and what looks at all of them.
fn with_a_subscriber(life: &mut Life) -> String {
    let customer = life.customer("Hanako");
    let (_, price) = life.plan("Basic", 1_000);
    life.make("/v1/coupons", "id=SALE&percent_off=20&duration=forever&name=Sale");
    life.subscription(&customer, &price, "&discounts[0][coupon]=SALE");
    life.make(&format!("/v1/customers/{customer}/tax_ids"), "type=jp_trn&value=T1234567890123");
    customer
}

fn looks_at_everything() -> Value {
    mapping(
        "customer",
        &json!([
            figure("a", json!({"monthly_recurring_revenue": {"currency": "jpy"}})),
            figure("b", json!({"lifetime_paid": {"currency": "jpy"}})),
            figure("c", json!({"unpaid_amount": {"currency": "jpy"}})),
            path("f", "tax_ids.data[0].value"),
            path("g", "invoice_settings.default_payment_method.card.last4"),
        ]),
    )
}

/// What the projection needs and the answer does not hold.
fn missing(answer: &Value) -> Vec<String> {
    let compiled =
        daicho_core::mapping::Compiled::new(&serde_json::from_value(looks_at_everything()).unwrap()).unwrap();
    let context = serde_json::from_value(answer["context"].clone()).unwrap();
    let target = compiled.target("records").unwrap();
    let zones = daicho_core::mapping::BuiltInZones;
    let projection = target.project_in(&answer["object"], None, &context, &zones);
    projection.issues.iter().map(|issue| format!("{:?}", issue.code)).collect()
}

#[test]
fn a_sample_comes_with_what_a_draft_looks_at_though_nothing_is_stored() {
    let mut life = put_up_with(1, Endpoint::Listed);
    life.configure_for("customer", "name", "email");
    life.rest_today();
    life.listening = false;
    let customer = with_a_subscriber(&mut life);
    let request = json!({"kind": "customer", "id": customer, "mapping": looks_at_everything()});
    let answer = asked(&mut life, Operation::Sample, &request);
    assert_eq!(missing(&answer), [] as [&str; 0]);
    assert_eq!(answer["context"]["ledger"]["subscriptions"][0]["customer"], json!(customer));
    for table in ["object", "read", "dirty", "list", "depends", "ui_operation"] {
        assert_eq!(life.world.number(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
}

#[test]
fn what_is_stored_of_a_sample_is_not_read_again() {
    let mut life = put_up_with(1, Endpoint::Listed);
    life.configure_with(&looks_at_everything());
    life.rest_today();
    let customer = with_a_subscriber(&mut life);
    life.rest_today();
    life.asked();
    let request = json!({"kind": "customer", "id": customer, "mapping": looks_at_everything()});
    let answer = asked(&mut life, Operation::Sample, &request);
    assert_eq!(missing(&answer), [] as [&str; 0]);
    assert_eq!(life.asked(), [] as [&str; 0]);
}

#[test]
fn a_sample_for_a_mapping_that_cannot_be_read_is_the_object_alone() {
    let mut life = put_up_with(1, Endpoint::Listed);
    life.configure_for("customer", "name", "email");
    let customer = life.customer("Hanako");
    let request = json!({"kind": "customer", "id": customer, "mapping": {"version": 1, "targets": 1}});
    let answer = asked(&mut life, Operation::Sample, &request);
    assert_eq!(answer["object"]["id"], json!(customer));
    assert_eq!(answer["context"]["ledger"]["subscriptions"], Value::Null);
}

#[test]
fn a_customers_invoice_that_is_written_stands_as_in_sync() {
    let mut life = put_up_with(1, Endpoint::Listed);
    life.configure_for("invoice", "status", "currency");
    let customer = life.customer("Hanako");
    let form = format!("customer={customer}&collection_method=send_invoice&days_until_due=30");
    let invoice = life.make("/v1/invoices", &form);
    life.make(&format!("/v1/invoices/{invoice}/finalize"), "");
    life.rest_today();
    let answer = asked(&mut life, Operation::Object, &json!({"kind": "customer", "id": customer}));
    assert_eq!(answer["children"][0]["standing"], json!("in_sync"), "{answer}");
    assert!(answer["children"][0]["url"].is_string());
}
