//! Deletions ask before they become many.
//!
//! More deletions a day than ten, or than one in a hundred of a target's records, are more often a
//! mistake in a mapping or at Stripe than what somebody wants. They hold the target, and a person lets
//! them go on or drops them. A day begins at 09:00 in Japan, as kintone counts.

use daicho_core::mapping::{CompiledTarget, Departed};
use serde::Serialize;
use serde_json::json;

use super::dirty::Consent;
use super::send::Planned;
use super::{dead, departure, dirty, late};
use crate::binding::{self, Reason, State};
use crate::config::Active;
use crate::error::EngineError;
use crate::kintone::day;
use crate::mutant::{self, Mutant};
use crate::object;
use crate::port::{Millis, Query, Sql, SqlError, Statements};

/// As many deletions a day ask nobody, however few records there are.
const FEW: i64 = 10;
/// Nor does one in so many records.
const ONE_IN: i64 = 100;
/// Rows looked at in one go.
const PAGE: i64 = 500;
/// Pages looked at for a view.
const SHOWN_PAGES: usize = 10;

/// Whether these deletions may be made. If not, the target is held.
pub(super) fn allows(
    tx: &dyn Statements,
    target: &str,
    deletions: &[Planned],
    now: Millis,
) -> Result<bool, SqlError> {
    let unasked = unasked(deletions);
    if mutant::on(Mutant::DeleteUnasked) {
        return Ok(true);
    }
    let today = || today(tx, target, now);
    // The records are counted only where it matters: there may be very many.
    if unasked == 0 || today()? + unasked <= FEW || today()? + unasked <= limit(tx, target)? {
        return Ok(true);
    }
    binding::set_state(tx, target, State::Held, Some(Reason::ManyDeletions), None, now)?;
    Ok(false)
}

/// Counts the deletions that no person let go on, before they are sent: whether one was made may never be
/// known. None is counted twice, however often it is sent.
pub(super) fn count(
    tx: &dyn Statements,
    target: &str,
    deletions: &[Planned],
    now: Millis,
) -> Result<(), SqlError> {
    if mutant::on(Mutant::ForgetTodaysDeletions) {
        return Ok(());
    }
    let ids: Vec<&str> = deletions.iter().map(|planned| planned.item.object_id.as_str()).collect();
    let counted = "UPDATE dirty SET approved = ?3 WHERE target = ?1 AND approved = ?4
                     AND object_id IN (SELECT value FROM json_each(?2)) RETURNING 1";
    let ids = json!(ids).to_string();
    let parameters = [target.into(), ids.into(), Consent::Counted.into(), Consent::Unasked.into()];
    let counted = tx.exec(counted, &parameters)?.len();
    if counted == 0 {
        return Ok(());
    }
    let counted = i64::try_from(counted).unwrap_or(i64::MAX);
    let sql = "INSERT INTO deletion_count (target, day, count) VALUES (?1, ?2, ?3)
               ON CONFLICT (target) DO UPDATE SET day = excluded.day,
                 count = CASE WHEN day = excluded.day THEN count ELSE 0 END + excluded.count";
    tx.exec(sql, &[target.into(), day(now).into(), counted.into()]).map(drop)
}

fn unasked(deletions: &[Planned]) -> i64 {
    let unasked = deletions.iter().filter(|planned| planned.item.consent == Consent::Unasked).count();
    i64::try_from(unasked).unwrap_or(i64::MAX)
}

fn today(sql: &(impl Query + ?Sized), target: &str, now: Millis) -> Result<i64, SqlError> {
    let text = "SELECT count FROM deletion_count WHERE target = ?1 AND day = ?2";
    let rows = sql.query(text, &[target.into(), day(now).into()])?;
    rows.first().map_or(Ok(0), |row| row.integer(0))
}

fn limit(sql: &(impl Query + ?Sized), target: &str) -> Result<i64, SqlError> {
    let text = "SELECT count(*) FROM record WHERE target = ?1 AND record_id IS NOT NULL";
    let records = sql.query(text, &[target.into()])?.first().map_or(Ok(0), |row| row.integer(0))?;
    Ok(FEW.max(records / ONE_IN))
}

/// How a target stands with its deletions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deletions {
    /// The target.
    pub target: String,
    /// Whether it is held because of them.
    pub held: bool,
    /// Records to be deleted that wait for a person.
    pub waiting: i64,
    /// Records deleted since the last 09:00 in Japan without a person's word.
    pub today: i64,
    /// How many may be, a day.
    pub limit: i64,
}

/// What a person says about deletions that wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// They go on.
    Approve,
    /// The records stay as they are, until their objects come back.
    Drop,
}

/// An answer was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeletionsError {
    /// No deletions of this target wait for a person.
    #[error("no deletions of target `{target}` wait: see `daicho deletions`")]
    NoneWait {
        /// What was asked for.
        target: String,
    },
    /// The engine could not go on.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<SqlError> for DeletionsError {
    fn from(error: SqlError) -> Self {
        Self::Engine(error.into())
    }
}

/// How the targets that delete records stand.
///
/// # Errors
/// SQLite's refusal, or a row that cannot be read.
pub fn deletions(
    sql: &(impl Query + ?Sized),
    active: &Active,
    now: Millis,
) -> Result<Vec<Deletions>, EngineError> {
    let bound = binding::all(sql)?.into_iter();
    let deleting = bound.filter_map(|binding| {
        let target = active.target(&binding.target)?;
        target.deletes().then_some((binding, target))
    });
    let standing = deleting.map(|(binding, target)| {
        let held = is_held(&binding);
        // Those of a target that is written to are on their way.
        let waiting = if held { count_waiting(sql, target, usize::MAX)?.0 } else { 0 };
        Ok(Deletions {
            held,
            waiting,
            today: today(sql, &target.name, now)?,
            limit: limit(sql, &target.name)?,
            target: binding.target,
        })
    });
    standing.collect()
}

/// How a target stands that is held for its deletions, and whether more wait than were counted: a view
/// asks often, so that only so many rows are looked at. `None` of any other target.
pub(crate) fn held_deletions(
    sql: &(impl Query + ?Sized),
    active: &Active,
    target: &str,
    now: Millis,
) -> Result<Option<(Deletions, bool)>, EngineError> {
    let held = binding::get(sql, target)?.is_some_and(|binding| is_held(&binding));
    let Some(compiled) = active.target(target).filter(|_| held) else {
        return Ok(None);
    };
    let (waiting, is_all) = count_waiting(sql, compiled, SHOWN_PAGES)?;
    let deletions = Deletions {
        target: target.to_owned(),
        held,
        waiting,
        today: today(sql, target, now)?,
        limit: limit(sql, target)?,
    };
    Ok(Some((deletions, !is_all)))
}

/// Lets the deletions that wait go on, or drops them; then the target is written to again, and what is
/// deleted today counts anew. Answers how many there were. Very many are answered a page at a time: the target is
/// held until the last, so that one that was broken off is answered again.
///
/// # Errors
/// [`DeletionsError`] says why nothing was changed.
pub fn answer_deletions(
    sql: &impl Sql,
    active: &Active,
    target: &str,
    answer: Answer,
    now: Millis,
) -> Result<usize, DeletionsError> {
    let (mut answered, mut after) = (0, Some(String::new()));
    while let Some(from) = after {
        after = sql.transaction(|tx| {
            let none = || DeletionsError::NoneWait { target: target.to_owned() };
            let held = binding::get(tx, target)?.is_some_and(|binding| is_held(&binding));
            let compiled = active.target(target).filter(|_| held).ok_or_else(none)?;
            let page = waiting(tx, compiled, &from)?;
            for row in &page.rows {
                match answer {
                    Answer::Approve => approve(tx, target, row)?,
                    Answer::Drop => drop_one(tx, target, row)?,
                }
            }
            answered += page.rows.len();
            if page.last.is_none() {
                tx.exec("DELETE FROM deletion_count WHERE target = ?1", &[target.into()])?;
                binding::set_state(tx, target, State::Active, None, None, now)?;
            }
            Ok::<_, DeletionsError>(page.last)
        })?;
    }
    Ok(answered)
}

fn is_held(binding: &binding::Binding) -> bool {
    binding.state == State::Held && binding.reason == Some(Reason::ManyDeletions)
}

fn approve(tx: &dyn Statements, target: &str, row: &dirty::Row) -> Result<(), SqlError> {
    let sql = "UPDATE dirty SET approved = ?3 WHERE target = ?1 AND object_id = ?2";
    tx.exec(sql, &[target.into(), row.object_id.as_str().into(), Consent::Given.into()]).map(drop)
}

fn drop_one(tx: &dyn Statements, target: &str, row: &dirty::Row) -> Result<(), SqlError> {
    let sql = "UPDATE record SET stays = 1 WHERE target = ?1 AND object_id = ?2";
    tx.exec(sql, &[target.into(), row.object_id.as_str().into()])?;
    dirty::settle(tx, target, &row.object_id, row.version)?;
    late::forget(tx, target, &row.object_id)?;
    dead::raise(tx, target, &row.object_id)
}

/// A page of a target's rows: those whose records are to be deleted, those among them that only may have one.
struct Waiting {
    rows: Vec<dirty::Row>,
    /// After which object the next page begins, if there is one.
    last: Option<String>,
}

fn waiting(
    sql: &(impl Query + ?Sized),
    target: &CompiledTarget,
    after: &str,
) -> Result<Waiting, EngineError> {
    let mut rows = dirty::scan(sql, &target.name, after, PAGE)?;
    let last = rows.last().filter(|_| rows.len() as i64 == PAGE).map(|row| row.object_id.clone());
    let mut waits = Vec::with_capacity(rows.len());
    for row in &rows {
        let object = object::get(sql, &row.object_id)?;
        let gone = object.and_then(|object| departure::gone(target, &object));
        let is_deleted = gone.is_some_and(|gone| target.departed(gone, None) == Departed::Delete);
        let is_there = departure::may_have_record(row) && departure::is_ours(target, row);
        waits.push(is_deleted && is_there && !row.stays);
    }
    let mut waits = waits.into_iter();
    rows.retain(|_| waits.next() == Some(true));
    Ok(Waiting { rows, last })
}

/// How many wait, of those on so many pages; and whether these are all.
fn count_waiting(
    sql: &(impl Query + ?Sized),
    target: &CompiledTarget,
    pages: usize,
) -> Result<(i64, bool), EngineError> {
    let (mut count, mut after) = (0, String::new());
    for _ in 0..pages {
        let page = waiting(sql, target, &after)?;
        count += i64::try_from(page.rows.len()).unwrap_or(i64::MAX);
        match page.last {
            Some(last) => after = last,
            None => return Ok((count, true)),
        }
    }
    Ok((count, dirty::scan(sql, &target.name, &after, 1)?.is_empty()))
}
