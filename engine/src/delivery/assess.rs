//! What would become of an object's record, without a write to kintone or to what is known of it.
//!
//! It is decided as the writer decides, either for a record that is looked for by its key, as if nothing were
//! known of it, or for one that is known and was read.

use daicho_core::kintone::{Record, changed_fields};
use daicho_core::mapping::{CompiledTarget, Context, Gone, OnRecordDeleted, WriteMode};
use daicho_core::validation::{Issue, check_projection};
use serde_json::Value;

use super::dead;
use super::decide::{Decision, decide};
use super::dirty::{Consent, Doubt, Removed, Row, Suspect};
use super::item::{Item, KnownRecord, Wish};
use super::kept;
use super::look::{self, Seen};
use super::outcome::{Assessed, Change, Missed, Outcome, Subject};
use super::standing::Standing;
use super::{departure, lookup, take};
use crate::context;
use crate::error::EngineError;
use crate::kintone::{Answer, AppForm, Client, FoundRecord};
use crate::object;
use crate::port::{SqlError, Statements, World};
use crate::trap::{Watch, Work};

/// The most records that are looked for in one request: their keys stand in its address.
const KEYS: usize = 100;

/// One target and its app, to be looked at.
pub(crate) struct Assessment<'a, W> {
    pub(crate) world: &'a W,
    pub(crate) client: &'a Client<'a, W>,
    pub(crate) target: &'a CompiledTarget,
    pub(crate) form: &'a AppForm,
}

enum Prepared {
    Look(Box<Item>),
    Is(Option<String>, Outcome),
}

impl<W: World> Assessment<'_, W> {
    /// Assesses objects, in their order: one request for each hundred records that have to be looked for.
    pub(crate) async fn of(&self, subjects: Vec<Subject>) -> Result<Answer<Vec<Assessed>>, EngineError> {
        let mut all = Vec::with_capacity(subjects.len());
        let watch = Watch::of(self.world)?;
        let mut prepared = Vec::with_capacity(subjects.len());
        for subject in subjects {
            let work = Work::record(&self.target.name, &subject.id);
            let prepare = || self.world.transaction(|tx| self.prepare(tx, subject));
            prepared.push(watch.during(&work, prepare)??);
        }
        let mut prepared = prepared.into_iter().peekable();
        while prepared.peek().is_some() {
            let chunk: Vec<(String, Prepared)> = prepared.by_ref().take(KEYS).collect();
            let items: Vec<&Item> = chunk.iter().filter_map(|(_, prepared)| prepared.item()).collect();
            let seen = match look::find(self.client, self.target, self.form, &items).await? {
                Ok(seen) => seen,
                Err(failure) => return Ok(Err(failure)),
            };
            let watch = Watch::of(self.world)?;
            let mut seen = seen.into_iter();
            for (object_id, prepared) in chunk {
                let (key, outcome) = match prepared {
                    Prepared::Is(key, outcome) => (key, outcome),
                    Prepared::Look(item) => {
                        let (key, seen) = (item.key.clone(), seen.next().unwrap_or(Seen::Missing));
                        let work = Work::record(&self.target.name, &object_id);
                        (Some(key), watch.during(&work, || self.compare(*item, &seen))?)
                    }
                };
                all.push(Assessed { object_id, key, outcome });
            }
        }
        Ok(Ok(all))
    }

    /// What would become of a record that is known and was read. One that nobody changed since it was written
    /// as it would be now, and of which kintone kept all, is as it should be.
    pub(crate) fn of_known(
        &self,
        tx: &dyn Statements,
        known: &Standing,
        found: &FoundRecord,
    ) -> Result<Outcome, EngineError> {
        let row = &known.row;
        let Some(object) = object::get(tx, &row.object_id)? else {
            return Ok(Outcome::LeftAlone);
        };
        let prepared = match (departure::gone(self.target, &object), object.json) {
            (None, Some(json)) => self.project(tx, &row.object_id, json, Some((row, found)))?,
            (gone, _) => self.depart(row, gone.unwrap_or(Gone::Deleted)),
        };
        Ok(match prepared {
            Prepared::Look(item) => self.compare(*item, &Seen::Found(found.clone())),
            Prepared::Is(_, outcome) => outcome,
        })
    }

    /// While the tenant is careful, assesses each by itself before a step does so with many of them: a panic is
    /// then known to be this one's.
    pub(crate) fn rehearse<S>(
        &self,
        subjects: impl IntoIterator<Item = S>,
        id: impl Fn(&S) -> &str,
        assess: impl Fn(&dyn Statements, &S) -> Result<Outcome, EngineError>,
    ) -> Result<(), EngineError> {
        let watch = Watch::of(self.world)?;
        for subject in subjects.into_iter().filter(|_| watch.is_careful()) {
            let work = Work::record(&self.target.name, id(&subject));
            watch.during(&work, || self.world.transaction(|tx| assess(tx, &subject)))??;
        }
        Ok(())
    }

    /// Whether something is to be done about a record that is known and is not there any more.
    pub(crate) fn is_missed(&self, tx: &dyn Statements, known: &Standing) -> Result<Missed, EngineError> {
        let Some(object) = object::get(tx, &known.row.object_id)? else {
            return Ok(Missed::No);
        };
        let Some(gone) = departure::gone(self.target, &object) else {
            return Ok(Missed::Yes);
        };
        let item = departure::item(self.target, &known.row, gone, &self.form.form);
        Ok(if item.is_some() { Missed::WithItsObject } else { Missed::No })
    }

    /// What would become of an object that has no record, as far as is known.
    pub(crate) fn of_unwritten(&self, tx: &dyn Statements, object_id: &str) -> Result<Outcome, EngineError> {
        let Some(object) = object::get(tx, object_id)? else {
            return Ok(Outcome::LeftAlone);
        };
        match (departure::gone(self.target, &object), object.json) {
            (None, Some(json)) => Ok(match self.project(tx, object_id, json, None)? {
                Prepared::Look(_) => Outcome::Created,
                Prepared::Is(_, outcome) => outcome,
            }),
            (Some(Gone::Left), _) => Ok(Outcome::LeftOut),
            _ => Ok(Outcome::LeftAlone),
        }
    }

    fn prepare(&self, tx: &dyn Statements, subject: Subject) -> Result<(String, Prepared), EngineError> {
        let Subject { id, json, .. } = subject;
        if let Some(issue) = dead::why_set_aside(tx, &self.target.name, &id)? {
            return Ok((id, Prepared::Is(None, Outcome::Refused(Box::new(issue)))));
        }
        let gone = match &json {
            Some(json) => (!self.target.takes(json)).then_some(Gone::Left),
            None => Some(Gone::Deleted),
        };
        let prepared = match (gone, json) {
            (None, Some(json)) => self.project(tx, &id, json, None)?,
            (gone, _) => self.depart(&blank(&id), gone.unwrap_or(Gone::Deleted)),
        };
        Ok((id, prepared))
    }

    fn depart(&self, row: &Row, gone: Gone) -> Prepared {
        let outcome = if gone == Gone::Left { Outcome::LeftOut } else { Outcome::LeftAlone };
        match departure::item(self.target, row, gone, &self.form.form) {
            Some(item) => Prepared::Look(Box::new(item)),
            None => Prepared::Is(None, outcome),
        }
    }

    /// The record of an object; `read`: what is known of it, and as it was read.
    fn project(
        &self,
        tx: &dyn Statements,
        object_id: &str,
        object: Value,
        read: Option<(&Row, &FoundRecord)>,
    ) -> Result<Prepared, EngineError> {
        let (target, form) = (self.target, &self.form.form);
        #[cfg(feature = "provoke-panic")]
        crate::provoked::at("record", &object);
        let looked = context::look(tx, target, &object, self.world, self.world.now())?;
        if !looked.missing.is_empty() {
            return Ok(Prepared::Is(None, Outcome::NotRead(looked.missing)));
        }
        let projection = target.project_in(&object, Some(form), &looked.context, self.world);
        let hash = take::hash(target, &projection.record);
        let known = read.and_then(|(row, _)| KnownRecord::of(row));
        let is_as_left = known.as_ref().zip(read).is_some_and(|(known, (_, found))| {
            known.hash.as_ref() == Some(&hash)
                && known.revision.as_ref() == Some(&found.revision)
                && projection.key.as_ref() == Some(&known.key)
                && self.holds(&projection.record, found, &object, &looked.context)
        });
        if is_as_left {
            return Ok(Prepared::Is(projection.key, Outcome::Unchanged));
        }
        let checked = check_projection(
            target,
            projection.key.as_deref(),
            &projection.record,
            form,
            self.form.precision(),
        );
        if let Some(issue) = projection.issues.into_iter().chain(checked).find(Issue::is_error) {
            return Ok(Prepared::Is(projection.key, Outcome::Refused(Box::new(issue))));
        }
        let Some(key) = projection.key else {
            return Ok(Prepared::Is(None, Outcome::WithoutKey));
        };
        Ok(Prepared::Look(Box::new(Item {
            object_id: object_id.to_owned(),
            version: 0,
            attempts: 0,
            doubt: Doubt::ReadFirst,
            key,
            wish: Wish::Hold,
            names: lookup::named(&projection.record, form),
            record: projection.record,
            hash,
            known,
            consent: Consent::Unasked,
            suspect: Suspect::No,
            removed: if read.is_none() { self.removed(tx, object_id)? } else { Removed::No },
            bulk: false,
            tables: target.has_tables().then(|| Box::new((object, looked.context))),
        })))
    }

    /// Whether kintone kept what was written: tables with the rows that people added to them.
    fn holds(&self, record: &Record, found: &FoundRecord, object: &Value, context: &Context) -> bool {
        if !self.target.has_tables() {
            return kept::keeps_to(record, found, self.target, self.form);
        }
        kept::keeps_to(&self.beside(found, object, context.clone()), found, self.target, self.form)
    }

    /// The record with the rows that are there.
    fn beside(&self, found: &FoundRecord, object: &Value, context: Context) -> Record {
        let context = Context { current: Some(found.to_record()), ..context };
        self.target.project_in(object, Some(&self.form.form), &context, self.world).record
    }

    /// What people did to a record that is not there, where the target makes none again.
    fn removed(&self, tx: &dyn Statements, object_id: &str) -> Result<Removed, SqlError> {
        if self.target.on_record_deleted != OnRecordDeleted::Leave {
            return Ok(Removed::No);
        }
        let sql = "SELECT 1 FROM record
                   WHERE target = ?1 AND object_id = ?2 AND (record_id IS NOT NULL OR deleted > 0)";
        let was = tx.exec(sql, &[self.target.name.as_str().into(), object_id.into()])?;
        Ok(if was.is_empty() { Removed::No } else { Removed::Deleted })
    }

    fn compare(&self, mut item: Item, seen: &Seen) -> Outcome {
        if let (Some(tables), Seen::Found(found)) = (item.tables.take(), seen) {
            let (object, context) = *tables;
            item.record = self.beside(found, &object, context);
        }
        match (decide(&item, seen, self.target, self.form), seen) {
            (Decision::Upsert { .. }, _) => Outcome::Created,
            (Decision::Delete { .. }, _) => Outcome::Deleted,
            (Decision::Update { record, .. }, Seen::Found(found)) => {
                let held = found.to_record();
                let fields = changed_fields(&record, &held, &self.form.form, self.form.precision());
                let value = |of: &Record, code: &str| {
                    of.get(code).map(|field| field.value.clone()).unwrap_or_default()
                };
                let change = |code: &&str| Change {
                    field: (*code).to_owned(),
                    old: value(&held, code),
                    new: value(&record, code),
                };
                let changes: Vec<Change> = fields.iter().map(change).collect();
                if changes.is_empty() { Outcome::Unchanged } else { Outcome::Updated(changes) }
            }
            (Decision::Leave, Seen::Found(_)) if self.target.write_mode != WriteMode::CreateOnly => {
                Outcome::Unchanged
            }
            _ => Outcome::LeftAlone,
        }
    }
}

impl Prepared {
    fn item(&self) -> Option<&Item> {
        match self {
            Self::Look(item) => Some(item),
            Self::Is(..) => None,
        }
    }
}

/// A record of which nothing is known.
fn blank(object_id: &str) -> Row {
    Row {
        object_id: object_id.to_owned(),
        version: 0,
        attempts: 0,
        doubt: Doubt::ReadFirst,
        key: None,
        record_id: None,
        revision: None,
        hash: None,
        made: true,
        stays: false,
        consent: Consent::Unasked,
        suspect: Suspect::No,
        removed: Removed::No,
        bulk: false,
        untouched: false,
    }
}
