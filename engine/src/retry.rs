//! When to try again: exponential backoff with full jitter, and Retry-After honoured.
//!
//! Full jitter (a delay drawn evenly from nothing to the ceiling) spreads the tries of many rows
//! best; see "Exponential Backoff And Jitter" in the AWS Architecture Blog.

use std::time::UNIX_EPOCH;

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};

use crate::port::{Clock, Millis, Random};

/// The ceiling of the first delay: most outages of either service are shorter than a few of these.
const FIRST: Millis = 1_000;
/// The ceiling of what one row waits, and of what waits for a person to mend it: five minutes.
const CEILING: Millis = 300_000;
/// The ceiling of what everything of a service waits: a minute, so that after an outage all is on its
/// way again soon. What it costs is one request a minute to each app while the outage lasts.
const PROBE_CEILING: Millis = 60_000;
const HOUR: Millis = 3_600_000;
/// A Retry-After beyond this is not believed; kintone's maintenance windows end within hours.
const LONGEST_RETRY_AFTER: Millis = 3_600_000;

/// When to try one row again after `attempts` failed tries (1 after the first), not before
/// `retry_after` (a duration, as [`retry_after`] reads it) has passed.
pub fn backoff(world: &(impl Clock + Random), attempts: u32, retry_after: Option<Millis>) -> Millis {
    at(world, attempts, retry_after, CEILING)
}

/// The same for a service, or an app of it, that does not answer: all that is meant for it waits, and
/// the next request shows whether it is back.
pub fn probe(world: &(impl Clock + Random), attempts: u32, retry_after: Option<Millis>) -> Millis {
    at(world, attempts, retry_after, PROBE_CEILING)
}

/// When to try again what nobody expects to work before a person did something: an hour after the first such
/// failure (`failures` 0), then two, up to a day.
pub fn rarely(world: &(impl Clock + Random), failures: u32) -> Millis {
    let hours = i64::from(failures.saturating_add(1).min(24));
    world.now() + hours * HOUR + up_to(world, CEILING)
}

/// When to check again what a person has to set right in kintone and no check shows, five to ten minutes later: each
/// time costs a few requests.
pub fn after_minutes(world: &(impl Clock + Random)) -> Millis {
    world.now() + CEILING + up_to(world, CEILING)
}

fn at(world: &(impl Clock + Random), attempts: u32, retry_after: Option<Millis>, ceiling: Millis) -> Millis {
    let doublings = attempts.saturating_sub(1).min(20);
    let ceiling = FIRST.saturating_mul(1 << doublings).min(ceiling);
    let asked = retry_after.unwrap_or(0).clamp(0, LONGEST_RETRY_AFTER);
    world.now() + asked + 1 + up_to(world, ceiling)
}

/// A number between 0 and `bound`, even enough for a delay.
fn up_to(random: &impl Random, bound: Millis) -> Millis {
    let mut bytes = [0; 4];
    random.fill(&mut bytes);
    (i64::from(u32::from_le_bytes(bytes)) * bound) >> 32
}

/// The Retry-After of an answer as a duration: seconds, or a date held against the answer's own Date.
#[must_use]
pub fn retry_after(headers: &HeaderMap) -> Option<Millis> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(i64::from(seconds) * 1_000);
    }
    let until = http_date_s(text)?;
    let from = http_date_s(headers.get(DATE)?.to_str().ok()?)?;
    Some((until - from).max(0) * 1_000)
}

/// An HTTP date as Unix seconds.
#[must_use]
pub fn http_date_s(text: &str) -> Option<i64> {
    let time = httpdate::parse_http_date(text).ok()?;
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    struct Fixed(u8);
    impl Clock for Fixed {
        fn now(&self) -> Millis {
            1_000_000
        }
    }
    impl Random for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    fn headers(pairs: &[(http::HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn the_ceiling_doubles_and_stays_at_five_minutes() {
        let delay = |attempts| backoff(&Fixed(255), attempts, None) - 1_000_000;
        assert_eq!(delay(1), 1_000);
        assert_eq!(delay(2), 2_000);
        assert_eq!(delay(9), 256_000);
        assert_eq!(delay(10), 300_000);
        assert_eq!(delay(u32::MAX), 300_000);
    }

    #[test]
    fn a_service_that_does_not_answer_is_asked_once_a_minute_at_least() {
        assert_eq!(probe(&Fixed(255), 6, None) - 1_000_000, 32_000);
        assert_eq!(probe(&Fixed(255), u32::MAX, None) - 1_000_000, 60_000);
        assert_eq!(probe(&Fixed(0), 1, Some(90_000)), 1_090_001);
    }

    #[test]
    fn what_waits_for_a_person_is_tried_after_an_hour_and_once_a_day_at_least() {
        let hours = |failures| (rarely(&Fixed(0), failures) - 1_000_000) / HOUR;
        assert_eq!([hours(0), hours(1), hours(23), hours(u32::MAX)], [1, 2, 24, 24]);
    }

    #[test]
    fn the_delay_may_be_next_to_nothing() {
        assert_eq!(backoff(&Fixed(0), 9, None), 1_000_001);
    }

    #[test]
    fn retry_after_is_waited_out_and_jitter_comes_on_top() {
        assert_eq!(backoff(&Fixed(0), 1, Some(30_000)), 1_030_001);
        assert_eq!(backoff(&Fixed(0), 1, Some(i64::MAX)), 1_000_000 + LONGEST_RETRY_AFTER + 1);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(retry_after(&headers(&[(RETRY_AFTER, "7")])), Some(7_000));
        let date = headers(&[
            (RETRY_AFTER, "Sun, 06 Nov 1994 08:49:47 GMT"),
            (DATE, "Sun, 06 Nov 1994 08:49:37 GMT"),
        ]);
        assert_eq!(retry_after(&date), Some(10_000));
        assert_eq!(retry_after(&headers(&[(RETRY_AFTER, "soon")])), None);
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }
}
