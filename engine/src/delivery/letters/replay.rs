//! Sending dead letters again.

use serde::Serialize;

use super::{Filter, object_of};
use crate::config::Active;
use crate::delivery::dirty;
use crate::error::EngineError;
use crate::inbox;
use crate::port::{Sql, SqlError, Statements};
use crate::stripe::request;

/// Letters a step: each writes a few rows, and other calls wait meanwhile.
const SLICE: i64 = 500;

/// Which letters are sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// Those with these numbers.
    Ids(Vec<i64>),
    /// All of a kind, after the one with the number `after`: up to 500 at a time.
    Kind {
        /// Which.
        filter: Filter,
        /// 0 for the first.
        after: i64,
    },
}

/// What became of letters that were to be sent again. They stay in the list until that succeeded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Replayed {
    /// How many are tried again.
    pub replayed: usize,
    /// Those that are not: there is no such letter, or nothing to send is kept any more.
    pub not_replayed: Vec<i64>,
    /// Where to go on, if there may be more of the kind.
    pub next: Option<i64>,
}

struct Letter {
    id: i64,
    is_event: bool,
    target: String,
    object_id: String,
    event_id: String,
    object_kind: Option<String>,
    payload: Option<String>,
}

/// Sends letters again: a record as its object is now, an event as it was kept, or its object read
/// anew where it is not kept any more.
///
/// # Errors
/// SQLite's refusal.
pub fn replay(sql: &impl Sql, active: &Active, which: &Which) -> Result<Replayed, EngineError> {
    sql.transaction(|tx| {
        let mut replayed = Replayed::default();
        match which {
            Which::Ids(ids) => {
                for id in ids {
                    let of = "d.id = ?1";
                    match letters(tx, of, &[(*id).into()])?.first() {
                        Some(letter) => one(tx, active, letter, &mut replayed)?,
                        None => replayed.not_replayed.push(*id),
                    }
                }
            }
            Which::Kind { filter, after } => {
                let of = "d.id > ?1 AND (?2 IS NULL OR d.target = ?2) AND (?3 IS NULL OR d.code = ?3)
                          ORDER BY d.id LIMIT ?4";
                let Filter { target, code } = filter.clone();
                let letters = letters(tx, of, &[(*after).into(), target.into(), code.into(), SLICE.into()])?;
                for letter in &letters {
                    one(tx, active, letter, &mut replayed)?;
                }
                let is_full = letters.len() as i64 == SLICE;
                replayed.next = letters.last().map(|last| last.id).filter(|_| is_full);
            }
        }
        Ok(replayed)
    })
}

fn letters(
    tx: &dyn Statements,
    of: &str,
    parameters: &[crate::port::Value],
) -> Result<Vec<Letter>, SqlError> {
    let sql = format!(
        "SELECT d.id, d.kind, d.target, d.object_id, d.event_id, d.object_kind,
           CASE WHEN d.kind = 'event' THEN d.payload END FROM dead_letter d WHERE {of}"
    );
    let letter = |row: &crate::port::Row| {
        Ok(Letter {
            id: row.integer(0)?,
            is_event: row.text(1)? == "event",
            target: row.text(2)?.to_owned(),
            object_id: row.text(3)?.to_owned(),
            event_id: row.text(4)?.to_owned(),
            object_kind: row.optional_text(5)?.map(str::to_owned),
            payload: row.optional_text(6)?.map(str::to_owned),
        })
    };
    tx.exec(&sql, parameters)?.iter().map(letter).collect()
}

fn one(
    tx: &dyn Statements,
    active: &Active,
    letter: &Letter,
    replayed: &mut Replayed,
) -> Result<(), SqlError> {
    let is_tried = if letter.is_event {
        event(tx, active, letter)?
    } else {
        request::retry(tx, &letter.target, &letter.object_id)?;
        dirty::wake(tx, &letter.target, &letter.object_id)?;
        true
    };
    if is_tried {
        replayed.replayed += 1;
    } else {
        replayed.not_replayed.push(letter.id);
    }
    Ok(())
}

/// Whether the event is tried again.
fn event(tx: &dyn Statements, active: &Active, letter: &Letter) -> Result<bool, SqlError> {
    if letter.event_id.is_empty() {
        // Of an object that cannot be read, and that no target takes itself.
        request::retry(tx, "", &letter.object_id)?;
        return Ok(true);
    }
    if let Some(payload) = &letter.payload
        && inbox::replay(tx, &letter.event_id, payload)?
    {
        return Ok(true);
    }
    let kept = letter.object_kind.clone().map(|kind| (kind, letter.object_id.clone()));
    let Some((kind, id)) = kept.or_else(|| letter.payload.as_deref().and_then(object_of)) else {
        return Ok(false);
    };
    let kind = daicho_core::stripe::Kind::from_object(&kind);
    if active.uses(&kind) || active.observes(&kind) {
        request::ask(tx, &kind, &id)?;
    }
    // The read says more than the event did, whose row ends by its age.
    let observed = "UPDATE inbox SET status = 'observed' WHERE event_id = ?1 AND status = 'dead'";
    tx.exec(observed, &[letter.event_id.as_str().into()])?;
    tx.exec("DELETE FROM dead_letter WHERE id = ?1", &[letter.id.into()]).map(|_| true)
}
