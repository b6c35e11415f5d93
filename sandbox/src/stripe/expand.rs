//! `expand[]`: ids replaced by the objects they name, up to four levels deep.

use serde_json::{Map, Value};

use super::desk::Desk;
use super::error::ApiError;
use super::resource::expandable;
use super::show::shown;

/// A property that `expand[]` may name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expand {
    /// Its path within the object.
    pub path: &'static str,
    /// What stands there.
    pub to: Target,
}

/// What an expandable property holds.
#[derive(Clone, Copy)]
pub(super) enum Target {
    /// The id of an object of this type.
    Id(&'static str),
    /// The id of something the sandbox does not keep: stays an id.
    Foreign,
    /// An object or list that is always there whole; expanding goes on inside it.
    Inside,
    /// Shown only when asked for.
    OnRequest(fn(&Desk<'_>, &Map<String, Value>) -> Value),
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Id(kind) => kind,
            Self::Foreign => "foreign",
            Self::Inside => "inside",
            Self::OnRequest(_) => "on request",
        })
    }
}

/// An id to expand.
pub(super) const fn id(path: &'static str, kind: &'static str) -> Expand {
    Expand { path, to: Target::Id(kind) }
}

/// An object within the object.
pub(super) const fn inside(path: &'static str) -> Expand {
    Expand { path, to: Target::Inside }
}

/// An id that stays one.
pub(super) const fn foreign(path: &'static str) -> Expand {
    Expand { path, to: Target::Foreign }
}

/// Expands one path within a shown object.
pub(super) fn expand(desk: &Desk<'_>, value: &mut Value, path: &str) -> Result<(), ApiError> {
    let segments: Vec<&str> = path.split('.').collect();
    if segments.len() > 4 {
        let message = format!("You cannot expand more than 4 levels of a property. Property: {path}");
        return Err(ApiError::invalid(message).at("expand"));
    }
    walk(desk, value, &segments).map_err(|refused| {
        if let Refused::Forbidden(error) = refused {
            return error;
        }
        let hint = match value["object"].as_str() {
            Some("list") if segments[0] != "data" => {
                format!(" You may want to try expanding 'data.{path}' instead.")
            }
            _ => String::new(),
        };
        ApiError::invalid(format!("This property cannot be expanded ({path}).{hint}")).at("expand")
    })
}

enum Refused {
    /// Nothing can be expanded there.
    Unknown,
    /// The key may not read what stands there.
    Forbidden(ApiError),
}

fn walk(desk: &Desk<'_>, value: &mut Value, segments: &[&str]) -> Result<(), Refused> {
    let Some(first) = segments.first() else {
        return Ok(());
    };
    let fields = match value {
        Value::Array(entries) => {
            return entries.iter_mut().try_for_each(|entry| walk(desk, entry, segments));
        }
        Value::Object(fields) => fields,
        Value::Null => return Ok(()),
        _ => return Err(Refused::Unknown),
    };
    let kind = fields.get("object").and_then(Value::as_str).unwrap_or_default();
    if kind == "list" {
        let data = fields.get_mut("data").filter(|_| *first == "data").ok_or(Refused::Unknown)?;
        return walk(desk, data, &segments[1..]);
    }
    // Of what is deleted a stub remains; a discount that ended is shown whole.
    if fields.get("deleted") == Some(&Value::Bool(true)) && kind != "discount" {
        return Ok(());
    }
    let (entry, depth) = expandable(kind)
        .iter()
        .find_map(|entry| {
            let path: Vec<&str> = entry.path.split('.').collect();
            segments.starts_with(&path).then_some((entry, path.len()))
        })
        .ok_or(Refused::Unknown)?;
    if let (Target::Id(kind), Some(limits)) = (entry.to, &desk.call.limits) {
        limits.admit_expanded(kind).map_err(Refused::Forbidden)?;
    }
    if let Target::OnRequest(make) = entry.to {
        let made = make(desk, fields);
        fields.entry(entry.path).or_insert(made);
    }
    // A field that this version's shape has not cannot be expanded.
    fields.get(segments[0]).ok_or(Refused::Unknown)?;
    into(desk, value, &segments[..depth], entry.to, &segments[depth..])
}

/// Goes down `path`, through lists too, and expands what stands there; `rest` goes on inside it.
fn into(desk: &Desk<'_>, place: &mut Value, path: &[&str], to: Target, rest: &[&str]) -> Result<(), Refused> {
    match (place, path) {
        (Value::Null, _) => Ok(()),
        (Value::Array(entries), _) => {
            entries.iter_mut().try_for_each(|entry| into(desk, entry, path, to, rest))
        }
        // What belongs to another of the field's types is simply not there (`payment.charge`).
        (Value::Object(fields), [name, more @ ..]) => match fields.get_mut(*name) {
            Some(inner) => into(desk, inner, more, to, rest),
            None => Ok(()),
        },
        (place, []) => {
            if let Target::Id(kind) = to {
                fetch(desk, kind, place);
            }
            match to {
                Target::Foreign => Ok(()),
                _ => walk(desk, place, rest),
            }
        }
        _ => Err(Refused::Unknown),
    }
}

/// Replaces an id by its object; one that is not there stays an id.
fn fetch(desk: &Desk<'_>, kind: &str, place: &mut Value) {
    if let Some(row) = place.as_str().and_then(|id| desk.shelf().row(kind, id)) {
        *place = shown(&row.json, desk.call.version, desk.shelf());
    }
}
