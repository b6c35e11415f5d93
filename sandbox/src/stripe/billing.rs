//! Time that passes for billing: drafts that finalise by themselves, trials and periods that end.

use std::sync::Arc;

use serde_json::Value;

use super::desk::{Call, Desk};
use super::world::{Scope, World};
use super::{invoices, subscriptions};
use crate::Millis;

/// Something that falls due, in Unix seconds.
type Due = (i64, &'static str, Arc<Value>);

/// Does what falls due up to `now`, in the order of its time, each at its own time.
pub(super) fn advance(world: &mut World, now: Millis) {
    let scopes: Vec<Scope> = world.shelves.keys().cloned().collect();
    for scope in scopes {
        // What was done makes further things due: a renewal, the draft it leaves.
        while let Some((at, kind, object)) = earliest(world, &scope).filter(|due| due.0 * 1000 <= now) {
            let mut desk = at_desk(world, at * 1000, scope.clone());
            match kind {
                invoices::KIND => finish(&mut desk, &object),
                _ => period_ends(&mut desk, &object),
            }
        }
    }
}

/// A desk for what time or others cause, and no request.
pub(super) fn at_desk(world: &mut World, now: Millis, scope: Scope) -> Desk<'_> {
    let version = world.default_version(&scope.account);
    Desk { world, call: Call { now, scope, limits: None, version, request_id: None, idempotency_key: None } }
}

fn earliest(world: &World, scope: &Scope) -> Option<Due> {
    let shelf = world.shelf(scope);
    let drafts = shelf.newest_first(invoices::KIND).filter_map(|row| {
        let waits = row.json["status"] == "draft" && row.json["auto_advance"] == true;
        let at = row.json["automatically_finalizes_at"].as_i64().filter(|_| waits)?;
        Some((at, invoices::KIND, Arc::clone(&row.json)))
    });
    let periods = shelf.newest_first(subscriptions::KIND).filter_map(|row| {
        let runs = ["active", "trialing", "past_due"].iter().any(|status| row.json["status"] == *status);
        let end = row.json["items"]["data"][0]["current_period_end"].as_i64().filter(|_| runs)?;
        let at = row.json["cancel_at"].as_i64().map_or(end, |cancel| cancel.min(end));
        Some((at, subscriptions::KIND, Arc::clone(&row.json)))
    });
    drafts.chain(periods).min_by_key(|due| due.0)
}

fn finish(desk: &mut Desk<'_>, invoice: &Arc<Value>) {
    let invoice = invoices::finalize(desk, invoice);
    if invoice["status"] == "open" && invoice["collection_method"] == "charge_automatically" {
        invoices::pay_automatically(desk, &invoice);
    }
}

fn period_ends(desk: &mut Desk<'_>, subscription: &Arc<Value>) {
    let cancels = subscription["cancel_at"].as_i64().is_some_and(|at| at <= desk.seconds());
    if cancels {
        subscriptions::cancel(desk, subscription);
    } else {
        next_period(desk, subscription);
    }
}

/// Moves on by one period and drafts its invoice.
fn next_period(desk: &mut Desk<'_>, current: &Arc<Value>) -> Arc<Value> {
    let mut subscription = (**current).clone();
    let start = desk
        .seconds()
        .max(subscription["items"]["data"][0]["current_period_start"].as_i64().unwrap_or_default());
    if subscription["status"] == "trialing" {
        subscription["status"] = "active".into();
    }
    let end = subscriptions::period_end(&subscription, start);
    subscriptions::set_period(&mut subscription, start, end);
    let invoice = subscriptions::draft_invoice(desk, &subscription, "subscription_cycle");
    subscription["latest_invoice"] = invoice["id"].clone();
    let invoice = desk.commit(invoices::KIND, invoice, &["invoice.created"]);
    let subscription = desk.commit(subscriptions::KIND, subscription, &["customer.subscription.updated"]);
    subscriptions::spend(desk, &subscription);
    invoice
}

/// Bills the next period now, from the end of the current one, and charges it at once.
pub(super) fn renew(world: &mut World, now: Millis, account: &str, livemode: bool, id: &str) -> bool {
    let scope = Scope { account: account.to_owned(), livemode };
    let mut desk = at_desk(world, now, scope);
    let runs = |status: &Value| ["active", "trialing", "past_due"].iter().any(|wanted| status == wanted);
    let Some(subscription) =
        desk.shelf().live(subscriptions::KIND, id).filter(|found| runs(&found["status"]))
    else {
        return false;
    };
    let subscription = Arc::clone(subscription);
    let end = subscription["items"]["data"][0]["current_period_end"].as_i64().unwrap_or_default();
    let mut moved = (*subscription).clone();
    // The period that is billed begins where the current one ends, not now.
    subscriptions::set_period(&mut moved, end, end);
    let invoice = next_period(&mut desk, &Arc::new(moved));
    finish(&mut desk, &invoice);
    true
}
