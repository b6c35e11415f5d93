//! Every operation of the API, in one list.

use schemars::JsonSchema;
use serde::Deserialize;

use super::contract as c;

/// Who may ask for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Those who may read, as the connections say.
    Read,
    /// Administrators and developers.
    Change,
}

/// An operation's types.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields, inline)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct Types<Request, Answer> {
    /// What it takes.
    request: Request,
    /// What it answers.
    answer: Answer,
}

macro_rules! operations {
    ($($(#[doc = $doc:literal])+ $name:ident $variant:ident $access:ident: $request:ty => $answer:ty;)+) => {
        /// An operation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Operation {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Operation {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its name in the path: `/api/{name}`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => stringify!($name),)+ }
            }

            /// Who may ask for it.
            #[must_use]
            pub fn access(self) -> Access {
                match self { $(Self::$variant => Access::$access,)+ }
            }

            /// What it is, for the API's description.
            #[must_use]
            pub fn summary(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+).trim_ascii(),)+ }
            }
        }

        /// Each operation by its name, with what it takes and answers: the API's schema.
        #[derive(Debug, JsonSchema)]
        #[schemars(deny_unknown_fields)]
        #[expect(dead_code, reason = "only its schema is used")]
        pub struct Operations {
            $($(#[doc = $doc])+ $name: Types<$request, $answer>,)+
        }
    };
}

operations! {
    /// How the sync stands.
    home Home Read: c::Nothing => c::Home;
    /// One object, its records and what belongs to it.
    object Object Read: c::ObjectRequest => c::ObjectState;
    /// Reads an object from Stripe and writes its records again.
    sync Sync Change: c::Sync => c::Synced;
    /// What will not succeed by itself.
    failures Failures Read: c::FailuresRequest => c::Failures;
    /// Sends failed records again.
    replay Replay Change: c::Replay => c::Replayed;
    /// Leaves failed records for good.
    discard Discard Change: c::Discard => c::Replayed;
    /// The mapping, the connections and the apps.
    configuration Configuration Read: c::Nothing => c::Configuration;
    /// Tries an app and its token; nothing is stored.
    try_app TryApp Change: c::TryApp => c::AppFound;
    /// Stores an app's connection and its token.
    connect Connect Change: c::Connect => c::Connected;
    /// Stores a mapping.
    put_mapping PutMapping Change: c::PutMapping => c::Stored;
    /// Lets a held target be written to.
    waive Waive Change: c::Waive => c::Done;
    /// Has a paused target checked at once.
    resume Resume Change: c::Resume => c::Done;
    /// Answers a target that is held for its many deletions.
    deletions Deletions Change: c::DeletionsRequest => c::DeletionsAnswered;
    /// A real object to see a mapping with.
    sample Sample Change: c::SampleRequest => c::Sample;
    /// Begins work over all objects.
    start_job StartJob Change: c::StartJob => c::Job;
    /// How such work stands.
    job Job Read: c::JobRequest => Option<c::Job>;
    /// Ends such work.
    cancel_job CancelJob Change: c::JobRequest => c::Job;
}

impl Operation {
    /// The command that does the same, for a person whom the views cannot let do it. `request` is the call's
    /// JSON text, which nobody has proved: it only chooses among these.
    #[must_use]
    pub fn command(self, request: &str) -> Option<&'static str> {
        let job = || serde_json::from_str::<JobAsked>(request).ok().map(|asked| asked.job);
        match self {
            Self::Replay => Some("daicho dead-letters replay"),
            Self::Discard => Some("daicho dead-letters discard"),
            Self::Connect => Some("daicho push --connections"),
            Self::PutMapping => Some("daicho push --mapping"),
            Self::Waive => Some("daicho waive"),
            Self::Resume => Some("daicho resume"),
            Self::Deletions => Some("daicho deletions"),
            Self::Sample => Some("daicho preview"),
            Self::StartJob => job().map(|job| match job {
                c::JobName::Backfill => "daicho backfill",
                c::JobName::DryRun => "daicho dry-run",
                c::JobName::Reconcile => "daicho reconcile",
            }),
            Self::CancelJob => job().map(|job| match job {
                c::JobName::Backfill => "daicho backfill cancel",
                c::JobName::DryRun => "daicho dry-run cancel",
                c::JobName::Reconcile => "daicho reconcile cancel",
            }),
            // No command does the same and no more.
            Self::Sync | Self::TryApp => None,
            Self::Home | Self::Object | Self::Failures | Self::Configuration | Self::Job => None,
        }
    }

    /// The operation of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operation| operation.name() == name)
    }
}

/// Of a request, which job it is about.
#[derive(Deserialize)]
struct JobAsked {
    job: c::JobName,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_that_is_named_does_what_was_asked_for_and_no_more() {
        let job = |name: &str| format!(r#"{{"operation":"op","job":"{name}","mapping":null}}"#);
        for (operation, request, command) in [
            (Operation::StartJob, job("dry_run"), Some("daicho dry-run")),
            (Operation::StartJob, job("reconcile"), Some("daicho reconcile")),
            (Operation::StartJob, job("backfill"), Some("daicho backfill")),
            (Operation::CancelJob, job("dry_run"), Some("daicho dry-run cancel")),
            (Operation::CancelJob, job("reconcile"), Some("daicho reconcile cancel")),
            (Operation::CancelJob, job("backfill"), Some("daicho backfill cancel")),
            (Operation::StartJob, job("`rm -rf /`"), None),
            (Operation::StartJob, "no JSON".to_owned(), None),
            (Operation::Sync, "{}".to_owned(), None),
            (Operation::TryApp, "{}".to_owned(), None),
            (Operation::Replay, "{}".to_owned(), Some("daicho dead-letters replay")),
        ] {
            assert_eq!(operation.command(&request), command, "{operation:?} {request}");
        }
    }
}
