//! Numbers: exact decimals, cut to the app's precision.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::{Place, Rules};
use crate::kintone::decimal::Decimal;
use crate::kintone::failure::FieldErrors;
use crate::kintone::form::Field;
use crate::kintone::message;

pub(super) fn read(
    field: &Field,
    text: &str,
    place: &Place,
    rules: &Rules<'_>,
    errors: &mut FieldErrors,
) -> Value {
    if text.is_empty() {
        return json!("");
    }
    let Some(number) = Decimal::parse(text) else {
        errors.add(place.bracket_key(), message::not_a_number());
        return json!("");
    };
    let precision = rules.precision;
    let places = usize::try_from(precision.decimal_places).unwrap_or(0);
    let number = number.rounded(places, precision.rounding);
    let integer_limit = precision.digits.saturating_sub(precision.decimal_places);
    let key = place.key("value");
    if number.integer_digits() > usize::try_from(integer_limit).unwrap_or(0) {
        errors.add(key, message::too_many_digits());
        return json!("");
    }
    check_range(field, &number, &key, errors);
    let number = if rules.behaviour.trailing_zeros_kept { number } else { number.stripped() };
    json!(number.to_plain())
}

fn check_range(field: &Field, number: &Decimal, key: &str, errors: &mut FieldErrors) {
    let beyond = |limit: &Option<String>, side: Ordering| {
        let limit = limit.as_ref()?;
        let bound = Decimal::parse(limit)?;
        (number.compare(&bound) == side).then(|| limit.clone())
    };
    if let Some(max) = beyond(&field.max_value, Ordering::Greater) {
        errors.add(key, message::above_maximum(&max));
    }
    if let Some(min) = beyond(&field.min_value, Ordering::Less) {
        errors.add(key, message::below_minimum(&min));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{read_as, read_under};
    use super::*;
    use crate::kintone::behaviour::Behaviour;

    fn number() -> Value {
        json!({"type": "NUMBER"})
    }

    #[test]
    fn decimals_beyond_the_limit_are_rounded_in_silence() {
        assert_eq!(read_as(number(), json!("0.12345")), (json!("0.1234"), Value::Null));
        assert_eq!(read_as(number(), json!("0.12355")), (json!("0.1236"), Value::Null));
    }

    #[test]
    fn integer_digits_beyond_the_limit_are_refused() {
        assert_eq!(read_as(number(), json!("999999999999")).1, Value::Null);
        let (_, errors) = read_as(number(), json!("1000000000000"));
        assert_eq!(errors, json!({"record.f.value": {"messages": ["有効桁数を超えています。"]}}));
        // Rounding can add the digit that is too many.
        assert!(read_as(number(), json!("999999999999.99999")).1.is_object());
    }

    #[test]
    fn what_is_no_number_is_reported_in_brackets() {
        let (value, errors) = read_as(number(), json!("1,000"));
        assert_eq!(value, "");
        assert_eq!(errors, json!({"record[f].value": {"messages": ["数字でなければなりません。"]}}));
    }

    #[test]
    fn notation_is_normalised() {
        assert_eq!(read_as(number(), json!("1.5e1")).0, "15");
        assert_eq!(read_as(number(), json!(1200)).0, "1200");
        assert_eq!(read_as(number(), json!("1.50")).0, "1.5");
        let kept = Behaviour { trailing_zeros_kept: true, ..Behaviour::default() };
        assert_eq!(read_under(&kept, number(), json!("1.50")).0, "1.50");
    }

    #[test]
    fn the_range_is_quoted_as_the_form_has_it() {
        let ranged = json!({"type": "NUMBER", "maxValue": "100", "minValue": "10"});
        let (_, errors) = read_as(ranged.clone(), json!("100.5"));
        assert_eq!(errors["record.f.value"]["messages"], json!(["100以下である必要があります。"]));
        let (_, errors) = read_as(ranged.clone(), json!("9"));
        assert_eq!(errors["record.f.value"]["messages"], json!(["10以上である必要があります。"]));
        assert_eq!(read_as(ranged, json!("")).1, Value::Null);
    }
}
