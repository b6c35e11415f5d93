//! How many requests an app has had today: kintone counts them by app, from 09:00 in Japan.

use daicho_core::instant::date_text;
use daicho_core::kintone::AppAddress;

use super::address_key;
use crate::calendar::DAY;
use crate::port::{Millis, Query, SqlError, Statements};

/// The day of a moment, by the date of its 09:00 in Japan. That is 00:00 UTC, so the UTC date.
pub(crate) fn day(at: Millis) -> String {
    date_text(at.div_euclid(1_000), 0).unwrap_or_default()
}

/// Counts one request.
pub(super) fn add(tx: &dyn Statements, app: &AppAddress, now: Millis) -> Result<(), SqlError> {
    let sql = "INSERT INTO request_count (app, day, count, last) VALUES (?1, ?2, 1, ?3)
               ON CONFLICT (app, day) DO UPDATE SET count = count + 1, last = excluded.last";
    tx.exec(sql, &[address_key(app).into(), day(now).into(), now.into()]).map(drop)
}

/// Requests since the last 09:00 in Japan, by app (`domain/guest space or -/app`).
///
/// # Errors
/// SQLite's refusal.
pub fn today(sql: &(impl Query + ?Sized), now: Millis) -> Result<Vec<(String, i64)>, SqlError> {
    let rows =
        sql.query("SELECT app, count FROM request_count WHERE day = ?1 ORDER BY app", &[day(now).into()])?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.integer(1)?))).collect()
}

/// Forgets counts of more than 40 days ago.
pub(crate) fn sweep(tx: &dyn Statements, now: Millis) -> Result<(), SqlError> {
    tx.exec("DELETE FROM request_count WHERE day < ?1", &[day(now - 40 * DAY).into()]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_nine_in_japan() {
        // 2026-11-22T23:59:59.999Z is 08:59:59 on the 23rd in Japan.
        assert_eq!(day(1_795_391_999_999), "2026-11-22");
        assert_eq!(day(1_795_392_000_000), "2026-11-23");
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(951_782_400_000), "2000-02-29");
    }
}
