//! Values by name, sorted by it.
//!
//! What a `BTreeMap` would do, in a sorted list: documents, forms and records have tens of names, some
//! hundreds at most, and a tree's code, compiled anew for each type of value, was a tenth of what a view
//! fetches.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Index;
use std::{slice, vec};

use crate::json::Value;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::document::{Document, Place, Read};

/// Values by name, sorted by it; each name once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByName<V>(Vec<(String, V)>);

impl<V> ByName<V> {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&V> {
        self.find(name).ok().and_then(|at| self.0.get(at)).map(|(_, value)| value)
    }

    /// The value of this name, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        self.find(name).ok().and_then(|at| self.0.get_mut(at)).map(|(_, value)| value)
    }

    /// Whether there is a value of this name.
    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.find(name).is_ok()
    }

    /// Puts a value under a name, and gives the one that stood there.
    pub fn insert(&mut self, name: String, value: V) -> Option<V> {
        match self.find(&name) {
            Ok(at) => self.0.get_mut(at).map(|(_, old)| std::mem::replace(old, value)),
            Err(at) => {
                self.0.insert(at, (name, value));
                None
            }
        }
    }

    /// Where a value of this name stands or shall stand.
    pub const fn entry(&mut self, name: String) -> Entry<'_, V> {
        Entry { among: self, name }
    }

    /// Takes the value of this name away.
    pub fn remove(&mut self, name: &str) -> Option<V> {
        self.find(name).ok().map(|at| self.0.remove(at).1)
    }

    /// Keeps those for which it holds.
    pub fn retain(&mut self, mut keep: impl FnMut(&String, &mut V) -> bool) {
        self.0.retain_mut(|(name, value)| keep(name, value));
    }

    /// All names with their values, by name.
    pub fn iter(&self) -> Iter<'_, V> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// All names, sorted.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &String> + ExactSizeIterator {
        self.0.iter().map(|(name, _)| name)
    }

    /// All values, by name.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator {
        self.0.iter().map(|(_, value)| value)
    }

    /// All values, by name, to change them.
    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut V> + ExactSizeIterator {
        self.0.iter_mut().map(|(_, value)| value)
    }

    /// All values, by name, without the names.
    pub fn into_values(self) -> impl Iterator<Item = V> {
        self.0.into_iter().map(|(_, value)| value)
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.as_str().cmp(name))
    }
}

/// The place of a name.
#[derive(Debug)]
pub struct Entry<'v, V> {
    among: &'v mut ByName<V>,
    name: String,
}

impl<'v, V> Entry<'v, V> {
    /// The value there, which is made if there is none.
    pub fn or_insert_with(self, make: impl FnOnce() -> V) -> &'v mut V {
        let values = &mut self.among.0;
        let at = match values.binary_search_by(|(other, _)| other.cmp(&self.name)) {
            Ok(at) => at,
            Err(at) => {
                values.insert(at, (self.name, make()));
                at
            }
        };
        &mut values[at].1
    }
}

/// All names with their values.
pub type Iter<'v, V> =
    std::iter::Map<slice::Iter<'v, (String, V)>, fn(&'v (String, V)) -> (&'v String, &'v V)>;

impl<V> Default for ByName<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V> Index<&str> for ByName<V> {
    type Output = V;

    #[expect(clippy::panic, reason = "as of any map: an index that must be there")]
    fn index(&self, name: &str) -> &V {
        self.get(name).unwrap_or_else(|| panic!("there is nothing of the name {name}"))
    }
}

impl<V> Extend<(String, V)> for ByName<V> {
    fn extend<I: IntoIterator<Item = (String, V)>>(&mut self, more: I) {
        for (name, value) in more {
            self.insert(name, value);
        }
    }
}

impl<V> FromIterator<(String, V)> for ByName<V> {
    fn from_iter<I: IntoIterator<Item = (String, V)>>(all: I) -> Self {
        let mut by_name = Self::new();
        by_name.extend(all);
        by_name
    }
}

impl<V, const N: usize> From<[(String, V); N]> for ByName<V> {
    fn from(all: [(String, V); N]) -> Self {
        all.into_iter().collect()
    }
}

impl<V> IntoIterator for ByName<V> {
    type Item = (String, V);
    type IntoIter = vec::IntoIter<(String, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'v, V> IntoIterator for &'v ByName<V> {
    type Item = (&'v String, &'v V);
    type IntoIter = Iter<'v, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<V: Serialize> Serialize for ByName<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for ByName<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(deserializer).map(Self::from_iter)
    }
}

impl<V: JsonSchema> JsonSchema for ByName<V> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        BTreeMap::<String, V>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        BTreeMap::<String, V>::json_schema(generator)
    }
}

impl<V: Document> Document for ByName<V> {
    fn read(json: &Value, at: Place<'_>) -> Read<Self> {
        let Value::Object(properties) = json else { return at.mismatch(json, "an object") };
        let mut by_name = Self::new();
        for (name, value) in properties {
            by_name.insert(name.clone(), V::read(value, Place::Property(&at, name))?);
        }
        Ok(by_name)
    }

    fn write(&self) -> Value {
        let properties = self.iter().map(|(name, value)| (name.clone(), value.write()));
        Value::Object(properties.collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_what_a_tree_would_be(all in proptest::collection::vec(("[a-d]{0,2}", any::<u8>()), 0..12), name in "[a-d]{0,2}") {
            let mut by_name: ByName<u8> = all.iter().cloned().collect();
            let mut tree: BTreeMap<String, u8> = all.into_iter().collect();
            prop_assert!(by_name.iter().eq(tree.iter()));
            let (mut more, mut more_in_tree) = (by_name.clone(), tree.clone());
            *more.entry(name.clone()).or_insert_with(|| 7) /= 2;
            *more_in_tree.entry(name.clone()).or_insert_with(|| 7) /= 2;
            prop_assert!(more.iter().eq(more_in_tree.iter()));
            prop_assert_eq!(by_name.get(&name), tree.get(&name));
            prop_assert_eq!(by_name.insert(name.clone(), 0), tree.insert(name.clone(), 0));
            prop_assert_eq!(by_name.len(), tree.len());
            prop_assert_eq!(by_name.remove(&name), tree.remove(&name));
            prop_assert!(by_name.keys().eq(tree.keys()) && by_name.values().eq(tree.values()));
            by_name.retain(|_, value| *value > 99);
            tree.retain(|_, value| *value > 99);
            prop_assert!(by_name.into_iter().eq(tree));
        }
    }
}
