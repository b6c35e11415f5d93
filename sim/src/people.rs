//! What people do in kintone, and with what Daicho asks them.

use daicho_engine::delivery::DeletionsAnswer;
use daicho_engine::port::Millis;
use serde_json::{Value, json};

use crate::apps::{CUSTOMERS, INVOICES, SUBSCRIPTIONS};
use crate::life::Life;
use crate::plan::Plan;
use crate::world::World;

/// What someone did to a record.
#[derive(Debug, Clone)]
pub struct Deed {
    /// When.
    pub at: Millis,
    /// In which app.
    pub app: u64,
    /// The key of the record.
    pub key: String,
    /// What.
    pub what: What,
}

/// What someone did to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The record was deleted.
    Deleted,
    /// A field got another value.
    Edited(&'static str, String),
    /// A row with this remark was added to its table.
    AddedRow(String),
}

/// An answer to deletions that waited.
#[derive(Debug, Clone)]
pub struct Answered {
    /// When.
    pub at: Millis,
    /// Of which target.
    pub target: String,
    /// How many waited.
    pub waiting: usize,
    /// Whether they went on.
    pub went_on: bool,
}

/// Someone edits or deletes a record of ours, or adds one of their own.
pub fn act(world: &World, plan: &Plan, chance: &mut fastrand::Rng, deeds: &mut Vec<Deed>) {
    let app = [CUSTOMERS, SUBSCRIPTIONS, INVOICES][chance.usize(..3)].app;
    let now = world.now();
    let mut kintone = world.0.kintone.borrow_mut();
    let records: Vec<Value> = kintone.records(app).collect();
    let ours: Vec<&Value> = records.iter().filter(|record| record["id"]["value"] != "").collect();
    if ours.is_empty() || chance.u8(..8) == 0 {
        let own = json!({"own": {"value": "someone's own"}});
        kintone.add_record(now, app, &own).expect("a record of one's own is taken");
        return;
    }
    let record = ours[chance.usize(..ours.len())];
    let number =
        record["$id"]["value"].as_str().and_then(|id| id.parse().ok()).expect("records are numbered");
    let key = record["id"]["value"].as_str().unwrap_or_default().to_owned();
    if chance.u8(..6) == 0 && !plan.departs() {
        kintone.delete_record(now, app, number).expect("the record is there");
        deeds.push(Deed { at: now, app, key, what: What::Deleted });
        return;
    }
    let (edit, what) = match record["lines"]["value"].as_array().filter(|_| chance.bool()) {
        Some(rows) => row_added(rows, deeds.len()),
        None => field_edited(plan, chance),
    };
    if kintone.edit_record(now, app, number, &edit).is_ok() {
        deeds.push(Deed { at: now, app, key, what });
    }
}

/// Someone enters a customer who was just made, before Daicho hears of it.
pub fn enter(world: &World, customer: &str, deeds: &mut Vec<Deed>) {
    let record = json!({"id": {"value": customer}, "name": {"value": "by hand"}});
    let (at, app) = (world.now(), CUSTOMERS.app);
    // Not while a field is required that the person leaves empty.
    if world.0.kintone.borrow_mut().add_record(at, app, &record).is_ok() {
        let held = [("name", "by hand"), ("note", ""), ("mail", "")];
        deeds.extend(held.map(|(field, value)| {
            let what = What::Edited(field, value.to_owned());
            Deed { at, app, key: customer.to_owned(), what }
        }));
    }
}

fn field_edited(plan: &Plan, chance: &mut fastrand::Rng) -> (Value, What) {
    let field = if plan.is_plain() { ["name", "note", "mail", "own"][chance.usize(..4)] } else { "own" };
    let value = if chance.u8(..4) == 0 { String::new() } else { format!("by hand {}", chance.u8(..)) };
    (json!({ field: {"value": value} }), What::Edited(field, value))
}

/// The table with one row more, between or after ours.
fn row_added(rows: &[Value], number: usize) -> (Value, What) {
    let remark = format!("row {number}");
    let mut rows: Vec<Value> = rows.iter().map(|row| json!({"id": row["id"], "value": {}})).collect();
    rows.push(json!({"value": {"remark": {"value": remark}}}));
    (json!({"lines": {"value": rows}}), What::AddedRow(remark))
}

/// Someone looks whether deletions wait, and lets them go on or drops them.
pub fn answer(life: &Life, chance: &mut fastrand::Rng, answers: &mut Vec<Answered>) -> bool {
    let (world, tenant) = (&life.world, life.tenant());
    let standing = world.undisturbed(|| tenant.deletions()).expect("the deletions can be read");
    let held: Vec<_> = standing.into_iter().filter(|deletions| deletions.held).collect();
    for deletions in &held {
        let went_on = chance.bool();
        let answer = if went_on { DeletionsAnswer::Approve } else { DeletionsAnswer::Drop };
        let target = &deletions.target;
        world.say(|| format!("{answer:?} for the {} deletions of {target}", deletions.waiting));
        let answered = world.undisturbed(|| tenant.answer_deletions(target, answer));
        let waiting = answered.expect("deletions wait");
        answers.push(Answered { at: world.now(), target: target.clone(), waiting, went_on });
    }
    !held.is_empty()
}
