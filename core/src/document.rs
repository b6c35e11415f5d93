//! Reading documents: from JSON text to the Rust types, with the place and the reason of a refusal.
//! And writing them.
//!
//! By hand, and from one tree of JSON values, where serde's derive would do: a derived reader is
//! compiled anew for each type and each way to read it, which came to half of all that a view has to
//! fetch. What a type's reader takes is written down once beside the type, by [`read_struct`],
//! [`read_enum`] and [`read_words`], and its writer follows from it; serde's `Deserialize` goes through
//! the same reader.

use crate::json::{Map, Value};

use crate::DocumentError;

/// What was read, or why it was refused. Boxed, so that what goes well does not carry its weight.
pub(crate) type Read<T> = Result<T, Box<DocumentError>>;

/// A type that is read from a document.
pub(crate) trait Document: Sized {
    /// Reads it from what stands at a place.
    fn read(json: &Value, at: Place<'_>) -> Read<Self>;

    /// Writes it. What is as it would be if it were missing is left out.
    fn write(&self) -> Value;
}

/// Where in a document we are: put into words only when something is refused there.
#[derive(Clone, Copy)]
pub(crate) enum Place<'p> {
    /// The document itself.
    Whole,
    /// A property of an object.
    Property(&'p Place<'p>, &'p str),
    /// An element of a list.
    Element(&'p Place<'p>, usize),
}

impl Place<'_> {
    /// `targets.customers.fields[0].value`, or `.` for the document itself.
    pub(crate) fn path(self) -> String {
        let mut path = String::new();
        self.write(&mut path);
        if path.is_empty() { ".".to_owned() } else { path }
    }

    fn write(self, path: &mut String) {
        match self {
            Self::Whole => {}
            Self::Property(outer, name) => {
                outer.write(path);
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(name);
            }
            Self::Element(outer, index) => {
                outer.write(path);
                path.push_str(&["[", &index.to_string(), "]"].concat());
            }
        }
    }

    /// Refuses what stands here; the parts of the reason are joined.
    pub(crate) fn refuse<T>(self, reason: &[&str]) -> Read<T> {
        Err(self.refusal(reason))
    }

    /// Refuses a value of a type that is not expected here.
    pub(crate) fn mismatch<T>(self, json: &Value, expected: &str) -> Read<T> {
        Err(self.mismatched(json, expected))
    }

    // Once, and not for each type that is read.
    fn refusal(self, reason: &[&str]) -> Box<DocumentError> {
        Box::new(DocumentError { path: self.path(), reason: reason.concat() })
    }

    fn mismatched(self, json: &Value, expected: &str) -> Box<DocumentError> {
        let found = match json {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        self.refusal(&["invalid type: ", found, ", expected ", expected])
    }

    /// Refuses a name that is none of those that are known here.
    fn unknown(self, what: &str, name: &str, known: &[&str]) -> Box<DocumentError> {
        let mut reason = ["unknown ", what, " `", name, "`, "].concat();
        match known {
            [] => reason.push_str("there are no fields"),
            [one] => reason.push_str(&["expected `", one, "`"].concat()),
            _ => reason.push_str(&["expected one of `", &known.join("`, `"), "`"].concat()),
        }
        self.refusal(&[&reason])
    }
}

/// An object whose properties are known by name.
pub(crate) struct Properties<'j> {
    properties: &'j Map<String, Value>,
    at: &'j Place<'j>,
}

impl<'j> Properties<'j> {
    /// The object at this place; one with a property that is not `known` is refused, as that property
    /// would do nothing in silence.
    pub(crate) fn of(json: &'j Value, at: &'j Place<'j>, known: &[&str]) -> Read<Self> {
        let Value::Object(properties) = json else { return at.mismatch(json, "an object") };
        match properties.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(Place::Property(at, name).unknown("field", name, known)),
            None => Ok(Self { properties, at }),
        }
    }

    /// A property that may be missing, and what it is then.
    pub(crate) fn or<T: Document>(&self, name: &str, default: fn() -> T) -> Read<T> {
        match self.properties.get(name) {
            Some(json) => T::read(json, Place::Property(self.at, name)),
            None => Ok(default()),
        }
    }

    /// A property that must be there.
    pub(crate) fn required<T: Document>(&self, name: &str) -> Read<T> {
        T::read(self.there(name)?, Place::Property(self.at, name))
    }

    // Once, and not for each property that is read.
    #[inline(never)]
    fn there(&self, name: &str) -> Read<&'j Value> {
        match self.properties.get(name) {
            Some(json) => Ok(json),
            None => self.at.refuse(&["missing field `", name, "`"]),
        }
    }
}

/// One of several alternatives: a word, or an object with one property named by the alternative.
pub(crate) struct Alternative<'j> {
    /// Which of those that are known, from 0.
    pub(crate) index: usize,
    content: Option<&'j Value>,
    outer: &'j Place<'j>,
    name: &'j str,
    /// Where what it says stands.
    at: Place<'j>,
}

impl<'j> Alternative<'j> {
    /// The alternative at this place, which is one of the `known`.
    pub(crate) fn of(json: &'j Value, outer: &'j Place<'j>, known: &[&str]) -> Read<Self> {
        let (name, content) = match json {
            Value::String(name) => (name, None),
            Value::Object(properties) => {
                let mut properties = properties.iter();
                match (properties.next(), properties.next()) {
                    (Some((name, content)), None) => (name, Some(content)),
                    _ => return outer.refuse(&["expected an object with exactly one property"]),
                }
            }
            other => return outer.mismatch(other, "a text or an object"),
        };
        match known.iter().position(|known| known == name) {
            Some(index) => Ok(Self { index, content, outer, name, at: Place::Property(outer, name) }),
            None => Err(outer.unknown("variant", name, known)),
        }
    }

    /// The alternative that says nothing beyond its name.
    pub(crate) fn alone<T>(&self, this: T) -> Read<T> {
        match self.content {
            None | Some(Value::Null) => Ok(this),
            Some(_) => self.at.refuse(&["it takes no value"]),
        }
    }

    /// What the alternative says.
    pub(crate) fn content<T: Document>(&self) -> Read<T> {
        T::read(self.json()?, self.at)
    }

    /// What the alternative says, as properties that are known by name.
    pub(crate) fn properties(&self, known: &[&str]) -> Read<Properties<'_>> {
        Properties::of(self.json()?, &self.at, known)
    }

    fn json(&self) -> Read<&'j Value> {
        match self.content {
            Some(json) => Ok(json),
            None => self.outer.refuse(&["`", self.name, "` needs a value"]),
        }
    }
}

/// The position of a word among those that are known.
pub(crate) fn word(json: &Value, at: Place<'_>, known: &[&str]) -> Read<usize> {
    let alternative = Alternative::of(json, &at, known)?;
    alternative.alone(alternative.index)
}

impl Document for String {
    fn read(json: &Value, at: Place<'_>) -> Read<Self> {
        match json {
            Value::String(text) => Ok(text.clone()),
            other => at.mismatch(other, "a text"),
        }
    }

    fn write(&self) -> Value {
        self.as_str().into()
    }
}

impl Document for bool {
    fn read(json: &Value, at: Place<'_>) -> Read<Self> {
        match json {
            Value::Bool(yes) => Ok(*yes),
            other => at.mismatch(other, "true or false"),
        }
    }

    fn write(&self) -> Value {
        (*self).into()
    }
}

impl Document for u64 {
    fn read(json: &Value, at: Place<'_>) -> Read<Self> {
        match json.as_u64() {
            Some(number) => Ok(number),
            None => at.mismatch(json, "a whole number from 0"),
        }
    }

    fn write(&self) -> Value {
        (*self).into()
    }
}

impl Document for u32 {
    fn read(json: &Value, at: Place<'_>) -> Read<Self> {
        match Self::try_from(u64::read(json, at)?) {
            Ok(number) => Ok(number),
            Err(_) => at.refuse(&["the number is too large"]),
        }
    }

    fn write(&self) -> Value {
        (*self).into()
    }
}

impl Document for Value {
    fn read(json: &Value, _: Place<'_>) -> Read<Self> {
        Ok(json.clone())
    }

    fn write(&self) -> Value {
        self.clone()
    }
}

impl Document for Map<String, Value> {
    fn read(json: &Value, at: Place<'_>) -> Read<Self> {
        match json {
            Value::Object(properties) => Ok(properties.clone()),
            other => at.mismatch(other, "an object"),
        }
    }

    fn write(&self) -> Value {
        Value::Object(self.clone())
    }
}

impl<T: Document> Document for Option<T> {
    fn read(json: &Value, at: Place<'_>) -> Read<Self> {
        if json.is_null() { Ok(None) } else { T::read(json, at).map(Some) }
    }

    fn write(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::write)
    }
}

impl<T: Document> Document for Vec<T> {
    fn read(json: &Value, at: Place<'_>) -> Read<Self> {
        let Value::Array(elements) = json else { return at.mismatch(json, "a list") };
        let mut list = Self::with_capacity(elements.len());
        for element in elements {
            list.push(T::read(element, Place::Element(&at, list.len()))?);
        }
        Ok(list)
    }

    fn write(&self) -> Value {
        self.iter().map(T::write).collect()
    }
}

/// The reader and writer of a struct: each property by name, and what it is where it may be missing.
///
/// ```ignore
/// read_struct!(Key { field, path = Key::id() });
/// ```
macro_rules! read_struct {
    ($type:ident { $($fields:tt)* }) => {
        impl $crate::document::Document for $type {
            fn read(json: &$crate::json::Value, at: $crate::document::Place<'_>) -> $crate::document::Read<Self> {
                let properties = $crate::document::Properties::of(
                    json,
                    &at,
                    $crate::document::property_names!($($fields)*),
                )?;
                $crate::document::read_properties!(properties, [Self] { $($fields)* })
            }

            fn write(&self) -> $crate::json::Value {
                $crate::document_write::write_properties!(self, [Self] { $($fields)* })
            }
        }
        $crate::document::through_document!($type);
    };
}

/// The properties of a struct, or of an alternative that is written like one.
macro_rules! read_properties {
    ($properties:ident, [$($this:tt)*] { $($field:ident $([$name:literal])? $(= $default:expr)?),* $(,)? }) => {{
        let _ = &$properties;
        Ok($($this)* {
            $($field: $crate::document::read_property!(
                $properties,
                $crate::document::property_name!($field $($name)?)
                $(, $default)?
            )),*
        })
    }};
}

macro_rules! property_names {
    ($($field:ident $([$name:literal])? $(= $default:expr)?),* $(,)?) => {
        &[$($crate::document::property_name!($field $($name)?)),*]
    };
}

macro_rules! property_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $name:literal) => {
        $name
    };
}

macro_rules! read_property {
    ($properties:ident, $name:expr) => {
        $properties.required($name)?
    };
    ($properties:ident, $name:expr, $default:expr) => {
        $properties.or($name, || $default)?
    };
}

/// The reader and writer of an enum: each alternative by its name, with nothing, one value or properties.
///
/// ```ignore
/// read_enum!(Departure { "keep" => Keep, "mark" => Mark { field, value }, "delete" => Delete });
/// ```
macro_rules! read_enum {
    ($type:ident { $($name:literal => $variant:ident $(($content:ident))? $({ $($fields:tt)* })?),* $(,)? }) => {
        impl $crate::document::Document for $type {
            fn read(json: &$crate::json::Value, at: $crate::document::Place<'_>) -> $crate::document::Read<Self> {
                // By number: to compare the names again, one by one, would be a good part of the reader.
                enum Index { $($variant),* }
                let read = $crate::document::Alternative::of(json, &at, &[$($name),*])?;
                match read.index {
                    $(index if index == Index::$variant as usize => $crate::document::read_alternative!(
                        read, $variant $(($content))? $({ $($fields)* })?
                    ),)*
                    // Names that are not known were refused before.
                    _ => at.refuse(&[]),
                }
            }

            fn write(&self) -> $crate::json::Value {
                $($crate::document_write::write_alternative!(
                    self, $name, $variant $(($content))? $({ $($fields)* })?
                );)*
                $crate::json::Value::Null
            }
        }
        $crate::document::through_document!($type);
    };
}

macro_rules! read_alternative {
    ($read:ident, $variant:ident) => {
        $read.alone(Self::$variant)
    };
    ($read:ident, $variant:ident ($content:ident)) => {
        $read.content().map(Self::$variant)
    };
    ($read:ident, $variant:ident { $($fields:tt)* }) => {{
        let properties = $read.properties($crate::document::property_names!($($fields)*))?;
        $crate::document::read_properties!(properties, [Self::$variant] { $($fields)* })
    }};
}

/// The reader and writer of an enum that is only words.
///
/// ```ignore
/// read_words!(Width { "half" => Half, "full" => Full });
/// ```
macro_rules! read_words {
    ($type:ident { $($name:literal => $variant:ident),* $(,)? }) => {
        impl $crate::document::Document for $type {
            fn read(json: &$crate::json::Value, at: $crate::document::Place<'_>) -> $crate::document::Read<Self> {
                let position = $crate::document::word(json, at, &[$($name),*])?;
                let words = [$(Self::$variant),*];
                words.get(position).copied().map_or_else(|| at.refuse(&[]), Ok)
            }

            fn write(&self) -> $crate::json::Value {
                match self { $(Self::$variant => $name),* }.into()
            }
        }
        $crate::document::through_document!($type);
    };
}

/// serde's `Deserialize`, through the type's own reader.
macro_rules! through_document {
    ($type:ident) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let any = $crate::json_visitor::AnyJson($crate::document_text::put);
                let json = serde::de::DeserializeSeed::deserialize(any, deserializer)?;
                <Self as $crate::document::Document>::read(&json, $crate::document::Place::Whole)
                    .map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use {
    property_name, property_names, read_alternative, read_enum, read_properties, read_property, read_struct,
    read_words, through_document,
};
