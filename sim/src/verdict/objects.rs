//! Whatever Stripe has is no tombstone, and what is kept of it is its newest state.

use serde_json::Value;

use super::text;
use crate::plan::Plan;
use crate::stage::ACCOUNT;
use crate::world::World;

/// What is compared of each kind. Of a kind that is not here too much is left out or changes silently.
const COMPARED: [(&str, &[&str]); 6] = [
    ("customer", &["name", "description", "phone", "email", "metadata", "invoice_settings"]),
    ("subscription", &["status", "items", "cancel_at_period_end", "default_payment_method"]),
    ("invoice", &["status", "lines", "amount_remaining", "number"]),
    ("product", &["name"]),
    ("price", &["unit_amount"]),
    ("tax_id", &["value"]),
];

pub(super) fn judge(world: &World, plan: &Plan, wrong: &mut Vec<String>) {
    items(world, wrong);
    let stripe = world.0.stripe.borrow();
    for row in world.rows("SELECT id, kind, deleted, json FROM object") {
        let (id, kind) = (text(&row, 0), text(&row, 1));
        let Some((_, compared)) = COMPARED.iter().find(|(of, _)| *of == kind) else { continue };
        let deleted = row.integer(2).expect("a flag is a number") == 1;
        match stripe.object(ACCOUNT, false, &kind, &id) {
            Some(_) if deleted => wrong.push(format!("{id} is taken for deleted and is not")),
            None if !deleted => wrong.push(format!("{id} is deleted and is not taken for it")),
            Some(now) => {
                let known: Value = serde_json::from_str(&text(&row, 3)).unwrap_or_default();
                let compared = compared.iter().filter(|name| is_told(plan, name));
                if let Some(name) = compared.into_iter().find(|name| known[**name] != now[**name]) {
                    wrong.push(format!("{id}: {name} is kept as {}, and is {}", known[*name], now[*name]));
                }
            }
            None => {}
        }
    }
}

/// Of a card that is a default no more there may be no event. It shows once a record looks at the card, and a
/// customer that the condition leaves out has none.
fn is_told(plan: &Plan, name: &str) -> bool {
    !(plan.detach_in_silence && plan.condition && name == "invoice_settings")
}

/// An item is there while its subscription shows it.
fn items(world: &World, wrong: &mut Vec<String>) {
    let stripe = world.0.stripe.borrow();
    let sql = "SELECT o.id, e.parent, o.deleted FROM element e JOIN object o ON o.id = e.id
               WHERE o.kind = 'subscription_item'";
    for row in world.rows(sql) {
        let (id, parent) = (text(&row, 0), text(&row, 1));
        let Some(parent) = stripe.object(ACCOUNT, false, "subscription", &parent) else { continue };
        let items = parent["items"]["data"].as_array();
        let is_there = items.is_some_and(|items| items.iter().any(|item| item["id"] == *id));
        let deleted = row.integer(2).expect("a flag is a number") == 1;
        if is_there == deleted {
            let (is, taken) = if is_there { ("there", "deleted") } else { ("gone", "there") };
            wrong.push(format!("{id} is {is}, and taken for {taken}"));
        }
    }
}
