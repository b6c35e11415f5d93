//! Writing one record: the request's values over the stored ones, then lookups, required fields
//! and unique values on the merged record.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::Kintone;
use super::app::App;
use super::directory::Entity;
use super::failure::{Failure, FieldErrors};
use super::field_type::FieldType;
use super::store::{Record, unique_key};
use super::token::{Access, Permission};
use super::transaction::Transaction;
use super::value::{self, Place, Rules};
use super::{lookup, message};
use crate::Millis;

/// Who writes what.
pub(crate) struct Write<'a> {
    pub(crate) now: Millis,
    pub(crate) access: &'a Access,
    pub(crate) app: u64,
    pub(crate) actor: Entity,
}

/// What is wrong with a request's records: all that is invalid, and the first refusal of another
/// kind.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) errors: FieldErrors,
    first: Option<Failure>,
}

impl Batch {
    /// Notes a refusal; `CB_VA01` is merged with the others.
    pub(crate) fn refuse(&mut self, failure: Failure) {
        if failure.code() == "CB_VA01" {
            self.errors.append(failure.into_errors());
        } else if self.first.is_none() || failure.code() == "CB_IJ01" {
            self.first = Some(failure);
        }
    }

    /// # Errors
    /// `CB_IJ01` before anything else, since it means that the request could not be read; then all
    /// that is invalid as one `CB_VA01`; then the first other refusal.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        match self.first {
            Some(failure) if failure.code() == "CB_IJ01" || self.errors.is_empty() => Err(failure),
            _ if !self.errors.is_empty() => Err(Failure::invalid(self.errors)),
            _ => Ok(()),
        }
    }
}

impl App {
    /// # Errors
    /// `GAIA_RE01` if there is none.
    pub(super) fn record(&self, id: u64) -> Result<Arc<Record>, Failure> {
        let record = self.store.get(id).cloned();
        record.ok_or_else(|| Failure::new("GAIA_RE01", [&id.to_string()]))
    }
}

impl Kintone {
    /// Adds a record, or updates `before`; gives id and revision, or `None` if it was refused and
    /// noted in `batch`. `prefix` is the record's place in the request.
    pub(super) fn write(
        &mut self,
        transaction: &mut Transaction,
        write: &Write<'_>,
        before: Option<&Record>,
        given: &Map<String, Value>,
        prefix: &str,
        batch: &mut Batch,
    ) -> Option<(u64, u64)> {
        let mut errors = FieldErrors::default();
        let mut next_row = self.last_row;
        let merged = self.merge(write, before, given, prefix, &mut next_row, &mut errors);
        self.last_row = next_row;
        let valid = errors.is_empty();
        batch.errors.append(errors);
        let record = match merged {
            Ok(record) if valid => record,
            Ok(_) => return None,
            Err(failure) => {
                batch.refuse(failure);
                return None;
            }
        };
        let id = match before {
            Some(before) => before.id,
            None => self.apps.get_mut(&write.app)?.store.next_id(),
        };
        let revision = record.revision;
        let record = Record { id, ..record };
        self.apply(transaction, write.now, write.app, id, Some(record), &write.actor.code);
        Some((id, revision))
    }

    /// Deletes a record.
    ///
    /// # Errors
    /// `GAIA_RE01` if there is none, `GAIA_CO02` if it has another revision.
    pub(super) fn delete(
        &mut self,
        transaction: &mut Transaction,
        now: Millis,
        app: u64,
        id: u64,
        revision: Option<u64>,
    ) -> Result<(), Failure> {
        let record = self.app(app)?.record(id)?;
        check_revision(&record, revision)?;
        let by = self.directory.person().code;
        self.apply(transaction, now, app, id, None, &by);
        Ok(())
    }

    fn merge(
        &self,
        write: &Write<'_>,
        before: Option<&Record>,
        given: &Map<String, Value>,
        prefix: &str,
        next_row: &mut u64,
        errors: &mut FieldErrors,
    ) -> Result<Record, Failure> {
        let app = self.app(write.app)?;
        let rules = Rules {
            now: write.now,
            precision: app.number_precision,
            directory: &self.directory,
            behaviour: &self.behaviour,
        };
        let mut record = match before {
            Some(before) => updated(before, write),
            None => added(app, write, given, &rules)?,
        };
        read_given(app, given, prefix, &rules, &mut record.values, next_row, errors)?;
        let copied = lookup::copy(self, write.access, app, given, &mut record.values);
        for field in &app.form.fields {
            if copied.is_err() && app.form.is_copy_target(&field.code) {
                continue; // Empty only because the lookup was refused, which is what counts.
            }
            let place = Place::new(prefix, &field.code);
            value::check_required(field, record.values.get(&field.code), &place, errors);
        }
        check_unique(app, &record, before.map(|before| before.id), prefix, errors);
        copied?;
        Ok(record)
    }
}

fn updated(before: &Record, write: &Write<'_>) -> Record {
    Record {
        revision: before.revision + 1,
        modifier: write.actor.clone(),
        updated_at: write.now,
        ..before.clone()
    }
}

/// A new record: default values for what the request leaves out. Whoever may administer the app
/// may also set who made the record, and when.
fn added(
    app: &App,
    write: &Write<'_>,
    given: &Map<String, Value>,
    rules: &Rules<'_>,
) -> Result<Record, Failure> {
    let mut record = Record {
        id: 0,
        revision: 1,
        values: Map::new(),
        creator: write.actor.clone(),
        created_at: write.now,
        modifier: write.actor.clone(),
        updated_at: write.now,
    };
    for field in &app.form.fields {
        let sent = value::given_value(given, &field.code)?;
        let is_system = matches!(
            field.field_type,
            FieldType::Creator | FieldType::Modifier | FieldType::CreatedTime | FieldType::UpdatedTime
        );
        if let Some(sent) = sent.filter(|_| is_system) {
            if !write.access.allows(app.id, Permission::Admin) {
                return Err(Failure::new("CB_NO02", []));
            }
            set_system_value(&mut record, field.field_type, sent, rules)?;
        } else if field.field_type.is_writable() && sent.is_none() && !app.form.is_copy_target(&field.code) {
            let default = value::default_of(field, rules);
            record.values.insert(field.code.clone(), default);
        }
    }
    Ok(record)
}

fn set_system_value(
    record: &mut Record,
    field_type: FieldType,
    sent: &Value,
    rules: &Rules<'_>,
) -> Result<(), Failure> {
    let wrong_type = || Failure::new("CB_IJ01", []);
    if matches!(field_type, FieldType::Creator | FieldType::Modifier) {
        let code = sent.get("code").and_then(Value::as_str).ok_or_else(wrong_type)?;
        let entity = rules.directory.find(field_type, code);
        let entity = entity.ok_or_else(|| Failure::new("GAIA_IL26", [code]))?;
        match field_type {
            FieldType::Creator => record.creator = entity,
            _ => record.modifier = entity,
        }
        return Ok(());
    }
    let text = sent.as_str().ok_or_else(wrong_type)?;
    let at = value::parse_datetime(text).ok_or_else(wrong_type)?;
    let at = at.unix_timestamp() * 1_000;
    match field_type {
        FieldType::CreatedTime => record.created_at = at,
        _ => record.updated_at = at,
    }
    Ok(())
}

/// Reads what the request sets. Codes that the form does not have are dropped in silence, and so
/// is what is sent for fields that a lookup fills or the system keeps.
fn read_given(
    app: &App,
    given: &Map<String, Value>,
    prefix: &str,
    rules: &Rules<'_>,
    values: &mut Map<String, Value>,
    next_row: &mut u64,
    errors: &mut FieldErrors,
) -> Result<(), Failure> {
    for field in &app.form.fields {
        if !field.field_type.is_writable() || app.form.is_copy_target(&field.code) {
            continue;
        }
        let Some(sent) = value::given_value(given, &field.code)? else {
            continue;
        };
        let place = Place::new(prefix, &field.code);
        let read = if field.field_type == FieldType::Subtable {
            let before = values.get(&field.code);
            value::read_table(field, sent, before, &place, rules, next_row, errors)?
        } else {
            value::read(field, sent, &place, rules, errors)?
        };
        values.insert(field.code.clone(), read);
    }
    Ok(())
}

fn check_unique(app: &App, record: &Record, own_id: Option<u64>, prefix: &str, errors: &mut FieldErrors) {
    for field in app.form.unique_fields() {
        let value = record.values.get(&field.code);
        let Some(key) = value.and_then(|value| unique_key(field, value)) else {
            continue;
        };
        let holder = app.store.holder(&field.code, &key);
        if holder.is_some() && holder != own_id {
            let place = Place::new(prefix, &field.code);
            errors.add(place.key("value"), message::duplicate());
        }
    }
}

/// # Errors
/// `GAIA_CO02` if a revision is expected and the record has another.
pub(super) fn check_revision(record: &Record, expected: Option<u64>) -> Result<(), Failure> {
    if expected.is_some_and(|expected| expected != record.revision) {
        return Err(Failure::new("GAIA_CO02", []));
    }
    Ok(())
}
