//! Handing a backfill's objects to the writer: in the order of the lookups, a slice at a time.

use daicho_core::mapping::{CompiledTarget, Source};
use daicho_core::stripe::Kind;

use super::{Body, Marking};
use crate::binding::{self, State};
use crate::config::Active;
use crate::delivery::{self, BulkRows, Haste};
use crate::error::EngineError;
use crate::kintone;
use crate::object;
use crate::port::{Millis, Query, Statements};
use crate::stripe::request;

/// A target has the next slice when fewer of its rows are due: two batches more than the one that is under
/// way, so that every batch is full until the last.
const FEW: i64 = 300;
/// Rows that wait, for a read or for a lookup's record, beyond which no more are marked.
const MOST: i64 = 2_000;
/// Objects looked at in one statement, of whichever kind.
const SLICE: u32 = 200;
/// Statements of one step that find no object of the kind.
const EMPTY: usize = 20;
/// Objects a slice of whose lists the elements are marked: each may have hundreds.
const PARENTS: usize = 5;

/// Whether a target has no place in the order yet.
pub(super) fn is_unplanned(body: &Body, active: &Active) -> bool {
    active.mapping().targets().any(|target| body.targets.iter().all(|marking| marking.name != target.name))
}

/// Puts the targets into the order of their lookups; those that are under way keep their place.
pub(super) fn plan(tx: &dyn Statements, active: &Active, body: &mut Body) -> Result<(), EngineError> {
    let mut waiting: Vec<(&CompiledTarget, Vec<String>)> = Vec::new();
    for target in active.mapping().targets() {
        if body.targets.iter().all(|marking| marking.name != target.name) {
            waiting.push((target, looked_up(tx, active, target)?));
        }
    }
    waiting.sort_by_key(|(target, _)| (rank(target.source), target.name.clone()));
    while !waiting.is_empty() {
        let is_placed = |name: &String| body.targets.iter().any(|marking| marking.name == *name);
        // Where targets look each other up in a circle, the first goes first.
        let first = waiting.iter().position(|(_, names)| names.iter().all(is_placed)).unwrap_or(0);
        let (target, mut waits_for) = waiting.remove(first);
        waits_for.retain(is_placed);
        body.targets.push(Marking { name: target.name.clone(), waits_for, ..Marking::default() });
    }
    Ok(())
}

fn rank(source: Source) -> u8 {
    match source {
        Source::Customer => 0,
        Source::Subscription => 1,
        Source::Invoice => 2,
        Source::SubscriptionItem => 3,
        Source::InvoiceLine => 4,
    }
}

/// The other targets whose records a target's lookups may name. While its form is not known, those that
/// usually come before it.
fn looked_up(
    tx: &dyn Statements,
    active: &Active,
    target: &CompiledTarget,
) -> Result<Vec<String>, EngineError> {
    let bindings = binding::all(tx)?;
    let own = bindings.iter().find(|binding| binding.target == target.name);
    let form = own.map(|own| kintone::cached(tx, &own.address)).transpose()?.flatten();
    let others = active.mapping().targets().filter(|other| other.name != target.name);
    let (Some(own), Some(form)) = (own, form) else {
        let before = others.filter(|other| rank(other.source) < rank(target.source));
        return Ok(before.map(|other| other.name.clone()).collect());
    };
    let named = delivery::looked_up(target, &form.form);
    let is_named = |other: &CompiledTarget| {
        let binding = bindings.iter().find(|binding| binding.target == other.name);
        binding.is_some_and(|binding| {
            let app = binding.address.app.0.to_string();
            binding.address.domain == own.address.domain
                && named.iter().any(|(named, field)| *named == app && *field == other.key_field)
        })
    };
    Ok(others.filter(|other| is_named(other)).map(|other| other.name.clone()).collect())
}

/// The place of the target that is to have its next slice.
pub(super) fn next(
    sql: &(impl Query + ?Sized),
    active: &Active,
    body: &Body,
    now: Millis,
) -> Result<Option<usize>, EngineError> {
    for (place, marking) in body.targets.iter().enumerate().filter(|(_, marking)| !marking.complete) {
        if active.target(&marking.name).is_none() {
            continue;
        }
        let rows = delivery::bulk_rows(sql, &marking.name, now, (FEW, MOST))?;
        if rows.due < FEW && rows.all < MOST && unsettled(sql, active, body, marking, now)?.is_none() {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

/// The first of the targets before it whose records are not all written.
pub(super) fn unsettled<'b>(
    sql: &(impl Query + ?Sized),
    active: &Active,
    body: &Body,
    marking: &'b Marking,
    now: Millis,
) -> Result<Option<&'b str>, EngineError> {
    for name in &marking.waits_for {
        let before = body.targets.iter().find(|marking| marking.name == *name);
        if before.is_some() && active.target(name).is_some() && !is_settled(sql, body, name, now)? {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// Whether a target's objects were all marked and nothing of them will be written by itself. What waits
/// for reads that fail again and again, or for the record of another, may take for ever.
fn is_settled(
    sql: &(impl Query + ?Sized),
    body: &Body,
    name: &str,
    now: Millis,
) -> Result<bool, EngineError> {
    if body.targets.iter().any(|marking| marking.name == name && !marking.complete) {
        return Ok(false);
    }
    let BulkRows { all, planned, .. } = delivery::bulk_rows(sql, name, now, (1, 1))?;
    Ok(all == 0 || (planned == 0 && request::due(sql, now, 1)?.is_empty()))
}

/// Whether all was marked and is settled.
pub(super) fn is_over(
    sql: &(impl Query + ?Sized),
    active: &Active,
    body: &Body,
    now: Millis,
) -> Result<bool, EngineError> {
    for marking in body.targets.iter().filter(|marking| active.target(&marking.name).is_some()) {
        if !is_settled(sql, body, &marking.name, now)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether what is not settled waits for targets that are held or paused, or for those whose lookups name them.
pub(super) fn only_waits(
    sql: &(impl Query + ?Sized),
    active: &Active,
    body: &Body,
    now: Millis,
) -> Result<bool, EngineError> {
    let mut waiting: Vec<&str> = Vec::new();
    // In the order of their lookups.
    for marking in body.targets.iter().filter(|marking| active.target(&marking.name).is_some()) {
        if is_settled(sql, body, &marking.name, now)? {
            continue;
        }
        let state = binding::get(sql, &marking.name)?.map(|binding| binding.state);
        let is_written = matches!(state, Some(State::Active | State::Unchecked));
        if is_written && !marking.waits_for.iter().any(|name| waiting.contains(&name.as_str())) {
            return Ok(false);
        }
        waiting.push(&marking.name);
    }
    Ok(true)
}

/// Marks a target's next slice.
pub(super) fn mark(
    tx: &dyn Statements,
    active: &Active,
    body: &mut Body,
    place: usize,
) -> Result<(), EngineError> {
    let Some(marking) = body.targets.get_mut(place) else {
        return Ok(());
    };
    let Some(target) = active.target(&marking.name) else {
        return Ok(());
    };
    let parent = target.source.element_of().map(|(parent, _)| Kind::from(parent));
    let kind = parent.clone().unwrap_or_else(|| Kind::from(target.source));
    for _ in 0..EMPTY {
        let (mut ids, mut last) = object::ids(tx, &kind, &marking.after, SLICE)?;
        if parent.is_some() && ids.len() > PARENTS {
            ids.truncate(PARENTS);
            last = ids.last().cloned();
        }
        for id in &ids {
            match &parent {
                Some(parent) => {
                    delivery::renew_elements(tx, active, parent, id, &[&target.name], Haste::Bulk)?;
                }
                None => delivery::mark_bulk(tx, &target.name, id)?,
            }
        }
        marking.objects += ids.len() as u64;
        let Some(last) = last else {
            marking.complete = true;
            return Ok(());
        };
        marking.after = last;
        if !ids.is_empty() {
            return Ok(());
        }
    }
    Ok(())
}
