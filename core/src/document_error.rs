//! Why a document is refused: the place and the reason.

use serde::de::DeserializeOwned;

/// A document that is not JSON, or not of the form that its schema asks for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct DocumentError {
    /// Where: `targets.customers.fields[0].value`, or `.` for the document itself.
    pub path: String,
    /// What is wrong there.
    pub reason: String,
}

impl DocumentError {
    pub(crate) fn new(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { path: path.into(), reason: reason.into() }
    }
}

/// Reads a whole document.
pub(crate) fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, DocumentError> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let document = serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| DocumentError::new(error.path().to_string(), error.inner().to_string()))?;
    deserializer.end().map_err(|error| DocumentError::new(".", error.to_string()))?;
    Ok(document)
}
