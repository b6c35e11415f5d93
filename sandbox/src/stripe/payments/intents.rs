//! Payment intents: one for each finalised invoice that asks for money.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::desk::Desk;
use super::super::expand::{foreign, id};
use super::super::paging::passes;
use super::super::params::{Kind, Param, apply, param};
use super::super::resource::{List, Resource, Update};
use super::super::{customers, invoices, payment_methods};
use super::charges;

pub(in super::super) const KIND: &str = "payment_intent";

const UPDATE: &[Param] = &[param("description", Kind::Text), param("metadata", Kind::Metadata)];

pub(in super::super) static RESOURCE: Resource = Resource {
    kind: KIND,
    path: "payment_intents",
    create: None,
    update: Some(Update {
        params: UPDATE,
        // Stripe has no event for it.
        change: |desk, current, params| {
            let mut intent = (**current).clone();
            apply(UPDATE, params, &mut intent);
            Ok(desk.commit(KIND, intent, &[]))
        },
    }),
    delete: None,
    list: Some(List {
        filters: &[param("created", Kind::Range), param("customer", Kind::Text)],
        passes: |intent, filters| passes(intent, filters, &[]),
    }),
    actions: &[],
    sublists: &[],
    expand: &[
        foreign("application"),
        id("customer", customers::KIND),
        id("invoice", invoices::KIND),
        id("latest_charge", charges::KIND),
        id("payment_method", payment_methods::KIND),
    ],
};

/// Opens the payment of an invoice.
pub(in super::super) fn open(desk: &mut Desk<'_>, invoice: &Value) -> Arc<Value> {
    let mut intent = desk.blank(KIND, "pi");
    let secret = desk.world.ids.text(25);
    intent["client_secret"] = format!("{}_secret_{secret}", intent["id"].as_str().unwrap_or_default()).into();
    intent["amount"] = invoice["amount_remaining"].clone();
    intent["currency"] = invoice["currency"].clone();
    intent["customer"] = invoice["customer"].clone();
    intent["description"] = match invoice["billing_reason"].as_str() {
        Some("subscription_create") => "Subscription creation".into(),
        Some("subscription_cycle" | "subscription_update") => "Subscription update".into(),
        _ => format!("Payment for Invoice {}", invoice["number"].as_str().unwrap_or_default()).into(),
    };
    desk.commit(KIND, intent, &["payment_intent.created"])
}

/// Tries to collect what the invoice still asks for.
pub(in super::super) fn confirm(
    desk: &mut Desk<'_>,
    intent: &Arc<Value>,
    amount: &Value,
    method: &Value,
    goes_through: bool,
) -> Arc<Value> {
    let mut next = (**intent).clone();
    next["amount"] = amount.clone();
    let charge = charges::make(desk, &next, method, goes_through);
    next["latest_charge"] = charge["id"].clone();
    if goes_through {
        next["amount_received"] = amount.clone();
        next["last_payment_error"] = Value::Null;
        next["payment_method"] = method["id"].clone();
        next["status"] = "succeeded".into();
        return desk.commit(KIND, next, &["payment_intent.succeeded"]);
    }
    next["last_payment_error"] = json!({
        "charge": charge["id"],
        "code": "card_declined",
        "decline_code": "generic_decline",
        "doc_url": "https://stripe.com/docs/error-codes/card-declined",
        "message": "Your card was declined.",
        "payment_method": method,
        "type": "card_error",
    });
    desk.commit(KIND, next, &["payment_intent.payment_failed"])
}

/// Ends a payment that is not to be made any more.
pub(in super::super) fn cancel(desk: &mut Desk<'_>, intent: &Arc<Value>, reason: &str) {
    if intent["status"] != "requires_payment_method" {
        return;
    }
    let mut next = (**intent).clone();
    next["canceled_at"] = desk.seconds().into();
    next["cancellation_reason"] = reason.into();
    next["status"] = "canceled".into();
    desk.commit(KIND, next, &["payment_intent.canceled"]);
}
