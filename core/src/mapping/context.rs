//! What a projection may need beside the object itself.

use crate::ByName;
use crate::json::Value;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kintone::Record;
use crate::ledger::Ledger;

/// What a projection may need beside the object: gathered by whoever projects, never by `core`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Context {
    /// Stripe objects by id: those that a path follows an id to. The object itself may be among them,
    /// read with more of it expanded (`tax_ids`, `discounts`).
    pub related: ByName<Value>,
    /// What the figures of its customer are computed from.
    pub ledger: Ledger,
    /// The record as kintone holds it now; absent when there is none yet.
    #[schemars(with = "Option<Value>")]
    pub current: Option<Record>,
    /// The present moment in Unix seconds, for figures that depend on it.
    pub now: Option<i64>,
}

/// Time zones that are not built in: the platform's own database.
pub trait Zones {
    /// Seconds east of Greenwich in the zone of this name at a moment in Unix seconds; `None` for a
    /// zone that it does not know.
    fn offset_seconds(&self, zone: &str, unix_seconds: i64) -> Option<i32>;
}

/// No zones but those that are built in: Asia/Tokyo, UTC and fixed offsets.
#[derive(Debug, Clone, Copy, Default)]
pub struct BuiltInZones;

impl Zones for BuiltInZones {
    fn offset_seconds(&self, _: &str, _: i64) -> Option<i32> {
        None
    }
}

/// The object and all that its rules may look at.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    /// The object, or within a table's row the row's element.
    pub(crate) object: &'a Value,
    /// The object that the projection is of.
    pub(crate) root: &'a Value,
    pub(crate) context: &'a Context,
    pub(crate) zones: &'a dyn Zones,
}

impl<'a> Scope<'a> {
    /// The same, with one of the object's elements in its place.
    pub(crate) fn within(self, object: &'a Value) -> Self {
        Self { object, ..self }
    }
}
