//! Credit notes: what is taken back of a finalised invoice, before it is paid or after.

mod lines;
mod settlement;

use std::sync::Arc;

use serde_json::{Value, json};

use super::desk::Desk;
use super::error::ApiError;
use super::expand::{Expand, foreign, id, inside};
use super::paging::passes;
use super::params::{Kind, Param, Params, apply, param};
use super::payments::refunds;
use super::resource::{Action, Answer, Create, List, Resource, Sublist, Update, update};
use super::{customers, discounts, invoices};
use settlement::Settlement;

pub(super) const KIND: &str = "credit_note";

const REFUNDS: &[Param] = &[
    param("amount_refunded", Kind::Int),
    param("refund", Kind::Ref(refunds::KIND)),
    param("type", Kind::Choice(&["refund"])),
];

const CREATE: &[Param] = &[
    param("amount", Kind::Int).aside(),
    param("credit_amount", Kind::Int).aside(),
    param("effective_at", Kind::Time),
    param("email_type", Kind::Choice(&["credit_note", "none"])).aside(),
    param("invoice", Kind::Ref(invoices::KIND)).required(),
    param("lines", Kind::List(&Kind::Hash(lines::PARAMS))).aside(),
    param("memo", Kind::Text),
    param("metadata", Kind::Metadata),
    param("out_of_band_amount", Kind::Int),
    param("reason", Kind::Choice(&["duplicate", "fraudulent", "order_change", "product_unsatisfactory"])),
    param("refund_amount", Kind::Int).aside(),
    param("refunds", Kind::List(&Kind::Hash(REFUNDS))).aside(),
];

const UPDATE: &[Param] = &[param("memo", Kind::Text), param("metadata", Kind::Metadata)];

/// What `expand[]` may name within a line.
pub(super) const LINE_EXPAND: &[Expand] = &[id("discount_amounts.discount", discounts::KIND)];

pub(super) static RESOURCE: Resource = Resource {
    kind: KIND,
    path: "credit_notes",
    create: Some(Create { params: CREATE, make: create }),
    update: Some(Update {
        params: UPDATE,
        change: |desk, current, params| {
            Ok(update(desk, KIND, UPDATE, current, params, "credit_note.updated"))
        },
    }),
    delete: None,
    list: Some(List {
        filters: &[
            param("created", Kind::Range),
            param("customer", Kind::Text),
            param("invoice", Kind::Text),
        ],
        passes: |note, filters| passes(note, filters, &[]),
    }),
    actions: &[Action { name: "void", params: &[], run: void }],
    sublists: &[Sublist::Embedded { name: "lines" }],
    expand: &[
        id("customer", customers::KIND),
        foreign("customer_balance_transaction"),
        id("discount_amounts.discount", discounts::KIND),
        id("invoice", invoices::KIND),
        inside("lines"),
        id("refund", refunds::KIND),
        id("refunds.refund", refunds::KIND),
    ],
};

fn create(desk: &mut Desk<'_>, params: &Params) -> Answer {
    let invoice = params.get("invoice").and_then(Value::as_str).unwrap_or_default();
    let invoice = desk.find(invoices::KIND, invoice, "invoice")?;
    if !["open", "paid", "uncollectible"].iter().any(|status| invoice["status"] == *status) {
        let message = "Credit notes can be issued for finalized invoices only: open, paid or uncollectible.";
        return Err(ApiError::invalid(message).at("invoice"));
    }
    let mut note = desk.blank(KIND, "cn");
    apply(CREATE, params, &mut note);
    for name in ["currency", "customer"] {
        note[name] = invoice[name].clone();
    }
    if note["effective_at"].is_null() {
        note["effective_at"] = desk.seconds().into();
    }
    lines::put(desk, params, &invoice, &mut note)?;
    check_total(desk, params, &invoice, &note)?;
    let settlement = Settlement::of(params, &invoice, &note)?;
    number(desk, &invoice, &mut note);
    settlement.carry_out(desk, &invoice, note)
}

/// An invoice's credit notes together may not exceed its total.
fn check_total(desk: &Desk<'_>, params: &Params, invoice: &Value, note: &Value) -> Result<(), ApiError> {
    let total = amount(&note["total"]);
    if let Some(wanted) = params.get("amount").and_then(Value::as_i64).filter(|wanted| *wanted != total) {
        let message = format!("The amount ({wanted}) does not match the lines' total ({total}).");
        return Err(ApiError::invalid(message).at("amount"));
    }
    if total < 1 {
        return Err(ApiError::invalid("The credit note's amount must be greater than 0.").at("amount"));
    }
    let before: i64 = issued(desk, invoice).map(|note| amount(&note["total"])).sum();
    let left = amount(&invoice["total"]) - before;
    if total > left {
        let message =
            format!("The credit note's amount ({total}) is more than what is left to credit ({left}).");
        return Err(ApiError::invalid(message).at("amount"));
    }
    Ok(())
}

fn issued<'a>(desk: &'a Desk<'_>, invoice: &'a Value) -> impl Iterator<Item = &'a Value> {
    let of_invoice = |note: &Value| note["invoice"] == invoice["id"] && note["status"] == "issued";
    desk.shelf().newest_first(KIND).map(|row| &*row.json).filter(move |note| of_invoice(note))
}

/// `PREFIX-0001-CN-01`, counted per invoice.
fn number(desk: &mut Desk<'_>, invoice: &Value, note: &mut Value) {
    let all = desk.shelf().newest_first(KIND).filter(|row| row.json["invoice"] == invoice["id"]).count();
    let of = invoice["number"].as_str().unwrap_or_default();
    note["number"] = format!("{of}-CN-{:02}", all + 1).into();
    let secret = desk.world.ids.text(32);
    note["pdf"] =
        format!("https://pay.stripe.com/credit_notes/{}/test_{secret}/pdf?s=ap", desk.call.scope.account)
            .into();
}

fn amount(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

/// Only what reduced an open invoice can be taken back (Stripe's documentation of voiding credit notes).
fn void(desk: &mut Desk<'_>, current: &Arc<Value>, _: &Params) -> Answer {
    let invoice = desk.find(invoices::KIND, current["invoice"].as_str().unwrap_or_default(), "invoice")?;
    if current["status"] == "void" || invoice["status"] != "open" || current["type"] != "pre_payment" {
        return Err(ApiError::invalid("You can only void a credit note that is issued for an open invoice."));
    }
    let mut note = (**current).clone();
    note["status"] = "void".into();
    note["voided_at"] = json!(desk.seconds());
    let note = desk.commit(KIND, note, &["credit_note.voided"]);
    let mut invoice = Arc::unwrap_or_clone(invoice);
    let name = "pre_payment_credit_notes_amount";
    invoice[name] = (amount(&invoice[name]) - amount(&note["pre_payment_amount"])).into();
    invoices::set_due(&mut invoice);
    desk.commit(invoices::KIND, invoice, &["invoice.updated"]);
    Ok(note)
}
