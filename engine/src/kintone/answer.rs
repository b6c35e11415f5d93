//! What came back, as the engine needs to know it.

use bytes::Bytes;
use daicho_core::kintone::{ConfigProblem, ErrorAnswer, ErrorClass, Permanent, Transient, class};
use http::Response;

use crate::port::Millis;
use crate::retry::retry_after;

/// A successful answer's body, or what failed.
pub type Answer<T> = Result<T, Failure>;

/// Why a request did not succeed, by what is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// No answer, or one that does not say whether a write took effect: read before writing again.
    Unknown {
        /// For the log and the status.
        code: String,
        /// How long the service asks to be left alone.
        retry_after: Option<Millis>,
    },
    /// Refused for now, certainly without effect.
    Busy {
        /// For the log and the status.
        code: String,
        /// How long the service asks to be left alone.
        retry_after: Option<Millis>,
        /// Whether it is the whole domain that is busy, and not the one app or record.
        whole_domain: bool,
    },
    /// A person has to set something right.
    Configuration(ConfigProblem),
    /// Another revision than the one that was sent.
    Conflict,
    /// A record that was named is not there.
    NotFound,
    /// A record, or one of a batch, cannot be written as it is.
    Refused {
        /// Which way.
        why: Permanent,
        /// kintone's answer; without a code where it was no JSON.
        answer: ErrorAnswer,
    },
}

impl Failure {
    /// A stable word for the log and the status.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Unknown { code, .. } | Self::Busy { code, .. } => code,
            Self::Configuration(_) => "configuration",
            Self::Conflict => "conflict",
            Self::NotFound => "not_found",
            Self::Refused { answer, .. } if answer.code.is_empty() => "refused",
            Self::Refused { answer, .. } => &answer.code,
        }
    }

    /// What the service asked for by Retry-After.
    #[must_use]
    pub fn retry_after(&self) -> Option<Millis> {
        match self {
            Self::Unknown { retry_after, .. } | Self::Busy { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether any other request to the domain may meet the same.
    #[must_use]
    pub fn meets_the_domain(&self) -> bool {
        matches!(self, Self::Unknown { .. } | Self::Busy { whole_domain: true, .. })
    }

    pub(super) fn lost() -> Self {
        Self::Unknown { code: "no_answer".to_owned(), retry_after: None }
    }

    /// A 200 whose body is not what the documentation says.
    pub(super) fn unreadable() -> Self {
        Self::Unknown { code: "unreadable_answer".to_owned(), retry_after: None }
    }

    pub(super) fn of(response: &Response<Bytes>) -> Self {
        let status = response.status().as_u16();
        let answer = ErrorAnswer::parse(response.body());
        let code = match &answer {
            Some(answer) if !answer.code.is_empty() => answer.code.clone(),
            _ => format!("http_{status}"),
        };
        let retry_after = retry_after(response.headers());
        match class(status, response.body()) {
            ErrorClass::Transient(Transient::TooManyRequests) => {
                Self::Busy { code, retry_after, whole_domain: true }
            }
            ErrorClass::Transient(Transient::TooManyCursors | Transient::Locked) => {
                Self::Busy { code, retry_after, whole_domain: false }
            }
            ErrorClass::Transient(Transient::Unavailable | Transient::ServerFailure) => {
                Self::Unknown { code, retry_after }
            }
            ErrorClass::Configuration(problem) => Self::Configuration(problem),
            ErrorClass::Conflict => Self::Conflict,
            ErrorClass::NotFound => Self::NotFound,
            ErrorClass::Permanent(why) => Self::Refused { why, answer: answer.unwrap_or_default() },
        }
    }
}

/// Whether a refusal may come from a form that was changed since it was read.
#[must_use]
pub(crate) fn hints_at_a_changed_form(why: Permanent) -> bool {
    matches!(why, Permanent::Value | Permanent::Request)
}
