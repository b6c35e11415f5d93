//! JSON values as text.
//!
//! The same bytes as `serde_json::to_string` gives, without its code for every type that can be written:
//! what a view answers with is put together as values.

use crate::json::{Number, Value};

/// The value as compact JSON.
#[must_use]
pub fn json_text(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, to: &mut String) {
    match value {
        Value::Null => to.push_str("null"),
        Value::Bool(yes) => to.push_str(if *yes { "true" } else { "false" }),
        Value::Number(number) => to.push_str(&number_text(number)),
        Value::String(text) => quote(text, to),
        Value::Array(elements) => {
            let mut before = '[';
            for element in elements {
                to.push(before);
                before = ',';
                write(element, to);
            }
            to.push_str(if elements.is_empty() { "[]" } else { "]" });
        }
        Value::Object(properties) => {
            let mut before = '{';
            for (name, value) in properties {
                to.push(before);
                before = ',';
                quote(name, to);
                to.push(':');
                write(value, to);
            }
            to.push_str(if properties.is_empty() { "{}" } else { "}" });
        }
    }
}

/// A number as serde_json writes it, past the standard library's code for formatting, which nothing else in
/// a view needs.
pub(crate) fn number_text(number: &Number) -> String {
    if let Some(number) = number.as_u64() {
        number.to_string()
    } else if let Some(number) = number.as_i64() {
        number.to_string()
    } else {
        let double = number.as_f64().unwrap_or_default();
        zmij::Buffer::new().format_finite(double).to_owned()
    }
}

fn quote(text: &str, to: &mut String) {
    to.push('"');
    for letter in text.chars() {
        match letter {
            '"' => to.push_str("\\\""),
            '\\' => to.push_str("\\\\"),
            '\n' => to.push_str("\\n"),
            '\r' => to.push_str("\\r"),
            '\t' => to.push_str("\\t"),
            '\u{8}' => to.push_str("\\b"),
            '\u{c}' => to.push_str("\\f"),
            '\0'..'\u{20}' => {
                let code = u32::from(letter);
                to.push_str(if code < 16 { "\\u000" } else { "\\u001" });
                to.extend(char::from_digit(code % 16, 16));
            }
            letter => to.push(letter),
        }
    }
    to.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn every_character_is_written_as_serde_writes_it() {
        let text: String = ('\0'..='\u{ff}').chain(['あ', '🍣', '\u{2028}', char::MAX]).collect();
        assert_eq!(json_text(&json!(text)), json!(text).to_string());
    }

    #[test]
    fn every_shape_is_written_as_serde_writes_it() {
        let value =
            json!({"a": [], "b": {}, "": [null, true, false, -1, u64::MAX, 0.1, 1e300, [{"x": [1]}]]});
        assert_eq!(json_text(&value), value.to_string());
    }

    proptest! {
        #[test]
        fn numbers_and_texts_are_written_as_serde_writes_them(number in any::<f64>(), text in "\\PC{0,20}") {
            let value = json!({&text: [number, text]});
            prop_assert_eq!(json_text(&value), value.to_string());
        }
    }
}
