//! Hours and days in Japan, where the tenants' companies are: it has no summer time.

use crate::port::Millis;

/// 60 minutes.
pub(crate) const HOUR: Millis = 3_600_000;
/// 24 hours.
pub(crate) const DAY: Millis = 24 * HOUR;
/// Asia/Tokyo is so far ahead of UTC.
const OFFSET: Millis = 9 * HOUR;

/// 00:00 of the day of a moment.
pub(crate) fn midnight(now: Millis) -> Millis {
    (now + OFFSET).div_euclid(DAY) * DAY - OFFSET
}

/// The next time after a moment at which it is so long after midnight.
pub(crate) fn next(now: Millis, after_midnight: Millis) -> Millis {
    let today = midnight(now) + after_midnight;
    if today > now { today } else { today + DAY }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-22T15:00:00Z.
    const MIDNIGHT_IN_JAPAN: Millis = 1_795_359_600_000;

    #[test]
    fn a_day_begins_at_midnight_in_japan() {
        assert_eq!(midnight(MIDNIGHT_IN_JAPAN), MIDNIGHT_IN_JAPAN);
        assert_eq!(midnight(MIDNIGHT_IN_JAPAN + DAY - 1), MIDNIGHT_IN_JAPAN);
        assert_eq!(midnight(MIDNIGHT_IN_JAPAN - 1), MIDNIGHT_IN_JAPAN - DAY);
    }

    #[test]
    fn a_time_of_the_night_is_always_ahead() {
        let three = MIDNIGHT_IN_JAPAN + 3 * HOUR;
        assert_eq!((next(three - 1, 3 * HOUR), next(three, 3 * HOUR)), (three, three + DAY));
    }
}
