//! Why a rule is suggested, and why a field has none, in Japanese and English.

use crate::text_search;
use crate::validation::Text;

/// A text with a name in it.
macro_rules! text {
    ($ja:literal, $en:literal $(, $name:expr)?) => {
        Text { ja: filled($ja, &[$($name)?]), en: filled($en, &[$($name)?]) }
    };
}

/// How a field was recognised.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum How {
    /// By its label or code.
    Named(String),
    /// By a part of its label or code.
    NamedInPart(String),
    Options,
    Type,
    /// A table, by its columns.
    Columns,
    /// A lookup, by the key of the app that it looks into.
    Lookup(String),
}

/// What a person should know of a rule.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Note {
    /// A figure is of one currency.
    Currency(&'static str),
    /// Stripe's values without an option.
    NoOption(String),
    /// Only the first element of a list is looked at.
    FirstOnly,
    /// Taken from the metadata of this name.
    Metadata(String),
    IfEmpty,
    /// A monthly amount stands in for what is charged each time.
    PerMonth,
    /// Drafts have no number.
    WithoutDrafts,
}

/// Why a field has no rule.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Why {
    Nothing,
    NotWritable,
    Copied(String),
    /// The name is known, and the field cannot hold what it means.
    Misfit,
    /// The options are not those of what the name means.
    OtherOptions,
    /// The company's own number.
    OwnNumber,
    /// A lookup whose key is not known.
    LookupKey(String),
    /// A table without a column that tells its rows apart.
    NoRowKey,
    /// No field can hold the key.
    NoKey,
}

impl How {
    pub(super) fn text(&self) -> Text {
        match self {
            Self::Named(name) => text!("「{}」という名前から", "by the name \"{}\"", name),
            Self::NamedInPart(name) => {
                text!("「{}」という名前の一部から", "by a part of the name \"{}\"", name)
            }
            Self::Options => text!("選択肢から", "by the options"),
            Self::Type => text!("フィールドの種類から", "by the type of the field"),
            Self::Columns => text!("列の名前から", "by the names of its columns"),
            Self::Lookup(key) => {
                text!("ルックアップ先のキー「{}」から", "by the key \"{}\" of the lookup", key)
            }
        }
    }
}

impl Note {
    pub(super) fn text(&self) -> Text {
        match self {
            Self::Currency(code) => {
                text!(
                    "通貨は{}です。違うときは直してください。",
                    "In {}; correct the currency if it is another.",
                    code
                )
            }
            Self::NoOption(values) => text!(
                "Stripeの値 {} に当たる選択肢がありません。",
                "There is no option for Stripe's {}.",
                values
            ),
            Self::FirstOnly => text!("商品が複数あるときは最初の1つです。", "Of several items, the first."),
            Self::Metadata(name) => text!(
                "Stripeに項目がないので、メタデータ「{}」があれば使います。",
                "Stripe has no place for it: taken from the metadata \"{}\", where there is any.",
                name
            ),
            Self::IfEmpty => text!(
                "kintoneで空のときだけ書き込みます。",
                "Written only while the field is empty in kintone."
            ),
            Self::PerMonth => text!("1か月あたりの金額です。", "The amount per month."),
            Self::WithoutDrafts => text!(
                "下書きには番号がないため、対象外にしています。",
                "Drafts have no number yet and are left out."
            ),
        }
    }
}

impl Why {
    pub(super) fn text(&self) -> Text {
        match self {
            Self::Nothing => {
                text!("Stripeに当たる項目が見つかりません。", "Nothing at Stripe goes by this name.")
            }
            Self::NotWritable => {
                text!("書き込めない種類のフィールドです。", "Fields of this type cannot be written.")
            }
            Self::Copied(lookup) => {
                text!("ルックアップ「{}」がコピーします。", "The lookup \"{}\" fills it.", lookup)
            }
            Self::Misfit => text!(
                "フィールドの種類が、名前から考えられる値に合いません。",
                "The type of the field does not fit what its name says."
            ),
            Self::OtherOptions => text!(
                "選択肢とStripeの値の対応が分かりません。",
                "It is not clear which option stands for which of Stripe's values."
            ),
            Self::OwnNumber => text!("自社で付ける番号と考えられます。", "Taken for a number of your own."),
            Self::LookupKey(key) => text!(
                "ルックアップ先のキー「{}」に当たる値が分かりません。",
                "It is not clear what the lookup's key \"{}\" holds.",
                key
            ),
            Self::NoKey => text!(
                "キーにできるフィールドがありません。アプリに文字列（1行）のフィールドを追加してください。",
                "No field can be the key. Add a Text field to the app."
            ),
            Self::NoRowKey => text!(
                "行を見分けるフィールドがありません。テーブルに文字列（1行）のフィールド「明細ID」を追加してください。",
                "Nothing tells its rows apart. Add a Text field \"Line ID\" to the table."
            ),
        }
    }
}

/// Both texts, one after the other.
pub(super) fn joined(first: Text, second: Option<Text>) -> Text {
    let Some(second) = second else {
        return first;
    };
    Text { ja: [&first.ja, "。", &second.ja].concat(), en: [&first.en, ". ", &second.en].concat() }
}

fn filled(template: &str, name: &[&str]) -> String {
    match (text_search::split_once(template, "{}"), name.first()) {
        (Some((before, after)), Some(name)) => [before, name, after].concat(),
        _ => template.to_owned(),
    }
}
