//! An event, read so that every pattern finds its way by name.

use crate::ByName;
use crate::json::Value;

use super::{MAX_PATH, merged_json};

/// How deep arrays and objects may be nested in an event; the JSON parser has a limit of its own
/// below this one.
const MAX_NESTING: usize = 256;

/// A JSON object, ready to be matched against many patterns.
#[derive(Debug, Clone)]
pub struct Event {
    pub(super) root: Node,
}

/// An event that is not a JSON object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the event is not valid: {0}")]
pub struct EventError(String);

/// What stands at one path. Names are split at their dots, so that a dotted name and nested objects
/// are the same. A value directly in an array stands beside the array, since it matches whichever
/// element other fields choose; objects and arrays in an array are its elements.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    pub(super) leaves: Vec<Leaf>,
    pub(super) fields: ByName<Node>,
    pub(super) arrays: Vec<Vec<Node>>,
}

/// A value that is no object and no array.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Leaf {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
}

/// A JSON number, comparable by value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Number {
    Whole(i128),
    Double(f64),
}

impl Number {
    pub(super) fn of(number: &crate::json::Number) -> Self {
        let whole = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
        whole.map_or_else(|| Self::Double(number.as_f64().unwrap_or(f64::NAN)), Self::Whole)
    }

    pub(super) fn to_f64(self) -> f64 {
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Double(double) => double,
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => a == b,
            (a, b) => a.to_f64() == b.to_f64(),
        }
    }
}

impl Event {
    /// Reads an event.
    ///
    /// # Errors
    /// If it is not JSON, or not an object.
    pub fn parse(json: &[u8]) -> Result<Self, EventError> {
        let value = merged_json::parse(json).map_err(|error| EventError(error.to_string()))?;
        Self::new(&value)
    }

    /// Takes an event that was read already. What is nested deeper than 256 levels is not seen.
    ///
    /// # Errors
    /// If it is not an object.
    pub fn new(value: &Value) -> Result<Self, EventError> {
        if !value.is_object() {
            return Err(EventError("it must be a JSON object".to_owned()));
        }
        let mut root = Node::default();
        root.add(value, 0, 0);
        Ok(Self { root })
    }
}

impl Node {
    fn add(&mut self, value: &Value, path: usize, nesting: usize) {
        if nesting > MAX_NESTING {
            return;
        }
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    if let Some((node, path)) = self.at(name, path) {
                        node.add(value, path, nesting + 1);
                    }
                }
            }
            Value::Array(values) => {
                let mut elements = Vec::new();
                for value in values {
                    if value.is_object() || value.is_array() {
                        let mut element = Self::default();
                        element.add(value, path, nesting + 1);
                        elements.push(element);
                    } else {
                        self.leaves.push(Leaf::of(value));
                    }
                }
                if !elements.is_empty() {
                    self.arrays.push(elements);
                }
            }
            leaf => self.leaves.push(Leaf::of(leaf)),
        }
    }

    /// The node of a name, and the length of the path to it; `None` deeper than any pattern asks.
    fn at(&mut self, name: &str, path: usize) -> Option<(&mut Self, usize)> {
        let path = path + 1 + name.bytes().filter(|byte| *byte == b'.').count();
        if path > MAX_PATH {
            return None;
        }
        let node = name
            .split('.')
            .fold(self, |node, step| node.fields.entry(step.to_owned()).or_insert_with(Self::default));
        Some((node, path))
    }
}

impl Leaf {
    fn of(value: &Value) -> Self {
        match value {
            Value::Bool(bool) => Self::Bool(*bool),
            Value::Number(number) => Self::Number(Number::of(number)),
            Value::String(text) => Self::Text(text.clone()),
            Value::Null | Value::Array(_) | Value::Object(_) => Self::Null,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_an_object() {
        for json in ["[]", "1", "\"{}\"", "null"] {
            assert!(Event::parse(json.as_bytes()).unwrap_err().to_string().contains("must be a JSON object"));
        }
        assert!(Event::parse(b"{").is_err() && Event::parse(b"{} {}").is_err());
    }

    #[test]
    fn numbers_are_equal_by_value() {
        let number = |json: &str| Number::of(&serde_json::from_str(json).unwrap());
        for (a, b) in [("300", "300.0"), ("300", "3.0e2"), ("-0.0", "0"), ("1e2", "100")] {
            assert_eq!(number(a), number(b));
        }
        assert_ne!(number("9007199254740993"), number("9007199254740992"));
        assert_ne!(number("18446744073709551615"), number("18446744073709551614"));
    }

    #[test]
    fn what_is_nested_too_deeply_is_not_seen_and_does_no_harm() {
        let mut value = Value::Bool(true);
        for _ in 0..1_000 {
            value = Value::Array(vec![value]);
        }
        let mut event = serde_json::Map::from_iter([("a.".repeat(50_000), Value::Null)]);
        event.insert("deep".to_owned(), value);
        let read = Event::new(&Value::Object(event)).unwrap();
        assert_eq!(read.root.fields.keys().collect::<Vec<_>>(), ["deep"]);
    }
}
