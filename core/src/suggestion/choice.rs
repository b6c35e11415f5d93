//! Stripe's fixed words, and what Japanese and English apps offer for them.

use super::name::normal_option;

/// A property of Stripe's that has one of a few values.
#[derive(Debug, PartialEq)]
pub(super) struct Choice {
    /// Stripe's value, and words for it by `|`. The first is how a Japanese text shows it; an empty
    /// first word leaves the value as it is.
    pub(super) values: &'static [(&'static str, &'static str)],
    /// What stands in for a value that has no option of its own, in order.
    pub(super) instead: &'static [(&'static str, &'static str)],
    /// The values without which the options are of something else.
    pub(super) needed: &'static [&'static str],
    /// Rare values: few apps have options for them.
    pub(super) rare: &'static [&'static str],
}

const YEAR: &str =
    "毎年|年|年払|年次|年額|年毎|年ごと|年間|1年|1年毎|1年ごと|12か月|year|yearly|annual|annually|peryear";

pub(super) static SUBSCRIPTION_STATUS: Choice = Choice {
    values: &[
        ("active", "有効|利用|稼働|継続|契約|加入|アクティブ|本契約|正常|active|live|current"),
        ("trialing", "試用|無料期間|無料体験|体験|無料|trial|trialing"),
        (
            "past_due",
            "支払遅延|支払遅れ|遅延|延滞|滞納|未入金|未払|決済失敗|支払失敗|決済エラー|pastdue|overdue|paymentfailed|delinquent",
        ),
        ("unpaid", "未払い|未払|未入金|未収|滞納|延滞|回収不能|unpaid"),
        (
            "canceled",
            "解約|契約解約|キャンセル|終了|契約終了|退会|無効|canceled|cancelled|ended|inactive|churned|closed|terminated",
        ),
        (
            "incomplete",
            "手続き中|手続|申込|仮契約|仮登録|支払待|未完了|処理|開始待|incomplete|pending|draft|new",
        ),
        ("incomplete_expired", "期限切れ|期限切|失効|不成立|申込取消|incompleteexpired|expired"),
        ("paused", "一時停止|停止|休止|休会|利用停止|paused|onhold|suspended"),
    ],
    instead: &[
        ("trialing", "active"),
        ("past_due", "unpaid"),
        ("past_due", "active"),
        ("unpaid", "past_due"),
        ("incomplete_expired", "canceled"),
    ],
    needed: &["active", "canceled"],
    rare: &[],
};

pub(super) static INVOICE_STATUS: Choice = Choice {
    values: &[
        (
            "paid",
            "入金済み|入金|支払|決済|決済完了|完了|回収|領収|支払完了|入金確認|消込|paid|settled|complete|completed|closed",
        ),
        (
            "open",
            "未入金|未払|未収|請求|入金待|支払待|決済待|未決済|送付|発行|送信|確定|未回収|未消込|open|unpaid|outstanding|sent|issued|due|awaitingpayment|pending",
        ),
        ("draft", "下書き|下書|未請求|作成|準備|未発行|未送付|未確定|draft"),
        ("void", "無効|取消|キャンセル|破棄|void|voided|canceled|cancelled"),
        ("uncollectible", "回収不能|貸倒|貸倒れ|不良債権|uncollectible|writtenoff|writeoff|baddebt"),
    ],
    instead: &[],
    needed: &["paid", "open"],
    rare: &[],
};

pub(super) static CURRENCY: Choice = Choice {
    values: &[
        ("jpy", "JPY|円|日本円|jpy|yen|japaneseyen"),
        ("usd", "USD|ドル|米ドル|アメリカドル|usd|dollar|usdollar"),
        ("eur", "EUR|ユーロ|eur|euro"),
        ("gbp", "GBP|ポンド|英ポンド|gbp|pound"),
        ("cny", "CNY|元|人民元|cny|yuan"),
        ("krw", "KRW|ウォン|krw|won"),
        ("twd", "TWD|台湾ドル|twd"),
        ("sgd", "SGD|シンガポールドル|sgd"),
        ("aud", "AUD|豪ドル|オーストラリアドル|aud"),
        ("cad", "CAD|カナダドル|cad"),
    ],
    instead: &[],
    needed: &[],
    rare: &[],
};

pub(super) static INTERVAL: Choice = Choice {
    values: &[
        ("1 month", "毎月|月|月払|月次|月額|月毎|月ごと|1か月|1か月毎|1か月ごと|month|monthly|permonth"),
        ("1 year", YEAR),
        ("12 month", YEAR),
        ("2 month", "2か月ごと|2か月|2か月毎|2か月払|隔月"),
        (
            "3 month",
            "3か月ごと|3か月|3か月毎|3か月払|四半期|四半期毎|四半期ごと|四半期払|quarter|quarterly|3months",
        ),
        (
            "6 month",
            "6か月ごと|6か月|6か月毎|6か月払|半年|半年毎|半年ごと|半年払|semiannual|semiannually|6months",
        ),
        ("2 year", "2年ごと|2年|2年毎|2年払"),
        ("1 week", "毎週|週|週払|週次|week|weekly"),
        ("1 day", "毎日|日|日払|日次|day|daily"),
    ],
    instead: &[],
    needed: &["1 month"],
    rare: &["12 month", "2 month", "3 month", "6 month", "2 year", "1 week", "1 day"],
};

pub(super) static COLLECTION: Choice = Choice {
    values: &[
        (
            "charge_automatically",
            "自動課金|自動|自動引落|自動決済|自動支払|自動請求|口座振替|カード|カード払|クレジットカード|クレジット|chargeautomatically|automatic|auto|card|creditcard",
        ),
        (
            "send_invoice",
            "請求書払い|請求書払|請求書|請求書送付|請求書発行|請求書送信|銀行振込|振込|手動|sendinvoice|invoice|manual|banktransfer",
        ),
    ],
    instead: &[],
    needed: &["charge_automatically"],
    rare: &[],
};

pub(super) static PAYMENT_METHOD: Choice = Choice {
    values: &[
        ("card", "クレジットカード|クレジット|クレカ|カード|カード払|カード決済|card|creditcard"),
        ("customer_balance", "銀行振込|振込|振り込み|banktransfer|wiretransfer|bank"),
        ("konbini", "コンビニ払い|コンビニ|コンビニ払|コンビニ決済|konbini|conveniencestore"),
        ("paypay", "PayPay|ペイペイ|paypay"),
        ("link", "Link|link"),
    ],
    instead: &[],
    needed: &["card"],
    rare: &[],
};

pub(super) static CARD_BRAND: Choice = Choice {
    values: &[
        ("visa", "|visa|ビザ"),
        ("mastercard", "|mastercard|master|マスターカード|マスタ|マスター"),
        ("jcb", "|jcb|ジェイシービー"),
        ("amex", "|amex|americanexpress|アメックス|アメリカンエキスプレス"),
        ("diners", "|diners|dinersclub|ダイナース|ダイナースクラブ"),
        ("discover", "|discover|ディスカバー"),
        ("unionpay", "|unionpay|銀聯"),
        ("unknown", "|その他|不明|other|unknown"),
    ],
    instead: &[],
    needed: &["visa"],
    rare: &[],
};

pub(super) static COUNTRY: Choice = Choice {
    values: &[
        ("JP", "|日本|jp|jpn|japan"),
        ("US", "|アメリカ|米国|アメリカ合衆国|us|usa|unitedstates"),
        ("CN", "|中国|cn|china"),
        ("KR", "|韓国|大韓民国|kr|korea|southkorea"),
        ("TW", "|台湾|tw|taiwan"),
        ("HK", "|香港|hk|hongkong"),
        ("SG", "|シンガポール|sg|singapore"),
        ("TH", "|タイ|th|thailand"),
        ("VN", "|ベトナム|vn|vietnam"),
        ("IN", "|インド|in|india"),
        ("AU", "|オーストラリア|豪州|au|australia"),
        ("GB", "|イギリス|英国|gb|uk|unitedkingdom"),
        ("DE", "|ドイツ|de|germany"),
        ("FR", "|フランス|fr|france"),
        ("CA", "|カナダ|ca|canada"),
    ],
    instead: &[],
    needed: &[],
    rare: &[],
};

const TEN: &str = "|10%|標準|標準税率|10%標準税率|10%標準|標準税率10%|標準10%|課税10%|10%課税";
const EIGHT: &str = "|8%|軽減|軽減税率|8%軽減税率|8%軽減|軽減税率8%|軽減8%|課税8%|8%課税";
const ZERO: &str = "|0%|対象外|非課税|免税|不課税|課税対象外";

/// Percentages, as Stripe may write them.
pub(super) static TAX_RATE: Choice = Choice {
    values: &[("10", TEN), ("10.0", TEN), ("8", EIGHT), ("8.0", EIGHT), ("0", ZERO), ("0.0", ZERO)],
    instead: &[],
    needed: &["10"],
    // Few apps have an option for what is not taxed.
    rare: &["0", "0.0"],
};

pub(super) const YES: &str = "はい|する|あり|有|有り|予定|予定あり|滞納|滞納あり|延滞|延滞あり|遅延|解約|解約予定|更新|自動更新|対象|on|yes|true|y|◯|○";
pub(super) const NO: &str =
    "いいえ|しない|なし|無|無し|無い|予定なし|滞納なし|延滞なし|正常|継続|更新しない|対象外|off|no|false|n|×";

/// The option that one of these words names.
pub(super) fn option_of<'f>(options: &'f [String], words: &str) -> Option<&'f str> {
    let names: Vec<String> = options.iter().map(|option| normal_option(option)).collect();
    for word in words.split('|').filter(|word| !word.is_empty()) {
        let wanted = normal_option(word);
        for (option, name) in options.iter().zip(&names) {
            if option == word || !wanted.is_empty() && *name == wanted {
                return Some(option);
            }
        }
    }
    None
}

/// Options for Stripe's values.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Options {
    /// Stripe's value and its option.
    pub(super) found: Vec<(&'static str, String)>,
    /// Stripe's values for which there is none.
    pub(super) missing: Vec<&'static str>,
    /// Whether every value has an option that is written as the value itself.
    pub(super) are_stripes: bool,
    /// Whether those are there without which the options mean something else.
    pub(super) is_sure: bool,
}

impl Choice {
    /// What each of Stripe's values becomes in a field of these options.
    pub(super) fn among(&self, options: &[String]) -> Options {
        let own = |value: &str| {
            let exact = options.iter().find(|option| *option == value);
            let words = self.values.iter().find(|(known, _)| *known == value).map_or("", |(_, words)| words);
            exact.map(String::as_str).or_else(|| option_of(options, words))
        };
        let mut among = Options::default();
        for (value, _) in self.values {
            let others = self.instead.iter().filter(|(of, _)| of == value);
            match own(value).or_else(|| others.clone().find_map(|(_, other)| own(other))) {
                Some(option) => among.found.push((value, option.to_owned())),
                None if self.rare.iter().any(|rare| rare == value) => {}
                None => among.missing.push(value),
            }
        }
        among.are_stripes =
            among.missing.is_empty() && among.found.iter().all(|(value, option)| value == option);
        among.is_sure = !among.found.is_empty() && self.needed.iter().all(|value| own(value).is_some());
        among
    }

    /// How many of the options are words for one of the values.
    pub(super) fn recognised(&self, options: &[String]) -> usize {
        let one = |option: &&String| {
            let option = std::slice::from_ref(*option);
            self.values
                .iter()
                .any(|(value, words)| option_of(option, value).or_else(|| option_of(option, words)).is_some())
        };
        options.iter().filter(one).count()
    }

    /// How a Japanese text shows the values.
    pub(super) fn shown(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let first = |(value, words): &(&'static str, &'static str)| Some((*value, words.split('|').next()?));
        self.values.iter().filter_map(first).filter(|(_, shown)| !shown.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn among(choice: &Choice, options: &[&str]) -> Options {
        choice.among(&options.iter().map(|option| (*option).to_owned()).collect::<Vec<_>>())
    }

    fn found(choice: &Choice, options: &[&str]) -> Vec<(&'static str, String)> {
        among(choice, options).found
    }

    #[test]
    fn japanese_options_are_found_for_stripes_words() {
        let options = ["試用中", "契約中", "支払い遅延", "解約済み"];
        let expected = [
            ("active", "契約中"),
            ("trialing", "試用中"),
            ("past_due", "支払い遅延"),
            ("unpaid", "支払い遅延"),
            ("canceled", "解約済み"),
            ("incomplete_expired", "解約済み"),
        ];
        assert_eq!(
            found(&SUBSCRIPTION_STATUS, &options),
            expected.map(|(value, option)| (value, option.to_owned()))
        );
        assert_eq!(among(&SUBSCRIPTION_STATUS, &options).missing, ["incomplete", "paused"]);
        let options = ["1.未請求", "2.請求済", "3.入金済", "9.取消"];
        let expected =
            [("paid", "3.入金済"), ("open", "2.請求済"), ("draft", "1.未請求"), ("void", "9.取消")];
        assert_eq!(
            found(&INVOICE_STATUS, &options),
            expected.map(|(value, option)| (value, option.to_owned()))
        );
    }

    #[test]
    fn options_that_are_stripes_words_need_no_map() {
        let options: Vec<String> =
            INVOICE_STATUS.values.iter().map(|(value, _)| (*value).to_owned()).collect();
        assert!(INVOICE_STATUS.among(&options).are_stripes);
        assert!(!among(&INVOICE_STATUS, &["Paid", "Open", "Draft", "Void", "Uncollectible"]).are_stripes);
    }

    #[test]
    fn options_of_something_else_are_no_status() {
        let options = ["見込み", "商談中", "失注"];
        let among = among(&SUBSCRIPTION_STATUS, &options);
        assert!(!among.is_sure && among.found.is_empty(), "{among:?}");
    }

    #[test]
    fn the_surest_word_wins() {
        assert_eq!(found(&SUBSCRIPTION_STATUS, &["利用中", "有効", "解約"]).first().unwrap().1, "有効");
    }
}
