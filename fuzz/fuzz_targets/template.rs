//! A template and an object, split at the first NUL: read, and filled with the object.
#![no_main]

use daicho_core::mapping::{Compiled, Mapping};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|data: &[u8]| {
    let mut parts = data.splitn(2, |byte| *byte == 0);
    let (template, object) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let Ok(template) = std::str::from_utf8(template) else { return };
    let mapping = json!({"version": 1, "targets": {"t": {"source": "customer", "app": "a", "key": {"field": "k"},
        "fields": [{"field": "f", "value": {"template": template}}]}}});
    let Ok(mapping) = Mapping::parse(mapping.to_string().as_bytes()) else { return };
    let Ok(compiled) = Compiled::new(&mapping) else { return };
    let object = serde_json::from_slice(object)
        .unwrap_or_else(|_| json!({"id": "cus_1", "name": "山田", "x": [1, 2.5, null]}));
    for target in compiled.targets() {
        let projection = target.project(&object, None);
        assert!(projection.record.values().all(|field| !field.value.is_null()));
    }
});
