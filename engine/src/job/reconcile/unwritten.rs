//! Objects that should have a record, and of which none is known.

use daicho_core::mapping::WriteMode;
use daicho_core::stripe::Kind;

use super::compare::class_of;
use super::scope::Scope;
use super::{Body, Finding, note};
use crate::delivery::{self, Assessment, Outcome, Situation};
use crate::error::EngineError;
use crate::job::row::Row;
use crate::object;
use crate::port::{Statements, World};

/// Objects of any kind looked at in one step.
const SLICE: u32 = 500;

/// Goes through a slice of the target's objects. Nothing is asked of kintone.
pub(super) fn step<W: World>(
    world: &W,
    row: &Row,
    mut body: Body,
    assessment: &Assessment<'_, W>,
) -> Result<(), EngineError> {
    let scope = Scope::load(world)?;
    rehearse(world, &body, assessment)?;
    world.transaction(|tx| {
        if row.is_current(tx)? {
            slice(tx, &mut body, &scope, assessment)?;
        }
        row.keep(tx, &body, world.now())
    })
}

/// Objects of the slice that panic are found one by one, before all of them are looked at in one step.
fn rehearse<W: World>(world: &W, body: &Body, assessment: &Assessment<'_, W>) -> Result<(), EngineError> {
    let target = assessment.target;
    let Some(comparing) = body.targets.get(&target.name) else { return Ok(()) };
    let unwritten = world.transaction(|tx| {
        let (ids, _) = object::ids(tx, &Kind::from(target.source), &comparing.object, SLICE)?;
        delivery::unwritten(tx, &target.name, &ids)
    })?;
    let settled = unwritten.iter().filter(|(_, situation)| class_of(*situation).is_none());
    assessment.rehearse(settled, |(id, _)| id, |tx, (id, _)| assessment.of_unwritten(tx, id))
}

fn slice<W: World>(
    tx: &dyn Statements,
    body: &mut Body,
    scope: &Scope,
    assessment: &Assessment<'_, W>,
) -> Result<(), EngineError> {
    let (target, report_only) = (assessment.target, body.report_only);
    let Some(comparing) = body.targets.get_mut(&target.name) else { return Ok(()) };
    if target.write_mode == WriteMode::UpdateOnly {
        // Without a record there is nothing to be done.
        comparing.complete = true;
        return Ok(());
    }
    let (ids, last) = object::ids(tx, &Kind::from(target.source), &comparing.object, SLICE)?;
    for (id, situation) in delivery::unwritten(tx, &target.name, &ids)? {
        if situation == Situation::UnderWay || comparing.unlinked.contains(&id) {
            continue;
        }
        let class = match class_of(situation) {
            Some(class) => class,
            None => match judge(tx, scope, assessment, &id)? {
                Some(class) => class,
                None => continue,
            },
        };
        if matches!(class, "missing" | "refused" | "not_read") && !report_only {
            delivery::compare_again(tx, &target.name, &id)?;
        }
        note(tx, &mut comparing.counts, &target.name, &Finding::of_object(class, &id))?;
    }
    match last {
        Some(last) => comparing.object = last,
        None => comparing.complete = true,
    }
    Ok(())
}

/// What is told of an object without a record; none where it is to have none.
fn judge<W: World>(
    tx: &dyn Statements,
    scope: &Scope,
    assessment: &Assessment<'_, W>,
    id: &str,
) -> Result<Option<&'static str>, EngineError> {
    if object::known(tx, id)?.is_none_or(|known| known.deleted) {
        return Ok(None);
    }
    if !scope.has_object(tx, assessment.target.source, id)? {
        return Ok(Some("not_written"));
    }
    Ok(match assessment.of_unwritten(tx, id)? {
        Outcome::Created => Some("missing"),
        Outcome::Refused(_) => Some("refused"),
        Outcome::NotRead(_) => Some("not_read"),
        Outcome::LeftOut => Some("left_out"),
        _ => None,
    })
}
