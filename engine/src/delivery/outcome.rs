//! What would become of records, as it is told before anything is written.

use daicho_core::mapping::Reference;
use daicho_core::stripe::Kind;
use daicho_core::validation::Issue;
use serde_json::Value;

/// An object, or an element of one's list.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Subject {
    pub(crate) id: String,
    pub(crate) kind: Kind,
    /// Its newest state; `None` where it is gone.
    pub(crate) json: Option<Value>,
}

/// What would become of one object's record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Assessed {
    pub(crate) object_id: String,
    /// Its record's key, where one is known.
    pub(crate) key: Option<String>,
    pub(crate) outcome: Outcome,
}

/// What would become of a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    Created,
    Updated(Vec<Change>),
    Deleted,
    /// It is as it should be.
    Unchanged,
    /// The target's write mode leaves it alone, or there is none and none is wanted.
    LeftAlone,
    /// The target's condition does not take the object.
    LeftOut,
    /// The object has nothing where its key should be.
    WithoutKey,
    Refused(Box<Issue>),
    /// It looks at objects that are not read yet.
    NotRead(Vec<Reference>),
}

/// A field that would change.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change {
    pub(crate) field: String,
    pub(crate) old: Value,
    pub(crate) new: Value,
}

/// Whether a record that is known is missed where it is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missed {
    Yes,
    /// It went as its object did: that it is gone has only to be noted.
    WithItsObject,
    No,
}
