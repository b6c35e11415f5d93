//! `records.json`: up to 100 records, all or nothing.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::Call;
use super::record::api_write;
use crate::kintone::Kintone;
use crate::kintone::app::App;
use crate::kintone::failure::Failure;
use crate::kintone::field_type::FieldType;
use crate::kintone::message::{self, Message};
use crate::kintone::params::{self, Params};
use crate::kintone::query;
use crate::kintone::record_json::record_json;
use crate::kintone::store::{Record, unique_key};
use crate::kintone::token::Permission;
use crate::kintone::transaction::{Operation, Transaction};
use crate::kintone::write::{Batch, Write, check_revision};

/// The most records that one request may write.
const MAX_RECORDS: usize = 100;
/// The longest value of an update key.
const MAX_KEY_LENGTH: usize = 64;

pub(super) fn get(kintone: &Kintone, call: &Call<'_>) -> Result<Value, Failure> {
    let app = call.params.id("app")?;
    let app = call.app(kintone, app, &[Permission::View])?;
    let fields = call.params.texts("fields")?;
    let query = query::parse(call.params.text("query").unwrap_or_default())?;
    let found = query::run(app, &query)?;
    let records: Vec<Value> =
        found.records.iter().map(|record| record_json(app, record, fields.as_deref())).collect();
    let total = call.params.flag("totalCount");
    let total = total.then(|| found.total.to_string());
    Ok(json!({"records": records, "totalCount": total}))
}

pub(super) fn post(
    kintone: &mut Kintone,
    transaction: &mut Transaction,
    call: &Call<'_>,
) -> Result<Value, Failure> {
    let app = call.params.id("app")?;
    call.app(kintone, app, &[Permission::Add])?;
    let records = list(call.params, message::at_most_a_hundred_added)?;
    let write = api_write(call, app);
    let mut batch = Batch::default();
    let mut written = Vec::new();
    for (index, record) in records.iter().enumerate() {
        let given = record_fields(record)?;
        let prefix = format!("records[{index}]");
        written.extend(kintone.write(transaction, &write, None, given, &prefix, &mut batch));
    }
    batch.finish()?;
    let ids: Vec<String> = written.iter().map(|(id, _)| id.to_string()).collect();
    let revisions: Vec<String> = written.iter().map(|(_, revision)| revision.to_string()).collect();
    Ok(json!({"ids": ids, "revisions": revisions}))
}

pub(super) fn put(
    kintone: &mut Kintone,
    transaction: &mut Transaction,
    call: &Call<'_>,
) -> Result<Value, Failure> {
    let app = call.params.id("app")?;
    let upsert = call.params.flag("upsert");
    call.app(kintone, app, &[Permission::Edit])?;
    if upsert {
        call.app(kintone, app, &[Permission::Add])?;
    }
    let records = list(call.params, message::at_most_a_hundred_updated)?;
    let write = api_write(call, app);
    let mut batch = Batch::default();
    let mut answers = Vec::new();
    for (index, record) in records.iter().enumerate() {
        let prefix = format!("records[{index}]");
        let change = match Change::read(record_fields(record)?, &format!("{prefix}.")) {
            Ok(change) => change,
            Err(failure) => {
                batch.refuse(failure);
                continue;
            }
        };
        let written = update(kintone, transaction, &write, &change, upsert, &prefix, &mut batch);
        answers.extend(written.map(|written| written.to_json(upsert)));
    }
    batch.finish()?;
    Ok(json!({"records": answers}))
}

pub(super) fn delete(
    kintone: &mut Kintone,
    transaction: &mut Transaction,
    call: &Call<'_>,
) -> Result<Value, Failure> {
    let app = call.params.id("app")?;
    call.app(kintone, app, &[Permission::Delete])?;
    let ids = call.params.list("ids")?.map_or(&[][..], Vec::as_slice);
    let mut batch = Batch::default();
    if ids.is_empty() {
        batch.errors.add("ids", message::parameter_required());
    }
    if ids.is_empty() || ids.len() > MAX_RECORDS {
        batch.errors.add("ids", message::between_one_and_a_hundred_deleted());
    }
    batch.finish()?;
    let revisions = call.params.list("revisions")?;
    for (index, id) in ids.iter().enumerate() {
        let id = params::id(id, &format!("ids[{index}]"))?;
        let expected = revisions.and_then(|revisions| revisions.get(index));
        let expected = params::revision(expected, &format!("revisions[{index}]"))?;
        kintone.delete(transaction, call.now, app, id, expected)?;
    }
    Ok(json!({}))
}

/// The list `records`, of at most 100.
fn list(params: &Params, too_many: fn() -> Message) -> Result<&[Value], Failure> {
    let records = params
        .list("records")?
        .ok_or_else(|| Failure::invalid_at("records", message::parameter_required()))?;
    if records.len() > MAX_RECORDS {
        return Err(Failure::invalid_at("records", too_many()));
    }
    Ok(records)
}

pub(super) fn record_fields(record: &Value) -> Result<&Map<String, Value>, Failure> {
    record.as_object().ok_or_else(|| Failure::new("CB_IJ01", []))
}

/// What a PUT says of one record.
pub(super) struct Change<'a> {
    target: Target<'a>,
    revision: Option<u64>,
    record: Map<String, Value>,
}

enum Target<'a> {
    Id(u64),
    Key { field: &'a str, value: Value },
}

impl<'a> Change<'a> {
    /// Reads `id` or `updateKey`, `revision` and `record`; `prefix` is `records[0].` or nothing.
    ///
    /// # Errors
    /// `CB_IL02` for both an id and a key, `CB_VA01` for neither, `CB_IJ01` for a wrong shape.
    pub(super) fn read(given: &'a Map<String, Value>, prefix: &str) -> Result<Self, Failure> {
        let present = |name: &str| given.get(name).filter(|value| !value.is_null());
        let target = match (present("id"), present("updateKey")) {
            (Some(_), Some(_)) => return Err(Failure::new("CB_IL02", [])),
            (Some(id), None) => Target::Id(params::id(id, &format!("{prefix}id"))?),
            (None, Some(key)) => read_key(key, prefix)?,
            (None, None) => {
                let place = format!("{prefix}id");
                return Err(Failure::invalid_at(place, message::parameter_required()));
            }
        };
        let revision = params::revision(given.get("revision"), &format!("{prefix}revision"))?;
        let record = present("record").map(record_fields).transpose()?;
        Ok(Self { target, revision, record: record.cloned().unwrap_or_default() })
    }
}

fn read_key<'a>(key: &'a Value, prefix: &str) -> Result<Target<'a>, Failure> {
    let place = format!("{prefix}updateKey");
    let field = key.get("field").and_then(Value::as_str);
    let field = field
        .filter(|field| !field.is_empty())
        .ok_or_else(|| Failure::invalid_at(format!("{place}.field"), message::parameter_required()))?;
    let place = format!("{place}.value");
    let value = match key.get("value") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    if value.is_empty() {
        return Err(Failure::invalid_at(place, message::parameter_required()));
    }
    if value.encode_utf16().count() > MAX_KEY_LENGTH {
        return Err(Failure::invalid_at(place, message::too_long(MAX_KEY_LENGTH)));
    }
    Ok(Target::Key { field, value: Value::String(value) })
}

/// What became of one record.
pub(super) struct Written {
    id: u64,
    pub(super) revision: u64,
    operation: Operation,
}

impl Written {
    fn to_json(&self, upsert: bool) -> Value {
        let mut answer = json!({"id": self.id.to_string(), "revision": self.revision.to_string()});
        if upsert {
            answer["operation"] = json!(self.operation);
        }
        answer
    }
}

/// Makes one change; `None` if it was refused and noted in `batch`.
pub(super) fn update(
    kintone: &mut Kintone,
    transaction: &mut Transaction,
    write: &Write<'_>,
    change: &Change<'_>,
    upsert: bool,
    prefix: &str,
    batch: &mut Batch,
) -> Option<Written> {
    let found = match find(kintone, write.app, change, upsert, prefix) {
        Ok(found) => found,
        Err(failure) => {
            batch.refuse(failure);
            return None;
        }
    };
    let mut given = change.record.clone();
    if let (None, Target::Key { field, value }) = (&found, &change.target)
        && kintone.behaviour.upsert_fills_key
    {
        given.entry(*field).or_insert_with(|| json!({"value": value}));
    }
    let operation = match found {
        Some(_) => Operation::Update,
        None => Operation::Insert,
    };
    let (id, revision) = kintone.write(transaction, write, found.as_deref(), &given, prefix, batch)?;
    Some(Written { id, revision, operation })
}

/// The record that a change is for; `None` if it is to be added.
fn find(
    kintone: &Kintone,
    app: u64,
    change: &Change<'_>,
    upsert: bool,
    prefix: &str,
) -> Result<Option<Arc<Record>>, Failure> {
    let app = kintone.app(app)?;
    let found = match &change.target {
        Target::Id(id) => app.record(*id),
        Target::Key { field, value } => {
            if !kintone.behaviour.key_may_be_repeated && change.record.contains_key(*field) {
                let place = format!("{prefix}.{field}");
                return Err(Failure::invalid_at(place, message::update_key_repeated()));
            }
            find_by_key(app, field, value, prefix)
        }
    };
    let missing = |failure: &Failure| matches!(failure.code(), "GAIA_RE01" | "GAIA_RE20");
    match found {
        Ok(record) => {
            check_revision(&record, change.revision)?;
            Ok(Some(record))
        }
        Err(failure) if upsert && missing(&failure) => {
            let conflicts = kintone.behaviour.revision_without_record_conflicts;
            if conflicts && change.revision.is_some() {
                return Err(Failure::new("GAIA_CO02", []));
            }
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}

fn find_by_key(app: &App, code: &str, value: &Value, prefix: &str) -> Result<Arc<Record>, Failure> {
    let field = app.form.field(code).ok_or_else(|| Failure::new("GAIA_IQ11", [code]))?;
    let usable = matches!(field.field_type, FieldType::SingleLineText | FieldType::Number);
    if !usable || !field.unique {
        let place = format!("{prefix}.updateKey.field");
        return Err(Failure::invalid_at(place, message::update_key_unusable()));
    }
    let key = unique_key(field, value).ok_or_else(|| {
        let place = format!("{prefix}.updateKey.value");
        Failure::invalid_at(place, message::not_a_number())
    })?;
    let holder = app.store.holder(code, &key);
    let text = value.as_str().unwrap_or_default();
    match holder {
        Some(id) => app.record(id),
        None => Err(Failure::new("GAIA_RE20", [code, text])),
    }
}
