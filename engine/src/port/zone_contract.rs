//! What every adapter of the Zones port must answer, as checks that run wherever the adapter runs.

use super::Zones;
use crate::store::contract::CheckResult;

/// A zone, a moment, and seconds east of Greenwich. Around changes to and from summer time, to the
/// second; half hours and quarters; the southern half of the world; before and after 1970.
const OFFSETS: [(&str, &str, i64, Option<i32>); 15] = [
    ("Tokyo has no summer time", "Asia/Tokyo", 1_782_864_000, Some(32_400)),
    ("New York before summer time begins", "America/New_York", 1_772_953_199, Some(-18_000)),
    ("New York after summer time began", "America/New_York", 1_772_953_200, Some(-14_400)),
    ("New York before summer time ends", "America/New_York", 1_793_512_799, Some(-14_400)),
    ("New York after summer time ended", "America/New_York", 1_793_512_800, Some(-18_000)),
    ("Berlin before summer time begins", "Europe/Berlin", 1_774_745_999, Some(3_600)),
    ("Berlin after summer time began", "Europe/Berlin", 1_774_746_000, Some(7_200)),
    ("London in winter stands at Greenwich", "Europe/London", 1_767_225_600, Some(0)),
    ("Calcutta is half an hour off", "Asia/Kolkata", 1_767_225_600, Some(19_800)),
    ("Kathmandu is a quarter off", "Asia/Kathmandu", 1_767_225_600, Some(20_700)),
    ("Lord Howe moves by half an hour: before", "Australia/Lord_Howe", 1_775_314_799, Some(39_600)),
    ("Lord Howe moves by half an hour: after", "Australia/Lord_Howe", 1_775_314_800, Some(37_800)),
    ("a moment before 1970", "America/New_York", -1, Some(-18_000)),
    ("there is no such zone", "Europe/Atlantis", 0, None),
    ("nothing is no zone", "", 0, None),
];

/// Runs all checks.
pub fn run(zones: &dyn Zones) -> Vec<CheckResult> {
    let check = |(name, zone, at, expected): &(&'static str, &str, i64, Option<i32>)| {
        let seen = zones.offset_seconds(zone, *at);
        let failure = (seen != *expected).then(|| format!("{seen:?} where {expected:?} was expected"));
        CheckResult { name, failure }
    };
    // Twice: what was kept from the first time must be as good.
    OFFSETS.iter().chain(&OFFSETS).map(check).collect()
}
