//! Faults that are put into the engine on purpose, to see that the simulation finds each of them.
//!
//! A mutant is a line in the list below and an expression at the place that it breaks, such as
//! `… && !mutant::on(Mutant::DropTieRule)`. Without the feature `mutants` [`on`] is a constant `false`, and
//! nothing of them is compiled. A Worker cannot be built with the feature.

#[cfg(all(feature = "mutants", target_family = "wasm"))]
compile_error!("mutants are for the simulation alone: build the Worker without the feature `mutants`");

macro_rules! mutants {
    ($(#[doc = $what:literal] $name:ident,)*) => {
        /// One fault, named by what it does.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Mutant {
            $(#[doc = $what] $name,)*
        }

        #[cfg(feature = "mutants")]
        impl Mutant {
            /// Every mutant.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// What goes wrong by it, in words.
            #[must_use]
            pub const fn what(self) -> &'static str {
                match self {
                    $(Self::$name => $what,)*
                }
            }
        }
    };
}

mutants! {
    /// An event is answered though the database refused it.
    AcknowledgeUnstored,
    /// An event is done before it was observed.
    SettleBeforeObserving,
    /// An event that comes again is handled again.
    RepeatDuplicates,
    /// An attempt is counted in the step that it may undo.
    CountAttemptWhileObserving,
    /// An event does not wake the tenant.
    LeaveAlarmUnset,
    /// Of two events of one second the one that comes last is taken.
    DropTieRule,
    /// The snapshot of an older event is taken.
    TakeOlderSnapshot,
    /// A snapshot is taken although a test clock made its times.
    TrustTestClock,
    /// A snapshot is taken whatever its API version.
    TrustOtherVersion,
    /// A snapshot is taken although a list in it is cut.
    TrustCutList,
    /// A read is taken to cover the whole second in which it was answered.
    NarrowReadWindow,
    /// What a read does not cover is taken to begin before the second in which it was answered.
    ShortenReadWindow,
    /// Events of an hour after a read are read again.
    WidenReadWindow,
    /// Nothing is kept of a deleted object.
    DropTombstone,
    /// A 404 deletes, whosever key it was.
    BuryWithoutProof,
    /// A list that lacks something is believed, whosever key it was.
    BelieveAnyList,
    /// A read settles what was asked for after it was sent.
    SettleReadWithoutVersion,
    /// A read overrides a newer state that came meanwhile.
    OverrideNewerState,
    /// A read that failed is not tried again.
    ForgetFailedRead,
    /// The page after the first element of a list is taken for the next.
    RepeatPage,
    /// A customer's list is complete after one page.
    CompleteListEarly,
    /// What looks at an object is not marked when it changes.
    SkipFanOut,
    /// What looks at a list is not marked when one of its objects changes.
    SkipFanOutOfLists,
    /// A change reaches only the first slice of what looks at it.
    LoseFanOutSlices,
    /// A new mapping reaches only the first slice of objects.
    LoseRescanSlices,
    /// Nobody knows what a projection looked at.
    ForgetDependents,
    /// Objects that only signal a change of another say nothing.
    IgnoreSignals,
    /// Midnight changes no figure.
    SkipMidnight,
    /// An element that its list no longer has stays.
    KeepGoneElements,
    /// A write settles what was marked after it was sent.
    SettleWithoutVersion,
    /// A record is written without a look after a write of unknown outcome.
    SkipLookAfterUnknown,
    /// What was under way when the memory was lost is taken for never sent.
    ForgetInFlight,
    /// A lost request is taken never to land.
    ForgetLateRequests,
    /// A request that was refused for a while is taken for done.
    TakeRefusalForDone,
    /// Records are written and deleted whatever their revision.
    SendWithoutRevision,
    /// A batch has one record more than kintone takes.
    TakeOneTooMany,
    /// Many records are inserted before one was seen to carry its key.
    InsertUnverified,
    /// Of two records that were refused together the first is blamed.
    HalveOffByOne,
    /// The record after the one that was refused is blamed.
    BlameTheNext,
    /// A field that is written on creation is written later too.
    RewriteOnCreate,
    /// A field that is written while it is empty is overwritten.
    OverwriteFilled,
    /// A record that somebody deleted is written to for ever.
    KeepForgottenRecord,
    /// A record that cannot be written is dropped.
    BuryInSilence,
    /// A dead letter stays when its record was written.
    KeepRaisedLetters,
    /// A record is made by its key without a look at what is there.
    MakeUnseen,
    /// It is not noted what may panic.
    NoteNoWork,
    /// A record goes before the one that its lookup names.
    SendChildFirst,
    /// The requests of the day are not counted.
    IgnoreBudget,
    /// Any number of records is deleted.
    DeleteUnasked,
    /// The deletions of the day are not counted.
    ForgetTodaysDeletions,
    /// A record stays when its object left the target's condition.
    IgnoreDepartures,
}

/// Whether the engine has this fault now.
#[cfg(not(feature = "mutants"))]
pub(crate) const fn on(_: Mutant) -> bool {
    false
}

#[cfg(feature = "mutants")]
pub(crate) use on_purpose::on;
#[cfg(feature = "mutants")]
pub use on_purpose::set;

#[cfg(feature = "mutants")]
mod on_purpose {
    use std::cell::Cell;

    use super::Mutant;

    thread_local! {
        static PRESENT: Cell<Option<Mutant>> = const { Cell::new(None) };
    }

    /// Puts a fault into the engine on this thread, in place of any before it.
    pub fn set(mutant: Option<Mutant>) {
        PRESENT.set(mutant);
    }

    pub(crate) fn on(mutant: Mutant) -> bool {
        PRESENT.get() == Some(mutant)
    }
}
