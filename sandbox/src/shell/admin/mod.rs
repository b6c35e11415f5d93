//! The admin routes, `/_sandbox/*`; documented in `docs/sandbox.md`.

mod faults;
mod kintone;
mod state;
mod stripe;

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::shared::Shared;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .merge(state::routes())
        .merge(faults::routes())
        .merge(kintone::routes())
        .merge(stripe::routes())
        .fallback(|| async {
            Refusal::not_found("the sandbox has no such address; docs/sandbox.md lists them")
        })
}

/// Why an admin request was refused: a status and `{"error": …}`.
#[derive(Debug)]
pub(super) struct Refusal(StatusCode, String);

impl Refusal {
    pub(super) fn bad_request(reason: &impl ToString) -> Self {
        Self(StatusCode::BAD_REQUEST, reason.to_string())
    }

    pub(super) fn not_found(reason: impl Into<String>) -> Self {
        Self(StatusCode::NOT_FOUND, reason.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

/// A JSON body, whatever its content type says; a refusal names the place that is wrong.
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let bytes = axum::body::Bytes::from_request(request, state)
            .await
            .map_err(|error| Refusal::bad_request(&error.body_text()))?;
        let bytes: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        serde_json::from_slice(bytes).map(Self).map_err(|error| Refusal::bad_request(&error))
    }
}
