//! A call that is not carried out, and the way on.

use daicho_core::validation::{Issue, Text};

use super::way;
use crate::binding::{Reason, WaiveError};
use crate::config::ConfigError;
use crate::delivery::DeletionsError;
use crate::delivery::letters::DiscardError;
use crate::error::EngineError;
use crate::kintone::Failure;
use crate::port::SqlError;
use crate::secret::SecretError;

/// A call that is not carried out. Nothing was changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// The HTTP status that says it.
    pub status: u16,
    /// A stable word for machines.
    pub reason: String,
    /// What to do, for people.
    pub text: Text,
    /// What is wrong with a document.
    pub issues: Vec<Issue>,
}

impl Refusal {
    /// A refusal with its two texts.
    pub(super) fn new(status: u16, reason: &str, ja: &str, en: &str) -> Self {
        let text = Text::of(ja, en);
        Self { status, reason: reason.to_owned(), text, issues: Vec::new() }
    }

    pub(super) fn role_needed() -> Self {
        Self::new(
            403,
            "role_needed",
            "この操作には、StripeダッシュボードのAdministrator（管理者）またはDeveloper（開発者）のロールが必要です。管理者に依頼してください。",
            "This needs the Administrator or Developer role of the Stripe Dashboard. Ask one of them to do it.",
        )
    }

    pub(super) fn may_not_read() -> Self {
        Self::new(
            403,
            "reading_not_allowed",
            "この内容を表示できるロールがありません。表示が必要な場合は、管理者に依頼してください。",
            "None of your roles may see this. Ask an administrator if you need to.",
        )
    }

    pub(super) fn unreadable_request() -> Self {
        Self::new(
            400,
            "invalid_request",
            "画面とサーバーのバージョンが合っていません。ページを再読み込みしてください。",
            "The view and the server are of different versions. Reload the page.",
        )
    }

    pub(super) fn not_configured() -> Self {
        Self::new(
            409,
            "not_configured",
            "まだ設定されていません。設定画面でkintoneアプリを接続してください。",
            "Nothing is configured yet. Connect a kintone app in the settings.",
        )
    }

    /// What is stored came from another version.
    pub(super) fn configuration_unreadable() -> Self {
        Self::new(
            409,
            "configuration_unreadable",
            "保存されている設定を、このバージョンのDaichoは読み取れません。管理者にDaichoの更新を依頼してください。それまでの変更は預かっておきます。",
            "This version of Daicho cannot read the stored settings. Ask an administrator to update it. Changes are kept until then.",
        )
    }

    pub(super) fn changed_meanwhile() -> Self {
        Self::new(
            412,
            "changed_meanwhile",
            "ほかの人が設定を変更しました。ページを再読み込みして、もう一度変更してください。",
            "Somebody else changed the settings meanwhile. Reload the page and make your change again.",
        )
    }

    pub(super) fn not_paused() -> Self {
        Self::new(
            409,
            "not_paused",
            "すでに再開しています。ページを再読み込みしてください。",
            "It goes on already. Reload the page.",
        )
    }

    pub(super) fn deletions_changed() -> Self {
        Self::new(
            409,
            "deletions_changed",
            "削除する件数が変わったため、まだ削除していません。ページを再読み込みし、件数を確かめてください。",
            "The number of records to be deleted changed, so nothing was deleted yet. Reload the page and look at it again.",
        )
    }

    pub(super) fn no_such_failure() -> Self {
        Self::new(
            409,
            "no_such_failure",
            "すでに解決しているか、対応済みです。ページを再読み込みしてください。",
            "It was solved or dealt with already. Reload the page.",
        )
    }

    pub(super) fn internal() -> Self {
        Self::new(
            500,
            "internal",
            "サーバーで問題が起きました。ページを再読み込みして状態を確かめてから、もう一度お試しください。",
            "Something went wrong on the server. Reload the page to see how things stand, then try again.",
        )
    }

    /// What kintone's answer says about a connection.
    pub(super) fn of_kintone(failure: &Failure) -> Self {
        match failure {
            Failure::Configuration(problem) => Self::of_reason(Reason::from(*problem)),
            _ => Self::new(
                502,
                "kintone_unreachable",
                "kintoneから応答がありません。ドメインを確かめ、少し待ってから、もう一度お試しください。",
                "kintone does not answer. Check the domain and try again in a moment.",
            ),
        }
    }

    /// Why an app cannot be used.
    pub(super) fn of_reason(reason: Reason) -> Self {
        Self { status: 422, reason: reason.code().to_owned(), text: way::of(reason), issues: Vec::new() }
    }
}

impl From<EngineError> for Refusal {
    fn from(_: EngineError) -> Self {
        Self::internal()
    }
}

impl From<SqlError> for Refusal {
    fn from(_: SqlError) -> Self {
        Self::internal()
    }
}

impl From<ConfigError> for Refusal {
    fn from(error: ConfigError) -> Self {
        match error {
            ConfigError::PreconditionMissing | ConfigError::PreconditionFailed { .. } => {
                Self::changed_meanwhile()
            }
            ConfigError::Form { path, reason } => Self::new(
                422,
                "invalid_document",
                &format!("設定の内容に誤りがあります（{path}: {reason}）。"),
                &format!("The document has a mistake ({path}: {reason})."),
            ),
            ConfigError::Issues(issues) => {
                let refusal = Self::new(
                    422,
                    "issues",
                    "設定に問題があるため、保存していません。表示された内容を直してください。",
                    "There are problems, so nothing was stored. Correct what is shown.",
                );
                Self { issues, ..refusal }
            }
            ConfigError::Claimed(_) => Self::of_reason(Reason::ClaimedElsewhere),
            ConfigError::KeyInUse { .. } => Self::new(
                409,
                "key_in_use",
                "送信したレコードの結果をkintoneが返すまで、キー項目は変更できません。書き込みが止まっているときは先に再開し、数分たってから、もう一度保存してください。",
                "The key cannot change while kintone has not said what became of records that were sent. Resume what is paused, and save again in a few minutes.",
            ),
            ConfigError::Engine(error) => error.into(),
        }
    }
}

impl From<SecretError> for Refusal {
    fn from(error: SecretError) -> Self {
        match error {
            SecretError::NotAName | SecretError::NotAHeaderValue { .. } => Self::new(
                422,
                "invalid_token",
                "APIトークンに使えない文字が含まれています。kintoneの画面からコピーし直してください。",
                "The API token holds characters that cannot be. Copy it again from kintone's screen.",
            ),
            SecretError::Missing { .. } => Self::of_reason(Reason::SecretMissing),
            SecretError::UnknownKey { .. } | SecretError::DoesNotOpen { .. } => {
                Self::of_reason(Reason::SecretUnreadable)
            }
            SecretError::Sql(error) => error.into(),
        }
    }
}

impl From<WaiveError> for Refusal {
    fn from(error: WaiveError) -> Self {
        match error {
            WaiveError::OtherName => Self::new(
                422,
                "other_app_name",
                "アプリ名が一致しません。kintoneに表示されているとおりに入力してください。",
                "The app has another name. Type it exactly as kintone shows it.",
            ),
            WaiveError::NotHeld { .. } => Self::new(
                409,
                "not_held",
                "すでに書き込みが許可されています。ページを再読み込みしてください。",
                "Writing is allowed already. Reload the page.",
            ),
            WaiveError::Unread { .. } | WaiveError::Access(_) => Self::new(
                502,
                "app_name_unread",
                "アプリ名を読み取れませんでした。接続設定を確かめ、もう一度お試しください。",
                "The app's name could not be read. Check the connection and try again.",
            ),
            WaiveError::Engine(error) => error.into(),
        }
    }
}

impl From<DiscardError> for Refusal {
    fn from(error: DiscardError) -> Self {
        match error {
            DiscardError::Reason => Self::new(
                422,
                "reason_needed",
                "理由を1〜500文字で入力してください。",
                "Say why, in 1 to 500 characters.",
            ),
            DiscardError::NoSuchLetter { .. } => Self::no_such_failure(),
            DiscardError::Engine(error) => error.into(),
        }
    }
}

impl From<DeletionsError> for Refusal {
    fn from(error: DeletionsError) -> Self {
        match error {
            DeletionsError::NoneWait { .. } => Self::new(
                409,
                "none_wait",
                "確認が必要な削除はありません。ページを再読み込みしてください。",
                "No deletion waits to be confirmed. Reload the page.",
            ),
            DeletionsError::Engine(error) => error.into(),
        }
    }
}
