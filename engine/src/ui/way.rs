//! Why a target is not written to, and the way on in the views: screens and buttons, where the status has
//! commands.

use daicho_core::validation::Text;

use crate::binding::{Binding, Reason, State};
use crate::error::EngineError;
use crate::kintone::breaker;
use crate::kintone::budget::budget;
use crate::port::{Millis, Query};

/// The button that has a paused target checked at once.
const RESUME: (&str, &str) =
    ("設定の［書き込みを再開する］を押してください。", "Then press \"Resume writing\" in the settings.");

/// The code of a target that is written to again at 09:00.
const RESTING: &str = "resting";

/// Why what waits for an active target waits longer than a moment: the day's requests (`share`) are used up, or
/// kintone does not answer. A code, and what to say.
pub(super) fn delayed(
    sql: &(impl Query + ?Sized),
    binding: &Binding,
    share: u32,
    now: Millis,
) -> Result<Option<(&'static str, Text)>, EngineError> {
    if binding.state != State::Active {
        return Ok(None);
    }
    if budget(sql, &binding.address, share, now)?.is_spent() {
        let text = Text::of(
            "今日のリクエスト数が上限に達したため、書き込みを休止しています。9:00に自動で再開します。",
            "Today's requests are used up, so nothing is written. Writing resumes by itself at 09:00 in Japan.",
        );
        return Ok(Some((RESTING, text)));
    }
    let is_silent = binding.attempts > 0
        || breaker::open(sql)?.iter().any(|troubled| troubled.domain == binding.address.domain);
    Ok(is_silent.then(|| (Reason::Retrying.code(), of(Reason::Retrying))))
}

/// Why a target is not written to, and what to do in the views.
pub(super) fn on(binding: &Binding) -> Option<Text> {
    match (binding.reason, &binding.refused) {
        (Some(Reason::ManyRefused), Some(refused)) => Some(refused.text_with(RESUME.0, RESUME.1)),
        (reason, _) => reason.map(of),
    }
}

/// The same of a reason alone.
pub(super) fn of(reason: Reason) -> Text {
    let (ja, en) = match reason {
        Reason::RecordsFound => (
            "アプリに既存のレコードがあるため、書き込みを保留しています。設定の［書き込みの状態］でアプリ名を入力すると、書き込みを始められます。",
            "The app already has records, so nothing is written. To begin, type the app's name under \"Writing status\" in the settings.",
        ),
        Reason::KeyNotFilled => (
            "追加したレコードのキー項目が空でした。重複を防ぐため、書き込みを止めています。kintoneでキー項目の設定を確かめ、そのレコードを削除してから、設定の［書き込みを再開する］を押してください。",
            "A record that was added has an empty key field. Writing stopped so that no duplicates appear. Check the key field in kintone, delete that record, then press \"Resume writing\" in the settings.",
        ),
        Reason::TokenTwice => (
            "同じアプリのAPIトークンが2つ指定されています。接続設定のAPIトークンを1つにするよう、サーバーの管理者に依頼してください。",
            "Two API tokens of one app are stored. Ask the server's administrator to leave one of them in the connections.",
        ),
        Reason::ManyDeletions => (
            "多くのレコードが削除されようとしているため、書き込みを保留しています。設定の［書き込みの状態］で件数を確かめ、削除するか残すかを選んでください。",
            "Many records are about to be deleted, so nothing is written. See how many under \"Writing status\" in the settings, then delete or keep them.",
        ),
        Reason::MappingIssues => (
            "マッピングがアプリのフォームに合わなくなりました。設定の［マッピング］で問題を確かめ、フォームまたはマッピングを直してください。",
            "The mapping no longer fits the app's form. See \"Mapping\" in the settings, then correct the form or the mapping.",
        ),
        Reason::SecretMissing => (
            "APIトークンが登録されていません。設定の［kintoneアプリの接続］で入力してください。",
            "The API token is not stored. Enter it under \"kintone apps\" in the settings.",
        ),
        Reason::SecretUnreadable => (
            "登録されたAPIトークンを読み取れません。設定の［kintoneアプリの接続］で入力し直してください。",
            "The stored API token cannot be read. Enter it again under \"kintone apps\" in the settings.",
        ),
        Reason::ManyRefused => (
            "kintoneが多くのレコードを同じ理由で受け付けないため、書き込みを止めています。フォームかマッピングを直してから、設定の［書き込みを再開する］を押してください。",
            "kintone refuses many records for the same reason, so nothing is written. Correct the form or the mapping, then press \"Resume writing\" in the settings.",
        ),
        other => return other.text(),
    };
    Text::of(ja, en)
}

/// Why a job waits, cannot go on, or leaves a target out: `said` where that is the same in the views.
pub(super) fn of_code(code: &str, said: &Text) -> Text {
    let (ja, en) = match code {
        "stripe_key_other_account" => (
            "登録されているStripeのAPIキーが、別のアカウントのものです。サーバーの管理者に、このアカウントのキーの登録を依頼してください。",
            "The stored Stripe key is another account's. Ask the server's administrator to store this account's key.",
        ),
        "stripe_key_other_mode" => (
            "登録されているStripeのAPIキーのモード（本番・テスト）が異なります。サーバーの管理者に、正しいキーの登録を依頼してください。",
            "The stored Stripe key is of the other mode (live or test). Ask the server's administrator to store the right one.",
        ),
        code => return Reason::from_code(code).map_or_else(|| said.clone(), of),
    };
    Text::of(ja, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_reason_sends_a_person_in_the_views_to_the_command_line() {
        for reason in Reason::ALL {
            let Text { ja, en } = of(*reason);
            for word in ["daicho ", "token_refs"] {
                assert!(!ja.contains(word) && !en.contains(word), "{ja} {en}");
            }
        }
    }
}
