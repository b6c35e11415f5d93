//! kintone: hosts, apps, form schemas, record values and error codes.

mod app;
mod error;
mod field_type;
mod form;
mod host;
mod normal;
mod number;
mod record;
mod settings;

pub use app::{AppAddress, AppId, GuestSpaceId};
pub use error::{
    ConfigProblem, ErrorAnswer, ErrorClass, FieldProblem, Permanent, Transient, bad_records, class,
    duplicate_keys,
};
pub use field_type::FieldType;
pub(crate) use form::copied_by;
pub use form::{Field, FieldMapping, FormSchema, LinkProtocol, Lookup, NotAFormSchema, RelatedApp};
pub use host::{DOMAINS, Host, HostRefused};
pub use normal::{changed_fields, full_date, is_empty, normalised, time_of_day, whole_minute};
pub use number::Number;
pub use record::{FieldValue, Record, record_hash};
pub use settings::{NumberPrecision, RoundingMode};
