//! Why a target is not written to, and the way on.

use daicho_core::kintone::ConfigProblem;
use daicho_core::validation::Text;

macro_rules! reasons {
    ($($reason:ident $code:literal $ja:literal $en:literal)*) => {
        /// Why a target is not written to.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Reason {
            $(#[doc = $en] $reason,)*
        }

        impl Reason {
            /// Every reason there is.
            pub const ALL: &'static [Self] = &[$(Self::$reason,)*];

            /// The stable code, as it is stored.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$reason => $code,)* }
            }

            /// What to do about it.
            #[must_use]
            pub fn text(self) -> Text {
                match self {
                    $(Self::$reason => Text::of($ja, $en),)*
                }
            }
        }
    };
}

reasons! {
    RecordsFound "records_found"
        "アプリに既存のレコードがあるため、書き込みを止めています。「daicho waive」でアプリ名を指定して、書き込みを許可してください。"
        "The app already has records, so nothing is written. Let writing begin by giving the app's name to `daicho waive`."
    ManyDeletions "many_deletions"
        "1日の削除件数が多いため、書き込みを止めています。「daicho deletions」で件数を確かめ、削除する（approve）か、残す（drop）かを選んでください。"
        "Unusually many records are to be deleted today, so nothing is written. See `daicho deletions`, then approve or drop them."
    Retrying "retrying"
        "kintoneへのリクエストが失敗しました。自動で再試行しますので、しばらくお待ちください。"
        "Requests to kintone fail. They are tried again by themselves; nothing has to be done."
    NotChecked "not_checked"
        "kintoneのフォームをまだ確認できていません。自動で確認しますので、しばらくお待ちください。"
        "The app's form has not been read yet. It is tried again by itself."
    ClaimUnknown "claim_unknown"
        "アプリをほかで使っていないか、まだ確認できていません。自動で確認しますので、しばらくお待ちください。"
        "Whether another Stripe account uses the app is not known yet. It is tried again by itself."
    ClaimedElsewhere "claimed_elsewhere"
        "このアプリは別のStripeアカウント（またはモード）の書き込み先になっています。そちらの接続設定からアプリを外すか、別のアプリを指定してください。"
        "Another Stripe account or mode writes to this app. Take the app out of its connections, or name another app here."
    MappingIssues "mapping_issues"
        "マッピングがアプリのフォームに合わなくなりました。「daicho check」で内容を確かめ、フォームまたはマッピングを直してください。"
        "The mapping no longer fits the app's form. See `daicho check`, then correct the form or the mapping."
    KeyNotFilled "key_not_filled"
        "追加したレコードのキー項目が空でした。重複を防ぐため書き込みを止めています。キー項目の設定を確かめ、そのレコードを削除してから、「daicho resume」で再開してください。"
        "A record that was added has an empty key field. Writing stopped so that no duplicates appear. Check the key field, delete that record, then go on with `daicho resume`."
    SecretMissing "secret_missing"
        "接続設定が使うAPIトークンなどが登録されていません。設定画面でAPIトークンを入力するか、「daicho secret set」で登録してください。"
        "A secret that the connections name is not stored. Enter the API token in the settings, or store it with `daicho secret set`."
    SecretUnreadable "secret_unreadable"
        "登録されたAPIトークンなどを読み取れません。設定画面でAPIトークンを入力し直すか、「daicho secret set」で登録し直してください。"
        "A stored secret does not open. Enter the API token again in the settings, or store it again with `daicho secret set`."
    HostRefused "host_refused"
        "kintoneのドメインではありません。example.cybozu.com の形のドメインを指定してください。"
        "The domain is none of kintone's. Give one like example.cybozu.com."
    NoConnection "no_connection"
        "マッピングのアプリが接続設定にありません。接続設定にアプリを追加してください。"
        "The connections do not name the mapping's app. Add it to the connections."
    TokenUnknown "token_unknown"
        "APIトークンが正しくないか、まだ有効になっていません。kintoneの［アプリの設定 > APIトークン］で確かめて［保存］し、［アプリを更新］を押してから、登録し直してください。"
        "The API token is wrong or not active yet. Check it under App Settings > API Token, save, press \"Update App\", and store it again."
    TokenLacksRight "token_lacks_right"
        "APIトークンの権限が足りません。［アプリの設定 > APIトークン］でレコード閲覧・追加・編集（削除もする設定なら削除）にチェックを入れ、［アプリを更新］を押してください。"
        "The API token lacks a right. Tick view, add and edit records (and delete, where the mapping deletes) under App Settings > API Token and press \"Update App\"."
    TokenForOtherApp "token_for_other_app"
        "APIトークンが別のアプリのものです。このアプリの［アプリの設定 > APIトークン］で生成したものを登録してください。"
        "The API token belongs to another app. Store one generated under this app's App Settings > API Token."
    TokenTwice "token_twice"
        "同じアプリのAPIトークンが2つ指定されています。接続設定の token_refs を1つにしてください。"
        "Two API tokens of one app were sent. Leave one of them in the connections' `token_refs`."
    NotAuthenticated "not_authenticated"
        "kintoneが認証を受け付けません。APIトークンと、Basic認証をお使いの場合はそのユーザー名とパスワードを確かめてください。"
        "kintone does not accept the credentials. Check the API token and, where the site uses Basic authentication, its user and password."
    AppNotFound "app_not_found"
        "アプリが見つかりません。kintoneでアプリを開き、URLにあるアプリ番号を確かめてください。"
        "There is no such app. Open it in kintone and check its number, which stands in the URL."
    GuestSpace "guest_space"
        "ゲストスペースの指定が合っていません。kintoneでアプリを開き、そのURL（ゲストスペースなら /k/guest/番号/ を含みます）のとおりに指定してください。"
        "The guest space is not the app's. Open the app in kintone and give the guest space as its URL has it (/k/guest/number/)."
    NoPrivilege "no_privilege"
        "アプリを使う権限がありません。APIトークンの権限と、ゲストスペースの指定を確かめてください。"
        "There is no right to this app. Check the API token's rights and the guest space."
    Blocked "blocked"
        "接続を拒否されましたが、kintoneから理由を得られません。kintoneのIPアドレス制限（接続元のIPアドレスは固定できません）、Basic認証、アプリのアクセス権を確かめてください。"
        "The request was refused, and kintone gives no reason. Check whether the site allows only certain IP addresses (ours are not fixed) or uses Basic authentication, and the app's permissions."
    FieldRight "field_right"
        "フィールドを編集する権限がありません。［アプリの設定 > アクセス権 > フィールド］とAPIトークンの権限を確かめてください。"
        "A field may not be edited. Check App Settings > Permissions > Fields, and the API token's rights."
    ManyRefused "many_refused"
        "kintoneが多くのレコードを同じ理由で受け付けないため、書き込みを止めています。フォームかマッピングを直してから、「daicho resume」で再開してください。"
        "kintone refuses many records for the same reason, so nothing is written. Correct the form or the mapping, then go on with `daicho resume`."
    WrongAddress "wrong_address"
        "kintone以外の応答がありました。ドメインと、kintoneがIPアドレス制限で接続を断っていないかを確かめてください。"
        "Something other than kintone answered. Check the domain, and whether the site allows only certain IP addresses."
}

impl Reason {
    /// The reason of a stored code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.code() == code)
    }

    /// Whether only a person can let it go on, by their word or a changed target, so that trying again by itself
    /// would do harm.
    #[must_use]
    pub(crate) fn waits_for_a_person(self) -> bool {
        matches!(self, Self::KeyNotFilled)
    }
}

impl From<ConfigProblem> for Reason {
    fn from(problem: ConfigProblem) -> Self {
        match problem {
            ConfigProblem::TokenUnknown => Self::TokenUnknown,
            ConfigProblem::TokenLacksRight => Self::TokenLacksRight,
            ConfigProblem::TokenForOtherApp => Self::TokenForOtherApp,
            ConfigProblem::TokenTwice => Self::TokenTwice,
            ConfigProblem::NotAuthenticated => Self::NotAuthenticated,
            ConfigProblem::AppNotFound => Self::AppNotFound,
            ConfigProblem::GuestSpace => Self::GuestSpace,
            ConfigProblem::NoPrivilege => Self::NoPrivilege,
            ConfigProblem::Blocked => Self::Blocked,
            ConfigProblem::FieldRight => Self::FieldRight,
            ConfigProblem::WrongAddress => Self::WrongAddress,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_found_by_its_code() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_code(reason.code()), Some(*reason));
        }
    }

    #[test]
    fn every_reason_says_the_way_on_in_both_languages() {
        for reason in Reason::ALL {
            let text = reason.text();
            assert!(text.ja.ends_with("ください。"), "{}", text.ja);
            assert!(text.en.is_ascii() && text.en.ends_with('.'), "{}", text.en);
        }
    }
}
