//! Exact arithmetic on decimal numbers.

use std::fmt;

use super::Rounding;
use crate::kintone::Number;

/// A decimal number: `units / 10^places`. What does not fit into 38 digits is `None`, never wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    units: i128,
    places: u32,
}

/// The most decimals that a transform may ask for: what kintone keeps at most.
pub(crate) const MOST_DECIMALS: u32 = 10;

impl Decimal {
    pub(crate) fn of(units: i128, places: u32) -> Self {
        Self { units, places }
    }

    /// Reads what kintone takes as a number.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let tidy = Number::parse(text)?.text();
        let (whole, fraction) = tidy.split_once('.').unwrap_or((&tidy, ""));
        let units = [whole, fraction].concat().parse().ok()?;
        Some(Self { units, places: u32::try_from(fraction.len()).ok()? })
    }

    pub(crate) fn is_zero(self) -> bool {
        self.units == 0
    }

    /// The units, and how many decimals they have.
    pub(crate) fn parts(self) -> (i128, u32) {
        (self.units, self.places)
    }

    fn with_places(self, places: u32) -> Option<i128> {
        self.units.checked_mul(10i128.checked_pow(places.checked_sub(self.places)?)?)
    }

    pub(crate) fn add(self, other: Self) -> Option<Self> {
        let places = self.places.max(other.places);
        let units = self.with_places(places)?.checked_add(other.with_places(places)?)?;
        Some(Self { units, places }.tidy())
    }

    pub(crate) fn negated(self) -> Option<Self> {
        Some(Self { units: self.units.checked_neg()?, places: self.places })
    }

    pub(crate) fn multiply(self, other: Self) -> Option<Self> {
        let units = self.units.checked_mul(other.units)?;
        Some(Self { units, places: self.places.checked_add(other.places)? }.tidy())
    }

    /// With exactly these many decimals; `None` by 0.
    pub(crate) fn divide(self, by: Self, places: u32, mode: Rounding) -> Option<Self> {
        // a/10^p ÷ b/10^q = a·10^q / b·10^p, in units of 10^-places.
        let up = by.places.checked_add(places)?;
        let common = up.min(self.places);
        let numerator = self.units.checked_mul(10i128.checked_pow(up - common)?)?;
        let denominator = by.units.checked_mul(10i128.checked_pow(self.places - common)?)?;
        Some(Self { units: rounded(numerator, denominator, mode)?, places })
    }

    /// With exactly these many decimals.
    pub(crate) fn round(self, places: u32, mode: Rounding) -> Option<Self> {
        self.divide(Self::of(1, 0), places, mode)
    }

    /// With all its decimals.
    pub(crate) fn text(self) -> String {
        let sign = if self.units < 0 { "-" } else { "" };
        let places = self.places as usize;
        let digits = digits(self.units.unsigned_abs());
        let zeros = "0".repeat((places + 1).saturating_sub(digits.len()));
        let digits = [zeros, digits].concat();
        let (whole, fraction) = digits.split_at(digits.len() - places);
        [sign, whole, if fraction.is_empty() { "" } else { "." }, fraction].concat()
    }

    /// Without trailing zeros.
    fn tidy(mut self) -> Self {
        while self.places > 0 && self.units % 10 == 0 {
            self.units /= 10;
            self.places -= 1;
        }
        self
    }
}

/// An exact quotient rounded to an integer.
pub(crate) fn rounded(numerator: i128, denominator: i128, mode: Rounding) -> Option<i128> {
    let quotient = numerator.checked_div(denominator)?;
    let rest = numerator.checked_rem(denominator)?.unsigned_abs();
    if rest == 0 {
        return Some(quotient);
    }
    // The rest against the other part of the denominator: no doubling that could overflow.
    let half = rest.cmp(&(denominator.unsigned_abs() - rest));
    let away = match mode {
        Rounding::Up => true,
        Rounding::Down => false,
        Rounding::HalfUp => half.is_ge(),
        Rounding::HalfEven => half.is_gt() || (half.is_eq() && quotient % 2 != 0),
    };
    let step = if (numerator < 0) == (denominator < 0) { 1 } else { -1 };
    if away { quotient.checked_add(step) } else { Some(quotient) }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// The number's digits, nine at a time: to divide 128 bits by ten again and again takes more code than all
/// else here.
fn digits(number: u128) -> String {
    const NINE_DIGITS: u64 = 1_000_000_000;
    let mut parts = [96, 64, 32, 0].map(|shift| u64::from((number >> shift) as u32));
    let mut digits = String::new();
    loop {
        let mut rest = 0;
        for part in &mut parts {
            let whole = (rest << 32) | *part;
            *part = whole / NINE_DIGITS;
            rest = whole % NINE_DIGITS;
        }
        let lowest = rest.to_string();
        if parts == [0; 4] {
            return [lowest, digits].concat();
        }
        let zeros = "0".repeat(9 - lowest.len().min(9));
        digits = [zeros, lowest, digits].concat();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn arithmetic_is_exact() {
        let shown = |value: Option<Decimal>| value.map(|value| value.to_string());
        assert_eq!(shown(decimal("0.1").add(decimal("0.2"))).as_deref(), Some("0.3"));
        assert_eq!(shown(decimal("1980").multiply(decimal("1.10"))).as_deref(), Some("2178"));
        assert_eq!(shown(decimal("-0.5").multiply(decimal("0.5"))).as_deref(), Some("-0.25"));
        assert_eq!(shown(decimal("10").divide(decimal("3"), 2, Rounding::HalfUp)).as_deref(), Some("3.33"));
        assert_eq!(shown(decimal("1").divide(decimal("0.003"), 0, Rounding::Up)).as_deref(), Some("334"));
        assert_eq!(decimal("1").divide(decimal("0"), 0, Rounding::Up), None);
        assert_eq!(decimal(&"9".repeat(38)).multiply(decimal("10")), None);
        assert_eq!(Decimal::parse(&"9".repeat(39)), None);
    }

    #[test]
    fn each_mode_rounds_in_its_way() {
        for (text, half_up, half_even, up, down) in [
            ("2.5", "3", "2", "3", "2"),
            ("3.5", "4", "4", "4", "3"),
            ("-2.5", "-3", "-2", "-3", "-2"),
            ("2.4", "2", "2", "3", "2"),
            ("-0.4", "0", "0", "-1", "0"),
            ("7", "7", "7", "7", "7"),
        ] {
            let round = |mode| decimal(text).round(0, mode).map(|value| value.to_string());
            let modes = [Rounding::HalfUp, Rounding::HalfEven, Rounding::Up, Rounding::Down];
            let expected = [half_up, half_even, up, down].map(|text| Some(text.to_owned()));
            assert_eq!(modes.map(round), expected, "{text}");
        }
        let fixed = decimal("1.5").round(2, Rounding::HalfUp).map(|value| value.to_string());
        assert_eq!(fixed.as_deref(), Some("1.50"));
    }

    proptest! {
        #[test]
        fn digits_are_those_of_the_number(number in any::<u128>(), fewer in 0..128) {
            for number in [number, number >> fewer] {
                prop_assert_eq!(digits(number), number.to_string());
            }
        }

        #[test]
        fn no_numbers_make_it_panic(a in any::<i128>(), b in any::<i128>(), p in 0u32..40, q in 0u32..40, places in 0u32..11) {
            let (x, y) = (Decimal::of(a, p), Decimal::of(b, q));
            let _ = (x.add(y), x.multiply(y), x.negated(), x.to_string());
            for mode in [Rounding::HalfUp, Rounding::HalfEven, Rounding::Up, Rounding::Down] {
                let _ = (x.divide(y, places, mode), x.round(places, mode));
            }
        }

        #[test]
        fn a_quotient_is_within_one_unit(a in -10_000i128..10_000, b in 1i128..500) {
            let down = rounded(a, b, Rounding::Down).unwrap();
            for mode in [Rounding::HalfUp, Rounding::HalfEven, Rounding::Up] {
                prop_assert!((rounded(a, b, mode).unwrap() - down).abs() <= 1);
            }
            prop_assert!((down * b - a).abs() < b);
        }
    }
}
