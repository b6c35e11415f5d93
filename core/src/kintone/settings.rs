//! What of an app's settings decides how numbers are kept (`GET /k/v1/app/settings.json`).

use crate::json::Value;
use serde::{Deserialize, Serialize};

/// 数値と計算の精度: how many digits a NUMBER keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NumberPrecision {
    /// 全体の桁数, 1 to 30. Digits before the point beyond `digits - decimal_places` are refused.
    pub digits: u32,
    /// 小数部の桁数, 0 to 10. Digits after the point beyond these are rounded in silence.
    pub decimal_places: u32,
    /// How they are rounded.
    pub rounding_mode: RoundingMode,
}

/// How kintone rounds what does not fit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RoundingMode {
    /// 最近接偶数への丸め: to the nearest, a half to the even one.
    #[default]
    HalfEven,
    /// 切り上げ: away from zero.
    Up,
    /// 切り捨て: towards zero.
    Down,
}

impl RoundingMode {
    fn named(name: &str) -> Self {
        match name {
            "UP" => Self::Up,
            "DOWN" => Self::Down,
            _ => Self::HalfEven,
        }
    }
}

impl Default for NumberPrecision {
    /// What a new app has: 16 digits, 4 of them decimals, half to even.
    fn default() -> Self {
        Self { digits: 16, decimal_places: 4, rounding_mode: RoundingMode::HalfEven }
    }
}

impl NumberPrecision {
    /// Reads kintone's answer; what it does not say is as in a new app.
    #[must_use]
    pub fn from_settings(json: &[u8]) -> Self {
        Self::from_json(&serde_json::from_slice(json).unwrap_or_default())
    }

    /// Reads kintone's answer whose text was read already.
    #[must_use]
    pub fn from_json(settings: &Value) -> Self {
        let precision = settings.get("numberPrecision");
        let number = |name: &str| match precision?.get(name)? {
            Value::String(text) => text.parse().ok(),
            Value::Number(number) => number.as_u64().and_then(|number| u32::try_from(number).ok()),
            _ => None,
        };
        let usual = Self::default();
        Self {
            digits: number("digits").unwrap_or(usual.digits),
            decimal_places: number("decimalPlaces").unwrap_or(usual.decimal_places),
            rounding_mode: precision
                .and_then(|precision| precision.get("roundingMode"))
                .and_then(Value::as_str)
                .map_or(usual.rounding_mode, RoundingMode::named),
        }
    }

    /// How many digits may stand before the point.
    #[must_use]
    pub fn integer_digits(&self) -> u32 {
        self.digits.saturating_sub(self.decimal_places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_precision_of_an_app_is_read() {
        let json =
            br#"{"name":"x","numberPrecision":{"digits":"20","decimalPlaces":"6","roundingMode":"DOWN"}}"#;
        let precision = NumberPrecision::from_settings(json);
        assert_eq!((precision.digits, precision.decimal_places), (20, 6));
        assert_eq!(precision.rounding_mode, RoundingMode::Down);
        assert_eq!(precision.integer_digits(), 14);
    }

    #[test]
    fn what_is_not_said_is_as_in_a_new_app() {
        for json in ["", "{}", r#"{"numberPrecision":{"digits":[],"roundingMode":"X"}}"#] {
            assert_eq!(NumberPrecision::from_settings(json.as_bytes()), NumberPrecision::default());
        }
    }
}
