//! From a document's text to JSON values. A name that stands twice in an object is refused: the first
//! of the two would be lost in silence.

use std::cell::Cell;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::DocumentError;
use crate::document::{Document, Place};

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
    let twice_in = Cell::new(None);
    let mut text = serde_json::Deserializer::from_slice(json);
    let read = Node { at: Place::Whole, twice_in: &twice_in }.deserialize(&mut text);
    read.and_then(|value| text.end().map(|()| value)).map_err(|error| DocumentError {
        path: twice_in.take().unwrap_or_else(|| Place::Whole.path()),
        reason: error.to_string(),
    })
}

/// JSON in which no name stands twice, for serde.
pub(crate) struct Unique(pub(crate) Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Node { at: Place::Whole, twice_in: &Cell::new(None) }.deserialize(deserializer).map(Self)
    }
}

/// What is read at a place.
#[derive(Clone, Copy)]
struct Node<'p> {
    at: Place<'p>,
    /// The path of the object in which a name stands twice. Any other error has a line and a column.
    twice_in: &'p Cell<Option<String>>,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
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
        loop {
            let at = Place::Element(&self.at, array.len());
            match values.next_element_seed(Node { at, ..self })? {
                Some(value) => array.push(value),
                None => return Ok(Value::Array(array)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut properties: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = properties.next_key::<String>()? {
            if object.contains_key(&name) {
                self.twice_in.set(Some(self.at.path()));
                return Err(A::Error::custom(["the name `", &name, "` stands twice"].concat()));
            }
            let at = Place::Property(&self.at, &name);
            let value = properties.next_value_seed(Node { at, ..self })?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}
