//! Idempotency keys: the first answer to a key is given again for 24 hours.

use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::Millis;

/// How long a key is kept (Stripe's documentation of idempotent requests).
pub(super) const KEPT_MS: Millis = 24 * 3600 * 1000;

/// The first answer to a key.
#[derive(Debug, Clone)]
pub(super) struct Answered {
    pub at: Millis,
    /// Method, path, version and parameters of the first request.
    pub request: (String, Value),
    pub status: StatusCode,
    pub body: Value,
    pub request_id: String,
}

/// The request's key.
pub(super) fn key(headers: &HeaderMap) -> Option<String> {
    headers.get("idempotency-key").and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// Whether an answer is kept: a request refused before it was carried out is not.
pub(super) fn kept(status: StatusCode) -> bool {
    status.is_success() || status == StatusCode::PAYMENT_REQUIRED || status.is_server_error()
}
