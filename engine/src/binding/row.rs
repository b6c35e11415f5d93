//! The rows of `binding`.

use std::collections::BTreeSet;

use daicho_core::kintone::{AppAddress, AppId, GuestSpaceId};
use daicho_core::validation::Text;

use super::{Reason, Refusal};
use crate::error::EngineError;
use crate::port::{Millis, Query, Row, SqlError, Statements, Value};

/// No check by itself: far in the future, and within what JavaScript counts exactly.
pub(crate) const NEVER: Millis = 1 << 52;

/// Whether a target is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Not until its form was read and the mapping fits.
    Unchecked,
    /// Not until a person lets it go on.
    Held,
    /// Yes.
    Active,
    /// Not until a person has set something right.
    Paused,
}

impl State {
    /// As it is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unchecked => "unchecked",
            Self::Held => "held",
            Self::Active => "active",
            Self::Paused => "paused",
        }
    }

    fn parse(text: &str) -> Result<Self, EngineError> {
        [Self::Unchecked, Self::Held, Self::Active, Self::Paused]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(EngineError::Stored { what: "binding" })
    }
}

/// One target's app and whether it is written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The target.
    pub target: String,
    /// Its app.
    pub address: AppAddress,
    /// Whether it is written to.
    pub state: State,
    /// Why not, or why it waits.
    pub reason: Option<Reason>,
    /// Records in the app when it was bound; `None` until they were counted.
    pub found: Option<i64>,
    /// Who let a held target go on.
    pub waived_by: Option<String>,
    /// Whether an insert was read back and carried its key.
    pub verified: bool,
    /// Failures in a row.
    pub attempts: i64,
    /// Of an unchecked or paused target: the next check. Of an active one: nothing is sent before.
    pub not_before: Millis,
    /// The refusal that paused it.
    pub refused: Option<Refusal>,
}

impl Binding {
    /// Why it is not written to, and the way on.
    #[must_use]
    pub fn text(&self) -> Option<Text> {
        match (self.reason, &self.refused) {
            (Some(Reason::ManyRefused), Some(refused)) => Some(refused.text(&self.target)),
            (reason, _) => reason.map(Reason::text),
        }
    }

    /// Whether people's records may be in the app, so that a record is looked for before it is written.
    #[must_use]
    pub fn may_hold_others_records(&self) -> bool {
        self.found != Some(0)
    }
}

const COLUMNS: &str = "target, domain, guest_space, app, state, reason, found, waived_by, verified, attempts, not_before, refused";

fn from_row(row: &Row) -> Result<Binding, EngineError> {
    let stored = || EngineError::Stored { what: "binding" };
    let unsigned = |value: i64| u64::try_from(value).map_err(|_| stored());
    Ok(Binding {
        target: row.text(0)?.to_owned(),
        address: AppAddress {
            domain: row.text(1)?.to_owned(),
            guest_space: row.optional_integer(2)?.map(unsigned).transpose()?.map(GuestSpaceId),
            app: AppId(unsigned(row.integer(3)?)?),
        },
        state: State::parse(row.text(4)?)?,
        reason: row.optional_text(5)?.and_then(Reason::from_code),
        found: row.optional_integer(6)?,
        waived_by: row.optional_text(7)?.map(str::to_owned),
        verified: row.integer(8)? != 0,
        attempts: row.integer(9)?,
        not_before: row.integer(10)?,
        refused: row.optional_text(11)?.and_then(|json| serde_json::from_str(json).ok()),
    })
}

pub(crate) fn all(sql: &(impl Query + ?Sized)) -> Result<Vec<Binding>, EngineError> {
    let rows = sql.query(&format!("SELECT {COLUMNS} FROM binding ORDER BY target"), &[])?;
    rows.iter().map(from_row).collect()
}

pub(crate) fn get(sql: &(impl Query + ?Sized), target: &str) -> Result<Option<Binding>, EngineError> {
    let rows = sql.query(&format!("SELECT {COLUMNS} FROM binding WHERE target = ?1"), &[target.into()])?;
    rows.first().map(from_row).transpose()
}

/// The bindings of one app.
pub(crate) fn at_address(sql: &(impl Query + ?Sized), app: &AppAddress) -> Result<Vec<Binding>, EngineError> {
    Ok(all(sql)?.into_iter().filter(|binding| binding.address == *app).collect())
}

/// What came of binding a target to an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Adopted {
    /// It was bound to it already.
    Before,
    /// It was bound anew.
    Anew,
    /// So it was, and more is known of the former app's records than one step forgets: see [`clear`].
    Uncleared,
}

/// Binds a target to an app. Nothing changes where it is bound to it already; what was known of the
/// records of another app is forgotten.
pub(crate) fn adopt(
    tx: &dyn Statements,
    target: &str,
    app: &AppAddress,
    now: Millis,
) -> Result<Adopted, EngineError> {
    if get(tx, target)?.is_some_and(|binding| binding.address == *app) {
        return Ok(Adopted::Before);
    }
    let is_uncleared = drop_target(tx, target)?;
    let signed = |value: u64| i64::try_from(value).map_err(|_| EngineError::Stored { what: "app number" });
    let guest_space = app.guest_space.map(|space| signed(space.0)).transpose()?;
    let sql = "INSERT INTO binding (target, domain, guest_space, app, state, reason, since)
               VALUES (?1, ?2, ?3, ?4, 'unchecked', ?5, ?6)";
    let parameters = [
        target.into(),
        app.domain.as_str().into(),
        guest_space.into(),
        signed(app.app.0)?.into(),
        Reason::NotChecked.code().into(),
        now.into(),
    ];
    tx.exec(sql, &parameters)?;
    Ok(if is_uncleared { Adopted::Uncleared } else { Adopted::Anew })
}

/// Forgets a target: its binding, what was to be written for it and what is known of its records. An
/// answer under way then finds no row to settle. Answers whether there is more to [`clear`].
fn drop_target(tx: &dyn Statements, target: &str) -> Result<bool, SqlError> {
    for table in ["binding", "in_flight", "deletion_count", "sent_count", "mapped_form"] {
        tx.exec(&format!("DELETE FROM {table} WHERE target = ?1"), &[target.into()])?;
    }
    clear(tx, target)
}

/// Objects of which one step forgets what is known for a target.
const CLEARED: i64 = 500;

/// Forgets a slice of what was to be written for a target and of what is known of its records. Answers whether
/// there may be more.
pub(crate) fn clear(tx: &dyn Statements, target: &str) -> Result<bool, SqlError> {
    let of = |table: &str| {
        format!(
            "DELETE FROM {table} WHERE target = ?1 AND object_id IN
               (SELECT object_id FROM {table} WHERE target = ?1 LIMIT ?2) RETURNING 1"
        )
    };
    let letters = "DELETE FROM dead_letter WHERE id IN
                     (SELECT id FROM dead_letter WHERE target = ?1 AND kind = 'record' LIMIT ?2) RETURNING 1";
    let tables =
        ["dirty", "record", "left_out", "lookup_wait", "late_request", "depends"].map(of).into_iter();
    let mut is_more = false;
    for sql in tables.chain([letters.to_owned()]) {
        is_more |= tx.exec(&sql, &[target.into(), CLEARED.into()])?.len() as i64 >= CLEARED;
    }
    Ok(is_more)
}

/// Forgets the targets that are not among `kept`. Answers those of which there is more to [`clear`].
pub(crate) fn drop_others(tx: &dyn Statements, kept: &BTreeSet<&str>) -> Result<Vec<String>, EngineError> {
    let mut uncleared = Vec::new();
    for binding in all(tx)? {
        if !kept.contains(binding.target.as_str()) && drop_target(tx, &binding.target)? {
            uncleared.push(binding.target);
        }
    }
    Ok(uncleared)
}

/// Sets a target's state, calm: no failures in a row.
pub(crate) fn set_state(
    tx: &dyn Statements,
    target: &str,
    state: State,
    reason: Option<Reason>,
    found: Option<i64>,
    now: Millis,
) -> Result<(), SqlError> {
    let sql = "UPDATE binding SET since = CASE WHEN state = ?2 THEN since ELSE ?5 END, state = ?2,
                 reason = ?3, found = coalesce(?4, found), attempts = 0, not_before = 0
               WHERE target = ?1";
    let reason: Value = reason.map(Reason::code).into();
    tx.exec(sql, &[target.into(), state.as_str().into(), reason, found.into(), now.into()]).map(drop)
}

/// A person has to set something right. The target is checked again at `next`.
pub(crate) fn pause(
    tx: &dyn Statements,
    target: &str,
    reason: Reason,
    next: Millis,
    now: Millis,
) -> Result<(), SqlError> {
    let sql = "UPDATE binding SET since = CASE WHEN state = 'paused' THEN since ELSE ?4 END,
                 state = 'paused', reason = ?2, attempts = attempts + 1, not_before = ?3
               WHERE target = ?1";
    let next = if reason.waits_for_a_person() { NEVER } else { next };
    tx.exec(sql, &[target.into(), reason.code().into(), next.into(), now.into()]).map(drop)
}

/// One refusal met many records: nothing is written until a person has set something right. At `next` it
/// is tried again all the same.
pub(crate) fn pause_refused(
    tx: &dyn Statements,
    target: &str,
    refused: &Refusal,
    next: Millis,
    now: Millis,
) -> Result<(), SqlError> {
    pause(tx, target, Reason::ManyRefused, next, now)?;
    let json = serde_json::to_string(refused).unwrap_or_default();
    tx.exec("UPDATE binding SET refused = ?2 WHERE target = ?1", &[target.into(), json.into()]).map(drop)
}

/// A person says that what paused a target is set right: it is checked at once. Answers whether it was
/// paused.
pub(crate) fn resume(tx: &dyn Statements, target: &str) -> Result<bool, SqlError> {
    let sql = "UPDATE binding SET not_before = 0, attempts = 0 WHERE target = ?1 AND state = 'paused'
               RETURNING target";
    Ok(!tx.exec(sql, &[target.into()])?.is_empty())
}

/// A check could not be finished. It is made again at `next`.
pub(super) fn wait(tx: &dyn Statements, target: &str, reason: Reason, next: Millis) -> Result<(), SqlError> {
    let sql = "UPDATE binding SET reason = CASE WHEN state = 'unchecked' THEN ?2 ELSE reason END,
                 attempts = attempts + 1, not_before = ?3
               WHERE target = ?1";
    tx.exec(sql, &[target.into(), reason.code().into(), next.into()]).map(drop)
}

/// Nothing more is sent to the target's app before `until`.
pub(crate) fn back_off(tx: &dyn Statements, target: &str, until: Millis) -> Result<(), SqlError> {
    let sql = "UPDATE binding SET attempts = attempts + 1, not_before = ?2 WHERE target = ?1";
    tx.exec(sql, &[target.into(), until.into()]).map(drop)
}

/// The target's next record is not due before `until`, though nothing failed.
pub(crate) fn pace(tx: &dyn Statements, target: &str, until: Millis) -> Result<(), SqlError> {
    let sql = "UPDATE binding SET not_before = ?2 WHERE target = ?1 AND state = 'active' AND not_before < ?2";
    tx.exec(sql, &[target.into(), until.into()]).map(drop)
}

/// Nothing more is sent to the app of `binding` before `until`, by any target.
pub(crate) fn back_off_app(tx: &dyn Statements, binding: &Binding, until: Millis) -> Result<(), SqlError> {
    for other in all(tx).map_err(|_| SqlError::new("a stored binding cannot be read"))? {
        if other.address == binding.address && other.state == State::Active {
            back_off(tx, &other.target, until)?;
        }
    }
    Ok(())
}

/// A request succeeded. No row is written where there was no failure before.
pub(crate) fn settle_calm(tx: &dyn Statements, target: &str) -> Result<(), SqlError> {
    let sql = "UPDATE binding SET attempts = 0, not_before = 0 WHERE target = ?1 AND attempts > 0 AND state = 'active'";
    tx.exec(sql, &[target.into()]).map(drop)
}

/// An insert was read back and carried its key.
pub(crate) fn verified(tx: &dyn Statements, target: &str) -> Result<(), SqlError> {
    tx.exec("UPDATE binding SET verified = 1 WHERE target = ?1", &[target.into()]).map(drop)
}

/// Something that a target may have waited for has changed: check it again at once. What waits for a person's word
/// waits on: a key of Stripe's that is rotated, say, makes no other record without a key.
pub(crate) fn check_again(tx: &dyn Statements) -> Result<(), SqlError> {
    let sql = "UPDATE binding SET not_before = 0, attempts = 0
               WHERE state IN ('unchecked', 'paused') AND not_before < ?1";
    tx.exec(sql, &[NEVER.into()]).map(drop)
}

/// Who let a held target go on.
pub(super) fn waived(tx: &dyn Statements, target: &str, by: &str) -> Result<(), SqlError> {
    tx.exec("UPDATE binding SET waived_by = ?2 WHERE target = ?1", &[target.into(), by.into()]).map(drop)
}
