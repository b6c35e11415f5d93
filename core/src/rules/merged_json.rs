//! JSON as Event Ruler reads it: of a value that stands twice the last counts, but two objects of one
//! name are one object. A plain parser would drop the first and with it its conditions.

use serde::de::DeserializeSeed;

use crate::json::{Map, Value};
use crate::json_visitor::AnyJson;

pub(super) fn parse(json: &[u8]) -> Result<Value, serde_json::Error> {
    let mut text = serde_json::Deserializer::from_slice(json);
    let value = AnyJson(merge).deserialize(&mut text)?;
    text.end()?;
    Ok(value)
}

#[expect(clippy::unnecessary_wraps, reason = "as the reader of any JSON takes it")]
fn merge(object: &mut Map<String, Value>, name: String, value: Value) -> Result<(), String> {
    put(object, name, value);
    Ok(())
}

fn put(object: &mut Map<String, Value>, name: String, value: Value) {
    match (object.get_mut(&name), value) {
        (Some(Value::Object(first)), Value::Object(second)) => {
            for (name, value) in second {
                put(first, name, value);
            }
        }
        (_, value) => {
            object.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_a_value_that_stands_twice_the_last_counts() {
        assert_eq!(parse(br#"{"a": [1], "b": 0, "a": [2]}"#).unwrap(), json!({"a": [2], "b": 0}));
    }

    #[test]
    fn two_objects_of_one_name_are_one() {
        let twice = br#"{"a": {"x": [1], "y": {"z": 1}}, "a": {"b": [2], "y": {"w": 2}}}"#;
        assert_eq!(parse(twice).unwrap(), json!({"a": {"x": [1], "y": {"z": 1, "w": 2}, "b": [2]}}));
    }

    #[test]
    fn everything_else_reads_as_usual() {
        let text = r#"{"n": null, "t": true, "i": -1, "u": 18446744073709551615, "f": 1.5, "s": "あ\n", "a": [[], {}]}"#;
        assert_eq!(parse(text.as_bytes()).unwrap(), serde_json::from_str::<Value>(text).unwrap());
    }
}
