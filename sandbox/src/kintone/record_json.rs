//! A record as the API shows it.

use serde_json::{Map, Value, json};

use super::app::App;
use super::field_type::FieldType;
use super::form::Field;
use super::instant;
use super::store::Record;

/// The record with all fields, or with those named in `fields`.
pub(crate) fn record_json(app: &App, record: &Record, fields: Option<&[String]>) -> Value {
    let wanted = |code: &str| fields.is_none_or(|fields| fields.iter().any(|field| field == code));
    let mut json = Map::new();
    for field in app.form.fields.iter().filter(|field| wanted(&field.code)) {
        if let Some(value) = field_value(app, record, field) {
            let typed = json!({"type": field.field_type.name(), "value": value});
            json.insert(field.code.clone(), typed);
        }
    }
    if wanted("$id") {
        json.insert("$id".to_owned(), json!({"type": "__ID__", "value": record.id.to_string()}));
    }
    if wanted("$revision") {
        json.insert(
            "$revision".to_owned(),
            json!({"type": "__REVISION__", "value": record.revision.to_string()}),
        );
    }
    Value::Object(json)
}

/// A field's value in a record; `None` for what records do not show.
pub(crate) fn field_value(app: &App, record: &Record, field: &Field) -> Option<Value> {
    Some(match field.field_type {
        FieldType::RecordNumber => json!(app.record_number(record.id)),
        FieldType::Creator => record.creator.to_json(),
        FieldType::Modifier => record.modifier.to_json(),
        FieldType::CreatedTime => json!(instant::to_minute(record.created_at)),
        FieldType::UpdatedTime => json!(instant::to_minute(record.updated_at)),
        FieldType::ReferenceTable | FieldType::Group => return None,
        FieldType::Status | FieldType::StatusAssignee | FieldType::Category if !field.enabled => {
            return None;
        }
        FieldType::Status => json!("未処理"),
        FieldType::Subtable => table_value(record, field),
        other => record.values.get(&field.code).cloned().unwrap_or_else(|| other.empty()),
    })
}

/// Stored rows hold bare values; shown ones carry the types, and the fields added since.
fn table_value(record: &Record, table: &Field) -> Value {
    let rows = record.values.get(&table.code).and_then(Value::as_array);
    let rows = rows.into_iter().flatten().map(|row| {
        let inner = table.inner.iter().map(|inner| {
            let value = row["value"].get(&inner.code).cloned();
            let value = value.unwrap_or_else(|| inner.field_type.empty());
            (inner.code.clone(), json!({"type": inner.field_type.name(), "value": value}))
        });
        json!({"id": row["id"], "value": inner.collect::<Map<_, _>>()})
    });
    Value::Array(rows.collect())
}
