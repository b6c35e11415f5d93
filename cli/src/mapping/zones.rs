//! Time zones from a bundled copy of the IANA database, so that the answer is the same on every machine.

use daicho_core::mapping::Zones;
use jiff::Timestamp;

#[derive(Debug, Clone, Copy)]
pub(super) struct Iana;

impl Zones for Iana {
    fn offset_seconds(&self, zone: &str, unix_seconds: i64) -> Option<i32> {
        let zone = jiff::tz::db().get(zone).ok()?;
        Some(zone.to_offset(Timestamp::from_second(unix_seconds).ok()?).seconds())
    }
}
