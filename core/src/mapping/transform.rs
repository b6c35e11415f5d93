//! Transforms: from the value that Stripe has to the value that kintone takes.

use serde_json::Value;

use super::{Path, Transform, Zone};
use crate::instant;
use crate::stripe::currency;
use crate::validation::Code;

/// A transform whose path and zone have been read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum CompiledTransform {
    Amount { currency: Path },
    Date { offset_seconds: i32 },
    Datetime,
}

impl Zone {
    /// Seconds east of Greenwich, for the zones that are built in: `Asia/Tokyo`, which has had no
    /// summer time since 1951, `UTC`, and fixed offsets such as `+09:00`.
    #[must_use]
    pub fn offset_seconds(&self) -> Option<i32> {
        match self.0.as_str() {
            "Asia/Tokyo" => Some(9 * 3600),
            "UTC" => Some(0),
            offset => instant::parse_offset(offset),
        }
    }
}

impl CompiledTransform {
    /// Reads the parts of a transform; a problem comes with what to say of it.
    pub(super) fn new(transform: &Transform) -> Result<Self, (Code, String)> {
        Ok(match transform {
            Transform::Amount { currency } => Self::Amount {
                currency: Path::parse(currency)
                    .map_err(|error| (Code::InvalidPath, format!("{currency}: {error}")))?,
            },
            Transform::Date { zone } => Self::Date {
                offset_seconds: zone.offset_seconds().ok_or_else(|| (Code::UnknownZone, zone.0.clone()))?,
            },
            Transform::Datetime {} => Self::Datetime,
        })
    }

    /// Applies it. Nothing (null, missing, `""`) stays nothing.
    ///
    /// # Errors
    /// The code of the issue when the value is not one this transform can take.
    pub(super) fn apply(&self, value: &Value, object: &Value) -> Result<Value, Code> {
        if is_nothing(value) {
            return Ok(Value::Null);
        }
        let text = match self {
            Self::Amount { currency } => {
                let code = currency.get(object).and_then(Value::as_str).ok_or(Code::NoCurrency)?;
                if !currency::is_currency(code) {
                    return Err(Code::NoCurrency);
                }
                currency::amount(&number_text(value).ok_or(Code::NotAnAmount)?, code)
                    .ok_or(Code::NotAnAmount)?
            }
            Self::Date { offset_seconds } => {
                instant::date_text(unix_seconds(value)?, *offset_seconds).ok_or(Code::NotAMoment)?
            }
            Self::Datetime => instant::datetime_text(unix_seconds(value)?).ok_or(Code::NotAMoment)?,
        };
        Ok(Value::String(text))
    }
}

pub(super) fn is_nothing(value: &Value) -> bool {
    matches!(value, Value::Null) || value.as_str() == Some("")
}

fn number_text(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// Unix seconds, or the RFC 3339 text that Stripe's v2 objects carry.
fn unix_seconds(value: &Value) -> Result<i64, Code> {
    let seconds = match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok().or_else(|| instant::parse_rfc3339(text)),
        _ => None,
    };
    seconds.ok_or(Code::NotAMoment)
}

#[cfg(test)]
#[expect(clippy::needless_pass_by_value, reason = "json!(…) reads best as it stands")]
mod tests {
    use serde_json::json;

    use super::*;

    fn apply(transform: Value, value: Value) -> Result<Value, Code> {
        let transform: Transform = serde_json::from_value(transform).unwrap();
        CompiledTransform::new(&transform)
            .unwrap()
            .apply(&value, &json!({"currency": "usd", "in": {"c": "jpy"}}))
    }

    #[test]
    fn an_amount_is_in_the_currency_of_its_object() {
        assert_eq!(apply(json!({"amount": {}}), json!(1980)), Ok(json!("19.80")));
        assert_eq!(apply(json!({"amount": {"currency": "in.c"}}), json!(1980)), Ok(json!("1980")));
        assert_eq!(apply(json!({"amount": {}}), json!("0.5")), Ok(json!("0.005")));
        assert_eq!(apply(json!({"amount": {"currency": "nowhere"}}), json!(1)), Err(Code::NoCurrency));
        assert_eq!(apply(json!({"amount": {}}), json!(1.5e300)), Err(Code::NotAnAmount));
        assert_eq!(apply(json!({"amount": {}}), json!(true)), Err(Code::NotAnAmount));
    }

    #[test]
    fn a_date_is_that_of_the_zone() {
        let just_after_15_utc = json!(1_795_359_600);
        for (zone, date) in [
            (json!({}), "2026-11-23"),
            (json!({"zone": "Asia/Tokyo"}), "2026-11-23"),
            (json!({"zone": "UTC"}), "2026-11-22"),
            (json!({"zone": "-05:00"}), "2026-11-22"),
        ] {
            assert_eq!(apply(json!({"date": zone}), just_after_15_utc.clone()), Ok(json!(date)));
        }
    }

    #[test]
    fn a_datetime_is_a_utc_instant() {
        assert_eq!(apply(json!({"datetime": {}}), json!(0)), Ok(json!("1970-01-01T00:00:00Z")));
        assert_eq!(
            apply(json!({"datetime": {}}), json!("2026-11-22T19:00:00+09:00")),
            Ok(json!("2026-11-22T10:00:00Z"))
        );
        assert_eq!(apply(json!({"datetime": {}}), json!("soon")), Err(Code::NotAMoment));
        assert_eq!(apply(json!({"datetime": {}}), json!(i64::MAX)), Err(Code::NotAMoment));
    }

    #[test]
    fn nothing_stays_nothing() {
        for transform in [json!({"amount": {}}), json!({"date": {}}), json!({"datetime": {}})] {
            assert_eq!(apply(transform.clone(), json!(null)), Ok(json!(null)));
            assert_eq!(apply(transform, json!("")), Ok(json!(null)));
        }
    }

    #[test]
    fn a_zone_that_is_not_built_in_is_refused() {
        for zone in ["Mars/Olympus", "", "+9", "+25:00", "asia/tokyo"] {
            let transform = Transform::Date { zone: Zone(zone.to_owned()) };
            assert_eq!(CompiledTransform::new(&transform), Err((Code::UnknownZone, zone.to_owned())));
        }
    }
}
