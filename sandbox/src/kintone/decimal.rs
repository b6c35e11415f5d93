//! Exact decimals for the number field: kintone keeps up to 30 digits, more than any float.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

/// How decimals beyond an app's limit are rounded (kintone's app settings, `roundingMode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RoundingMode {
    /// To the nearest, a tie to the even neighbour: kintone's default.
    #[default]
    HalfEven,
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
}

/// The largest exponent that is expanded; anything above has too many digits for every app.
const MAX_EXPONENT: i64 = 1_000;

/// A decimal number: `±digits × 10^-scale`, `scale ≥ 0`, without leading zeros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    scale: usize,
}

impl Decimal {
    /// Reads what kintone takes as a number: half-width digits, sign, point and exponent, and nothing
    /// else ("Field types", kintone's documentation).
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let digits = digits.iter().map(|digit| digit - b'0').collect();
        let scale = i64::try_from(fraction.len()).ok()? - exponent;
        Some(Self::new(negative, digits, scale))
    }

    fn new(negative: bool, mut digits: Vec<u8>, scale: i64) -> Self {
        let scale = if scale < 0 {
            let zeros = usize::try_from(-scale).unwrap_or(0);
            digits.extend(std::iter::repeat_n(0, zeros));
            0
        } else {
            usize::try_from(scale).unwrap_or(0)
        };
        let leading = digits.iter().take_while(|digit| **digit == 0).count();
        digits.drain(..leading);
        let negative = negative && !digits.is_empty();
        Self { negative, digits, scale }
    }

    /// How many digits stand before the decimal point; 0 for `0.5`.
    pub(crate) fn integer_digits(&self) -> usize {
        self.digits.len().saturating_sub(self.scale)
    }

    /// Rounded to `places` decimals.
    pub(crate) fn rounded(&self, places: usize, mode: RoundingMode) -> Self {
        if self.scale <= places {
            return self.clone();
        }
        let cut = self.scale - places;
        // Pad so that the part cut off is always there to look at.
        let mut padded = vec![0; (cut + 1).saturating_sub(self.digits.len())];
        padded.extend(&self.digits);
        let (kept, dropped) = padded.split_at(padded.len() - cut);
        let mut kept = kept.to_vec();
        if rounds_away(&kept, dropped, mode) {
            increment(&mut kept);
        }
        Self::new(self.negative, kept, i64::try_from(places).unwrap_or(i64::MAX))
    }

    /// Without trailing zeros after the point.
    pub(crate) fn stripped(&self) -> Self {
        let mut stripped = self.clone();
        if stripped.digits.is_empty() {
            stripped.scale = 0;
        }
        while stripped.scale > 0 && stripped.digits.last() == Some(&0) {
            stripped.digits.pop();
            stripped.scale -= 1;
        }
        stripped
    }

    /// Plain notation, never with an exponent.
    pub(crate) fn to_plain(&self) -> String {
        let mut text = String::new();
        if self.negative {
            text.push('-');
        }
        let mut digits = vec![0; (self.scale + 1).saturating_sub(self.digits.len())];
        digits.extend(&self.digits);
        let point = digits.len() - self.scale;
        for (position, digit) in digits.iter().enumerate() {
            if position == point {
                text.push('.');
            }
            text.push(char::from(b'0' + digit));
        }
        text
    }

    /// Numeric order: `1.0` equals `1`.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.compare_magnitude(other),
            (true, true) => other.compare_magnitude(self),
        }
    }

    fn compare_magnitude(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        let widen = |number: &Self| {
            let mut digits = number.digits.clone();
            if !digits.is_empty() {
                digits.extend(std::iter::repeat_n(0, scale - number.scale));
            }
            digits
        };
        let (mine, theirs) = (widen(self), widen(other));
        mine.len().cmp(&theirs.len()).then_with(|| mine.cmp(&theirs))
    }
}

fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse::<i64>().ok().filter(|exponent| exponent.abs() <= MAX_EXPONENT)
}

fn rounds_away(kept: &[u8], dropped: &[u8], mode: RoundingMode) -> bool {
    let nothing_lost = dropped.iter().all(|digit| *digit == 0);
    match mode {
        RoundingMode::Down => false,
        RoundingMode::Up => !nothing_lost,
        RoundingMode::HalfEven => {
            let first = dropped.first().copied().unwrap_or(0);
            let tie = first == 5 && dropped.iter().skip(1).all(|digit| *digit == 0);
            let odd = kept.last().is_some_and(|digit| digit % 2 == 1);
            first > 5 || (first == 5 && (!tie || odd))
        }
    }
}

fn increment(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        if *digit < 9 {
            *digit += 1;
            return;
        }
        *digit = 0;
    }
    digits.insert(0, 1);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Option<String> {
        Decimal::parse(text).map(|number| number.to_plain())
    }

    fn rounded(text: &str, places: usize, mode: RoundingMode) -> String {
        Decimal::parse(text).unwrap().rounded(places, mode).to_plain()
    }

    #[test]
    fn exponents_are_written_out() {
        assert_eq!(plain("1.5e1").as_deref(), Some("15"));
        assert_eq!(plain("-2E-3").as_deref(), Some("-0.002"));
        assert_eq!(plain("+.5").as_deref(), Some("0.5"));
        assert_eq!(plain("007").as_deref(), Some("7"));
        assert_eq!(plain("-0").as_deref(), Some("0"));
    }

    #[test]
    fn separators_words_and_full_width_digits_are_no_numbers() {
        for text in ["1,000", " 42", "42 ", "abc", "12abc", "", ".", "1e", "１２", "¥100", "--1", "1e99999"]
        {
            assert_eq!(plain(text), None, "{text}");
        }
    }

    #[test]
    fn a_tie_goes_to_the_even_neighbour() {
        let half_even = RoundingMode::HalfEven;
        assert_eq!(rounded("0.12345", 4, half_even), "0.1234");
        assert_eq!(rounded("0.12355", 4, half_even), "0.1236");
        assert_eq!(rounded("0.123450001", 4, half_even), "0.1235");
        assert_eq!(rounded("9.99995", 4, half_even), "10.0000");
        assert_eq!(rounded("0.00005", 4, half_even), "0.0000");
        assert_eq!(rounded("-2.5", 0, half_even), "-2");
        assert_eq!(rounded("0.0001", 0, RoundingMode::Up), "1");
        assert_eq!(rounded("-1.9", 0, RoundingMode::Down), "-1");
    }

    #[test]
    fn thirty_digits_stay_exact() {
        let text = "12345678901234567890.1234567891";
        assert_eq!(plain(text).as_deref(), Some(text));
        assert_eq!(Decimal::parse(text).unwrap().integer_digits(), 20);
        assert_eq!(Decimal::parse("0.5").unwrap().integer_digits(), 0);
    }

    #[test]
    fn order_is_numeric() {
        let compare =
            |left: &str, right: &str| Decimal::parse(left).unwrap().compare(&Decimal::parse(right).unwrap());
        assert_eq!(compare("1.0", "1"), Ordering::Equal);
        assert_eq!(compare("9", "10"), Ordering::Less);
        assert_eq!(compare("-9", "-10"), Ordering::Greater);
        assert_eq!(compare("0.0", "-0"), Ordering::Equal);
        assert_eq!(compare("0.09", "0.1"), Ordering::Less);
    }
}
