//! A field's name as the vocabulary knows it.

use crate::kintone::Field;
use crate::mapping::{Width, convert_width};
use crate::text_search;
use crate::word::is_letter_or_digit;

/// Said of a field and not part of its name.
const REMARKS: [&str; 8] =
    ["入力必須", "必須", "任意", "自動入力", "自動連携", "連携用", "required", "optional"];

/// Words that are written in several ways, each with the one that the vocabulary uses.
const SPELLINGS: &str = "お客様 顧客 お客さま 顧客 取引先 顧客 得意先 顧客 クライアント 顧客 サブスクリプション 契約 \
    サブスク 契約 ステータス 状態 トライアル 試用 お試し 試用 ユーザー ユーザ eメール メール \
    払い 払 引き落とし 引落 引落し 引落 申し込み 申込 取り消し 取消 手続き 手続 済み 済 \
    お支払 支払 お申込 申込 お振込 振込 ご請求 請求 ご入金 入金 ご契約 契約 ご利用 利用 者様 者 \
    請求書送付先 請求先 税抜き 税抜 税別 税抜 税込み 税込 ヶ月 か月 ヵ月 か月 カ月 か月 \
    箇月 か月 年月日 日 日時 日 日付 日";

/// What makes another thing of a name: `入金日（予定）` is no day of payment.
const TELLING: &str = "税|%|予定|見込|次回|前回|初回|最終|累計|顧客|試用|月額|年額|月間|年間|旧|新|仮|返金|割引|手数料|next|last|total|trial|refund";

/// How the company's own numbers end.
const OWN_NUMBERS: [&str; 5] = ["番号", "コード", "no", "number", "code"];

/// A label or code, ready to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// All of it.
    pub(super) whole: String,
    /// Without what stands in brackets, unless that tells: `電話番号（代表）` is a telephone number too.
    pub(super) bare: String,
    /// With what stands in brackets in front: `登録番号（取引先）` is the customer's.
    pub(super) turned: String,
    /// Without what it says in brackets that makes another thing of it.
    pub(super) untold: Option<String>,
    /// Whether it names Stripe: `Stripe顧客ID` is no number of the company's own.
    pub(super) is_stripes: bool,
}

impl Name {
    pub(super) fn of(text: &str) -> Self {
        let whole = normal(text);
        let (outside, inside) = by_brackets(text);
        let (outside, inside) = (normal(&outside), normal(&inside));
        let tells = !outside.is_empty() && text_search::contains_any(&inside, TELLING);
        Self {
            is_stripes: text_search::contains(&text.to_ascii_lowercase(), "stripe")
                || text_search::contains(text, "ストライプ"),
            turned: [inside.as_str(), &outside].concat(),
            bare: if outside.is_empty() || tells { whole.clone() } else { outside.clone() },
            untold: tells.then_some(outside),
            whole,
        }
    }

    /// Whether it says that tax is, or is not, in an amount.
    pub(super) fn is_of_tax(&self) -> bool {
        self.untold.is_some() && text_search::contains(&self.whole, "税")
    }

    /// Whether a label tells what its field's code leaves out.
    pub(super) fn says_more_than(&self, code: &Self) -> bool {
        self.is_of_tax() || self.untold.as_ref() == Some(&code.whole)
    }

    /// Whether it is called like a number that the company gives: `顧客コード`.
    pub(super) fn is_own_number(&self) -> bool {
        !self.is_stripes && OWN_NUMBERS.iter().any(|end| self.whole.ends_with(end))
    }
}

/// Whether a field is called so, and neither its label nor its code says that it is Stripe's.
pub(super) fn is_own_number(field: &Field) -> bool {
    let [label, code] = [Name::of(&field.label), Name::of(&field.code)];
    (label.is_own_number() || code.is_own_number()) && !label.is_stripes && !code.is_stripes
}

/// In one width and case, without punctuation, remarks and courtesy, and in one spelling.
pub(super) fn normal(text: &str) -> String {
    let narrow = crate::letter_case::lower(&convert_width(text, Width::Standard));
    let mut name: String = narrow.chars().filter(|c| is_letter_or_digit(*c) || *c == '%').collect();
    for remark in REMARKS.iter().chain(&["stripe", "ストライプ"]) {
        // A field may be called nothing but 任意.
        if name.len() > remark.len() && text_search::contains(&name, remark) {
            name = text_search::replace(&name, remark, "");
        }
    }
    let mut spellings = SPELLINGS.split(' ');
    while let (Some(spelling), Some(usual)) = (spellings.next(), spellings.next()) {
        if text_search::contains(&name, spelling) {
            name = text_search::replace(&name, spelling, usual);
        }
    }
    if name.is_empty() && text_search::contains(text, "〒") {
        return "郵便番号".to_owned();
    }
    let plain = name.strip_prefix(['お', 'ご', '御']).filter(|plain| plain.chars().count() > 1);
    plain.map(str::to_owned).unwrap_or(name)
}

/// An option's name: `1. 解約済み` and `解約` mean the same, and so does `解約（終了）`.
pub(super) fn normal_option(text: &str) -> String {
    let name = Name::of(without_place(text)).bare;
    name.strip_suffix(['済', '中']).filter(|plain| !plain.is_empty()).unwrap_or(&name).to_owned()
}

/// A number in front is the option's place in the list, unless something is counted by it: `3ヶ月`, `10%`.
fn without_place(text: &str) -> &str {
    let mut is_apart = false;
    for (at, c) in text.char_indices() {
        let rest = text.get(at..).unwrap_or(text);
        match c {
            '0'..='9' | '０'..='９' => {}
            '%' | '％' | 'ヶ' | 'ヵ' => return text,
            'か' | 'カ' | '箇' if rest.chars().nth(1) == Some('月') => return text,
            // 1年, but 1. 年払い.
            '年' | '月' | '週' | '日' | '回' if !is_apart => return text,
            c if is_letter_or_digit(c) => return rest,
            _ => is_apart = true,
        }
    }
    text
}

/// What stands outside of brackets, and what inside.
fn by_brackets(text: &str) -> (String, String) {
    let mut depth = 0_u32;
    let (mut outside, mut inside) = (String::new(), String::new());
    for c in text.chars() {
        match c {
            '(' | '（' | '[' | '［' | '【' | '〔' | '<' | '＜' => depth += 1,
            ')' | '）' | ']' | '］' | '】' | '〕' | '>' | '＞' => depth = depth.saturating_sub(1),
            _ if depth == 0 => outside.push(c),
            _ => inside.push(c),
        }
    }
    (outside, inside)
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
            ("累計お支払い額", "累計支払額"),
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
    fn what_stands_in_brackets_and_tells_stays() {
        for (text, bare, turned) in [
            ("入金日（予定）", "入金日予定", "予定入金日"),
            ("月額（税抜き）", "月額税抜", "税抜月額"),
            ("登録番号【取引先】", "登録番号顧客", "顧客登録番号"),
            ("開始日（トライアル）", "開始日試用", "試用開始日"),
            ("金額（円）", "金額", "円金額"),
        ] {
            let name = Name::of(text);
            assert_eq!((name.bare.as_str(), name.turned.as_str()), (bare, turned), "{text}");
            assert_eq!(name.untold.is_some(), bare == name.whole, "{text}");
        }
    }

    #[test]
    fn a_number_of_the_companys_own_is_told_by_its_name() {
        assert!(["顧客コード", "契約No.", "取引先番号"].iter().all(|name| Name::of(name).is_own_number()));
        assert!(!["顧客ID", "Stripe顧客番号", "件名"].iter().any(|name| Name::of(name).is_own_number()));
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
            ("3ヶ月", "3か月"),
            ("１カ月", "1か月"),
            ("1年", "1年"),
            ("1. 年払い", "年払"),
            ("2:カード", "カード"),
            ("3解約", "解約"),
            ("8 %", "8%"),
            ("発行済（入金待ち）", "発行"),
            ("課税（10%）", "課税10%"),
            ("10", "10"),
        ] {
            assert_eq!(normal_option(text), name, "{text}");
        }
    }
}
