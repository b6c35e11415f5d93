//! Panics on request, for tests that show what becomes of them. In no release.

use serde_json::Value;

/// Panics where the object asks for it at this place by its metadata.
#[expect(clippy::panic, reason = "what this feature is for; it is in no release")]
pub(crate) fn at(place: &str, object: &Value) {
    if object["metadata"]["daicho_provoke_panic"] == place {
        panic!("provoked by the metadata daicho_provoke_panic");
    }
}
