//! What is done about a batch that failed, so that one bad record keeps no other from being written.

use std::collections::{BTreeMap, BTreeSet};

use daicho_core::kintone::{ErrorAnswer, FieldProblem, Permanent, bad_records, duplicate_keys};

use super::decide::Decision;
use super::dirty::{self, Doubt, ISOLATING, Suspect};
use super::item::{Item, Wish};
use super::lookup::{self, Ended};
use super::send::{Planned, Sent, Writer};
use super::tally::Tally;
use super::{dead, lane, late, previous, settle};
use crate::binding::{self, Reason, Verdict};
use crate::error::EngineError;
use crate::kintone::{self, Failure, breaker, by_ids, hints_at_a_changed_form};
use crate::mutant::{self, Mutant};
use crate::port::{Level, Millis, SqlError, Statements, World};
use crate::retry;

/// How often a record is tried that may come right by itself: a lookup whose record is on its way, a
/// key that another client is just adding.
const TRIES: i64 = 5;
/// How many writes of one record may have no known outcome, the last of them alone, while those of others have
/// one: with the waits in between that takes half an hour.
const GIVEN_UP: i64 = 16;
/// How often a changed record is read and written again at once, before it waits.
const PROMPT_TRIES: i64 = 3;

impl<W: World> Writer<'_, W> {
    /// `may_look`: one more request is within the bound.
    pub(super) async fn failed(
        &self,
        claim: i64,
        batch: Vec<Planned>,
        failure: &Failure,
        may_look: bool,
    ) -> Result<Sent, EngineError> {
        match failure {
            Failure::Unknown { code, .. } => {
                self.lost(claim, &batch, code, failure.retry_after())?;
                Ok(Sent::Stop)
            }
            Failure::Busy { .. } => {
                settle::settle(self.world, claim, |tx| {
                    for Planned { item, .. } in
                        batch.iter().filter(|_| mutant::on(Mutant::TakeRefusalForDone))
                    {
                        dirty::settle(tx, &self.target.name, &item.object_id, item.version)?;
                    }
                    self.back_off(tx, failure.retry_after())
                })?;
                Ok(Sent::Stop)
            }
            Failure::Configuration(problem) => {
                settle::settle(self.world, claim, |_| Ok::<_, SqlError>(()))?;
                lane::stop(self.world, &self.binding, &Verdict::Pause(Reason::from(*problem)))?;
                Ok(Sent::Stop)
            }
            Failure::Conflict | Failure::NotFound => self.outdated(claim, batch, failure, may_look).await,
            Failure::Refused { why, answer } => self.refused(claim, batch, *why, answer),
        }
    }

    /// Whether the write took effect is not known. What that happens to again and again goes with fewer
    /// others, then alone, later and later, and holds up none of them; in the end it is given up.
    fn lost(
        &self,
        claim: i64,
        batch: &[Planned],
        code: &str,
        retry_after: Option<Millis>,
    ) -> Result<(), EngineError> {
        let (name, now) = (&self.target.name, self.world.now());
        settle::settle(self.world, claim, |tx| {
            let in_a_row = breaker::failed_writes(tx, &self.binding.address.domain)?;
            for planned in batch {
                let item = &planned.item;
                settle::in_doubt(tx, name, &item.object_id, planned.key_if_lost())?;
                previous::overwritten(tx, &self.binding, planned)?;
                late::note(tx, name, &item.object_id, now, planned.loss())?;
                let lost = dirty::lost(tx, name, &item.object_id)?;
                // More in a row than its own: kintone takes nobody's.
                let is_to_blame = batch.len() == 1 && in_a_row <= lost;
                if is_to_blame && lost >= GIVEN_UP {
                    self.give_up(tx, item, &dead::of_loss(code))?;
                    continue;
                }
                let next = if item.suspect == Suspect::No { 0 } else { self.later(item) };
                dirty::again(tx, name, &item.object_id, next, Doubt::None, Some(code))?;
            }
            let is_alone = batch.first().is_some_and(|planned| planned.item.suspect == Suspect::Alone);
            if is_alone { Ok(()) } else { self.back_off(tx, retry_after) }
        })?;
        Ok(())
    }

    /// The record is a dead letter.
    fn give_up(&self, tx: &dyn Statements, item: &Item, reason: &dead::Reason) -> Result<(), SqlError> {
        let mut tally = Tally::default();
        tally.failed(item);
        tally.add(tx, &self.target.name)?;
        let dying = dead::Dying { object_id: &item.object_id, version: item.version, record: &item.record };
        dead::bury(tx, &self.target.name, &dying, reason, self.world.now())?;
        // What waits for its record waits in vain.
        if item.wish == Wish::Hold {
            lookup::ended(tx, Ended::NeverComes, &self.binding, self.target, &item.key)?;
        }
        Ok(())
    }

    /// Some record of the batch has another revision, or is gone. One look at all finds which: those are
    /// decided anew, and the rest goes on at once. Without that look all are.
    async fn outdated(
        &self,
        claim: i64,
        batch: Vec<Planned>,
        failure: &Failure,
        may_look: bool,
    ) -> Result<Sent, EngineError> {
        if !settle::settle(self.world, claim, |_| Ok::<_, SqlError>(()))? {
            return Ok(Sent::Stop);
        }
        let known: Vec<(&str, Option<&str>)> = batch.iter().filter_map(Planned::expected).collect();
        let mut same = BTreeSet::new();
        let is_looked_at = may_look && batch.len() > 1 && !known.is_empty();
        if is_looked_at {
            let query = by_ids(known.iter().map(|(id, _)| *id));
            let found = self.client.find(&query, &[]).await?.unwrap_or_default();
            let found: BTreeMap<String, String> =
                found.into_iter().map(|record| (record.id, record.revision)).collect();
            let is_same = |(id, revision): &(&str, Option<&str>)| {
                found.get(*id).is_some_and(|now| revision.is_none_or(|revision| revision == now))
            };
            same = known.iter().filter(|known| is_same(known)).map(|(id, _)| (*id).to_owned()).collect();
        }
        if same.len() == batch.len() {
            // Somebody was here in between, and nobody is any more.
            same.clear();
        }
        let is_same = |planned: &Planned| planned.expected().is_some_and(|(id, _)| same.contains(id));
        let (rest, changed): (Vec<Planned>, Vec<Planned>) = batch.into_iter().partition(is_same);
        self.world.transaction(|tx| {
            self.each_again(tx, &changed, Doubt::ReadFirst, failure.code(), |item| self.soon(item))
        })?;
        Ok(Sent::Parts(vec![rest], usize::from(is_looked_at)))
    }

    /// Parts a refused batch: the offenders become dead letters and the rest goes on; where they are
    /// not named, the batch is halved. Where too many are refused alike, the target is paused and none
    /// of them is to blame.
    fn refused(
        &self,
        claim: i64,
        batch: Vec<Planned>,
        why: Permanent,
        answer: &ErrorAnswer,
    ) -> Result<Sent, EngineError> {
        let mut bad = bad_records(&answer.errors);
        if mutant::on(Mutant::BlameTheNext) {
            bad = bad.into_iter().map(|(index, problems)| (index + 1, problems)).collect();
        }
        let one = 1 + usize::from(mutant::on(Mutant::HalveOffByOne));
        bad.retain(|index, _| *index < batch.len());
        if bad.is_empty() && batch.len() > one {
            settle::settle(self.world, claim, |tx| self.suspect_form(tx, why))?;
            let mut first = batch;
            let second = first.split_off(first.len() / 2);
            return Ok(Sent::Parts(vec![first, second], 0));
        }
        if bad.is_empty() {
            bad.insert(0, Vec::new());
        }
        let duplicates = self.duplicates(&batch, answer);
        let offenders: Vec<Offender<'_>> = bad
            .iter()
            .filter_map(|(index, problems)| {
                let item = &batch.get(*index)?.item;
                Some(Offender { item, problems, is_duplicate: duplicates.contains(index) })
            })
            .collect();
        let dying: Vec<&Offender<'_>> = offenders.iter().filter(|offender| !offender.may_live(why)).collect();
        let problem = dying.first().and_then(|offender| offender.problems.first());
        let mut is_poisoned = false;
        let settled = settle::settle(self.world, claim, |tx| {
            self.suspect_form(tx, why)?;
            is_poisoned = self.is_poisoned(tx, answer, problem, dying.len())?;
            if is_poisoned {
                return Ok(());
            }
            offenders.iter().try_for_each(|offender| self.offender(tx, offender, why, answer))
        })?;
        if is_poisoned {
            self.log(Level::Warn, "many_refused", &answer.code, dying.len());
        }
        if is_poisoned || !settled {
            return Ok(Sent::Stop);
        }
        let rest = batch.into_iter().enumerate().filter(|(index, _)| !bad.contains_key(index));
        Ok(Sent::Parts(vec![rest.map(|(_, planned)| planned).collect()], 0))
    }

    /// The records of a batch that another one's key collides with.
    fn duplicates(&self, batch: &[Planned], answer: &ErrorAnswer) -> BTreeSet<usize> {
        let keys = is_by_key(batch).then(|| duplicate_keys(&answer.errors, &self.target.key_field));
        keys.into_iter().flatten().collect()
    }

    fn offender(
        &self,
        tx: &dyn Statements,
        offender: &Offender<'_>,
        why: Permanent,
        answer: &ErrorAnswer,
    ) -> Result<(), SqlError> {
        let (name, item, now) = (&self.target.name, offender.item, self.world.now());
        if offender.is_duplicate && item.attempts < TRIES {
            // The record exists by now: it is looked up and changed.
            let next = self.soon(item);
            return dirty::again(tx, name, &item.object_id, next, Doubt::ReadFirst, Some("duplicate_key"));
        }
        if why == Permanent::Lookup {
            // Which of its lookups it was is not said. Any that is written has the record sent again.
            for named in &item.names {
                lookup::wait(tx, name, &item.object_id, named, now)?;
            }
        }
        if offender.may_live(why) {
            let next = self.later(item);
            return dirty::again(tx, name, &item.object_id, next, Doubt::None, Some(&answer.code));
        }
        let refused = dead::Refused { why, code: &answer.code, problem: offender.problems.first() };
        self.give_up(tx, item, &dead::of_refusal(&refused, &item.record, &self.form.form))
    }

    fn suspect_form(&self, tx: &dyn Statements, why: Permanent) -> Result<(), SqlError> {
        if hints_at_a_changed_form(why) {
            kintone::suspect(tx, self.client.address(), self.world.now())?;
        }
        Ok(())
    }

    /// The bound on extra requests is reached: the rest waits, and goes in smaller batches then.
    pub(super) fn put_back(&self, batch: &[Planned]) -> Result<(), EngineError> {
        self.world
            .transaction(|tx| self.each_again(tx, batch, Doubt::None, ISOLATING, |item| self.later(item)))?;
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
        binding::back_off_app(tx, &self.binding, retry::probe(self.world, attempts, retry_after))
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

/// One of the records that kintone refused.
struct Offender<'a> {
    item: &'a Item,
    problems: &'a [FieldProblem],
    is_duplicate: bool,
}

impl Offender<'_> {
    /// Whether it is tried again before it is given up.
    fn may_live(&self, why: Permanent) -> bool {
        (self.is_duplicate || why == Permanent::Lookup) && self.item.attempts < TRIES
    }
}

fn is_by_key(batch: &[Planned]) -> bool {
    matches!(batch.first(), Some(Planned { decision: Decision::Upsert { .. }, .. }))
}
