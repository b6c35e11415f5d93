//! The objects of one account in one mode.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::Value;

use crate::Millis;

/// One commit of an object, in the order they were made.
#[derive(Debug, Clone)]
pub struct Change {
    /// When it was committed.
    pub at: Millis,
    /// The account it belongs to.
    pub account: String,
    /// Live or test mode.
    pub livemode: bool,
    /// The object's type, as its `object` field says.
    pub kind: &'static str,
    /// The object's id.
    pub id: String,
    /// The state after, in the pinned API version, embedded lists whole.
    pub json: Arc<Value>,
    /// Whether this commit deleted it.
    pub deleted: bool,
}

/// An object and its place in the order of creation.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub seq: u64,
    pub json: Arc<Value>,
    pub deleted: bool,
}

/// The objects of one type.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    rows: HashMap<String, Row>,
    order: BTreeMap<u64, String>,
}

/// The objects of one account in one mode.
#[derive(Debug, Clone, Default)]
pub(super) struct Shelf {
    tables: BTreeMap<&'static str, Table>,
    next_seq: u64,
}

impl Shelf {
    /// The object, deleted or not.
    pub fn row(&self, kind: &str, id: &str) -> Option<&Row> {
        self.tables.get(kind)?.rows.get(id)
    }

    /// The object where it is not deleted.
    pub fn live(&self, kind: &str, id: &str) -> Option<&Arc<Value>> {
        self.row(kind, id).filter(|row| !row.deleted).map(|row| &row.json)
    }

    /// Stores the object's newest state, in its old place or at the end.
    pub fn put(&mut self, kind: &'static str, id: &str, json: Arc<Value>, deleted: bool) {
        let table = self.tables.entry(kind).or_default();
        if let Some(row) = table.rows.get_mut(id) {
            row.json = json;
            row.deleted = deleted;
            return;
        }
        self.next_seq += 1;
        table.order.insert(self.next_seq, id.to_owned());
        table.rows.insert(id.to_owned(), Row { seq: self.next_seq, json, deleted });
    }

    /// What is not deleted, newest first.
    pub fn newest_first(&self, kind: &str) -> impl Iterator<Item = &Row> {
        self.tables.get(kind).into_iter().flat_map(|table| {
            table.order.values().rev().filter_map(|id| table.rows.get(id)).filter(|row| !row.deleted)
        })
    }

    /// Every type that has objects, each with what is not deleted by id.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, impl Iterator<Item = (&String, &Arc<Value>)>)> {
        self.tables.iter().map(|(kind, table)| {
            let live = table
                .order
                .values()
                .filter_map(|id| table.rows.get_key_value(id))
                .filter(|(_, row)| !row.deleted)
                .map(|(id, row)| (id, &row.json));
            (*kind, live)
        })
    }
}
