//! A pattern and an event, split at the first NUL: nothing panics, nothing runs away, and a pattern
//! that is taken as text is taken as a value, alike.
#![no_main]

use daicho_core::rules::{Event, Pattern};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut parts = data.splitn(2, |byte| *byte == 0);
    let (pattern, event) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    if let (Ok(pattern), Ok(event)) = (Pattern::parse(pattern), Event::parse(event)) {
        let matched = pattern.matches(&event);
        assert_eq!(pattern.matches(&event), matched);
    }
    if let Ok(value) = serde_json::from_slice(pattern) {
        drop(Pattern::compile(&value));
    }
});
