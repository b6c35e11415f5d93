//! Records as they are known, for a comparison with what kintone holds.

use daicho_core::mapping::CompiledTarget;
use daicho_core::stripe::Kind;
use serde_json::json;

use super::dirty::{self, Row};
use crate::port::{Millis, SqlError, Statements};

/// What is under way with an object's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Situation {
    /// Nothing.
    Settled,
    /// It is to be written, or was within the time that is asked about.
    UnderWay,
    /// It is a dead letter.
    Failed,
    /// A person discarded the letter, and it was not written since.
    Discarded,
    /// Somebody deleted it in kintone, and the target leaves it so.
    StaysDeleted,
}

/// A record as it is known.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(super) row: Row,
    /// Its number in kintone.
    pub(crate) number: i64,
    pub(crate) situation: Situation,
}

impl Standing {
    /// The object whose record it is.
    pub(crate) fn object_id(&self) -> &str {
        &self.row.object_id
    }
}

/// What is under way with the record `r`: whether it is dirty, a dead letter, discarded, left deleted.
const SITUATION: &str = "
    EXISTS (SELECT 1 FROM dirty d WHERE d.target = ?1 AND d.object_id = r.object_id),
    EXISTS (SELECT 1 FROM dead_letter l
            WHERE l.kind = 'record' AND l.target = ?1 AND l.object_id = r.object_id),
    EXISTS (SELECT 1 FROM discarded x
            WHERE x.target = ?1 AND x.object_id = r.object_id AND x.at >= coalesce(r.written, 0)),
    coalesce(r.deleted, 0) = 2";

/// Reads [`SITUATION`] from this column on.
fn situation(row: &crate::port::Row, column: usize) -> Result<Situation, SqlError> {
    let situations = [Situation::UnderWay, Situation::Failed, Situation::Discarded, Situation::StaysDeleted];
    for (place, situation) in situations.into_iter().enumerate() {
        if row.integer(column + place)? != 0 {
            return Ok(situation);
        }
    }
    Ok(Situation::Settled)
}

/// Up to `limit` records of a target with the numbers after `after` up to `to`, in their order. What was
/// written at `since` or later counts as under way.
pub(crate) fn numbered(
    tx: &dyn Statements,
    target: &str,
    (after, to): (i64, i64),
    since: Millis,
    limit: usize,
) -> Result<Vec<Standing>, SqlError> {
    let number = "CAST(r.record_id AS INTEGER)";
    let columns = dirty::OF_RECORD;
    let text = format!(
        "SELECT {columns}, {number}, coalesce(r.written, 0), {SITUATION} FROM record r
         WHERE r.target = ?1 AND r.record_id IS NOT NULL AND {number} > ?2 AND {number} <= ?3
         ORDER BY {number} LIMIT ?4"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = tx.exec(&text, &[target.into(), after.into(), to.into(), limit.into()])?;
    let standing = rows.iter().map(|row| {
        let situation = if row.integer(16)? >= since { Situation::UnderWay } else { situation(row, 17)? };
        Ok(Standing { row: dirty::from_row(row)?, number: row.integer(15)?, situation })
    });
    standing.collect()
}

/// Of these objects those without a record in kintone that is known.
pub(crate) fn unwritten(
    tx: &dyn Statements,
    target: &str,
    ids: &[String],
) -> Result<Vec<(String, Situation)>, SqlError> {
    let text = format!(
        "SELECT r.object_id, {SITUATION} FROM
           (SELECT o.value AS object_id, k.record_id, k.written, k.deleted FROM json_each(?2) o
            LEFT JOIN record k ON k.target = ?1 AND k.object_id = o.value) r
         WHERE r.record_id IS NULL"
    );
    let rows = tx.exec(&text, &[target.into(), json!(ids).to_string().into()])?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), situation(row, 1)?))).collect()
}

/// Whose record it is that carries a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Holder {
    /// No object's that is known.
    Nobody,
    /// This object's, of which another record is known.
    Twin(String),
    /// This object's, of which no record is known.
    Unlinked(String, Situation),
}

/// Whose record of this target it is that carries the key.
pub(crate) fn holder(tx: &dyn Statements, target: &CompiledTarget, key: &str) -> Result<Holder, SqlError> {
    let by_key = "SELECT object_id FROM record WHERE target = ?1 AND key = ?2 AND key <> object_id LIMIT 1";
    let id = if target.key_is_id() {
        key.to_owned()
    } else {
        let rows = tx.exec(by_key, &[target.name.as_str().into(), key.into()])?;
        let Some(row) = rows.first() else { return Ok(Holder::Nobody) };
        row.text(0)?.to_owned()
    };
    let kind = Kind::from(target.source);
    let is_there = "SELECT 1 FROM object WHERE id = ?1 AND kind = ?2 AND deleted = 0";
    if tx.exec(is_there, &[id.as_str().into(), kind.as_str().into()])?.is_empty() {
        return Ok(Holder::Nobody);
    }
    let situation = unwritten(tx, &target.name, std::slice::from_ref(&id))?.pop();
    Ok(match situation {
        Some((_, situation)) => Holder::Unlinked(id, situation),
        None => Holder::Twin(id),
    })
}
