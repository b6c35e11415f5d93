//! A path and a JSON value, split at the first NUL.
#![no_main]

use daicho_core::mapping::Path;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut parts = data.splitn(2, |byte| *byte == 0);
    let (path, value) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let Ok(path) = std::str::from_utf8(path) else { return };
    if let (Ok(path), Ok(value)) = (Path::parse(path), serde_json::from_slice::<serde_json::Value>(value)) {
        let _ = path.get(&value);
    }
});
