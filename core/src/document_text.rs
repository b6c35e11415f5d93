//! From a document's text to JSON values. A name that stands twice in an object is refused: the first
//! of the two would be lost in silence.

use crate::DocumentError;
use crate::document::{Document, Place};
use crate::json::{Map, Value};
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

/// Puts a value under its name, for serde. A name that stands there already is refused.
pub(crate) fn put(object: &mut Map<String, Value>, name: String, value: Value) -> Result<(), String> {
    if object.contains_key(&name) {
        return Err(["the name `", &name, "` stands twice"].concat());
    }
    object.insert(name, value);
    Ok(())
}
