//! Pages of a list: `limit`, `starting_after`, `ending_before`, `has_more`.

use std::sync::Arc;

use serde_json::Value;

use super::error::ApiError;
use super::params::Params;

/// One entry and its place; a list runs from the highest place to the lowest.
pub(super) type Placed = (u64, Arc<Value>);

/// A page, in the list's own order.
#[derive(Debug)]
pub(super) struct Page {
    pub data: Vec<Arc<Value>>,
    pub has_more: bool,
}

/// Cuts a page out of `rows` (highest place first). `place` gives the place of a cursor.
pub(super) fn page(
    rows: impl Iterator<Item = Placed>,
    params: &Params,
    place: impl Fn(&str, &str) -> Result<u64, ApiError>,
) -> Result<Page, ApiError> {
    let limit = limit(params)?;
    let cursor = |name: &str| params.get(name).and_then(Value::as_str).map(|id| place(id, name)).transpose();
    let mut entries: Vec<Arc<Value>> = match (cursor("starting_after")?, cursor("ending_before")?) {
        (Some(_), Some(_)) => {
            let message =
                "Received both starting_after and ending_before parameters. Please pass in only one.";
            return Err(ApiError::coded("parameters_exclusive", message));
        }
        (Some(after), None) => rows.filter(|row| row.0 < after).take(limit + 1).map(|row| row.1).collect(),
        (None, Some(before)) => {
            let newer: Vec<_> = rows.take_while(|row| row.0 > before).map(|row| row.1).collect();
            let from = newer.len().saturating_sub(limit);
            return Ok(Page { data: newer[from..].to_vec(), has_more: from > 0 });
        }
        (None, None) => rows.take(limit + 1).map(|row| row.1).collect(),
    };
    let has_more = entries.len() > limit;
    entries.truncate(limit);
    Ok(Page { data: entries, has_more })
}

fn limit(params: &Params) -> Result<usize, ApiError> {
    let limit = params.get("limit").and_then(Value::as_i64).unwrap_or(10);
    let refuse = |bound: &str| {
        let message = format!("This value must be {bound} (it currently is '{limit}').");
        Err(ApiError::coded("parameter_invalid_integer", message).at("limit"))
    };
    match limit {
        ..1 => refuse("greater than or equal to 1"),
        1..=100 => Ok(usize::try_from(limit).unwrap_or(100)),
        _ => refuse("less than or equal to 100"),
    }
}

/// Whether `object` passes the filters: a field of the filter's name equal to it, or within its range.
pub(super) fn passes(object: &Value, filters: &Params, special: &[&str]) -> bool {
    filters.iter().filter(|(name, _)| !special.contains(&name.as_str())).all(|(name, wanted)| {
        match name.as_str() {
            "limit" | "starting_after" | "ending_before" => true,
            _ => within(&object[name.as_str()], wanted),
        }
    })
}

/// Equality, or `gt`, `gte`, `lt`, `lte`.
pub(super) fn within(value: &Value, wanted: &Value) -> bool {
    let Value::Object(bounds) = wanted else {
        return wanted.is_null() || value == wanted;
    };
    let Some(value) = value.as_i64() else {
        return false;
    };
    bounds.iter().all(|(bound, than)| {
        let than = than.as_i64().unwrap_or_default();
        match bound.as_str() {
            "gt" => value > than,
            "gte" => value >= than,
            "lt" => value < than,
            _ => value <= than,
        }
    })
}
