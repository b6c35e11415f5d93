//! Going on with a backfill that was ended before its time.
//!
//! What changed in the meantime is covered by events, just as while a backfill runs: an object that it has
//! already passed is read or written when its event comes, and the gap check finds events that did not come.
//! So it goes on only if nothing else can have changed what it has passed: not if a document was put since,
//! nor if a dry run stored objects that its marks may have passed. It never takes an object for deleted
//! because a list does not show it.

use super::Body;
use crate::calendar::DAY;
use crate::config;
use crate::error::EngineError;
use crate::job::row::{self, Name, Row, State};
use crate::port::{Millis, Query};

/// So long after its end it goes on; then the lists are read from the beginning.
const KEPT: Millis = DAY;

/// Where the last run stood, if a new one goes on there.
pub(super) fn body(sql: &(impl Query + ?Sized), now: Millis) -> Result<Option<Body>, EngineError> {
    let last = row::get(sql, Name::Backfill)?;
    let Some(last) = last.filter(|last| is_ended_early(last) && now - last.updated < KEPT) else {
        return Ok(None);
    };
    let is_configured_since = config::last_put(sql)?.is_some_and(|put| put >= last.updated);
    let dry_run = row::get(sql, Name::DryRun)?;
    let is_read_since = dry_run.is_some_and(|run| run.updated >= last.begun);
    if is_configured_since || is_read_since {
        return Ok(None);
    }
    let mut body: Body = last.body()?;
    body.sweep.go_on();
    // It did nothing meanwhile: its pace is told without that.
    body.writing_since = body.writing_since.map(|since| since + now - last.updated);
    Ok(Some(body))
}

/// Cancelled, or ended since a list moved too much to be read. With another account's or mode's key it may
/// have read what is not the tenant's.
fn is_ended_early(last: &Row) -> bool {
    match last.state {
        State::Cancelled => true,
        State::Failed => last.last_error.as_deref() == Some("stripe_list_moves"),
        State::Running | State::Done => false,
    }
}
