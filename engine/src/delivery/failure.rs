//! What is done about a batch that failed, so that one bad record keeps no other from being written.

use std::collections::BTreeSet;

use daicho_core::kintone::{ErrorAnswer, FieldProblem, Permanent, bad_records, duplicate_keys};

use super::decide::Decision;
use super::dirty::{self, Doubt};
use super::send::{Planned, Sent, Writer};
use super::take::Item;
use super::{dead, lane, late, lookup, settle};
use crate::binding::{self, Reason, Verdict};
use crate::error::EngineError;
use crate::kintone::{self, Failure, hints_at_a_changed_form};
use crate::port::{Level, Millis, SqlError, Statements, World};
use crate::retry;

/// How often a record is tried that may come right by itself: a lookup whose record is on its way, a
/// key that another client is just adding.
const TRIES: i64 = 5;
/// How often a changed record is read and written again at once, before it waits.
const PROMPT_TRIES: i64 = 3;

impl<W: World> Writer<'_, W> {
    pub(super) fn failed(
        &self,
        claim: i64,
        batch: Vec<Planned>,
        failure: &Failure,
    ) -> Result<Sent, EngineError> {
        match failure {
            Failure::Unknown { code, .. } => {
                settle::settle(self.world, claim, |tx| {
                    for planned in &batch {
                        let (object_id, key) = (&planned.item.object_id, planned.key_if_lost());
                        settle::in_doubt(tx, &self.target.name, object_id, key)?;
                        if planned.may_land_late() {
                            late::note(tx, &self.target.name, object_id, self.world.now())?;
                        }
                    }
                    self.each_again(tx, &batch, Doubt::None, code, |_| 0)?;
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
        if why == Permanent::Lookup {
            // Which of its lookups it was is not said. Any that is written has the record sent again.
            for named in &item.names {
                lookup::wait(tx, name, &item.object_id, named, now)?;
            }
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
    pub(super) fn put_back(&self, batch: &[Planned]) -> Result<(), EngineError> {
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

    pub(super) fn stop(&self, failure: &Failure) -> Result<(), EngineError> {
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
}

fn is_by_key(batch: &[Planned]) -> bool {
    matches!(batch.first(), Some(Planned { decision: Decision::Upsert { .. }, .. }))
}
