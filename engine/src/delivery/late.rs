//! Requests that were lost and may take effect yet, over what is written after them.
//!
//! A lost upsert by key may land after a later write and put an older state in its place, and a lost
//! deletion may take what was made since. Nothing in the request could prevent it, so such a record is
//! read again after each write, until nothing can land any more. A lost update can land only while the record
//! still has the revision that it was sent with: when no other write was needed, because the object changed
//! back.

use super::dirty;
use super::settle;
use crate::mutant::{self, Mutant};
use crate::port::{Millis, SqlError, Statements};

/// What may become of a request once it is lost, as a claim in `in_flight` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    /// It may land late.
    MayLand,
    /// Its revision keeps it from that once the record is written.
    Guarded,
}

impl Loss {
    /// As it stands in a claim.
    pub(super) fn number(self) -> i64 {
        match self {
            Self::MayLand => 2,
            Self::Guarded => 1,
        }
    }

    /// The one with this number; what nobody wrote may land.
    pub(super) fn of(number: i64) -> Self {
        if number == Self::Guarded.number() { Self::Guarded } else { Self::MayLand }
    }
}

/// How long after it was lost a request is reckoned with. A proxy or a queue in between gives up long before.
const UNTIL: Millis = 300_000;
/// The first look comes after the longest that a request is waited for; each further one takes three
/// times as long, so that three looks reach beyond [`UNTIL`].
const FIRST_LOOK: Millis = 30_000;
/// No wait is more than so many times tripled.
const TRIPLED: u32 = 2;

/// A request for this record was lost at `lost`: one that may land, or a guarded one, which is not counted,
/// for the next write is the end of it.
pub(super) fn note(
    tx: &dyn Statements,
    target: &str,
    object_id: &str,
    lost: Millis,
    loss: Loss,
) -> Result<(), SqlError> {
    if mutant::on(Mutant::ForgetLateRequests) {
        return Ok(());
    }
    let sql = "INSERT INTO late_request (target, object_id, lost, requests) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (target, object_id)
               DO UPDATE SET lost = max(lost, excluded.lost), requests = requests + excluded.requests, looks = 0";
    let counts = i64::from(loss == Loss::MayLand);
    tx.exec(sql, &[target.into(), object_id.into(), lost.into(), counts.into()]).map(drop)
}

/// One of the lost requests was seen to have made the record: it cannot take effect again. It may be
/// seen more than once before the record is settled, but only one can have made it.
pub(super) fn landed(tx: &dyn Statements, target: &str, object_id: &str) -> Result<(), SqlError> {
    let one = "UPDATE late_request SET landed = 1 WHERE target = ?1 AND object_id = ?2";
    tx.exec(one, &[target.into(), object_id.into()])?;
    let none = "DELETE FROM late_request WHERE target = ?1 AND object_id = ?2 AND requests <= landed";
    tx.exec(none, &[target.into(), object_id.into()]).map(drop)
}

/// Lost requests no longer matter: the object is gone, and its record stays as it is.
pub(super) fn forget(tx: &dyn Statements, target: &str, object_id: &str) -> Result<(), SqlError> {
    let sql = "DELETE FROM late_request WHERE target = ?1 AND object_id = ?2";
    tx.exec(sql, &[target.into(), object_id.into()]).map(drop)
}

/// Whether a request that is under way, or was lost, may make a record of the target yet, with the key that the
/// mapping says until now.
///
/// # Errors
/// SQLite's refusal.
pub(crate) fn may_make_records(tx: &dyn Statements, target: &str, now: Millis) -> Result<bool, SqlError> {
    let sent = "SELECT 1 FROM in_flight, json_each(in_flight.objects) claim
                WHERE target = ?1 AND claim.value ->> 3 IS NOT NULL LIMIT 1";
    let lost = "SELECT 1 FROM late_request l WHERE target = ?1 AND requests > landed AND (lost >= ?2 OR
                  EXISTS (SELECT 1 FROM dirty d
                          WHERE d.target = l.target AND d.object_id = l.object_id AND d.unknown > 0)) LIMIT 1";
    let is_under_way = !tx.exec(sent, &[target.into()])?.is_empty();
    Ok(is_under_way || !tx.exec(lost, &[target.into(), (now - UNTIL).into()])?.is_empty())
}

/// The record was written or seen to be right: it is read again while a lost request may land. A lost update
/// may where the record `stands` as it was when that was sent.
pub(super) fn look_again(
    tx: &dyn Statements,
    target: &str,
    (object_id, key): (&str, Option<&str>),
    stands: bool,
    now: Millis,
) -> Result<(), SqlError> {
    let looked =
        "UPDATE late_request SET looks = looks + 1 WHERE target = ?1 AND object_id = ?2 AND lost >= ?3
                  AND requests >= ?4 RETURNING looks";
    let least = i64::from(!stands);
    let rows = tx.exec(looked, &[target.into(), object_id.into(), (now - UNTIL).into(), least.into()])?;
    let Some(row) = rows.first() else {
        return forget(tx, target, object_id);
    };
    let looks = u32::try_from(row.integer(0)?).unwrap_or(u32::MAX);
    let wait = FIRST_LOOK * 3_i64.pow(looks.saturating_sub(1).min(TRIPLED));
    dirty::read_later(tx, target, object_id, now + wait)?;
    // The key by which it is looked for, also of an object that is gone.
    settle::in_doubt(tx, target, object_id, key)
}
