//! Why a document was refused.

use daicho_core::DocumentError;
use daicho_core::kintone::AppAddress;
use daicho_core::validation::Issue;

use crate::error::EngineError;
use crate::kintone::address_key;
use crate::port::SqlError;

/// A document was refused; the old one stays.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ConfigError {
    /// The request does not say which document it replaces.
    #[error("say which document this replaces: `If-None-Match: *` for the first, `If-Match: <etag>` after")]
    PreconditionMissing,
    /// Another document is stored than the one to be replaced.
    #[error("the stored document is another one: read it again, then put yours with its ETag")]
    PreconditionFailed {
        /// The ETag of the stored document; `None` where there is none.
        etag: Option<String>,
    },
    /// It is not what its JSON Schema says.
    #[error("{path}: {reason}")]
    Form {
        /// Where, for example `targets.customers.fields[0]`; `.` for the whole.
        path: String,
        /// What is wrong there.
        reason: String,
    },
    /// It contradicts itself, the other document, or an app's form.
    #[error("the configuration has issues; nothing was changed")]
    Issues(Vec<Issue>),
    /// Other tenants write to these apps.
    #[error("claimed by another Stripe account or mode: {}; take the app out of its connections first", list(.0))]
    Claimed(Vec<AppAddress>),
    /// A record may yet appear under the key that the target had until now, and would not be found by another.
    #[error(
        "the key of target {target} cannot change while kintone has not said what became of records that were sent; let it go on where it is paused, and put it again in a few minutes"
    )]
    KeyInUse {
        /// The target.
        target: String,
    },
    /// The engine could not go on.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl ConfigError {
    /// The HTTP status that says it.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::PreconditionMissing => 428,
            Self::PreconditionFailed { .. } => 412,
            Self::Form { .. } | Self::Issues(_) => 422,
            Self::Claimed(_) | Self::KeyInUse { .. } => 409,
            Self::Engine(_) => 500,
        }
    }

    /// A stable word for machines.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::PreconditionMissing => "precondition_required",
            Self::PreconditionFailed { .. } => "precondition_failed",
            Self::Form { .. } => "invalid_document",
            Self::Issues(_) => "issues",
            Self::Claimed(_) => "app_claimed",
            Self::KeyInUse { .. } => "key_in_use",
            Self::Engine(_) => "internal",
        }
    }
}

impl From<DocumentError> for ConfigError {
    fn from(DocumentError { path, reason }: DocumentError) -> Self {
        // Of text that is no JSON, no place is known.
        let path = if path == "?" { ".".to_owned() } else { path };
        Self::Form { path, reason }
    }
}

impl From<SqlError> for ConfigError {
    fn from(error: SqlError) -> Self {
        Self::Engine(error.into())
    }
}

fn list(apps: &[AppAddress]) -> String {
    apps.iter().map(address_key).collect::<Vec<_>>().join(", ")
}
