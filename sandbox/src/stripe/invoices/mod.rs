//! Invoices: from draft to open to paid, void or uncollectible.

pub(super) mod items;
mod life;
pub(super) mod payments;
mod totals;

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::desk::Desk;
use super::error::ApiError;
use super::expand::{Expand, Target, foreign, id, inside};
use super::paging::passes;
use super::params::{Kind, Param, Params, apply, param};
use super::payments::{charges, intents};
use super::resource::{Action, Answer, Create, List, Resource, Sublist, Update, blank};
use super::{customers, discounts, payment_methods, prices, products, subscriptions, tax_ids, tax_rates};

pub(super) use life::{
    finalize, no_payment_method, pay_automatically, payment_method_of, settled, would_charge,
};
pub(super) use totals::{rates_of, set_discounts, set_due, taxed};

pub(super) const KIND: &str = "invoice";

/// Stripe finalises a draft that advances by itself an hour after its creation.
const DRAFT_SECONDS: i64 = 3_600;

const CUSTOM_FIELDS: Kind = Kind::List(&Kind::Hash(&[param("name", Kind::Text), param("value", Kind::Text)]));

const UPDATE: &[Param] = &[
    param("account_tax_ids", Kind::List(&Kind::Ref(tax_ids::KIND))),
    param("auto_advance", Kind::Bool),
    param("collection_method", Kind::Choice(&["charge_automatically", "send_invoice"])),
    param("custom_fields", CUSTOM_FIELDS),
    param("days_until_due", Kind::Int).aside(),
    param("default_payment_method", Kind::Ref(payment_methods::KIND)),
    param("default_tax_rates", tax_rates::IDS).aside(),
    param("description", Kind::Text),
    discounts::PARAM,
    param("due_date", Kind::Time),
    param("effective_at", Kind::Time),
    param("footer", Kind::Text),
    param("metadata", Kind::Metadata),
    param("number", Kind::Text),
    param("statement_descriptor", Kind::Text),
];

const CREATE: &[Param] = &{
    let mut table = [param("customer", Kind::Ref(customers::KIND)).required(); UPDATE.len() + 4];
    table[1] = param("currency", Kind::Currency);
    table[2] = param("pending_invoice_items_behavior", Kind::Choice(&["exclude", "include"])).aside();
    table[3] = param("subscription", Kind::Ref(subscriptions::KIND)).aside();
    let mut index = 0;
    while index < UPDATE.len() {
        table[index + 4] = UPDATE[index];
        index += 1;
    }
    table
};

/// What `expand[]` may name within a line. The last three are of older versions.
pub(super) const LINE_EXPAND: &[Expand] = &[
    id("discount_amounts.discount", discounts::KIND),
    id("discounts", discounts::KIND),
    id("pretax_credit_amounts.discount", discounts::KIND),
    id("pricing.price_details.price", prices::KIND),
    foreign("pricing.price_details.product"),
    id("subscription", subscriptions::KIND),
    inside("plan"),
    inside("price"),
    id("invoice_item", "invoiceitem"),
];

pub(super) static RESOURCE: Resource = Resource {
    kind: KIND,
    path: "invoices",
    create: Some(Create { params: CREATE, make: create }),
    update: Some(Update { params: UPDATE, change }),
    delete: Some(delete),
    list: Some(List {
        filters: &[
            param("collection_method", Kind::Text),
            param("created", Kind::Range),
            param("customer", Kind::Text),
            param("due_date", Kind::Range),
            param("status", Kind::Choice(&["draft", "open", "paid", "uncollectible", "void"])),
            param("subscription", Kind::Text),
        ],
        passes: |invoice, filters| {
            let subscription = &invoice["parent"]["subscription_details"]["subscription"];
            passes(invoice, filters, &["subscription"])
                && filters.get("subscription").is_none_or(|id| id == subscription)
        },
    }),
    actions: &[
        Action {
            name: "finalize",
            params: &[param("auto_advance", Kind::Bool)],
            run: life::finalize_on_demand,
        },
        Action { name: "mark_uncollectible", params: &[], run: life::mark_uncollectible },
        Action {
            name: "pay",
            params: &[
                param("forgive", Kind::Bool),
                param("off_session", Kind::Bool),
                param("paid_out_of_band", Kind::Bool),
                param("payment_method", Kind::Text),
            ],
            run: life::pay_on_demand,
        },
        Action { name: "send", params: &[], run: life::send },
        Action { name: "void", params: &[], run: life::void },
    ],
    sublists: &[Sublist::Embedded { name: "lines" }],
    expand: &[
        id("account_tax_ids", tax_ids::KIND),
        id("charge", charges::KIND),
        id("customer", customers::KIND),
        id("default_payment_method", payment_methods::KIND),
        foreign("default_source"),
        inside("discount"),
        id("discounts", discounts::KIND),
        id("from_invoice.invoice", KIND),
        id("latest_revision", KIND),
        inside("lines"),
        id("parent.subscription_details.subscription", subscriptions::KIND),
        id("payment_intent", intents::KIND),
        Expand { path: "payments", to: Target::OnRequest(own_payments) },
        id("subscription", subscriptions::KIND),
        id("test_clock", "test_helpers.test_clock"),
        id("total_discount_amounts.discount", discounts::KIND),
        id("total_pretax_credit_amounts.discount", discounts::KIND),
    ],
};

fn own_payments(desk: &Desk<'_>, invoice: &Map<String, Value>) -> Value {
    payments::list_of(desk, invoice["id"].as_str().unwrap_or_default())
}

/// An empty draft for a customer, with what an invoice copies from it.
pub(super) fn draft(desk: &mut Desk<'_>, customer: &Value, currency: &Value) -> Value {
    let mut invoice = desk.blank(KIND, "in");
    let now = desk.seconds();
    invoice["customer"] = customer.clone();
    invoice["currency"] = currency.clone();
    for name in ["period_start", "period_end", "webhooks_delivered_at"] {
        invoice[name] = now.into();
    }
    invoice["automatically_finalizes_at"] = (now + DRAFT_SECONDS).into();
    let id = invoice["id"].as_str().unwrap_or_default();
    invoice["lines"]["url"] = format!("/v1/invoices/{id}/lines").into();
    copy_customer(desk, &mut invoice);
    invoice["discounts"] = inherited(desk, customer);
    invoice
}

/// The discount of a customer, where nothing nearer has one.
fn inherited(desk: &Desk<'_>, customer: &Value) -> Value {
    let customer = customer.as_str().and_then(|id| desk.shelf().live(customers::KIND, id));
    let own = customer.map(|customer| customer["discount"]["id"].clone()).filter(Value::is_string);
    let ids: Value = own.into_iter().collect();
    discounts::running(desk, &ids).0.into()
}

/// A draft follows its customer; finalising fixes these.
fn copy_customer(desk: &Desk<'_>, invoice: &mut Value) {
    let id = invoice["customer"].as_str().unwrap_or_default();
    let Some(customer) = desk.shelf().live(customers::KIND, id).map(Arc::clone) else {
        return;
    };
    for name in ["address", "email", "name", "phone", "shipping", "tax_exempt"] {
        invoice[format!("customer_{name}")] = customer[name].clone();
    }
    invoice["customer_tax_ids"] = tax_ids::on_invoice(desk, &customer["id"]);
    invoice["starting_balance"] = customer["balance"].clone();
    invoice["test_clock"] = customer["test_clock"].clone();
}

/// The line for one item's current period.
pub(super) fn subscription_line(
    desk: &mut Desk<'_>,
    subscription: &Value,
    item: &Value,
    free: bool,
) -> Value {
    let price = &item["price"];
    let quantity = item["quantity"].as_i64().unwrap_or(1);
    let amount = if free { 0 } else { price["unit_amount"].as_i64().unwrap_or_default() * quantity };
    let product = price["product"].as_str().and_then(|id| desk.shelf().live(products::KIND, id));
    let name = product.and_then(|product| product["name"].as_str()).unwrap_or_default().to_owned();
    let mut line = blank("line_item");
    line["id"] = desk.world.ids.next("il").into();
    line["amount"] = amount.into();
    line["subtotal"] = amount.into();
    line["currency"] = price["currency"].clone();
    line["discounts"] = discounts::running(desk, &item["discounts"]).0.into();
    line["taxes"] = tax_rates::taxes_of(&item["tax_rates"]);
    line["description"] =
        if free { format!("Trial period for {name}") } else { described(quantity, &name, price) }.into();
    line["livemode"] = subscription["livemode"].clone();
    line["metadata"] = subscription["metadata"].clone();
    line["period"] = json!({ "end": item["current_period_end"], "start": item["current_period_start"] });
    line["pricing"] = items::pricing_of(price);
    line["quantity"] = quantity.into();
    line["quantity_decimal"] = quantity.to_string().into();
    line["subscription"] = subscription["id"].clone();
    line["parent"] = json!({
        "invoice_item_details": null,
        "subscription_item_details": {
            "invoice_item": null,
            "proration": false,
            "proration_details": { "credited_items": null },
            "subscription": subscription["id"],
            "subscription_item": item["id"],
        },
        "type": "subscription_item_details",
    });
    line
}

/// `1 × 台帳プラン (at ¥1,000 / month)`.
fn described(quantity: i64, name: &str, price: &Value) -> String {
    let amount = price["unit_amount"].as_i64().unwrap_or_default();
    let shown = match price["currency"].as_str() {
        Some("jpy") => format!("¥{amount}"),
        Some("usd") => format!("${}.{:02}", amount / 100, amount % 100),
        other => format!("{}.{:02} {}", amount / 100, amount % 100, other.unwrap_or_default().to_uppercase()),
    };
    format!(
        "{quantity} × {name} (at {shown} / {})",
        price["recurring"]["interval"].as_str().unwrap_or_default()
    )
}

/// Appends a line and adds up anew.
/// A line without tax rates of its own has the invoice's.
pub(super) fn add_line(desk: &Desk<'_>, invoice: &mut Value, mut line: Value) {
    line["invoice"] = invoice["id"].clone();
    if line["taxes"] == json!([]) {
        line["taxes"] = tax_rates::taxes_of(&invoice["default_tax_rates"]);
    }
    if let Some(lines) = invoice["lines"]["data"].as_array_mut() {
        lines.push(line);
    }
    totals::recompute(desk, invoice);
}

/// Sets the rates of a draft, and those of the lines that had the rates it had before.
fn set_default_rates(desk: &Desk<'_>, params: &Params, invoice: &mut Value) {
    let ids = |taxes: &Value| -> Vec<Value> {
        taxes.as_array().into_iter().flatten().map(|tax| tax["tax_rate_details"].clone()).collect()
    };
    let before = ids(&tax_rates::taxes_of(&invoice["default_tax_rates"]));
    tax_rates::embed(desk, params, "default_tax_rates", invoice);
    let after = tax_rates::taxes_of(&invoice["default_tax_rates"]);
    for line in invoice["lines"]["data"].as_array_mut().into_iter().flatten() {
        if ids(&line["taxes"]) == before {
            line["taxes"] = after.clone();
        }
    }
}

/// Redeems the invoice's own discounts.
fn redeem_own(desk: &mut Desk<'_>, params: &Params, invoice: &mut Value) -> Result<(), ApiError> {
    let customer = invoice["customer"].clone();
    let own = invoice["id"].clone();
    if let Some(ids) = discounts::redeem(desk, params, &customer, &[("invoice", &own)], "discounts")? {
        discounts::count_new(desk, &invoice["discounts"], &ids);
        invoice["discounts"] = ids;
    }
    Ok(())
}

fn create(desk: &mut Desk<'_>, params: &Params) -> Answer {
    let customer = params.get("customer").cloned().unwrap_or_default();
    let found = desk.find(customers::KIND, customer.as_str().unwrap_or_default(), "customer")?;
    let own = if found["currency"].is_null() { json!("usd") } else { found["currency"].clone() };
    let currency = params.get("currency").cloned().unwrap_or(own);
    let mut invoice = draft(desk, &customer, &currency);
    apply(CREATE, params, &mut invoice);
    due(desk, params, &mut invoice)?;
    set_default_rates(desk, params, &mut invoice);
    redeem_own(desk, params, &mut invoice)?;
    if invoice["auto_advance"] == false {
        invoice["automatically_finalizes_at"] = Value::Null;
    }
    if let Some(subscription) = params.get("subscription") {
        invoice["parent"] = json!({
            "quote_details": null,
            "subscription_details": { "metadata": {}, "subscription": subscription },
            "type": "subscription_details",
        });
    }
    if params.get("pending_invoice_items_behavior").is_some_and(|behavior| behavior == "include") {
        for item in items::pending(desk, &customer, &currency) {
            let line = items::line_of(desk, &item);
            items::claim(desk, &item, &invoice["id"]);
            add_line(desk, &mut invoice, line);
        }
    }
    Ok(desk.commit(KIND, invoice, &["invoice.created"]))
}

fn due(desk: &Desk<'_>, params: &Params, invoice: &mut Value) -> Result<(), ApiError> {
    let days = params.get("days_until_due").and_then(Value::as_i64);
    if let Some(days) = days {
        invoice["due_date"] = (desk.seconds() + days * 86_400).into();
    }
    if invoice["collection_method"] == "send_invoice" && invoice["due_date"].is_null() {
        let message = "If invoice collection method is 'send_invoice', either 'days_until_due' or 'due_date' must be set.";
        return Err(ApiError::invalid(message));
    }
    if days.is_some() && invoice["collection_method"] == "charge_automatically" {
        let message = "You can only set 'days_until_due' if invoice collection method is 'send_invoice'.";
        return Err(ApiError::invalid(message).at("days_until_due"));
    }
    Ok(())
}

/// After finalising, only what does not concern the amounts may change.
fn change(desk: &mut Desk<'_>, current: &Arc<Value>, params: &Params) -> Answer {
    const LATER: [&str; 5] =
        ["auto_advance", "default_payment_method", "description", "metadata", "due_date"];
    if current["status"] != "draft"
        && let Some(fixed) = params.keys().find(|name| !LATER.contains(&name.as_str()))
    {
        let message = format!("Finalized invoices can't be updated in this way: {fixed}");
        return Err(ApiError::coded("invoice_not_editable", message));
    }
    let mut invoice = (**current).clone();
    apply(UPDATE, params, &mut invoice);
    due(desk, params, &mut invoice)?;
    if invoice["status"] == "draft" {
        set_default_rates(desk, params, &mut invoice);
        redeem_own(desk, params, &mut invoice)?;
        totals::recompute(desk, &mut invoice);
    }
    Ok(desk.commit(KIND, invoice, &["invoice.updated"]))
}

fn delete(desk: &mut Desk<'_>, current: &Arc<Value>) -> Answer {
    if current["status"] != "draft" || !current["parent"]["subscription_details"].is_null() {
        let message = "You can only delete draft invoices that no subscription made. Void it instead.";
        return Err(ApiError::coded("invoice_not_editable", message));
    }
    Ok(desk.delete(KIND, current, Some("invoice.deleted")))
}
