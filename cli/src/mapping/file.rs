//! Reading the files, each refused with its path and the reason.

use std::path::Path;

use daicho_core::kintone::{FormSchema, NumberPrecision};
use daicho_core::mapping::{Context, Mapping};
use serde_json::Value;

use crate::input::{self, Unusable};

pub(super) fn mapping(file: &Path) -> Result<Mapping, Unusable> {
    Mapping::parse(&input::bytes(file)?).map_err(|error| {
        let reason = if error.path == "." { error.reason } else { error.to_string() };
        Unusable::of(file, "マッピングとして読み取れません", "this is no mapping", reason)
    })
}

pub(super) fn form(file: &Path) -> Result<FormSchema, Unusable> {
    FormSchema::parse(&input::bytes(file)?).map_err(|error| {
        let (ja, en) = (
            "フォームとして読み取れません。GET /k/v1/app/form/fields.json の応答を指定してください",
            "this is no form; give what GET /k/v1/app/form/fields.json answers",
        );
        Unusable::of(file, ja, en, error)
    })
}

pub(super) fn settings(file: &Path) -> Result<NumberPrecision, Unusable> {
    let settings = input::json(file)?;
    if settings.get("numberPrecision").is_none_or(|precision| !precision.is_object()) {
        return Err(Unusable::plain(
            file,
            "アプリの設定ではありません（numberPrecision がありません）。GET /k/v1/app/settings.json の応答を指定してください。",
            "this is not what GET /k/v1/app/settings.json answers: it has no `numberPrecision`",
        ));
    }
    Ok(NumberPrecision::from_settings(settings.to_string().as_bytes()))
}

pub(super) fn context(file: &Path) -> Result<Context, Unusable> {
    serde_json::from_value(input::json(file)?).map_err(|error| {
        Unusable::of(file, "--context のファイルとして読み取れません", "this is no context", error)
    })
}

/// One of Stripe's objects of this kind.
pub(super) fn object(file: &Path, kind: &str) -> Result<Value, Unusable> {
    let object = input::json(file)?;
    match object.get("object").and_then(Value::as_str) {
        Some(own) if own == kind => Ok(object),
        Some(own) => Err(Unusable::plain(
            file,
            &format!("この対象が扱うのは {kind} ですが、ファイルは {own} です。"),
            &format!("the target takes objects `{kind}`, and this is a `{own}`"),
        )),
        None => Err(Unusable::plain(
            file,
            &format!("StripeのAPIが返すオブジェクトではありません（\"object\": \"{kind}\" がありません）。"),
            &format!("this is no object as Stripe's API answers it: it has no \"object\": \"{kind}\""),
        )),
    }
}

/// That the mapping has no target of this name, and which it has.
pub(super) fn no_target(mapping: &Mapping, option: &str, target: &str) -> Unusable {
    let names: Vec<&str> = mapping.targets.iter().map(|(name, _)| name.as_ref()).collect();
    let names = names.join(", ");
    Unusable::new(
        &format!("{option} {target}: マッピングにこの対象はありません。あるのは {names} です。"),
        &format!("{option} {target}: the mapping has no such target; it has {names}"),
    )
}
