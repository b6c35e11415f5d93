//! An invoice's steps: finalising, paying, voiding, giving up.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::desk::Desk;
use super::super::error::ApiError;
use super::super::params::Params;
use super::super::resource::Answer;
use super::super::{customers, payment_methods, subscriptions};
use super::{KIND, copy_customer, payments, totals};

/// Days Stripe waits before it tries a failed payment again (the first step of its default schedule).
const NEXT_ATTEMPT_SECONDS: i64 = 3 * 86_400;

fn step(invoice: &Value, wanted: &[&str], verb: &str) -> Result<(), ApiError> {
    let status = invoice["status"].as_str().unwrap_or_default();
    if wanted.contains(&status) {
        return Ok(());
    }
    let message = match status {
        "paid" if verb == "paid" => {
            return Err(ApiError::coded("invoice_already_paid", "Invoice is already paid"));
        }
        "draft" => format!("This invoice is a draft and cannot be {verb}. Finalize it first."),
        _ => format!("This invoice is {status} and can no longer be {verb}."),
    };
    Err(ApiError::coded("invoice_not_editable", message))
}

pub(super) fn finalize_on_demand(desk: &mut Desk<'_>, current: &Arc<Value>, params: &Params) -> Answer {
    if current["status"] != "draft" {
        let message = "This invoice is already finalized, you can't re-finalize a non-draft invoice.";
        return Err(ApiError::invalid(message));
    }
    let mut invoice = (**current).clone();
    if let Some(advance) = params.get("auto_advance") {
        invoice["auto_advance"] = advance.clone();
    }
    Ok(finalize(desk, &Arc::new(invoice)))
}

/// Fixes a draft: number, links, the customer's particulars. Nothing due is paid at once.
pub(in super::super) fn finalize(desk: &mut Desk<'_>, current: &Arc<Value>) -> Arc<Value> {
    let mut invoice = (**current).clone();
    copy_customer(desk, &mut invoice);
    invoice["status"] = "open".into();
    settle_balance(desk, &mut invoice);
    for at in ["effective_at", "status_transitions.finalized_at"] {
        stamp(desk, &mut invoice, at);
    }
    if invoice["number"].is_null() {
        invoice["number"] = next_number(desk, &invoice["customer"]);
    }
    invoice["automatically_finalizes_at"] = Value::Null;
    let secret = desk.world.ids.text(32);
    let address = format!("https://invoice.stripe.com/i/{}/test_{secret}", desk.call.scope.account);
    invoice["hosted_invoice_url"] = format!("{address}?s=ap").into();
    invoice["invoice_pdf"] =
        format!("https://pay.stripe.com/invoice/{}/test_{secret}/pdf?s=ap", desk.call.scope.account).into();
    let invoice = desk.commit(KIND, invoice, &["invoice.finalized", "invoice.updated"]);
    if invoice["amount_due"] == 0 {
        return paid(desk, &invoice, false);
    }
    payments::open(desk, &invoice);
    invoice
}

/// Applies the customer's balance: credit pays first, what was owed is added.
fn settle_balance(desk: &mut Desk<'_>, invoice: &mut Value) {
    totals::recompute(desk, invoice);
    let number = |name: &str| invoice[name].as_i64().unwrap_or_default();
    let ending = (number("total") + number("starting_balance")).min(0);
    invoice["ending_balance"] = ending.into();
    totals::set_due(invoice);
    let customer = invoice["customer"].as_str().unwrap_or_default();
    if let Some(customer) = desk.shelf().live(customers::KIND, customer) {
        let mut customer = (**customer).clone();
        customer["balance"] = ending.into();
        desk.commit(customers::KIND, customer, &["customer.updated"]);
    }
}

fn stamp(desk: &Desk<'_>, invoice: &mut Value, at: &str) {
    let now = desk.seconds().into();
    match at.split_once('.') {
        Some((outer, inner)) => invoice[outer][inner] = now,
        None => invoice[at] = now,
    }
}

/// `PREFIX-0001`, counted per customer. Counting makes no event, as at Stripe.
fn next_number(desk: &mut Desk<'_>, customer: &Value) -> Value {
    let Some(customer) = customer.as_str().and_then(|id| desk.shelf().live(customers::KIND, id)) else {
        return Value::Null;
    };
    let mut customer = (**customer).clone();
    let next = customer["next_invoice_sequence"].as_i64().unwrap_or(1);
    let number = format!("{}-{next:04}", customer["invoice_prefix"].as_str().unwrap_or_default());
    customer["next_invoice_sequence"] = (next + 1).into();
    desk.commit(customers::KIND, customer, &[]);
    number.into()
}

pub(super) fn pay_on_demand(desk: &mut Desk<'_>, current: &Arc<Value>, params: &Params) -> Answer {
    let current = if current["status"] == "draft" { finalize(desk, current) } else { Arc::clone(current) };
    step(&current, &["open", "uncollectible"], "paid")?;
    if params.get("paid_out_of_band") == Some(&Value::Bool(true)) {
        payments::cancel(desk, &current, "abandoned");
        return Ok(paid(desk, &current, false));
    }
    let method = match params.get("payment_method").and_then(Value::as_str) {
        Some(id) => Some(payment_methods::to_attach(desk, id, "payment_method")?),
        None => payment_method_of(desk, &current),
    };
    let method = method.ok_or_else(no_payment_method)?;
    let invoice = collect(desk, &current, &method);
    if invoice["status"] == "paid" { Ok(invoice) } else { Err(ApiError::card_declined()) }
}

fn collect(desk: &mut Desk<'_>, invoice: &Arc<Value>, method: &Value) -> Arc<Value> {
    if payments::attempt(desk, invoice, method) { paid(desk, invoice, true) } else { failed(desk, invoice) }
}

/// Charges what the invoice, its subscription or its customer gives. A refusal leaves it open.
pub(in super::super) fn pay_automatically(desk: &mut Desk<'_>, current: &Arc<Value>) -> Arc<Value> {
    match payment_method_of(desk, current) {
        Some(method) => collect(desk, current, &method),
        None => failed(desk, current),
    }
}

/// The payment method an invoice or a subscription is charged to.
pub(in super::super) fn payment_method_of(desk: &Desk<'_>, object: &Value) -> Option<Arc<Value>> {
    let customer = desk.shelf().live(customers::KIND, object["customer"].as_str()?)?;
    let own = object["default_payment_method"].as_str();
    let id = own.or(customer["invoice_settings"]["default_payment_method"].as_str())?;
    desk.shelf().live(payment_methods::KIND, id).map(Arc::clone)
}

/// Stripe's refusal where there is nothing to charge.
pub(in super::super) fn no_payment_method() -> ApiError {
    ApiError::coded(
        "resource_missing",
        "This customer has no attached payment source or default payment method. Please consider adding a default \
         payment method. For more information, visit \
         https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-options.",
    )
}

/// Refuses where a charge would fail, before anything is made.
pub(in super::super) fn would_charge(desk: &Desk<'_>, object: &Value) -> Result<(), ApiError> {
    let method = payment_method_of(desk, object).ok_or_else(no_payment_method)?;
    if payment_methods::charges(&method) { Ok(()) } else { Err(ApiError::card_declined()) }
}

fn paid(desk: &mut Desk<'_>, current: &Arc<Value>, charged: bool) -> Arc<Value> {
    let mut invoice = (**current).clone();
    invoice["status"] = "paid".into();
    invoice["amount_paid"] = invoice["amount_due"].clone();
    invoice["amount_remaining"] = 0.into();
    invoice["attempted"] = true.into();
    if charged {
        invoice["attempt_count"] = (invoice["attempt_count"].as_i64().unwrap_or_default() + 1).into();
    }
    invoice["auto_advance"] = false.into();
    invoice["next_payment_attempt"] = Value::Null;
    stamp(desk, &mut invoice, "status_transitions.paid_at");
    let invoice =
        desk.commit(KIND, invoice, &["invoice.updated", "invoice.paid", "invoice.payment_succeeded"]);
    move_subscription(desk, &invoice, &["incomplete", "past_due", "unpaid"], "active");
    invoice
}

/// Ends an invoice that asks for nothing any more.
pub(in super::super) fn settled(desk: &mut Desk<'_>, current: &Arc<Value>) {
    payments::cancel(desk, current, "abandoned");
    paid(desk, current, false);
}

fn failed(desk: &mut Desk<'_>, current: &Arc<Value>) -> Arc<Value> {
    let mut invoice = (**current).clone();
    invoice["attempted"] = true.into();
    invoice["attempt_count"] = (invoice["attempt_count"].as_i64().unwrap_or_default() + 1).into();
    invoice["next_payment_attempt"] = (desk.seconds() + NEXT_ATTEMPT_SECONDS).into();
    let invoice = desk.commit(KIND, invoice, &["invoice.updated", "invoice.payment_failed"]);
    move_subscription(desk, &invoice, &["active"], "past_due");
    invoice
}

/// What became of the invoice moves its subscription on.
fn move_subscription(desk: &mut Desk<'_>, invoice: &Value, from: &[&str], to: &str) {
    let id = invoice["parent"]["subscription_details"]["subscription"].as_str();
    let Some(subscription) = id.and_then(|id| desk.shelf().live(subscriptions::KIND, id)) else {
        return;
    };
    if !from.iter().any(|status| subscription["status"] == *status) {
        return;
    }
    let mut subscription = (**subscription).clone();
    subscription["status"] = to.into();
    desk.commit(subscriptions::KIND, subscription, &["customer.subscription.updated"]);
}

pub(super) fn void(desk: &mut Desk<'_>, current: &Arc<Value>, _: &Params) -> Answer {
    step(current, &["open", "uncollectible"], "voided")?;
    payments::cancel(desk, current, "void_invoice");
    Ok(ended(desk, current, "void", "voided_at", "invoice.voided"))
}

pub(super) fn mark_uncollectible(desk: &mut Desk<'_>, current: &Arc<Value>, _: &Params) -> Answer {
    step(current, &["open"], "marked uncollectible")?;
    Ok(ended(desk, current, "uncollectible", "marked_uncollectible_at", "invoice.marked_uncollectible"))
}

fn ended(desk: &mut Desk<'_>, current: &Arc<Value>, status: &str, at: &str, event: &str) -> Arc<Value> {
    let mut invoice = (**current).clone();
    invoice["status"] = status.into();
    invoice["auto_advance"] = false.into();
    invoice["next_payment_attempt"] = Value::Null;
    invoice["status_transitions"][at] = json!(desk.seconds());
    desk.commit(KIND, invoice, &["invoice.updated", event])
}

/// Sending finalises a draft first.
pub(super) fn send(desk: &mut Desk<'_>, current: &Arc<Value>, _: &Params) -> Answer {
    if current["collection_method"] != "send_invoice" {
        let message = "You can only manually send an invoice if its collection method is 'send_invoice'.";
        return Err(ApiError::invalid(message));
    }
    let invoice = if current["status"] == "draft" { finalize(desk, current) } else { Arc::clone(current) };
    desk.tell("invoice.sent", &invoice);
    Ok(invoice)
}
