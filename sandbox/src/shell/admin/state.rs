//! Reading the sandbox's state, histories and log; starting over.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::shared::Shared;
use crate::faults::Service;
use crate::kintone::Kintone;
use crate::stripe::Stripe;

/// The longest that a request may wait for something new, in milliseconds.
const LONGEST_WAIT: u64 = 30_000;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_sandbox/healthz", get(|| async { Json(json!({"ok": true})) }))
        .route("/_sandbox/state", get(state))
        .route("/_sandbox/history", get(history))
        .route("/_sandbox/counters", get(counters))
        .route("/_sandbox/requests", get(requests))
        .route("/_sandbox/reset", post(reset))
}

async fn state(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(json!({
        "stripe": shared.read_stripe(Stripe::snapshot),
        "kintone": shared.read_kintone(Kintone::snapshot),
        "counters": counters_of(&shared),
    }))
}

async fn counters(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(counters_of(&shared))
}

fn counters_of(shared: &Shared) -> Value {
    let (tally, lag) = {
        let followed = shared.followed();
        (followed.tally.counts(), followed.lag.summary())
    };
    json!({
        "stripe": shared.read_stripe(|stripe| json!(stripe.counters())),
        "kintone": shared.read_kintone(|kintone| json!(kintone.counters())),
        "exists": tally,
        "lag": lag,
        "requests": {
            "stripe": shared.requests().count(Service::Stripe),
            "kintone": shared.requests().count(Service::Kintone),
        },
    })
}

#[derive(Deserialize)]
struct HistoryQuery {
    #[serde(default)]
    since: Cursor,
    /// Wait that long for something new if there is nothing yet.
    #[serde(default)]
    wait_ms: u64,
}

/// A place in both histories, `12.7`; a plain `0` is the beginning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct Cursor {
    stripe: usize,
    kintone: usize,
}

impl TryFrom<String> for Cursor {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (stripe, kintone) = match text.split_once('.') {
            Some((stripe, kintone)) => (stripe.parse(), kintone.parse()),
            None if text == "0" => (Ok(0), Ok(0)),
            None => return Err(CURSOR_ADVICE),
        };
        match (stripe, kintone) {
            (Ok(stripe), Ok(kintone)) => Ok(Self { stripe, kintone }),
            _ => Err(CURSOR_ADVICE),
        }
    }
}

const CURSOR_ADVICE: &str = "since is 0 or the `next` of an earlier answer";

async fn history(State(shared): State<Arc<Shared>>, Query(query): Query<HistoryQuery>) -> Json<Value> {
    let mut changes = shared.changes();
    let wait = Duration::from_millis(query.wait_ms.min(LONGEST_WAIT));
    let until = tokio::time::Instant::now() + wait;
    loop {
        changes.mark_unchanged();
        let (told, anything_new) = history_since(&shared, query.since);
        if anything_new {
            return Json(told);
        }
        tokio::select! {
            _ = changes.changed() => {}
            () = shared.stopped() => return Json(told),
            () = tokio::time::sleep_until(until) => return Json(told),
        }
    }
}

fn history_since(shared: &Shared, since: Cursor) -> (Value, bool) {
    let followed = shared.followed();
    let (stripe, stripe_next) = shared.read_stripe(|stripe| {
        let history = stripe.history();
        let new = history.get(since.stripe..).unwrap_or_default();
        let told: Vec<_> = new
            .iter()
            .map(|change| {
                json!({
                    "at": change.at, "account": change.account, "livemode": change.livemode,
                    "kind": change.kind, "id": change.id, "deleted": change.deleted,
                    "json": *change.json,
                })
            })
            .collect();
        (told, history.len())
    });
    let (kintone, kintone_next) = shared.read_kintone(|kintone| {
        let history = kintone.history().get(..followed.kintone).unwrap_or_default();
        let told: Vec<_> = history
            .iter()
            .enumerate()
            .skip(since.kintone)
            .map(|(index, commit)| {
                let matched = followed.lag.commit(index);
                json!({
                    "at": commit.at, "app": commit.app.to_string(),
                    "record_id": commit.record_id.to_string(),
                    "revision": commit.revision.to_string(), "operation": commit.operation,
                    "record": commit.record, "object": matched.object, "lag_ms": matched.lag_ms,
                })
            })
            .collect();
        (told, history.len())
    });
    let anything_new = !stripe.is_empty() || !kintone.is_empty();
    let next = format!("{stripe_next}.{kintone_next}");
    (json!({"stripe": stripe, "kintone": kintone, "next": next}), anything_new)
}

#[derive(Deserialize)]
struct RequestsQuery {
    #[serde(default)]
    since: u64,
    service: Option<Service>,
}

async fn requests(State(shared): State<Arc<Shared>>, Query(query): Query<RequestsQuery>) -> Json<Value> {
    let log = shared.requests();
    Json(json!({"requests": log.since(query.since, query.service), "next": log.last_seq()}))
}

async fn reset(State(shared): State<Arc<Shared>>) -> Json<Value> {
    shared.reset();
    Json(json!({}))
}
