//! Reading a call's input, property by property.
//!
//! By hand and from a [`Value`], because a derived reader for each input costs the browser more than
//! all of what the calls themselves do.

use daicho_core::json::{Map, Value};
use daicho_core::kintone::{FieldValue, Record};

use crate::answer::{Answered, Failure, FailureCode};

/// An object of which every property is asked for by name.
pub(crate) struct Input {
    path: String,
    properties: Map<String, Value>,
    asked: Vec<&'static str>,
}

impl Input {
    /// Takes `value`, which stands at `path` of the call's input, for an object.
    pub(crate) fn of(value: Value, path: &str) -> Answered<Self> {
        match value {
            Value::Object(properties) => Ok(Self { path: path.to_owned(), properties, asked: Vec::new() }),
            _ => Err(unreadable(path, "it must be an object")),
        }
    }

    /// A property that must be there.
    pub(crate) fn required(&mut self, name: &'static str) -> Answered<Value> {
        self.optional(name).ok_or_else(|| unreadable(&self.place(name), "it is missing"))
    }

    /// A property that may be missing.
    pub(crate) fn optional(&mut self, name: &'static str) -> Option<Value> {
        self.asked.push(name);
        self.properties.get_mut(name).map(Value::take)
    }

    /// A property that may be missing or null.
    pub(crate) fn given(&mut self, name: &'static str) -> Option<Value> {
        self.optional(name).filter(|value| !value.is_null())
    }

    /// A text that must be there.
    pub(crate) fn text(&mut self, name: &'static str) -> Answered<String> {
        match self.required(name)? {
            Value::String(text) => Ok(text),
            _ => Err(unreadable(&self.place(name), "it must be a text")),
        }
    }

    /// Refuses what was not asked for: a misspelt property would do nothing in silence.
    pub(crate) fn end(self) -> Answered<()> {
        match self.properties.keys().find(|name| !self.asked.contains(&name.as_str())) {
            Some(name) => Err(unreadable(&self.place(name), "there is no such property")),
            None => Ok(()),
        }
    }

    /// All properties, whatever their names.
    pub(crate) fn all(self) -> Map<String, Value> {
        self.properties
    }

    fn place(&self, name: &str) -> String {
        if self.path == "." { name.to_owned() } else { [&self.path, ".", name].concat() }
    }
}

/// A record as kintone writes it; what stands beside a field's `value` is left out.
pub(crate) fn record(value: Value, path: &str) -> Answered<Record> {
    let mut record = Record::new();
    for (code, cell) in Input::of(value, path)?.all() {
        let place = [path, ".", &code].concat();
        let value = Input::of(cell, &place)?.required("value")?;
        record.insert(code, FieldValue { value });
    }
    Ok(record)
}

fn unreadable(path: &str, reason: &str) -> Box<Failure> {
    Failure::new(FailureCode::UnreadableInput, path, reason)
}
