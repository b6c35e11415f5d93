//! kintone's apps, and a person's work in them.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::routing::{post, put};
use axum::{Json, Router};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::shared::Shared;
use super::{Body, Refusal};
use crate::kintone::{Behaviour, Failure, Kintone, Language, NewApp, Permissions};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_sandbox/kintone/apps", post(add_app))
        .route("/_sandbox/kintone/apps/{app}/properties", put(set_properties))
        .route("/_sandbox/kintone/apps/{app}/rename_field", post(rename_field))
        .route("/_sandbox/kintone/apps/{app}/tokens", post(add_token))
        .route("/_sandbox/kintone/apps/{app}/records", post(add_record))
        .route("/_sandbox/kintone/apps/{app}/records/{id}", put(edit_record).delete(delete_record))
        .route("/_sandbox/kintone/behaviour", put(set_behaviour))
}

#[derive(Deserialize)]
struct AppBody {
    #[serde(flatten)]
    app: NewApp,
    #[serde(default)]
    tokens: Vec<TokenBody>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenBody {
    token: String,
    #[serde(default = "Permissions::all")]
    permissions: Permissions,
    #[serde(default = "yes")]
    active: bool,
}

fn yes() -> bool {
    true
}

async fn add_app(State(shared): State<Arc<Shared>>, Body(body): Body<AppBody>) -> Json<Value> {
    let id = shared.with_kintone(|kintone, _| {
        let id = kintone.create_app(body.app);
        for TokenBody { token, permissions, active } in body.tokens {
            kintone.add_token(id, &token, permissions, active);
        }
        id
    });
    Json(json!({"app": id.to_string()}))
}

async fn add_token(
    State(shared): State<Arc<Shared>>,
    Path(app): Path<u64>,
    Body(body): Body<TokenBody>,
) -> Json<Value> {
    shared.with_kintone(|kintone, _| {
        kintone.add_token(app, &body.token, body.permissions, body.active);
    });
    Json(json!({}))
}

#[derive(Deserialize)]
struct PropertiesBody {
    properties: Map<String, Value>,
}

async fn set_properties(
    State(shared): State<Arc<Shared>>,
    Path(app): Path<u64>,
    Body(body): Body<PropertiesBody>,
) -> Json<Value> {
    shared.with_kintone(|kintone, _| kintone.set_properties(app, body.properties));
    Json(json!({}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RenameBody {
    from: String,
    to: String,
}

async fn rename_field(
    State(shared): State<Arc<Shared>>,
    Path(app): Path<u64>,
    Body(RenameBody { from, to }): Body<RenameBody>,
) -> Json<Value> {
    shared.with_kintone(|kintone, _| kintone.rename_field(app, &from, &to));
    Json(json!({}))
}

/// As the API's `record`: `{"record": {"<code>": {"value": …}}}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordBody {
    record: Value,
}

async fn add_record(
    State(shared): State<Arc<Shared>>,
    Path(app): Path<u64>,
    Body(body): Body<RecordBody>,
) -> Result<Json<Value>, Refusal> {
    by_hand(&shared, |kintone, now| kintone.add_record(now, app, &body.record))
        .map(|id| Json(json!({"id": id.to_string()})))
}

async fn edit_record(
    State(shared): State<Arc<Shared>>,
    Path((app, id)): Path<(u64, u64)>,
    Body(body): Body<RecordBody>,
) -> Result<Json<Value>, Refusal> {
    by_hand(&shared, |kintone, now| kintone.edit_record(now, app, id, &body.record))
        .map(|revision| Json(json!({"revision": revision.to_string()})))
}

async fn delete_record(
    State(shared): State<Arc<Shared>>,
    Path((app, id)): Path<(u64, u64)>,
) -> Result<Json<Value>, Refusal> {
    by_hand(&shared, |kintone, now| kintone.delete_record(now, app, id)).map(|()| Json(json!({})))
}

async fn set_behaviour(State(shared): State<Arc<Shared>>, Body(behaviour): Body<Behaviour>) -> Json<Value> {
    shared.with_kintone(|kintone, _| *kintone.behaviour() = behaviour);
    Json(json!({}))
}

/// What a person in the browser does; refused with the status that the API would answer.
fn by_hand<T>(
    shared: &Shared,
    work: impl FnOnce(&mut Kintone, crate::Millis) -> Result<T, Failure>,
) -> Result<T, Refusal> {
    shared.with_kintone(|kintone, now| {
        work(kintone, now).map_err(|failure| {
            let places: Vec<_> = failure.places().collect();
            let status = failure.status(kintone.behaviour());
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
            let message = failure.message(Language::En);
            Refusal(status, format!("{}: {message} {}", failure.code(), places.join(", ")))
        })
    })
}
