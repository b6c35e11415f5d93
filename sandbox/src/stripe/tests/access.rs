use super::super::testing::{NOW, call_with, id, ok, respond};
use super::super::{ACCOUNT, KeyKind, Mode, Stripe};

const OTHER: &str = "acct_1Other000000";

fn get(stripe: &mut Stripe, path: &str, headers: &[(&str, &str)]) -> (u16, serde_json::Value) {
    call_with(stripe, NOW, "GET", path, "", headers)
}

#[test]
fn a_request_without_a_known_key_is_401_and_the_key_is_not_repeated() {
    let mut stripe = Stripe::new(1);
    assert_eq!(get(&mut stripe, "/v1/customers", &[]).0, 401);
    let (status, body) =
        get(&mut stripe, "/v1/customers", &[("authorization", "Bearer sk_test_abcdefghijkl")]);
    assert_eq!(status, 401);
    assert_eq!(body["error"]["message"], "Invalid API Key provided: sk_test_********ijkl");
}

#[test]
fn a_key_of_the_other_mode_sees_404_and_is_told_of_the_similar_object() {
    let mut stripe = Stripe::new(1);
    let customer = id(&ok(&mut stripe, "POST", "/v1/customers", ""));
    let (status, body) = get(
        &mut stripe,
        &format!("/v1/customers/{customer}"),
        &[("authorization", "Bearer sk_live_sandbox")],
    );
    assert_eq!(status, 404);
    assert_eq!(body["error"]["code"], "resource_missing");
    let message = body["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("a similar object exists in test mode, but a live mode key was used"),
        "{message}"
    );
}

#[test]
fn a_restricted_key_with_another_accounts_header_is_account_invalid() {
    let mut stripe = Stripe::new(1);
    stripe.add_account(OTHER);
    let headers = [("authorization", "Bearer rk_test_sandbox"), ("stripe-account", OTHER)];
    let (status, body) = get(&mut stripe, "/v1/customers", &headers);
    assert_eq!((status, body["error"]["code"].as_str()), (403, Some("account_invalid")));
    let own = [("authorization", "Bearer rk_test_sandbox"), ("stripe-account", ACCOUNT)];
    assert_eq!(get(&mut stripe, "/v1/customers", &own).0, 200);
}

#[test]
fn a_platform_key_acts_for_a_connected_account_and_its_objects_stay_there() {
    let mut stripe = Stripe::new(1);
    stripe.add_account(OTHER);
    let headers = [("authorization", "Bearer sk_test_sandbox"), ("stripe-account", OTHER)];
    let (status, made) = call_with(&mut stripe, NOW, "POST", "/v1/customers", "name=A", &headers);
    assert_eq!(status, 200);
    let path = format!("/v1/customers/{}", id(&made));
    assert_eq!(get(&mut stripe, &path, &headers).0, 200);
    assert_eq!(get(&mut stripe, &path, &headers[..1]).0, 404);
    let unknown = [headers[0], ("stripe-account", "acct_unknown")];
    assert_eq!(get(&mut stripe, "/v1/customers", &unknown).0, 403);
}

#[test]
fn a_limited_key_reads_what_it_may_and_is_told_which_permission_it_lacks() {
    let mut stripe = Stripe::new(1);
    stripe.add_key("rk_test_limited", ACCOUNT, Mode::Test, KeyKind::Restricted);
    stripe.limit_key("rk_test_limited", vec!["customers".to_owned()]);
    let headers = [("authorization", "Bearer rk_test_limited")];
    let customer = id(&ok(&mut stripe, "POST", "/v1/customers", ""));
    for path in ["/v1/customers", &format!("/v1/customers/{customer}/tax_ids")] {
        assert_eq!(get(&mut stripe, path, &headers).0, 200, "{path}");
    }
    let mut refused = |method, path| {
        let (status, body) = call_with(&mut stripe, NOW, method, path, "", &headers);
        (status, body["error"]["message"].as_str().unwrap_or_default().to_owned())
    };
    for (method, path, permission) in [
        ("POST", "/v1/customers", "rak_customer_write"),
        ("GET", "/v1/events", "rak_event_read"),
        ("GET", "/v1/prices/price_1", "rak_plan_read"),
        ("GET", "/v1/subscription_items/si_1", "rak_subscription_read"),
    ] {
        let (status, message) = refused(method, path);
        assert_eq!(status, 403, "{path}");
        assert!(message.contains(&format!("'{permission}' permission")), "{message}");
    }
}

#[test]
fn answers_carry_request_id_version_and_the_date_of_the_call() {
    let mut stripe = Stripe::new(1);
    let headers = [("authorization", "Bearer sk_test_sandbox"), ("stripe-version", "2024-06-20")];
    let response = respond(&mut stripe, NOW, "GET", "/v1/customers", "", &headers);
    assert_eq!(response.headers()["date"], "Sun, 22 Nov 2026 12:30:00 GMT");
    assert_eq!(response.headers()["stripe-version"], "2024-06-20");
    assert!(response.headers()["request-id"].to_str().unwrap().starts_with("req_"));
}

#[test]
fn a_version_stripe_does_not_have_is_refused() {
    let mut stripe = Stripe::new(1);
    let headers = [("authorization", "Bearer sk_test_sandbox"), ("stripe-version", "2020-01-01")];
    assert_eq!(get(&mut stripe, "/v1/customers", &headers).0, 400);
}

#[test]
fn a_repeated_idempotency_key_gives_the_first_answer_for_a_day() {
    let mut stripe = Stripe::new(1);
    let headers = [("authorization", "Bearer sk_test_sandbox"), ("idempotency-key", "k1")];
    let first = respond(&mut stripe, NOW, "POST", "/v1/customers", "name=A", &headers);
    let again = respond(&mut stripe, NOW + 1_000, "POST", "/v1/customers", "name=A", &headers);
    assert_eq!(first.body(), again.body());
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    let (status, body) = call_with(&mut stripe, NOW, "POST", "/v1/customers", "name=B", &headers);
    assert_eq!((status, body["error"]["type"].as_str()), (400, Some("idempotency_error")));
    let later = respond(&mut stripe, NOW + 86_400_000, "POST", "/v1/customers", "name=A", &headers);
    assert_ne!(first.body(), later.body());
}

#[test]
fn an_unknown_route_is_404_and_names_itself() {
    let mut stripe = Stripe::new(1);
    let (status, body) = get(&mut stripe, "/v1/nothing", &[("authorization", "Bearer sk_test_sandbox")]);
    assert_eq!(status, 404);
    assert!(
        body["error"]["message"].as_str().unwrap().starts_with("Unrecognized request URL (GET: /v1/nothing)")
    );
}

#[test]
fn the_same_seed_and_calls_give_the_same_state() {
    let run = |seed| {
        let mut stripe = Stripe::new(seed);
        ok(&mut stripe, "POST", "/v1/customers", "name=A");
        stripe.snapshot()
    };
    assert_eq!(run(7), run(7));
    assert_ne!(run(7), run(8));
}
