//! How many objects and records there are.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

/// Counts of what exists now on both sides.
#[derive(Debug, Default)]
pub(super) struct Tally {
    objects: BTreeMap<String, HashSet<String>>,
    records: BTreeMap<u64, HashSet<u64>>,
}

/// The counts as they are told.
#[derive(Debug, Serialize)]
pub(super) struct Counts {
    /// Stripe's objects of every kind.
    pub(super) objects: usize,
    /// The same by kind.
    pub(super) kinds: BTreeMap<String, usize>,
    /// kintone's records in every app.
    pub(super) records: usize,
    /// The same by app.
    pub(super) apps: BTreeMap<String, usize>,
}

impl Tally {
    pub(super) fn note_object(&mut self, kind: &str, id: &str, exists: bool) {
        note(self.objects.entry(kind.to_owned()).or_default(), id.to_owned(), exists);
    }

    pub(super) fn note_record(&mut self, app: u64, id: u64, exists: bool) {
        note(self.records.entry(app).or_default(), id, exists);
    }

    /// Apps that have, or had, records.
    pub(super) fn apps(&self) -> usize {
        self.records.len()
    }

    pub(super) fn counts(&self) -> Counts {
        let kinds: BTreeMap<_, _> =
            self.objects.iter().map(|(kind, ids)| (kind.clone(), ids.len())).collect();
        let apps: BTreeMap<_, _> =
            self.records.iter().map(|(app, ids)| (app.to_string(), ids.len())).collect();
        Counts { objects: kinds.values().sum(), records: apps.values().sum(), kinds, apps }
    }
}

fn note<T: std::hash::Hash + Eq>(known: &mut HashSet<T>, id: T, exists: bool) {
    if exists {
        known.insert(id);
    } else {
        known.remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_deleted_is_not_counted_and_what_changed_is_counted_once() {
        let mut tally = Tally::default();
        tally.note_object("customer", "cus_1", true);
        tally.note_object("customer", "cus_1", true);
        tally.note_object("invoice", "in_1", true);
        tally.note_object("invoice", "in_1", false);
        tally.note_record(1, 1, true);
        let counts = tally.counts();
        assert_eq!((counts.objects, counts.records), (1, 1));
        assert_eq!((counts.kinds["customer"], counts.kinds["invoice"]), (1, 0));
    }
}
