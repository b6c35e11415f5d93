//! `POST /v1/subscriptions`.

use serde_json::{Value, json};

use super::super::desk::Desk;
use super::super::error::ApiError;
use super::super::params::{Kind, Param, Params, apply, param};
use super::super::resource::Answer;
use super::super::{customers, discounts, invoices};
use super::worn::{discounts_of, dress, dress_item};
use super::{COMMON, KIND, draft_invoice, items, period_end, set_period, spend};

pub(super) const PARAMS: &[Param] = &{
    let mut table = [param("customer", Kind::Ref(customers::KIND)).required(); COMMON.len() + 6];
    table[1] = param("items", Kind::List(&Kind::Hash(items::NEW))).required().aside();
    table[2] = param("trial_period_days", Kind::Int).aside();
    table[3] = param("currency", Kind::Currency).aside();
    table[4] = param("billing_mode", Kind::Any).aside();
    table[5] = param("backdate_start_date", Kind::Time).aside();
    let mut index = 0;
    while index < COMMON.len() {
        table[index + 6] = COMMON[index];
        index += 1;
    }
    table
};

/// Creates the subscription with its first invoice, which is paid at once where there is something
/// to charge, and left a draft for an hour where it is sent.
pub(super) fn create(desk: &mut Desk<'_>, params: &Params) -> Answer {
    let mut subscription = desk.blank(KIND, "sub");
    apply(PARAMS, params, &mut subscription);
    put_items(desk, params, &mut subscription)?;
    check_collection(desk, params, &subscription)?;
    start(desk, params, &mut subscription);
    settle_currency(desk, &subscription)?;
    dress(desk, params, &mut subscription)?;
    let invoice = draft_invoice(desk, &subscription, "subscription_create");
    let sent = subscription["collection_method"] == "send_invoice" && invoice["amount_due"] != 0;
    let behavior = params.get("payment_behavior").and_then(Value::as_str).unwrap_or("allow_incomplete");
    if behavior == "error_if_incomplete" && !sent && invoice["amount_due"] != 0 {
        invoices::would_charge(desk, &invoice)?;
    }
    subscription["latest_invoice"] = invoice["id"].clone();
    let mut invoice = desk.commit(invoices::KIND, invoice, &["invoice.created"]);
    if !sent {
        invoice = invoices::finalize(desk, &invoice);
        if invoice["status"] == "open" && behavior != "default_incomplete" {
            invoice = invoices::pay_automatically(desk, &invoice);
        }
        if invoice["status"] != "paid" {
            subscription["status"] = "incomplete".into();
        }
    }
    discounts::settle(desk, &Value::Null, &discounts_of(&subscription));
    let subscription = desk.commit(KIND, subscription, &["customer.subscription.created"]);
    Ok(spend(desk, &subscription))
}

fn put_items(desk: &mut Desk<'_>, params: &Params, subscription: &mut Value) -> Result<(), ApiError> {
    let sent = params.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    if sent.is_empty() {
        return Err(ApiError::missing_parameter("items"));
    }
    if sent.len() > 20 {
        return Err(ApiError::invalid("A subscription may have at most 20 items.").at("items"));
    }
    let mut made = Vec::new();
    for (index, item) in sent.iter().enumerate() {
        let Value::Object(item) = item else { continue };
        let at = format!("items[{index}]");
        let sent = item;
        let mut item = items::new_item(desk, sent, &at)?;
        dress_item(desk, sent, &subscription["customer"], &mut item, &at)?;
        item["subscription"] = subscription["id"].clone();
        made.push(item);
    }
    agree(&made)?;
    subscription["currency"] = made[0]["price"]["currency"].clone();
    let id = subscription["id"].as_str().unwrap_or_default();
    subscription["items"]["url"] = format!("/v1/subscription_items?subscription={id}").into();
    subscription["items"]["data"] = made.into();
    Ok(())
}

/// The items of one subscription share currency and interval.
pub(super) fn agree(items: &[Value]) -> Result<(), ApiError> {
    let Some(first) = items.first() else {
        return Ok(());
    };
    let first = &first["price"];
    for item in items {
        let price = &item["price"];
        if price["currency"] != first["currency"] {
            return Err(
                ApiError::invalid("All prices on a subscription must have the same currency.").at("items")
            );
        }
        let same = |name: &str| price["recurring"][name] == first["recurring"][name];
        if !same("interval") || !same("interval_count") {
            let message = "Currently, all prices on a subscription must have the same `recurring.interval` and \
                           `recurring.interval_count`.";
            return Err(ApiError::invalid(message).at("items"));
        }
    }
    Ok(())
}

fn check_collection(desk: &Desk<'_>, params: &Params, subscription: &Value) -> Result<(), ApiError> {
    if subscription["collection_method"] == "send_invoice" {
        return match subscription["days_until_due"].is_null() {
            true => Err(ApiError::invalid(
                "When collection_method is set to 'send_invoice', days_until_due must be set.",
            )
            .at("days_until_due")),
            false => Ok(()),
        };
    }
    let trial = params.contains_key("trial_period_days") || params.contains_key("trial_end");
    let waits = params.get("payment_behavior").is_some_and(|behavior| behavior == "default_incomplete");
    let items = subscription["items"]["data"].as_array().into_iter().flatten();
    let free = items.clone().all(|item| item["price"]["unit_amount"] == 0);
    if trial || waits || free || invoices::payment_method_of(desk, subscription).is_some() {
        return Ok(());
    }
    Err(invoices::no_payment_method())
}

/// Times, trial and status.
fn start(desk: &Desk<'_>, params: &Params, subscription: &mut Value) {
    let now = desk.seconds();
    let customer = subscription["customer"].as_str().unwrap_or_default();
    subscription["test_clock"] = desk
        .shelf()
        .live(customers::KIND, customer)
        .map(|customer| customer["test_clock"].clone())
        .unwrap_or_default();
    subscription["start_date"] =
        params.get("backdate_start_date").and_then(Value::as_i64).unwrap_or(now).into();
    let days = params.get("trial_period_days").and_then(Value::as_i64).filter(|days| *days > 0);
    let trial_end = days
        .map(|days| now + days * 86_400)
        .or(params.get("trial_end").and_then(Value::as_i64))
        .filter(|end| *end > now);
    let anchor = params.get("billing_cycle_anchor").and_then(Value::as_i64).filter(|anchor| *anchor > now);
    subscription["billing_cycle_anchor"] = trial_end.or(anchor).unwrap_or(now).into();
    let end = trial_end.or(anchor).unwrap_or_else(|| period_end(subscription, now));
    set_period(subscription, now, end);
    if let Some(end) = trial_end {
        subscription["trial_start"] = now.into();
        subscription["trial_end"] = end.into();
        subscription["status"] = "trialing".into();
    }
    for name in ["cancel_at", "cancel_at_period_end"] {
        if let Some(value) = params.get(name) {
            subscription[name] = value.clone();
        }
    }
    if subscription["cancel_at_period_end"] == true {
        subscription["cancel_at"] = end.into();
        subscription["canceled_at"] = now.into();
    }
}

/// A customer's currency is set by the first thing billed, and holds.
fn settle_currency(desk: &mut Desk<'_>, subscription: &Value) -> Result<(), ApiError> {
    let id = subscription["customer"].as_str().unwrap_or_default();
    let mut customer = (*desk.find(customers::KIND, id, "customer")?).clone();
    let currency = &subscription["currency"];
    if customer["currency"].is_null() {
        customer["currency"] = currency.clone();
        desk.commit(customers::KIND, customer, &["customer.updated"]);
        return Ok(());
    }
    if customer["currency"] == *currency {
        return Ok(());
    }
    let active = !super::open_of(desk, id).is_empty();
    if active {
        let message = format!(
            "You cannot combine currencies on a single customer. This customer has an active subscription, subscription \
             schedule, discount, quote, or invoice item with currency {}",
            customer["currency"].as_str().unwrap_or_default()
        );
        return Err(ApiError::invalid(message));
    }
    customer["currency"] = json!(currency);
    desk.commit(customers::KIND, customer, &["customer.updated"]);
    Ok(())
}
