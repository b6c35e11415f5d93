//! Ordering faults.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::routing::{delete, get};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::super::shared::Shared;
use super::{Body, Refusal};
use crate::faults::{PRESETS, Plan};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_sandbox/faults", get(list).post(add).delete(clear))
        .route("/_sandbox/faults/{id}", delete(remove))
}

async fn add(State(shared): State<Arc<Shared>>, Body(plan): Body<Plan>) -> Json<Value> {
    let id = shared.faults().add(plan);
    Json(json!({"id": id}))
}

async fn list(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(json!({"faults": shared.faults().list(), "presets": PRESETS}))
}

async fn clear(State(shared): State<Arc<Shared>>) -> Json<Value> {
    shared.faults().clear();
    Json(json!({}))
}

async fn remove(State(shared): State<Arc<Shared>>, Path(id): Path<u64>) -> Result<Json<Value>, Refusal> {
    if shared.faults().remove(id) {
        return Ok(Json(json!({})));
    }
    Err(Refusal::not_found(format!("there is no fault {id}; GET /_sandbox/faults lists them")))
}
