//! The rows of `dirty`.

use crate::binding::NEVER;
use crate::mutant::{self, Mutant};
use crate::port::{Millis, Query, SqlError, Statements, Value};

/// The most records that kintone takes in one request.
pub(super) const BATCH: i64 = 100;

/// The `last_error` of a row whose batch was refused, and that was not found to be the one or not.
pub(super) const ISOLATING: &str = "isolating";

/// What is not known of a record since an earlier write; kept in the column `unknown`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doubt {
    /// Nothing: it is as it was left.
    None,
    /// The record may not be as it was left: it is read before it is written.
    ReadFirst,
    /// The same, since a request for it was lost that may have changed it; told by its row of `late_request`.
    Lost,
}

impl Doubt {
    pub(super) fn of(column: i64) -> Self {
        match column {
            0 => Self::None,
            1 => Self::ReadFirst,
            _ => Self::Lost,
        }
    }
}

impl From<Doubt> for Value {
    fn from(doubt: Doubt) -> Self {
        Self::Integer(match doubt {
            Doubt::None => 0,
            Doubt::ReadFirst | Doubt::Lost => 1,
        })
    }
}

/// Whether a deletion may be made without asking anybody (`dirty.approved`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Consent {
    /// Only within what a day may delete.
    Unasked,
    /// A person let it go on.
    Given,
    /// It counts as one of the day's already.
    Counted,
}

impl Consent {
    fn of(column: i64) -> Self {
        match column {
            0 => Self::Unasked,
            1 => Self::Given,
            _ => Self::Counted,
        }
    }
}

impl From<Consent> for Value {
    fn from(consent: Consent) -> Self {
        Self::Integer(match consent {
            Consent::Unasked => 0,
            Consent::Given => 1,
            Consent::Counted => 2,
        })
    }
}

/// What people did to a record that was ours (`record.deleted`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Removed {
    /// Nothing that is known.
    No,
    /// Somebody deleted it in kintone: it is looked for by its key.
    Deleted,
    /// It is not there, and is left so, as the target says.
    Left,
}

impl Removed {
    fn of(column: i64) -> Self {
        match column {
            0 => Self::No,
            1 => Self::Deleted,
            _ => Self::Left,
        }
    }
}

impl From<Removed> for Value {
    fn from(removed: Removed) -> Self {
        Self::Integer(match removed {
            Removed::No => 0,
            Removed::Deleted => 1,
            Removed::Left => 2,
        })
    }
}

/// Whether a record may be what a batch failed for: with how many others it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Suspect {
    /// Nothing says so.
    No,
    /// Its batch was refused and it was not found to be the one or not, or two writes with it had no known
    /// outcome: with a few others.
    WithFew,
    /// So did two more: alone.
    Alone,
}

impl Suspect {
    fn of(column: i64) -> Self {
        match column {
            0 => Self::No,
            1 => Self::WithFew,
            _ => Self::Alone,
        }
    }
}

/// A row to be worked off, with what is known of its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) object_id: String,
    pub(super) version: i64,
    pub(super) attempts: i64,
    pub(super) doubt: Doubt,
    pub(super) key: Option<String>,
    pub(super) record_id: Option<String>,
    pub(super) revision: Option<String>,
    pub(super) hash: Option<String>,
    /// Whether kintone said that we made the record.
    pub(super) made: bool,
    /// Whether a person dropped the record's deletion.
    pub(super) stays: bool,
    /// Whether its deletion may be made unasked.
    pub(super) consent: Consent,
    /// Whether it may be what a batch failed for.
    pub(super) suspect: Suspect,
    /// Whether somebody deleted the record in kintone.
    pub(super) removed: Removed,
    /// Whether a backfill marked it, and nothing since.
    pub(super) bulk: bool,
    /// Whether the record was only found and left alone: nothing was ever written to it.
    pub(super) untouched: bool,
}

/// The columns of a [`Row`], of `dirty d` and `record r`.
const COLUMNS: &str = "d.object_id, d.version, d.attempts,
                       max(d.unknown, 2 * EXISTS (SELECT 1 FROM late_request l
                         WHERE l.target = d.target AND l.object_id = d.object_id)), r.key, r.record_id, r.revision, r.hash,
                       coalesce(r.made, 0), coalesce(r.stays, 0), d.approved,
                       CASE WHEN d.lost >= 4 THEN 2 ELSE coalesce(d.last_error = 'isolating', 0) OR d.lost >= 2 END,
                       coalesce(r.deleted, 0), d.bulk, coalesce(r.untouched, 0)";

/// The same columns of a `record r` of which nothing is to be written, and which is read before it is.
pub(super) const OF_RECORD: &str = "r.object_id, 0, 0, 1, r.key, r.record_id, r.revision, r.hash, r.made,
                                    r.stays, 0, 0, r.deleted, 0, r.untouched";

pub(super) fn from_row(row: &crate::port::Row) -> Result<Row, SqlError> {
    let text = |column| Ok::<_, SqlError>(row.optional_text(column)?.map(str::to_owned));
    Ok(Row {
        object_id: row.text(0)?.to_owned(),
        version: row.integer(1)?,
        attempts: row.integer(2)?,
        doubt: if mutant::on(Mutant::SkipLookAfterUnknown) {
            Doubt::None
        } else {
            Doubt::of(row.integer(3)?)
        },
        key: text(4)?,
        record_id: text(5)?,
        revision: text(6)?,
        hash: text(7)?,
        made: row.integer(8)? != 0,
        stays: row.integer(9)? != 0,
        consent: Consent::of(row.integer(10)?),
        suspect: Suspect::of(row.integer(11)?),
        removed: Removed::of(row.integer(12)?),
        bulk: row.integer(13)? != 0,
        untouched: row.integer(14)? != 0,
    })
}

/// Rows that are due at some time: those that wait for something else to happen (see [`wait`]) are not.
/// As it stands in the index `dirty_due`, which no other wording uses.
pub(super) const PLANNED: &str = "not_before < 4503599627370496";
const _: () = assert!(NEVER == 4_503_599_627_370_496);

pub(super) fn any_due(sql: &(impl Query + ?Sized), target: &str, now: Millis) -> Result<bool, SqlError> {
    Ok(!sql.query(&any_due_text(), &[target.into(), now.into()])?.is_empty())
}

fn any_due_text() -> String {
    // Not `bulk IN (0, 1)`, for which SQLite would build a table each time.
    let of = |bulk: i64| {
        format!("SELECT 1 FROM dirty WHERE target = ?1 AND bulk = {bulk} AND not_before <= ?2 AND {PLANNED}")
    };
    format!("SELECT 1 WHERE EXISTS ({}) OR EXISTS ({})", of(0), of(1))
}

pub(super) fn earliest(sql: &(impl Query + ?Sized), target: &str) -> Result<Option<Millis>, SqlError> {
    let rows = sql.query(&earliest_text(), &[target.into()])?;
    rows.first().map_or(Ok(None), |row| row.optional_integer(0))
}

fn earliest_text() -> String {
    let of = |bulk: i64| {
        format!("SELECT min(not_before) AS due FROM dirty WHERE target = ?1 AND bulk = {bulk} AND {PLANNED}")
    };
    format!("SELECT min(due) FROM ({} UNION ALL {})", of(0), of(1))
}

/// Up to `most` due rows: live changes before those of work over all objects. Of the live ones first
/// what changed itself (0), then what was marked with many others (1), then what was put off.
pub(super) fn due(
    sql: &(impl Query + ?Sized),
    target: &str,
    now: Millis,
    most: i64,
) -> Result<Vec<Row>, SqlError> {
    let mut due = Vec::new();
    for bulk in [false, true] {
        let most = most + i64::from(mutant::on(Mutant::TakeOneTooMany));
        let room = most - i64::try_from(due.len()).unwrap_or(BATCH);
        if room > 0 {
            let parameters = [target.into(), bulk.into(), now.into(), room.into()];
            for row in sql.query(&due_text(), &parameters)? {
                due.push(from_row(&row)?);
            }
        }
    }
    Ok(due)
}

fn due_text() -> String {
    format!(
        "SELECT {COLUMNS} FROM dirty d
         LEFT JOIN record r ON r.target = d.target AND r.object_id = d.object_id
         WHERE d.target = ?1 AND d.bulk = ?2 AND d.not_before <= ?3 AND d.{PLANNED}
         ORDER BY d.not_before, d.object_id LIMIT ?4"
    )
}

/// Up to `limit` rows of a target, due or not, whose object's id comes after `after`.
pub(super) fn scan(
    sql: &(impl Query + ?Sized),
    target: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Row>, SqlError> {
    let text = format!(
        "SELECT {COLUMNS} FROM dirty d
         LEFT JOIN record r ON r.target = d.target AND r.object_id = d.object_id
         WHERE d.target = ?1 AND d.object_id > ?2 ORDER BY d.object_id LIMIT ?3"
    );
    sql.query(&text, &[target.into(), after.into(), limit.into()])?.iter().map(from_row).collect()
}

/// The row is done, unless the object changed since it was claimed. Then it begins anew.
pub(super) fn settle(
    tx: &dyn Statements,
    target: &str,
    object_id: &str,
    version: i64,
) -> Result<(), SqlError> {
    let delete = if mutant::on(Mutant::SettleWithoutVersion) {
        "DELETE FROM dirty WHERE target = ?1 AND object_id = ?2 AND version >= ?3"
    } else {
        "DELETE FROM dirty WHERE target = ?1 AND object_id = ?2 AND version = ?3"
    };
    tx.exec(delete, &[target.into(), object_id.into(), version.into()])?;
    let anew = "UPDATE dirty SET attempts = 0, not_before = 0, unknown = 0, approved = 0, lost = 0,
                  last_error = NULL
                WHERE target = ?1 AND object_id = ?2 AND (attempts > 0 OR unknown > 0 OR approved > 0 OR lost > 0)";
    tx.exec(anew, &[target.into(), object_id.into()]).map(drop)
}

/// The row is tried again at `not_before`. A doubt only grows until the record is written.
pub(super) fn again(
    tx: &dyn Statements,
    target: &str,
    object_id: &str,
    not_before: Millis,
    doubt: Doubt,
    error: Option<&str>,
) -> Result<(), SqlError> {
    let sql = "UPDATE dirty SET attempts = attempts + 1, not_before = ?3, unknown = max(unknown, ?4),
                 last_error = ?5
               WHERE target = ?1 AND object_id = ?2";
    let parameters = [target.into(), object_id.into(), not_before.into(), doubt.into(), error.into()];
    tx.exec(sql, &parameters).map(drop)
}

/// A write of this record has no known outcome. Answers how many had none since it was last settled.
pub(super) fn lost(tx: &dyn Statements, target: &str, object_id: &str) -> Result<i64, SqlError> {
    let sql = "UPDATE dirty SET lost = lost + 1 WHERE target = ?1 AND object_id = ?2 RETURNING lost";
    let rows = tx.exec(sql, &[target.into(), object_id.into()])?;
    rows.first().map_or(Ok(0), |row| row.integer(0))
}

/// A record that was just written is read again at `at`. What changed meanwhile is not held up.
pub(super) fn read_later(
    tx: &dyn Statements,
    target: &str,
    object_id: &str,
    at: Millis,
) -> Result<(), SqlError> {
    let sql = "INSERT INTO dirty (target, object_id, version, not_before, unknown) VALUES (?1, ?2, 1, ?3, ?4)
               ON CONFLICT (target, object_id) DO UPDATE SET unknown = excluded.unknown";
    tx.exec(sql, &[target.into(), object_id.into(), at.into(), Doubt::ReadFirst.into()]).map(drop)
}

/// The row waits for something else to happen, at most until `until`. What waits has not failed.
pub(super) fn wait(
    tx: &dyn Statements,
    target: &str,
    object_id: &str,
    until: Millis,
    what: &str,
) -> Result<(), SqlError> {
    let sql = "UPDATE dirty SET not_before = ?3, last_error = ?4 WHERE target = ?1 AND object_id = ?2";
    tx.exec(sql, &[target.into(), object_id.into(), until.into(), what.into()]).map(drop)
}

/// The record is read and compared before it is written, and that is due now: somebody asked for it.
pub(super) fn doubt(tx: &dyn Statements, target: &str, object_id: &str) -> Result<(), SqlError> {
    let sql = "INSERT INTO dirty (target, object_id, version, unknown) VALUES (?1, ?2, 1, ?3)
               ON CONFLICT (target, object_id)
               DO UPDATE SET version = version + 1, bulk = 0, not_before = 0, attempts = 0,
                 unknown = excluded.unknown";
    tx.exec(sql, &[target.into(), object_id.into(), Doubt::ReadFirst.into()]).map(drop)
}

/// The same on behalf of work over all objects, of one that is not marked.
pub(super) fn doubt_bulk(tx: &dyn Statements, target: &str, object_id: &str) -> Result<(), SqlError> {
    let sql = "INSERT INTO dirty (target, object_id, version, bulk, unknown) VALUES (?1, ?2, 1, 1, ?3)
               ON CONFLICT (target, object_id) DO NOTHING";
    tx.exec(sql, &[target.into(), object_id.into(), Doubt::ReadFirst.into()]).map(drop)
}

/// What the row waited for has happened: it is due now, whatever it met before.
pub(super) fn wake(tx: &dyn Statements, target: &str, object_id: &str) -> Result<(), SqlError> {
    let sql = "INSERT INTO dirty (target, object_id, version) VALUES (?1, ?2, 1)
               ON CONFLICT (target, object_id)
               DO UPDATE SET version = version + 1, not_before = 0,
                 attempts = CASE WHEN unknown > 0 THEN attempts ELSE 0 END";
    tx.exec(sql, &[target.into(), object_id.into()]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::late::Loss;
    use crate::test_world::TestWorld;

    /// How SQLite finds the rows, a line a step.
    fn plan(world: &TestWorld, text: &str) -> Vec<String> {
        let explained = world.query(&format!("EXPLAIN QUERY PLAN {text}"), &[]).unwrap();
        explained.iter().map(|step| step.text(3).unwrap().to_owned()).collect()
    }

    #[test]
    fn what_stands_in_a_column_is_read_as_it_was_written() {
        let column = |value: Value| match value {
            Value::Integer(number) => number,
            other => panic!("{other:?}"),
        };
        for consent in [Consent::Unasked, Consent::Given, Consent::Counted] {
            assert_eq!(Consent::of(column(consent.into())), consent);
        }
        for removed in [Removed::No, Removed::Deleted, Removed::Left] {
            assert_eq!(Removed::of(column(removed.into())), removed);
        }
        for loss in [Loss::MayLand, Loss::Guarded] {
            assert_eq!(Loss::of(loss.number()), loss);
        }
        assert_eq!(Loss::of(7), Loss::MayLand, "what nobody wrote is reckoned with");
    }

    #[test]
    fn what_waits_for_something_else_is_not_looked_at() {
        let world = TestWorld::new();
        for text in [any_due_text(), earliest_text(), due_text()] {
            let plan = plan(&world, &text);
            let of_dirty: Vec<_> =
                plan.iter().filter(|step| step.contains(" dirty") || step.contains(" d ")).collect();
            assert!(
                !of_dirty.is_empty() && of_dirty.iter().all(|step| step.contains("dirty_due")),
                "{plan:?}"
            );
            assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "nothing is sorted: {plan:?}");
        }
    }

    #[test]
    fn what_changed_itself_comes_before_what_was_marked_with_many_others() {
        let world = TestWorld::new();
        let mark = |id: &str, with_others: bool| {
            let one = if with_others { super::super::mark_with_others } else { super::super::mark };
            crate::port::Sql::transaction(&world, |tx| one(tx, "t", id)).unwrap();
        };
        for id in ["a", "b", "c"] {
            mark(id, true);
        }
        mark("z", false);
        mark("b", false);
        mark("z", true);
        let due: Vec<String> =
            due(&world, "t", 10, BATCH).unwrap().into_iter().map(|row| row.object_id).collect();
        assert_eq!(due, ["b", "z", "a", "c"]);
    }

    #[test]
    fn live_changes_come_before_work_over_all_objects_and_what_waits_never_comes() {
        let world = TestWorld::new();
        let rows = [("a", 1, 5), ("b", 1, 0), ("c", 0, 7), ("d", 0, 3), ("e", 0, NEVER), ("f", 0, 11)];
        for (id, bulk, not_before) in rows {
            let sql = format!(
                "INSERT INTO dirty (target, object_id, version, bulk, not_before)
                 VALUES ('t', '{id}', 1, {bulk}, {not_before})"
            );
            crate::port::Sql::transaction(&world, |tx| tx.exec(&sql, &[])).unwrap();
        }
        let due: Vec<String> =
            due(&world, "t", 10, BATCH).unwrap().into_iter().map(|row| row.object_id).collect();
        assert_eq!(due, ["d", "c", "b", "a"]);
        assert_eq!(earliest(&world, "t"), Ok(Some(0)));
        assert_eq!((any_due(&world, "t", 0), any_due(&world, "t", -1)), (Ok(true), Ok(false)));
    }
}
