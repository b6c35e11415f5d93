//! A mapping document: read, compiled with its paths, templates and transforms, and written again.
#![no_main]

use daicho_core::mapping::{Compiled, Mapping};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(mapping) = Mapping::parse(data) else { return };
    drop(Compiled::new(&mapping));
    let Ok(written) = serde_json::to_vec(&mapping) else { panic!("a mapping that was read can be written") };
    assert!(Mapping::parse(&written).is_ok_and(|again| again == mapping));
});
