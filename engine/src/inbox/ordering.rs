//! What an event says of its object: the design's "snapshot when it is provably newest, refetch when
//! it is not", as pure functions.
//!
//! Stripe's `created` counts whole seconds and deliveries come in any order, so two events of one
//! second cannot be told apart and are settled by reading the object.

use crate::mutant::{self, Mutant};
use crate::object::Horizon;

/// An object without a row may be taken from its event if it was made at most this long before:
/// an older one has a history that this event alone may not show.
const NEW_OBJECT_S: i64 = 5;

/// What ordering needs to know of an object that has a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub horizon: Horizon,
    /// A tombstone.
    pub deleted: bool,
    /// It lives under a test clock.
    pub test_clock: bool,
}

/// What ordering needs to know of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Evidence {
    pub created_s: i64,
    /// It proves that the object is gone.
    pub deleted: bool,
    /// Its object lives under a test clock: whether `created` follows that clock is not documented.
    pub test_clock: bool,
    /// It carries the whole object in the pinned API version: a snapshot, no list of it cut.
    pub whole: bool,
    /// When its object was made.
    pub object_created_s: Option<i64>,
}

/// What to do about an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Its snapshot is the newest state.
    Newer,
    /// It says nothing new.
    Stale,
    /// The object must be read.
    Undecidable,
    /// The object is gone for good.
    Deleted,
}

/// Decides about an event of an object with this standing (`None`: no row).
pub(crate) fn decide(standing: Option<Standing>, event: &Evidence) -> Verdict {
    if standing.is_some_and(|object| object.deleted) {
        return Verdict::Stale;
    }
    if event.deleted {
        return Verdict::Deleted;
    }
    let under_test_clock = event.test_clock || standing.is_some_and(|object| object.test_clock);
    if under_test_clock && !mutant::on(Mutant::TrustTestClock) {
        return Verdict::Undecidable;
    }
    let known = match standing {
        Some(_) if mutant::on(Mutant::TakeOlderSnapshot) => true,
        Some(object) if event.created_s < object.horizon.stale_before_s => return Verdict::Stale,
        Some(object) if event.created_s <= object.horizon.unsure_to_s && !mutant::on(Mutant::DropTieRule) => {
            return Verdict::Undecidable;
        }
        Some(_) => true,
        None => false,
    };
    let is_new = event.object_created_s.is_some_and(|made| made >= event.created_s - NEW_OBJECT_S);
    if event.whole && (known || is_new) { Verdict::Newer } else { Verdict::Undecidable }
}

/// The horizon after the snapshot of an event created then was applied.
pub(crate) fn after_snapshot(created_s: i64) -> Horizon {
    Horizon { stale_before_s: created_s, unsure_to_s: created_s }
}

/// Between which seconds of Stripe's clock the state of an answer was true, seen generously.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    /// The answer covers every event created before this second.
    pub from_s: i64,
    /// The answer covers no event created after this second.
    pub to_s: i64,
}

impl Window {
    /// Of an answer whose Date header says `date_s` and that took `span_ms` from the request's sending
    /// to its arrival. The second to both sides is Stripe's own clock skew; the Date is cut to a second.
    pub(crate) fn dated(date_s: i64, span_ms: i64) -> Self {
        let span_s = ceil_s(span_ms);
        if mutant::on(Mutant::NarrowReadWindow) {
            return Self { from_s: date_s + 1, to_s: date_s + 1 };
        }
        if mutant::on(Mutant::ShortenReadWindow) {
            return Self { from_s: date_s - span_s - 1, to_s: date_s - 1 };
        }
        let widened_s = if mutant::on(Mutant::WidenReadWindow) { 3_600 } else { 0 };
        Self { from_s: date_s - span_s - 1, to_s: date_s + 1 + span_s + 1 + widened_s }
    }

    /// Of an answer without a Date, by our own clock, which may be some seconds off.
    pub(crate) fn undated(sent_ms: i64, answered_ms: i64) -> Self {
        const OFF_S: i64 = 5;
        Self { from_s: sent_ms.div_euclid(1_000) - OFF_S, to_s: ceil_s(answered_ms) + OFF_S }
    }

    /// Of an object put together from two answers.
    pub(crate) fn and(self, other: Self) -> Self {
        Self { from_s: self.from_s.min(other.from_s), to_s: self.to_s.max(other.to_s) }
    }
}

fn ceil_s(ms: i64) -> i64 {
    ms.div_euclid(1_000) + i64::from(ms.rem_euclid(1_000) > 0)
}

/// What to do with the answer of a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settlement {
    /// It is the newest state.
    Apply(Horizon),
    /// An event that came meanwhile carried a newer one.
    Superseded,
    /// An event that came meanwhile cannot be told from it: read again.
    Again,
}

/// Decides about the answer of a read. `moved`: the object got another state while the read was under
/// way. `before`: its horizon now, `None` without a row.
///
/// While it has not moved, the answer is the newest state: Stripe commits a change before it sends
/// the event, so whatever we knew when we asked was in what we were answered.
pub(crate) fn settle(before: Option<Horizon>, moved: bool, window: Window) -> Settlement {
    let Some(before) = before else {
        return Settlement::Apply(Horizon { stale_before_s: window.from_s, unsure_to_s: window.to_s });
    };
    if moved && before.stale_before_s > window.to_s {
        return Settlement::Superseded;
    }
    if moved && before.unsure_to_s >= window.from_s {
        return Settlement::Again;
    }
    Settlement::Apply(Horizon {
        stale_before_s: before.stale_before_s.max(window.from_s),
        unsure_to_s: before.unsure_to_s.max(window.to_s),
    })
}

#[cfg(test)]
#[path = "ordering_tests.rs"]
mod tests;
