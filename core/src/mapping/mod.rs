//! A mapping applied to Stripe's objects gives kintone records.

mod context;
pub(crate) mod decimal;
mod departure;
mod document;
mod fault;
mod figure;
mod outcome;
mod parse;
mod path;
mod policy;
mod project;
mod reference;
mod related;
mod rule;
mod shape;
mod table;
mod template;
mod transform;
mod value;

pub use context::{BuiltInZones, Context, Zones};
pub use departure::{Departed, Departure, Gone};
pub use document::{
    AppAlias, Empty, FieldRule, Key, Mapping, OnRecordDeleted, Source, Target, TargetName, Value, Version,
    WriteMode, WritePolicy, Zone,
};
pub use outcome::{Action, Outcome};
pub use path::{Filter, Path, PathError, PathProblem, Step};
pub use project::{Compiled, CompiledTarget, KEY_LENGTH, Need, Projection};
pub use reference::{List, Reference};
pub(crate) use shape::shaped;
pub use table::{Column, RowKey, Rows};
pub(crate) use transform::convert_width;
pub use transform::{LetterCase, Otherwise, PhoneForm, Rounding, Transform, Width};
