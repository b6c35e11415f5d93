//! What a person's record held is kept before the first write to it.

use std::collections::{BTreeMap, BTreeSet};

use daicho_sandbox::kintone::Operation;
use serde_json::Value;

use super::keyless::API;
use super::{Expectation, Fields, records, target_of, text};
use crate::apps;
use crate::world::{Trouble, World};

pub(super) fn judge(world: &World, expectation: &Expectation<'_>, wrong: &mut Vec<String>) {
    let plan = expectation.plan;
    if plan.ages {
        // Nothing is kept longer than thirty days.
        return;
    }
    // A write whose outcome is not known may have taken effect: what a person wrote after it is not kept.
    let is_known = plan.trouble == Trouble::default() && !plan.loses_memory();
    for place in apps::of(plan) {
        let target = target_of(expectation.mapping(), place.name);
        let kept = kept(world, place.name);
        for (number, before) in overwritten(world, place.app, is_known) {
            let is_kept = |code: &str| {
                let value = kept.get(&number).and_then(|record| record.get(code));
                value.is_some_and(|value| records::same(value, before.get(code).unwrap_or(&Value::Null)))
            };
            let mut mapped = target.write_policies().map(|(code, _)| code).filter(|code| *code != "lines");
            if let Some(code) = mapped.find(|code| !is_kept(code)) {
                wrong.push(format!(
                    "{}: {}: {code} was overwritten and is not kept",
                    place.name, before["id"]
                ));
            }
        }
    }
}

/// What the records held that a person made with a key, right before the first write to them; `edited`: also of those
/// that the person changed before it.
fn overwritten(world: &World, app: u64, edited: bool) -> BTreeMap<u64, Fields> {
    let kintone = world.0.kintone.borrow();
    let mut theirs: BTreeMap<u64, Fields> = BTreeMap::new();
    let (mut before, mut seen) = (BTreeMap::new(), BTreeSet::new());
    for commit in kintone.history().iter().filter(|commit| commit.app == app) {
        let id = commit.record_id;
        let has_key = commit.record["id"]["value"].as_str().is_some_and(|key| !key.is_empty());
        let is_ours = commit.by == API;
        let begins = commit.operation == Operation::Insert && has_key;
        let goes_on = commit.operation == Operation::Update && theirs.contains_key(&id);
        if !is_ours && goes_on && !edited {
            theirs.remove(&id);
        } else if !is_ours && (begins || goes_on) {
            theirs.insert(id, records::fields(&commit.record));
        } else if is_ours && goes_on && seen.insert(id) {
            before.extend(theirs.remove(&id).map(|held| (id, held)));
        }
    }
    before
}

fn kept(world: &World, target: &str) -> BTreeMap<u64, Fields> {
    let rows = world.rows(&format!("SELECT record_id, record FROM previous_value WHERE target = '{target}'"));
    let record = |row| serde_json::from_str::<Value>(&text(row, 1)).expect("a record is kept as one");
    let number = |row| text(row, 0).parse().expect("a record's number");
    rows.iter().map(|row| (number(row), records::fields(&record(row)))).collect()
}
