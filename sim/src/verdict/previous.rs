//! What a person's record held is kept before the first write to it.

use std::collections::{BTreeMap, BTreeSet};

use daicho_sandbox::kintone::Operation;
use serde_json::Value;

use super::keyless::API;
use super::{Expectation, Fields, records, target_of, text};
use crate::apps;
use crate::world::World;

pub(super) fn judge(world: &World, expectation: &Expectation<'_>, wrong: &mut Vec<String>) {
    for place in apps::of(expectation.plan) {
        let target = target_of(expectation.mapping(), place.name);
        let kept = kept(world, place.name);
        for (number, before) in overwritten(world, place.app) {
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

/// What the records held that a person made with a key, right before the first write to them.
fn overwritten(world: &World, app: u64) -> BTreeMap<u64, Fields> {
    let kintone = world.0.kintone.borrow();
    let mut theirs: BTreeMap<u64, Fields> = BTreeMap::new();
    let (mut before, mut seen) = (BTreeMap::new(), BTreeSet::new());
    for commit in kintone.history().iter().filter(|commit| commit.app == app) {
        let id = commit.record_id;
        let has_key = commit.record["id"]["value"].as_str().is_some_and(|key| !key.is_empty());
        let is_theirs = theirs.contains_key(&id);
        match (commit.operation, commit.by == API) {
            (Operation::Insert, false) if has_key => drop(theirs.insert(id, records::fields(&commit.record))),
            (Operation::Update, false) if is_theirs => {
                drop(theirs.insert(id, records::fields(&commit.record)))
            }
            (Operation::Update, true) if is_theirs && seen.insert(id) => {
                before.extend(theirs.remove(&id).map(|held| (id, held)));
            }
            _ => {}
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
