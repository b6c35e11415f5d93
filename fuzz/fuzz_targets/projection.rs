//! A mapping document, an object and a form, split at NULs: compiled, projected and checked.
#![no_main]

use daicho_core::kintone::{FormSchema, NumberPrecision};
use daicho_core::mapping::{BuiltInZones, Compiled, Context, Mapping};
use daicho_core::validation::{check_record, check_target};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let mut parts = data.splitn(3, |byte| *byte == 0);
    let mut next = || parts.next().unwrap_or_default();
    let (mapping, object, form) = (next(), next(), next());
    let Ok(mapping) = Mapping::parse(mapping) else { return };
    let object: Value = serde_json::from_slice(object).unwrap_or_default();
    let form = FormSchema::parse(form).unwrap_or_default();
    for (name, target) in &mapping.targets {
        drop(check_target(name, target, &form, NumberPrecision::default()));
    }
    let Ok(compiled) = Compiled::new(&mapping) else { return };
    for target in compiled.targets() {
        let projection = target.project_in(&object, Some(&form), &Context::default(), &BuiltInZones);
        assert!(projection.record.values().all(|field| !field.value.is_null()));
        drop(check_record(target, &projection.record, &form, NumberPrecision::default()));
    }
});
