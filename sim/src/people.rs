//! What people do in kintone.

use daicho_engine::port::Millis;
use serde_json::{Value, json};

use crate::stage::TARGETS;
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
    /// The field and its new value; `None`: the record was deleted.
    pub edit: Option<(&'static str, String)>,
}

/// Someone edits or deletes a record of ours, or adds one of their own.
pub fn act(world: &World, chance: &mut fastrand::Rng, deeds: &mut Vec<Deed>) {
    let app = TARGETS[chance.usize(..TARGETS.len())].2;
    let now = world.now();
    let mut kintone = world.0.kintone.borrow_mut();
    let snapshot = kintone.snapshot();
    let records = snapshot["apps"][app.to_string()]["records"].as_array().cloned().unwrap_or_default();
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
    if chance.u8(..6) == 0 {
        kintone.delete_record(now, app, number).expect("the record is there");
        deeds.push(Deed { at: now, app, key, edit: None });
        return;
    }
    let field = ["name", "note", "mail", "own"][chance.usize(..4)];
    let value = if chance.u8(..4) == 0 { String::new() } else { format!("by hand {}", chance.u8(..)) };
    let edit = json!({ field: {"value": value} });
    kintone.edit_record(now, app, number, &edit).expect("the edit is taken");
    deeds.push(Deed { at: now, app, key, edit: Some((field, value)) });
}
