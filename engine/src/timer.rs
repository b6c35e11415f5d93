//! What is to happen later, as rows; the tenant's one alarm is set to the earliest.

use crate::port::{Millis, Query, SqlError, Statements};

/// The timers that come again by themselves as long as the tenant lives. A tenant for which only
/// these are set has come to rest.
pub const RECURRING: [&str; 3] =
    [crate::gap_check::NAME, crate::retention::NAME, crate::job::reconcile::NAME];

/// Sets the timer `name` to `due`, in place of what was set before.
///
/// # Errors
/// SQLite's refusal.
pub fn set(tx: &dyn Statements, name: &str, due: Millis) -> Result<(), SqlError> {
    let sql = "INSERT INTO timer (name, due) VALUES (?1, ?2)
               ON CONFLICT (name) DO UPDATE SET due = excluded.due WHERE due <> excluded.due";
    tx.exec(sql, &[name.into(), due.into()]).map(drop)
}

/// Sets the timer `name` to `due`, unless it is set.
///
/// # Errors
/// SQLite's refusal.
pub fn set_once(tx: &dyn Statements, name: &str, due: Millis) -> Result<(), SqlError> {
    let sql = "INSERT INTO timer (name, due) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING";
    tx.exec(sql, &[name.into(), due.into()]).map(drop)
}

/// Takes the timer `name` away, set or not.
///
/// # Errors
/// SQLite's refusal.
pub fn clear(tx: &dyn Statements, name: &str) -> Result<(), SqlError> {
    tx.exec("DELETE FROM timer WHERE name = ?1", &[name.into()]).map(drop)
}

/// The names of the timers due by `now`, earliest first.
///
/// # Errors
/// SQLite's refusal.
pub fn due(query: &(impl Query + ?Sized), now: Millis) -> Result<Vec<String>, SqlError> {
    let rows = query.query("SELECT name FROM timer WHERE due <= ?1 ORDER BY due, name", &[now.into()])?;
    rows.iter().map(|row| row.text(0).map(str::to_owned)).collect()
}

/// When the earliest timer is due.
///
/// # Errors
/// SQLite's refusal.
pub fn earliest(query: &(impl Query + ?Sized)) -> Result<Option<Millis>, SqlError> {
    let rows = query.query("SELECT min(due) FROM timer", &[])?;
    rows.first().map_or(Ok(None), |row| row.optional_integer(0))
}
