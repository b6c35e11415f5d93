//! An app's records, with an index for fields that prohibit duplicate values.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::decimal::Decimal;
use super::directory::Entity;
use super::field_type::FieldType;
use super::form::{Field, Form};
use crate::Millis;

/// A record.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) id: u64,
    pub(crate) revision: u64,
    /// Stored values by field code; a missing one is empty.
    pub(crate) values: Map<String, Value>,
    pub(crate) creator: Entity,
    pub(crate) created_at: Millis,
    pub(crate) modifier: Entity,
    pub(crate) updated_at: Millis,
}

/// The records of one app.
#[derive(Debug, Clone, Default)]
pub(crate) struct Store {
    records: BTreeMap<u64, Arc<Record>>,
    unique: HashMap<String, HashMap<String, u64>>,
    last_id: u64,
}

impl Store {
    pub(crate) fn new(form: &Form) -> Self {
        let mut store = Self::default();
        store.index_by(form);
        store
    }

    /// Builds the index anew, after the form has changed.
    pub(crate) fn index_by(&mut self, form: &Form) {
        self.unique.clear();
        for field in form.unique_fields() {
            let values = self.records.values().filter_map(|record| {
                let key = unique_key(field, record.values.get(&field.code)?)?;
                Some((key, record.id))
            });
            self.unique.insert(field.code.clone(), values.collect());
        }
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Arc<Record>> {
        self.records.get(&id)
    }

    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = &Arc<Record>> {
        self.records.values()
    }

    /// The record that holds a value of a unique field, by [`unique_key`].
    pub(crate) fn holder(&self, code: &str, key: &str) -> Option<u64> {
        self.unique.get(code)?.get(key).copied()
    }

    /// A record id that was never used.
    pub(crate) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Puts a state in place of a record's and gives the one before.
    pub(crate) fn replace(
        &mut self,
        form: &Form,
        id: u64,
        record: Option<Arc<Record>>,
    ) -> Option<Arc<Record>> {
        let before = self.records.remove(&id);
        for field in form.unique_fields() {
            let index = self.unique.entry(field.code.clone()).or_default();
            let key_of =
                |record: &Option<Arc<Record>>| unique_key(field, record.as_ref()?.values.get(&field.code)?);
            if let Some(key) = key_of(&before)
                && index.get(&key) == Some(&id)
            {
                index.remove(&key);
            }
            if let Some(key) = key_of(&record) {
                index.insert(key, id);
            }
        }
        if let Some(record) = record {
            self.records.insert(id, record);
        }
        before
    }

    /// Applies a change to every record's values, outside any revision: the form has changed.
    pub(crate) fn adapt(&mut self, form: &Form, mut change: impl FnMut(&mut Map<String, Value>)) {
        for record in self.records.values_mut() {
            change(&mut Arc::make_mut(record).values);
        }
        self.index_by(form);
    }
}

/// What makes two values of a unique field the same; `None` for an empty one, which never is a
/// duplicate.
pub(crate) fn unique_key(field: &Field, value: &Value) -> Option<String> {
    let text = value.as_str().filter(|text| !text.is_empty())?;
    if field.field_type == FieldType::Number {
        return Decimal::parse(text).map(|number| number.stripped().to_plain());
    }
    Some(text.to_owned())
}
