//! Small values through serde, and their schema: as those of serde_json.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use super::small::{Map, Value};

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(yes) => serializer.serialize_bool(*yes),
            Self::Number(number) => number.serialize(serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(elements) => serializer.collect_seq(elements),
            Self::Object(properties) => properties.serialize(serializer),
        }
    }
}

impl Serialize for Map<String, Value> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyJson)
    }
}

struct AnyJson;

impl<'de> Visitor<'de> for AnyJson {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any valid JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
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
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(value) = values.next_element()? {
            array.push(value);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut properties: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, value)) = properties.next_entry()? {
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

impl JsonSchema for Value {
    fn inline_schema() -> bool {
        serde_json::Value::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        serde_json::Value::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        serde_json::Value::json_schema(generator)
    }
}

impl JsonSchema for Map<String, Value> {
    fn inline_schema() -> bool {
        serde_json::Map::<String, serde_json::Value>::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        serde_json::Map::<String, serde_json::Value>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        serde_json::Map::<String, serde_json::Value>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// A value of few kinds and names, so that names meet again.
    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(json!(null)),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<u64>().prop_map(Into::into),
            any::<i32>().prop_map(|eighths| (f64::from(eighths) / 8.0).into()),
            "[a-c]{0,2}".prop_map(Into::into),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            let elements = proptest::collection::vec(inner.clone(), 0..4);
            let properties = proptest::collection::vec(("[a-c]{0,2}", inner), 0..4);
            prop_oneof![
                elements.prop_map(Into::into),
                properties.prop_map(|all| serde_json::Map::from_iter(all).into()),
            ]
        })
    }

    fn small(json: &serde_json::Value) -> Value {
        serde_json::from_str(&json.to_string()).unwrap()
    }

    proptest! {
        #[test]
        fn it_reads_and_writes_the_same(json in any_json()) {
            prop_assert_eq!(serde_json::to_string(&small(&json)).unwrap(), json.to_string());
        }

        #[test]
        fn the_same_values_are_equal(json in any_json(), other in any_json()) {
            prop_assert_eq!(small(&json) == small(&other), json == other);
            prop_assert_eq!(small(&json), small(&json));
        }

        #[test]
        fn it_tells_the_same_of_a_value(json in any_json()) {
            let small = small(&json);
            prop_assert_eq!(small.as_bool(), json.as_bool());
            prop_assert_eq!(small.as_u64(), json.as_u64());
            prop_assert_eq!(small.as_i64(), json.as_i64());
            prop_assert_eq!(small.as_f64(), json.as_f64());
            prop_assert_eq!(small.as_str(), json.as_str());
            prop_assert_eq!(small.is_null(), json.is_null());
            prop_assert_eq!(small.as_array().map(Vec::len), json.as_array().map(Vec::len));
            let text = |value: Option<&Value>| value.map(|value| serde_json::to_string(value).unwrap());
            prop_assert_eq!(text(small.get("a")), json.get("a").map(ToString::to_string));
        }

        #[test]
        fn names_keep_their_place(all in proptest::collection::vec(("[a-c]{0,2}", any::<bool>()), 0..9)) {
            let mut small = Map::new();
            let mut theirs = serde_json::Map::new();
            for (name, yes) in all {
                let (old, their_old) = (small.insert(name.clone(), yes.into()), theirs.insert(name, yes.into()));
                prop_assert_eq!(old.as_ref().and_then(Value::as_bool), their_old.and_then(|old| old.as_bool()));
            }
            prop_assert!(small.keys().eq(theirs.keys()) && small.len() == theirs.len());
            let theirs: serde_json::Value = theirs.into();
            prop_assert_eq!(serde_json::to_string(&small).unwrap(), theirs.to_string());
        }

        #[test]
        fn the_order_of_properties_is_no_matter(all in proptest::collection::btree_map("[a-f]", any::<u8>(), 0..6)) {
            let forward: Map<_, _> = all.iter().map(|(name, n)| (name.clone(), u32::from(*n).into())).collect();
            let backward: Map<_, _> = all.iter().rev().map(|(name, n)| (name.clone(), u32::from(*n).into())).collect();
            prop_assert_eq!(forward, backward);
        }
    }
}
