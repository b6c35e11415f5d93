//! Dates, times and instants.

use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::macros::offset;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};

use super::Place;
use crate::kintone::failure::FieldErrors;
use crate::kintone::field_type::FieldType;
use crate::kintone::form::Field;
use crate::kintone::{instant, message};

/// No place on earth is further from UTC.
const MOST_OFFSET_SECONDS: i32 = 14 * 3_600;
/// The years that kintone's date fields cover.
const YEARS: std::ops::RangeInclusive<i32> = 1000..=9999;

pub(super) fn read(field: &Field, text: &str, place: &Place, errors: &mut FieldErrors) -> Value {
    if text.is_empty() {
        return field.field_type.empty();
    }
    let (read, complaint) = match field.field_type {
        FieldType::Date => (parse_date(text).map(instant::date), message::not_a_date()),
        FieldType::Time => (parse_time(text), message::not_a_time()),
        _ => (parse_datetime(text).map(instant::format_utc), message::not_a_datetime()),
    };
    match read {
        Some(read) => json!(read),
        None => {
            errors.add(place.key("value"), complaint);
            field.field_type.empty()
        }
    }
}

/// `YYYY-MM-DD`, `YYYY-M-D`, `YYYY-MM` or `YYYY`; what is left out is 1.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let year = digits(parts.next()?, 4..=4)?;
    let month = parts.next().map_or(Some(1), |part| digits(part, 1..=2))?;
    let day = parts.next().map_or(Some(1), |part| digits(part, 1..=2))?;
    if parts.next().is_some() || !YEARS.contains(&year) {
        return None;
    }
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(year, month, u8::try_from(day).ok()?).ok()
}

/// `HH:MM`, normalised to two digits each.
pub(crate) fn parse_time(text: &str) -> Option<String> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute) = (digits(hour, 1..=2)?, digits(minute, 2..=2)?);
    (hour < 24 && minute < 60).then(|| format!("{hour:02}:{minute:02}"))
}

/// An instant with `Z` or an offset (`+09:00`), cut to the minute; seconds may be left out, and a bare
/// date is midnight in UTC ("kintone REST APIの共通仕様", kintone's documentation).
pub(crate) fn parse_datetime(text: &str) -> Option<OffsetDateTime> {
    if let Some(date) = parse_date(text) {
        return Some(PrimitiveDateTime::new(date, Time::MIDNIGHT).assume_utc());
    }
    let (date, time) = text.split_once('T').filter(|(date, _)| date.len() == 10)?;
    let cut = time.find(['Z', '+', '-'])?;
    let (time, zone) = time.split_at(cut);
    // A minute has 60 seconds: a leap second is none that a clock shows.
    let second = time.get(6..8).map_or(Some(0), |second| digits(second, 2..=2));
    let time = if time.len() == 5 { format!("{time}:00") } else { time.to_owned() };
    let at = OffsetDateTime::parse(&format!("{date}T{time}{zone}"), &Rfc3339).ok()?;
    let in_range = at.checked_to_offset(offset!(UTC)).is_some_and(|utc| YEARS.contains(&utc.year()));
    let near = at.offset().whole_seconds().abs() <= MOST_OFFSET_SECONDS;
    if !in_range || !near || second.is_none_or(|second| second > 59) {
        return None;
    }
    at.replace_second(0).ok()?.replace_nanosecond(0).ok()
}

fn digits(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<i32> {
    let all_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits || !lengths.contains(&text.len()) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::read_as;
    use super::*;

    fn read_one(field_type: &str, given: &str) -> Value {
        let (value, errors) = read_as(json!({"type": field_type}), json!(given));
        if errors.is_null() { value } else { json!("refused") }
    }

    #[test]
    fn dates_are_normalised() {
        assert_eq!(read_one("DATE", "2026-01-31"), "2026-01-31");
        assert_eq!(read_one("DATE", "2026-1-2"), "2026-01-02");
        assert_eq!(read_one("DATE", "2026-03"), "2026-03-01");
        assert_eq!(read_one("DATE", "2026"), "2026-01-01");
        assert_eq!(read_one("DATE", ""), Value::Null);
    }

    #[test]
    fn dates_that_do_not_exist_are_refused() {
        for given in
            ["2026-02-29", "2026-13-01", "0999-01-01", "2026/01/31", "20260131", "x", "2026-01-31T00:00:00Z"]
        {
            assert_eq!(read_one("DATE", given), "refused", "{given}");
        }
    }

    #[test]
    fn seconds_are_cut_and_offsets_become_utc() {
        assert_eq!(read_one("DATETIME", "2026-01-02T03:04:59Z"), "2026-01-02T03:04:00Z");
        assert_eq!(read_one("DATETIME", "2026-01-02T03:04:05.678+09:00"), "2026-01-01T18:04:00Z");
        assert_eq!(read_one("DATETIME", "2026-01-02T03:04Z"), "2026-01-02T03:04:00Z");
        assert_eq!(read_one("DATETIME", "2026-01-02"), "2026-01-02T00:00:00Z");
        assert_eq!(read_one("DATETIME", "2026-01-02T03:04:05"), "refused");
        for given in [
            "2026-01-02 03:04:05Z",
            "2026-01-02T03:04:05+0900",
            "2026-01-02T03:04:05+15:00",
            "2026-1-2T03:04:05Z",
            "2026-12-31T23:59:60Z",
            "9999-12-31T23:59:00-09:00",
        ] {
            assert_eq!(read_one("DATETIME", given), "refused", "{given}");
        }
    }

    #[test]
    fn a_time_has_no_zone() {
        assert_eq!(read_one("TIME", "09:30"), "09:30");
        assert_eq!(read_one("TIME", "9:30"), "09:30");
        assert_eq!(read_one("TIME", "24:00"), "refused");
        assert_eq!(read_one("TIME", "09:30Z"), "refused");
    }
}
