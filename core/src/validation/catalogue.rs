//! The one catalogue of issues: each code's weight and its text in Japanese and English.
//!
//! A text says what to do and which kintone screen to open. `{field}` stands for the field's label
//! and code, `{detail}` for a limit or a name. The offending value is never part of a text, so that
//! a text can be logged.

use super::{RefusedBy, Severity, Text};

macro_rules! catalogue {
    ($($code:ident $slug:literal $severity:ident $refused:ident $ja:literal $en:literal)*) => {
        /// The stable code of an issue.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $en] $code,)*
        }

        impl Code {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$code,)*];

            /// As it stands in [`super::Issue::code`].
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$code => $slug,)* }
            }

            /// How bad it is.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$code => Severity::$severity,)* }
            }

            /// Who would notice it.
            #[must_use]
            pub fn refused_by(self) -> RefusedBy {
                match self { $(Self::$code => RefusedBy::$refused,)* }
            }

            fn templates(self) -> (&'static str, &'static str) {
                match self { $(Self::$code => ($ja, $en),)* }
            }
        }
    };
}

catalogue! {
    // The mapping by itself.
    InvalidPath "invalid_path" Error Daicho
        "Stripeの項目（パス）を読み取れません（{detail}）。address.city、items.data[0].id、metadata[\"a.b\"] のように書いてください。"
        "The path cannot be read ({detail}). Write it like address.city, items.data[0].id or metadata[\"a.b\"]."
    InvalidTemplate "invalid_template" Error Daicho
        "テンプレートを読み取れません（{detail}）。{{ name | default: \"-\" }} のように書いてください。"
        "The template cannot be read ({detail}). Write it like {{ name | default: \"-\" }}."
    InvalidTransform "invalid_transform" Error Daicho
        "{field}の値の変換が正しくありません（{detail}）。マッピングを直してください。"
        "A transform of {field} cannot be used ({detail}). Correct the mapping."
    ColumnMappedTwice "column_mapped_twice" Error Daicho
        "{field}のテーブルの列「{detail}」への書き込みが2つ以上あるか、行のキーと重なっています。1つだけ残してください。"
        "The column \"{detail}\" of the table {field} is written by two rules, or is the key of its rows. Keep one of them."
    TableInTable "table_in_table" Error Daicho
        "{field}の列には、テーブルや集計値は置けません（{detail}）。別の値にしてください。"
        "A column of {field} holds neither tables nor figures ({detail}). Choose another value."
    InvalidFigure "invalid_figure" Error Daicho
        "{field}の集計値の指定が正しくありません（{detail}）。通貨は jpy、税率は 10 のように書いてください。"
        "The figure of {field} cannot be used ({detail}). Write a currency like jpy, a rate like 10."
    InvalidCondition "invalid_condition" Error Daicho
        "条件（condition）を読み取れません（{detail}）。マッピングを直してください。"
        "The condition cannot be read ({detail}). Correct the mapping."
    KeyMayChange "key_may_change" Error Daicho
        "キー項目{field}の値（{detail}）は、Stripeで変わることがあります。変わると別のレコードになります。id（請求書は number も可）をキーにしてください。"
        "What the key field {field} holds ({detail}) may change at Stripe, and would then make another record. Use id, or number for invoices, as the key."
    NotFollowed "not_followed" Error Daicho
        "{field}が参照する {detail} の変更は、Daichoに届きません。値が古いまま残るため、同期では使えません。別の値にしてください。"
        "{field} looks at {detail}, whose changes Daicho does not follow, so its value would go stale. Choose another value."
    UnknownZone "unknown_zone" Error Daicho
        "タイムゾーン {detail} は使えません。Asia/Tokyo、UTC、または +09:00 のような時差を指定してください。"
        "The time zone {detail} is not available. Use Asia/Tokyo, UTC or an offset such as +09:00."
    FieldMappedTwice "field_mapped_twice" Error Daicho
        "{field}への書き込みが2つ以上あります。1つだけ残してください。"
        "{field} is written by two rules. Keep one of them."
    KeyFieldMapped "key_field_mapped" Error Daicho
        "{field}はキー項目です。キーの値は自動で入りますので、この項目の書き込みルールを削除してください。"
        "{field} is the key field. Its value is filled in by itself: delete the rule that writes it."

    MarksKeyField "marks_key_field" Error Daicho
        "{field}はキー項目のため、印を付けるフィールド（mark）にできません。別のフィールドを選んでください。"
        "{field} is the key field, which cannot hold the mark (mark). Choose another field."

    // The mapping against the form.
    UnknownField "unknown_field" Error Silent
        "{field}はアプリにありません。書き込んでもエラーにならず、値が失われます。［アプリの設定 > フォーム］でフィールドコードを確かめ、マッピングを直してください。"
        "{field} is not in the app, and kintone would ignore it without a word. Check the field code under App Settings > Form and correct the mapping."
    UnknownKeyField "unknown_key_field" Error Kintone
        "キー項目の{field}がアプリにありません。［アプリの設定 > フォーム］で、文字列（1行）フィールドを追加し「値の重複を禁止する」を有効にしてください。"
        "The key field {field} is not in the app. Add a Text field with \"Prohibit duplicate values\" under App Settings > Form."
    KeyFieldType "key_field_type" Error Kintone
        "{field}（{detail}）はキー項目にできません。文字列（1行）または数値のフィールドを選んでください。"
        "{field} ({detail}) cannot be the key field. Choose a Text or Number field."
    KeyNotUnique "key_not_unique" Error Kintone
        "キー項目の{field}で「値の重複を禁止する」が有効になっていません。［アプリの設定 > フォーム］で有効にし、アプリを更新してください。"
        "\"Prohibit duplicate values\" is not set for the key field {field}. Set it under App Settings > Form and update the app."
    KeyFieldTooShort "key_field_too_short" Error Kintone
        "キー項目{field}の最大文字数では、Stripeの値（{detail}文字）が入りません。［アプリの設定 > フォーム］で最大文字数を増やし、アプリを更新してください。"
        "Stripe's value ({detail} characters) is longer than the key field {field} takes. Raise the limit under App Settings > Form and update the app."
    ClearsRequired "clears_required" Warning Kintone
        "{field}は必須項目のため、「書き込んだ値を空にする」（{detail}: clear）を使えません。別の動作を選ぶか、［アプリの設定 > フォーム］で必須を外してください。"
        "{field} is required, so \"Clear what was written\" ({detail}: clear) cannot be used. Choose another, or make the field optional under App Settings > Form."
    NotWritable "not_writable" Error Kintone
        "{field}（{detail}）には書き込めません。別のフィールドを選んでください。"
        "{field} ({detail}) cannot be written. Choose another field."
    TableNotMapped "table_not_supported" Error Kintone
        "{field}はテーブルです。この値はテーブルに書き込めません。別のフィールドを選んでください。"
        "{field} is a table, and this value cannot be written to a table. Choose another field."
    RowKeyType "row_key_type" Error Daicho
        "テーブルの列{field}は行のキーにできません。テーブルの中の文字列（1行）または数値のフィールドを選んでください。"
        "The column {field} cannot be the key of the rows. Choose a Text or Number field inside the table."
    InsideTable "inside_table" Error Silent
        "{field}はテーブル{detail}の中のフィールドです。テーブルの外のフィールドを選んでください。"
        "{field} is a field inside the table {detail}. Choose a field outside tables."
    IncompatibleType "incompatible_type" Error Kintone
        "{field}の型に合わない値です（{detail}）。フィールドか値の変換（transform）を変えてください。"
        "The value does not fit the type of {field} ({detail}). Change the field or the transform."
    ValuesWithoutOption "values_without_option" Warning Kintone
        "{field}の選択肢に、Stripeの値（{detail}）に当たるものがありません。その値のレコードは書き込めません。値の変換の「置き換え」（map）で選択肢にしてください。"
        "{field} has no option for Stripe's value ({detail}); records with that cannot be written. Make it an option by the change \"replace\" (map)."
    ValuesNotInMap "values_not_in_map" Warning Daicho
        "{field}の「置き換え」（map）に、Stripeの値（{detail}）がありません。その値のレコードは書き込めません。置き換えを追加するか、「ほかの値のとき」（otherwise）を指定してください。"
        "The change \"replace\" (map) of {field} lacks Stripe's value ({detail}); records with that cannot be written. Add it, or choose \"Any other value\" (otherwise)."
    MinorUnits "minor_units" Warning Daicho
        "{field}に書き込む {detail} は、通貨の最小単位の金額です（19.80ドルは 1980）。値の変換に「金額」（amount）を追加してください。"
        "{detail}, which goes to {field}, is an amount in the currency's minor units (19.80 dollars are 1980). Add the change \"amount\" (amount)."
    PathMoved "path_moved" Warning Silent
        "{field}のパスは、今のStripeのAPIバージョンにありません（{detail}）。右のパスに直してください。* の付くパスはDaichoが読まないため、ルールを外してください。"
        "{field} reads a path that Stripe's API version no longer has ({detail}). Use the one on the right, or remove the rule where it has a *, which Daicho does not read."
    ConditionMoved "condition_moved" Warning Daicho
        "条件（condition）で指定しているパスは、今のStripeのAPIバージョンにありません（{detail}）。右のパスに直してください。"
        "The condition (condition) asks for a path that Stripe's API version no longer has ({detail}). Use the one on the right."
    LookupCopyTarget "lookup_copy_target" Error Silent
        "{field}はルックアップ{detail}のコピー先です。書き込んでもエラーにならず、値が失われます。別のフィールドを選ぶか、ルックアップの設定を変えてください。"
        "{field} is filled by the lookup {detail}, and kintone would ignore what is written. Choose another field or change the lookup's settings."
    RequiredUnmapped "required_unmapped" Error Kintone
        "必須項目の{field}に値を入れるルールがありません。ルールを追加するか、［アプリの設定 > フォーム］で初期値を設定するか、必須を外してください。"
        "No rule fills the required field {field}. Add a rule, or give it a default value or make it optional under App Settings > Form."
    RequiredMayBeEmpty "required_may_be_empty" Warning Kintone
        "{field}は必須項目ですが、Stripe側で空のことがあります。空のときは書き込めません。［アプリの設定 > フォーム］で必須を外すことをご検討ください。"
        "{field} is required, and Stripe may have no value for it; such records cannot be written. Consider making it optional under App Settings > Form."
    FieldRenamed "field_renamed" Error Silent
        "{field}のフィールドコードが「{detail}」に変わったようです。マッピングのフィールドコードを直してください。"
        "The field code of {field} seems to be \"{detail}\" now. Correct the field code in the mapping."
    FieldRemoved "field_removed" Error Silent
        "{field}がアプリから削除されました。マッピングから外すか、［アプリの設定 > フォーム］でフィールドを戻してください。"
        "{field} was removed from the app. Take it out of the mapping, or bring the field back under App Settings > Form."
    FieldTypeChanged "field_type_changed" Error Kintone
        "{field}の型が変わりました（{detail}）。マッピングの変換を確かめてください。"
        "The type of {field} has changed ({detail}). Check its transforms in the mapping."
    OptionRemoved "option_removed" Error Kintone
        "{field}の選択肢「{detail}」が削除されたか名前が変わりましたが、マッピングで使われています。選択肢を戻すか、マッピングを直してください。"
        "The option \"{detail}\" of {field} was removed or renamed, and the mapping uses it. Bring it back, or correct the mapping."
    UnusedOptionRemoved "unused_option_removed" Warning Kintone
        "{field}の選択肢「{detail}」が削除されたか名前が変わりました。Stripeの値が「{detail}」のレコードは書き込めません。選択肢を戻すか、マッピングで値を置き換えてください。"
        "The option \"{detail}\" of {field} was removed or renamed. A record for which Stripe has this value cannot be written. Bring the option back, or replace the value in the mapping."
    BecameRequired "became_required" Warning Kintone
        "{field}が必須になりました。Stripe側の値が空のレコードは書き込めません。「Stripeの値が空のとき」（empty）の指定をご検討ください。"
        "{field} is required now. Records for which Stripe has no value cannot be written. Consider a value for \"Where Stripe has no value\" (empty)."
    UniqueMayRepeat "unique_may_repeat" Warning Kintone
        "{field}は「値の重複を禁止する」フィールドです。同じ値のオブジェクトが2つあると、2つ目は書き込めません。必要なら［アプリの設定 > フォーム］で外してください。"
        "{field} prohibits duplicate values. Of two objects with the same value, the second cannot be written. Take the setting off under App Settings > Form if that may happen."

    // What an object has.
    NoCurrency "no_currency" Error Daicho
        "金額の通貨が分かりません。{field}の変換で、通貨のパスを確かめてください。"
        "The amount's currency is not known. Check the currency's path in the transform of {field}."
    NotAnAmount "not_an_amount" Error Daicho
        "{field}の元の値は金額ではありません。パスを確かめてください。"
        "The value for {field} is not an amount. Check the path."
    NotAMoment "not_a_moment" Error Daicho
        "{field}の元の値は日時ではありません。パスを確かめてください。"
        "The value for {field} is not a moment in time. Check the path."
    RelatedMissing "related_missing" Error Daicho
        "{field}に必要なStripeのオブジェクト（{detail}）を読み取れていません。Stripeの制限付きキーの読み取り権限を確かめてください。"
        "The Stripe object that {field} needs ({detail}) was not read. Check the read permissions of the restricted key at Stripe."
    FigureUnknown "figure_unknown" Warning Daicho
        "{field}の集計値は計算できません（{detail}）。推測せず、空として扱います。"
        "The figure of {field} cannot be computed ({detail}). It is not guessed: there is no value."
    IncompleteList "incomplete_list" Error Daicho
        "{field}に必要な一覧（{detail}）の一部しか読み取れていません。欠けたまま書き込むと行が失われるため、書き込みません。しばらくしてもう一度お試しください。"
        "Only part of the list that {field} needs ({detail}) was read. It is not written, as rows would be lost. Try again later."
    NotAList "not_a_list" Error Daicho
        "{field}の行の元になる一覧がありません。「行にするリスト」（list）を確かめてください。"
        "There is no list for the rows of {field}. Check \"List that becomes rows\" (list)."
    RowKeyMissing "row_key_missing" Error Daicho
        "{field}の行のキーに値がありません。必ず値がある項目（id など）を行のキーにしてください。"
        "A row of {field} has no key. Use one that every element has, such as id."
    RowKeyTwice "row_key_twice" Error Daicho
        "{field}に同じキーの行が2つあります。要素ごとに異なる項目（id など）を行のキーにしてください。"
        "Two rows of {field} have the same key. Use one that differs for each element, such as id."
    ValueNotInMap "value_not_in_map" Error Daicho
        "{field}の「置き換え」（map）にない値です。置き換えを追加するか、「ほかの値のとき」（otherwise）を指定してください。"
        "The change \"replace\" (map) of {field} lacks this value. Add it, or choose \"Any other value\" (otherwise)."
    NotABoolean "not_a_boolean" Error Daicho
        "{field}の元の値は true か false ではありません。パスを確かめてください。"
        "The value for {field} is neither true nor false. Check the path."
    NumberTooLong "number_too_long" Error Daicho
        "{field}の計算結果の桁数が多すぎます。変換の数値を確かめてください。"
        "The result for {field} has too many digits. Check the numbers of its transforms."
    NotASingleValue "not_a_single_value" Error Daicho
        "{field}の元の値は1つの値ではありません。パスで中の項目を指定してください。"
        "The value for {field} is not a single value. Let the path lead to one inside it."
    KeyMissing "key_missing" Error Daicho
        "キー項目{field}の値がありません。必ず値がある項目（id など）をキーにしてください。"
        "There is no value for the key field {field}. Use one that every object has, such as id."
    KeyNotText "key_not_text" Error Daicho
        "キー項目{field}の値が文字列でも数値でもありません。キーのパスを確かめてください。"
        "The value for the key field {field} is neither text nor a number. Check the key's path."
    KeyTooLong "key_too_long" Error Kintone
        "キー項目{field}の値が64文字を超えています。短い値をキーにしてください。"
        "The value for the key field {field} is longer than 64 characters. Use a shorter one as the key."

    // The record against the form.
    Required "required" Error Kintone
        "必須項目の{field}が空です。Stripe側で値を入れるか、［アプリの設定 > フォーム］で必須を外してください。"
        "The required field {field} is empty. Fill it in at Stripe, or make it optional under App Settings > Form."
    TooLong "too_long" Error Kintone
        "{field}は{detail}文字までです。値を短くするか、［アプリの設定 > フォーム］で最大文字数を増やしてください。"
        "{field} takes at most {detail} characters. Shorten the value, or raise the limit under App Settings > Form."
    TooShort "too_short" Error Kintone
        "{field}は{detail}文字以上にしてください。または［アプリの設定 > フォーム］で最小文字数を減らしてください。"
        "{field} takes at least {detail} characters. Lengthen the value, or lower the limit under App Settings > Form."
    NotAnOption "not_an_option" Error Kintone
        "{field}の選択肢にない値です。［アプリの設定 > フォーム］で選択肢を追加するか、マッピングで値を置き換えてください。"
        "The value is not an option of {field}. Add the option under App Settings > Form, or translate the value in the mapping."
    NotANumber "not_a_number" Error Kintone
        "{field}は数値フィールドです。桁区切りのない半角数字の値にしてください。"
        "{field} takes a number: digits without separators. Change the path or the transform."
    NumberLostInTable "number_lost_in_table" Error Silent
        "{field}のテーブルの列「{detail}」は数値です。数値でない値は、エラーにならずに失われます。パスか変換を変えてください。"
        "The column \"{detail}\" of the table {field} takes a number; kintone would empty anything else without a word. Change the path or the transform."
    NumberTooSmall "number_too_small" Error Kintone
        "{field}は{detail}以上にしてください。または［アプリの設定 > フォーム］で最小値を変えてください。"
        "{field} takes {detail} or more. Correct the value, or change the limit under App Settings > Form."
    NumberTooLarge "number_too_large" Error Kintone
        "{field}は{detail}以下にしてください。または［アプリの設定 > フォーム］で最大値を変えてください。"
        "{field} takes {detail} or less. Correct the value, or change the limit under App Settings > Form."
    TooManyDigits "too_many_digits" Error Kintone
        "{field}の整数部は{detail}桁までです。［アプリの設定 > 設定 > 高度な設定］の「数値と計算の精度」で全体の桁数を増やしてください。"
        "{field} takes at most {detail} digits before the point. Raise the number of digits under Advanced Settings on the tab App Settings."
    DecimalsRounded "decimals_rounded" Warning Silent
        "{field}の小数部は{detail}桁に丸められます。必要なら［アプリの設定 > 設定 > 高度な設定］の「数値と計算の精度」で小数部の桁数を増やしてください。"
        "{field} would be rounded to {detail} decimals. If they matter, raise the number of decimals under Advanced Settings on the tab App Settings."
    NotADate "not_a_date" Error Kintone
        "{field}は日付フィールドです。YYYY-MM-DD の値にしてください。値の変換に「日付」（date）を追加できます。"
        "{field} takes a date, YYYY-MM-DD. Add the change \"date\" (date)."
    NotADatetime "not_a_datetime" Error Kintone
        "{field}は日時フィールドです。2026-01-02T03:04:00Z の形の値にしてください。値の変換に「日時」（datetime）を追加できます。"
        "{field} takes a moment such as 2026-01-02T03:04:00Z. Add the change \"date and time\" (datetime)."
    NotATime "not_a_time" Error Kintone
        "{field}は時刻フィールドです。HH:MM の値にしてください。"
        "{field} takes a time of day, HH:MM. Change the path."
    NotAWebAddress "not_a_web_address" Error Kintone
        "{field}はWebサイトのアドレスです。http:// または https:// で始まる値にしてください。"
        "{field} takes a web address. Use a value that begins with http:// or https://."
    NotAMailAddress "not_a_mail_address" Error Kintone
        "{field}はメールアドレスです。Stripe側の値を確かめるか、別のフィールドを選んでください。"
        "{field} takes a mail address. Check the value at Stripe, or choose another field."
    NotAPhoneNumber "not_a_phone_number" Error Kintone
        "{field}は電話番号です。Stripe側の値を確かめるか、別のフィールドを選んでください。"
        "{field} takes a telephone number. Check the value at Stripe, or choose another field."
    LineBreak "line_break" Warning Silent
        "{field}は1行のフィールドですが、値に改行があります。改行が失われるかもしれません。文字列（複数行）のフィールドをご検討ください。"
        "{field} holds one line, and the value has line breaks, which may be lost. Consider a Text Area field."
    WrongShape "wrong_shape" Error Kintone
        "{field}（{detail}）に合わない形の値です。マッピングを確かめてください。"
        "The value does not have the form that {field} ({detail}) takes. Check the mapping."
}

impl Code {
    /// Whether its detail names the types of fields.
    pub(super) fn tells_types(self) -> bool {
        matches!(
            self,
            Self::NotWritable
                | Self::KeyFieldType
                | Self::IncompatibleType
                | Self::FieldTypeChanged
                | Self::WrongShape
        )
    }

    /// The text for people. `field` is a label and a code; `detail` a limit, a name or a reason.
    #[must_use]
    pub fn text(self, field: Option<(&str, &str)>, detail: &Text) -> Text {
        let (ja, en) = self.templates();
        let (field_ja, field_en) = match field {
            None => ("この項目".to_owned(), "the field".to_owned()),
            Some((label, code)) if label == code => {
                (["「", code, "」"].concat(), ["\"", code, "\""].concat())
            }
            Some((label, code)) => {
                (["「", label, "」（", code, "）"].concat(), ["\"", label, "\" (", code, ")"].concat())
            }
        };
        Text { ja: filled(ja, &field_ja, &detail.ja), en: filled(en, &field_en, &detail.en) }
    }
}

/// In one pass, so that a label that looks like a placeholder stays a label.
fn filled(template: &str, field: &str, detail: &str) -> String {
    let mut text = String::with_capacity(template.len() + field.len() + detail.len());
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        let (value, after) = if let Some(after) = from.strip_prefix("{field}") {
            (field, after)
        } else if let Some(after) = from.strip_prefix("{detail}") {
            (detail, after)
        } else {
            ("{", from.get(1..).unwrap_or_default())
        };
        text.push_str(value);
        rest = after;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_its_own() {
        let slugs: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(slugs.len(), Code::ALL.len());
        assert!(slugs.iter().all(|slug| slug.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')));
    }

    #[test]
    fn every_code_has_a_polite_text_in_both_languages() {
        for code in Code::ALL {
            let (ja, en) = code.templates();
            assert!(
                ja.ends_with('。') && ["ください。", "ます。", "です。"].iter().any(|end| ja.ends_with(end)),
                "{ja}"
            );
            assert!(en.ends_with('.') && en.is_ascii(), "{en}");
            for word in ["テナント", "デッドレター", "バックフィル", "ペイロード"] {
                assert!(!ja.contains(word), "{ja}");
            }
            for placeholder in ["{field}", "{detail}"] {
                assert_eq!(ja.contains(placeholder), en.contains(placeholder), "{ja} {en}");
            }
        }
    }

    /// Without what stands in brackets.
    fn aside(text: &str) -> String {
        let parts = text.split('（').enumerate();
        parts
            .filter_map(|(at, part)| if at == 0 { Some(part) } else { part.split_once('）').map(|p| p.1) })
            .collect()
    }

    #[test]
    fn what_the_mapping_calls_something_stands_beside_what_the_screen_calls_it() {
        let keys = [
            "map",
            "otherwise",
            "empty",
            "transform",
            "list",
            "clear",
            "mark",
            "keep",
            "amount",
            "condition",
        ];
        for code in Code::ALL {
            let (ja, en) = code.templates();
            let said = aside(ja);
            let words = said.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let found: Vec<_> = words.filter(|word| keys.contains(word)).collect();
            assert!(found.is_empty() && !en.contains('`'), "{found:?} {ja} {en}");
        }
    }

    #[test]
    fn a_text_names_the_field_by_label_and_code() {
        let text = Code::TooLong.text(Some(("氏名", "name")), &Text::of("64", "64"));
        assert!(text.ja.starts_with("「氏名」（name）は64文字までです。"), "{}", text.ja);
        assert!(text.en.starts_with("\"氏名\" (name) takes at most 64 characters."), "{}", text.en);
        assert!(Code::TooLong.text(Some(("a", "a")), &Text::of("64", "64")).ja.starts_with("「a」は"));
    }

    #[test]
    fn types_of_fields_are_told_as_kintone_calls_them() {
        let told = |code: Code, detail: &str| crate::validation::Issue::of(code).detail(detail).build().text;
        assert!(told(Code::NotWritable, "CALC").ja.contains("（計算）"));
        assert!(
            told(Code::FieldTypeChanged, "SINGLE_LINE_TEXT → NUMBER").ja.contains("文字列（1行） → 数値")
        );
        assert!(told(Code::IncompatibleType, "DATE ← created").ja.contains("（日付 ← created）"));
        assert!(told(Code::WrongShape, "NEW_TYPE").ja.contains("（NEW_TYPE）"));
        assert!(told(Code::NotWritable, "CALC").en.contains("(CALC)"));
        assert!(told(Code::OptionRemoved, "DATE").ja.contains("「DATE」"));
    }

    #[test]
    fn digits_are_set_on_the_screen_that_kintone_has() {
        for code in [Code::TooManyDigits, Code::DecimalsRounded] {
            let (ja, en) = code.templates();
            assert!(ja.contains("高度な設定］の「数値と計算の精度」") && en.contains("Advanced Settings"));
        }
    }

    #[test]
    fn a_label_that_looks_like_a_placeholder_stays_a_label() {
        let text = Code::TooLong.text(Some(("{detail}", "{")), &Text::of("64", "64"));
        assert!(text.ja.starts_with("「{detail}」（{）は64文字"), "{}", text.ja);
    }
}
