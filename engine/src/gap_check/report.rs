//! How the gap check stands, for the status.

use daicho_core::validation::Text;
use serde::Serialize;

use crate::error::EngineError;
use crate::gap_check::NAME;
use crate::port::{Millis, Query};

/// How the gap check stands. Times are milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GapCheck {
    /// Whether one is under way.
    pub under_way: bool,
    /// When the last one ended; `None` before the first.
    pub completed: Option<Millis>,
    /// When the next one begins; `None` while one is under way.
    pub next: Option<Millis>,
    /// Events that the endpoint asks for, compared by the check under way or the last one.
    pub compared: i64,
    /// Of those, the ones that had not come.
    pub missing: i64,
    /// Found by all checks so far.
    pub found: i64,
    /// `false` where the last check compared events and not one had come by webhook.
    pub webhooks_arrive: bool,
    /// The code of the error that the check under way met.
    pub last_error: Option<String>,
    /// What is to be done; `None` when nothing.
    pub text: Option<Text>,
}

impl GapCheck {
    /// Reads it; `None` before the tenant is configured.
    ///
    /// # Errors
    /// SQLite's refusal.
    pub fn read(query: &(impl Query + ?Sized)) -> Result<Option<Self>, EngineError> {
        let sql = "SELECT begun IS NOT NULL, completed, compared, missing, found, silent, last_error,
                     (SELECT due FROM timer WHERE name = ?1) FROM gap_check";
        let rows = query.query(sql, &[NAME.into()])?;
        let Some(row) = rows.first() else { return Ok(None) };
        let (silent, last_error) = (row.integer(5)? != 0, row.optional_text(6)?.map(str::to_owned));
        Ok(Some(Self {
            under_way: row.integer(0)? != 0,
            completed: row.optional_integer(1)?,
            next: row.optional_integer(7)?,
            compared: row.integer(2)?,
            missing: row.integer(3)?,
            found: row.integer(4)?,
            webhooks_arrive: !silent,
            text: last_error.as_deref().map(of_error).or_else(|| silent.then(of_silence)),
            last_error,
        }))
    }
}

fn of_silence() -> Text {
    Text {
        ja: "StripeのWebhookが届いていません。変更は1時間ごとの確認で取り込んでいます。StripeダッシュボードでWebhookの送信先と署名シークレットを確認してください。".to_owned(),
        en: "Stripe's webhooks do not arrive; changes are taken in by the hourly check. See the endpoint's address and signing secret in the Stripe Dashboard.".to_owned(),
    }
}

fn of_error(code: &str) -> Text {
    let (ja, en) = match code {
        "stripe_key_of_another_account" | "stripe_key_other_mode" => (
            "Stripeのキーが別のアカウントまたは別のモードのものです。「daicho secret set」で登録し直してください。",
            "The Stripe key is of another account or mode: store the right one with `daicho secret set`.",
        ),
        "stripe_401"
        | "stripe_403"
        | "stripe_key_missing"
        | "stripe_key_does_not_open"
        | "stripe_key_malformed" => (
            "Stripeのキーでイベントの一覧を読み取れません。キーとその権限（イベントの読み取り）を確認してください。",
            "The Stripe key cannot list events: see to the key and its permission to read events.",
        ),
        _ => (
            "Stripeのイベントの一覧をまだ読み取れません。自動で再試行します。",
            "Stripe's list of events cannot be read yet; it is tried again by itself.",
        ),
    };
    Text::of(ja, en)
}
