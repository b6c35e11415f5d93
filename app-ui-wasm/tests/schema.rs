//! The schema that the TypeScript types are made from is that of the Rust types.

use std::path::Path;

use daicho_app_ui_wasm::Calls;
use schemars::schema_for;

#[test]
fn the_schema_of_the_calls_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("calls.schema.json");
    let current = format!("{}\n", serde_json::to_string_pretty(&schema_for!(Calls)).unwrap());
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &current).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap_or_default() == current,
        "app-ui-wasm/calls.schema.json is not that of the Rust types; renew it with \
         `UPDATE_SCHEMA=1 cargo test -p daicho-app-ui-wasm schema` and then the TypeScript types with \
         `node app-ui-wasm/types.mjs`"
    );
}
