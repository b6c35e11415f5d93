//! The steps of a night's sweep, each a slice at a time.

use daicho_core::mapping::List;
use daicho_core::stripe::Kind;
use serde::{Deserialize, Serialize};

use crate::calendar::DAY;
use crate::config::Active;
use crate::delivery;
use crate::error::EngineError;
use crate::kintone;
use crate::port::{Millis, Row, SqlError, Statements};
use crate::{trap, ui};

/// Rows looked at in one slice.
const SLICE: i64 = 500;
/// Rows that go in one slice where each takes several statements.
const FEW: i64 = 50;
/// Ids of events and tombstones. Stripe lists events for 30 days and tries to deliver one for three; one
/// that is read after that was set aside here and is ordered with care.
const IDS: Millis = 35 * DAY;
/// Values that a record had before our first write to it.
const PREVIOUS: Millis = 30 * DAY;
/// What a dry run or a comparison tells of single objects, after the job ended.
const SAMPLES: Millis = 30 * DAY;
/// Somebody who connected an app may take some days over its mapping.
const FORMS: Millis = 7 * DAY;

/// Up to where a step has come: a number and an id, as its order asks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place(i64, String);

/// One slice of a step, from a place on. Answers where the next begins, or `None` when all is done.
type Step = fn(&dyn Statements, &Active, &Place, Millis) -> Result<Option<Place>, EngineError>;

pub(super) const STEPS: &[Step] =
    &[events, tombstones, previous_values, dead_letters, unreferenced, views, small_tables];

/// What ends the rows of each table. One that is not here fails a test: no table only grows.
pub const LIVES: &[(&str, &str)] = &[
    ("migration", "one a version"),
    ("inbox", "35 days, and as long as a dead letter of it; the payload until it is observed"),
    ("object", "as long as Stripe has it and somebody looks at it; a tombstone 35 days"),
    ("read", "until it is answered"),
    ("dirty", "until it is settled"),
    ("record", "as long as kintone's record; with its target"),
    ("in_flight", "until the request is answered, or at the next start"),
    ("dead_letter", "until it is mended, sent again or discarded; its own retention"),
    ("previous_value", "30 days"),
    ("document", "there are two"),
    ("secret", "one a name that a person chose"),
    ("binding", "with its target"),
    ("form", "with the last target of its app, or a week after it was connected without one"),
    ("mapped_form", "with its target"),
    ("request_count", "40 days"),
    ("timer", "one a name in the code"),
    ("meta", "one a name in the code"),
    ("depends", "with the object that looks, or its target"),
    ("fan_out", "until it is done"),
    ("list", "with its customer's tombstone"),
    ("element", "with its parent's tombstone or its own"),
    ("left_out", "with its object's tombstone; counted anew with a new mapping"),
    ("lookup_wait", "until the record that it names is written, or its own without; with its target"),
    ("deletion_count", "one a target"),
    ("job", "one row a job: its last run"),
    ("job_count", "one row a target; with the next backfill"),
    ("job_sample", "twenty of a kind; with the job's next run, or 30 days after its last"),
    (
        "late_request",
        "six minutes, or as long as its record is a dead letter or was discarded; with its object's tombstone",
    ),
    ("gap_check", "there is one"),
    ("ui_nonce", "as long as its signature is accepted; at night"),
    ("ui_operation", "as long as its answer may be asked for again, a day; at night"),
    ("sent_count", "ten minutes; with the next one, or at night"),
    ("trap", "an hour after the last panic; at night"),
    ("discarded", "90 days"),
    ("domain", "until a request to it is answered; with the last target of its apps"),
];

/// Ids of events, oldest first. They arrived in the order of `seq`.
fn events(tx: &dyn Statements, _: &Active, after: &Place, now: Millis) -> Result<Option<Place>, EngineError> {
    let sql = "SELECT seq, received FROM inbox WHERE seq > ?1 ORDER BY seq LIMIT ?2";
    let rows = tx.exec(sql, &[after.0.into(), SLICE.into()])?;
    let mut last = None;
    for row in &rows {
        if row.integer(1)? >= now - IDS {
            break;
        }
        last = Some(row.integer(0)?);
    }
    let Some(last) = last else { return Ok(None) };
    // One that waits to be observed waits on, however long, and a dead one as long as its letter stands.
    let delete = "DELETE FROM inbox WHERE seq > ?1 AND seq <= ?2 AND status IN ('observed', 'ignored')";
    tx.exec(delete, &[after.0.into(), last.into()])?;
    Ok(Some(Place(last, String::new())))
}

/// Tombstones, and what is kept of their objects elsewhere. One that somebody looks at stays, or at a list of its
/// own: it spares a read that Stripe may refuse. So does one whose record still waits for what its target does when
/// an object is gone.
fn tombstones(
    tx: &dyn Statements,
    active: &Active,
    after: &Place,
    now: Millis,
) -> Result<Option<Place>, EngineError> {
    let sql = "SELECT stale_before_s, id, EXISTS (SELECT 1 FROM depends WHERE on_id = object.id OR
                 (on_id > object.id || '/' AND on_id < object.id || '0')) FROM object
               WHERE deleted = 1 AND (stale_before_s, id) > (?1, ?2) AND stale_before_s < ?3
               ORDER BY stale_before_s, id LIMIT ?4";
    let before_s = (now - IDS).div_euclid(1_000);
    let rows = tx.exec(sql, &[after.0.into(), after.1.as_str().into(), before_s.into(), FEW.into()])?;
    for row in rows.iter() {
        let id = row.text(1)?;
        if row.integer(2)? == 0 && !is_waited_for(tx, active, id)? {
            forget(tx, active, id)?;
        }
    }
    let place = |row: &Row| Ok::<_, SqlError>(Place(row.integer(0)?, row.text(1)?.to_owned()));
    Ok(rows.last().map(place).transpose()?)
}

/// Whether something is still to be done with a record of the object: a target is held or paused for as long as it
/// takes a person.
fn is_waited_for(tx: &dyn Statements, active: &Active, id: &str) -> Result<bool, SqlError> {
    for target in active.mapping().targets() {
        let sql = "SELECT 1 FROM dirty WHERE target = ?1 AND object_id = ?2
                   UNION ALL SELECT 1 FROM dead_letter
                     WHERE kind = 'record' AND target = ?1 AND object_id = ?2 AND event_id = ''";
        if !tx.exec(sql, &[target.name.as_str().into(), id.into()])?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn forget(tx: &dyn Statements, active: &Active, id: &str) -> Result<(), SqlError> {
    for target in active.mapping().targets() {
        let of = [target.name.as_str().into(), id.into()];
        for table in ["left_out", "lookup_wait", "late_request", "depends"] {
            tx.exec(&format!("DELETE FROM {table} WHERE target = ?1 AND object_id = ?2"), &of)?;
        }
        // Without an id it never was a record, as far as we know.
        let record = "DELETE FROM record WHERE target = ?1 AND object_id = ?2 AND record_id IS NULL";
        tx.exec(record, &of)?;
    }
    for list in List::ALL {
        tx.exec("DELETE FROM list WHERE id = ?1", &[format!("{id}/{}", list.as_str()).into()])?;
    }
    tx.exec("DELETE FROM element WHERE parent = ?1 OR id = ?1", &[id.into()])?;
    tx.exec("DELETE FROM object WHERE id = ?1", &[id.into()]).map(drop)
}

fn previous_values(
    tx: &dyn Statements,
    _: &Active,
    _: &Place,
    now: Millis,
) -> Result<Option<Place>, EngineError> {
    let sql = "SELECT target, app, record_id FROM previous_value WHERE kept < ?1 ORDER BY kept LIMIT ?2";
    let rows = tx.exec(sql, &[(now - PREVIOUS).into(), FEW.into()])?;
    for row in &rows {
        let delete = "DELETE FROM previous_value WHERE target = ?1 AND app = ?2 AND record_id = ?3";
        tx.exec(delete, &[row.text(0)?.into(), row.text(1)?.into(), row.text(2)?.into()])?;
    }
    Ok((rows.len() as i64 == FEW).then(Place::default))
}

fn dead_letters(
    tx: &dyn Statements,
    _: &Active,
    _: &Place,
    now: Millis,
) -> Result<Option<Place>, EngineError> {
    let limit = u32::try_from(FEW).unwrap_or(u32::MAX);
    let forgotten = delivery::letters::sweep(tx, now, limit)?;
    Ok((forgotten as i64 >= FEW).then(Place::default))
}

/// Objects that no target takes and nobody looks at any more, such as a price that was replaced. Should
/// somebody look at one again, it is read.
fn unreferenced(
    tx: &dyn Statements,
    active: &Active,
    after: &Place,
    _: Millis,
) -> Result<Option<Place>, EngineError> {
    let sql = "SELECT id, kind, customer, deleted, EXISTS (SELECT 1 FROM depends WHERE on_id = object.id)
               FROM object WHERE id > ?1 ORDER BY id LIMIT ?2";
    let rows = tx.exec(sql, &[after.1.as_str().into(), SLICE.into()])?;
    for row in &rows {
        let (id, kind) = (row.text(0)?, Kind::from_object(row.text(1)?));
        let is_taken = active.uses(&kind) || active.targets_of(&kind).next().is_some();
        // A tombstone has its own time.
        if is_taken || row.integer(3)? != 0 || row.integer(4)? != 0 || stands_in_list(tx, row, &kind)? {
            continue;
        }
        tx.exec("DELETE FROM element WHERE id = ?1", &[id.into()])?;
        tx.exec("DELETE FROM object WHERE id = ?1", &[id.into()])?;
    }
    let last = rows.last().filter(|_| rows.len() as i64 == SLICE);
    Ok(last.map(|row| Ok::<_, SqlError>(Place(0, row.text(0)?.to_owned()))).transpose()?)
}

/// Whether an object stands in a customer's list that was asked for: it is known whole only with it.
fn stands_in_list(tx: &dyn Statements, row: &Row, kind: &Kind) -> Result<bool, SqlError> {
    let Some((customer, list)) = row.optional_text(2)?.zip(List::of(kind)) else { return Ok(false) };
    let id = format!("{customer}/{}", list.as_str());
    Ok(!tx.exec("SELECT 1 FROM list WHERE id = ?1", &[id.into()])?.is_empty())
}

/// Nonces and answers of changes that people asked for by the views: an answer may hold an object of Stripe's.
fn views(tx: &dyn Statements, _: &Active, _: &Place, now: Millis) -> Result<Option<Place>, EngineError> {
    let forgotten = ui::sweep(tx, now, FEW)?;
    Ok((forgotten as i64 >= FEW).then(Place::default))
}

fn small_tables(
    tx: &dyn Statements,
    _: &Active,
    _: &Place,
    now: Millis,
) -> Result<Option<Place>, EngineError> {
    kintone::sweep_counts(tx, now)?;
    trap::forget(tx, now)?;
    let unbound = "DELETE FROM form WHERE read_at < ?1 AND app NOT IN
                   (SELECT domain || '/' || coalesce(guest_space, '-') || '/' || app FROM binding)";
    tx.exec(unbound, &[(now - FORMS).into()])?;
    let samples = "DELETE FROM job_sample WHERE job IN
                     (SELECT name FROM job WHERE state <> 'running' AND updated < ?1)";
    tx.exec(samples, &[(now - SAMPLES).into()])?;
    delivery::forget_sent(tx, now)?;
    tx.exec("DELETE FROM domain WHERE domain NOT IN (SELECT domain FROM binding)", &[])?;
    Ok(None)
}
