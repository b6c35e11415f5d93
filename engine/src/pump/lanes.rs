//! The lanes under way in one run of the pump.

use std::collections::BTreeSet;

use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;

use crate::delivery::Lane;
use crate::error::EngineError;
use crate::job;
use crate::stripe;

/// How a lane's piece of work ended.
pub(super) enum Ended {
    /// One batch for an app.
    App(Lane, Result<(), EngineError>),
    /// One read of the object with this id.
    Read(String, Result<stripe::Done, EngineError>),
    /// One step of a job.
    Job(Result<job::Stepped, EngineError>),
}

/// What is under way. An app has one writer at a time, an object one read, and all jobs together one step.
#[derive(Default)]
pub(super) struct Lanes<'a> {
    pub running: FuturesUnordered<LocalBoxFuture<'a, Ended>>,
    pub reads: BTreeSet<String>,
    /// How many were begun in this run.
    pub begun: usize,
    apps: BTreeSet<Lane>,
    failed: BTreeSet<Lane>,
    read_failed: bool,
    job: bool,
    job_failed: bool,
}

impl<'a> Lanes<'a> {
    /// Claims the app's lane, unless it is under way or failed in this run, or as many of its domain
    /// are under way as may be.
    pub fn may_begin(&mut self, lane: &Lane, most: Option<usize>) -> bool {
        let beside = || self.apps.iter().filter(|other| other.domain() == lane.domain()).count();
        let has_room = most.is_none_or(|most| beside() < most);
        has_room && !self.failed.contains(lane) && self.apps.insert(lane.clone())
    }

    /// Whether a job may have its next step: none is under way, and none failed in this run.
    pub fn may_begin_job(&self) -> bool {
        !self.job && !self.job_failed
    }

    /// Begins a step of a job.
    pub fn begin_job(&mut self, work: impl Future<Output = Ended> + 'a) {
        self.job = true;
        self.begin(work);
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
            Ended::Job(outcome) => {
                self.job = false;
                self.job_failed |= outcome.is_err();
            }
        }
        ended
    }

    /// Whether the engine itself failed in any lane.
    pub fn any_failed(&self) -> bool {
        self.read_failed || self.job_failed || !self.failed.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::delivery;
    use crate::port::Clock as _;
    use crate::test_world::TestWorld;

    #[test]
    fn at_most_five_apps_of_a_domain_are_asked_at_once() {
        let form = json!({"ID": {"type": "SINGLE_LINE_TEXT", "unique": true}});
        let target = |number| json!({"source": "customer", "app": format!("app{number}"), "key": {"field": "ID"}, "fields": []});
        let targets: serde_json::Map<_, _> =
            (1..=7).map(|number| (format!("t{number}"), target(number))).collect();
        let (world, _) = TestWorld::with_apps(&vec![form; 7], &json!({"version": 1, "targets": targets}));
        world.customer("cus_1", "山田");
        let due = delivery::lanes(&world, &world.active(), world.now()).unwrap();
        assert_eq!(due.len(), 7);
        let mut lanes = Lanes::default();
        let begun = due.iter().filter(|lane| lanes.may_begin(lane, lane.most_at_once(&world).unwrap()));
        let first: Vec<Lane> = begun.cloned().collect();
        assert_eq!(first.len(), 5);
        lanes.end(Ended::App(first[0].clone(), Ok(())));
        let next = due.iter().find(|lane| !first.contains(lane)).unwrap();
        assert!(lanes.may_begin(next, next.most_at_once(&world).unwrap()), "one ended, so another begins");
    }
}
