//! Billing periods: calendar steps from an anchor, as Stripe takes them (the anchor's day, or the
//! last day of a shorter month).

use time::{Date, Month, OffsetDateTime};

/// The end of the period that begins at `start`: the first step of the anchor's calendar after it, in Unix seconds.
pub(super) fn end_after(start: i64, anchor: i64, interval: &str, count: i64) -> i64 {
    let count = count.max(1);
    match interval {
        "day" => fixed(start, anchor, count * 86_400),
        "week" => fixed(start, anchor, count * 7 * 86_400),
        "year" => by_months(start, anchor, count * 12),
        _ => by_months(start, anchor, count),
    }
}

fn fixed(start: i64, anchor: i64, step: i64) -> i64 {
    anchor + ((start - anchor).div_euclid(step) + 1) * step
}

fn by_months(start: i64, anchor: i64, step: i64) -> i64 {
    let mut steps = 1;
    loop {
        let end = plus_months(anchor, steps * step);
        if end > start {
            return end;
        }
        steps += 1;
    }
}

/// The same time of day this many months later.
pub(super) fn plus_months(seconds: i64, months: i64) -> i64 {
    let later = || {
        let from = OffsetDateTime::from_unix_timestamp(seconds).ok()?;
        let month = i64::from(u8::from(from.month())) - 1 + months;
        let year = from.year() + i32::try_from(month.div_euclid(12)).ok()?;
        let month = Month::try_from(u8::try_from(month.rem_euclid(12) + 1).ok()?).ok()?;
        let date = Date::from_calendar_date(year, month, from.day().min(month.length(year))).ok()?;
        Some(from.replace_date(date).unix_timestamp())
    };
    // Beyond the calendar's end a month has 30 days.
    later().unwrap_or(seconds + months * 30 * 86_400)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_month_that_is_too_short_ends_on_its_last_day_and_the_next_is_whole_again() {
        let anchor = datetime!(2026-01-31 09:00 UTC).unix_timestamp();
        let february = end_after(anchor, anchor, "month", 1);
        assert_eq!(february, datetime!(2026-02-28 09:00 UTC).unix_timestamp());
        assert_eq!(end_after(february, anchor, "month", 1), datetime!(2026-03-31 09:00 UTC).unix_timestamp());
    }

    #[test]
    fn weeks_and_years_step_from_the_anchor() {
        let anchor = datetime!(2024-02-29 00:00 UTC).unix_timestamp();
        assert_eq!(end_after(anchor, anchor, "week", 2), anchor + 14 * 86_400);
        assert_eq!(end_after(anchor, anchor, "year", 1), datetime!(2025-02-28 00:00 UTC).unix_timestamp());
    }
}
