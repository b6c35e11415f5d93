//! The lanes under way in one run of the pump.

use std::collections::BTreeSet;

use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;

use crate::delivery::Lane;
use crate::error::EngineError;
use crate::stripe;

/// How a lane's piece of work ended.
pub(super) enum Ended {
    /// One batch for an app.
    App(Lane, Result<(), EngineError>),
    /// One read of the object with this id.
    Read(String, Result<stripe::Done, EngineError>),
}

/// What is under way. An app has one writer at a time, an object one read.
#[derive(Default)]
pub(super) struct Lanes<'a> {
    pub running: FuturesUnordered<LocalBoxFuture<'a, Ended>>,
    pub reads: BTreeSet<String>,
    /// How many were begun in this run.
    pub begun: usize,
    apps: BTreeSet<Lane>,
    failed: BTreeSet<Lane>,
    read_failed: bool,
}

impl<'a> Lanes<'a> {
    /// Claims the app's lane, unless it is under way or failed in this run.
    pub fn may_begin(&mut self, lane: &Lane) -> bool {
        !self.failed.contains(lane) && self.apps.insert(lane.clone())
    }

    pub fn begin(&mut self, work: impl Future<Output = Ended> + 'a) {
        self.begun += 1;
        self.running.push(Box::pin(work));
    }

    /// Frees what the lane held. A failed read stays claimed: it is not begun again in this run.
    pub fn end(&mut self, ended: Ended) -> Ended {
        match &ended {
            Ended::App(lane, outcome) => {
                self.apps.remove(lane);
                if outcome.is_err() {
                    self.failed.insert(lane.clone());
                }
            }
            Ended::Read(id, Ok(_)) => {
                self.reads.remove(id);
            }
            Ended::Read(_, Err(_)) => self.read_failed = true,
        }
        ended
    }

    /// Whether the engine itself failed in any lane.
    pub fn any_failed(&self) -> bool {
        self.read_failed || !self.failed.is_empty()
    }
}
