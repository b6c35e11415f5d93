//! From a document's text to JSON values. A name that stands twice in an object is refused: the first
//! of the two would be lost in silence.

use std::fmt;

use crate::json::{Map, Value};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::DocumentError;
use crate::document::{Document, Place};
use crate::json_reader;

/// Reads a whole document.
///
/// # Errors
/// [`DocumentError`] with the path and the reason.
pub(crate) fn parse<T: Document>(json: &[u8]) -> Result<T, DocumentError> {
    T::read(&read(json)?, Place::Whole).map_err(|refused| *refused)
}

/// Reads JSON in which no name stands twice.
///
/// # Errors
/// [`DocumentError`] with the path and the reason.
pub fn read(json: &[u8]) -> Result<Value, DocumentError> {
    json_reader::read(json).map_err(|refused| *refused)
}

/// JSON in which no name stands twice, for serde.
pub(crate) struct Unique(pub(crate) Value);

impl<'de> Deserialize<'de> for Unique {
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
        while let Some(Unique(value)) = values.next_element()? {
            array.push(value);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut properties: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, Unique(value))) = properties.next_entry::<String, Unique>()? {
            if object.contains_key(&name) {
                return Err(A::Error::custom(["the name `", &name, "` stands twice"].concat()));
            }
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}
