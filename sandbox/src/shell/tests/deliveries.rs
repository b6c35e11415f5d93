//! Webhooks posted to a real receiver.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use axum::Router;
use axum::extract::State;
use axum::routing::any;
use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{Sandbox, soon};
use crate::stripe::{Mode, Stripe};

/// One request as the receiver got it.
struct Received {
    method: Method,
    signature: String,
    event_id: String,
}

#[derive(Clone)]
struct Receiver {
    /// The status of the next answer; 200 afterwards.
    next: Arc<AtomicU16>,
    received: UnboundedSender<Received>,
}

async fn receive(
    State(receiver): State<Receiver>,
    method: Method,
    headers: HeaderMap,
    body: String,
) -> (StatusCode, [(&'static str, &'static str); 1]) {
    let event: Value = serde_json::from_str(&body).unwrap_or_default();
    let signature = headers.get("stripe-signature").map(|value| value.to_str().unwrap().to_owned());
    let received = Received {
        method,
        signature: signature.unwrap_or_default(),
        event_id: event["id"].as_str().unwrap_or_default().to_owned(),
    };
    receiver.received.send(received).unwrap();
    let status = receiver.next.swap(200, Ordering::SeqCst);
    (StatusCode::from_u16(status).unwrap(), [("location", "/elsewhere")])
}

/// A receiver whose first answer has this status, as an endpoint of the sandbox that retries at once.
async fn receiver(sandbox: &Sandbox, first: u16) -> UnboundedReceiver<Received> {
    let (sender, received) = unbounded_channel();
    let state = Receiver { next: Arc::new(AtomicU16::new(first)), received: sender };
    let router = Router::new().fallback(any(receive)).with_state(state);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    sandbox.server.with_stripe(|stripe, _| {
        stripe.add_thin_endpoint(crate::stripe::ACCOUNT, Mode::Test, &url, false);
    });
    let rules = json!({"retry_first_ms": 1});
    let url = sandbox.url("/_sandbox/stripe/deliveries");
    assert!(sandbox.client.put(url).json(&rules).send().await.unwrap().status().is_success());
    received
}

#[tokio::test]
async fn a_delivery_is_tried_again_after_a_failure_and_then_left_alone() {
    let sandbox = Sandbox::start().await;
    let mut received = receiver(&sandbox, 500).await;
    sandbox.create_customer().await.unwrap();
    let first = soon(received.recv()).await.unwrap();
    let second = soon(received.recv()).await.unwrap();
    assert!(first.signature.starts_with("t="), "{}", first.signature);
    assert_eq!(first.event_id, second.event_id);
    sandbox.until(|s| s.server.shared.read_stripe(|stripe| stripe.outstanding() == 0)).await;
    assert!(received.try_recv().is_err());
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_not_followed() {
    let sandbox = Sandbox::start().await;
    let mut received = receiver(&sandbox, 302).await;
    sandbox.create_customer().await.unwrap();
    for _ in 0..2 {
        assert_eq!(soon(received.recv()).await.unwrap().method, Method::POST);
    }
    sandbox.until(|s| s.server.shared.read_stripe(|stripe| stripe.outstanding() == 0)).await;
    let counters = sandbox.server.shared.read_stripe(Stripe::counters);
    assert_eq!((counters.attempts, counters.acknowledged), (2, 1));
}

#[tokio::test]
async fn an_endpoint_that_nobody_listens_on_is_tried_again() {
    let sandbox = Sandbox::start().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    drop(listener);
    sandbox.server.with_stripe(|stripe, _| {
        stripe.delivery_rules().retry_first_ms = 1;
        stripe.delivery_rules().max_attempts = 3;
        stripe.add_thin_endpoint(crate::stripe::ACCOUNT, Mode::Test, &url, false);
    });
    sandbox.create_customer().await.unwrap();
    sandbox.until(|s| s.server.shared.read_stripe(|stripe| stripe.counters().given_up == 1)).await;
    let counters = sandbox.server.shared.read_stripe(Stripe::counters);
    assert_eq!(counters.attempts, 3);
}
