use serde_json::{Value, json};

use super::super::testing::{NOW, call, id, monthly, ok, paying_customer, price};
use super::super::{ACCOUNT, Stripe};

fn subscribe(stripe: &mut Stripe, more: &str) -> Value {
    let (customer, price) = (paying_customer(stripe), monthly(stripe));
    ok(stripe, "POST", "/v1/subscriptions", &format!("customer={customer}&items[0][price]={price}{more}"))
}

fn latest_invoice(stripe: &mut Stripe, subscription: &Value) -> Value {
    ok(stripe, "GET", &format!("/v1/invoices/{}", subscription["latest_invoice"].as_str().unwrap()), "")
}

fn types(stripe: &mut Stripe) -> Vec<String> {
    let list = ok(stripe, "GET", "/v1/events?limit=100", "");
    let mut types: Vec<_> = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["type"].as_str().unwrap().to_owned())
        .collect();
    types.reverse();
    types
}

#[test]
fn a_first_invoice_is_finalised_and_paid_at_once() {
    let mut stripe = Stripe::new(1);
    let subscription = subscribe(&mut stripe, "&items[0][quantity]=3");
    assert_eq!(subscription["status"], "active");
    let invoice = latest_invoice(&mut stripe, &subscription);
    assert_eq!(
        (&invoice["status"], &invoice["amount_paid"], &invoice["total"]),
        (&json!("paid"), &json!(3000), &json!(3000))
    );
    assert_eq!(invoice["billing_reason"], "subscription_create");
    assert_eq!(invoice["lines"]["data"][0]["description"], "3 × Plan (at ¥1000 / month)");
    assert!(invoice["number"].as_str().unwrap().ends_with("-0001"));
    assert!(invoice["invoice_pdf"].as_str().unwrap().ends_with("/pdf?s=ap"));
    assert_eq!(
        types(&mut stripe)[4..],
        [
            "customer.updated",
            "invoice.created",
            "invoice.finalized",
            "invoice.updated",
            "payment_intent.created",
            "charge.succeeded",
            "payment_intent.succeeded",
            "invoice_payment.paid",
            "invoice.updated",
            "invoice.paid",
            "invoice.payment_succeeded",
            "customer.subscription.created"
        ]
    );
}

#[test]
fn without_a_payment_method_there_is_no_subscription() {
    let mut stripe = Stripe::new(1);
    let price = monthly(&mut stripe);
    let customer = id(&ok(&mut stripe, "POST", "/v1/customers", ""));
    let body = format!("customer={customer}&items[0][price]={price}");
    let (status, answer) = call(&mut stripe, "POST", "/v1/subscriptions", &body);
    assert_eq!((status, &answer["error"]["code"]), (400, &json!("resource_missing")));
}

#[test]
fn a_failing_card_leaves_it_incomplete_until_the_invoice_is_paid() {
    let mut stripe = Stripe::new(1);
    let price = monthly(&mut stripe);
    let body = "payment_method=pm_card_chargeCustomerFail&invoice_settings[default_payment_method]=pm_card_chargeCustomerFail";
    let customer = id(&ok(&mut stripe, "POST", "/v1/customers", body));
    let subscription =
        ok(&mut stripe, "POST", "/v1/subscriptions", &format!("customer={customer}&items[0][price]={price}"));
    assert_eq!(subscription["status"], "incomplete");
    let invoice = latest_invoice(&mut stripe, &subscription);
    assert_eq!((&invoice["status"], &invoice["attempt_count"]), (&json!("open"), &json!(1)));
    let pay = format!("/v1/invoices/{}/pay", id(&invoice));
    assert_eq!(call(&mut stripe, "POST", &pay, "").0, 402);
    assert_eq!(ok(&mut stripe, "POST", &pay, "payment_method=pm_card_visa")["status"], "paid");
    let path = format!("/v1/subscriptions/{}", id(&subscription));
    assert_eq!(ok(&mut stripe, "GET", &path, "")["status"], "active");
    let last = ok(&mut stripe, "GET", "/v1/events?type=customer.subscription.updated", "");
    assert_eq!(last["data"][0]["data"]["previous_attributes"], json!({"status": "incomplete"}));
}

#[test]
fn a_trial_bills_nothing_at_first_and_the_price_when_it_ends() {
    let mut stripe = Stripe::new(1);
    let subscription = subscribe(&mut stripe, "&trial_period_days=7");
    let end = NOW / 1000 + 7 * 86_400;
    assert_eq!((&subscription["status"], &subscription["trial_end"]), (&json!("trialing"), &json!(end)));
    assert_eq!(latest_invoice(&mut stripe, &subscription)["total"], 0);
    stripe.advance(end * 1000 + 3_600_000);
    let path = format!("/v1/subscriptions/{}", id(&subscription));
    let subscription = ok(&mut stripe, "GET", &path, "");
    assert_eq!(subscription["status"], "active");
    let invoice = latest_invoice(&mut stripe, &subscription);
    assert_eq!(
        (&invoice["status"], &invoice["total"], &invoice["billing_reason"]),
        (&json!("paid"), &json!(1000), &json!("subscription_cycle"))
    );
}

#[test]
fn an_invoice_that_is_sent_stays_a_draft_for_an_hour_and_is_then_open() {
    let mut stripe = Stripe::new(1);
    let subscription = subscribe(&mut stripe, "&collection_method=send_invoice&days_until_due=30");
    assert_eq!(subscription["status"], "active");
    let invoice = latest_invoice(&mut stripe, &subscription);
    assert_eq!((&invoice["status"], &invoice["number"]), (&json!("draft"), &Value::Null));
    assert_eq!(invoice["due_date"], NOW / 1000 + 30 * 86_400);
    stripe.advance(NOW + 3_600_000);
    assert_eq!(latest_invoice(&mut stripe, &subscription)["status"], "open");
}

#[test]
fn time_renews_and_ends_what_is_to_end() {
    let mut stripe = Stripe::new(1);
    let renewing = subscribe(&mut stripe, "");
    let ending = subscribe(&mut stripe, "");
    let path = format!("/v1/subscriptions/{}", id(&ending));
    let told = ok(&mut stripe, "POST", &path, "cancel_at_period_end=true");
    assert_eq!(told["cancel_at"], told["items"]["data"][0]["current_period_end"]);
    stripe.advance(NOW + 40 * 86_400_000);
    assert_eq!(ok(&mut stripe, "GET", &path, "")["status"], "canceled");
    let renewed = ok(&mut stripe, "GET", &format!("/v1/subscriptions/{}", id(&renewing)), "");
    assert_eq!(
        renewed["items"]["data"][0]["current_period_start"],
        renewing["items"]["data"][0]["current_period_end"]
    );
    assert_eq!(latest_invoice(&mut stripe, &renewed)["status"], "paid");
}

#[test]
fn a_renewal_on_demand_bills_the_period_that_follows() {
    let mut stripe = Stripe::new(1);
    let subscription = subscribe(&mut stripe, "");
    assert!(stripe.renew(NOW + 1_000, ACCOUNT, false, &id(&subscription)));
    assert!(!stripe.renew(NOW + 1_000, ACCOUNT, false, "sub_none"));
    let renewed = ok(&mut stripe, "GET", &format!("/v1/subscriptions/{}", id(&subscription)), "");
    assert_ne!(renewed["latest_invoice"], subscription["latest_invoice"]);
    assert_eq!(
        renewed["items"]["data"][0]["current_period_start"],
        subscription["items"]["data"][0]["current_period_end"]
    );
}

#[test]
fn a_price_of_another_interval_begins_a_new_period() {
    let mut stripe = Stripe::new(1);
    let subscription = subscribe(&mut stripe, "");
    let yearly = price(&mut stripe, "year", 10_000);
    let item = subscription["items"]["data"][0]["id"].as_str().unwrap();
    let path = format!("/v1/subscriptions/{}", id(&subscription));
    let changed = ok(&mut stripe, "POST", &path, &format!("items[0][id]={item}&items[0][price]={yearly}"));
    assert_eq!(changed["items"]["data"][0]["plan"]["interval"], "year");
    assert_eq!(latest_invoice(&mut stripe, &changed)["total"], 10_000);
}

#[test]
fn an_invoice_by_hand_goes_from_draft_to_open_to_void() {
    let mut stripe = Stripe::new(1);
    let customer = paying_customer(&mut stripe);
    let invoice = id(&ok(&mut stripe, "POST", "/v1/invoices", &format!("customer={customer}&currency=jpy")));
    let path = format!("/v1/invoices/{invoice}");
    let body = format!("customer={customer}&invoice={invoice}&amount=500&currency=jpy&description=Set-up");
    let item = id(&ok(&mut stripe, "POST", "/v1/invoiceitems", &body));
    assert_eq!(ok(&mut stripe, "GET", &path, "")["amount_due"], 500);
    ok(&mut stripe, "POST", &format!("/v1/invoiceitems/{item}"), "amount=700");
    assert_eq!(call(&mut stripe, "POST", &format!("{path}/void"), "").0, 400);
    assert_eq!(ok(&mut stripe, "POST", &format!("{path}/finalize"), "")["status"], "open");
    assert_eq!(call(&mut stripe, "POST", &format!("/v1/invoiceitems/{item}"), "amount=1").0, 400);
    assert_eq!(call(&mut stripe, "DELETE", &path, "").0, 400);
    let void = ok(&mut stripe, "POST", &format!("{path}/void"), "");
    assert_eq!((&void["status"], &void["amount_due"]), (&json!("void"), &json!(700)));
}

#[test]
fn pending_items_join_an_invoice_that_includes_them() {
    let mut stripe = Stripe::new(1);
    let customer = paying_customer(&mut stripe);
    ok(&mut stripe, "POST", "/v1/invoiceitems", &format!("customer={customer}&amount=300&currency=jpy"));
    let body = format!("customer={customer}&currency=jpy&pending_invoice_items_behavior=include");
    let invoice = ok(&mut stripe, "POST", "/v1/invoices", &body);
    assert_eq!(invoice["total"], 300);
    let path = format!("/v1/invoices/{}", id(&invoice));
    let paid = ok(&mut stripe, "POST", &format!("{path}/pay"), "paid_out_of_band=true");
    assert_eq!((&paid["status"], &paid["attempt_count"]), (&json!("paid"), &json!(0)));
    assert_eq!(
        call(&mut stripe, "POST", &format!("{path}/pay"), "").1["error"]["code"],
        "invoice_already_paid"
    );
}
