//! kintone's texts in the two languages that the sandbox speaks.

use super::behaviour::Language;

/// One text in Japanese and English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    ja: String,
    en: String,
}

impl Message {
    /// A text given in both languages.
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ja: ja.into(), en: en.into() }
    }

    /// The text in one language.
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::Ja => &self.ja,
            Language::En => &self.en,
        }
    }
}

// Texts of which a capture of the real service exists.

pub(crate) fn required() -> Message {
    Message::new("必須です。", "Required.")
}
pub(crate) fn parameter_required() -> Message {
    Message::new("必須です。", "Required field.")
}
pub(crate) fn at_least_one() -> Message {
    Message::new("最小でも1以上です。", "must be greater than or equal to 1")
}
pub(crate) fn duplicate() -> Message {
    Message::new("値がほかのレコードと重複しています。", "This value already exists in another record.")
}
/// kintone names the first length that is too long.
pub(crate) fn too_long(max: usize) -> Message {
    let limit = max + 1;
    Message::new(
        format!("{limit}文字より短くなければなりません。"),
        format!("Enter less than {limit} characters."),
    )
}
/// kintone names the last length that is too short.
pub(crate) fn too_short(min: usize) -> Message {
    let limit = min.saturating_sub(1);
    Message::new(
        format!("{limit}文字より長くなければなりません。"),
        format!("Enter more than {limit} characters."),
    )
}
pub(crate) fn above_maximum(max: &str) -> Message {
    Message::new(format!("{max}以下である必要があります。"), format!("The value must be {max} or less."))
}
pub(crate) fn below_minimum(min: &str) -> Message {
    Message::new(format!("{min}以上である必要があります。"), format!("The value must be {min} or more."))
}
pub(crate) fn not_a_number() -> Message {
    Message::new("数字でなければなりません。", "Only numbers are allowed.")
}
pub(crate) fn not_an_option(value: &str) -> Message {
    Message::new(
        format!("\"{value}\"は選択肢にありません。"),
        format!("The value, \"{value}\", is not in options."),
    )
}
pub(crate) fn between_one_and_a_hundred_deleted() -> Message {
    Message::new(
        "一度に1件から100件までのレコードを削除できます。",
        "Between 1 and 100 records can be deleted at one time.",
    )
}
pub(crate) fn at_most_a_hundred_added() -> Message {
    Message::new(
        "一度に100件までのレコードを追加できます。",
        "A maximum of 100 records can be added at one time.",
    )
}
pub(crate) fn at_most_a_hundred_updated() -> Message {
    Message::new(
        "一度に100件までのレコードを更新できます。",
        "A maximum of 100 records can be updated at one time.",
    )
}

// The Japanese text is documented, the English is ours.

pub(crate) fn too_many_digits() -> Message {
    Message::new("有効桁数を超えています。", "The number exceeds the significant digits.")
}
pub(crate) fn wrong_query() -> Message {
    Message::new("クエリ記法が間違っています。", "The query syntax is wrong.")
}

// Our own words: the code and the key are kintone's, the wording is not known.

pub(crate) fn not_a_url() -> Message {
    Message::new("URLの形式が正しくありません。", "The URL format is not correct.")
}
pub(crate) fn not_a_mail_address() -> Message {
    Message::new("メールアドレスの形式が正しくありません。", "The e-mail address format is not correct.")
}
pub(crate) fn not_a_phone_number() -> Message {
    Message::new("電話番号の形式が正しくありません。", "The phone number format is not correct.")
}
pub(crate) fn no_line_break() -> Message {
    Message::new("改行を含めることはできません。", "Line breaks are not allowed.")
}
pub(crate) fn not_a_date() -> Message {
    Message::new(
        "日付の形式が正しくありません（例：2026-01-31）。",
        "The date format is not correct (for example 2026-01-31).",
    )
}
pub(crate) fn not_a_datetime() -> Message {
    Message::new(
        "日時の形式が正しくありません（例：2026-01-31T03:04:00Z）。",
        "The date and time format is not correct (for example 2026-01-31T03:04:00Z).",
    )
}
pub(crate) fn not_a_time() -> Message {
    Message::new(
        "時刻の形式が正しくありません（例：09:30）。",
        "The time format is not correct (for example 09:30).",
    )
}
pub(crate) fn not_an_integer() -> Message {
    Message::new("整数を指定してください。", "Specify an integer.")
}
pub(crate) fn not_an_array() -> Message {
    Message::new("配列（名前[0]=…）で指定してください。", "Specify an array (name[0]=…).")
}
pub(crate) fn update_key_unusable() -> Message {
    Message::new(
        "「値の重複を禁止する」を設定した文字列（1行）または数値フィールドを指定してください。",
        "Specify a text or number field that prohibits duplicate values.",
    )
}
pub(crate) fn update_key_repeated() -> Message {
    Message::new(
        "updateKeyに指定したフィールドはrecordに含められません。",
        "The field of updateKey must not be repeated in record.",
    )
}
pub(crate) fn cursor_size() -> Message {
    Message::new("sizeには1から500までの値を指定してください。", "size must be between 1 and 500.")
}
pub(crate) fn cursor_without_limit() -> Message {
    Message::new(
        "カーソルのクエリにlimitとoffsetは指定できません。",
        "limit and offset cannot be used in the query of a cursor.",
    )
}
pub(crate) fn at_most_twenty_requests() -> Message {
    Message::new(
        "一度に20件までのリクエストを実行できます。",
        "A maximum of 20 requests can be run at one time.",
    )
}
