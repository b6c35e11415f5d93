//! What became of the records that a backfill has written: one row for each target, changed once a step.

use std::collections::BTreeMap;

use super::item::Item;
use super::send::Planned;
use crate::kintone::Saved;
use crate::port::{Query, SqlError, Statements};

/// Records of a backfill by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) created: i64,
    pub(crate) updated: i64,
    /// kintone holds them already, or the target leaves them alone.
    pub(crate) unchanged: i64,
    /// The target's condition does not take them.
    pub(crate) left_out: i64,
    /// They are dead letters.
    pub(crate) failed: i64,
}

impl Tally {
    /// Of a batch that was written.
    pub(super) fn of_written(batch: &[Planned], saved: &[Saved]) -> Self {
        let mut tally = Self::default();
        for (_, saved) in batch.iter().zip(saved).filter(|(planned, _)| planned.item.bulk) {
            if saved.inserted {
                tally.created += 1;
            } else {
                tally.updated += 1;
            }
        }
        tally
    }

    pub(super) fn unchanged(&mut self, item: &Item) {
        self.unchanged += i64::from(item.bulk);
    }

    pub(super) fn failed(&mut self, item: &Item) {
        self.failed += i64::from(item.bulk);
    }

    /// Adds it to what is stored. Writes nothing where there is nothing to add.
    pub(super) fn add(&self, tx: &dyn Statements, target: &str) -> Result<(), SqlError> {
        if *self == Self::default() {
            return Ok(());
        }
        let sql = "INSERT INTO job_count (target, created, updated, unchanged, left_out, failed)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                   ON CONFLICT (target) DO UPDATE SET created = created + excluded.created,
                     updated = updated + excluded.updated, unchanged = unchanged + excluded.unchanged,
                     left_out = left_out + excluded.left_out, failed = failed + excluded.failed";
        let Self { created, updated, unchanged, left_out, failed } = *self;
        let parameters =
            [target.into(), created.into(), updated.into(), unchanged.into(), left_out.into(), failed.into()];
        tx.exec(sql, &parameters).map(drop)
    }
}

/// What was counted since the last backfill began, by target.
pub(crate) fn tallies(sql: &(impl Query + ?Sized)) -> Result<BTreeMap<String, Tally>, SqlError> {
    let text = "SELECT target, created, updated, unchanged, left_out, failed FROM job_count";
    let rows = sql.query(text, &[])?;
    let tally = |row: &crate::port::Row| {
        let tally = Tally {
            created: row.integer(1)?,
            updated: row.integer(2)?,
            unchanged: row.integer(3)?,
            left_out: row.integer(4)?,
            failed: row.integer(5)?,
        };
        Ok((row.text(0)?.to_owned(), tally))
    };
    rows.iter().map(tally).collect()
}

/// A backfill begins: all counts are zero.
pub(crate) fn forget_tallies(tx: &dyn Statements) -> Result<(), SqlError> {
    tx.exec("DELETE FROM job_count", &[]).map(drop)
}
