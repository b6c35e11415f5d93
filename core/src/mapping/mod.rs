//! A mapping applied to Stripe's objects gives kintone records.

mod document;
mod parse;
mod path;
mod project;
mod transform;

pub use document::{
    AppAlias, FieldRule, Key, Mapping, Source, Target, TargetName, Transform, Value, Version, WriteMode,
    WritePolicy, Zone,
};
pub use path::{Path, PathError, PathProblem, Step};
pub(crate) use project::shaped;
pub use project::{Compiled, CompiledTarget, KEY_LENGTH, Projection};
