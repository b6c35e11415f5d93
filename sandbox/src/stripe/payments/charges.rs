//! Charges: each attempt to collect, whether it went through or not.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::super::desk::Desk;
use super::super::expand::{Expand, Target, foreign, id};
use super::super::paging::passes;
use super::super::params::{Kind, Param, param};
use super::super::resource::{List, Resource, Sublist, Update, update};
use super::super::show::{EMBEDDED, shown};
use super::super::{customers, invoices};
use super::{intents, refunds};

pub(in super::super) const KIND: &str = "charge";

const UPDATE: &[Param] = &[
    param("customer", Kind::Ref(customers::KIND)),
    param("description", Kind::Text),
    param("metadata", Kind::Metadata),
    param("receipt_email", Kind::Text),
];

pub(in super::super) static RESOURCE: Resource = Resource {
    kind: KIND,
    path: "charges",
    create: None,
    update: Some(Update {
        params: UPDATE,
        change: |desk, current, params| Ok(update(desk, KIND, UPDATE, current, params, "charge.updated")),
    }),
    delete: None,
    list: Some(List {
        filters: &[
            param("created", Kind::Range),
            param("customer", Kind::Text),
            param("payment_intent", Kind::Text),
            param("transfer_group", Kind::Text),
        ],
        passes: |charge, filters| passes(charge, filters, &[]),
    }),
    actions: &[],
    sublists: &[Sublist::Of { name: "refunds", kind: refunds::KIND, filter: "charge" }],
    expand: &[
        foreign("application"),
        foreign("balance_transaction"),
        id("customer", customers::KIND),
        id("invoice", invoices::KIND),
        id("payment_intent", intents::KIND),
        Expand { path: "refunds", to: Target::OnRequest(own_refunds) },
    ],
};

fn own_refunds(desk: &Desk<'_>, charge: &Map<String, Value>) -> Value {
    let id = charge.get("id").and_then(Value::as_str).unwrap_or_default();
    let all: Vec<_> =
        desk.shelf().newest_first(refunds::KIND).filter(|row| row.json["charge"] == id).collect();
    let data: Vec<_> =
        all.iter().take(EMBEDDED).map(|row| shown(&row.json, desk.call.version, desk.shelf())).collect();
    json!({ "object": "list", "data": data, "has_more": all.len() > EMBEDDED, "url": format!("/v1/charges/{id}/refunds") })
}

/// Charges a payment method for a payment intent. It goes through, or the card is declined.
pub(super) fn make(desk: &mut Desk<'_>, intent: &Value, method: &Value, goes_through: bool) -> Arc<Value> {
    let mut charge = desk.blank(KIND, "ch");
    let amount = &intent["amount"];
    for name in ["amount", "currency", "customer", "description", "metadata"] {
        charge[name] = intent[name].clone();
    }
    charge["payment_intent"] = intent["id"].clone();
    charge["payment_method"] = method["id"].clone();
    charge["billing_details"] = method["billing_details"].clone();
    charge["payment_method_details"] = details(method, amount);
    charge["calculated_statement_descriptor"] = "SANDBOX".into();
    if !goes_through {
        decline(&mut charge);
        return desk.commit(KIND, charge, &["charge.failed"]);
    }
    charge["amount_captured"] = amount.clone();
    charge["balance_transaction"] = desk.world.ids.next("txn").into();
    let secret = desk.world.ids.text(32);
    charge["receipt_url"] = format!("https://pay.stripe.com/receipts/invoices/{secret}?s=ap").into();
    desk.commit(KIND, charge, &["charge.succeeded"])
}

fn decline(charge: &mut Value) {
    for (name, value) in [
        ("captured", json!(false)),
        ("failure_code", json!("card_declined")),
        ("failure_message", json!("Your card was declined.")),
        ("paid", json!(false)),
        ("status", json!("failed")),
    ] {
        charge[name] = value;
    }
    let outcome = &mut charge["outcome"];
    outcome["network_status"] = "declined_by_network".into();
    outcome["reason"] = "generic_decline".into();
    outcome["seller_message"] = "The bank did not return any further details with this decline.".into();
    outcome["type"] = "issuer_declined".into();
}

/// What a charge keeps of the card it was made with.
fn details(method: &Value, amount: &Value) -> Value {
    let card = &method["card"];
    let mut details = json!({
        "amount_authorized": amount,
        "authorization_code": null,
        "checks": card["checks"],
        "extended_authorization": { "status": "disabled" },
        "incremental_authorization": { "status": "unavailable" },
        "installments": null,
        "mandate": null,
        "multicapture": { "status": "unavailable" },
        "network": card["brand"],
        "network_token": { "used": false },
        "network_transaction_id": null,
        "overcapture": { "maximum_amount_capturable": amount, "status": "unavailable" },
        "three_d_secure": null,
        "transaction_link_id": null,
        "wallet": null,
    });
    for name in
        ["brand", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "regulated_status"]
    {
        details[name] = card[name].clone();
    }
    json!({ "card": details, "type": "card" })
}

/// Notes a refund on its charge.
pub(super) fn refund(desk: &mut Desk<'_>, charge: &Arc<Value>, amount: i64) {
    let mut next = (**charge).clone();
    let refunded = charge["amount_refunded"].as_i64().unwrap_or_default() + amount;
    next["amount_refunded"] = refunded.into();
    next["refunded"] = (next["amount_captured"] == refunded).into();
    let next = desk.commit(KIND, next, &[]);
    desk.tell_change("charge.refunded", charge, &next);
}
