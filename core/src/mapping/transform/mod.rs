//! Transforms: from the value that Stripe has to the value that kintone takes.

mod address;
mod document;
mod width;

use crate::json::Value;

use super::context::{Scope, Zones};
use super::decimal::{Decimal, MOST_DECIMALS};
use super::fault::Fault;
use super::{Path, Zone};
use crate::ByName;
use crate::instant;
use crate::letter_case;
use crate::stripe::currency;
use crate::text_search;
use crate::validation::Code;

pub use document::{LetterCase, Otherwise, PhoneForm, Rounding, Transform, Width};
pub(crate) use width::convert as convert_width;

/// A transform whose paths, zones and numbers have been read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum CompiledTransform {
    Amount { currency: Path },
    Date { zone: CompiledZone },
    Datetime,
    Time { zone: CompiledZone },
    Map { values: ByName<String>, otherwise: Otherwise },
    Text(TextStep),
    Join { with: String },
    Split { at: String },
    Number(NumberStep),
    Boolean { yes: String, no: String },
    Default { value: String },
}

/// From one text to one text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TextStep {
    Case(LetterCase),
    Trim,
    Width(Width),
    Phone(PhoneForm),
    PostalCode,
    Substring { start: usize, length: usize },
}

/// From one number to one number.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum NumberStep {
    Round { places: u32, mode: Rounding },
    Add(Decimal),
    Multiply(Decimal),
    Divide { by: Decimal, places: u32, mode: Rounding },
}

/// A zone that can be used.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum CompiledZone {
    Fixed(i32),
    Named(String),
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

impl CompiledZone {
    pub(super) fn new(zone: &Zone, zones: &dyn Zones) -> Result<Self, Fault> {
        match zone.offset_seconds() {
            Some(offset) => Ok(Self::Fixed(offset)),
            // Some platforms know offsets as zones (`+9`): every platform shall take the same mappings.
            None if !zone.0.starts_with(['+', '-', '\u{2212}'])
                && zones.offset_seconds(&zone.0, 0).is_some() =>
            {
                Ok(Self::Named(zone.0.clone()))
            }
            None => Err(Fault::new(Code::UnknownZone, &zone.0)),
        }
    }

    pub(super) fn offset(&self, at: i64, zones: &dyn Zones) -> Result<i32, Fault> {
        match self {
            Self::Fixed(offset) => Ok(*offset),
            // That there is such a zone was seen when it was read.
            Self::Named(name) => zones.offset_seconds(name, at).ok_or_else(|| Code::NotAMoment.into()),
        }
    }
}

impl CompiledTransform {
    /// Reads the parts of a transform; a problem comes with what to say of it.
    pub(super) fn new(transform: &Transform, zones: &dyn Zones) -> Result<Self, Fault> {
        Ok(match transform {
            Transform::Amount { currency } => Self::Amount { currency: super::value::path(currency)? },
            Transform::Date { zone } => Self::Date { zone: CompiledZone::new(zone, zones)? },
            Transform::Datetime {} => Self::Datetime,
            Transform::Time { zone } => Self::Time { zone: CompiledZone::new(zone, zones)? },
            Transform::Map { values, otherwise } => {
                Self::Map { values: values.clone(), otherwise: otherwise.clone() }
            }
            Transform::Case { to } => Self::Text(TextStep::Case(*to)),
            Transform::Trim {} => Self::Text(TextStep::Trim),
            Transform::Width { to } => Self::Text(TextStep::Width(*to)),
            Transform::Phone { form } => Self::Text(TextStep::Phone(*form)),
            Transform::PostalCode {} => Self::Text(TextStep::PostalCode),
            Transform::Substring { start, length } => Self::Text(TextStep::Substring {
                start: *start as usize,
                length: length.map_or(usize::MAX, |length| length as usize),
            }),
            Transform::Join { with } => Self::Join { with: with.clone() },
            Transform::Split { at } if at.is_empty() => return Err(invalid("split: at \"\"")),
            Transform::Split { at } => Self::Split { at: at.clone() },
            Transform::Boolean { yes, no } => Self::Boolean { yes: yes.clone(), no: no.clone() },
            Transform::Default { value } => Self::Default { value: value.clone() },
            number => Self::Number(NumberStep::new(number)?),
        })
    }

    /// The path that it looks at beside its value.
    pub(super) fn path(&self) -> Option<&Path> {
        if let Self::Amount { currency } = self { Some(currency) } else { None }
    }

    /// Applies it. Nothing (null, missing, `""`, `[]`) stays nothing, unless it has a default.
    ///
    /// # Errors
    /// The code of the issue when the value is not one this transform can take.
    pub(super) fn apply(&self, value: Value, scope: Scope<'_>) -> Result<Value, Fault> {
        if is_nothing(&value) {
            return Ok(if let Self::Default { value } = self {
                Value::String(value.clone())
            } else {
                Value::Null
            });
        }
        match (self, value) {
            (Self::Default { .. }, value) => Ok(value),
            (Self::Join { with }, value) => join(value, with),
            (transform, Value::Array(items)) => {
                let each = |item| transform.apply(item, scope);
                let items: Vec<Value> = items.into_iter().map(each).collect::<Result<_, _>>()?;
                let kept = items.into_iter().filter(|item| !is_nothing(item));
                Ok(Value::Array(kept.flat_map(flattened).collect()))
            }
            (transform, value) => transform.one(&value, scope),
        }
    }

    fn one(&self, value: &Value, scope: Scope<'_>) -> Result<Value, Fault> {
        let text = match self {
            Self::Amount { currency } => amount(value, currency, scope)?,
            Self::Date { zone } => {
                let at = unix_seconds(value)?;
                instant::date_text(at, zone.offset(at, scope.zones)?).ok_or(Code::NotAMoment)?
            }
            Self::Datetime => instant::datetime_text(unix_seconds(value)?).ok_or(Code::NotAMoment)?,
            Self::Time { zone } => {
                let at = unix_seconds(value)?;
                let local = at.checked_add(zone.offset(at, scope.zones)?.into()).ok_or(Code::NotAMoment)?;
                let minute = local.rem_euclid(86_400) / 60;
                text_search::join(&[instant::two_digits(minute / 60), instant::two_digits(minute % 60)], ":")
            }
            Self::Map { values, otherwise } => return mapped(value, values, otherwise),
            Self::Text(step) => step.apply(&text(value)?)?,
            Self::Number(step) => step.apply(&text(value)?)?,
            Self::Boolean { yes, no } => if truth(value)? { yes } else { no }.clone(),
            Self::Split { at } => {
                let text = text(value)?;
                let parts =
                    text_search::split(&text, at).into_iter().map(str::trim).filter(|part| !part.is_empty());
                return Ok(parts.map(Value::from).collect());
            }
            Self::Join { .. } | Self::Default { .. } => return Ok(value.clone()),
        };
        Ok(Value::String(text))
    }
}

/// A list inside a list is its elements.
fn flattened(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        one => vec![one],
    }
}

fn join(value: Value, with: &str) -> Result<Value, Fault> {
    let texts = flattened(value).iter().map(text).collect::<Result<Vec<_>, _>>()?;
    Ok(Value::String(text_search::join(&texts, with)))
}

fn mapped(value: &Value, values: &ByName<String>, other: &Otherwise) -> Result<Value, Fault> {
    let key = text(value)?;
    let found = values.get(&key).map(String::as_str);
    Ok(match (found, other) {
        (Some(found), _) => Value::from(found),
        (None, Otherwise::Keep) => Value::String(key),
        (None, Otherwise::Empty) => Value::Null,
        (None, Otherwise::Default(text)) => Value::from(text.as_str()),
        (None, Otherwise::Error) => return Err(Code::ValueNotInMap.into()),
    })
}

impl TextStep {
    fn apply(&self, text: &str) -> Result<String, Fault> {
        Ok(match self {
            Self::Case(LetterCase::Upper) => letter_case::upper(text),
            Self::Case(LetterCase::Lower) => letter_case::lower(text),
            Self::Trim => text.trim().to_owned(),
            Self::Width(to) => width::convert(text, *to),
            Self::Phone(form) => address::phone(text, *form).unwrap_or_else(|| text.to_owned()),
            Self::PostalCode => address::postal_code(text).unwrap_or_else(|| text.to_owned()),
            Self::Substring { start, length } => text.chars().skip(*start).take(*length).collect(),
        })
    }
}

impl NumberStep {
    fn new(transform: &Transform) -> Result<Self, Fault> {
        let number =
            |text: &str| Decimal::parse(text).ok_or_else(|| invalid(&["number: \"", text, "\""].concat()));
        let places = |places: u32| {
            if places <= MOST_DECIMALS {
                Ok(places)
            } else {
                Err(invalid(&["decimals: ", &places.to_string(), " > 10"].concat()))
            }
        };
        Ok(match transform {
            Transform::Round { decimals, mode } => Self::Round { places: places(*decimals)?, mode: *mode },
            Transform::Add { number: by } => Self::Add(number(by)?),
            Transform::Subtract { number: by } => {
                Self::Add(number(by)?.negated().ok_or_else(|| invalid(by))?)
            }
            Transform::Multiply { number: by } => Self::Multiply(number(by)?),
            Transform::Divide { number: by, decimals, mode } => {
                let divisor = number(by)?;
                if divisor.is_zero() {
                    return Err(invalid("divide: 0"));
                }
                Self::Divide { by: divisor, places: places(*decimals)?, mode: *mode }
            }
            _ => return Err(invalid("")),
        })
    }

    fn apply(&self, text: &str) -> Result<String, Fault> {
        let value = Decimal::parse(text).ok_or(Code::NotANumber)?;
        let result = match self {
            Self::Round { places, mode } => value.round(*places, *mode),
            Self::Add(other) => value.add(*other),
            Self::Multiply(other) => value.multiply(*other),
            Self::Divide { by, places, mode } => value.divide(*by, *places, *mode),
        };
        Ok(result.ok_or(Code::NumberTooLong)?.text())
    }
}

fn invalid(detail: &str) -> Fault {
    Fault::new(Code::InvalidTransform, detail)
}

fn amount(value: &Value, currency: &Path, scope: Scope<'_>) -> Result<String, Fault> {
    let mut code = currency.follow(scope)?;
    if is_nothing(&code) {
        code = currency.follow(scope.within(scope.root))?;
    }
    let minor = number_text(value).ok_or(Code::NotAnAmount)?;
    // A customer who was never billed has no currency, and nothing on the balance.
    if is_nothing(&code) && minor == "0" {
        return Ok(minor);
    }
    let code = code.as_str().filter(|code| currency::is_currency(code)).ok_or(Code::NoCurrency)?;
    Ok(currency::amount(&minor, code).ok_or(Code::NotAnAmount)?)
}

pub(super) fn is_nothing(value: &Value) -> bool {
    crate::kintone::is_empty(value)
}

/// One value as text.
fn text(value: &Value) -> Result<String, Fault> {
    Ok(super::shape::scalar(value).ok_or(Code::NotASingleValue)?)
}

fn truth(value: &Value) -> Result<bool, Fault> {
    match text(value)?.as_str() {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(Code::NotABoolean.into()),
    }
}

fn number_text(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(crate::json_text::number_text(number)),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// Unix seconds, or the RFC 3339 text that Stripe's v2 objects carry.
fn unix_seconds(value: &Value) -> Result<i64, Fault> {
    let seconds = match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok().or_else(|| instant::parse_rfc3339(text)),
        _ => None,
    };
    Ok(seconds.ok_or(Code::NotAMoment)?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::mapping::{BuiltInZones, Context};

    struct Eastern;

    impl Zones for Eastern {
        fn offset_seconds(&self, zone: &str, at: i64) -> Option<i32> {
            // Summer time ended on 2026-11-01 at 06:00 UTC.
            let offset = if at < 1_793_512_800 { -4 } else { -5 };
            (zone == "America/New_York").then_some(offset * 3600)
        }
    }

    fn apply(transform: Value, value: Value) -> Result<Value, Code> {
        let transform: Transform = serde_json::from_value(transform).unwrap();
        let object = json!({"currency": "usd", "in": {"c": "jpy"}});
        let context = Context::default();
        let scope = Scope { object: &object, root: &object, context: &context, zones: &Eastern };
        CompiledTransform::new(&transform, &Eastern).unwrap().apply(value, scope).map_err(|fault| fault.code)
    }

    #[test]
    fn texts_are_mapped_and_shaped() {
        let values = json!({"active": "有効", "true": "はい"});
        let map = |otherwise: Value| json!({"map": {"values": values, "otherwise": otherwise}});
        for (transform, value, result) in [
            (map(json!("error")), json!("active"), Ok(json!("有効"))),
            (map(json!("error")), json!(true), Ok(json!("はい"))),
            (map(json!("error")), json!("new"), Err(Code::ValueNotInMap)),
            (map(json!("keep")), json!("new"), Ok(json!("new"))),
            (map(json!("empty")), json!("new"), Ok(json!(null))),
            (map(json!({"default": "他"})), json!("new"), Ok(json!("他"))),
            (map(json!("keep")), json!(["active", "x"]), Ok(json!(["有効", "x"]))),
            (json!({"case": {"to": "upper"}}), json!("jpy"), Ok(json!("JPY"))),
            (json!({"case": {"to": "lower"}}), json!("ＡB"), Ok(json!("ａb"))),
            (json!({"trim": {}}), json!("　山田 \n"), Ok(json!("山田"))),
            (json!({"width": {"to": "standard"}}), json!("Ａｶﾞ"), Ok(json!("Aガ"))),
            (json!({"phone": {}}), json!("+81312345678"), Ok(json!("03-1234-5678"))),
            (json!({"phone": {}}), json!("no"), Ok(json!("no"))),
            (json!({"phone": {}}), json!("03-1234-5678 内線5"), Ok(json!("03-1234-5678 内線5"))),
            (json!({"phone": {}}), json!("03-1234-5678(代)"), Ok(json!("03-1234-5678(代)"))),
            (json!({"postal_code": {}}), json!("〒1500041"), Ok(json!("150-0041"))),
            (json!({"postal_code": {}}), json!("SW1A 1AA"), Ok(json!("SW1A 1AA"))),
            (json!({"join": {}}), json!(["a", 1]), Ok(json!("a,1"))),
            (json!({"join": {"with": "、"}}), json!("a"), Ok(json!("a"))),
            (json!({"join": {}}), json!([{"x": 1}]), Err(Code::NotASingleValue)),
            (json!({"split": {}}), json!("a, b,,c"), Ok(json!(["a", "b", "c"]))),
            (json!({"split": {"at": "/"}}), json!(["a/b", "c"]), Ok(json!(["a", "b", "c"]))),
            (json!({"substring": {"start": 1, "length": 2}}), json!("山田太郎"), Ok(json!("田太"))),
            (json!({"substring": {"start": 9}}), json!("山田"), Ok(json!(""))),
            (json!({"boolean": {"yes": "済", "no": "未"}}), json!(false), Ok(json!("未"))),
            (json!({"boolean": {"yes": "済", "no": "未"}}), json!("true"), Ok(json!("済"))),
            (json!({"boolean": {"yes": "済", "no": "未"}}), json!("maybe"), Err(Code::NotABoolean)),
            (json!({"default": {"value": "なし"}}), json!(""), Ok(json!("なし"))),
            (json!({"default": {"value": "なし"}}), json!([]), Ok(json!("なし"))),
            (json!({"default": {"value": "なし"}}), json!("x"), Ok(json!("x"))),
        ] {
            assert_eq!(apply(transform.clone(), value.clone()), result, "{transform} {value}");
        }
    }

    #[test]
    fn numbers_are_computed_exactly() {
        for (transform, value, result) in [
            (json!({"round": {}}), json!("2.5"), Ok(json!("3"))),
            (json!({"round": {"decimals": 1, "mode": "down"}}), json!(2.59), Ok(json!("2.5"))),
            (json!({"add": {"number": "0.2"}}), json!("0.1"), Ok(json!("0.3"))),
            (json!({"subtract": {"number": "1"}}), json!(1), Ok(json!("0"))),
            (json!({"multiply": {"number": "1.1"}}), json!(1980), Ok(json!("2178"))),
            (json!({"divide": {"number": "3", "decimals": 2}}), json!(10), Ok(json!("3.33"))),
            (json!({"add": {"number": "1"}}), json!("1,000"), Err(Code::NotANumber)),
            (json!({"multiply": {"number": "10"}}), json!("9".repeat(38)), Err(Code::NumberTooLong)),
        ] {
            assert_eq!(apply(transform.clone(), value.clone()), result, "{transform} {value}");
        }
    }

    #[test]
    fn what_cannot_be_computed_is_refused_beforehand() {
        for transform in [
            json!({"divide": {"number": "0.0"}}),
            json!({"add": {"number": "一"}}),
            json!({"round": {"decimals": 11}}),
            json!({"split": {"at": ""}}),
        ] {
            let read: Transform = serde_json::from_value(transform.clone()).unwrap();
            let fault = CompiledTransform::new(&read, &Eastern).unwrap_err();
            assert_eq!(fault.code, Code::InvalidTransform, "{transform}");
        }
    }

    #[test]
    fn a_zone_of_the_platform_has_its_summer_time() {
        let zone = json!({"zone": "America/New_York"});
        for (at, date, time) in
            [(1_793_505_600, "2026-11-01", "00:00"), (1_793_592_000, "2026-11-01", "23:00")]
        {
            assert_eq!(apply(json!({"date": zone}), json!(at)), Ok(json!(date)));
            assert_eq!(apply(json!({"time": zone}), json!(at)), Ok(json!(time)));
        }
        assert_eq!(apply(json!({"time": {}}), json!(-1)), Ok(json!("08:59")));
    }

    #[test]
    fn an_amount_is_in_the_currency_of_its_object() {
        assert_eq!(apply(json!({"amount": {}}), json!(1980)), Ok(json!("19.80")));
        assert_eq!(apply(json!({"amount": {"currency": "in.c"}}), json!(1980)), Ok(json!("1980")));
        assert_eq!(apply(json!({"amount": {}}), json!("0.5")), Ok(json!("0.005")));
        assert_eq!(apply(json!({"amount": {"currency": "nowhere"}}), json!(1)), Err(Code::NoCurrency));
        assert_eq!(apply(json!({"amount": {"currency": "nowhere"}}), json!(0)), Ok(json!("0")));
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
            let fault = CompiledTransform::new(&transform, &BuiltInZones).unwrap_err();
            assert_eq!(fault, Fault::new(Code::UnknownZone, zone));
        }
    }

    #[test]
    fn an_offset_is_no_zone_of_a_platforms() {
        struct Any;
        impl Zones for Any {
            fn offset_seconds(&self, _: &str, _: i64) -> Option<i32> {
                Some(0)
            }
        }
        let new = |zone: &str| CompiledZone::new(&Zone(zone.to_owned()), &Any);
        assert_eq!(new("Europe/Berlin"), Ok(CompiledZone::Named("Europe/Berlin".to_owned())));
        for zone in ["+9", "-0300", "+25:00", "\u{2212}09:00"] {
            assert_eq!(new(zone), Err(Fault::new(Code::UnknownZone, zone)));
        }
    }
}
