//! Reading the files, each refused with its path and the reason.

use std::path::Path;

use daicho_core::kintone::{FormSchema, NumberPrecision};
use daicho_core::mapping::{Context, Mapping};
use serde_json::Value;

/// Input that cannot be used: the command ends with 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unusable(pub(crate) String);

impl Unusable {
    pub(super) fn of(file: &Path, reason: impl std::fmt::Display) -> Self {
        Self(format!("{}: {reason}", file.display()))
    }
}

pub(super) fn mapping(file: &Path) -> Result<Mapping, Unusable> {
    Mapping::parse(&bytes(file)?).map_err(|error| match error.path.as_str() {
        "." => Unusable::of(file, error.reason),
        _ => Unusable::of(file, error),
    })
}

pub(super) fn form(file: &Path) -> Result<FormSchema, Unusable> {
    FormSchema::parse(&bytes(file)?).map_err(|error| Unusable::of(file, error))
}

pub(super) fn settings(file: &Path) -> Result<NumberPrecision, Unusable> {
    let settings = json(file)?;
    if settings.get("numberPrecision").is_none_or(|precision| !precision.is_object()) {
        let reason = "this is not what GET /k/v1/app/settings.json answers: it has no `numberPrecision`";
        return Err(Unusable::of(file, reason));
    }
    Ok(NumberPrecision::from_settings(settings.to_string().as_bytes()))
}

pub(super) fn context(file: &Path) -> Result<Context, Unusable> {
    serde_json::from_value(json(file)?).map_err(|error| Unusable::of(file, error))
}

/// One of Stripe's objects of this kind.
pub(super) fn object(file: &Path, kind: &str) -> Result<Value, Unusable> {
    let object = json(file)?;
    match object.get("object").and_then(Value::as_str) {
        Some(own) if own == kind => Ok(object),
        Some(own) => {
            Err(Unusable::of(file, format!("the target takes objects `{kind}`, and this is a `{own}`")))
        }
        None => {
            let reason =
                format!("this is no object as Stripe's API answers it: it has no \"object\": \"{kind}\"");
            Err(Unusable::of(file, reason))
        }
    }
}

fn json(file: &Path) -> Result<Value, Unusable> {
    serde_json::from_slice(&bytes(file)?).map_err(|error| Unusable::of(file, error))
}

/// The file without the byte order mark that some editors put in front.
fn bytes(file: &Path) -> Result<Vec<u8>, Unusable> {
    let bytes = std::fs::read(file).map_err(|error| Unusable::of(file, error))?;
    Ok(bytes.strip_prefix(b"\xEF\xBB\xBF").map(<[u8]>::to_vec).unwrap_or(bytes))
}
