//! Nothing that Stripe may send, a mapping may ask or kintone may hold makes `core` panic: over each of
//! Stripe's own examples, and over objects, mappings and contexts that nobody would write.

#![expect(clippy::expect_used, reason = "a test may stop")]

mod any;
mod fixtures;

use daicho_core::ByName;
use daicho_core::kintone::{FormSchema, NumberPrecision};
use daicho_core::mapping::{BuiltInZones, Compiled, CompiledTarget, Context, Gone, Mapping};
use daicho_core::stripe::Kind;
use daicho_core::validation::{check_mapping, check_record};
use serde_json::{Map, Value, json};

/// Does with a mapping, an object and a context all that there is to do. Gives how many targets the
/// mapping has, or none where it is refused.
fn exercise(mapping: &Value, object: &Value, context: &Context) -> Option<usize> {
    let mapping = Mapping::parse(mapping.to_string().as_bytes()).ok()?;
    let form = form(&mapping);
    let forms: ByName<_> = mapping
        .targets
        .keys()
        .map(|name| (name.clone(), (form.clone(), NumberPrecision::default())))
        .collect();
    drop(check_mapping(&mapping, &forms));
    let compiled = Compiled::new(&mapping).ok()?;
    Some(compiled.targets().map(|target| project(target, object, &form, context)).count())
}

fn project(target: &CompiledTarget, object: &Value, form: &FormSchema, context: &Context) {
    let _ = target.takes(object);
    let _ = target.needs().count();
    drop(target.references(object, context, &BuiltInZones));
    drop(target.reaches());
    drop(target.not_followed(|kind| *kind == Kind::Customer));
    for gone in [Gone::Left, Gone::Deleted] {
        drop(target.departed(gone, Some(form)));
    }
    for form in [None, Some(form)] {
        let projection = target.project_in(object, form, context, &BuiltInZones);
        assert!(projection.record.values().all(|field| !field.value.is_null()), "null clears nothing");
        if let Some(form) = form {
            drop(check_record(target, &projection.record, form, NumberPrecision::default()));
        }
    }
}

/// Writable types, which the mapping's fields have in turn.
const TYPES: [&str; 12] = [
    "SINGLE_LINE_TEXT",
    "NUMBER",
    "DATE",
    "DATETIME",
    "TIME",
    "LINK",
    "DROP_DOWN",
    "CHECK_BOX",
    "USER_SELECT",
    "MULTI_LINE_TEXT",
    "SUBTABLE",
    "CALC",
];

/// A form that has the fields of a mapping.
fn form(mapping: &Mapping) -> FormSchema {
    let codes =
        mapping.targets.values().flat_map(|target| target.fields.iter().map(|rule| rule.field.clone()));
    let property = |kind: &str| {
        json!({"type": kind, "required": true, "maxLength": "8", "protocol": "WEB", "maxValue": "10",
            "options": {"a": {"index": "0"}}, "fields": {"c": {"type": "NUMBER", "required": true}, "k": {"type": "SINGLE_LINE_TEXT"}}})
    };
    let fields: Map<String, Value> =
        codes.zip(TYPES.iter().cycle()).map(|(code, kind)| (code, property(kind))).collect();
    FormSchema::from(json!({ "properties": fields }))
}
