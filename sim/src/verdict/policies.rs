//! What a person wrote into a field that is written once, or while it is empty, stays.

use std::collections::BTreeMap;

use daicho_core::mapping::WritePolicy;
use daicho_sandbox::kintone::Operation;

use super::keyless::API;
use super::records::{self, is_empty};
use super::{Expectation, Fields, target_of};
use crate::apps;
use crate::world::World;

pub(super) fn judge(world: &World, expectation: &Expectation<'_>, wrong: &mut Vec<String>) {
    let plan = expectation.plan;
    // A record that is cleared is written anew.
    if plan.lands_late() || plan.departs() {
        return;
    }
    let kintone = world.0.kintone.borrow();
    for place in apps::of(plan) {
        let target = target_of(expectation.mapping(), place.name);
        let mut before: BTreeMap<u64, Fields> = BTreeMap::new();
        for commit in kintone.history().iter().filter(|commit| commit.app == place.app) {
            let now = records::fields(&commit.record);
            let was = before.insert(commit.record_id, now.clone());
            let Some(was) = was.filter(|_| commit.by == API && commit.operation == Operation::Update) else {
                continue;
            };
            let holds_nothing = |(code, policy): (&str, _)| {
                policy == WritePolicy::IfEmpty || was.get(code).is_none_or(is_empty)
            };
            if target.write_policies().all(holds_nothing) {
                // As one that was cleared when its object went.
                continue;
            }
            for (code, policy) in target.write_policies().filter(|(code, _)| was.get(*code) != now.get(*code))
            {
                let was_empty = was.get(code).is_none_or(is_empty);
                if policy == WritePolicy::OnCreate || (policy == WritePolicy::IfEmpty && !was_empty) {
                    wrong.push(format!("{}: {}: {code} was overwritten", place.name, now["id"]));
                }
            }
        }
    }
}
