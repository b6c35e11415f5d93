//! One event observed: what it says of its object is applied, or the object is queued to be read.

use daicho_core::stripe::{Envelope, Kind, ObjectRef, PINNED_VERSION, Style, has_incomplete_list};
use serde_json::Value;

use crate::config::Active;
use crate::context;
use crate::delivery;
use crate::error::EngineError;
use crate::gap_check;
use crate::inbox::Waiting;
use crate::inbox::ordering::{self, Evidence, Standing, Verdict};
use crate::job;
use crate::mutant::{self, Mutant};
use crate::object::{self, Known};
use crate::port::{Millis, SqlError, Statements};
use crate::stripe::{is_only_read, request};

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Observed {
    /// Nothing uses its object.
    Ignored,
    /// It said nothing new.
    Stale,
    /// Its object is to be read.
    Asked,
    /// Its snapshot is the object's newest state.
    Applied,
    /// It proved that its object is gone.
    Deleted,
    /// It is a dead letter.
    Dead,
}

/// Observes one event, all of it in the transaction given.
pub(crate) fn observe(
    tx: &dyn Statements,
    active: &Active,
    waiting: &Waiting,
    now: Millis,
) -> Result<Observed, EngineError> {
    let unreadable = |_| EngineError::Stored { what: "event" };
    let event = Envelope::parse(waiting.payload.as_bytes()).map_err(unreadable)?;
    #[cfg(feature = "provoke-panic")]
    if let Some(object) = event.object_json.and_then(|json| serde_json::from_str(json.get()).ok()) {
        crate::provoked::at("event", &object);
    }
    let signalled = signal(tx, active, &event, now)?;
    let observed = match &event.object {
        Some(about) if context::is_relevant(tx, active, about, &event)? => {
            let known = object::known(tx, about.id.as_str())?;
            let standing = known.as_ref().map(|known| standing(known, &event));
            let mut evidence = evidence(&event, now);
            if standing.is_none() && context::may_be_gone(active, about, &event) {
                evidence.object_created_s = None;
            }
            act(tx, active, about, &event, ordering::decide(standing, &evidence))?
        }
        _ => Observed::Ignored,
    };
    let observed = observed.max(signalled);
    settle(tx, waiting, if observed == Observed::Ignored { "ignored" } else { "observed" })?;
    Ok(observed)
}

/// Objects that the event is about beside its own: it is to them as one that only names them.
fn signal(
    tx: &dyn Statements,
    active: &Active,
    event: &Envelope<'_>,
    now: Millis,
) -> Result<Observed, SqlError> {
    let mut observed = Observed::Ignored;
    if mutant::on(Mutant::IgnoreSignals) {
        return Ok(observed);
    }
    if let Some(about) = event.object.as_ref().filter(|about| context::is_signal(&about.kind))
        && event.object_json.is_none()
        && context::any_owner_matters(active, &about.kind)
    {
        // A thin event: whose it is says only the object.
        request::ask(tx, &about.kind, about.id.as_str())?;
        observed = Observed::Asked;
    }
    for (kind, id) in context::owners(tx, active, event)? {
        let known = object::known(tx, &id)?;
        let standing = known.as_ref().map(|known| standing(known, event));
        let evidence =
            Evidence { deleted: false, whole: false, object_created_s: None, ..evidence(event, now) };
        observed = observed.max(match ordering::decide(standing, &evidence) {
            Verdict::Undecidable | Verdict::Newer => {
                request::ask(tx, &kind, &id)?;
                Observed::Asked
            }
            Verdict::Stale | Verdict::Deleted => Observed::Stale,
        });
    }
    Ok(observed)
}

fn act(
    tx: &dyn Statements,
    active: &Active,
    about: &ObjectRef,
    event: &Envelope<'_>,
    verdict: Verdict,
) -> Result<Observed, SqlError> {
    let (kind, id) = (&about.kind, about.id.as_str());
    match (verdict, event.object_json) {
        (Verdict::Stale, _) => {
            if job::backfill_is_unfinished(tx)? {
                // What it says may be known from a backfill that has yet to write it.
                delivery::mark_unwritten(tx, active, kind, id)?;
            }
            Ok(Observed::Stale)
        }
        (Verdict::Deleted, _) => {
            object::bury(tx, kind, id, event.created)?;
            context::buried(tx, active, kind, id).map(|()| Observed::Deleted)
        }
        (Verdict::Newer, Some(json)) => {
            object::apply(tx, kind, id, json.get(), ordering::after_snapshot(event.created))?;
            context::changed(tx, active, kind, id).map(|()| Observed::Applied)
        }
        (Verdict::Newer, None) | (Verdict::Undecidable, _) => {
            ask(tx, active, kind, id).map(|()| Observed::Asked)
        }
    }
}

/// Has the object read. One that Stripe shows only within another, a discount, is read with what it is
/// known to stand in; the event of one that is not known asked for that as a signal.
fn ask(tx: &dyn Statements, active: &Active, kind: &Kind, id: &str) -> Result<(), SqlError> {
    if kind.list_path().is_some() {
        return request::ask(tx, kind, id);
    }
    let known = object::known(tx, id)?.and_then(|known| known.json);
    let known = known.and_then(|json| serde_json::from_str::<Value>(&json).ok());
    for (kind, id) in known.iter().flat_map(|json| context::signals_of(active, kind, json)) {
        request::ask(tx, &kind, &id)?;
    }
    Ok(())
}

/// The payload is dropped: what it said is kept with the object, and the id stays for the gap check.
fn settle(tx: &dyn Statements, waiting: &Waiting, status: &str) -> Result<(), SqlError> {
    let sql = "UPDATE inbox SET status = ?2, payload = NULL WHERE seq = ?1";
    tx.exec(sql, &[waiting.seq.into(), status.into()]).map(drop)
}

fn evidence(event: &Envelope<'_>, now: Millis) -> Evidence {
    // One as old as that was set aside and sent again: what deleted its object may be forgotten since.
    let is_recent = event.created > now.div_euclid(1_000) - gap_check::LISTED_S;
    Evidence {
        created_s: event.created,
        deleted: event.deleted,
        test_clock: event.test_clock.is_some(),
        whole: is_whole(event),
        object_created_s: event.object_created.filter(|_| is_recent),
    }
}

fn is_whole(event: &Envelope<'_>) -> bool {
    if event.object.as_ref().is_some_and(|about| is_only_read(&about.kind)) {
        return false;
    }
    let is_pinned = event.api_version.as_deref() == Some(PINNED_VERSION);
    if event.style == Style::Thin || !(is_pinned || mutant::on(Mutant::TrustOtherVersion)) {
        return false;
    }
    let object = event.object_json.map(|json| serde_json::from_str::<Value>(json.get()));
    matches!(object, Some(Ok(object)) if !has_incomplete_list(&object) || mutant::on(Mutant::TrustCutList))
}

fn standing(known: &Known, event: &Envelope<'_>) -> Standing {
    // Only a thin event does not say itself whether its object lives under a test clock.
    let ask_row = event.style == Style::Thin && !known.deleted;
    Standing {
        horizon: known.horizon,
        deleted: known.deleted,
        test_clock: ask_row && known.json.as_deref().is_some_and(has_test_clock),
    }
}

fn has_test_clock(json: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Head {
        test_clock: Option<serde::de::IgnoredAny>,
    }
    serde_json::from_str::<Head>(json).is_ok_and(|head| head.test_clock.is_some())
}
