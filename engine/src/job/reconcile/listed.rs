//! Objects of one of Stripe's lists, held against what is known.

use daicho_core::stripe::Kind;
use serde_json::Value;

use super::scope::Scope;
use super::suspects::{self, Edge};
use super::{Body, Finding, note, place_of};
use crate::config::Active;
use crate::error::EngineError;
use crate::job::swept::Takes;
use crate::port::{Statements, World};
use crate::stripe::{self, Judged, Page, Window, request};

/// An event of something made within so many seconds may still be on its way, as the gap check has it.
const GRACE_S: i64 = 60;

/// What it takes to judge them.
pub(super) struct Listed<'a> {
    active: &'a Active,
    scope: Scope,
    now_s: i64,
}

impl<'a> Listed<'a> {
    pub(super) fn new<W: World>(world: &W, active: &'a Active) -> Result<Self, EngineError> {
        Ok(Self { active, scope: Scope::load(world)?, now_s: world.now().div_euclid(1_000) })
    }
}

impl Takes for Listed<'_> {
    type Body = Body;
    /// A class of [`progress::Reconcile`](super::progress::Reconcile).
    type Found = &'static str;

    fn take_in(
        &self,
        tx: &dyn Statements,
        body: &Body,
        kind: &Kind,
        (object, window): (&Value, Window),
    ) -> Result<&'static str, EngineError> {
        let judged = stripe::judge(tx, self.active, object, window)?;
        let is_new = matches!(judged, Judged::New(_));
        if is_new && !self.scope.has(kind, object) {
            return Ok("not_taken_in");
        }
        if !body.report_only {
            stripe::store(tx, self.active, kind, (object, window), true)?;
        }
        let created = object.get("created").and_then(Value::as_i64);
        Ok(match judged {
            Judged::New(_) if created.is_some_and(|created| created > self.now_s - GRACE_S) => "under_way",
            Judged::New(_) => "missing",
            Judged::Stale(_) => "stale",
            Judged::Unsure => "under_way",
            Judged::Same | Judged::Overtaken => "compared",
        })
    }

    fn count(
        &self,
        tx: &dyn Statements,
        body: &mut Body,
        kind: &Kind,
        object: &Value,
        found: Option<&'static str>,
    ) -> Result<(), EngineError> {
        let counts = body.listed.entry(kind.as_str().to_owned()).or_default();
        let class = found.unwrap_or("too_large");
        if class != "compared" {
            note(tx, counts, &place_of(kind), &Finding::of_object(class, stripe::id_of(object)))?;
        }
        *counts.entry("compared".to_owned()).or_default() += 1;
        Ok(())
    }

    fn answered(
        &self,
        tx: &dyn Statements,
        body: &mut Body,
        kind: &Kind,
        page: Option<&Page>,
    ) -> Result<(), EngineError> {
        body.requests.stripe += 1;
        let Some(page) = page else { return Ok(()) };
        suspects::begin(body, kind, page, self.now_s);
        suspects::search(tx, body)
    }

    /// It has its own tries from here on, and its own letter should they fail.
    fn unread(&self, tx: &dyn Statements, body: &mut Body, kind: &Kind, id: &str) -> Result<(), EngineError> {
        body.requests.stripe += 1;
        if !body.report_only {
            request::ask(tx, kind, id)?;
        }
        let counts = body.listed.entry(kind.as_str().to_owned()).or_default();
        *counts.entry("compared".to_owned()).or_default() += 1;
        note(tx, counts, &place_of(kind), &Finding::of_object("unproved", id))
    }

    fn back(&self, body: &mut Body, kind: &Kind) {
        if body.sweep.is_at_beginning() {
            body.listed.remove(kind.as_str());
            body.edge = Edge::default();
        }
    }
}
