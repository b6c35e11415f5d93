//! What people are told of jobs.

use std::collections::BTreeMap;

use daicho_core::validation::Text;
use serde::{Deserialize, Serialize};

use super::reconcile;
use super::row::{self, Name, Row, State};
use crate::binding::Reason;
use crate::config::ConfigError;
use crate::error::EngineError;
use crate::port::{Millis, Query, SqlError};
use crate::trap;

/// Why a job cannot go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A stable word.
    pub code: String,
    /// Why, and what to do.
    pub text: Text,
}

impl Problem {
    /// The problem that a binding has, or would have.
    pub(super) fn of_reason(reason: Reason) -> Self {
        Self { code: reason.code().to_owned(), text: reason.text() }
    }

    /// The problem of this code.
    pub(super) fn of(code: &str) -> Self {
        let (ja, en) = match code {
            "stripe_key_other_account" => (
                "StripeのAPIキーが別のアカウントのものです。このアカウントのキーを「daicho secret set」で登録し、もう一度始めてください。",
                "The Stripe key is another account's. Store this account's key with `daicho secret set` and start again.",
            ),
            "stripe_key_other_mode" => (
                "StripeのAPIキーのモード（本番・テスト）が異なります。正しいモードのキーを「daicho secret set」で登録し、もう一度始めてください。",
                "The Stripe key is of the other mode (live or test). Store the right one with `daicho secret set` and start again.",
            ),
            "stripe_list_moves" => (
                "Stripeの一覧を最後まで読めませんでした。しばらくしてからもう一度始めてください。",
                "Stripe's list could not be read to its end. Start again in a while.",
            ),
            trap::CODE => (
                "処理が3回続けて異常終了したため、止めました。ほかの処理は続いています。Daichoを更新してから、もう一度始めてください。",
                "It panicked three times and was ended; everything else goes on. Update Daicho, then start it again.",
            ),
            _ => ("処理を続けられませんでした。もう一度始めてください。", "It could not go on. Start again."),
        };
        Self { code: code.to_owned(), text: Text::of(ja, en) }
    }
}

/// How a job stood last. Times are milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Whether it goes on.
    pub state: State,
    /// When it began.
    pub begun: Millis,
    /// When its last step was done.
    pub updated: Millis,
    /// The code of what it failed of, or of what its last step met and which is tried again.
    pub last_error: Option<String>,
    /// What a comparison found otherwise than it should be, by class; empty of other jobs.
    pub found: BTreeMap<String, u64>,
}

/// How each job stood last, by its name; of those that were begun once.
pub(crate) fn summaries(sql: &(impl Query + ?Sized)) -> Result<BTreeMap<&'static str, Summary>, EngineError> {
    let mut summaries = BTreeMap::new();
    for name in Name::ALL {
        if let Some(row) = row::get(sql, name)? {
            let found = if name == Name::Reconcile { reconcile::found(&row)? } else { BTreeMap::new() };
            let Row { state, begun, updated, last_error, .. } = row;
            summaries.insert(name.as_str(), Summary { state, begun, updated, last_error, found });
        }
    }
    Ok(summaries)
}

/// A job was not begun or ended as asked.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// One of its kind goes on.
    #[error("it is running already: wait for its end, or cancel it first")]
    Running(Name),
    /// None of its kind goes on.
    #[error("it is not running")]
    NotRunning(Name),
    /// A document is missing.
    #[error("the tenant is not configured: put the mapping and the connections first (`daicho push`)")]
    NotConfigured,
    /// The mapping that was sent along cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The engine could not go on.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<SqlError> for JobError {
    fn from(error: SqlError) -> Self {
        Self::Engine(error.into())
    }
}
