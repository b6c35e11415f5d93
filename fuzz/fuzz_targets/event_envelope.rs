//! The body of a webhook.
#![no_main]

use daicho_core::stripe::Envelope;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Err(error) = Envelope::parse(data) {
        assert!(!error.reason().is_empty());
    }
});
