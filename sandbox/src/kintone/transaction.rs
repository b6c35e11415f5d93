//! All-or-nothing writes: changes are made at once and undone in reverse if any part is refused.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::Kintone;
use super::record_json::record_json;
use super::store::Record;
use crate::Millis;

/// What happened to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Operation {
    /// It was added.
    Insert,
    /// It was changed.
    Update,
    /// It was deleted.
    Delete,
}

/// A committed record state.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Commit {
    /// When the request came.
    pub at: Millis,
    /// The app.
    pub app: u64,
    /// The record's id.
    pub record_id: u64,
    /// Its revision; of a deleted record the last one.
    pub revision: u64,
    /// What happened.
    pub operation: Operation,
    /// Login name of who did it.
    pub by: String,
    /// The record as the API shows it; of a deleted one its last state.
    pub record: Value,
}

/// The changes of one request.
#[derive(Debug, Default)]
pub(crate) struct Transaction {
    undo: Vec<(u64, u64, Option<Arc<Record>>)>,
    commits: Vec<Commit>,
}

impl Kintone {
    /// Puts a record's new state in place (`None` deletes it).
    pub(super) fn apply(
        &mut self,
        transaction: &mut Transaction,
        now: Millis,
        app_id: u64,
        id: u64,
        record: Option<Record>,
        by: &str,
    ) {
        let Some(app) = self.apps.get_mut(&app_id) else {
            return;
        };
        let after = record.map(Arc::new);
        let before = app.store.replace(&app.form, id, after.clone());
        let operation = match (&before, &after) {
            (None, _) => Operation::Insert,
            (Some(_), Some(_)) => Operation::Update,
            (Some(_), None) => Operation::Delete,
        };
        if let Some(state) = after.as_ref().or(before.as_ref()) {
            transaction.commits.push(Commit {
                at: now,
                app: app_id,
                record_id: id,
                revision: state.revision,
                operation,
                by: by.to_owned(),
                record: record_json(app, state, None),
            });
        }
        transaction.undo.push((app_id, id, before));
    }

    pub(super) fn commit(&mut self, transaction: Transaction) {
        self.history.extend(transaction.commits);
    }

    pub(super) fn roll_back(&mut self, transaction: Transaction) {
        for (app, id, before) in transaction.undo.into_iter().rev() {
            if let Some(app) = self.apps.get_mut(&app) {
                app.store.replace(&app.form, id, before);
            }
        }
    }
}
