//! The lanes under way in one run of the pump.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::{Rc, Weak};

use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;

use crate::config::Active;
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
    /// When each lane began last, as a count of what was begun.
    turns: BTreeMap<Lane, usize>,
    /// The configurations that what is under way began with.
    under: Vec<Weak<Active>>,
    failed: BTreeSet<Lane>,
    read_failed: bool,
    job: bool,
    job_failed: bool,
}

impl<'a> Lanes<'a> {
    /// The lanes in the order in which they come: the one that waited longest first.
    pub fn in_turn(&self, mut lanes: Vec<Lane>) -> Vec<Lane> {
        lanes.sort_by_key(|lane| self.turns.get(lane).copied().unwrap_or_default());
        lanes
    }

    /// Claims the lane, unless it is under way or failed in this run, or as many of its domain are under
    /// way as may be. What marks everything anew waits for what began with another configuration: that
    /// would write by the old mapping what is marked for the new one.
    pub fn may_begin(&mut self, lane: &Lane, active: &Rc<Active>, most: Option<usize>) -> bool {
        let beside = || self.apps.iter().filter(|other| other.domain() == lane.domain()).count();
        let has_room = most.is_none_or(|most| beside() < most);
        let may_begin = has_room
            && !self.failed.contains(lane)
            && !(lane.is_rescan() && self.any_older(active))
            && self.apps.insert(lane.clone());
        if may_begin {
            self.turns.insert(lane.clone(), self.begun + 1);
        }
        may_begin
    }

    fn any_older(&self, active: &Rc<Active>) -> bool {
        self.under.iter().filter_map(Weak::upgrade).any(|other| !Rc::ptr_eq(&other, active))
    }

    /// Whether a job may have its next step: none is under way, and none failed in this run.
    pub fn may_begin_job(&self) -> bool {
        !self.job && !self.job_failed
    }

    /// Begins a step of a job.
    pub fn begin_job(&mut self, active: &Rc<Active>, work: impl Future<Output = Ended> + 'a) {
        self.job = true;
        self.begin(active, work);
    }

    /// Begins what holds this configuration until it ends.
    pub fn begin(&mut self, active: &Rc<Active>, work: impl Future<Output = Ended> + 'a) {
        self.begun += 1;
        self.under.retain(|held| held.strong_count() > 0);
        if !self.under.iter().any(|held| held.as_ptr() == Rc::as_ptr(active)) {
            self.under.push(Rc::downgrade(active));
        }
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
    use futures_util::{FutureExt as _, StreamExt as _};
    use serde_json::json;

    use super::*;
    use crate::config::{Rescan, rescan_request};
    use crate::delivery;
    use crate::port::{Clock as _, Sql as _};
    use crate::test_world::TestWorld;

    #[test]
    fn at_most_five_apps_of_a_domain_are_asked_at_once_and_each_has_its_turn() {
        let form = json!({"ID": {"type": "SINGLE_LINE_TEXT", "unique": true}});
        let target = |number| json!({"source": "customer", "app": format!("app{number}"), "key": {"field": "ID"}, "fields": []});
        let targets: serde_json::Map<_, _> =
            (1..=7).map(|number| (format!("t{number}"), target(number))).collect();
        let (world, _) = TestWorld::with_apps(&vec![form; 7], &json!({"version": 1, "targets": targets}));
        world.customer("cus_1", "山田");
        let active = Rc::new(world.active());
        let due = delivery::lanes(&world, &active, world.now()).unwrap();
        assert_eq!(due.len(), 7);
        let most = |lane: &Lane| lane.most_at_once(&world).unwrap();
        let mut lanes = Lanes::default();
        let begin = |lanes: &mut Lanes<'_>| -> Vec<Lane> {
            let mut begun = Vec::new();
            for lane in lanes.in_turn(due.clone()) {
                if lanes.may_begin(&lane, &active, most(&lane)) {
                    lanes.begin(&active, std::future::pending());
                    begun.push(lane);
                }
            }
            begun
        };
        let first = begin(&mut lanes);
        assert_eq!(first.len(), 5);
        assert_eq!(begin(&mut lanes), []);
        lanes.end(Ended::App(first[0].clone(), Ok(())));
        lanes.end(Ended::App(first[1].clone(), Ok(())));
        assert_eq!(begin(&mut lanes), due[5..], "those that have not had their turn, not the two again");
        lanes.end(Ended::App(first[2].clone(), Ok(())));
        assert_eq!(begin(&mut lanes), first[..1]);
    }

    #[test]
    fn what_marks_everything_anew_waits_for_what_began_with_another_configuration() {
        let form = json!({"ID": {"type": "SINGLE_LINE_TEXT", "unique": true}});
        let target = json!({"source": "customer", "app": "app1", "key": {"field": "ID"}, "fields": []});
        let mapping = json!({"version": 1, "targets": {"customers": target}});
        let (world, _) = TestWorld::with_apps(&[form], &mapping);
        world.customer("cus_1", "山田");
        world.transaction(|tx| rescan_request(tx, Rescan::of(["customers"]))).unwrap();
        let (old, new) = (Rc::new(world.active()), Rc::new(world.active()));
        let due = delivery::lanes(&world, &new, world.now()).unwrap();
        let rescan = due.iter().find(|lane| lane.is_rescan()).unwrap();
        let mut lanes = Lanes::default();
        let held = Rc::clone(&old);
        lanes.begin(&old, async move {
            drop(held);
            Ended::Job(Ok(job::Stepped::Done))
        });
        drop(old);
        assert!(!lanes.may_begin(rescan, &new, None));
        let ended = lanes.running.next().now_or_never().flatten().unwrap();
        lanes.end(ended);
        assert!(lanes.may_begin(rescan, &new, None));
    }
}
