//! Invoice payments: what is to pay an invoice, and what paid it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::desk::Desk;
use super::super::expand::id;
use super::super::paging::passes;
use super::super::params::{Kind, Param, param};
use super::super::payment_methods;
use super::super::payments::{charges, intents};
use super::super::resource::{List, Resource};

pub(in super::super) const KIND: &str = "invoice_payment";

const PAYMENT: &[Param] = &[
    param("payment_intent", Kind::Text),
    param("type", Kind::Choice(&["payment_intent", "payment_record"])).required(),
];

pub(in super::super) static RESOURCE: Resource = Resource {
    kind: KIND,
    path: "invoice_payments",
    create: None,
    update: None,
    delete: None,
    list: Some(List {
        filters: &[
            param("created", Kind::Range),
            param("invoice", Kind::Text),
            param("payment", Kind::Hash(PAYMENT)),
            param("status", Kind::Choice(&["canceled", "open", "paid"])),
        ],
        passes: |payment, filters| {
            let intent = filters.get("payment").map_or(&Value::Null, |wanted| &wanted["payment_intent"]);
            passes(payment, filters, &["payment"])
                && (intent.is_null() || payment["payment"]["payment_intent"] == *intent)
        },
    }),
    actions: &[],
    sublists: &[],
    expand: &[
        id("invoice", super::KIND),
        id("payment.charge", charges::KIND),
        id("payment.payment_intent", intents::KIND),
    ],
};

/// Opens the payment of a finalised invoice. Only its being paid makes an event.
pub(super) fn open(desk: &mut Desk<'_>, invoice: &Value) {
    let intent = intents::open(desk, invoice);
    let mut payment = desk.blank(KIND, "inpay");
    payment["amount_requested"] = invoice["amount_remaining"].clone();
    payment["currency"] = invoice["currency"].clone();
    payment["invoice"] = invoice["id"].clone();
    payment["payment"]["payment_intent"] = intent["id"].clone();
    desk.commit(KIND, payment, &[]);
}

/// Tries to collect what the invoice asks for. True where the charge went through.
pub(super) fn attempt(desk: &mut Desk<'_>, invoice: &Value, method: &Value) -> bool {
    let Some((payment, intent)) = waiting(desk, invoice) else {
        return true;
    };
    let goes_through = payment_methods::charges(method);
    intents::confirm(desk, &intent, &invoice["amount_remaining"], method, goes_through);
    if goes_through {
        let mut payment = Arc::unwrap_or_clone(payment);
        payment["amount_paid"] = invoice["amount_remaining"].clone();
        payment["amount_requested"] = invoice["amount_remaining"].clone();
        payment["status"] = "paid".into();
        payment["status_transitions"]["paid_at"] = desk.seconds().into();
        desk.commit(KIND, payment, &["invoice_payment.paid"]);
    }
    goes_through
}

/// Ends what waits to pay an invoice that needs no payment any more.
pub(super) fn cancel(desk: &mut Desk<'_>, invoice: &Value, reason: &str) {
    let Some((payment, intent)) = waiting(desk, invoice) else {
        return;
    };
    intents::cancel(desk, &intent, reason);
    let mut payment = Arc::unwrap_or_clone(payment);
    payment["status"] = "canceled".into();
    payment["status_transitions"]["canceled_at"] = desk.seconds().into();
    desk.commit(KIND, payment, &[]);
}

/// The open payment of an invoice, with its intent.
fn waiting(desk: &Desk<'_>, invoice: &Value) -> Option<(Arc<Value>, Arc<Value>)> {
    let open = |payment: &Value| payment["invoice"] == invoice["id"] && payment["status"] == "open";
    let payment = desk.shelf().newest_first(KIND).find(|row| open(&row.json))?;
    let intent = payment.json["payment"]["payment_intent"].as_str()?;
    Some((Arc::clone(&payment.json), Arc::clone(desk.shelf().live(intents::KIND, intent)?)))
}

/// The charge that paid an invoice.
pub(in super::super) fn charge_of(desk: &Desk<'_>, invoice: &Value) -> Option<Arc<Value>> {
    let paid = |payment: &Value| payment["invoice"] == invoice["id"] && payment["status"] == "paid";
    let payment = desk.shelf().newest_first(KIND).find(|row| paid(&row.json))?;
    let intent = desk.shelf().live(intents::KIND, payment.json["payment"]["payment_intent"].as_str()?)?;
    desk.shelf().live(charges::KIND, intent["latest_charge"].as_str()?).map(Arc::clone)
}

/// The list that `expand[]=payments` shows.
pub(super) fn list_of(desk: &Desk<'_>, invoice: &str) -> Value {
    let of_invoice = desk.shelf().newest_first(KIND).filter(|row| row.json["invoice"] == invoice);
    let data: Vec<Value> = of_invoice.map(|row| (*row.json).clone()).collect();
    json!({ "object": "list", "data": data, "has_more": false, "url": format!("/v1/invoice_payments?invoice={invoice}") })
}
