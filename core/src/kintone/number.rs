//! NUMBER values: decimal text, compared and rounded without ever being a float.

use std::cmp::Ordering;

use super::{NumberPrecision, RoundingMode};

/// More digits than this, written out, are no number anyone keeps.
const MOST_DIGITS: i64 = 400;

/// A decimal number as kintone takes one: half-width digits, `+ - . e E`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    negative: bool,
    /// Digits before the point, without leading zeros.
    integer: String,
    /// Digits after the point, without trailing zeros.
    fraction: String,
}

impl Number {
    /// Reads `20`, `-1.50`, `.5`, `1.5e3`; `None` for `1,000`, full-width digits, or an absurd size.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (rest, 0),
        };
        let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = [integer, fraction].concat();
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let length = i64::try_from(digits.len()).ok()?;
        let point = i64::try_from(integer.len()).ok()?.checked_add(exponent)?;
        if length > MOST_DIGITS || point.abs() > MOST_DIGITS {
            return None;
        }
        Some(Self::with_point(negative, &digits, point))
    }

    /// `digits` with the point after the first `point` of them, which may lie outside.
    fn with_point(negative: bool, digits: &str, point: i64) -> Self {
        let length = digits.len();
        let (integer, fraction) = match usize::try_from(point) {
            Ok(point) if point <= length => {
                let (integer, fraction) = digits.split_at(point);
                (integer.to_owned(), fraction.to_owned())
            }
            Ok(point) => ([digits, &"0".repeat(point - length)].concat(), String::new()),
            Err(_) => {
                let zeros = usize::try_from(point.unsigned_abs()).unwrap_or_default();
                (String::new(), ["0".repeat(zeros), digits.to_owned()].concat())
            }
        };
        Self::tidy(negative, &integer, &fraction)
    }

    fn tidy(negative: bool, integer: &str, fraction: &str) -> Self {
        let integer = integer.trim_start_matches('0').to_owned();
        let fraction = fraction.trim_end_matches('0').to_owned();
        let is_zero = integer.is_empty() && fraction.is_empty();
        Self { negative: negative && !is_zero, integer, fraction }
    }

    /// The number as text, without zeros that say nothing.
    #[must_use]
    pub fn text(&self) -> String {
        let sign = if self.negative { "-" } else { "" };
        let integer = if self.integer.is_empty() { "0" } else { &self.integer };
        let point = if self.fraction.is_empty() { "" } else { "." };
        [sign, integer, point, &self.fraction].concat()
    }

    /// How many digits stand before the point; 0 for `0.5`.
    #[must_use]
    pub fn integer_digits(&self) -> usize {
        self.integer.len()
    }

    /// How many digits stand after the point, trailing zeros not counted.
    #[must_use]
    pub fn decimal_places(&self) -> usize {
        self.fraction.len()
    }

    /// The number as kintone keeps it in an app of this precision.
    #[must_use]
    pub fn rounded(&self, precision: NumberPrecision) -> Self {
        let places = precision.decimal_places as usize;
        let Some((kept, cut)) = self.fraction.split_at_checked(places) else {
            return self.clone();
        };
        let digits = [&self.integer, kept].concat();
        let up = match precision.rounding_mode {
            RoundingMode::Up => !cut.is_empty(),
            RoundingMode::Down => false,
            RoundingMode::HalfEven => match half(cut) {
                Ordering::Equal => digits.bytes().last().is_some_and(|digit| digit % 2 == 1),
                other => other == Ordering::Greater,
            },
        };
        let digits = if up { increment(&digits) } else { digits };
        let (integer, fraction) = digits.split_at(digits.len().saturating_sub(places));
        Self::tidy(self.negative, integer, fraction)
    }
}

/// The digits after the point against one half.
fn half(cut: &str) -> Ordering {
    cut.trim_end_matches('0').cmp("5")
}

fn increment(digits: &str) -> String {
    let (head, nines) = digits.split_at(digits.trim_end_matches('9').len());
    let zeros = "0".repeat(nines.len());
    match head.as_bytes().split_last() {
        Some((last, rest)) => {
            let mut more: String = rest.iter().map(|b| char::from(*b)).collect();
            more.push(char::from(last + 1));
            more + &zeros
        }
        None => ["1", &zeros].concat(),
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text())
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let size = |a: &Self, b: &Self| {
            (a.integer.len(), &a.integer, &a.fraction).cmp(&(b.integer.len(), &b.integer, &b.fraction))
        };
        match (self.negative, other.negative) {
            (false, false) => size(self, other),
            (true, true) => size(other, self),
            (negative, _) => {
                if negative {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn equal_numbers_have_one_text() {
        for (text, tidy) in [
            ("20", "20"),
            ("020.0", "20"),
            ("+1.50", "1.5"),
            (".5", "0.5"),
            ("-0", "0"),
            ("-0.0", "0"),
            ("1.5e3", "1500"),
            ("15E-1", "1.5"),
            ("5e-3", "0.005"),
            ("5.", "5"),
            ("1e2", "100"),
        ] {
            assert_eq!(number(text).to_string(), tidy, "{text}");
        }
    }

    #[test]
    fn what_kintone_refuses_is_no_number() {
        for text in [
            "",
            "-",
            ".",
            "1,000",
            "１０",
            "abc",
            "1e",
            "1e999999999999",
            "e5",
            "1 ",
            "--1",
            "1.2.3",
            "0x1",
            "1e500",
        ] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_ordered_by_size() {
        let sorted = ["-100", "-20", "-0.5", "0", "0.05", "0.5", "3", "20", "100.01"].map(number);
        assert!(sorted.is_sorted());
        assert!(number("9") < number("10") && number("-9") > number("-10"));
    }

    #[test]
    fn rounding_is_the_apps() {
        let round = |text: &str, mode| {
            let precision = NumberPrecision { digits: 16, decimal_places: 2, rounding_mode: mode };
            number(text).rounded(precision).to_string()
        };
        assert_eq!(round("1.225", RoundingMode::HalfEven), "1.22");
        assert_eq!(round("1.235", RoundingMode::HalfEven), "1.24");
        assert_eq!(round("1.2251", RoundingMode::HalfEven), "1.23");
        assert_eq!(round("-9.999", RoundingMode::HalfEven), "-10");
        assert_eq!(round("0.001", RoundingMode::Up), "0.01");
        assert_eq!(round("0.009", RoundingMode::Down), "0");
        assert_eq!(round("0.004", RoundingMode::HalfEven), "0");
        assert_eq!(round("1.5", RoundingMode::Up), "1.5");
    }

    proptest! {
        #[test]
        fn it_agrees_with_integers(a in any::<i64>(), b in any::<i64>()) {
            let (x, y) = (number(&a.to_string()), number(&b.to_string()));
            prop_assert_eq!(x.cmp(&y), a.cmp(&b));
            prop_assert_eq!(x.to_string(), a.to_string());
        }

        #[test]
        fn no_text_makes_it_panic(text in "[-+.eE0-9,]{0,24}|\\PC{0,8}", places in 0u32..11) {
            if let Some(number) = Number::parse(&text) {
                let mode = [RoundingMode::HalfEven, RoundingMode::Up, RoundingMode::Down][places as usize % 3];
                let rounded = number.rounded(NumberPrecision { digits: 30, decimal_places: places, rounding_mode: mode });
                prop_assert!(rounded.decimal_places() <= places as usize);
                prop_assert_eq!(Number::parse(&number.to_string()), Some(number));
            }
        }
    }
}
