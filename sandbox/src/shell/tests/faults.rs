//! Faults carried out on a socket.

use serde_json::{Value, json};

use super::Sandbox;

#[tokio::test]
async fn a_reset_before_has_no_effect_and_no_answer() {
    let sandbox = Sandbox::start().await;
    sandbox.fault(&json!("reset_before"));
    assert!(sandbox.create_customer().await.is_err());
    assert_eq!(sandbox.customers(), 0);
    assert!(sandbox.create_customer().await.unwrap().status().is_success());
    assert_eq!(sandbox.customers(), 1);
}

#[tokio::test]
async fn a_reset_after_takes_effect_without_an_answer() {
    let sandbox = Sandbox::start().await;
    sandbox.fault(&json!("reset_after"));
    assert!(sandbox.create_customer().await.is_err());
    assert_eq!(sandbox.customers(), 1);
}

#[tokio::test]
async fn a_write_that_lands_late_takes_effect_after_its_connection_was_closed() {
    let sandbox = Sandbox::start().await;
    sandbox.fault(&json!({"land_late_ms": 40}));
    assert!(sandbox.create_customer().await.is_err());
    sandbox.until(|sandbox| sandbox.customers() == 1).await;
    let asked = sandbox.get_json("/_sandbox/requests").await["requests"][0]["at"].as_i64().unwrap();
    let landed = sandbox.server.shared.read_stripe(|stripe| stripe.history()[0].at);
    assert!(landed - asked >= 40, "landed {} ms after it was asked", landed - asked);
}

#[tokio::test]
async fn a_reset_of_the_sandbox_forgets_a_write_that_would_have_landed_late() {
    let sandbox = Sandbox::start().await;
    sandbox.fault(&json!({"land_late_ms": 30}));
    assert!(sandbox.create_customer().await.is_err());
    sandbox.post_json("/_sandbox/reset", &json!({})).await;
    // Answered well after the other would have landed.
    sandbox.fault(&json!({"delay_ms": 90}));
    assert!(sandbox.create_customer().await.unwrap().status().is_success());
    assert_eq!(sandbox.customers(), 1);
}

#[tokio::test]
async fn a_delayed_request_is_answered_as_always() {
    let sandbox = Sandbox::start().await;
    sandbox.fault(&json!({"delay_ms": 5}));
    assert!(sandbox.create_customer().await.unwrap().status().is_success());
    assert_eq!(sandbox.customers(), 1);
}

#[tokio::test]
async fn an_ordered_answer_comes_with_its_status_headers_and_body() {
    let sandbox = Sandbox::start().await;
    let order = json!({"service": "kintone", "method": "GET", "times": 1, "action": "kintone_503_html"});
    let ordered: Value = sandbox.post_json("/_sandbox/faults", &order).await.json().await.unwrap();
    assert_eq!(ordered, json!({"id": 1}));
    let answer = sandbox.client.get(sandbox.url("/k/v1/records.json?app=1")).send().await.unwrap();
    assert_eq!(answer.status(), 503);
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    assert_eq!(answer.headers()["retry-after"], "1");
    let logged = &sandbox.get_json("/_sandbox/requests?service=kintone").await["requests"][0];
    assert_eq!(logged["fault"], json!({"id": 1, "action": "respond"}));
    assert_eq!(logged["status"], 503);
}

#[tokio::test]
async fn an_order_that_makes_no_sense_is_refused_with_what_there_is() {
    let sandbox = Sandbox::start().await;
    let order = json!({"service": "kintone", "action": "no_such_preset"});
    let refused = sandbox.post_json("/_sandbox/faults", &order).await;
    assert_eq!(refused.status(), 400);
    let reason = refused.json::<Value>().await.unwrap()["error"].to_string();
    assert!(reason.contains("no_such_preset") && reason.contains("gaia_da02"), "{reason}");
}
