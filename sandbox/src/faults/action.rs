//! What can happen to a request.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::presets::{self, PRESETS};

/// What happens to a request that meets a fault.
///
/// In JSON: `"reset_before"`, `{"delay_ms": 200}`, `{"respond": {"status": 429}}`, or the name of a
/// preset, `"gaia_da02"`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Spec", rename_all = "snake_case")]
pub enum Action {
    /// This answer is given; the service never sees the request.
    Respond(Answer),
    /// The service handles the request as always, this many milliseconds later.
    DelayMs(u64),
    /// The connection is closed; the service never sees the request.
    ResetBefore,
    /// The service handles the request, then the connection is closed without its answer.
    ResetAfter,
    /// The connection is closed now; the service handles the request this many milliseconds later.
    LandLateMs(u64),
    /// The connection stays open without a byte for this many milliseconds, then it is closed;
    /// the service never sees the request.
    HangMs(u64),
}

impl Action {
    /// Its name in JSON, for logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Respond(_) => "respond",
            Self::DelayMs(_) => "delay_ms",
            Self::ResetBefore => "reset_before",
            Self::ResetAfter => "reset_after",
            Self::LandLateMs(_) => "land_late_ms",
            Self::HangMs(_) => "hang_ms",
        }
    }
}

/// An answer given in the service's place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Headers; without a `content-type` the body's kind decides it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The body.
    #[serde(default)]
    pub body: AnswerBody,
}

impl Answer {
    /// The answer as an HTTP response, or why it cannot be one.
    ///
    /// # Errors
    /// If the status is not within 100–999, or a header's name or value is not valid.
    pub fn response(&self) -> Result<crate::Response, http::Error> {
        let (bytes, content_type) = match &self.body {
            AnswerBody::Text(text) => (text.clone(), "text/html; charset=utf-8"),
            AnswerBody::Json(Value::Null) => (String::new(), "application/json;charset=utf-8"),
            AnswerBody::Json(json) => (json.to_string(), "application/json;charset=utf-8"),
        };
        let mut response = http::Response::builder().status(self.status);
        if !self.headers.keys().any(|name| name.eq_ignore_ascii_case("content-type")) {
            response = response.header(http::header::CONTENT_TYPE, content_type);
        }
        for (name, value) in &self.headers {
            response = response.header(name, value);
        }
        response.body(bytes.into())
    }
}

/// A body: text as it is, anything else as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AnswerBody {
    /// Sent as it is.
    Text(String),
    /// Sent as JSON; `null` is no body.
    Json(Value),
}

impl Default for AnswerBody {
    fn default() -> Self {
        Self::Json(Value::Null)
    }
}

/// An action as it is written; tells an unknown word apart from a preset's name.
#[derive(Deserialize)]
#[serde(untagged)]
enum Spec {
    Word(String),
    Full(Full),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Full {
    Respond(Answer),
    DelayMs(u64),
    LandLateMs(u64),
    HangMs(u64),
    Preset(String),
}

impl TryFrom<Spec> for Action {
    type Error = String;

    fn try_from(spec: Spec) -> Result<Self, String> {
        Ok(match spec {
            Spec::Word(word) if word == "reset_before" => Self::ResetBefore,
            Spec::Word(word) if word == "reset_after" => Self::ResetAfter,
            Spec::Word(name) | Spec::Full(Full::Preset(name)) => Self::Respond(named(&name)?),
            Spec::Full(Full::Respond(answer)) => {
                answer.response().map_err(|error| format!("this answer cannot be sent: {error}"))?;
                Self::Respond(answer)
            }
            Spec::Full(Full::DelayMs(ms)) => Self::DelayMs(ms),
            Spec::Full(Full::LandLateMs(ms)) => Self::LandLateMs(ms),
            Spec::Full(Full::HangMs(ms)) => Self::HangMs(ms),
        })
    }
}

fn named(name: &str) -> Result<Answer, String> {
    presets::preset(name).ok_or_else(|| {
        format!(
            "no action or preset is called `{name}`; use reset_before, reset_after, \
             {{\"respond\": …}}, {{\"delay_ms\": …}}, {{\"land_late_ms\": …}}, {{\"hang_ms\": …}} \
             or one of {}",
            PRESETS.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_action_reads_as_a_word_an_object_or_a_preset() {
        let read = |json| serde_json::from_value::<Action>(json);
        assert_eq!(read(json!("reset_after")).unwrap(), Action::ResetAfter);
        assert_eq!(read(json!({"land_late_ms": 7})).unwrap(), Action::LandLateMs(7));
        assert_eq!(read(json!("gaia_da02")).unwrap(), read(json!({"preset": "gaia_da02"})).unwrap());
        let error = read(json!("gaia_zz99")).unwrap_err().to_string();
        assert!(error.contains("gaia_zz99") && error.contains("kintone_429"), "{error}");
    }

    #[test]
    fn an_action_is_written_as_it_is_read() {
        for action in [Action::ResetBefore, Action::DelayMs(3), Action::HangMs(4)] {
            let json = serde_json::to_value(&action).unwrap();
            assert_eq!(serde_json::from_value::<Action>(json).unwrap(), action);
        }
    }

    #[test]
    fn an_answer_that_cannot_be_sent_is_refused_when_it_is_ordered() {
        let action = json!({"respond": {"status": 7}});
        assert!(serde_json::from_value::<Action>(action).is_err());
        let action = json!({"respond": {"status": 503, "headers": {"a b": "c"}}});
        assert!(serde_json::from_value::<Action>(action).is_err());
    }

    #[test]
    fn a_text_body_is_sent_as_html_unless_a_header_says_otherwise() {
        let answer: Answer = serde_json::from_value(
            json!({"status": 503, "headers": {"Content-Type": "text/plain"}, "body": "busy"}),
        )
        .unwrap();
        let response = answer.response().unwrap();
        assert_eq!(response.headers().get_all("content-type").iter().count(), 1);
        assert_eq!(response.headers()["content-type"], "text/plain");
        assert_eq!(response.body(), "busy");
    }
}
