//! A record or a mapping held against a form schema gives issues.

mod catalogue;
mod drift;
mod gives;
mod issue;
mod known;
mod mapping;
mod moved;
mod record;
mod table;
mod value;

pub use catalogue::Code;
pub use drift::schema_drift;
pub use issue::{Issue, IssueBuilder, RefusedBy, Severity, Text};
pub use mapping::{check_mapping, check_mapping_in, check_target};
pub use record::{check_projection, check_record};
pub(crate) use value::is_enforced;
