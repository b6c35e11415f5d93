//! How a stored object is shown: embedded lists cut to their first page, fields as the API version has them.

use serde_json::{Map, Value};

use super::store::Shelf;
use super::version::Version;
use super::{before_basil, coupons};

/// Entries of a list embedded in an object; more are fetched from the list's own URL.
pub(super) const EMBEDDED: usize = 10;

/// The object as `version` shows it.
pub(super) fn shown(object: &Value, version: Version, shelf: &Shelf) -> Value {
    let mut object = object.clone();
    show(&mut object, version, shelf);
    object
}

fn show(value: &mut Value, version: Version, shelf: &Shelf) {
    match value {
        Value::Array(entries) => entries.iter_mut().for_each(|entry| show(entry, version, shelf)),
        Value::Object(fields) => {
            cut(fields);
            if fields.get("object").and_then(Value::as_str) == Some(coupons::KIND) {
                coupons::hide(fields);
            }
            // The object before what is in it: an old subscription takes its period from its items,
            // which then lose it.
            if version == Version::BeforeBasil {
                before_basil::rewrite(fields, shelf);
            }
            fields
                .iter_mut()
                .filter(|(name, _)| *name != "metadata")
                .for_each(|(_, inner)| show(inner, version, shelf));
        }
        _ => {}
    }
}

fn cut(fields: &mut Map<String, Value>) {
    if fields.get("object").and_then(Value::as_str) != Some("list") {
        return;
    }
    let Some(Value::Array(data)) = fields.get_mut("data") else {
        return;
    };
    if data.len() > EMBEDDED {
        data.truncate(EMBEDDED);
        fields.insert("has_more".into(), true.into());
    }
}
