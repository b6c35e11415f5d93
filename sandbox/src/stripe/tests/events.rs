use serde_json::{Value, json};

use super::super::testing::{NOW, call, call_with, id, monthly, ok, paying_customer};
use super::super::webhook_endpoints::is_event_type;
use super::super::{ACCOUNT, Stripe, Version};

#[test]
fn an_update_tells_what_it_was_before() {
    let mut stripe = Stripe::new(1);
    let customer = id(&ok(&mut stripe, "POST", "/v1/customers", "name=A&metadata[k]=1"));
    let headers = [("authorization", "Bearer sk_test_sandbox"), ("idempotency-key", "key-1")];
    call_with(
        &mut stripe,
        NOW,
        "POST",
        &format!("/v1/customers/{customer}"),
        "name=B&metadata[n]=2",
        &headers,
    );
    let event = ok(&mut stripe, "GET", "/v1/events?type=customer.updated", "")["data"][0].clone();
    assert_eq!(event["data"]["object"]["name"], "B");
    assert_eq!(event["data"]["previous_attributes"], json!({"name": "A", "metadata": {"n": null}}));
    assert_eq!((&event["created"], &event["livemode"]), (&json!(NOW / 1000), &json!(false)));
    assert_eq!(event["request"]["idempotency_key"], "key-1");
    assert_eq!(ok(&mut stripe, "GET", &format!("/v1/events/{}", id(&event)), ""), event);
}

#[test]
fn the_events_api_speaks_the_accounts_version() {
    let mut stripe = Stripe::new(1);
    let (customer, price) = (paying_customer(&mut stripe), monthly(&mut stripe));
    ok(&mut stripe, "POST", "/v1/subscriptions", &format!("customer={customer}&items[0][price]={price}"));
    stripe.set_default_version(ACCOUNT, Version::BeforeBasil);
    let headers = [("authorization", "Bearer sk_test_sandbox"), ("stripe-version", "2026-10-28.endive")];
    let path = "/v1/events?types[0]=customer.subscription.created&types[1]=customer.deleted";
    let (_, list) = call_with(&mut stripe, NOW, "GET", path, "", &headers);
    assert_eq!(list["data"][0]["api_version"], "2024-06-20");
    assert!(list["data"][0]["data"]["object"]["current_period_end"].is_i64());
}

#[test]
fn ending_before_pages_towards_the_newest() {
    let mut stripe = Stripe::new(1);
    for _ in 0..5 {
        ok(&mut stripe, "POST", "/v1/customers", "");
    }
    let all = ok(&mut stripe, "GET", "/v1/events", "");
    let ids = |list: &Value| list["data"].as_array().unwrap().iter().map(id).collect::<Vec<_>>();
    let all = ids(&all);
    let list = ok(&mut stripe, "GET", &format!("/v1/events?limit=2&ending_before={}", all[4]), "");
    assert_eq!((ids(&list), &list["has_more"]), (all[2..4].to_vec(), &json!(true)));
}

#[test]
fn events_older_than_thirty_days_are_gone_from_the_list() {
    let mut stripe = Stripe::new(1);
    ok(&mut stripe, "POST", "/v1/customers", "");
    let headers = [("authorization", "Bearer sk_test_sandbox")];
    let later = NOW + 31 * 86_400_000;
    assert_eq!(call_with(&mut stripe, later, "GET", "/v1/events", "", &headers).1["data"], json!([]));
}

#[test]
fn more_than_twenty_types_are_refused() {
    let types: String = (0..21).map(|index| format!("&types[{index}]=customer.created")).collect();
    assert_eq!(call(&mut Stripe::new(1), "GET", &format!("/v1/events?{}", &types[1..]), "").0, 400);
}

#[test]
fn every_event_is_of_a_type_stripe_has() {
    let mut stripe = Stripe::new(1);
    let (customer, price) = (paying_customer(&mut stripe), monthly(&mut stripe));
    let body = format!("customer={customer}&items[0][price]={price}");
    let subscription = id(&ok(&mut stripe, "POST", "/v1/subscriptions", &body));
    for path in ["pause", "resume"] {
        ok(&mut stripe, "POST", &format!("/v1/subscriptions/{subscription}/{path}"), "");
    }
    ok(&mut stripe, "DELETE", &format!("/v1/customers/{customer}"), "");
    let list = ok(&mut stripe, "GET", "/v1/events?limit=100", "");
    let events = list["data"].as_array().unwrap();
    assert!(events.len() > 10);
    for event in events {
        assert!(is_event_type(event["type"].as_str().unwrap()), "{}", event["type"]);
    }
}
