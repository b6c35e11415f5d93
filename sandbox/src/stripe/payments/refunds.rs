//! Refunds.

use std::sync::Arc;

use serde_json::Value;

use super::super::desk::Desk;
use super::super::error::ApiError;
use super::super::expand::{foreign, id};
use super::super::paging::passes;
use super::super::params::{Kind, Param, Params, apply, param};
use super::super::resource::{Answer, Create, List, Resource, Update, update};
use super::super::{customers, payment_methods};
use super::{charges, intents};

pub(in super::super) const KIND: &str = "refund";

const CREATE: &[Param] = &[
    param("amount", Kind::Int).aside(),
    param("charge", Kind::Ref(charges::KIND)).aside(),
    param("metadata", Kind::Metadata),
    param("payment_intent", Kind::Ref(intents::KIND)).aside(),
    param("reason", Kind::Choice(&["duplicate", "fraudulent", "requested_by_customer"])),
    param("refund_application_fee", Kind::Bool).aside(),
    param("reverse_transfer", Kind::Bool).aside(),
];

const UPDATE: &[Param] = &[param("metadata", Kind::Metadata)];

pub(in super::super) static RESOURCE: Resource = Resource {
    kind: KIND,
    path: "refunds",
    create: Some(Create { params: CREATE, make: create }),
    update: Some(Update { params: UPDATE, change }),
    delete: None,
    list: Some(List {
        filters: &[
            param("charge", Kind::Text),
            param("created", Kind::Range),
            param("payment_intent", Kind::Text),
        ],
        passes: |refund, filters| passes(refund, filters, &[]),
    }),
    actions: &[],
    sublists: &[],
    expand: &[
        foreign("balance_transaction"),
        id("charge", charges::KIND),
        id("customer", customers::KIND),
        id("payment_intent", intents::KIND),
        id("payment_method", payment_methods::KIND),
    ],
};

fn create(desk: &mut Desk<'_>, params: &Params) -> Answer {
    let text = |name: &str| params.get(name).and_then(Value::as_str);
    let charge = match (text("charge"), text("payment_intent")) {
        (Some(charge), None) => desk.find(charges::KIND, charge, "charge")?,
        (None, Some(intent)) => {
            let intent = desk.find(intents::KIND, intent, "payment_intent")?;
            let charge = intent["latest_charge"].as_str().ok_or_else(|| {
                ApiError::invalid("This PaymentIntent does not have a successful charge to refund.")
                    .at("payment_intent")
            })?;
            desk.find(charges::KIND, charge, "payment_intent")?
        }
        (None, None) => {
            let message =
                "One of the following params should be provided for this request: payment_intent or charge.";
            return Err(ApiError::invalid(message));
        }
        _ => return Err(ApiError::coded("parameters_exclusive", "Pass either charge or payment_intent.")),
    };
    make(desk, &charge, params.get("amount").and_then(Value::as_i64), params)
}

/// Gives back a charge, or part of it.
pub(in super::super) fn make(
    desk: &mut Desk<'_>,
    charge: &Arc<Value>,
    amount: Option<i64>,
    params: &Params,
) -> Answer {
    let number = |name: &str| charge[name].as_i64().unwrap_or_default();
    let left = number("amount_captured") - number("amount_refunded");
    let id = charge["id"].as_str().unwrap_or_default();
    if charge["status"] != "succeeded" {
        return Err(ApiError::invalid(format!("Charge {id} was not successful and cannot be refunded.")));
    }
    if left == 0 {
        let message = format!("Charge {id} has already been refunded.");
        return Err(ApiError::coded("charge_already_refunded", message));
    }
    let amount = amount.unwrap_or(left);
    if amount < 1 {
        return Err(ApiError::coded("parameter_invalid_integer", "Invalid positive integer").at("amount"));
    }
    if amount > left {
        let message =
            format!("Refund amount ({amount}) is greater than unrefunded amount on charge ({left})");
        return Err(ApiError::invalid(message).at("amount"));
    }
    let mut refund = desk.blank(KIND, "re");
    apply(CREATE, params, &mut refund);
    refund["amount"] = amount.into();
    refund["balance_transaction"] = desk.world.ids.next("txn").into();
    refund["charge"] = charge["id"].clone();
    for name in ["currency", "customer", "payment_intent", "payment_method"] {
        refund[name] = charge[name].clone();
    }
    charges::refund(desk, charge, amount);
    Ok(desk.commit(KIND, refund, &["refund.created"]))
}

fn change(desk: &mut Desk<'_>, current: &Arc<Value>, params: &Params) -> Answer {
    let refund = update(desk, KIND, UPDATE, current, params, "refund.updated");
    if refund != *current {
        desk.tell_change("charge.refund.updated", current, &refund);
    }
    Ok(refund)
}
