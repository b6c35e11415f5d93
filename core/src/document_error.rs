//! Why a document is refused: the place and the reason.

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
