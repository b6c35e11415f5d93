//! A slice of a target's objects, held against what kintone has.

use daicho_core::mapping::{CompiledTarget, Reference};
use daicho_core::stripe::Kind;
use daicho_core::validation::Issue;

use super::progress::{self, Sample};
use super::{Body, Refusal, kind_of};
use crate::config::{self, Active};
use crate::context::{self, Urgency};
use crate::delivery::{Assessed, Assessment, Outcome, Subject};
use crate::error::EngineError;
use crate::job::app;
use crate::job::lane::Stepped;
use crate::job::report::Problem;
use crate::job::row::{Name, Row, State};
use crate::job::sample;
use crate::object;
use crate::port::{Statements, World};
use crate::settings::Settings;
use crate::stripe;

/// Objects a slice: as many as one request looks for.
const SLICE: usize = 100;
/// Objects a slice whose elements are checked: each may have hundreds.
const PARENTS: usize = 5;
/// Statements of one step that find no object of the kind.
const EMPTY: usize = 50;
/// How often what the objects of a slice look at is read, what it names in turn with it.
const ROUNDS: u32 = 8;
/// Samples for each target and what would become of its records.
const SAMPLES: u64 = 20;

/// A slice, the id of the last object looked at, and how many there were.
struct Slice {
    subjects: Vec<Subject>,
    after: String,
    objects: u64,
    is_last: bool,
}

pub(super) async fn step<W: World>(
    world: &W,
    settings: &Settings,
    active: &Active,
    row: &Row,
    mut body: Body,
) -> Result<Stepped, EngineError> {
    let Some(name) = body.target().map(str::to_owned) else {
        world.transaction(|tx| row.settle(tx, State::Done, &body, None, world.now()))?;
        return Ok(Stepped::Done);
    };
    let (target, client) = match app::open(world, settings, active, &name) {
        Ok(opened) => opened,
        Err(problem) => return app::halt(world, row, body, &name, problem.into()),
    };
    let form = match app::ready(world, active, row, &client).await? {
        Ok(form) => form,
        Err(halt) => return app::halt(world, row, body, &name, halt),
    };
    let issues =
        active.definition(&name).map(|definition| config::mapping_against_form(&name, definition, &form));
    if let Some(issue) = issues.into_iter().flatten().find(Issue::is_error) {
        let problem = Problem { code: issue.code, text: issue.text };
        return app::halt(world, row, body, &name, problem.into());
    }
    let after = body.targets.get(&name).map_or("", |checking| checking.after.as_str());
    let slice = world.transaction(|tx| slice(tx, target, after))?;
    let assessment = Assessment { world, client: &client, target, form: &form };
    let assessed = match assessment.of(slice.subjects.clone()).await? {
        Ok(assessed) => assessed,
        Err(failure) => return app::halt(world, row, body, &name, app::failed(&failure)),
    };
    let missing: Vec<&Reference> = assessed.iter().flat_map(not_read).collect();
    if !missing.is_empty() && body.rounds < ROUNDS {
        body.rounds += 1;
        world.transaction(|tx| {
            for reference in &missing {
                context::ask(tx, reference, Urgency::Bulk)?;
            }
            row.keep(tx, &body, world.now())
        })?;
        return Ok(Stepped::Done);
    }
    world.transaction(|tx| {
        if row.is_current(tx)? {
            count(tx, &mut body, &name, &slice, &assessed)?;
        }
        row.keep(tx, &body, world.now())
    })?;
    Ok(Stepped::Done)
}

fn not_read(assessed: &Assessed) -> &[Reference] {
    match &assessed.outcome {
        Outcome::NotRead(references) => references,
        _ => &[],
    }
}

/// The target's objects after the one given.
fn slice(tx: &dyn Statements, target: &CompiledTarget, after: &str) -> Result<Slice, EngineError> {
    let parent = target.source.element_of();
    let kind = kind_of(target);
    let mut slice = Slice { subjects: Vec::new(), after: after.to_owned(), objects: 0, is_last: false };
    for _ in 0..EMPTY {
        let (mut ids, mut last) = object::ids(tx, &kind, &slice.after, SLICE as u32)?;
        if parent.is_some() && ids.len() > PARENTS {
            ids.truncate(PARENTS);
            last = ids.last().cloned();
        }
        for id in &ids {
            let Some(object) = object::get(tx, id)? else { continue };
            slice.objects += 1;
            match parent {
                Some((_, list)) => slice.subjects.extend(elements(target, list, object.json)),
                None => slice.subjects.push(Subject { id: object.id, kind: object.kind, json: object.json }),
            }
        }
        match last {
            Some(last) => slice.after = last,
            None => slice.is_last = true,
        }
        if slice.is_last || !ids.is_empty() {
            break;
        }
    }
    Ok(slice)
}

fn elements(target: &CompiledTarget, list: &str, parent: Option<serde_json::Value>) -> Vec<Subject> {
    let data = parent.and_then(|mut parent| Some(parent.get_mut(list)?.get_mut("data")?.take()));
    let elements = match data {
        Some(serde_json::Value::Array(elements)) => elements,
        _ => Vec::new(),
    };
    let of = |element: serde_json::Value| Subject {
        id: stripe::id_of(&element).to_owned(),
        kind: Kind::from(target.source),
        json: Some(element),
    };
    elements.into_iter().map(of).collect()
}

fn count(
    tx: &dyn Statements,
    body: &mut Body,
    name: &str,
    slice: &Slice,
    assessed: &[Assessed],
) -> Result<(), EngineError> {
    body.rounds = 0;
    let Some(checking) = body.targets.get_mut(name) else {
        return Ok(());
    };
    checking.after.clone_from(&slice.after);
    checking.objects += slice.objects;
    checking.complete = slice.is_last;
    for one in assessed {
        let class = progress::class(&one.outcome);
        let so_far = checking.counts.entry(class.to_owned()).or_default();
        *so_far += 1;
        let mut number = *so_far;
        if let Outcome::Refused(issue) = &one.outcome {
            let fresh = || Refusal { count: 0, text: issue.text.clone() };
            let of_code = checking.codes.entry(issue.code.clone()).or_insert_with(fresh);
            of_code.count += 1;
            number = of_code.count;
        }
        if number <= SAMPLES && !matches!(one.outcome, Outcome::Unchanged) {
            sample::keep(tx, Name::DryRun, name, class, &one.object_id, &Sample::of(one))?;
        }
    }
    Ok(())
}
