//! A field's name as the vocabulary knows it.

use crate::mapping::{Width, convert_width};
use crate::text_search;
use crate::word::is_letter_or_digit;

/// Said of a field and not part of its name.
const REMARKS: [&str; 8] =
    ["入力必須", "必須", "任意", "自動入力", "自動連携", "連携用", "required", "optional"];

/// Words that are written in several ways, and the one that the vocabulary uses.
const SPELLINGS: [(&str, &str); 22] = [
    ("お客様", "顧客"),
    ("お客さま", "顧客"),
    ("取引先", "顧客"),
    ("得意先", "顧客"),
    ("クライアント", "顧客"),
    ("サブスクリプション", "契約"),
    ("サブスク", "契約"),
    ("ステータス", "状態"),
    ("トライアル", "試用"),
    ("お試し", "試用"),
    ("ユーザー", "ユーザ"),
    ("eメール", "メール"),
    ("払い", "払"),
    ("引き落とし", "引落"),
    ("引落し", "引落"),
    ("申し込み", "申込"),
    ("取り消し", "取消"),
    ("手続き", "手続"),
    ("済み", "済"),
    ("年月日", "日"),
    ("日時", "日"),
    ("日付", "日"),
];

/// A label or code, ready to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// All of it.
    pub(super) whole: String,
    /// Without what stands in brackets: `電話番号（代表）` is a telephone number too.
    pub(super) bare: String,
    /// Whether it names Stripe: `Stripe顧客ID` is no number of the company's own.
    pub(super) is_stripes: bool,
}

impl Name {
    pub(super) fn of(text: &str) -> Self {
        let whole = normal(text);
        let bare = normal(&without_brackets(text));
        Self {
            is_stripes: text_search::contains(&text.to_ascii_lowercase(), "stripe")
                || text_search::contains(text, "ストライプ"),
            bare: if bare.is_empty() { whole.clone() } else { bare },
            whole,
        }
    }
}

/// In one width and case, without punctuation, remarks and courtesy, and in one spelling.
pub(super) fn normal(text: &str) -> String {
    let narrow = crate::letter_case::lower(&convert_width(text, Width::Standard));
    let mut name: String = narrow.chars().filter(|c| is_letter_or_digit(*c) || *c == '%').collect();
    for remark in REMARKS.iter().chain(&["stripe", "ストライプ"]) {
        // A field may be called nothing but 任意.
        if name.len() > remark.len() {
            name = text_search::replace(&name, remark, "");
        }
    }
    for (spelling, usual) in SPELLINGS {
        name = text_search::replace(&name, spelling, usual);
    }
    if name.is_empty() && text_search::contains(text, "〒") {
        return "郵便番号".to_owned();
    }
    let plain = name.strip_prefix(['お', 'ご', '御']).filter(|plain| plain.chars().count() > 1);
    plain.map(str::to_owned).unwrap_or(name)
}

/// An option's name: `1. 解約済み` and `解約` mean the same.
pub(super) fn normal_option(text: &str) -> String {
    let name = normal(text);
    // A number in front is the option's place in the list, unless it is what the option says.
    let words = name.trim_start_matches(|c: char| c.is_ascii_digit());
    let name = if words.starts_with(is_letter_or_digit) { words } else { &name };
    name.strip_suffix(['済', '中']).filter(|plain| !plain.is_empty()).unwrap_or(name).to_owned()
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    let mut outside = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' | '（' | '[' | '［' | '【' | '〔' | '<' | '＜' => depth += 1,
            ')' | '）' | ']' | '］' | '】' | '〕' | '>' | '＞' => depth = depth.saturating_sub(1),
            _ if depth == 0 => outside.push(c),
            _ => {}
        }
    }
    outside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_compared_whatever_its_width_case_and_adornment() {
        for (text, name) in [
            ("会社名", "会社名"),
            (" 会社名：（必須） ", "会社名"),
            ("※メールアドレス", "メールアドレス"),
            ("Ｅ－ｍａｉｌ", "email"),
            ("ﾒｰﾙｱﾄﾞﾚｽ", "メールアドレス"),
            ("お客様名", "顧客名"),
            ("お支払い期限", "支払期限"),
            ("ご請求日付", "請求日"),
            ("Stripe 顧客ID", "顧客id"),
            ("サブスクリプションID", "契約id"),
            ("10％対象", "10%対象"),
            ("〒", "郵便番号"),
            ("必須", "必須"),
            ("", ""),
        ] {
            assert_eq!(normal(text), name, "{text}");
        }
    }

    #[test]
    fn what_stands_in_brackets_can_be_left_out() {
        let name = Name::of("電話番号【代表】（必須）");
        assert_eq!((name.whole.as_str(), name.bare.as_str()), ("電話番号代表", "電話番号"));
        assert_eq!(Name::of("（株）").bare, "株");
        assert_eq!(Name::of("a)b(c").bare, "ab");
        assert!(Name::of("STRIPE_ID").is_stripes && !Name::of("顧客ID").is_stripes);
    }

    #[test]
    fn an_option_is_compared_by_what_it_says() {
        for (text, name) in [
            ("解約済み", "解約"),
            ("1. 有効", "有効"),
            ("契約中", "契約"),
            ("Active", "active"),
            ("済", "済"),
            ("10％", "10%"),
        ] {
            assert_eq!(normal_option(text), name, "{text}");
        }
    }
}
