//! JSON as Event Ruler reads it: of a value that stands twice the last counts, but two objects of one
//! name are one object. A plain parser would drop the first and with it its conditions.

use std::fmt;

use crate::json::{Map, Value};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

pub(super) fn parse(json: &[u8]) -> Result<Value, serde_json::Error> {
    serde_json::from_slice(json).map(|Merged(value)| value)
}

struct Merged(Value);

impl<'de> Deserialize<'de> for Merged {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyJson).map(Self)
    }
}

struct AnyJson;

impl<'de> Visitor<'de> for AnyJson {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(Merged(value)) = values.next_element()? {
            array.push(value);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, Merged(value))) = fields.next_entry::<String, Merged>()? {
            put(&mut object, name, value);
        }
        Ok(Value::Object(object))
    }
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
