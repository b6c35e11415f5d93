//! A refusal that meets many records is not theirs: something about the target is wrong.
//!
//! The same code on more than a tenth, and on at least 20, of the records that were sent to a target in
//! the last ten minutes pauses it, as any other mistake of the configuration does. Otherwise a changed
//! form would make a dead letter of every record, one by one. Records that became dead letters before the
//! pause are written with the rest once a person has corrected the cause.

use daicho_core::kintone::{ErrorAnswer, FieldProblem};

use super::send::Writer;
use super::{dead, mark};
use crate::binding::{self, Refusal};
use crate::port::{Millis, SqlError, Statements, World};

const MINUTE: Millis = 60_000;
/// Ten minutes: what is older says nothing of now.
const WINDOW: Millis = 10 * MINUTE;
/// Fewer are a few records' own trouble, however many were sent.
const FEW: i64 = 20;
/// As is a tenth.
const ONE_IN: i64 = 10;
/// A paused target is tried again by itself after an hour, should nobody say that it is set right.
const TRIED_AGAIN_AFTER: Millis = 3_600_000;

/// Counts records that are sent to a target: one row a minute, and none older than needed.
pub(super) fn sent(tx: &dyn Statements, target: &str, records: usize, now: Millis) -> Result<(), SqlError> {
    let records = i64::try_from(records).unwrap_or(i64::MAX);
    let sql = "INSERT INTO sent_count (target, minute, count) VALUES (?1, ?2, ?3)
               ON CONFLICT (target, minute) DO UPDATE SET count = count + excluded.count RETURNING count";
    let minute = now.div_euclid(MINUTE);
    let rows = tx.exec(sql, &[target.into(), minute.into(), records.into()])?;
    let is_first = rows.first().is_some_and(|row| row.integer(0) == Ok(records));
    if is_first {
        let over = "DELETE FROM sent_count WHERE target = ?1 AND minute <= ?2";
        tx.exec(over, &[target.into(), (minute - WINDOW / MINUTE).into()])?;
    }
    Ok(())
}

/// Forgets the counts of minutes that nothing is judged by any more.
pub(crate) fn forget_sent(tx: &dyn Statements, now: Millis) -> Result<(), SqlError> {
    let over = now.div_euclid(MINUTE) - WINDOW / MINUTE;
    tx.exec("DELETE FROM sent_count WHERE minute <= ?1", &[over.into()]).map(drop)
}

/// Whether a code that meets so many more records meets too many.
fn is_poison(
    tx: &dyn Statements,
    target: &str,
    code: &str,
    more: usize,
    now: Millis,
) -> Result<bool, SqlError> {
    let number = |sql: &str, of: &[crate::port::Value]| {
        tx.exec(sql, of)?.first().map_or(Ok(0), |row| Ok(row.optional_integer(0)?.unwrap_or(0)))
    };
    let buried = "SELECT count(*) FROM dead_letter WHERE target = ?1 AND code = ?2 AND last > ?3";
    let refused = i64::try_from(more).unwrap_or(i64::MAX)
        + number(buried, &[target.into(), code.into(), (now - WINDOW).into()])?;
    if refused < FEW {
        return Ok(false);
    }
    let all = "SELECT sum(count) FROM sent_count WHERE target = ?1 AND minute > ?2";
    let minute = now.div_euclid(MINUTE) - WINDOW / MINUTE;
    Ok(refused * ONE_IN > number(all, &[target.into(), minute.into()])?)
}

impl<W: World> Writer<'_, W> {
    /// Pauses the target where this refusal, of so many more records, meets too many; those that became
    /// dead letters by it are dirty again. Answers whether it did.
    pub(super) fn is_poisoned(
        &self,
        tx: &dyn Statements,
        answer: &ErrorAnswer,
        problem: Option<&FieldProblem>,
        more: usize,
    ) -> Result<bool, SqlError> {
        let (target, now) = (self.target.name.as_str(), self.world.now());
        let refused = Refusal::new(&answer.code, problem, &self.form.form);
        if more == 0 || !is_poison(tx, target, &refused.code, more, now)? {
            return Ok(false);
        }
        for object_id in dead::raise_all(tx, target, &refused.code, now - WINDOW)? {
            mark(tx, target, &object_id)?;
        }
        // What follows once it is set right is judged by itself.
        tx.exec("DELETE FROM sent_count WHERE target = ?1", &[target.into()])?;
        binding::pause_refused(tx, target, &refused, now + TRIED_AGAIN_AFTER, now)?;
        Ok(true)
    }
}
