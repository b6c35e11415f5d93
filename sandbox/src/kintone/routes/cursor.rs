//! `records/cursor.json`: reading a long list in parts.

use serde_json::{Value, json};

use super::Call;
use crate::kintone::Kintone;
use crate::kintone::cursor::Cursor;
use crate::kintone::failure::Failure;
use crate::kintone::message;
use crate::kintone::params;
use crate::kintone::query;
use crate::kintone::record_json::record_json;
use crate::kintone::token::Permission;

const DEFAULT_SIZE: u64 = 100;
const MAX_SIZE: u64 = 500;

pub(super) fn post(kintone: &mut Kintone, call: &Call<'_>) -> Result<Value, Failure> {
    let id = call.params.id("app")?;
    let app = call.app(kintone, id, &[Permission::View])?;
    let fields = call.params.texts("fields")?;
    let size = call.params.0.get("size").filter(|size| !size.is_null());
    let size = size.map_or(Ok(DEFAULT_SIZE), |size| params::id(size, "size"))?;
    if size > MAX_SIZE {
        return Err(Failure::invalid_at("size", message::cursor_size()));
    }
    let query = query::parse(call.params.text("query").unwrap_or_default())?;
    if query.limit.is_some() || query.offset.is_some() {
        return Err(Failure::invalid_at("query", message::cursor_without_limit()));
    }
    let found = query::matching(app, &query)?;
    let ids: Vec<u64> = found.iter().map(|record| record.id).collect();
    let total = ids.len().to_string();
    let size = usize::try_from(size).unwrap_or(1);
    let cursor = Cursor::new(id, fields, size, ids);
    let cursor = kintone.cursors.open(call.now, cursor)?;
    Ok(json!({"id": cursor, "totalCount": total}))
}

/// Records deleted since the cursor was made are left out; the last part closes the cursor.
pub(super) fn get(kintone: &mut Kintone, call: &Call<'_>) -> Result<Value, Failure> {
    let id = cursor_id(call)?;
    let cursor = kintone.cursors.read(call.now, id)?.clone();
    let app = call.app(kintone, cursor.app, &[Permission::View])?;
    let part = cursor.remaining.iter().take(cursor.size);
    let records: Vec<Value> = part
        .filter_map(|id| app.store.get(*id))
        .map(|record| record_json(app, record, cursor.fields.as_deref()))
        .collect();
    let rest: Vec<u64> = cursor.remaining.into_iter().skip(cursor.size).collect();
    let next = !rest.is_empty();
    if next {
        kintone.cursors.read(call.now, id)?.remaining = rest;
    } else {
        kintone.cursors.close(id);
    }
    Ok(json!({"records": records, "next": next}))
}

pub(super) fn delete(kintone: &mut Kintone, call: &Call<'_>) -> Result<Value, Failure> {
    let id = cursor_id(call)?;
    let app = kintone.cursors.read(call.now, id)?.app;
    call.app(kintone, app, &[Permission::View])?;
    kintone.cursors.close(id);
    Ok(json!({}))
}

fn cursor_id<'a>(call: &Call<'a>) -> Result<&'a str, Failure> {
    let id = call.params.text("id");
    id.ok_or_else(|| Failure::invalid_at("id", message::parameter_required()))
}
