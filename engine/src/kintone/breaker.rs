//! A domain of kintone that does not answer is left alone, and tried again by one request at a time.
//!
//! A failure of one app alone (a lock, a bad value) says nothing about the others; a missing answer, a server
//! error or too many requests at once does. What is written may fail while all that is read is answered, so that
//! only a write ends a row of failed ones. The state is kept in a row, so that a restart does not make it ask
//! again at once.

use super::Failure;
use crate::port::{Clock, Millis, Query, Random, SqlError, Statements};
use crate::retry;

/// Failures in a row, of all apps of the domain, after which nothing is sent for a while. Fewer may be
/// one app's bad minute: each app waits by itself after its own.
const OPENS_AFTER: i64 = 5;

/// How long writes that failed count though nothing was written since: those that were due may have been
/// discarded meanwhile. What fails is tried again within five minutes.
const WRITES_COUNT: Millis = 600_000;

/// Lanes at work at once in one domain, each with one request under way. kintone takes 100 at once of
/// all clients of a customer together.
const LANES: usize = 5;

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Read,
    Write,
}

/// How a domain stands whose last requests failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Troubled {
    pub(crate) domain: String,
    /// Failures in a row: of all requests, or of writes, whichever are more.
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
    effect: Effect,
    failure: &Failure,
) -> Result<(), SqlError> {
    let count = "INSERT INTO domain (domain, failures, until, writes, write_failed)
                 VALUES (?1, 1, 0, ?2, ?2 * ?3)
                 ON CONFLICT (domain) DO UPDATE SET failures = failures + 1, writes = writes + excluded.writes,
                   write_failed = max(write_failed, excluded.write_failed)";
    let write = i64::from(effect == Effect::Write);
    tx.exec(count, &[domain.into(), write.into(), world.now().into()])?;
    let Some(troubled) = of(tx, domain)?.filter(Troubled::is_open) else { return Ok(()) };
    let tries = u32::try_from(troubled.failures).unwrap_or(u32::MAX);
    let until = retry::probe(world, tries, failure.retry_after());
    let sql = "UPDATE domain SET until = max(until, ?2) WHERE domain = ?1";
    tx.exec(sql, &[domain.into(), until.into()]).map(drop)
}

/// The domain answered. No row is written where all was well.
pub(super) fn answered(
    tx: &dyn Statements,
    domain: &str,
    effect: Effect,
    now: Millis,
) -> Result<(), SqlError> {
    let over = "DELETE FROM domain WHERE domain = ?1 AND (?2 OR writes = 0 OR write_failed < ?3)";
    let is_write = i64::from(effect == Effect::Write);
    tx.exec(over, &[domain.into(), is_write.into(), (now - WRITES_COUNT).into()])?;
    let sql = "UPDATE domain SET failures = 0 WHERE domain = ?1 AND failures > 0";
    tx.exec(sql, &[domain.into()]).map(drop)
}

/// How many writes to the domain failed in a row.
pub(crate) fn failed_writes(sql: &(impl Query + ?Sized), domain: &str) -> Result<i64, SqlError> {
    let rows = sql.query("SELECT writes FROM domain WHERE domain = ?1", &[domain.into()])?;
    rows.first().map_or(Ok(0), |row| row.integer(0))
}

fn of(sql: &(impl Query + ?Sized), domain: &str) -> Result<Option<Troubled>, SqlError> {
    let text = "SELECT domain, max(failures, writes), until FROM domain WHERE domain = ?1";
    sql.query(text, &[domain.into()])?.first().map(from_row).transpose()
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
    let rows = sql.query("SELECT domain, max(failures, writes), until FROM domain ORDER BY domain", &[])?;
    let troubled: Vec<Troubled> = rows.iter().map(from_row).collect::<Result<_, _>>()?;
    Ok(troubled.into_iter().filter(Troubled::is_open).collect())
}
