use serde_json::{Value, json};

use super::super::testing::{NOW, call_with, id, monthly, ok, paying_customer};
use super::super::{ACCOUNT, Stripe, Version};

fn old(stripe: &mut Stripe, path: &str) -> Value {
    let headers = [("authorization", "Bearer sk_test_sandbox"), ("stripe-version", "2024-06-20")];
    let (status, value) = call_with(stripe, NOW, "GET", path, "", &headers);
    assert_eq!(status, 200, "{value:#}");
    value
}

fn subscribed(stripe: &mut Stripe) -> Value {
    let (customer, price) = (paying_customer(stripe), monthly(stripe));
    ok(stripe, "POST", "/v1/subscriptions", &format!("customer={customer}&items[0][price]={price}"))
}

#[test]
fn a_subscriptions_period_moved_to_its_items_with_basil() {
    let mut stripe = Stripe::new(1);
    let new = subscribed(&mut stripe);
    let old = old(&mut stripe, &format!("/v1/subscriptions/{}", id(&new)));
    assert!(new.get("current_period_end").is_none());
    assert!(old["items"]["data"][0].get("current_period_end").is_none());
    assert_eq!(old["current_period_end"], new["items"]["data"][0]["current_period_end"]);
    assert!(old["current_period_end"].as_i64().unwrap() > NOW / 1000);
    assert_eq!((&old["quantity"], &old["plan"]["amount"]), (&json!(1), &json!(1000)));
}

#[test]
fn an_invoices_subscription_moved_to_its_parent_with_basil() {
    let mut stripe = Stripe::new(1);
    let subscription = subscribed(&mut stripe);
    let path = format!("/v1/invoices/{}", subscription["latest_invoice"].as_str().unwrap());
    let new = ok(&mut stripe, "GET", &path, "");
    for name in ["subscription", "charge", "paid", "tax", "discount"] {
        assert!(new.get(name).is_none(), "{name}");
    }
    assert_eq!(new["parent"]["subscription_details"]["subscription"], subscription["id"]);
    let old = old(&mut stripe, &path);
    assert!(old.get("parent").is_none());
    assert_eq!((&old["subscription"], &old["paid"]), (&subscription["id"], &json!(true)));
    assert!(old["charge"].as_str().unwrap().starts_with("ch_"));
}

#[test]
fn a_lines_price_became_pricing_with_basil() {
    let mut stripe = Stripe::new(1);
    let subscription = subscribed(&mut stripe);
    let path = format!("/v1/invoices/{}/lines", subscription["latest_invoice"].as_str().unwrap());
    let new = ok(&mut stripe, "GET", &path, "")["data"][0].clone();
    let old = old(&mut stripe, &path)["data"][0].clone();
    assert!(new.get("price").is_none() && old.get("pricing").is_none());
    assert_eq!(new["pricing"]["price_details"]["price"], old["price"]["id"]);
    assert_eq!((&old["type"], &old["plan"]["interval"]), (&json!("subscription"), &json!("month")));
}

#[test]
fn old_paths_expand_in_the_old_version_and_not_in_the_new() {
    let mut stripe = Stripe::new(1);
    let subscription = subscribed(&mut stripe);
    let path =
        format!("/v1/invoices/{}?expand[]=subscription", subscription["latest_invoice"].as_str().unwrap());
    assert_eq!(old(&mut stripe, &path)["subscription"]["id"], subscription["id"]);
    let (status, _) =
        call_with(&mut stripe, NOW, "GET", &path, "", &[("authorization", "Bearer sk_test_sandbox")]);
    assert_eq!(status, 400);
}

#[test]
fn a_request_without_a_version_is_answered_in_the_accounts() {
    let mut stripe = Stripe::new(1);
    stripe.set_default_version(ACCOUNT, Version::BeforeBasil);
    assert!(subscribed(&mut stripe)["current_period_end"].is_i64());
}
