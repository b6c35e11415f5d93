//! Moments and dates as text, by integer arithmetic only.

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

/// Reads an RFC 3339 moment (`2026-11-22T10:00:00.123Z`, `…+09:00`) as Unix seconds.
/// Fractions are cut.
#[must_use]
pub fn parse_rfc3339(text: &str) -> Option<i64> {
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let date = parse_date(date)?;
    let at = rest.find(['Z', 'z', '+', '-'])?;
    let (clock, offset) = rest.split_at_checked(at)?;
    let clock = clock.split_once('.').map_or(Some(clock), |(whole, fraction)| {
        (!fraction.is_empty() && all_digits(fraction)).then_some(whole)
    })?;
    let time = parse_time(clock)?;
    let offset = if offset.eq_ignore_ascii_case("z") { 0 } else { parse_offset(offset)? };
    Some(PrimitiveDateTime::new(date, time).assume_utc().unix_timestamp() - i64::from(offset))
}

/// Reads `YYYY-MM-DD`, two digits for month and day.
#[must_use]
pub fn parse_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 || month.len() != 2 || day.len() != 2 {
        return None;
    }
    date(number(year)?, number(month)?, number(day)?)
}

/// A date of the proleptic Gregorian calendar, if there is one of these numbers.
#[must_use]
pub fn date(year: u32, month: u32, day: u32) -> Option<Date> {
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?).ok()
}

/// Reads `HH:MM` or `HH:MM:SS`. A leap second counts as the second before it.
#[must_use]
pub fn parse_time(text: &str) -> Option<Time> {
    let mut parts = text.split(':');
    let (hour, minute) = (parts.next()?, parts.next()?);
    let second = parts.next().unwrap_or("00");
    if parts.next().is_some() || [hour, minute, second].iter().any(|part| part.len() != 2) {
        return None;
    }
    let second: u32 = number(second)?;
    let small = |n: u32| u8::try_from(n).ok();
    Time::from_hms(
        small(number(hour)?)?,
        small(number(minute)?)?,
        small(if second == 60 { 59 } else { second })?,
    )
    .ok()
}

/// Reads `+09:00` as seconds east of Greenwich. At most 14 hours, as on any map.
#[must_use]
pub fn parse_offset(text: &str) -> Option<i32> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    if hours.len() != 2 || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    (minutes < 60 && seconds <= 14 * 3600).then_some(sign * seconds)
}

/// `YYYY-MM-DD` of a moment at an offset in seconds; `None` outside the years 1000 to 9999, which
/// kintone does not take.
#[must_use]
pub fn date_text(unix_seconds: i64, offset_seconds: i32) -> Option<String> {
    let at = local(unix_seconds, offset_seconds)?;
    Some(full_date(at.date()))
}

/// `YYYY-MM-DDTHH:MM:SSZ` of a moment; `None` outside the years 1000 to 9999.
#[must_use]
pub fn datetime_text(unix_seconds: i64) -> Option<String> {
    let at = local(unix_seconds, 0)?;
    let date = date_text(unix_seconds, 0)?;
    let [hour, minute, second] = [at.hour(), at.minute(), at.second()].map(|part| two_digits(part.into()));
    Some([&date, "T", &hour, ":", &minute, ":", &second, "Z"].concat())
}

fn local(unix_seconds: i64, offset_seconds: i32) -> Option<OffsetDateTime> {
    let offset = UtcOffset::from_whole_seconds(offset_seconds).ok()?;
    let at = OffsetDateTime::from_unix_timestamp(unix_seconds).ok()?.checked_to_offset(offset)?;
    (1000..=9999).contains(&at.year()).then_some(at)
}

/// `YYYY-MM-DD` of a date of the years 1000 to 9999.
pub(crate) fn full_date(date: Date) -> String {
    let [month, day] = [date.month().into(), date.day()].map(|part: u8| two_digits(part.into()));
    [&date.year().to_string(), "-", &month, "-", &day].concat()
}

/// A number below 100 in two digits.
pub(crate) fn two_digits(number: i64) -> String {
    [if number < 10 { "0" } else { "" }, &number.to_string()].concat()
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn number(text: &str) -> Option<u32> {
    if all_digits(text) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_3339_moments_are_read() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-11-22T10:00:00.000Z", 1_795_341_600),
            ("2026-11-22T19:00:00+09:00", 1_795_341_600),
            ("2026-11-22T05:30:00-04:30", 1_795_341_600),
        ] {
            assert_eq!(parse_rfc3339(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "2026-11-22",
            "2026-13-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-1-1T00:00:00Z",
            "2026-11-22T25:00:00Z",
            "2026-11-22T10:00:00",
            "2026-11-22T10:00:00.Z",
            "2026-11-22T10:00:00+99:00",
            "２０２６-11-22T10:00:00Z",
            "2026-11-22T10:00:00Zx",
        ] {
            assert_eq!(parse_rfc3339(text), None, "{text}");
        }
    }

    #[test]
    fn the_day_changes_nine_hours_earlier_in_tokyo() {
        let just_before = 1_795_359_599; // 2026-11-22T14:59:59Z
        assert_eq!(date_text(just_before, 9 * 3600).unwrap(), "2026-11-22");
        assert_eq!(date_text(just_before + 1, 9 * 3600).unwrap(), "2026-11-23");
        assert_eq!(date_text(just_before + 1, 0).unwrap(), "2026-11-22");
        assert_eq!(datetime_text(just_before).unwrap(), "2026-11-22T14:59:59Z");
    }

    #[test]
    fn moments_that_kintone_cannot_hold_have_no_text() {
        for seconds in [i64::MIN, i64::MAX, -62_135_596_800, 253_402_300_800] {
            assert_eq!(datetime_text(seconds), None, "{seconds}");
        }
    }
}
