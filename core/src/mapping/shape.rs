//! The JSON shape that each kintone field type takes.

use crate::json::{Map, Number as JsonNumber, Value as Json};
use crate::json_text::number_text;

use super::transform::is_nothing;
use crate::kintone::{FieldType, Number};

/// The value in the form that the field's type asks for. A list of one is that one.
pub(crate) fn shaped(value: &Json, kind: Option<&FieldType>) -> Option<Json> {
    match (kind, value) {
        (Some(kind), value) if kind.is_multi_valued() => {
            let items = match value {
                nothing if is_nothing(nothing) => Vec::new(),
                Json::Array(items) => items.iter().map(scalar).collect::<Option<_>>()?,
                one => vec![scalar(one)?],
            };
            let people = kind.is_selection_of_people();
            let item = |text: String| {
                if people {
                    Json::Object(Map::from_iter([("code".to_owned(), Json::String(text))]))
                } else {
                    Json::String(text)
                }
            };
            // A choice that stands twice is one choice.
            let mut kept: Vec<String> = Vec::with_capacity(items.len());
            for text in items {
                if !text.is_empty() && !kept.contains(&text) {
                    kept.push(text);
                }
            }
            Some(kept.into_iter().map(item).collect())
        }
        (_, Json::Array(items)) => match items.as_slice() {
            [] => Some(Json::String(String::new())),
            [one] => scalar(one).map(Json::String),
            _ => None,
        },
        (_, one) => scalar(one).map(Json::String),
    }
}

/// One value as text; an object that Stripe expanded is its id.
pub(crate) fn scalar(value: &Json) -> Option<String> {
    match value {
        Json::Null => Some(String::new()),
        Json::Bool(yes) => Some(if *yes { "true" } else { "false" }.to_owned()),
        Json::Number(number) => Some(plain_number(number)),
        Json::String(text) => Some(text.clone()),
        Json::Object(properties) if properties.contains_key("object") => {
            properties.get("id").and_then(Json::as_str).map(str::to_owned)
        }
        Json::Object(_) | Json::Array(_) => None,
    }
}

/// A number without zeros and exponents that say nothing: `10.0`, which a browser's JSON has as `10`, is
/// `10` everywhere.
fn plain_number(number: &JsonNumber) -> String {
    let text = number_text(number);
    Number::parse(&text).map_or(text, |number| number.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_text_however_it_is_written() {
        for (written, text) in [
            ("10", "10"),
            ("10.0", "10"),
            ("1e1", "10"),
            ("-0.0", "0"),
            ("-0.50", "-0.5"),
            ("1e16", "10000000000000000"),
            ("1e-7", "0.0000001"),
            ("18446744073709551615", "18446744073709551615"),
            ("-9223372036854775808", "-9223372036854775808"),
        ] {
            let value: Json = serde_json::from_str(written).unwrap();
            assert_eq!(scalar(&value).unwrap(), text, "{written}");
        }
    }

    #[test]
    fn a_choice_that_stands_twice_is_one_choice_and_none_is_left_out() {
        let choices = Json::from_iter(["b", "a", "", "b"].map(Json::from));
        let shaped = shaped(&choices, Some(&FieldType::CheckBox)).unwrap();
        assert_eq!(shaped, Json::from_iter(["b", "a"].map(Json::from)));
    }
}
