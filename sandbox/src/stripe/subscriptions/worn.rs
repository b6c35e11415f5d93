//! The discounts and tax rates that a subscription and its items wear.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::desk::Desk;
use super::super::error::ApiError;
use super::super::params::Params;
use super::super::{customers, discounts, tax_rates};
use super::KIND;

/// Puts the subscription's own tax rates and discounts on it.
pub(super) fn dress(desk: &mut Desk<'_>, params: &Params, subscription: &mut Value) -> Result<(), ApiError> {
    tax_rates::embed(desk, params, "default_tax_rates", subscription);
    let (customer, own) = (subscription["customer"].clone(), subscription["id"].clone());
    let ids = discounts::redeem(desk, params, &customer, &[("subscription", &own)], "discounts")?;
    if let Some(ids) = ids {
        subscription["discounts"] = ids;
    }
    Ok(())
}

/// The same for one of its items; `at` names it in errors.
pub(super) fn dress_item(
    desk: &mut Desk<'_>,
    params: &Params,
    customer: &Value,
    item: &mut Value,
    at: &str,
) -> Result<(), ApiError> {
    tax_rates::embed(desk, params, "tax_rates", item);
    let own = item["id"].clone();
    let at = format!("{at}[discounts]");
    if let Some(ids) = discounts::redeem(desk, params, customer, &[("subscription_item", &own)], &at)? {
        item["discounts"] = ids;
    }
    Ok(())
}

/// Every discount of the subscription and of its items.
pub(super) fn discounts_of(subscription: &Value) -> Value {
    let of = |holder: &Value| holder["discounts"].as_array().cloned().unwrap_or_default();
    let items = subscription["items"]["data"].as_array().into_iter().flatten();
    of(subscription).into_iter().chain(items.flat_map(of)).collect()
}

/// Takes off what a billed period has used up: coupons for one invoice, and those whose months are over.
pub(in super::super) fn spend(desk: &mut Desk<'_>, current: &Arc<Value>) -> Arc<Value> {
    if current["status"] == "trialing" {
        return Arc::clone(current);
    }
    let mut next = (**current).clone();
    let mut over = Vec::new();
    if next["discounts"] == json!([]) {
        spend_customers(desk, &next["customer"]);
    }
    keep(desk, &mut next["discounts"], &mut over);
    for item in next["items"]["data"].as_array_mut().into_iter().flatten() {
        keep(desk, &mut item["discounts"], &mut over);
    }
    for id in over {
        discounts::end(desk, &id);
    }
    desk.commit(KIND, next, &["customer.subscription.updated"])
}

fn keep(desk: &Desk<'_>, ids: &mut Value, over: &mut Vec<String>) {
    let (stay, gone): (Vec<Value>, Vec<Value>) =
        ids.as_array().cloned().unwrap_or_default().into_iter().partition(|id| stays(desk, id));
    over.extend(gone.iter().filter_map(Value::as_str).map(str::to_owned));
    *ids = stay.into();
}

fn stays(desk: &Desk<'_>, id: &Value) -> bool {
    let (running, _) = discounts::running(desk, &json!([id]));
    !running.is_empty() && !discounts::is_once(desk, id)
}

fn spend_customers(desk: &mut Desk<'_>, customer: &Value) {
    let Some(customer) = customer.as_str().and_then(|id| desk.shelf().live(customers::KIND, id)) else {
        return;
    };
    let id = customer["discount"]["id"].clone();
    if id.is_null() || stays(desk, &id) {
        return;
    }
    let mut customer = (**customer).clone();
    customer["discount"] = Value::Null;
    discounts::end(desk, id.as_str().unwrap_or_default());
    desk.commit(customers::KIND, customer, &["customer.updated"]);
}
