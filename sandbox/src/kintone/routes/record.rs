//! `record.json`: one record.

use serde_json::{Map, Value, json};

use super::Call;
use super::records::{self, Change};
use crate::kintone::Kintone;
use crate::kintone::directory::Entity;
use crate::kintone::failure::Failure;
use crate::kintone::record_json::record_json;
use crate::kintone::token::Permission;
use crate::kintone::transaction::Transaction;
use crate::kintone::write::{Batch, Write};

pub(super) fn get(kintone: &Kintone, call: &Call<'_>) -> Result<Value, Failure> {
    let (app, id) = (call.params.id("app")?, call.params.id("id")?);
    let app = call.app(kintone, app, &[Permission::View])?;
    let record = app.record(id)?;
    Ok(json!({"record": record_json(app, &record, None)}))
}

pub(super) fn post(
    kintone: &mut Kintone,
    transaction: &mut Transaction,
    call: &Call<'_>,
) -> Result<Value, Failure> {
    let app = call.params.id("app")?;
    call.app(kintone, app, &[Permission::Add])?;
    let nothing = Value::Object(Map::new());
    let record = call.params.0.get("record").unwrap_or(&nothing);
    let given = records::record_fields(record)?;
    let write = api_write(call, app);
    let mut batch = Batch::default();
    let written = kintone.write(transaction, &write, None, given, "record", &mut batch);
    batch.finish()?;
    let (id, revision) = written.unwrap_or_default();
    Ok(json!({"id": id.to_string(), "revision": revision.to_string()}))
}

/// Unlike `records.json` it knows no upsert.
pub(super) fn put(
    kintone: &mut Kintone,
    transaction: &mut Transaction,
    call: &Call<'_>,
) -> Result<Value, Failure> {
    let app = call.params.id("app")?;
    call.app(kintone, app, &[Permission::Edit])?;
    let change = Change::read(&call.params.0, "")?;
    let write = api_write(call, app);
    let mut batch = Batch::default();
    let written = records::update(kintone, transaction, &write, &change, false, "record", &mut batch);
    batch.finish()?;
    let revision = written.map_or(0, |written| written.revision);
    Ok(json!({"revision": revision.to_string()}))
}

pub(super) fn api_write<'a>(call: &Call<'a>, app: u64) -> Write<'a> {
    Write { now: call.now, access: call.access, app, actor: Entity::administrator() }
}
