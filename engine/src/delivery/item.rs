//! A record on its way to kintone.

use daicho_core::kintone::Record;
use daicho_core::mapping::Context;
use serde_json::Value;

use super::departure;
use super::dirty::{self, Consent, Doubt, Removed, Suspect};
use super::lookup::Named;

/// What a record is to become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// What its object says.
    Hold,
    /// Its object is gone: what the target does then, if there is a record.
    Change,
    /// Its object is gone, and so is it to be.
    Delete,
}

/// A record to be written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    pub(super) object_id: String,
    /// The version that was claimed.
    pub(super) version: i64,
    pub(super) attempts: i64,
    pub(super) doubt: Doubt,
    pub(super) key: String,
    pub(super) wish: Wish,
    /// All mapped fields, whatever their write policy; of a record whose object is gone, what is to be
    /// changed of it.
    pub(super) record: Record,
    pub(super) hash: String,
    pub(super) known: Option<KnownRecord>,
    /// Whether its deletion may be made unasked.
    pub(super) consent: Consent,
    /// Whether it may be what a batch failed for.
    pub(super) suspect: Suspect,
    /// Whether somebody deleted the record in kintone.
    pub(super) removed: Removed,
    /// Whether it is a backfill's.
    pub(super) bulk: bool,
    /// The records of other apps that its lookups name.
    pub(super) names: Vec<Named>,
    /// What the record was projected from, where it has tables: it is projected once more when their
    /// rows are known.
    pub(super) tables: Option<Box<(Value, Context)>>,
}

impl Item {
    /// The object, and the key of its record.
    pub(super) fn identity(&self) -> (&str, Option<&str>) {
        (&self.object_id, Some(&self.key))
    }

    /// Whether nothing was written to its record yet, as far as is known: what that holds is its people's.
    pub(super) fn is_untouched(&self) -> bool {
        self.known.as_ref().is_none_or(|known| known.untouched)
    }

    /// Whether its object was gone when the record was last written, and is there again.
    pub(super) fn returns(&self) -> bool {
        let hash = self.known.as_ref().and_then(|known| known.hash.as_deref());
        self.wish == Wish::Hold && hash.is_some_and(departure::is_hash)
    }
}

/// What is known of the record from the last write or read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KnownRecord {
    pub(super) id: String,
    /// Its key; empty when the mapping's key has changed since.
    pub(super) key: String,
    pub(super) revision: Option<String>,
    pub(super) hash: Option<String>,
    /// Whether nothing was ever written to it.
    pub(super) untouched: bool,
}

impl KnownRecord {
    pub(super) fn of(row: &dirty::Row) -> Option<Self> {
        row.record_id.clone().map(|id| Self {
            id,
            key: row.key.clone().unwrap_or_default(),
            revision: row.revision.clone(),
            hash: row.hash.clone(),
            untouched: row.untouched,
        })
    }
}
