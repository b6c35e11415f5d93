//! Short ways to call the API in tests.

use bytes::Bytes;
use serde_json::Value;

use super::Stripe;
use crate::Millis;

/// 2026-11-22T12:30:00Z.
pub(super) const NOW: Millis = 1_795_350_600_000;

/// A call with `sk_test_sandbox`.
pub(super) fn call(stripe: &mut Stripe, method: &str, path: &str, body: &str) -> (u16, Value) {
    call_with(stripe, NOW, method, path, body, &[("authorization", "Bearer sk_test_sandbox")])
}

/// A call at a time with these headers.
pub(super) fn call_with(
    stripe: &mut Stripe,
    now: Millis,
    method: &str,
    path: &str,
    body: &str,
    headers: &[(&str, &str)],
) -> (u16, Value) {
    let response = respond(stripe, now, method, path, body, headers);
    (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap())
}

/// The whole response.
pub(super) fn respond(
    stripe: &mut Stripe,
    now: Millis,
    method: &str,
    path: &str,
    body: &str,
    headers: &[(&str, &str)],
) -> crate::Response {
    let mut request = http::Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    stripe.handle(now, &request.body(Bytes::from(body.to_owned())).unwrap())
}

/// A call that must succeed.
pub(super) fn ok(stripe: &mut Stripe, method: &str, path: &str, body: &str) -> Value {
    let (status, value) = call(stripe, method, path, body);
    assert_eq!(status, 200, "{method} {path}: {value:#}");
    value
}

/// A customer with a working card.
pub(super) fn paying_customer(stripe: &mut Stripe) -> String {
    let body = "name=Hanako&email=hanako@example.com&payment_method=pm_card_visa&invoice_settings[default_payment_method]=pm_card_visa";
    id(&ok(stripe, "POST", "/v1/customers", body))
}

/// A monthly price of 1,000 JPY.
pub(super) fn monthly(stripe: &mut Stripe) -> String {
    price(stripe, "month", 1_000)
}

/// A recurring price in JPY.
pub(super) fn price(stripe: &mut Stripe, interval: &str, amount: i64) -> String {
    let body =
        format!("currency=jpy&unit_amount={amount}&recurring[interval]={interval}&product_data[name]=Plan");
    id(&ok(stripe, "POST", "/v1/prices", &body))
}

/// The object's id.
pub(super) fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}
