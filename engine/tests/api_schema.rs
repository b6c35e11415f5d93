//! The API's schema, from which the views' TypeScript types are made, is that of the Rust types.

use std::path::Path;

use daicho_engine::ui::Operations;
use schemars::schema_for;

#[test]
fn the_schema_of_the_api_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema/api.schema.json");
    let current = format!("{}\n", serde_json::to_string_pretty(&schema_for!(Operations)).unwrap());
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &current).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap_or_default() == current,
        "schema/api.schema.json is not that of the Rust types; renew it with \
         `UPDATE_SCHEMA=1 cargo test -p daicho-engine --test api_schema` and then the TypeScript types with \
         `node app-ui-wasm/types.mjs`"
    );
}
