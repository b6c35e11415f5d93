use serde_json::{Value, json};

use super::super::testing::{NOW, call, call_with, id, ok};
use super::super::{ACCOUNT, Delivery, Mode, Stripe, signature};

fn endpoint(stripe: &mut Stripe, more: &str) -> Value {
    let body = format!("url=https://example.com/hook&enabled_events[]=*{more}");
    ok(stripe, "POST", "/v1/webhook_endpoints", &body)
}

fn body(delivery: &Delivery) -> Value {
    serde_json::from_slice(&delivery.body).unwrap()
}

fn header<'a>(delivery: &'a Delivery, name: &str) -> &'a str {
    &delivery.headers.iter().find(|(header, _)| header == name).unwrap().1
}

#[test]
fn an_event_is_delivered_signed_and_acknowledged_once() {
    let mut stripe = Stripe::new(1);
    let made = endpoint(&mut stripe, "");
    let secret = made["secret"].as_str().unwrap();
    let path = format!("/v1/webhook_endpoints/{}", id(&made));
    assert!(ok(&mut stripe, "GET", &path, "").get("secret").is_none(), "shown once");
    ok(&mut stripe, "POST", "/v1/customers", "name=A");
    assert_eq!(stripe.next_due(), Some(NOW));
    let due = stripe.due(NOW + 5_000);
    assert_eq!((due.len(), due[0].url.as_str()), (1, "https://example.com/hook"));
    assert_eq!(header(&due[0], "stripe-signature"), signature::sign([secret], NOW / 1000 + 5, &due[0].body));
    let event = body(&due[0]);
    assert_eq!((&event["type"], &event["pending_webhooks"]), (&json!("customer.created"), &json!(1)));
    assert!(event.get("account").is_none());
    stripe.settle(NOW, due[0].id, Some(200));
    assert_eq!((stripe.outstanding(), stripe.counters().acknowledged), (0, 1));
    let path = "/v1/events?delivery_success=false";
    assert_eq!(ok(&mut stripe, "GET", path, "")["data"], json!([]));
}

#[test]
fn a_refused_delivery_comes_again_with_a_new_signature() {
    let mut stripe = Stripe::new(1);
    endpoint(&mut stripe, "");
    ok(&mut stripe, "POST", "/v1/customers", "");
    let first = stripe.due(NOW).remove(0);
    stripe.settle(NOW, first.id, Some(503));
    assert!(stripe.due(NOW + 999).is_empty());
    let again = stripe.due(NOW + 1_000).remove(0);
    assert_eq!((again.id, &again.event_id, again.attempt), (first.id, &first.event_id, 2));
    assert_ne!(header(&first, "stripe-signature"), header(&again, "stripe-signature"));
    assert_eq!(
        ok(&mut stripe, "GET", "/v1/events?delivery_success=false", "")["data"].as_array().unwrap().len(),
        1
    );
    stripe.settle(NOW, again.id, None);
    assert_eq!(stripe.next_due(), Some(NOW + 2_000));
}

#[test]
fn an_endpoint_gets_the_types_it_asked_for() {
    let mut stripe = Stripe::new(1);
    let body = "url=https://example.com/hook&enabled_events[0]=customer.deleted";
    let path =
        format!("/v1/webhook_endpoints/{}", id(&ok(&mut stripe, "POST", "/v1/webhook_endpoints", body)));
    let customer = id(&ok(&mut stripe, "POST", "/v1/customers", ""));
    assert!(stripe.due(NOW).is_empty());
    ok(&mut stripe, "DELETE", &format!("/v1/customers/{customer}"), "");
    assert_eq!(stripe.due(NOW).len(), 1);
    ok(&mut stripe, "POST", &path, "enabled_events[0]=customer.created&disabled=true");
    ok(&mut stripe, "POST", "/v1/customers", "");
    assert!(stripe.due(NOW).is_empty(), "disabled");
    assert_eq!(call(&mut stripe, "POST", &path, "enabled_events[0]=customer.invented").0, 400);
}

#[test]
fn an_endpoint_has_its_own_api_version() {
    let mut stripe = Stripe::new(1);
    endpoint(&mut stripe, "&api_version=2024-06-20");
    ok(&mut stripe, "POST", "/v1/customers", "");
    assert_eq!(body(&stripe.due(NOW)[0])["api_version"], "2024-06-20");
}

#[test]
fn both_secrets_sign_while_one_is_replaced() {
    let mut stripe = Stripe::new(1);
    let made = endpoint(&mut stripe, "");
    let old = made["secret"].as_str().unwrap();
    let new = stripe.roll_secret(&id(&made), NOW + 10_000).unwrap();
    ok(&mut stripe, "POST", "/v1/customers", "");
    let first = stripe.due(NOW).remove(0);
    assert_eq!(header(&first, "stripe-signature"), signature::sign([old, &new], NOW / 1000, &first.body));
    stripe.settle(NOW, first.id, None);
    let later = stripe.due(NOW + 10_000).remove(0);
    assert_eq!(
        header(&later, "stripe-signature"),
        signature::sign([new.as_str()], NOW / 1000 + 10, &later.body)
    );
}

#[test]
fn a_connect_endpoint_hears_connected_accounts_and_the_event_names_them() {
    let mut stripe = Stripe::new(1);
    stripe.add_account("acct_1Other");
    endpoint(&mut stripe, "&connect=true");
    ok(&mut stripe, "POST", "/v1/customers", "");
    assert!(stripe.due(NOW).is_empty(), "its own account's events go elsewhere");
    let headers = [("authorization", "Bearer sk_test_sandbox"), ("stripe-account", "acct_1Other")];
    call_with(&mut stripe, NOW, "POST", "/v1/customers", "", &headers);
    assert_eq!(body(&stripe.due(NOW)[0])["account"], "acct_1Other");
}

#[test]
fn test_events_of_connected_accounts_go_to_the_live_endpoint_too() {
    let mut stripe = Stripe::new(1);
    stripe.add_account("acct_1Other");
    let headers = [("authorization", "Bearer sk_live_sandbox")];
    let sent = "url=https://example.com/live&enabled_events[]=*&connect=true";
    assert_eq!(call_with(&mut stripe, NOW, "POST", "/v1/webhook_endpoints", sent, &headers).0, 200);
    let headers = [("authorization", "Bearer sk_test_sandbox"), ("stripe-account", "acct_1Other")];
    call_with(&mut stripe, NOW, "POST", "/v1/customers", "", &headers);
    assert_eq!(body(&stripe.due(NOW)[0])["livemode"], false);
}

#[test]
fn a_thin_event_names_its_object_and_its_snapshot() {
    let mut stripe = Stripe::new(1);
    stripe.add_thin_endpoint(ACCOUNT, Mode::Test, "https://example.com/thin", false);
    let customer = id(&ok(&mut stripe, "POST", "/v1/customers", ""));
    let delivery = stripe.due(NOW).remove(0);
    let event = body(&delivery);
    assert_eq!((&event["object"], &event["type"]), (&json!("v2.core.event"), &json!("v1.customer.created")));
    assert_eq!(event["created"], "2026-11-22T12:30:00.000Z");
    assert_eq!(
        event["related_object"],
        json!({"id": customer, "type": "customer", "url": format!("/v1/customers/{customer}")})
    );
    assert!(event.get("data").is_none());
    let snapshot = event["snapshot_event"].as_str().unwrap();
    assert_eq!(ok(&mut stripe, "GET", &format!("/v1/events/{snapshot}"), "")["type"], "customer.created");
    assert_eq!(
        ok(&mut stripe, "GET", &format!("/v2/core/events/{}", delivery.event_id), "")["id"],
        event["id"]
    );
}

#[test]
fn an_event_destination_is_made_over_the_api_in_json() {
    let mut stripe = Stripe::new(1);
    let sent = json!({
        "name": "thin", "type": "webhook_endpoint", "event_payload": "thin", "enabled_events": ["v1.customer.created"],
        "webhook_endpoint": {"url": "https://example.com/thin"}, "include": ["webhook_endpoint.signing_secret"],
    });
    let made = ok(&mut stripe, "POST", "/v2/core/event_destinations", &sent.to_string());
    assert!(made["webhook_endpoint"]["signing_secret"].as_str().unwrap().starts_with("whsec_"));
    let path = format!("/v2/core/event_destinations/{}", id(&made));
    assert!(ok(&mut stripe, "GET", &path, "")["webhook_endpoint"].get("signing_secret").is_none());
    ok(&mut stripe, "POST", "/v1/customers", "");
    assert_eq!(stripe.due(NOW).len(), 1);
    ok(&mut stripe, "POST", &format!("{path}/disable"), "");
    ok(&mut stripe, "POST", "/v1/customers", "");
    assert!(stripe.due(NOW).is_empty());
}

#[test]
fn faults_twin_and_shuffle() {
    let mut stripe = Stripe::new(1);
    endpoint(&mut stripe, "");
    stripe.delivery_rules().twin_next = 1;
    ok(&mut stripe, "POST", "/v1/customers", "");
    let twins = stripe.due(NOW);
    assert_eq!(twins.len(), 2);
    assert_ne!(twins[0].event_id, twins[1].event_id);
    assert_eq!(body(&twins[0])["data"], body(&twins[1])["data"]);
    stripe.delivery_rules().shuffle_ms = 10_000;
    let made: Vec<_> = (0..20).map(|_| id(&ok(&mut stripe, "POST", "/v1/customers", ""))).collect();
    let arrived: Vec<_> =
        stripe.due(NOW + 10_000).iter().map(|delivery| id(&body(delivery)["data"]["object"])).collect();
    assert_eq!(arrived.len(), 20);
    assert_ne!(made, arrived);
}
