//! Amounts: Stripe's minor units as decimal text, by integer arithmetic.

/// How many decimals the minor unit of a currency stands for in Stripe's API.
///
/// Source: Stripe's documentation, "Supported currencies": zero-decimal and three-decimal
/// currencies, and the special cases. ISK and UGX have no decimals any more, and Stripe still takes
/// them with two (`500` is 5 kr.); HUF and TWD are without decimals only in payouts, which Daicho
/// does not read. Any currency that is not listed has two.
#[must_use]
pub fn decimals(currency: &str) -> u32 {
    const ZERO: [&str; 15] = [
        "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof",
        "xpf",
    ];
    const THREE: [&str; 5] = ["bhd", "jod", "kwd", "omr", "tnd"];
    let is = |code: &&str| code.eq_ignore_ascii_case(currency);
    if ZERO.iter().any(is) {
        0
    } else if THREE.iter().any(is) {
        3
    } else {
        2
    }
}

/// Whether the currency has no decimals of its own although Stripe counts it in hundredths.
fn is_whole_in_hundredths(currency: &str) -> bool {
    ["isk", "ugx"].iter().any(|code| code.eq_ignore_ascii_case(currency))
}

/// Whether this could be a currency: three letters.
#[must_use]
pub fn is_currency(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|b| b.is_ascii_alphabetic())
}

/// An amount in the currency's own decimals: `1980` of `usd` is `19.80`, of `jpy` `1980`.
///
/// `minor` is an integer, or a decimal number as in `unit_amount_decimal`; `None` for anything else.
#[must_use]
pub fn amount(minor: &str, currency: &str) -> Option<String> {
    if !is_currency(currency) {
        return None;
    }
    let (sign, digits) = minor.strip_prefix('-').map_or(("", minor), |digits| ("-", digits));
    let (integer, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(integer) || !all_digits(fraction) || digits.len() > 60 {
        return None;
    }
    let places = decimals(currency) as usize;
    let padded = ["0".repeat((places + 1).saturating_sub(integer.len())), integer.to_owned()].concat();
    let (whole, cents) = padded.split_at(padded.len() - places);
    // Parts of a minor unit, as metered prices have them, stand behind the usual decimals.
    let mut behind = [cents, fraction.trim_end_matches('0')].concat();
    if is_whole_in_hundredths(currency) && behind.bytes().all(|b| b == b'0') {
        behind.clear();
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let is_zero = whole == "0" && behind.bytes().all(|b| b == b'0');
    let sign = if is_zero { "" } else { sign };
    Some([sign, whole, if behind.is_empty() { "" } else { "." }, &behind].concat())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_currency_has_its_own_decimals() {
        for (minor, currency, text) in [
            ("1980", "jpy", "1980"),
            ("1980", "JPY", "1980"),
            ("1980", "usd", "19.80"),
            ("5", "usd", "0.05"),
            ("0", "usd", "0.00"),
            ("-5", "usd", "-0.05"),
            ("-0", "jpy", "0"),
            ("-1980", "jpy", "-1980"),
            ("5120", "kwd", "5.120"),
            ("5", "bhd", "0.005"),
            ("500", "isk", "5"),
            ("0", "ugx", "0"),
            ("550", "isk", "5.50"),
            ("1050", "huf", "10.50"),
            ("80045", "twd", "800.45"),
            ("0.5", "usd", "0.005"),
            ("12.50", "jpy", "12.5"),
            ("007", "usd", "0.07"),
            ("99999999999999999999", "usd", "999999999999999999.99"),
        ] {
            assert_eq!(amount(minor, currency).as_deref(), Some(text), "{minor} {currency}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for (minor, currency) in [
            ("", "usd"),
            ("-", "usd"),
            ("1e3", "usd"),
            ("1,000", "usd"),
            ("1.", "usd"),
            (".5", "usd"),
            ("abc", "usd"),
            ("１", "usd"),
            ("1", ""),
            ("1", "dollars"),
            ("1", "円円円"),
            ("--1", "usd"),
        ] {
            assert_eq!(amount(minor, currency), None, "{minor} {currency}");
        }
    }

    proptest! {
        #[test]
        fn an_amount_loses_nothing(minor in any::<i64>(), currency in "usd|jpy|kwd|isk|eur") {
            let text = amount(&minor.to_string(), &currency).unwrap();
            let digits: String = text.chars().filter(|c| *c != '.').collect();
            let back: i128 = digits.parse().unwrap();
            let scale = if currency == "isk" && !text.contains('.') { 100 } else { 1 };
            prop_assert_eq!(back * scale, i128::from(minor));
        }

        #[test]
        fn no_text_makes_it_panic(minor in "\\PC{0,12}|[-.0-9]{0,80}", currency in "\\PC{0,4}|[a-z]{3}") {
            let _ = amount(&minor, &currency);
        }
    }
}
