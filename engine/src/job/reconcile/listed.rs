//! Objects of one of Stripe's lists, held against what is known.

use daicho_core::stripe::Kind;
use serde_json::Value;

use super::scope::Scope;
use super::{Body, Finding, note, place_of};
use crate::config::Active;
use crate::error::EngineError;
use crate::job::row::Row;
use crate::job::sweep;
use crate::port::{Statements, World};
use crate::stripe::{self, Judged, Window, request};

/// An event of something made within so many seconds may still be on its way, as the gap check has it.
const GRACE_S: i64 = 60;

pub(super) fn compare<W: World>(
    world: &W,
    active: &Active,
    row: &Row,
    body: &Body,
    (kind, objects): (&Kind, &[(Value, Window)]),
    turn: impl Fn(&dyn Statements, &mut Body) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    let scope = Scope::load(world)?;
    let (report_only, now_s) = (body.report_only, world.now().div_euclid(1_000));
    let store = |tx: &dyn Statements, (object, window): (&Value, Window)| {
        let judged = stripe::judge(tx, active, object, window)?;
        let is_new = matches!(judged, Judged::New(_));
        if is_new && !scope.has(kind, object) {
            return Ok("not_taken_in");
        }
        if !report_only {
            stripe::store(tx, active, kind, (object, window), true)?;
        }
        let created = object.get("created").and_then(Value::as_i64);
        Ok(match judged {
            Judged::New(_) if created.is_some_and(|created| created > now_s - GRACE_S) => "under_way",
            Judged::New(_) => "missing",
            Judged::Stale(_) => "stale",
            Judged::Unsure => "under_way",
            Judged::Same | Judged::Overtaken => "compared",
        })
    };
    let count = |tx: &dyn Statements, body: &mut Body, object: &Value, class: Option<&'static str>| {
        let counts = body.listed.entry(kind.as_str().to_owned()).or_default();
        let class = class.unwrap_or("too_large");
        if class != "compared" {
            note(tx, counts, &place_of(kind), &Finding::of_object(class, stripe::id_of(object)))?;
        }
        *counts.entry("compared".to_owned()).or_default() += 1;
        Ok(())
    };
    let turn = |tx: &dyn Statements, body: &mut Body| {
        body.requests.stripe += 1;
        turn(tx, body)
    };
    sweep::keep(world, row, body, objects, store, count, turn)
}

/// An object that the list cut and that cannot be read for a reason of its own: it has its own tries from here
/// on, and its own letter should they fail.
pub(super) fn unread(tx: &dyn Statements, body: &mut Body, kind: &Kind, id: &str) -> Result<(), EngineError> {
    body.requests.stripe += 1;
    if !body.report_only {
        request::ask(tx, kind, id)?;
    }
    let counts = body.listed.entry(kind.as_str().to_owned()).or_default();
    *counts.entry("compared".to_owned()).or_default() += 1;
    note(tx, counts, &place_of(kind), &Finding::of_object("unproved", id))
}
