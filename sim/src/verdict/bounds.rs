//! How many requests a life may take in which nothing goes wrong with them.

use std::collections::BTreeMap;

use daicho_engine::port::Millis;

use super::Expectation;
use crate::apps::CUSTOMERS;
use crate::world::World;

use super::records;

/// An answer may be on its way this long, and a read's window is as wide to either side.
const UNSURE: Millis = 20_000;

/// The most requests of a step that begins with the day's last: reading the form, looks, and a look at what it
/// made. What takes a batch apart waits.
const STEP: u64 = 6;

pub(super) fn judge(world: &World, expectation: &Expectation<'_>, wrong: &mut Vec<String>) {
    let plan = expectation.plan;
    batches(world, wrong);
    if let Some(share) = plan.share {
        // With another clock than kintone's, two of the tenant's days fall into one of kintone's.
        let days = if plan.skew == 0 { 1 } else { 2 };
        within(world, days * u64::from(share), wrong);
    }
    if plan.lookups && plan.is_unhindered() {
        parents_first(world, wrong);
    }
    if plan.is_orderly() && plan.is_plain() && !plan.lookups && plan.prehistory == 0 {
        reads(world, expectation, wrong);
    }
}

/// No request holds more records than kintone takes, and the first that makes any makes one.
pub(super) fn batches(world: &World, wrong: &mut Vec<String>) {
    let oversized = world.0.kintone.borrow().counters().oversized;
    if oversized > 0 {
        wrong.push(format!("{oversized} requests held more records than kintone takes"));
    }
    for (app, made) in world.0.network.borrow().first_made.iter().filter(|(_, made)| **made > 1) {
        wrong.push(format!("app {app}: {made} records were made before one was seen to carry its key"));
    }
}

/// No app is asked more often in a day than its share allows, but for what a step has begun.
fn within(world: &World, share: u64, wrong: &mut Vec<String>) {
    let kintone = world.0.kintone.borrow();
    for (app, days) in &kintone.counters().apps {
        if let Some((day, count)) = days.iter().find(|(_, count)| **count > share + STEP) {
            wrong.push(format!("app {app} was asked {count} times on {day}, and its share is {share}"));
        }
    }
}

/// A customer is read only where two of its changes are too close to each other to be told apart, and once for
/// each object that is gone: that the key reads the account proves that.
fn reads(world: &World, expectation: &Expectation<'_>, wrong: &mut Vec<String>) {
    let stripe = world.0.stripe.borrow();
    let mut changes: BTreeMap<&str, Vec<Millis>> = BTreeMap::new();
    for change in stripe.history().iter().filter(|change| change.kind == CUSTOMERS.kind) {
        changes.entry(change.id.as_str()).or_default().push(change.at);
    }
    let gone =
        stripe.history().iter().filter(|change| change.deleted && change.kind != CUSTOMERS.kind).count();
    let reach = UNSURE + expectation.plan.shuffle + expectation.plan.skew.abs();
    let network = world.0.network.borrow();
    let (mut needless, mut found) = (0, Vec::new());
    for (id, changes) in changes {
        let is_close = |index: &usize| {
            let near =
                |other: Option<&Millis>| other.is_some_and(|other| (other - changes[*index]).abs() <= reach);
            near(index.checked_sub(1).and_then(|before| changes.get(before))) || near(changes.get(index + 1))
        };
        let allowed = (0..changes.len()).filter(is_close).count();
        let read = network.read.get(&format!("/v1/customers/{id}")).copied().unwrap_or_default();
        if read > allowed {
            needless += read - allowed;
            found.push(format!("{id}: read {read} times, and {allowed} would do"));
        }
    }
    // One is read to see whose the key is.
    if needless > gone + 1 {
        wrong.append(&mut found);
    }
}

/// kintone is asked for no lookup whose record will come.
fn parents_first(world: &World, wrong: &mut Vec<String>) {
    let customers = records::of(world, CUSTOMERS.app).1;
    let network = world.0.network.borrow();
    if let Some(parent) = network.lookups_refused.iter().find(|parent| customers.contains_key(*parent)) {
        wrong.push(format!("a request named {parent}, whose record was not there yet"));
    }
}
