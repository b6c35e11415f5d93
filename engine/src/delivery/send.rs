//! Sending a batch.

use std::collections::VecDeque;

use daicho_core::mapping::{CompiledTarget, Context};
use serde_json::{Value, json};

use super::decide::{Decision, decide};
use super::dirty::Suspect;
use super::item::Item;
use super::late::{self, Loss};
use super::look::{Seen, look};
use super::settle::{self, Settling};
use super::tally::Tally;
use super::{guard, lane};
use crate::binding::{self, Binding, Reason, Verdict};
use crate::error::EngineError;
use crate::kintone::{Answer, AppForm, Client, Deletion, Saved, Write, budget, by_ids};
use crate::mutant::{self, Mutant};
use crate::port::{Level, SqlError, World};
use crate::trap::{Watch, Work};

/// The most requests that isolating bad records may cost beside the first, reads included. Halving finds
/// one bad record in 100 with 14.
const EXTRA_REQUESTS: usize = 20;

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
                let revision = revision.as_deref().filter(|_| !mutant::on(Mutant::SendWithoutRevision));
                Some(Write::ById { id, revision, record })
            }
            Decision::Upsert { record } => {
                Some(Write::ByKey { field: &target.key_field, key: &self.item.key, record })
            }
            _ => None,
        }
    }

    fn deletion(&self) -> Option<Deletion<'_>> {
        match &self.decision {
            Decision::Delete { id, revision } => Some(Deletion { id, revision: revision.as_deref() }),
            _ => None,
        }
    }

    pub(super) fn is_deletion(&self) -> bool {
        matches!(self.decision, Decision::Delete { .. })
    }

    /// The record that is changed or deleted, and the revision that it must still have.
    pub(super) fn expected(&self) -> Option<(&str, Option<&str>)> {
        match &self.decision {
            Decision::Update { id, revision, .. } | Decision::Delete { id, revision } => {
                Some((id, revision.as_deref()))
            }
            _ => None,
        }
    }

    /// Whether the request, once lost, may take effect after a later one. An update that lands late is
    /// refused by its revision; an upsert by key is not, and what a deletion took is not there to refuse it.
    pub(super) fn loss(&self) -> Loss {
        if matches!(self.decision, Decision::Update { .. }) { Loss::Guarded } else { Loss::MayLand }
    }

    /// The key that a record may get by this request.
    pub(super) fn key_if_lost(&self) -> Option<&str> {
        matches!(self.decision, Decision::Upsert { .. }).then_some(self.item.key.as_str())
    }

    /// As it stands in `in_flight`: the object, the version claimed, and what is to be done once the
    /// request is lost.
    pub(super) fn claimed(&self) -> Value {
        json!([self.item.object_id, self.item.version, self.loss().number(), self.key_if_lost()])
    }
}

/// Records by how they are sent.
#[derive(Default)]
struct Plan {
    deletions: Vec<Planned>,
    updates: Vec<Planned>,
    upserts: Vec<Planned>,
}

/// Writes one target's records.
pub(super) struct Writer<'a, W> {
    pub(super) world: &'a W,
    pub(super) client: Client<'a, W>,
    pub(super) target: &'a CompiledTarget,
    pub(super) binding: Binding,
    pub(super) form: AppForm,
    /// How many requests of the app's day are ours.
    pub(super) share: u32,
}

/// Whether more may be sent to this target now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    GoOn,
    Stop,
}

/// What became of a request.
pub(super) enum Sent {
    /// Settled.
    Done,
    /// These are to be sent yet; what it took to part them, in requests.
    Parts(Vec<Vec<Planned>>, usize),
    /// Nothing more can be sent now.
    Stop,
}

impl<W: World> Writer<'_, W> {
    /// Reads what has to be read, decides, and sends: deletions first, which make room for unique
    /// values, then records known by id, then those by key.
    pub(super) async fn deliver(&self, items: Vec<Item>) -> Result<(), EngineError> {
        let looked = look(&self.client, self.target, &self.form, &items).await?;
        let seen = match looked {
            Ok(seen) => seen,
            Err(failure) => return self.stop(&failure),
        };
        let Plan { deletions, updates, mut upserts } = self.plan(items, &seen)?;
        if !self.binding.verified && !mutant::on(Mutant::InsertUnverified) {
            // One record shows whether kintone fills the key field; a hundred would do more harm.
            upserts.truncate(1);
        }
        for records in [deletions, updates, upserts] {
            let mut by_suspicion = [Vec::new(), Vec::new(), Vec::new()];
            for planned in records {
                let [all, few, alone] = &mut by_suspicion;
                match planned.item.suspect {
                    Suspect::No => all.push(planned),
                    Suspect::WithFew => few.push(planned),
                    Suspect::Alone => alone.push(planned),
                }
            }
            for batch in by_suspicion {
                if self.send_all(batch).await? == Next::Stop {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Settles what needs no request, and parts the rest by how it is sent.
    fn plan(&self, items: Vec<Item>, seen: &[Seen]) -> Result<Plan, EngineError> {
        let settling = self.settling();
        let decided = self.decide_all(items, seen)?;
        self.world.transaction(|tx| {
            let (mut plan, mut tally) = (Plan::default(), Tally::default());
            if !settle::is_written_to(tx, &self.binding)? {
                // Bound anew while kintone was asked: what was seen is another app's.
                return Ok(plan);
            }
            for (Planned { item, decision }, seen) in decided.into_iter().zip(seen) {
                if has_landed(&item, seen, &self.binding) {
                    late::landed(tx, &self.target.name, &item.object_id)?;
                }
                if matches!(decision, Decision::Leave | Decision::Gone) {
                    tally.unchanged(&item);
                }
                match decision {
                    Decision::Leave => settling.left(tx, &item, seen)?,
                    Decision::Forget => settle::forget(tx, &self.target.name, &item)?,
                    Decision::Deleted => settling.stays_deleted(tx, &item)?,
                    Decision::Gone => settling.gone(tx, &item)?,
                    Decision::Update { .. } => plan.updates.push(Planned { item, decision }),
                    Decision::Upsert { .. } => plan.upserts.push(Planned { item, decision }),
                    Decision::Delete { .. } => plan.deletions.push(Planned { item, decision }),
                }
            }
            tally.add(tx, &self.target.name)?;
            if !guard::allows(tx, &self.target.name, &plan.deletions, settling.now)? {
                // Nothing more is written to a held target.
                return Ok(Plan::default());
            }
            if plan.deletions.is_empty() && plan.updates.is_empty() && plan.upserts.is_empty() {
                // All that was asked of kintone was answered.
                binding::settle_calm(tx, &self.target.name)?;
            }
            Ok::<_, EngineError>(plan)
        })
    }

    fn decide_all(&self, items: Vec<Item>, seen: &[Seen]) -> Result<Vec<Planned>, SqlError> {
        let watch = Watch::of(self.world)?;
        let decided = items.into_iter().zip(seen).map(|(mut item, seen)| {
            let work = Work::record(&self.target.name, &item.object_id);
            watch.during(&work, || {
                self.fill_tables(&mut item, seen);
                let decision = decide(&item, seen, self.target, &self.form);
                Planned { item, decision }
            })
        });
        decided.collect()
    }

    /// Gives a record's tables the ids of the rows that are there, and the rows that people added.
    fn fill_tables(&self, item: &mut Item, seen: &Seen) {
        if let (Some(tables), Seen::Found(found)) = (item.tables.take(), seen) {
            let (object, context) = *tables;
            let context = Context { current: Some(found.to_record()), ..context };
            let form = Some(&self.form.form);
            item.record = self.target.project_in(&object, form, &context, self.world).record;
        }
    }

    async fn send_all(&self, records: Vec<Planned>) -> Result<Next, EngineError> {
        let mut waiting = VecDeque::from([records]);
        let mut requests = 0;
        while let Some(batch) = waiting.pop_front() {
            if batch.is_empty() {
                continue;
            }
            let is_spent = self.is_spent()?;
            if is_spent && requests == 0 {
                return Ok(Next::Stop);
            }
            if is_spent || requests > EXTRA_REQUESTS {
                self.put_back(&batch)?;
                continue;
            }
            requests += 1;
            match self.send(batch, requests).await? {
                Sent::Done => {}
                Sent::Parts(parts, reads) => {
                    requests += reads;
                    parts.into_iter().rev().for_each(|part| waiting.push_front(part));
                }
                Sent::Stop => return Ok(Next::Stop),
            }
        }
        Ok(Next::GoOn)
    }

    /// Whether the app's requests of today are used up.
    fn is_spent(&self) -> Result<bool, SqlError> {
        let now = self.world.now();
        Ok(budget::budget(self.world, self.client.address(), self.share, now)?.is_spent())
    }

    /// Sends a batch, as the request of this number for those that it was a part of.
    async fn send(&self, batch: Vec<Planned>, request: usize) -> Result<Sent, EngineError> {
        let now = self.world.now();
        let Some(claim) = settle::claim(self.world, &self.binding, &batch, request == 1, now)? else {
            return Ok(Sent::Stop);
        };
        let answer = self.request(&batch).await?;
        match answer {
            Ok(Some(saved)) => self.written(claim, &batch, &saved).await,
            Ok(None) => self.deleted(claim, &batch),
            Err(failure) => {
                self.log(Level::Warn, "records_refused", failure.code(), batch.len());
                self.failed(claim, batch, &failure, request <= EXTRA_REQUESTS).await
            }
        }
    }

    /// One request for a batch of one kind; `None`: it deleted.
    async fn request(&self, batch: &[Planned]) -> Result<Answer<Option<Vec<Saved>>>, SqlError> {
        let deletions: Vec<Deletion<'_>> = batch.iter().filter_map(Planned::deletion).collect();
        if !deletions.is_empty() {
            return Ok(self.client.delete(&deletions).await?.map(|()| None));
        }
        let writes: Vec<Write<'_>> = batch.iter().filter_map(|planned| planned.write(self.target)).collect();
        if let ([write], true) = (writes.as_slice(), self.target.single_writes) {
            return Ok(self.client.write_single(*write).await?.map(|saved| Some(vec![saved])));
        }
        Ok(self.client.write(&writes).await?.map(Some))
    }

    fn deleted(&self, claim: i64, batch: &[Planned]) -> Result<Sent, EngineError> {
        let settling = self.settling();
        let settled = settle::settle(self.world, claim, |tx| {
            for planned in batch {
                settling.gone(tx, &planned.item)?;
            }
            binding::settle_calm(tx, &self.target.name)
        })?;
        self.log(Level::Info, "records_deleted", "ok", batch.len());
        Ok(if settled { Sent::Done } else { Sent::Stop })
    }

    async fn written(&self, claim: i64, batch: &[Planned], saved: &[Saved]) -> Result<Sent, EngineError> {
        let settling = self.settling();
        let settled = settle::settle(self.world, claim, |tx| {
            for (planned, saved) in batch.iter().zip(saved) {
                settling.written(tx, planned, saved)?;
            }
            Tally::of_written(batch, saved).add(tx, &self.target.name)?;
            binding::settle_calm(tx, &self.target.name)
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
        self.world.transaction(|tx| match settle::is_written_to(tx, &self.binding)? {
            true => Ok::<_, EngineError>(binding::verified(tx, &self.target.name)?),
            false => Ok(()),
        })?;
        Ok(Sent::Done)
    }

    fn settling(&self) -> Settling<'_> {
        Settling { target: self.target, binding: &self.binding, now: self.world.now() }
    }

    pub(super) fn log(&self, level: Level, event: &'static str, code: &str, records: usize) {
        let fields = json!({"target": self.target.name, "app": self.client.address().app.0, "code": code, "records": records});
        self.world.line(level, event, fields);
    }
}

/// Whether a lost upsert is the one that made this record: it is new, and no one else's can be there.
fn has_landed(item: &Item, seen: &Seen, binding: &Binding) -> bool {
    let is_new = matches!(seen, Seen::Found(found) if found.revision == "1");
    item.known.is_none() && is_new && !binding.may_hold_others_records()
}
