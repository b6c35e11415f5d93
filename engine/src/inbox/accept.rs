//! Taking an event in, before Stripe is answered.

use daicho_core::stripe::{Envelope, EventError};

use crate::mutant::{self, Mutant};
use crate::port::{Alarm, Clock, Millis, Sql, SqlError, Statements};
use crate::store::meta;

/// What became of an event that was handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// It is stored durably.
    Stored,
    /// It was stored before; nothing happened.
    Duplicate,
}

/// Why an event was not taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AcceptError {
    /// The tenant is not configured and keeps as many events as it may: answer 503, so that Stripe keeps it.
    #[error(
        "{cap} events wait already for this tenant's mapping and connections: push them, Stripe will send the event again"
    )]
    TooMany {
        /// How many events are kept.
        cap: usize,
    },
    /// It is no event: answer 400.
    #[error(transparent)]
    Invalid(#[from] EventError),
    /// The database refused it: answer 500, so that Stripe keeps it.
    #[error(transparent)]
    Sql(#[from] SqlError),
}

/// How many waiting events are kept; `None` while the tenant is configured.
pub(crate) type Cap = Option<usize>;

/// Stores an event once by its id and arms the alarm in the same step.
pub(crate) fn accept(
    world: &(impl Sql + Alarm + Clock),
    payload: &[u8],
    cap: Cap,
) -> Result<Accepted, AcceptError> {
    let event = Envelope::parse(payload)?;
    let text = std::str::from_utf8(payload).map_err(|_| EventError::NotJson { line: 0, column: 0 })?;
    let now = world.now();
    world.transaction(|tx| {
        if is_stored(tx, &event)? {
            if !mutant::on(Mutant::RepeatDuplicates) {
                return Ok(Accepted::Duplicate);
            }
            tx.exec("DELETE FROM inbox WHERE event_id = ?1", &[event.id.as_str().into()])?;
        }
        refuse_beyond(tx, cap)?;
        store(tx, &event, text, Origin::Webhook, now)?;
        if let Some(version) = event.api_version.as_deref() {
            note_version(tx, version)?;
        }
        if cap.is_none() && !mutant::on(Mutant::LeaveAlarmUnset) {
            world.set(now);
        }
        Ok(Accepted::Stored)
    })
}

/// How an event came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Stripe delivered it.
    Webhook,
    /// It never came and was found in Stripe's own list.
    GapCheck,
}

/// The id that an event is stored under. A thin event counts as the snapshot event of the same change:
/// that is the one that Stripe lists.
fn stored_id<'e>(event: &'e Envelope<'_>) -> &'e str {
    event.snapshot_event.as_ref().unwrap_or(&event.id).as_str()
}

fn is_stored(tx: &dyn Statements, event: &Envelope<'_>) -> Result<bool, SqlError> {
    let known = "SELECT 1 FROM inbox WHERE event_id = ?1";
    Ok(!tx.exec(known, &[stored_id(event).into()])?.is_empty())
}

/// Stores an event that is not stored yet; it waits to be observed.
pub(crate) fn store(
    tx: &dyn Statements,
    event: &Envelope<'_>,
    payload: &str,
    origin: Origin,
    now: Millis,
) -> Result<(), SqlError> {
    let insert =
        "INSERT INTO inbox (event_id, type, created_s, received, status, payload, object_id, recovered)
                  VALUES (?1, ?2, ?3, ?4, 'waiting', ?5, ?6, ?7)";
    let parameters = [
        stored_id(event).into(),
        event.kind.as_ref().into(),
        event.created.into(),
        now.into(),
        payload.into(),
        event.object.as_ref().map(|object| object.id.as_str()).into(),
        (origin == Origin::GapCheck).into(),
    ];
    tx.exec(insert, &parameters).map(drop)
}

fn refuse_beyond(tx: &dyn Statements, cap: Cap) -> Result<(), AcceptError> {
    let Some(cap) = cap else { return Ok(()) };
    let bound = i64::try_from(cap).unwrap_or(i64::MAX >> 11);
    let count = "SELECT count(*) FROM (SELECT 1 FROM inbox WHERE status = 'waiting' LIMIT ?1)";
    let waiting = tx.exec(count, &[bound.into()])?.first().map_or(Ok(0), |row| row.integer(0))?;
    if waiting >= bound { Err(AcceptError::TooMany { cap }) } else { Ok(()) }
}

/// Keeps the API version of the last snapshot event: the status judges by it whether the endpoint is
/// pinned. Written only when it changes, since written rows cost money.
fn note_version(tx: &dyn Statements, version: &str) -> Result<(), SqlError> {
    meta::put(tx, "event_api_version", version)
}
