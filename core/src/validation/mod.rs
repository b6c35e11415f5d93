//! A record or a mapping held against a form schema gives issues.

mod catalogue;
mod issue;

pub use catalogue::Code;
pub use issue::{Issue, IssueBuilder, RefusedBy, Severity, Text};
