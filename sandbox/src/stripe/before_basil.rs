//! The shapes of 2024-06-20, derived from the pinned ones (Stripe's changelog, 2025-03-31.basil and after).

use serde_json::{Map, Value, json};

use super::store::Shelf;

type Fields = Map<String, Value>;

/// Rewrites one object's own fields; objects within it are rewritten by themselves.
pub(super) fn rewrite(fields: &mut Fields, shelf: &Shelf) {
    match fields.get("object").and_then(Value::as_str) {
        Some("subscription") => subscription(fields),
        Some("subscription_item") => {
            drop_fields(fields, &["current_period_start", "current_period_end", "current_trial"]);
        }
        Some("invoice") => invoice(fields),
        Some("line_item") => line_item(fields, shelf),
        Some("invoiceitem") => invoice_item(fields, shelf),
        Some("payment_method") => drop_fields(fields, &["customer_account"]),
        Some("product") => drop_fields(fields, &["tax_details"]),
        _ => {}
    }
}

fn drop_fields(fields: &mut Fields, names: &[&str]) {
    for name in names {
        fields.shift_remove(*name);
    }
}

fn set(fields: &mut Fields, values: Value) {
    if let Value::Object(values) = values {
        fields.extend(values);
    }
}

/// Periods were the subscription's own, and so were plan and quantity where there is one item.
fn subscription(fields: &mut Fields) {
    let items = fields.get("items").and_then(|items| items["data"].as_array()).cloned().unwrap_or_default();
    let first = items.first().cloned().unwrap_or_default();
    let only = if items.len() == 1 { first.clone() } else { Value::Null };
    set(
        fields,
        json!({
            "current_period_start": first["current_period_start"],
            "current_period_end": first["current_period_end"],
            "discount": null,
            "plan": only["plan"],
            "quantity": only["quantity"],
        }),
    );
    drop_fields(fields, &["billing_mode", "billing_schedules", "customer_account", "managed_payments"]);
}

fn invoice(fields: &mut Fields) {
    let parent = fields.get("parent").cloned().unwrap_or_default();
    let details = &parent["subscription_details"];
    let paid = fields["status"] == "paid";
    let charged = paid && fields["amount_paid"].as_i64().unwrap_or_default() > 0;
    let id = fields["id"].as_str().unwrap_or_default().to_owned();
    let intent = if fields["status"] == "draft" || fields["amount_due"] == 0 {
        Value::Null
    } else {
        payment_intent(&id).into()
    };
    let taxes = fields.get("total_taxes").and_then(Value::as_array).cloned().unwrap_or_default();
    let tax: i64 = taxes.iter().filter_map(|tax| tax["amount"].as_i64()).sum();
    set(
        fields,
        json!({
            "application_fee_amount": null,
            "charge": if charged { charge(&id).into() } else { Value::Null },
            "discount": null,
            "paid": paid,
            "paid_out_of_band": paid && !charged && fields["amount_due"] != 0,
            "payment_intent": intent,
            "quote": null,
            "subscription": details["subscription"],
            "subscription_details": { "metadata": details["metadata"] },
            "tax": if taxes.is_empty() { Value::Null } else { tax.into() },
            "total_tax_amounts": taxes,
            "transfer_data": null,
        }),
    );
    drop_fields(fields, &["amount_overpaid", "customer_account", "parent", "total_taxes"]);
}

fn line_item(fields: &mut Fields, shelf: &Shelf) {
    let parent = fields.get("parent").cloned().unwrap_or_default();
    let item = &parent["subscription_item_details"];
    let own = &parent["invoice_item_details"];
    let (kind, details) = if item.is_object() { ("subscription", item) } else { ("invoiceitem", own) };
    let price = full_price(fields, shelf);
    set(
        fields,
        json!({
            "amount_excluding_tax": fields["amount"],
            "invoice_item": details["invoice_item"],
            "plan": super::prices::plan_of(&price),
            "proration": details["proration"],
            "proration_details": details["proration_details"],
            "subscription": details["subscription"],
            "subscription_item": details["subscription_item"],
            "tax_amounts": fields["taxes"],
            "tax_rates": [],
            "type": kind,
            "unit_amount_excluding_tax": price["unit_amount_decimal"],
            "price": price,
        }),
    );
    drop_fields(fields, &["parent", "pricing", "quantity_decimal", "subtotal", "taxes"]);
}

fn invoice_item(fields: &mut Fields, shelf: &Shelf) {
    let price = full_price(fields, shelf);
    let details =
        fields.get("parent").map(|parent| parent["subscription_details"].clone()).unwrap_or_default();
    set(
        fields,
        json!({
            "plan": super::prices::plan_of(&price),
            "subscription": details["subscription"],
            "subscription_item": details["subscription_item"],
            "unit_amount": price["unit_amount"],
            "unit_amount_decimal": price["unit_amount_decimal"],
            "price": price,
        }),
    );
    drop_fields(fields, &["customer_account", "net_amount", "parent", "pricing", "quantity_decimal"]);
}

/// `pricing` names the price; the old shapes carry it whole.
fn full_price(fields: &Fields, shelf: &Shelf) -> Value {
    fields
        .get("pricing")
        .and_then(|pricing| pricing["price_details"]["price"].as_str())
        .and_then(|id| shelf.row("price", id))
        .map(|row| (*row.json).clone())
        .unwrap_or_default()
}

/// The sandbox has no payment intents; an invoice's id gives the one it would have.
pub(super) fn payment_intent(invoice: &str) -> String {
    format!("pi_{}", invoice.trim_start_matches("in_"))
}

fn charge(invoice: &str) -> String {
    format!("ch_{}", invoice.trim_start_matches("in_"))
}
