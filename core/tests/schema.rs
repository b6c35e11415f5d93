//! The JSON Schemas that editors use are those of the Rust types.

#![expect(clippy::unwrap_used, reason = "a test that cannot read or write its file should stop")]

use std::path::PathBuf;

use daicho_core::connections::Connections;
use daicho_core::mapping::Mapping;
use schemars::{JsonSchema, schema_for};
use serde_json::{Value, json};

fn check<T: JsonSchema>(name: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../schema").join(name);
    let schema = schema_for!(T).to_value();
    assert_closed(&schema);
    let current = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &current).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stored == current,
        "schema/{name} is not that of the Rust types; renew it with: UPDATE_SCHEMA=1 cargo test -p daicho-core schema"
    );
}

/// Every object says which properties it knows: a misspelt one is refused, by the schema as by us.
fn assert_closed(schema: &Value) {
    if schema.get("type") == Some(&json!("object")) {
        assert!(schema.get("additionalProperties").is_some(), "not closed: {schema}");
    }
    let nested: Vec<&Value> = match schema {
        Value::Object(properties) => properties.values().collect(),
        Value::Array(items) => items.iter().collect(),
        _ => Vec::new(),
    };
    nested.into_iter().for_each(assert_closed);
}

#[test]
fn the_mapping_schema_is_current() {
    check::<Mapping>("mapping.schema.json");
}

#[test]
fn the_connections_schema_is_current() {
    check::<Connections>("connections.schema.json");
}
