//! Whether a life ended well: what stands in kintone against what the mapping makes of Stripe's
//! states, what people did, and what may be left in the tenant's tables.

use std::collections::{BTreeMap, BTreeSet};

use daicho_core::kintone::FormSchema;
use daicho_core::mapping::{Compiled, CompiledTarget, WritePolicy};
use daicho_engine::port::Millis;
use serde_json::Value;

use crate::people::Deed;
use crate::stage::{ACCOUNT, TARGETS};
use crate::world::World;

/// What is held against the world.
pub struct Expectation<'a> {
    /// The mapping at the end.
    pub mapping: &'a Value,
    /// All mappings there were.
    pub editions: &'a [Value],
    /// What people did.
    pub deeds: &'a [Deed],
    /// Customers whose events' handling panics.
    pub cursed: &'a [String],
}

/// Everything that is wrong, in words.
pub fn of(world: &World, expectation: &Expectation<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    left_over(world, &mut wrong);
    wrong_deletions(world, &mut wrong);
    let dead = dead_letters(world);
    for (name, kind, app) in TARGETS {
        let target = Target::new(world, expectation, name, kind, app);
        target.judge(&dead, &mut wrong);
    }
    wrong
}

/// Nothing waits, nothing is under way, no payload is kept that nobody needs.
fn left_over(world: &World, wrong: &mut Vec<String>) {
    for table in [
        "inbox WHERE status = 'waiting'",
        "inbox WHERE status <> 'dead' AND payload IS NOT NULL",
        "read",
        "dirty",
        "in_flight",
        "binding WHERE state <> 'active'",
    ] {
        let count = world.number(&format!("SELECT count(*) FROM {table}"));
        if count > 0 {
            wrong.push(format!("{count} rows are left in {table}"));
        }
    }
}

/// Whatever Stripe has is no tombstone, and its state is the newest.
fn wrong_deletions(world: &World, wrong: &mut Vec<String>) {
    let stripe = world.0.stripe.borrow();
    for row in world.rows("SELECT id, kind, deleted, json FROM object") {
        let (id, kind) = (text(&row, 0), text(&row, 1));
        let now = stripe.object(ACCOUNT, false, &kind, &id);
        let deleted = row.integer(2).expect("a flag is a number") == 1;
        match now {
            Some(_) if deleted => wrong.push(format!("{id} is taken for deleted and is not")),
            None if !deleted => wrong.push(format!("{id} is deleted and is not taken for it")),
            Some(now) if kind == "customer" => {
                let known: Value = serde_json::from_str(&text(&row, 3)).unwrap_or_default();
                let properties = ["name", "description", "phone", "email", "metadata"];
                if let Some(name) = properties.into_iter().find(|name| known[name] != now[name]) {
                    wrong.push(format!("{id}: {name} is kept as {}, and is {}", known[name], now[name]));
                }
            }
            _ => {}
        }
    }
}

/// The dead letters, as (kind, target, object).
fn dead_letters(world: &World) -> BTreeSet<(String, String, String)> {
    let rows = world.rows("SELECT kind, target, object_id, event_id FROM dead_letter");
    rows.iter().map(|row| (text(row, 0), text(row, 1), text(row, 2))).collect()
}

fn text(row: &daicho_engine::port::Row, column: usize) -> String {
    row.optional_text(column).expect("a text or nothing").unwrap_or_default().to_owned()
}

/// A state that Stripe's object was in: when, and the record that it makes; `None`: none that kintone takes.
struct Stage {
    at: Millis,
    record: Option<BTreeMap<String, String>>,
}

struct Target<'a> {
    name: &'static str,
    expectation: &'a Expectation<'a>,
    compiled: CompiledTarget,
    /// Each object's states, oldest first, and whether it was deleted in the end.
    objects: BTreeMap<String, (Vec<Stage>, bool)>,
    /// All values that any edition made of any state, by object and field.
    ever: BTreeMap<(String, String), BTreeSet<String>>,
    records: BTreeMap<String, BTreeMap<String, String>>,
    app: u64,
}

impl<'a> Target<'a> {
    fn new(
        world: &World,
        expectation: &'a Expectation<'a>,
        name: &'static str,
        kind: &'static str,
        app: u64,
    ) -> Self {
        let snapshot = world.0.kintone.borrow().snapshot();
        let of_app = &snapshot["apps"][app.to_string()];
        let properties = serde_json::json!({"properties": of_app["properties"]});
        let form: FormSchema = serde_json::from_value(properties).expect("a form is a form");
        let compiled = target_of(expectation.mapping, name);
        let editions: Vec<_> = expectation.editions.iter().map(|edition| target_of(edition, name)).collect();
        let mut objects: BTreeMap<String, (Vec<Stage>, bool)> = BTreeMap::new();
        let mut ever: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
        let stripe = world.0.stripe.borrow();
        for change in stripe.history().iter().filter(|change| change.kind == kind) {
            let (stages, deleted) = objects.entry(change.id.clone()).or_default();
            *deleted = change.deleted;
            if change.deleted {
                continue;
            }
            for edition in &editions {
                for (field, value) in record_of(edition, &change.json, &form).into_iter().flatten() {
                    ever.entry((change.id.clone(), field)).or_default().insert(value);
                }
            }
            stages.push(Stage { at: change.at, record: record_of(&compiled, &change.json, &form) });
        }
        let records = records(&of_app["records"]);
        Self { name, expectation, compiled, objects, ever, records, app }
    }

    fn judge(&self, dead: &BTreeSet<(String, String, String)>, wrong: &mut Vec<String>) {
        for (id, (stages, deleted)) in &self.objects {
            let is_dead = dead.contains(&("record".to_owned(), self.name.to_owned(), id.clone()));
            if self.expectation.cursed.contains(id) {
                if self.records.contains_key(id) {
                    wrong.push(format!("{id}: its events panic, and yet there is a record"));
                }
                continue;
            }
            if *deleted {
                continue;
            }
            let Some(last) = stages.last() else { continue };
            match (&last.record, is_dead) {
                (None, true) => {}
                (None, false) => wrong.push(format!("{id}: kintone cannot take it, and nobody is told")),
                (Some(_), true) => wrong.push(format!("{id}: a dead letter without a reason")),
                (Some(record), false) => self.judge_record(id, record, stages, wrong),
            }
        }
        for id in self.records.keys().filter(|id| !self.objects.contains_key(*id)) {
            wrong.push(format!("{}: the record {id:?} belongs to no object", self.name));
        }
    }

    fn judge_record(
        &self,
        id: &str,
        expected: &BTreeMap<String, String>,
        stages: &[Stage],
        wrong: &mut Vec<String>,
    ) {
        let unchanged_since = |at: Millis| {
            let then = stages.iter().rev().find(|stage| stage.at <= at);
            then.is_some_and(|then| then.record.as_ref() == Some(expected))
        };
        let deeds = || self.expectation.deeds.iter().filter(|deed| deed.app == self.app && deed.key == id);
        let Some(found) = self.records.get(id) else {
            if !deeds().any(|deed| deed.edit.is_none() && unchanged_since(deed.at)) {
                wrong.push(format!("{id}: there is no record in {}", self.name));
            }
            return;
        };
        for (field, value) in expected {
            let is = found.get(field).map(String::as_str).unwrap_or_default();
            let by_hand = deeds().filter(|deed| {
                deed.edit.as_ref().is_some_and(|(edited, value)| edited == field && value == is)
            });
            let ever = self.ever.get(&(id.to_owned(), field.clone()));
            let right = match self.compiled.write_policy(field) {
                Some(WritePolicy::Always) | None => {
                    same(is, value) || by_hand.clone().any(|deed| unchanged_since(deed.at))
                }
                Some(WritePolicy::OnCreate) => {
                    ever.is_some_and(|ever| ever.contains(is)) || by_hand.clone().next().is_some()
                }
                Some(WritePolicy::IfEmpty) => {
                    ever.is_some_and(|ever| ever.contains(is) && !is.is_empty())
                        || same(is, value)
                        || by_hand.clone().any(|deed| !is.is_empty() || unchanged_since(deed.at))
                }
            };
            if !right {
                wrong.push(format!("{}: {id}: {field} is {is:?}, not {value:?}", self.name));
            }
        }
    }
}

fn same(left: &str, right: &str) -> bool {
    left == right
        || matches!((left.parse::<f64>(), right.parse::<f64>()), (Ok(left), Ok(right)) if left == right)
}

fn target_of(mapping: &Value, name: &str) -> CompiledTarget {
    let mapping = serde_json::from_value(mapping.clone()).expect("the simulation's mapping is one");
    let compiled = Compiled::new(&mapping).expect("the simulation's mapping compiles");
    compiled.target(name).expect("the simulation's target").clone()
}

fn record_of(target: &CompiledTarget, object: &Value, form: &FormSchema) -> Option<BTreeMap<String, String>> {
    let projection = target.project(object, Some(form));
    let mut issues = projection.issues;
    issues.extend(daicho_core::validation::check_record(
        target,
        &projection.record,
        form,
        daicho_core::kintone::NumberPrecision::default(),
    ));
    if issues.iter().any(daicho_core::validation::Issue::is_error) {
        return None;
    }
    let field = |(code, field): (String, daicho_core::kintone::FieldValue)| {
        (code, field.value.as_str().unwrap_or_default().to_owned())
    };
    Some(projection.record.into_iter().map(field).collect())
}

/// The app's records by key; those without one are people's own.
fn records(records: &Value) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut by_key = BTreeMap::new();
    for record in records.as_array().into_iter().flatten() {
        let value = |code: &str| record[code]["value"].as_str().unwrap_or_default().to_owned();
        if !value("id").is_empty() {
            let fields = ["name", "note", "mail", "own", "amount"];
            by_key.insert(value("id"), fields.map(|code| (code.to_owned(), value(code))).into());
        }
    }
    by_key
}
