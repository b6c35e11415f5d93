//! No wrong deletion, and never many without a person's word.

use daicho_engine::port::Millis;
use daicho_sandbox::kintone::Operation;

use super::Expectation;
use super::target::Target;
use crate::people::What;
use crate::world::World;

/// As many deletions a day ask nobody, where there are fewer than a thousand records.
const UNASKED: usize = 10;
/// A day begins at midnight UTC, 09:00 in Japan.
const DAY: Millis = 86_400_000;

pub(super) fn judge(
    world: &World,
    expectation: &Expectation<'_>,
    target: &Target<'_>,
    wrong: &mut Vec<String>,
) {
    let (app, name) = (target.place.app, target.place.name);
    let kintone = world.0.kintone.borrow();
    let mut deleted_at = Vec::new();
    for commit in kintone.history().iter().filter(|commit| commit.app == app) {
        let key = commit.record["id"]["value"].as_str().unwrap_or_default();
        let by_hand =
            |at: Millis| expectation.deeds(app, key).any(|deed| deed.what == What::Deleted && deed.at == at);
        if commit.operation != Operation::Delete || by_hand(commit.at) {
            continue;
        }
        deleted_at.push(commit.at);
        if !target.was_gone_by(key, commit.at) {
            wrong.push(format!("{name}: the record of {key} was deleted, and it was never gone"));
        }
    }
    // A deletion of unknown outcome is not counted.
    let plan = expectation.plan;
    if plan.trouble.lost > 0 || plan.crashes > 0 || plan.crashes_midway > 0 {
        return;
    }
    let answered = expectation.answers.iter().filter(|answered| answered.target == name);
    let (mut answered, mut free, mut unasked, mut day) = (answered.peekable(), 0, 0, 0);
    for at in deleted_at {
        while let Some(answer) = answered.next_if(|answer| answer.at <= at) {
            free = if answer.went_on { answer.waiting } else { 0 };
            unasked = 0;
        }
        if at.div_euclid(DAY) > day {
            (day, unasked) = (at.div_euclid(DAY), 0);
        }
        if free > 0 {
            free -= 1;
        } else {
            unasked += 1;
        }
        if unasked > UNASKED {
            wrong.push(format!("{name}: more than {UNASKED} records were deleted and nobody was asked"));
            return;
        }
    }
}
