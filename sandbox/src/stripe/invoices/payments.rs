//! Invoice payments: what paid an invoice, and how.

use serde_json::{Value, json};

use super::super::before_basil::payment_intent;
use super::super::desk::Desk;
use super::super::expand::{foreign, id};
use super::super::paging::passes;
use super::super::params::{Kind, param};
use super::super::resource::{List, Resource};

pub(super) const KIND: &str = "invoice_payment";

pub(in super::super) static RESOURCE: Resource = Resource {
    kind: KIND,
    path: "invoice_payments",
    create: None,
    update: None,
    delete: None,
    list: Some(List {
        filters: &[param("created", Kind::Range), param("invoice", Kind::Text), param("status", Kind::Text)],
        passes: |payment, filters| passes(payment, filters, &[]),
    }),
    actions: &[],
    sublists: &[],
    expand: &[id("invoice", super::KIND), foreign("payment.payment_intent")],
};

/// Records that an invoice was paid through a payment intent.
pub(super) fn record(desk: &mut Desk<'_>, invoice: &Value) {
    let mut payment = desk.blank(KIND, "inpay");
    payment["amount_paid"] = invoice["amount_due"].clone();
    payment["amount_requested"] = invoice["amount_due"].clone();
    payment["currency"] = invoice["currency"].clone();
    payment["invoice"] = invoice["id"].clone();
    let intent = payment_intent(invoice["id"].as_str().unwrap_or_default());
    payment["payment"] = json!({ "payment_intent": intent, "type": "payment_intent" });
    payment["status"] = "paid".into();
    payment["status_transitions"]["paid_at"] = desk.seconds().into();
    desk.commit(KIND, payment, &["invoice_payment.paid"]);
}

/// The list that `expand[]=payments` shows.
pub(super) fn list_of(desk: &Desk<'_>, invoice: &str) -> Value {
    let of_invoice = desk.shelf().newest_first(KIND).filter(|row| row.json["invoice"] == invoice);
    let data: Vec<Value> = of_invoice.map(|row| (*row.json).clone()).collect();
    json!({ "object": "list", "data": data, "has_more": false, "url": format!("/v1/invoice_payments?invoice={invoice}") })
}
