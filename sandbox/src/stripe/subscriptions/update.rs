//! `POST /v1/subscriptions/{id}`, pausing and resuming. Prorations are not computed: a price of
//! another interval begins a new period with an invoice, one of the same interval counts from the next.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::desk::Desk;
use super::super::error::ApiError;
use super::super::params::{Kind, Param, Params, apply, param};
use super::super::resource::Answer;
use super::super::{discounts, invoices};
use super::create::agree;
use super::worn::{discounts_of, dress, dress_item};
use super::{COMMON, KIND, draft_invoice, items, period_end, set_period, spend};

pub(super) const PARAMS: &[Param] = &{
    let mut table = [param("items", Kind::List(&Kind::Hash(items::CHANGED))).aside(); COMMON.len() + 1];
    let mut index = 0;
    while index < COMMON.len() {
        table[index + 1] = COMMON[index];
        index += 1;
    }
    table
};

const UPDATED: &str = "customer.subscription.updated";

pub(super) fn change(desk: &mut Desk<'_>, current: &Arc<Value>, params: &Params) -> Answer {
    let harmless = |name: &String| name == "metadata" || name == "cancellation_details";
    if current["status"] == "canceled" && !params.keys().all(harmless) {
        let message = "A canceled subscription can only update its cancellation_details and metadata.";
        return Err(ApiError::invalid(message));
    }
    let mut next = (**current).clone();
    apply(PARAMS, params, &mut next);
    dress(desk, params, &mut next)?;
    let mut billed = false;
    if let Some(Value::Array(changes)) = params.get("items") {
        billed = change_items(desk, &mut next, changes)?;
    }
    cancellation(desk, params, &mut next);
    billed |= trial(desk, params, &mut next);
    if params.get("billing_cycle_anchor").is_some_and(|anchor| anchor == "now") {
        billed = true;
    }
    if billed {
        new_period(desk, &mut next);
    }
    Ok(changed(desk, current, next, billed))
}

fn changed(desk: &mut Desk<'_>, current: &Value, next: Value, billed: bool) -> Arc<Value> {
    discounts::settle(desk, &discounts_of(current), &discounts_of(&next));
    let next = desk.commit(KIND, next, &[UPDATED]);
    if billed { spend(desk, &next) } else { next }
}

fn cancellation(desk: &Desk<'_>, params: &Params, next: &mut Value) {
    if let Some(at) = params.get("cancel_at") {
        next["cancel_at"] = at.clone();
        next["canceled_at"] = if at.is_null() { Value::Null } else { desk.seconds().into() };
    }
    let Some(Value::Bool(ends)) = params.get("cancel_at_period_end") else {
        return;
    };
    if next["cancel_at_period_end"] == *ends {
        return;
    }
    next["cancel_at_period_end"] = (*ends).into();
    let end = next["items"]["data"][0]["current_period_end"].clone();
    next["cancel_at"] = if *ends { end } else { Value::Null };
    next["canceled_at"] = if *ends { desk.seconds().into() } else { Value::Null };
    next["cancellation_details"]["reason"] =
        if *ends { "cancellation_requested".into() } else { Value::Null };
}

/// Moves or ends a trial. True where billing begins now.
fn trial(desk: &Desk<'_>, params: &Params, next: &mut Value) -> bool {
    match params.get("trial_end") {
        Some(Value::String(_)) if next["status"] == "trialing" => {
            next["trial_end"] = desk.seconds().into();
            next["status"] = "active".into();
            true
        }
        Some(Value::Number(end)) => {
            let end = end.as_i64().unwrap_or_default();
            next["status"] = "trialing".into();
            next["trial_end"] = end.into();
            if next["trial_start"].is_null() {
                next["trial_start"] = desk.seconds().into();
            }
            next["billing_cycle_anchor"] = end.into();
            set_period(next, desk.seconds(), end);
            false
        }
        _ => false,
    }
}

/// A period that begins now, with its invoice.
fn new_period(desk: &mut Desk<'_>, next: &mut Value) {
    next["billing_cycle_anchor"] = desk.seconds().into();
    let end = period_end(next, desk.seconds());
    set_period(next, desk.seconds(), end);
    let invoice = draft_invoice(desk, next, "subscription_update");
    next["latest_invoice"] = invoice["id"].clone();
    let invoice = desk.commit(invoices::KIND, invoice, &["invoice.created"]);
    if next["collection_method"] == "charge_automatically" {
        let invoice = invoices::finalize(desk, &invoice);
        let paid =
            invoice["status"] == "paid" || invoices::pay_automatically(desk, &invoice)["status"] == "paid";
        next["status"] = if paid { "active" } else { "past_due" }.into();
    }
}

/// Applies changes of items and commits. True where the interval changed, so that a new period begins.
fn change_items(desk: &mut Desk<'_>, next: &mut Value, changes: &[Value]) -> Result<bool, ApiError> {
    let recurring = |items: &[Value]| items.first().map(|item| item["price"]["recurring"].clone());
    let mut all = next["items"]["data"].as_array().cloned().unwrap_or_default();
    let before = recurring(&all);
    for (index, change) in changes.iter().enumerate() {
        let Value::Object(change) = change else {
            continue;
        };
        let at = format!("items[{index}]");
        let Some(id) = change.get("id").and_then(Value::as_str) else {
            let mut item = items::new_item(desk, change, &at)?;
            dress_item(desk, change, &next["customer"], &mut item, &at)?;
            item["subscription"] = next["id"].clone();
            for name in ["current_period_start", "current_period_end"] {
                item[name] = next["items"]["data"][0][name].clone();
            }
            all.push(item);
            continue;
        };
        let place = all.iter().position(|item| item["id"] == id);
        let place =
            place.ok_or_else(|| ApiError::missing("subscription_item", id, None).at(format!("{at}[id]")))?;
        if change.get("deleted") == Some(&Value::Bool(true)) {
            all.remove(place);
            continue;
        }
        apply(items::CHANGED, change, &mut all[place]);
        if let Some(price) = items::price_of(desk, change, &at)? {
            items::set_price(&mut all[place], &price);
        }
        dress_item(desk, change, &next["customer"], &mut all[place], &at)?;
    }
    if all.is_empty() {
        let message = "A subscription must have at least one active plan or price.";
        return Err(ApiError::invalid(message).at("items"));
    }
    agree(&all)?;
    let key =
        |recurring: Option<Value>| recurring.map(|of| (of["interval"].clone(), of["interval_count"].clone()));
    let moved = key(before) != key(recurring(&all));
    next["items"]["data"] = all.into();
    Ok(moved)
}

/// Applies changes of items alone, as `/v1/subscription_items` does.
pub(in super::super) fn reprice(desk: &mut Desk<'_>, current: &Arc<Value>, changes: &[Value]) -> Answer {
    let mut next = (**current).clone();
    let billed = change_items(desk, &mut next, changes)?;
    if billed {
        new_period(desk, &mut next);
    }
    Ok(changed(desk, current, next, billed))
}

/// `POST /v1/subscriptions/{id}/pause` (2026-09-30.endive).
pub(super) fn pause(desk: &mut Desk<'_>, current: &Arc<Value>, _: &Params) -> Answer {
    let mut next = (**current).clone();
    next["status"] = "paused".into();
    next["status_details"] = json!({ "paused": { "type": "subscription" } });
    Ok(desk.commit(KIND, next, &[UPDATED, "customer.subscription.paused"]))
}

pub(super) fn resume(desk: &mut Desk<'_>, current: &Arc<Value>, _: &Params) -> Answer {
    if current["status"] != "paused" {
        return Err(ApiError::invalid("Only a paused subscription can be resumed."));
    }
    let mut next = (**current).clone();
    next["status"] = "active".into();
    if let Value::Object(fields) = &mut next {
        fields.shift_remove("status_details");
    }
    Ok(desk.commit(KIND, next, &[UPDATED, "customer.subscription.resumed"]))
}
