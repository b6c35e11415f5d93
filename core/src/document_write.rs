//! Writing documents: what a type's reader takes, its writer gives.

use crate::json::{Map, Value};

use crate::document::Document;

/// An object of those properties that have a value.
pub(crate) fn properties(properties: Vec<(&str, Option<Value>)>) -> Value {
    let mut object = Map::new();
    for (name, value) in properties {
        object.extend(value.map(|value| (name.to_owned(), value)));
    }
    Value::Object(object)
}

/// An alternative with what it says.
pub(crate) fn alternative(name: &str, content: Value) -> Value {
    properties(vec![(name, Some(content))])
}

/// What is written of a property that may be missing.
pub(crate) fn unless_default<T: Document + PartialEq>(value: &T, default: &T) -> Option<Value> {
    (value != default).then(|| value.write())
}

/// The properties of a struct. One that is as it would be if it were missing is left out.
macro_rules! write_properties {
    ($this:expr, [$($type:tt)*] { $($field:ident $([$name:literal])? $(= $default:expr)?),* $(,)? }) => {{
        let $($type)* { $($field),* } = $this;
        $crate::document_write::properties(vec![$((
            $crate::document::property_name!($field $($name)?),
            $crate::document_write::write_property!($field $(, $default)?),
        )),*])
    }};
}

macro_rules! write_property {
    ($field:ident) => {
        Some($crate::document::Document::write($field))
    };
    ($field:ident, $default:expr) => {
        $crate::document_write::unless_default($field, &$default)
    };
}

/// Returns what is written of an enum if it is this alternative.
macro_rules! write_alternative {
    ($this:ident, $name:literal, $variant:ident) => {
        if let Self::$variant = $this {
            return $name.into();
        }
    };
    ($this:ident, $name:literal, $variant:ident ($content:ident)) => {
        if let Self::$variant(content) = $this {
            let content = $crate::document::Document::write(content);
            return $crate::document_write::alternative($name, content);
        }
    };
    ($this:ident, $name:literal, $variant:ident {
        $($field:ident $([$property:literal])? $(= $default:expr)?),* $(,)?
    }) => {
        if let Self::$variant { $($field),* } = $this {
            let content = $crate::document_write::properties(vec![$((
                $crate::document::property_name!($field $($property)?),
                $crate::document_write::write_property!($field $(, $default)?),
            )),*]);
            return $crate::document_write::alternative($name, content);
        }
    };
}

pub(crate) use {write_alternative, write_properties, write_property};
