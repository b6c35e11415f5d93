//! Time zones that core does not know: the browser's own database.
//!
//! The loader hands it in as the module `daicho:zones` (src/logic/zones.ts). Natively, which is for
//! tests, it is a bundled copy of the same database.

use daicho_core::mapping::Zones;

/// The zones of the platform.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlatformZones;

#[cfg(target_arch = "wasm32")]
mod platform {
    use wasm_bindgen::prelude::wasm_bindgen;

    #[wasm_bindgen(module = "daicho:zones")]
    extern "C" {
        // Seconds east of Greenwich; NaN for a zone that the browser does not know.
        #[wasm_bindgen(js_name = offsetSeconds)]
        fn offset_of(zone: &str, unix_seconds: f64) -> f64;
    }

    #[expect(clippy::cast_precision_loss, reason = "a date beyond 2^53 seconds is none")]
    #[expect(clippy::cast_possible_truncation, reason = "an offset is less than a day")]
    pub(super) fn offset_seconds(zone: &str, unix_seconds: i64) -> Option<i32> {
        let offset = offset_of(zone, unix_seconds as f64);
        (!offset.is_nan()).then_some(offset as i32)
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod platform {
    pub(super) fn offset_seconds(zone: &str, unix_seconds: i64) -> Option<i32> {
        let zone = jiff::tz::db().get(zone).ok()?;
        Some(zone.to_offset(jiff::Timestamp::from_second(unix_seconds).ok()?).seconds())
    }
}

impl Zones for PlatformZones {
    fn offset_seconds(&self, zone: &str, unix_seconds: i64) -> Option<i32> {
        platform::offset_seconds(zone, unix_seconds)
    }
}
