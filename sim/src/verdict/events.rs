//! Every event that Stripe made is known, whether it came or was found: within an hour where nothing else
//! went wrong.

use std::collections::BTreeMap;

use daicho_core::stripe::event_list;
use daicho_engine::port::Millis;

use super::{Expectation, text};
use crate::stage::ACCOUNT;
use crate::world::{START, World};

/// Within which a change whose event never came is found.
const HOUR: Millis = 60 * 60 * 1_000;

pub(super) fn judge(world: &World, expectation: &Expectation<'_>, wrong: &mut Vec<String>) {
    let plan = expectation.plan;
    if plan.test_clocks && plan.clock_times {
        // The list of events cannot be asked for those of another time.
        return;
    }
    let rows = world.rows("SELECT event_id, received FROM inbox");
    let received: BTreeMap<String, Millis> =
        rows.iter().map(|row| (text(row, 0), row.integer(1).expect("a time is a number"))).collect();
    let is_prompt = plan.is_calm() && plan.skew == 0;
    let stripe = world.0.stripe.borrow();
    let is_asked_for = |kind: &str| event_list::all().iter().any(|event| event.name == kind);
    for (id, kind, at) in
        stripe.events(ACCOUNT, false).filter(|(_, kind, at)| *at >= START && is_asked_for(kind))
    {
        match received.get(id) {
            None => wrong.push(format!("{id} ({kind}) never came, and was not found")),
            Some(received) if is_prompt && received - at > HOUR => {
                wrong.push(format!("{id} ({kind}) was found after {} minutes", (received - at) / 60_000));
            }
            Some(_) => {}
        }
    }
}
