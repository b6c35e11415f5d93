//! Tables (SUBTABLE): a request's rows replace all rows, a row with a known id keeps what is not
//! sent.

use serde_json::{Map, Value, json};

use super::{Place, Rules, check_required, default_of, given_value, read};
use crate::kintone::failure::{Failure, FieldErrors};
use crate::kintone::field_type::FieldType;
use crate::kintone::form::Field;

/// Reads a table's rows; `before` are the stored ones, `next_row` numbers new ones.
///
/// # Errors
/// `GAIA_SI01` for a row id that stands twice, `CB_IJ01` for a wrong shape, and those of [`read`].
pub(crate) fn read_table(
    table: &Field,
    given: &Value,
    before: Option<&Value>,
    place: &Place,
    rules: &Rules<'_>,
    next_row: &mut u64,
    errors: &mut FieldErrors,
) -> Result<Value, Failure> {
    let given = super::array(given)?;
    refuse_repeated_ids(&given)?;
    let before = before.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut rows = Vec::new();
    for (position, row) in given.iter().enumerate() {
        let id = row_id(row)?;
        let known = before.iter().find(|known| id.is_some() && known["id"].as_str() == id.as_deref());
        let sent = sent_values(row)?;
        let prefix = place.row_prefix(position);
        let values = read_row(table, sent, known, &prefix, rules, errors)?;
        let id = match known {
            Some(known) => known["id"].clone(),
            None => {
                *next_row += 1;
                json!(next_row.to_string())
            }
        };
        rows.push(json!({"id": id, "value": values}));
    }
    Ok(Value::Array(rows))
}

fn read_row(
    table: &Field,
    sent: &Map<String, Value>,
    known: Option<&Value>,
    prefix: &str,
    rules: &Rules<'_>,
    errors: &mut FieldErrors,
) -> Result<Map<String, Value>, Failure> {
    let mut values = Map::new();
    for field in &table.inner {
        let place = Place::new(prefix, &field.code);
        let value = match (given_value(sent, &field.code)?, known) {
            (Some(given), _) => read_cell(field, given, &place, rules, errors)?,
            (None, Some(known)) => {
                known["value"].get(&field.code).cloned().unwrap_or_else(|| field.field_type.empty())
            }
            (None, None) => default_of(field, rules),
        };
        check_required(field, Some(&value), &place, errors);
        values.insert(field.code.clone(), value);
    }
    Ok(values)
}

/// Inside a table what is not a number is stored as empty, without a word.
fn read_cell(
    field: &Field,
    given: &Value,
    place: &Place,
    rules: &Rules<'_>,
    errors: &mut FieldErrors,
) -> Result<Value, Failure> {
    let mut found = FieldErrors::default();
    let value = read(field, given, place, rules, &mut found)?;
    if field.field_type == FieldType::Number && found.has(&place.bracket_key()) {
        return Ok(value);
    }
    errors.append(found);
    Ok(value)
}

fn sent_values(row: &Value) -> Result<&Map<String, Value>, Failure> {
    row.get("value").and_then(Value::as_object).ok_or_else(|| Failure::new("CB_IJ01", []))
}

fn row_id(row: &Value) -> Result<Option<String>, Failure> {
    match row.get("id") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) => Ok(Some(id.clone()).filter(|id| !id.is_empty())),
        Some(Value::Number(id)) => Ok(Some(id.to_string())),
        Some(_) => Err(Failure::new("CB_IJ01", [])),
    }
}

fn refuse_repeated_ids(rows: &[Value]) -> Result<(), Failure> {
    let mut seen = Vec::new();
    for row in rows {
        let Some(id) = row_id(row)? else { continue };
        if seen.contains(&id) {
            return Err(Failure::new("GAIA_SI01", [&id]));
        }
        seen.push(id);
    }
    Ok(())
}
