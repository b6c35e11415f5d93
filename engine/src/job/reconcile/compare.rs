//! A page of an app's records, held against what is known of them.

use std::collections::BTreeMap;

use daicho_core::mapping::CompiledTarget;

use super::scope::Scope;
use super::{Body, Comparing, Finding, PutOff, note, unwritten};
use crate::binding::{self, Binding, Reason, State as Bound};
use crate::calendar::HOUR;
use crate::config::Active;
use crate::delivery::{self, Assessment, Holder, Missed, Outcome, Situation, Standing};
use crate::error::EngineError;
use crate::job::app;
use crate::job::lane::Stepped;
use crate::job::report::Problem;
use crate::job::row::{Row, State};
use crate::kintone::{FoundRecord, address_key};
use crate::port::{Millis, Query, Statements, World};
use crate::settings::Settings;

/// Records that are known, gone through in one step: a page, and as many that kintone does not have.
const KNOWN: usize = 1_000;

/// How long a comparison waits for a target that is not written to just now: longer than most outages last.
const PATIENCE: Millis = HOUR / 2;
/// Between two looks whether it is written to again, at least.
const AGAIN: Millis = 1_000;

/// Beyond the number of any record, and within what JavaScript counts exactly.
const END: i64 = binding::NEVER;

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
    let address = address_key(client.address());
    if let Some(problem) = not_written_to(world, &name, &address)? {
        if put_off(world, row, &mut body, &name)? {
            return Ok(Stepped::Done);
        }
        return app::halt(world, row, body, &name, problem.into());
    }
    let form = match app::ready(world, active, row, &client).await? {
        Ok(form) => form,
        Err(halt) => return app::halt(world, row, body, &name, halt),
    };
    let assessment = Assessment { world, client: &client, target, form: &form };
    let comparing = of(&mut body, &name, &address);
    if comparing.recorded {
        unwritten::step(world, row, body, &assessment)?;
        return Ok(Stepped::Done);
    }
    let (asked, after) = (world.now(), comparing.after);
    let page = match delivery::page(&client, target, after).await? {
        Ok(page) => page,
        Err(failure) => return app::halt(world, row, body, &name, app::failed(&failure)),
    };
    body.requests.kintone += 1;
    rehearse(&assessment, after, asked, &page)?;
    world.transaction(|tx| {
        if !row.is_current(tx)? || not_written_to(tx, &name, &address)?.is_some() {
            // What it is now is found by the next step.
            return Ok(());
        }
        let scope = Scope::load(tx)?;
        Page { tx, active, scope, assessment: &assessment, asked }.compare(&mut body, &name, &page)?;
        row.keep(tx, &body, world.now())
    })?;
    Ok(Stepped::Done)
}

/// Records of the page that panic are found one by one, before all of them are compared in one step.
fn rehearse<W: World>(
    assessment: &Assessment<'_, W>,
    after: i64,
    asked: Millis,
    page: &[FoundRecord],
) -> Result<(), EngineError> {
    let Some(last) = page.iter().filter_map(|record| record.id.parse().ok()).max() else {
        return Ok(());
    };
    let name = &assessment.target.name;
    let known =
        assessment.world.transaction(|tx| delivery::numbered(tx, name, (after, last), asked, KNOWN))?;
    let found: BTreeMap<String, &FoundRecord> =
        page.iter().map(|record| (record.id.clone(), record)).collect();
    let settled = known.iter().filter(|known| class_of(known.situation).is_none());
    let both = settled.filter_map(|known| Some((known, *found.get(&known.number.to_string())?)));
    assessment.rehearse(
        both,
        |(known, _)| known.object_id(),
        |tx, (known, found)| assessment.of_known(tx, known, found),
    )
}

/// Puts a target off that may be written to again soon: the others come first, and then it is waited for. Answers
/// `false` where a person has to let it go on, or it has kept the comparison long enough.
fn put_off<W: World>(world: &W, row: &Row, body: &mut Body, name: &str) -> Result<bool, EngineError> {
    let (now, soon) = (world.now(), world.now() + AGAIN);
    let checked = |binding: Binding| {
        let is_checked = matches!(binding.state, Bound::Paused | Bound::Unchecked);
        (is_checked && binding.not_before < binding::NEVER).then_some(binding.not_before.max(soon))
    };
    let Some(mut next) = binding::get(world, name)?.and_then(checked) else { return Ok(false) };
    let Some(comparing) = body.targets.get_mut(name) else { return Ok(false) };
    let before = comparing.put_off;
    let since = before.map_or(now, |before| before.since);
    if now - since >= PATIENCE {
        return Ok(false);
    }
    comparing.put_off = Some(PutOff { since, tried: now });
    let waiting = body.targets.iter().filter(|(_, target)| !target.complete);
    for (other, _) in waiting.filter(|(other, _)| other.as_str() != name) {
        // The first of them that is checked has its turn.
        next = next.min(binding::get(world, other)?.and_then(checked).unwrap_or(soon));
    }
    world.transaction(|tx| {
        row.keep(tx, body, now)?;
        if before.is_some() {
            row.wait(tx, next.min(since + PATIENCE), now)?;
        }
        Ok::<_, EngineError>(())
    })?;
    Ok(true)
}

/// Where the target stands; from the beginning where it has another app since.
fn of<'b>(body: &'b mut Body, name: &str, address: &str) -> &'b mut Comparing {
    let comparing = body.targets.entry(name.to_owned()).or_default();
    if comparing.app != address {
        *comparing = Comparing { app: address.to_owned(), ..Comparing::default() };
    }
    comparing
}

/// Why a target is not written to; then what it is to hold is not known yet either.
fn not_written_to(
    sql: &(impl Query + ?Sized),
    name: &str,
    address: &str,
) -> Result<Option<Problem>, EngineError> {
    let binding = binding::get(sql, name)?.filter(|binding| address_key(&binding.address) == address);
    let is_active = binding.as_ref().is_some_and(|binding| binding.state == Bound::Active);
    let reason = binding.and_then(|binding| binding.reason).unwrap_or(Reason::NotChecked);
    Ok((!is_active).then(|| Problem::of_reason(reason)))
}

/// One page, in the transaction that settles it.
struct Page<'a, W> {
    tx: &'a dyn Statements,
    active: &'a Active,
    scope: Scope,
    assessment: &'a Assessment<'a, W>,
    /// When it was asked for: what was written since may be on it or not.
    asked: Millis,
}

/// What is to be told of a record, and whether its object is marked.
struct Judged {
    class: &'static str,
    fields: Vec<String>,
    mark: bool,
}

impl Judged {
    fn only(class: &'static str) -> Self {
        Self { class, fields: Vec::new(), mark: false }
    }

    fn marked(class: &'static str) -> Self {
        Self { mark: true, ..Self::only(class) }
    }
}

impl<W: World> Page<'_, W> {
    fn compare(&self, body: &mut Body, name: &str, page: &[FoundRecord]) -> Result<(), EngineError> {
        let report_only = body.report_only;
        let Some(comparing) = body.targets.get_mut(name) else { return Ok(()) };
        let mut found: BTreeMap<i64, &FoundRecord> =
            page.iter().filter_map(|record| Some((record.id.parse().ok()?, record))).collect();
        let is_last = page.len() < delivery::PAGE;
        let last = found.last_key_value().map(|(number, _)| *number).filter(|_| !is_last);
        let to = last.unwrap_or(END);
        let known = delivery::numbered(self.tx, name, (comparing.after, to), self.asked, KNOWN)?;
        let to = if known.len() < KNOWN { to } else { known.last().map_or(to, |last| last.number) };
        found.retain(|number, _| *number <= to);
        *comparing.counts.entry("records".to_owned()).or_default() += found.len() as u64;
        for standing in &known {
            let record = found.remove(&standing.number);
            let judged = self.judge(standing, record)?;
            let number = standing.number.to_string();
            let object_id = Some(standing.object_id());
            self.tell(comparing, (object_id, &number), judged, report_only)?;
        }
        for (number, record) in found {
            let (object_id, judged) = self.judge_stranger(record)?;
            let number = number.to_string();
            self.tell(comparing, (object_id.as_deref(), &number), judged, report_only)?;
        }
        comparing.after = to;
        comparing.recorded = to == END;
        Ok(())
    }

    fn tell(
        &self,
        comparing: &mut Comparing,
        (object_id, record_id): (Option<&str>, &str),
        judged: Judged,
        report_only: bool,
    ) -> Result<(), EngineError> {
        let name = &self.assessment.target.name;
        if let Some(object_id) = object_id.filter(|_| judged.mark && !report_only) {
            delivery::compare_again(self.tx, name, object_id)?;
        }
        let Judged { class, fields, .. } = judged;
        if class == "unlinked" && comparing.unlinked.len() < super::AHEAD as usize {
            comparing.unlinked.extend(object_id.map(str::to_owned));
        }
        let finding = Finding { class, object_id, record_id: Some(record_id), fields };
        note(self.tx, &mut comparing.counts, name, &finding)
    }

    fn judge(&self, known: &Standing, found: Option<&FoundRecord>) -> Result<Judged, EngineError> {
        if let Some(class) = class_of(known.situation) {
            return Ok(Judged::only(class));
        }
        let Some(found) = found else {
            return Ok(match self.assessment.is_missed(self.tx, known)? {
                Missed::Yes => Judged::marked("missing"),
                Missed::WithItsObject => Judged::marked("left_alone"),
                Missed::No => Judged::only("left_alone"),
            });
        };
        Ok(match self.assessment.of_known(self.tx, known, found)? {
            Outcome::Updated(changes) => Judged {
                class: "stale",
                fields: changes.into_iter().map(|change| change.field).collect(),
                mark: true,
            },
            Outcome::Deleted => Judged::marked("left_over"),
            Outcome::Refused(issue) => {
                Judged { fields: issue.field.into_iter().collect(), ..Judged::marked("refused") }
            }
            Outcome::NotRead(_) => Judged::marked("not_read"),
            Outcome::Unchanged | Outcome::Created => Judged::only("unchanged"),
            Outcome::LeftAlone | Outcome::LeftOut | Outcome::WithoutKey => Judged::only("left_alone"),
        })
    }

    /// A record that is known as no object's.
    fn judge_stranger(&self, found: &FoundRecord) -> Result<(Option<String>, Judged), EngineError> {
        let target = self.assessment.target;
        let Some(key) = found.text(&target.key_field).filter(|key| !key.is_empty()) else {
            return Ok((None, Judged::only("no_key")));
        };
        Ok(match delivery::holder(self.tx, target, key)? {
            Holder::Twin(id) => (Some(id), Judged::only("twin")),
            Holder::Unlinked(id, situation) => {
                let judged = match class_of(situation) {
                    Some(class) => Judged::only(class),
                    None if self.scope.has_object(self.tx, target.source, &id)? => Judged::marked("unlinked"),
                    // Told of with the objects.
                    None => Judged::only("left_alone"),
                };
                (Some(id), judged)
            }
            Holder::Nobody if self.is_of_another(target, key)? => (None, Judged::only("left_alone")),
            Holder::Nobody => (None, Judged::only("unknown_key")),
        })
    }

    /// Whether another target of the same app has a record with this key.
    fn is_of_another(&self, target: &CompiledTarget, key: &str) -> Result<bool, EngineError> {
        for binding in binding::at_address(self.tx, self.assessment.client.address())? {
            let other = self.active.target(&binding.target);
            let other =
                other.filter(|other| other.name != target.name && other.key_field == target.key_field);
            if let Some(other) = other
                && delivery::holder(self.tx, other, key)? != Holder::Nobody
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// What is told of a record with which something is under way; none where nothing is.
pub(super) fn class_of(situation: Situation) -> Option<&'static str> {
    match situation {
        Situation::Settled => None,
        Situation::UnderWay => Some("under_way"),
        Situation::Failed => Some("failed"),
        Situation::Discarded => Some("discarded"),
        Situation::StaysDeleted => Some("stays_deleted"),
    }
}
