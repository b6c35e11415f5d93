//! Lookups: a key field copies values from a record of another app, once, when it is written.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::Kintone;
use super::app::App;
use super::failure::Failure;
use super::field_type::FieldType;
use super::form::{Field, Lookup};
use super::record_json::field_value;
use super::store::{Record, unique_key};
use super::token::{Access, Permission};
use super::value;

/// Fills the copy targets of every lookup whose key the request sets.
///
/// # Errors
/// `GAIA_LO04` if no record has the key, or the source app may not be viewed; `GAIA_LO03` if the
/// source's key field allows duplicate values.
pub(super) fn copy(
    kintone: &Kintone,
    access: &Access,
    app: &App,
    given: &Map<String, Value>,
    values: &mut Map<String, Value>,
) -> Result<(), Failure> {
    for field in &app.form.fields {
        let Some(lookup) = &field.lookup else {
            continue;
        };
        if value::given_value(given, &field.code)?.is_none() {
            continue;
        }
        let key = values.get(&field.code).cloned().unwrap_or_default();
        let source = match key.as_str().filter(|key| !key.is_empty()) {
            Some(key) => Some(find_source(kintone, access, field, lookup, key)?),
            None => None,
        };
        for (here, there) in &lookup.mappings {
            let Some(target) = app.form.field(here) else {
                continue;
            };
            let copied = source.as_ref().and_then(|(source_app, record)| {
                let field = source_app.form.field(there)?;
                field_value(source_app, record, field)
            });
            let copied = copied.unwrap_or_else(|| target.field_type.empty());
            values.insert(here.clone(), copied);
        }
    }
    Ok(())
}

fn find_source<'a>(
    kintone: &'a Kintone,
    access: &Access,
    field: &Field,
    lookup: &Lookup,
    key: &str,
) -> Result<(&'a App, Arc<Record>), Failure> {
    let not_found = || Failure::new("GAIA_LO04", [&field.code, key]);
    let app = source_app(kintone, lookup).ok_or_else(not_found)?;
    if !access.allows(app.id, Permission::View) {
        return Err(not_found());
    }
    let source_key = app.form.field(&lookup.key_field).ok_or_else(not_found)?;
    let id = if source_key.field_type == FieldType::RecordNumber {
        let prefix = format!("{}-", app.code);
        key.strip_prefix(&prefix).unwrap_or(key).parse().ok()
    } else if source_key.unique {
        let wanted = unique_key(source_key, &Value::from(key));
        wanted.and_then(|wanted| app.store.holder(&source_key.code, &wanted))
    } else {
        return Err(Failure::new("GAIA_LO03", [&lookup.key_field]));
    };
    let record = id.and_then(|id| app.store.get(id)).ok_or_else(not_found)?;
    Ok((app, Arc::clone(record)))
}

fn source_app<'a>(kintone: &'a Kintone, lookup: &Lookup) -> Option<&'a App> {
    match lookup.app {
        Some(id) => kintone.apps.get(&id),
        None => kintone.apps.values().find(|app| !app.code.is_empty() && app.code == lookup.app_code),
    }
}
