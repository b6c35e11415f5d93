//! Why a rule is suggested, and why a field has none, in Japanese and English.

use crate::validation::Text;

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
    /// A monthly amount, in this currency, stands in for what is charged each time.
    PerMonth(&'static str),
    /// The name says whether tax is in it; Stripe's price does too.
    Tax,
    /// The key's name is usually that of the company's own number.
    OwnNumber,
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
    /// A table whose rows need a column of which Stripe has nothing.
    Column(String),
    /// No field can hold the key.
    NoKey,
}

impl How {
    pub(super) fn text(&self) -> Text {
        match self {
            Self::Named(name) => Text::about("「{}」という名前から", "by the name \"{}\"", name),
            Self::NamedInPart(name) => {
                Text::about("「{}」という名前の一部から", "by a part of the name \"{}\"", name)
            }
            Self::Options => Text::of("選択肢から", "by the options"),
            Self::Type => Text::of("フィールドの種類から", "by the type of the field"),
            Self::Columns => Text::of("列の名前から", "by the names of its columns"),
            Self::Lookup(key) => {
                Text::about("ルックアップ先のキー「{}」から", "by the key \"{}\" of the lookup", key)
            }
        }
    }
}

impl Note {
    pub(super) fn text(&self) -> Text {
        match self {
            Self::Currency(code) => Text::about(
                "通貨は{}です。違うときは直してください。",
                "In {}; correct the currency if it is another.",
                code,
            ),
            Self::NoOption(values) => Text::about(
                "Stripeの値 {} に当たる選択肢がありません。",
                "There is no option for Stripe's {}.",
                values,
            ),
            Self::FirstOnly => {
                Text::of("商品が複数あるときは最初の1つです。", "Of several items, the first.")
            }
            Self::Metadata(name) => Text::about(
                "Stripeに項目がないので、メタデータ「{}」があれば使います。",
                "Stripe has no place for it: taken from the metadata \"{}\", where there is any.",
                name,
            ),
            Self::IfEmpty => Text::of(
                "kintoneで空のときだけ書き込みます。",
                "Written only while the field is empty in kintone.",
            ),
            Self::PerMonth(code) => Text::about(
                "数量と割引を含む、1か月あたりの金額（{}）です。",
                "The amount per month in {}, by quantity and with discounts.",
                code,
            ),
            Self::Tax => Text::of(
                "税抜か税込かは、Stripeの価格の設定によります。",
                "Whether tax is in it depends on the price at Stripe.",
            ),
            Self::OwnNumber => Text::of(
                "StripeのIDが入ります。自社の番号のフィールドなら、別に追加してください。",
                "Stripe's id goes here. If it is for numbers of your own, add another field.",
            ),
            Self::WithoutDrafts => Text::of(
                "下書きには番号がないため、対象外にしています。",
                "Drafts have no number yet and are left out.",
            ),
        }
    }
}

impl Why {
    pub(super) fn text(&self) -> Text {
        match self {
            Self::Nothing => {
                Text::of("Stripeに当たる項目が見つかりません。", "Nothing at Stripe goes by this name.")
            }
            Self::NotWritable => {
                Text::of("書き込めない種類のフィールドです。", "Fields of this type cannot be written.")
            }
            Self::Copied(lookup) => {
                Text::about("ルックアップ「{}」がコピーします。", "The lookup \"{}\" fills it.", lookup)
            }
            Self::Misfit => Text::of(
                "フィールドの種類が、名前から考えられる値に合いません。",
                "The type of the field does not fit what its name says.",
            ),
            Self::OtherOptions => Text::of(
                "選択肢とStripeの値の対応が分かりません。",
                "It is not clear which option stands for which of Stripe's values.",
            ),
            Self::OwnNumber => {
                Text::of("自社で付ける番号と考えられます。", "Taken for a number of your own.")
            }
            Self::LookupKey(key) => Text::about(
                "ルックアップ先のキー「{}」に当たる値が分かりません。",
                "It is not clear what the lookup's key \"{}\" holds.",
                key,
            ),
            Self::Column(label) => Text::about(
                "必須の列「{}」に当たる項目が、Stripeに見つかりません。",
                "Nothing at Stripe goes by the name of the required column \"{}\".",
                label,
            ),
            Self::NoKey => Text::of(
                "キーにできるフィールドがありません。アプリに文字列（1行）のフィールドを追加してください。",
                "No field can be the key. Add a Text field to the app.",
            ),
            Self::NoRowKey => Text::of(
                "行を見分けるフィールドがありません。テーブルに文字列（1行）のフィールド「明細ID」を追加してください。",
                "Nothing tells its rows apart. Add a Text field \"Line ID\" to the table.",
            ),
        }
    }
}

/// Both texts, one after the other.
pub(super) fn joined(first: Text, second: Option<Text>) -> Text {
    let Some(second) = second else {
        return first;
    };
    let (ja, en) = if first.en.ends_with('.') { ("", " ") } else { ("。", ". ") };
    Text { ja: [&first.ja, ja, &second.ja].concat(), en: [&first.en, en, &second.en].concat() }
}
