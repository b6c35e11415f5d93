//! Errors in Stripe's shape: `{"error": {type, code, message, param, doc_url, request_log_url}}`.

use http::StatusCode;
use serde_json::{Map, Value, json};

/// A refusal, as the API answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ApiError {
    pub status: StatusCode,
    kind: &'static str,
    code: Option<&'static str>,
    message: String,
    param: Option<String>,
    decline_code: Option<&'static str>,
}

impl ApiError {
    fn new(
        status: StatusCode,
        kind: &'static str,
        code: Option<&'static str>,
        message: impl Into<String>,
    ) -> Self {
        Self { status, kind, code, message: message.into(), param: None, decline_code: None }
    }

    /// Names the parameter at fault, in Stripe's bracket notation.
    pub fn at(mut self, param: impl Into<String>) -> Self {
        self.param = Some(param.into());
        self
    }

    /// 400 without a code.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request_error", None, message)
    }

    /// 400 with a code.
    pub fn coded(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request_error", Some(code), message)
    }

    /// 404: the id is unknown to this account in this mode.
    pub fn missing(kind: &str, id: &str, in_other_mode: Option<&str>) -> Self {
        let mut message = format!("No such {}: '{id}'", noun(kind));
        if let Some(mode) = in_other_mode {
            let used = if mode == "live" { "test" } else { "live" };
            message.push_str(&format!(
                "; a similar object exists in {mode} mode, but a {used} mode key was used to make this request."
            ));
        }
        Self::new(StatusCode::NOT_FOUND, "invalid_request_error", Some("resource_missing"), message)
    }

    /// 400: a parameter this call does not have.
    pub fn unknown_parameter(param: &str) -> Self {
        Self::coded("parameter_unknown", format!("Received unknown parameter: {param}")).at(param)
    }

    /// 400: a required parameter was not sent.
    pub fn missing_parameter(param: &str) -> Self {
        Self::coded("parameter_missing", format!("Missing required param: {param}.")).at(param)
    }

    /// 400: a required parameter was sent empty.
    pub fn empty_parameter(param: &str) -> Self {
        let message = format!(
            "You passed an empty string for '{param}'. We assume empty values are an attempt to unset a parameter; \
             however '{param}' cannot be unset. You should remove '{param}' from your request or supply a non-empty value."
        );
        Self::coded("parameter_invalid_empty", message).at(param)
    }

    /// 401: no key, or one nobody issued.
    pub fn unauthenticated(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_request_error", None, message)
    }

    /// 403: the key may not act for the account named by `Stripe-Account`.
    pub fn account_invalid(key: &str, account: &str) -> Self {
        let message = format!(
            "The provided key '{key}' does not have access to account '{account}' (or that account does not exist). \
             Application access may have been revoked."
        );
        Self::new(StatusCode::FORBIDDEN, "invalid_request_error", Some("account_invalid"), message)
    }

    /// 403: the key lacks a permission.
    pub fn forbidden(key: &str, account: &str, permission: &str) -> Self {
        let message = format!(
            "The provided key '{key}' does not have the required permissions for this endpoint on account '{account}'. \
             Having the '{permission}' permission would allow this request to continue."
        );
        Self::new(StatusCode::FORBIDDEN, "invalid_request_error", None, message)
    }

    /// 404: no such route.
    pub fn unrecognized_url(method: &str, path: &str) -> Self {
        let message = format!(
            "Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs or we can help at \
             https://support.stripe.com/."
        );
        Self::new(StatusCode::NOT_FOUND, "invalid_request_error", None, message)
    }

    /// 402: the card was refused.
    pub fn card_declined() -> Self {
        let mut error = Self::new(
            StatusCode::PAYMENT_REQUIRED,
            "card_error",
            Some("card_declined"),
            "Your card was declined.",
        );
        error.decline_code = Some("generic_decline");
        error
    }

    /// 400: an idempotency key came back with other parameters.
    pub fn idempotency(key: &str) -> Self {
        let message = format!(
            "Keys for idempotent requests can only be used with the same parameters they were first used with. Try \
             using a key other than '{key}' if you meant to execute a different request."
        );
        Self::new(StatusCode::BAD_REQUEST, "idempotency_error", None, message)
    }

    /// The answer's body.
    pub fn body(&self, request_id: &str) -> Value {
        let mut error = Map::new();
        if let Some(code) = self.code {
            error.insert("code".into(), code.into());
            error.insert(
                "doc_url".into(),
                format!("https://stripe.com/docs/error-codes/{}", code.replace('_', "-")).into(),
            );
        }
        if let Some(decline) = self.decline_code {
            error.insert("decline_code".into(), decline.into());
        }
        error.insert("message".into(), self.message.as_str().into());
        if let Some(param) = &self.param {
            error.insert("param".into(), param.as_str().into());
        }
        error.insert(
            "request_log_url".into(),
            format!("https://dashboard.stripe.com/logs/{request_id}").into(),
        );
        error.insert("type".into(), self.kind.into());
        json!({ "error": error })
    }
}

/// The word for an object in messages ("No such payment method"), which is not always its name.
fn noun(kind: &str) -> &str {
    match kind {
        "credit_note" => "credit note",
        "payment_intent" => "payment_intent",
        "payment_method" => "PaymentMethod",
        "promotion_code" => "promotion code",
        "tax_id" => "tax ID",
        "tax_rate" => "tax rate",
        "test_helpers.test_clock" => "test clock",
        "webhook_endpoint" => "webhook endpoint",
        other => other,
    }
}
