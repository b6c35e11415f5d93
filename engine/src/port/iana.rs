//! The Zones port on a bundled copy of the IANA database: tests and the simulation.

use jiff::Timestamp;

use super::Zones;

/// The zones of the IANA database.
#[derive(Debug, Clone, Copy, Default)]
pub struct Iana;

impl Zones for Iana {
    fn offset_seconds(&self, zone: &str, unix_seconds: i64) -> Option<i32> {
        let zone = jiff::tz::db().get(zone).ok()?;
        Some(zone.to_offset(Timestamp::from_second(unix_seconds).ok()?).seconds())
    }
}

#[cfg(all(test, feature = "contract"))]
mod tests {
    #[test]
    fn the_bundled_database_keeps_the_contract() {
        let failed: Vec<_> = crate::port::zone_contract::run(&super::Iana)
            .into_iter()
            .filter(|check| check.failure.is_some())
            .collect();
        assert_eq!(failed, []);
    }
}
