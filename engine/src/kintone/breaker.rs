//! A domain of kintone that does not answer is left alone, and tried again by one request at a time.
//!
//! A failure of one app alone (a lock, a bad value) says nothing about the others; a missing answer, a server
//! error or too many requests at once does. The state is kept in a row, so that a restart does not make it
//! ask again at once.

use super::Failure;
use crate::port::{Clock, Millis, Query, Random, SqlError, Statements};
use crate::retry;

/// Failures in a row, of all apps of the domain, after which nothing is sent for a while. Fewer may be
/// one app's bad minute: each app waits by itself after its own.
const OPENS_AFTER: i64 = 5;

/// Lanes at work at once in one domain, each with one request under way. kintone takes 100 at once of
/// all clients of a customer together.
const LANES: usize = 5;

/// How a domain stands whose last requests failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Troubled {
    pub(crate) domain: String,
    /// Failures in a row.
    pub(crate) failures: i64,
    /// Nothing is sent before.
    pub(crate) until: Millis,
}

impl Troubled {
    fn is_open(&self) -> bool {
        self.failures >= OPENS_AFTER
    }
}

/// A request to the domain failed in a way that any other to it may as well.
pub(super) fn failed(
    tx: &dyn Statements,
    world: &(impl Clock + Random),
    domain: &str,
    failure: &Failure,
) -> Result<(), SqlError> {
    let failures = of(tx, domain)?.map_or(0, |troubled| troubled.failures) + 1;
    let until = if failures < OPENS_AFTER {
        0
    } else {
        retry::probe(world, u32::try_from(failures).unwrap_or(u32::MAX), failure.retry_after())
    };
    let sql = "INSERT INTO domain (domain, failures, until) VALUES (?1, ?2, ?3)
               ON CONFLICT (domain) DO UPDATE SET failures = excluded.failures,
                 until = max(until, excluded.until)";
    tx.exec(sql, &[domain.into(), failures.into(), until.into()]).map(drop)
}

/// The domain answered. No row is written where all was well.
pub(super) fn answered(tx: &dyn Statements, domain: &str) -> Result<(), SqlError> {
    tx.exec("DELETE FROM domain WHERE domain = ?1", &[domain.into()]).map(drop)
}

fn of(sql: &(impl Query + ?Sized), domain: &str) -> Result<Option<Troubled>, SqlError> {
    let rows = sql.query("SELECT domain, failures, until FROM domain WHERE domain = ?1", &[domain.into()])?;
    rows.first().map(from_row).transpose()
}

fn from_row(row: &crate::port::Row) -> Result<Troubled, SqlError> {
    Ok(Troubled { domain: row.text(0)?.to_owned(), failures: row.integer(1)?, until: row.integer(2)? })
}

/// Before this nothing is sent to the domain; 0 where nothing stands in the way.
pub(super) fn until(sql: &(impl Query + ?Sized), domain: &str) -> Result<Millis, SqlError> {
    Ok(of(sql, domain)?.filter(Troubled::is_open).map_or(0, |troubled| troubled.until))
}

/// How many lanes may be at work at once in the domain: one where it has to be tried.
pub(crate) fn most_lanes(sql: &(impl Query + ?Sized), domain: &str) -> Result<usize, SqlError> {
    Ok(if of(sql, domain)?.is_some_and(|troubled| troubled.is_open()) { 1 } else { LANES })
}

/// The domains that are left alone, or tried by one request at a time.
pub(crate) fn open(sql: &(impl Query + ?Sized)) -> Result<Vec<Troubled>, SqlError> {
    let rows = sql.query("SELECT domain, failures, until FROM domain ORDER BY domain", &[])?;
    let troubled: Vec<Troubled> = rows.iter().map(from_row).collect::<Result<_, _>>()?;
    Ok(troubled.into_iter().filter(Troubled::is_open).collect())
}
