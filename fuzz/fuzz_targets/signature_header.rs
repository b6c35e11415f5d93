//! A `Stripe-Signature` header and a body, split at the first NUL: what we did not sign is refused.
#![no_main]

use daicho_core::stripe::Secret;
use daicho_core::stripe::signature::verify;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut parts = data.splitn(2, |byte| *byte == 0);
    let (header, body) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let (Ok(header), Ok(secret)) = (std::str::from_utf8(header), Secret::new("whsec_fuzz")) else { return };
    assert!(verify(Some(header), body, &[], 0).is_err());
    let _ = verify(Some(header), body, &[secret], 1_700_000_000);
});
