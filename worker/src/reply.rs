//! Answers: JSON, and errors of one shape, `{"error":{"reason","message",…}}`. A reason is for
//! machines and stays; a message is for people and says what to do next.

use serde::Serialize;
use serde_json::{Map, Value, json};
use wasm_bindgen::JsValue;
use web_sys::{Headers, Response, ResponseInit};

/// An answer that we make ourselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Reply {
    /// JSON.
    #[must_use]
    pub fn json(status: u16, body: &impl Serialize) -> Self {
        match serde_json::to_string(body) {
            Ok(body) => Self::text(status, body),
            Err(_) => Self::problem(
                500,
                "unwritable_answer",
                "The answer could not be written as JSON; report this.",
            ),
        }
    }

    /// JSON that is written already.
    #[must_use]
    pub fn text(status: u16, body: String) -> Self {
        Self { status, headers: vec![("content-type", "application/json; charset=utf-8".into())], body }
    }

    /// Done, and there is nothing to say.
    #[must_use]
    pub fn done() -> Self {
        Self { status: 204, headers: Vec::new(), body: String::new() }
    }

    /// Not done, and why.
    #[must_use]
    pub fn problem(status: u16, reason: &str, message: impl Into<String>) -> Self {
        Self::problem_with(status, reason, message, Map::new())
    }

    /// Not done, and why, with more for machines.
    #[must_use]
    pub fn problem_with(
        status: u16,
        reason: &str,
        message: impl Into<String>,
        more: Map<String, Value>,
    ) -> Self {
        let mut error = Map::new();
        error.insert("reason".into(), reason.into());
        error.insert("message".into(), message.into().into());
        error.extend(more);
        Self::text(status, json!({ "error": error }).to_string())
    }

    /// The same with one header more.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Its status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// As the runtime wants it.
    ///
    /// # Errors
    /// What the runtime threw.
    pub fn into_response(self) -> Result<Response, JsValue> {
        let headers = Headers::new()?;
        for (name, value) in &self.headers {
            headers.append(name, value)?;
        }
        let init = ResponseInit::new();
        init.set_status(self.status);
        init.set_headers(&headers);
        let body = (self.status != 204).then_some(self.body.as_str());
        Response::new_with_opt_str_and_init(body, &init)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_has_a_reason_and_a_message() {
        let reply = Reply::problem(400, "not_json", "the body is not JSON");
        assert_eq!(reply.status(), 400);
        assert_eq!(reply.body, r#"{"error":{"reason":"not_json","message":"the body is not JSON"}}"#);
    }
}
