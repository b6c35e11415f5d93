//! Instants as kintone writes them: UTC, to the minute. "Today" is Tokyo's: the sandbox's users
//! live there.

use time::format_description::BorrowedFormatItem;
use time::macros::{format_description, offset};
use time::{Date, OffsetDateTime};

use crate::Millis;

const MINUTE: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]T[hour]:[minute]:00Z");
const SECOND: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].000Z");

fn utc(at: Millis) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.div_euclid(1_000)).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// `2026-01-31T03:04:00Z`; seconds are cut, as in every time that a record holds.
pub(crate) fn to_minute(at: Millis) -> String {
    format_utc(utc(at))
}

/// `2026-01-31T03:04:05.000Z`, as `app.json` writes it.
pub(crate) fn to_second(at: Millis) -> String {
    utc(at).format(SECOND).unwrap_or_default()
}

pub(crate) fn format_utc(at: OffsetDateTime) -> String {
    at.to_offset(offset!(UTC)).format(MINUTE).unwrap_or_default()
}

/// The date in Tokyo.
pub(crate) fn tokyo_date(at: Millis) -> String {
    date(utc(at).to_offset(offset!(+9)).date())
}

/// The time of day in Tokyo, `HH:MM`.
pub(crate) fn tokyo_time(at: Millis) -> String {
    let local = utc(at).to_offset(offset!(+9));
    format!("{:02}:{:02}", local.hour(), local.minute())
}

/// `2026-01-31`.
pub(crate) fn date(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}
