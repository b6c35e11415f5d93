//! Taking what is due, and projecting it into records.

use std::borrow::Cow;
use std::cell::Cell;

use daicho_core::kintone::{Record, record_hash};
use daicho_core::mapping::{CompiledTarget, Context, Gone, OnRecordDeleted, WritePolicy};
use daicho_core::validation::{Code, Issue, check_projection, check_record};
use serde_json::Value;

use super::dirty::{self, Consent, Doubt, Removed, Suspect};
use super::item::{Item, KnownRecord, Wish};
use super::lookup::{self, Ended, Named};
use super::tally::Tally;
use super::{dead, departure, late};
use crate::binding::Binding;
use crate::config::Active;
use crate::context::{self, Gathered, Urgency};
use crate::error::EngineError;
use crate::kintone::AppForm;
use crate::mutant::{self, Mutant};
use crate::object;
use crate::port::{Millis, SqlError, Statements, World, Zones};
use crate::stripe::request;
use crate::trap::{Watch, Work};

/// As many records whose batch was refused are sent together: with halving, ten take 19 requests if
/// every one of them is bad, so that a batch of them never ends with none found.
const SUSPECTS: usize = 10;

/// Members of customers' lists that a batch of records may bring into memory: an object has 128 MB. Those whose
/// records have tables are kept until the batch is sent.
const GATHERED: usize = 5_000;
const GATHERED_AND_KEPT: usize = 1_000;

enum Taken {
    Write(Box<Item>),
    Nothing,
    /// Nothing, since the condition does not take it.
    LeftOut,
    Dead(Box<(Issue, Record)>),
    /// Until this moment at most, for what the code says.
    Waits(Millis, Cow<'static, str>),
}

/// One target, as its rows are taken.
struct Taking<'a> {
    active: &'a Active,
    target: &'a CompiledTarget,
    bindings: Vec<Binding>,
    binding: &'a Binding,
    form: &'a AppForm,
    zones: &'a dyn Zones,
    now: Millis,
    /// Members of lists gathered so far.
    gathered: Cell<usize>,
}

/// Takes a batch of due rows of a target. Those that need no request are settled here: kintone holds
/// the record already, the target does not take the object, or it cannot be a record.
pub(super) fn due<W: World>(
    world: &W,
    active: &Active,
    target: &CompiledTarget,
    binding: &Binding,
    form: &AppForm,
) -> Result<Vec<Item>, EngineError> {
    let now = world.now();
    let most = if target.single_writes { 1 } else { dirty::BATCH };
    let rows = in_company(dirty::due(world, &target.name, now, most)?);
    let bindings = crate::binding::all(world)?;
    let gathered = Cell::new(0);
    let taking = Taking { active, target, bindings, binding, form, zones: world, now, gathered };
    let watch = Watch::of(world)?;
    if !watch.is_careful() {
        return world.transaction(|tx| taking.take_all(tx, &rows));
    }
    let mut items = Vec::new();
    for row in &rows {
        let work = Work::record(&target.name, &row.object_id);
        let alone = || world.transaction(|tx| taking.take_all(tx, std::slice::from_ref(row)));
        items.extend(watch.during(&work, alone)??);
    }
    Ok(items)
}

/// Leaves out of what is due what may not go with so many others. Its turn comes: it is due still.
fn in_company(mut rows: Vec<dirty::Row>) -> Vec<dirty::Row> {
    let (mut few, mut alone) = (0, 0);
    rows.retain(|row| {
        few += usize::from(row.suspect == Suspect::WithFew);
        alone += usize::from(row.suspect == Suspect::Alone);
        match row.suspect {
            Suspect::No => true,
            Suspect::WithFew => few <= SUSPECTS,
            Suspect::Alone => alone <= 1,
        }
    });
    rows
}

impl Taking<'_> {
    /// Takes these rows, and settles those that need no request.
    fn take_all(&self, tx: &dyn Statements, rows: &[dirty::Row]) -> Result<Vec<Item>, EngineError> {
        let (mut items, mut tally) = (Vec::new(), Tally::default());
        let most = if self.target.has_tables() { GATHERED_AND_KEPT } else { GATHERED };
        for row in rows {
            if self.gathered.get() >= most {
                // The others are due still.
                break;
            }
            let taken = self.take(tx, row)?;
            if row.bulk {
                tally.unchanged += i64::from(matches!(taken, Taken::Nothing));
                tally.left_out += i64::from(matches!(taken, Taken::LeftOut));
                tally.failed += i64::from(matches!(taken, Taken::Dead(_)));
            }
            items.extend(self.settle(tx, row, taken)?);
        }
        tally.add(tx, &self.target.name)?;
        Ok(items)
    }

    /// Settles a row, unless it is to be written.
    fn settle(
        &self,
        tx: &dyn Statements,
        row: &dirty::Row,
        taken: Taken,
    ) -> Result<Option<Item>, EngineError> {
        let (target, id) = (&self.target.name, row.object_id.as_str());
        match taken {
            Taken::Write(item) => return Ok(Some(*item)),
            Taken::Nothing => {
                dirty::settle(tx, target, id, row.version)?;
                late::forget(tx, target, id)?;
                dead::raise(tx, target, id)?;
            }
            Taken::LeftOut => {
                dirty::settle(tx, target, id, row.version)?;
                departure::keep(tx, self.target, row, self.now)?;
                dead::raise(tx, target, id)?;
            }
            Taken::Dead(why) => {
                let (issue, record) = *why;
                let dying = dead::Dying { object_id: id, version: row.version, record: &record };
                dead::bury(tx, target, &dying, &dead::of_issue(&issue), self.now)?;
            }
            Taken::Waits(until, what) => {
                dirty::wait(tx, target, id, until, &what)?;
                return Ok(None);
            }
        }
        self.is_settled(tx, row)?;
        Ok(None)
    }

    fn take(&self, tx: &dyn Statements, row: &dirty::Row) -> Result<Taken, EngineError> {
        let Some(object) = object::get(tx, &row.object_id)? else {
            return Ok(Taken::Nothing);
        };
        let gone = departure::gone(self.target, &object);
        let gone = gone.filter(|gone| *gone != Gone::Left || !mutant::on(Mutant::IgnoreDepartures));
        if self.target.has_condition() {
            departure::count(tx, &self.target.name, &row.object_id, gone == Some(Gone::Left))?;
        }
        match (gone, object.json) {
            (None, Some(json)) => self.project(tx, row, &object.kind, json),
            (gone, _) => Ok(match self.depart(row, gone.unwrap_or(Gone::Deleted)) {
                Taken::Nothing if gone == Some(Gone::Left) => Taken::LeftOut,
                taken => taken,
            }),
        }
    }

    /// Nothing is to be written of this object for now: what waited for its record waits in vain.
    fn is_settled(&self, tx: &dyn Statements, row: &dirty::Row) -> Result<(), SqlError> {
        if self.target.key_is_id() {
            lookup::ended(tx, Ended::Arrived, self.binding, self.target, &row.object_id)?;
        }
        Ok(())
    }

    fn depart(&self, row: &dirty::Row, gone: Gone) -> Taken {
        let Some(item) = departure::item(self.target, row, gone, &self.form.form) else {
            return Taken::Nothing;
        };
        let checked = check_record(self.target, &item.record, &self.form.form, self.form.precision());
        match checked.into_iter().find(Issue::is_error) {
            Some(issue) => Taken::Dead(Box::new((issue, item.record))),
            None => Taken::Write(Box::new(item)),
        }
    }

    fn project(
        &self,
        tx: &dyn Statements,
        row: &dirty::Row,
        kind: &daicho_core::stripe::Kind,
        object: Value,
    ) -> Result<Taken, EngineError> {
        let (target, form) = (self.target, self.form);
        #[cfg(feature = "provoke-panic")]
        crate::provoked::at("record", &object);
        let urgency = if row.bulk { Urgency::Bulk } else { Urgency::Live };
        let gathered = context::gather(tx, target, &row.object_id, &object, self.zones, self.now, urgency)?;
        let context = match gathered {
            Gathered::Ready(context) => context,
            Gathered::Waiting => return Ok(Taken::Waits(crate::binding::NEVER, "related".into())),
            Gathered::Unread(context) => return Ok(self.without(&object, &context)),
        };
        self.gathered.set(self.gathered.get() + context.ledger.members());
        let projection = target.project_in(&object, Some(&form.form), &context, self.zones);
        let issues = projection.issues.iter().cloned();
        let checked = check_projection(
            target,
            projection.key.as_deref(),
            &projection.record,
            &form.form,
            form.precision(),
        );
        if let Some(issue) = issues.chain(checked).find(Issue::is_error) {
            if issue.code == Code::IncompleteList.as_str() {
                // Its read completes every list, and marks it again.
                request::ask(tx, kind, &row.object_id)?;
                return Ok(Taken::Waits(crate::binding::NEVER, Code::IncompleteList.as_str().into()));
            }
            return Ok(Taken::Dead(Box::new((issue, projection.record))));
        }
        let Some(key) = projection.key else {
            return Ok(Taken::Nothing);
        };
        let hash = hash(target, &projection.record);
        let is_written = row.hash.as_ref() == Some(&hash) && row.key.as_ref() == Some(&key);
        if row.doubt == Doubt::None && row.record_id.is_some() && is_written {
            return Ok(Taken::Nothing);
        }
        if row.removed == Removed::Left
            && row.doubt == Doubt::None
            && target.on_record_deleted == OnRecordDeleted::Leave
        {
            return Ok(Taken::Nothing);
        }
        let names = lookup::named(&projection.record, &form.form);
        if let Some((until, what)) = self.wait_for(tx, row, &names)? {
            return Ok(Taken::Waits(until, what));
        }
        Ok(Taken::Write(Box::new(Item {
            object_id: row.object_id.clone(),
            version: row.version,
            attempts: row.attempts,
            doubt: row.doubt,
            key,
            wish: Wish::Hold,
            record: projection.record,
            hash,
            known: KnownRecord::of(row),
            consent: Consent::Unasked,
            suspect: row.suspect,
            removed: row.removed,
            bulk: row.bulk,
            names,
            tables: target.has_tables().then(|| Box::new((object, context))),
        })))
    }

    /// What it looks at cannot be read: which field lacks it, for a person to see.
    fn without(&self, object: &Value, context: &Context) -> Taken {
        let projection = self.target.project_in(object, Some(&self.form.form), context, self.zones);
        let mut issues = projection.issues.into_iter();
        match issues.find(|issue| issue.code == Code::RelatedMissing.as_str()) {
            Some(issue) => Taken::Dead(Box::new((issue, projection.record))),
            None => Taken::Waits(crate::binding::NEVER, "related".into()),
        }
    }

    /// Until when the row waits for the records that its lookups name, and of which target.
    fn wait_for(
        &self,
        tx: &dyn Statements,
        row: &dirty::Row,
        names: &[Named],
    ) -> Result<Option<(Millis, Cow<'static, str>)>, SqlError> {
        let (active, bindings) = (self.active, &self.bindings);
        let order = lookup::Order { active, bindings, of: self.binding, now: self.now };
        let mut longest: Option<(Millis, Cow<'static, str>)> = None;
        for name in names.iter().filter(|_| !mutant::on(Mutant::SendChildFirst)) {
            let Some(coming) = order.is_on_its_way(tx, &row.object_id, name)? else { continue };
            let since = lookup::wait(tx, &self.target.name, &row.object_id, name, self.now)?;
            let until = (since + lookup::LONGEST_WAIT).max(coming.until);
            if until > self.now && longest.as_ref().is_none_or(|(longest, _)| until > *longest) {
                let behind = || Cow::Borrowed("lookup_not_yet_written");
                longest =
                    Some((until, coming.held_up.map_or_else(behind, |of| format!("lookup:{of}").into())));
            }
        }
        Ok(longest)
    }
}

/// Over what an existing record would be given: a field that is written on creation only changes
/// nothing later, and the ids of a table's rows are kintone's.
pub(super) fn hash(target: &CompiledTarget, record: &Record) -> String {
    let later = |code: &str| target.write_policy(code) != Some(WritePolicy::OnCreate);
    let kept = record.iter().filter(|(code, _)| later(code));
    record_hash(&kept.map(|(code, value)| (code.clone(), value.clone())).collect())
}
