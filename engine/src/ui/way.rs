//! Why a target is not written to, and the way on in the views: screens and buttons, where the status has
//! commands.

use daicho_core::validation::Text;

use crate::binding::{Binding, Reason};

/// The button that has a paused target checked at once.
const RESUME: (&str, &str) =
    ("設定の［書き込みを再開する］を押してください。", "Then press \"Go on writing\" in the settings.");

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
        Reason::ManyDeletions => (
            "多くのレコードが削除されようとしているため、書き込みを保留しています。設定の［書き込みの状態］で件数を確かめ、削除するか残すかを選んでください。",
            "Many records are about to be deleted, so nothing is written. See how many under \"How writing stands\" in the settings, then delete or keep them.",
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
            "kintone refuses many records for the same reason, so nothing is written. Correct the form or the mapping, then press \"Go on writing\" in the settings.",
        ),
        other => return other.text(),
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
            assert!(!ja.contains("daicho ") && !en.contains("daicho "), "{ja} {en}");
        }
    }
}
