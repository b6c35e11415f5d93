//! Objects that should stand in a list and do not. That alone proves nothing: each is read by itself, and
//! only that read can show that it is deleted.

use daicho_core::stripe::Kind;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Body, Finding, note, place_of};
use crate::binding::NEVER;
use crate::error::EngineError;
use crate::job::row::Row;
use crate::object;
use crate::port::{Query, SqlError, Statements, World};
use crate::stripe::{self, Page, request};

/// Objects looked at in one statement.
const SLICE: usize = 200;
/// Statements of one step.
const SLICES: usize = 10;
/// A read that failed so often waits longer than the comparison does.
const TRIES: i64 = 3;
/// How long before now an empty list was asked for, in seconds and at most.
const SETTLED_S: i64 = 60;

/// A second before any object was made.
const BEFORE_ALL: i64 = -1;

/// Objects of one second that are remembered.
const OF_A_SECOND: usize = 2_000;

/// The end of the pages so far: lists are in the order of their objects' making, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Edge {
    /// The second in which the last object shown was made; none before the first page.
    created_s: Option<i64>,
    /// All objects shown that were made in that second: others of it may come with the next page.
    ids: Vec<String>,
}

/// A stretch of time of which a page showed all objects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Gap {
    kind: String,
    /// Made later than this second.
    after_s: i64,
    /// And not later than this.
    to_s: i64,
    /// How far it was gone through: the second and the id.
    place: (i64, String),
    /// What the list showed of it.
    listed: Vec<String>,
}

/// A page was read: the stretch that it shows is to be gone through.
pub(super) fn begin(body: &mut Body, kind: &Kind, page: &Page, now_s: i64) {
    let made = |object: &Value| object.get("created").and_then(Value::as_i64).unwrap_or_default();
    let edge = std::mem::take(&mut body.edge);
    // What is made later may not stand in it, and what came by an event since is known nonetheless.
    let from_s = page.objects.iter().map(|(_, window)| window.from_s).min().unwrap_or(now_s - SETTLED_S);
    let to_s = edge.created_s.unwrap_or(from_s);
    let ids = || page.objects.iter().map(|(object, _)| stripe::id_of(object).to_owned());
    let last = page.objects.last().map(|(object, _)| made(object)).filter(|_| page.has_more);
    if let Some(last) = last {
        let of_second = page.objects.iter().filter(|(object, _)| made(object) == last);
        let mut shown: Vec<String> = of_second.map(|(object, _)| stripe::id_of(object).to_owned()).collect();
        if edge.created_s == Some(last) {
            shown.extend(edge.ids.iter().cloned());
        }
        // What is forgotten costs a read each: Stripe takes a hundred requests a second.
        shown.truncate(OF_A_SECOND);
        body.edge = Edge { created_s: Some(last), ids: shown };
    }
    body.gap = Some(Gap {
        kind: kind.as_str().to_owned(),
        after_s: last.unwrap_or(BEFORE_ALL),
        to_s,
        place: (BEFORE_ALL, String::new()),
        listed: ids().chain(edge.ids).collect(),
    });
}

/// Goes through the stretch, to the first suspects or its end.
pub(super) fn search(tx: &dyn Statements, body: &mut Body) -> Result<(), EngineError> {
    for _ in 0..SLICES {
        let Some(gap) = &mut body.gap else { return Ok(()) };
        let kind = Kind::from_object(&gap.kind);
        let sql = "SELECT created_s, id FROM object
                   WHERE kind = ?1 AND created_s > ?2 AND created_s <= ?3 AND (created_s, id) > (?4, ?5)
                   ORDER BY created_s, id LIMIT ?6";
        let parameters = [
            gap.kind.as_str().into(),
            gap.after_s.into(),
            gap.to_s.into(),
            gap.place.0.into(),
            gap.place.1.as_str().into(),
            (SLICE as i64).into(),
        ];
        let rows = tx.exec(sql, &parameters)?;
        let mut suspects = Vec::new();
        for row in &rows {
            gap.place = (row.integer(0)?, row.text(1)?.to_owned());
            if !gap.listed.contains(&gap.place.1) && is_listed_at_all(tx, &gap.place.1)? {
                suspects.push(gap.place.1.clone());
            }
        }
        if rows.len() < SLICE {
            body.gap = None;
        }
        suspect(tx, body, &kind, suspects)?;
        if !body.asked.is_empty() {
            return Ok(());
        }
    }
    Ok(())
}

/// Objects under a test clock stand in no list of all objects ("List all customers" in Stripe's API
/// reference, `test_clock`).
fn is_listed_at_all(tx: &dyn Statements, id: &str) -> Result<bool, SqlError> {
    let sql = "SELECT 1 FROM object WHERE id = ?1 AND deleted = 0 AND json ->> 'test_clock' IS NULL";
    Ok(!tx.exec(sql, &[id.into()])?.is_empty())
}

fn suspect(
    tx: &dyn Statements,
    body: &mut Body,
    kind: &Kind,
    suspects: Vec<String>,
) -> Result<(), EngineError> {
    if body.report_only {
        let counts = body.listed.entry(kind.as_str().to_owned()).or_default();
        for id in &suspects {
            note(tx, counts, &place_of(kind), &Finding::of_object("not_listed", id))?;
        }
        return Ok(());
    }
    for id in &suspects {
        request::ask(tx, kind, id)?;
        body.requests.stripe += 1;
    }
    body.asked = suspects;
    Ok(())
}

/// Whether all of them were read, or failed so often that they are waited for no more.
pub(super) fn are_read(sql: &(impl Query + ?Sized), asked: &[String]) -> Result<bool, SqlError> {
    Ok(unread(sql, asked, TRIES)?.is_empty())
}

fn unread(sql: &(impl Query + ?Sized), asked: &[String], tries: i64) -> Result<Vec<String>, SqlError> {
    let text = "SELECT object_id FROM read
                WHERE object_id IN (SELECT value FROM json_each(?1)) AND attempts < ?2";
    let rows = sql.query(text, &[json!(asked).to_string().into(), tries.into()])?;
    rows.iter().map(|row| row.text(0).map(str::to_owned)).collect()
}

/// Counts what the reads showed, or goes on through the stretch.
pub(super) fn step<W: World>(world: &W, row: &Row, mut body: Body) -> Result<(), EngineError> {
    world.transaction(|tx| {
        if !row.is_current(tx)? {
            return Ok(());
        }
        if body.asked.is_empty() {
            search(tx, &mut body)?;
        } else {
            settle(tx, &mut body)?;
        }
        row.keep(tx, &body, world.now())
    })
}

fn settle(tx: &dyn Statements, body: &mut Body) -> Result<(), EngineError> {
    let unread = unread(tx, &body.asked, NEVER)?;
    for id in std::mem::take(&mut body.asked) {
        let Some(object) = object::get(tx, &id)? else { continue };
        let class = match object.deleted {
            true => "deleted",
            false if unread.contains(&id) => "unproved",
            false => continue,
        };
        let counts = body.listed.entry(object.kind.as_str().to_owned()).or_default();
        note(tx, counts, &place_of(&object.kind), &Finding::of_object(class, &id))?;
    }
    Ok(())
}
