//! Stripe's accounts and keys, the faults of its webhooks, and the time of its billing.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::routing::{post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::shared::Shared;
use super::{Body, Refusal};
use crate::Millis;
use crate::stripe::{ACCOUNT, DeliveryRules, KeyKind, Mode};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_sandbox/stripe/accounts", post(add_account))
        .route("/_sandbox/stripe/keys", post(add_key).delete(remove_key))
        .route("/_sandbox/stripe/deliveries", put(set_deliveries).get(deliveries))
        .route("/_sandbox/stripe/thin_endpoints", post(add_thin_endpoint))
        .route("/_sandbox/stripe/endpoints/{id}/secret", put(set_secret))
        .route("/_sandbox/stripe/advance", post(advance))
        .route("/_sandbox/stripe/subscriptions/{id}/renew", post(renew))
        .route("/_sandbox/stripe/payment_methods/{id}/renew_card", post(renew_card))
}

fn main_account() -> String {
    ACCOUNT.to_owned()
}

fn test_mode() -> Mode {
    Mode::Test
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountBody {
    id: String,
}

async fn add_account(State(shared): State<Arc<Shared>>, Body(body): Body<AccountBody>) -> Json<Value> {
    shared.with_stripe(|stripe, _| stripe.add_account(&body.id));
    Json(json!({"id": body.id}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyBody {
    key: String,
    #[serde(default = "main_account")]
    account: String,
    #[serde(default = "test_mode")]
    mode: Mode,
    #[serde(default = "secret_key")]
    kind: KeyKind,
    reads: Option<Vec<String>>,
}

fn secret_key() -> KeyKind {
    KeyKind::Secret
}

async fn add_key(State(shared): State<Arc<Shared>>, Body(body): Body<KeyBody>) -> Json<Value> {
    let KeyBody { key, account, mode, kind, reads } = body;
    shared.with_stripe(|stripe, _| {
        stripe.add_key(&key, &account, mode, kind);
        if let Some(reads) = reads {
            stripe.limit_key(&key, reads);
        }
    });
    Json(json!({}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RemoveKeyBody {
    key: String,
}

async fn remove_key(State(shared): State<Arc<Shared>>, Body(body): Body<RemoveKeyBody>) -> Json<Value> {
    shared.with_stripe(|stripe, _| stripe.remove_key(&body.key));
    Json(json!({}))
}

async fn set_deliveries(State(shared): State<Arc<Shared>>, Body(rules): Body<DeliveryRules>) -> Json<Value> {
    shared.with_stripe(|stripe, _| *stripe.delivery_rules() = rules);
    Json(json!({}))
}

async fn deliveries(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let (rules, outstanding) =
        shared.take_due(|stripe, _| (stripe.delivery_rules().clone(), stripe.outstanding()));
    Json(json!({"rules": rules, "outstanding": outstanding}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ThinEndpointBody {
    url: String,
    #[serde(default = "main_account")]
    account: String,
    #[serde(default = "test_mode")]
    mode: Mode,
    #[serde(default)]
    connect: bool,
}

async fn add_thin_endpoint(
    State(shared): State<Arc<Shared>>,
    Body(body): Body<ThinEndpointBody>,
) -> Json<Value> {
    let ThinEndpointBody { url, account, mode, connect } = body;
    let (id, secret) =
        shared.with_stripe(|stripe, _| stripe.add_thin_endpoint(&account, mode, &url, connect));
    Json(json!({"id": id, "secret": secret}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretBody {
    secret: String,
}

async fn set_secret(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    Body(body): Body<SecretBody>,
) -> Result<Json<Value>, Refusal> {
    if shared.with_stripe(|stripe, _| stripe.set_secret(&id, &body.secret)) {
        return Ok(Json(json!({})));
    }
    Err(Refusal::not_found(format!("there is no endpoint {id}; POST /v1/webhook_endpoints makes one")))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AdvanceBody {
    /// Milliseconds since the epoch; now if absent.
    to: Option<Millis>,
}

async fn advance(State(shared): State<Arc<Shared>>, Body(body): Body<AdvanceBody>) -> Json<Value> {
    shared.with_stripe(|stripe, now| stripe.advance(body.to.unwrap_or(now)));
    Json(json!({}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RenewBody {
    #[serde(default = "main_account")]
    account: String,
    #[serde(default)]
    livemode: bool,
}

async fn renew(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    Body(RenewBody { account, livemode }): Body<RenewBody>,
) -> Result<Json<Value>, Refusal> {
    if shared.with_stripe(|stripe, now| stripe.renew(now, &account, livemode, &id)) {
        return Ok(Json(json!({})));
    }
    Err(Refusal::not_found(format!("{account} has no subscription {id} that renews")))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RenewCardBody {
    #[serde(default = "main_account")]
    account: String,
    #[serde(default)]
    livemode: bool,
    /// The card's fields that change: `exp_month`, `exp_year`, `last4`, …
    card: Map<String, Value>,
}

async fn renew_card(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    Body(RenewCardBody { account, livemode, card }): Body<RenewCardBody>,
) -> Result<Json<Value>, Refusal> {
    if shared.with_stripe(|stripe, now| stripe.renew_card(now, &account, livemode, &id, &card)) {
        return Ok(Json(json!({})));
    }
    Err(Refusal::not_found(format!("{account} has no payment method {id}")))
}
