//! Sending a batch, and keeping one bad record from failing the rest.

use std::collections::{BTreeSet, VecDeque};

use daicho_core::kintone::{ErrorAnswer, FieldProblem, Permanent, bad_records, duplicate_keys};
use daicho_core::mapping::CompiledTarget;
use serde_json::json;

use super::decide::{Decision, decide};
use super::dirty::Doubt;
use super::look::{Seen, look};
use super::take::Item;
use super::{dead, dirty, lane, settle};
use crate::binding::{self, Binding, Reason, Verdict};
use crate::error::EngineError;
use crate::kintone::{self, AppForm, Client, Failure, Saved, Write, by_ids, hints_at_a_changed_form};
use crate::port::{Level, Millis, SqlError, Statements, World};
use crate::retry;

/// The most requests that isolating bad records may cost beside the first. Halving finds one bad
/// record in 100 with 14.
const EXTRA_REQUESTS: usize = 20;
/// How often a record is tried that may come right by itself: a lookup whose record is on its way, a
/// key that another client is just adding.
const TRIES: i64 = 5;
/// How often a changed record is read and written again at once, before it waits.
const PROMPT_TRIES: i64 = 3;

/// One record and what is done about it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Planned {
    pub(super) item: Item,
    pub(super) decision: Decision,
}

impl Planned {
    fn write<'a>(&'a self, target: &'a CompiledTarget) -> Option<Write<'a>> {
        match &self.decision {
            Decision::Update { id, revision, record, .. } => {
                Some(Write::ById { id, revision: revision.as_deref(), record })
            }
            Decision::Upsert { record } => {
                Some(Write::ByKey { field: &target.key_field, key: &self.item.key, record })
            }
            Decision::Leave | Decision::Forget => None,
        }
    }
}

/// Writes one target's records.
pub(super) struct Writer<'a, W> {
    pub(super) world: &'a W,
    pub(super) client: Client<'a, W>,
    pub(super) target: &'a CompiledTarget,
    pub(super) binding: Binding,
    pub(super) form: AppForm,
}

/// Whether more may be sent to this target now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    GoOn,
    Stop,
}

impl<W: World> Writer<'_, W> {
    /// Reads what has to be read, decides, and sends: records known by id first, then those by key.
    pub(super) async fn deliver(&self, items: Vec<Item>) -> Result<(), EngineError> {
        let looked = look(&self.client, self.target, &self.binding, &self.form, &items).await?;
        let seen = match looked {
            Ok(seen) => seen,
            Err(failure) => return self.stop(&failure),
        };
        let (updates, mut upserts) = self.plan(items, &seen)?;
        if !self.binding.verified {
            // One record shows whether kintone fills the key field; a hundred would do more harm.
            upserts.truncate(1);
        }
        if self.send_all(updates).await? == Next::GoOn {
            self.send_all(upserts).await?;
        }
        Ok(())
    }

    /// Settles what needs no request, and parts the rest into those by id and those by key.
    fn plan(&self, items: Vec<Item>, seen: &[Seen]) -> Result<(Vec<Planned>, Vec<Planned>), EngineError> {
        let now = self.world.now();
        let name = &self.target.name;
        let (mut updates, mut upserts) = (Vec::new(), Vec::new());
        self.world.transaction(|tx| {
            for (mut item, seen) in items.into_iter().zip(seen) {
                if has_landed(&item, seen, &self.binding) {
                    item.doubt = Doubt::ReadFirst;
                }
                let decision = decide(&item, seen, self.target);
                match decision {
                    Decision::Leave => settle::left(tx, name, &item, seen, now)?,
                    Decision::Forget => settle::forget(tx, name, &item)?,
                    Decision::Update { .. } => updates.push(Planned { item, decision }),
                    Decision::Upsert { .. } => upserts.push(Planned { item, decision }),
                }
            }
            if updates.is_empty() && upserts.is_empty() {
                // All that was asked of kintone was answered.
                binding::settle_calm(tx, name)?;
            }
            Ok::<_, SqlError>(())
        })?;
        Ok((updates, upserts))
    }

    async fn send_all(&self, records: Vec<Planned>) -> Result<Next, EngineError> {
        let mut waiting = VecDeque::from([records]);
        let mut requests = 0;
        while let Some(batch) = waiting.pop_front() {
            if batch.is_empty() {
                continue;
            }
            if requests > EXTRA_REQUESTS {
                self.put_back(&batch)?;
                continue;
            }
            requests += 1;
            match self.send(batch).await? {
                Sent::Done => {}
                Sent::Parts(parts) => parts.into_iter().rev().for_each(|part| waiting.push_front(part)),
                Sent::Stop => return Ok(Next::Stop),
            }
        }
        Ok(Next::GoOn)
    }

    async fn send(&self, batch: Vec<Planned>) -> Result<Sent, EngineError> {
        let Some(claim) = settle::claim(self.world, &self.binding, &batch, self.world.now())? else {
            return Ok(Sent::Stop);
        };
        let writes: Vec<Write<'_>> = batch.iter().filter_map(|planned| planned.write(self.target)).collect();
        let answer = self.client.write(&writes).await?;
        match answer {
            Ok(saved) => self.written(claim, &batch, &saved).await,
            Err(failure) => {
                self.log(Level::Warn, "records_refused", failure.code(), batch.len());
                self.failed(claim, batch, &failure)
            }
        }
    }

    async fn written(&self, claim: i64, batch: &[Planned], saved: &[Saved]) -> Result<Sent, EngineError> {
        let now = self.world.now();
        let name = &self.target.name;
        let settled = settle::settle(self.world, claim, |tx| {
            for (planned, saved) in batch.iter().zip(saved) {
                settle::written(tx, name, planned, saved, now)?;
            }
            binding::settle_calm(tx, name)
        })?;
        if !settled {
            return Ok(Sent::Stop);
        }
        self.log(Level::Info, "records_written", "ok", batch.len());
        let first = batch.iter().zip(saved).find(|(_, saved)| saved.inserted);
        match first {
            Some((planned, saved)) if !self.binding.verified => self.read_back(planned, saved).await,
            _ => Ok(Sent::Done),
        }
    }

    /// Whether kintone filled the key field of a record that it added. If not, every further upsert
    /// would add the same record once more.
    async fn read_back(&self, planned: &Planned, saved: &Saved) -> Result<Sent, EngineError> {
        let query = by_ids(std::iter::once(saved.id.as_str()));
        let found = self.client.find(&query, &[&self.target.key_field]).await?;
        let Ok(found) = found else {
            // Not known yet: the next insert is read back.
            return Ok(Sent::Done);
        };
        let Some(record) = found.first() else {
            return Ok(Sent::Done);
        };
        if record.is_empty(&self.target.key_field) {
            self.log(Level::Error, "key_not_filled", &planned.item.object_id, 1);
            lane::stop(self.world, &self.binding, &Verdict::Pause(Reason::KeyNotFilled))?;
            return Ok(Sent::Stop);
        }
        self.world.transaction(|tx| binding::verified(tx, &self.target.name))?;
        Ok(Sent::Done)
    }

    fn failed(&self, claim: i64, batch: Vec<Planned>, failure: &Failure) -> Result<Sent, EngineError> {
        let by_key = is_by_key(&batch);
        match failure {
            Failure::Unknown { code, .. } => {
                let lost = if by_key { Doubt::MayLand } else { Doubt::ReadFirst };
                settle::settle(self.world, claim, |tx| {
                    self.each_again(tx, &batch, lost, code, |_| 0)?;
                    self.back_off(tx, failure.retry_after())
                })?;
                Ok(Sent::Stop)
            }
            Failure::Busy { .. } => {
                settle::settle(self.world, claim, |tx| self.back_off(tx, failure.retry_after()))?;
                Ok(Sent::Stop)
            }
            Failure::Configuration(problem) => {
                settle::settle(self.world, claim, |_| Ok::<_, SqlError>(()))?;
                lane::stop(self.world, &self.binding, &Verdict::Pause(Reason::from(*problem)))?;
                Ok(Sent::Stop)
            }
            Failure::Conflict | Failure::NotFound => {
                let code = failure.code();
                settle::settle(self.world, claim, |tx| {
                    self.each_again(tx, &batch, Doubt::ReadFirst, code, |item| self.soon(item))
                })?;
                Ok(Sent::Done)
            }
            Failure::Refused { why, answer } => self.refused(claim, batch, *why, answer),
        }
    }

    /// Parts a refused batch: the offenders become dead letters and the rest goes on; where they are
    /// not named, the batch is halved.
    fn refused(
        &self,
        claim: i64,
        batch: Vec<Planned>,
        why: Permanent,
        answer: &ErrorAnswer,
    ) -> Result<Sent, EngineError> {
        let mut bad = bad_records(&answer.errors);
        bad.retain(|index, _| *index < batch.len());
        if bad.is_empty() && batch.len() > 1 {
            settle::settle(self.world, claim, |tx| self.suspect_form(tx, why))?;
            let mut first = batch;
            let second = first.split_off(first.len() / 2);
            return Ok(Sent::Parts(vec![first, second]));
        }
        if bad.is_empty() {
            bad.insert(0, Vec::new());
        }
        let by_key = is_by_key(&batch);
        let duplicates: BTreeSet<usize> = if by_key {
            duplicate_keys(&answer.errors, &self.target.key_field).into_iter().collect()
        } else {
            BTreeSet::new()
        };
        settle::settle(self.world, claim, |tx| {
            for (index, problems) in &bad {
                let Some(planned) = batch.get(*index) else {
                    continue;
                };
                let duplicate = duplicates.contains(index);
                self.offender(tx, &planned.item, why, duplicate, answer, problems)?;
            }
            self.suspect_form(tx, why)
        })?;
        let rest = batch.into_iter().enumerate().filter(|(index, _)| !bad.contains_key(index));
        Ok(Sent::Parts(vec![rest.map(|(_, planned)| planned).collect()]))
    }

    fn offender(
        &self,
        tx: &dyn Statements,
        item: &Item,
        why: Permanent,
        duplicate: bool,
        answer: &ErrorAnswer,
        problems: &[FieldProblem],
    ) -> Result<(), SqlError> {
        let name = &self.target.name;
        let now = self.world.now();
        if duplicate && item.attempts < TRIES {
            // The record exists by now: it is looked up and changed.
            return dirty::again(
                tx,
                name,
                &item.object_id,
                self.soon(item),
                Doubt::ReadFirst,
                Some("duplicate_key"),
            );
        }
        if why == Permanent::Lookup && item.attempts < TRIES {
            let next = self.later(item);
            return dirty::again(tx, name, &item.object_id, next, Doubt::None, Some(&answer.code));
        }
        let reason = dead::of_refusal(&answer.code, problems.first(), &self.form.form);
        dead::bury(tx, name, &item.object_id, item.version, &reason, now)
    }

    fn suspect_form(&self, tx: &dyn Statements, why: Permanent) -> Result<(), SqlError> {
        if hints_at_a_changed_form(why) {
            kintone::suspect(tx, self.client.address(), self.world.now())?;
        }
        Ok(())
    }

    /// The bound on extra requests is reached: the rest waits.
    fn put_back(&self, batch: &[Planned]) -> Result<(), EngineError> {
        self.world.transaction(|tx| {
            self.each_again(tx, batch, Doubt::None, "isolating", |item| self.later(item))
        })?;
        Ok(())
    }

    fn each_again(
        &self,
        tx: &dyn Statements,
        batch: &[Planned],
        doubt: Doubt,
        code: &str,
        next: impl Fn(&Item) -> Millis,
    ) -> Result<(), SqlError> {
        for Planned { item, .. } in batch {
            dirty::again(tx, &self.target.name, &item.object_id, next(item), doubt, Some(code))?;
        }
        Ok(())
    }

    /// Nothing more is sent to this app for a while, for any of its targets.
    fn back_off(&self, tx: &dyn Statements, retry_after: Option<Millis>) -> Result<(), SqlError> {
        let attempts = u32::try_from(self.binding.attempts).unwrap_or(u32::MAX).saturating_add(1);
        binding::back_off_app(tx, &self.binding, retry::backoff(self.world, attempts, retry_after))
    }

    fn stop(&self, failure: &Failure) -> Result<(), EngineError> {
        self.log(Level::Warn, "kintone_refused", failure.code(), 0);
        match failure {
            Failure::Configuration(problem) => {
                lane::stop(self.world, &self.binding, &Verdict::Pause(Reason::from(*problem)))
            }
            other => Ok(self.world.transaction(|tx| {
                if let Failure::Refused { why, .. } = other {
                    self.suspect_form(tx, *why)?;
                }
                self.back_off(tx, other.retry_after())
            })?),
        }
    }

    fn soon(&self, item: &Item) -> Millis {
        if item.attempts < PROMPT_TRIES { 0 } else { self.later(item) }
    }

    fn later(&self, item: &Item) -> Millis {
        let attempts = u32::try_from(item.attempts).unwrap_or(u32::MAX).saturating_add(1);
        retry::backoff(self.world, attempts, None)
    }

    fn log(&self, level: Level, event: &'static str, code: &str, records: usize) {
        let fields = json!({"target": self.target.name, "app": self.client.address().app.0, "code": code, "records": records});
        self.world.line(level, event, fields);
    }
}

/// Whether a lost upsert is the one that made this record: it is new, and no one else's can be there.
fn has_landed(item: &Item, seen: &Seen, binding: &Binding) -> bool {
    let is_new = matches!(seen, Seen::Found(found) if found.revision == "1");
    item.known.is_none() && is_new && !binding.may_hold_others_records()
}

fn is_by_key(batch: &[Planned]) -> bool {
    matches!(batch.first(), Some(Planned { decision: Decision::Upsert { .. }, .. }))
}

/// What became of a request.
enum Sent {
    /// Settled.
    Done,
    /// These are to be sent yet.
    Parts(Vec<Vec<Planned>>),
    /// Nothing more can be sent now.
    Stop,
}
