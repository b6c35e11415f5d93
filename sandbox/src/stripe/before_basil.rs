//! The shapes of 2024-06-20, derived from the pinned ones (Stripe's changelog, 2025-03-31.basil and after).

use serde_json::{Map, Value, json};

use super::store::Shelf;

type Fields = Map<String, Value>;

/// Rewrites one object's own fields; objects within it are rewritten by themselves.
pub(super) fn rewrite(fields: &mut Fields, shelf: &Shelf) {
    match fields.get("object").and_then(Value::as_str) {
        Some("subscription") => subscription(fields, shelf),
        Some("subscription_item") => {
            drop_fields(fields, &["current_period_start", "current_period_end", "current_trial"]);
        }
        Some("invoice") => invoice(fields, shelf),
        Some("line_item") => line_item(fields, shelf),
        Some("invoiceitem") => invoice_item(fields, shelf),
        Some("charge" | "payment_intent") => paid_invoice(fields, shelf),
        Some("credit_note") => credit_note(fields),
        Some("credit_note_line_item") => {
            set(fields, json!({ "tax_amounts": old_taxes(fields.get("taxes")) }));
            drop_fields(fields, &["taxes"]);
        }
        Some("discount") => discount(fields, shelf),
        Some("promotion_code") => {
            let coupon = fields.get("promotion").map(|promotion| promotion["coupon"].clone());
            set(fields, json!({ "coupon": coupon_of(&coupon.unwrap_or_default(), shelf) }));
            drop_fields(fields, &["customer_account", "promotion"]);
        }
        Some("tax_id") => drop_fields(fields, &["customer_account"]),
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
fn subscription(fields: &mut Fields, shelf: &Shelf) {
    let items = fields.get("items").and_then(|items| items["data"].as_array()).cloned().unwrap_or_default();
    let first = items.first().cloned().unwrap_or_default();
    let only = if items.len() == 1 { first.clone() } else { Value::Null };
    set(
        fields,
        json!({
            "current_period_start": first["current_period_start"],
            "current_period_end": first["current_period_end"],
            "discount": first_discount(fields, shelf),
            "plan": only["plan"],
            "quantity": only["quantity"],
        }),
    );
    drop_fields(fields, &["billing_mode", "billing_schedules", "customer_account", "managed_payments"]);
}

fn invoice(fields: &mut Fields, shelf: &Shelf) {
    let parent = fields.get("parent").cloned().unwrap_or_default();
    let details = &parent["subscription_details"];
    let paid = fields["status"] == "paid";
    let id = &fields["id"];
    let payment = shelf.newest_first("invoice_payment").find(|row| row.json["invoice"] == *id);
    let intent = payment.map(|row| row.json["payment"]["payment_intent"].clone()).unwrap_or_default();
    let charge = intent
        .as_str()
        .and_then(|id| shelf.live("payment_intent", id))
        .map(|intent| intent["latest_charge"].clone())
        .unwrap_or_default();
    let taxes = fields.get("total_taxes").and_then(Value::as_array).cloned().unwrap_or_default();
    let tax: i64 = taxes.iter().filter_map(|tax| tax["amount"].as_i64()).sum();
    set(
        fields,
        json!({
            "application_fee_amount": null,
            "charge": charge,
            "discount": first_discount(fields, shelf),
            "paid": paid,
            "paid_out_of_band": paid && charge.is_null() && fields["amount_due"] != 0,
            "payment_intent": intent,
            "quote": null,
            "subscription": details["subscription"],
            "subscription_details": { "metadata": details["metadata"] },
            "tax": if taxes.is_empty() { Value::Null } else { tax.into() },
            "total_tax_amounts": old_taxes(fields.get("total_taxes")),
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
            "tax_amounts": old_taxes(fields.get("taxes")),
            "tax_rates": rates_of(fields.get("taxes"), shelf),
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

/// What paid an invoice named it.
fn paid_invoice(fields: &mut Fields, shelf: &Shelf) {
    let intent = if fields["object"] == "charge" { &fields["payment_intent"] } else { &fields["id"] };
    let of_intent = |payment: &Value| payment["payment"]["payment_intent"] == *intent;
    let payment = shelf.newest_first("invoice_payment").find(|row| of_intent(&row.json));
    let invoice = payment.map(|row| row.json["invoice"].clone()).unwrap_or_default();
    set(fields, json!({ "invoice": invoice }));
    drop_fields(fields, &["customer_account", "managed_payments"]);
}

fn credit_note(fields: &mut Fields) {
    let refund = fields.get("refunds").map(|refunds| refunds[0]["refund"].clone());
    let taxes = old_taxes(fields.get("total_taxes"));
    set(fields, json!({ "refund": refund.unwrap_or_default(), "tax_amounts": taxes }));
    drop_fields(
        fields,
        &["customer_account", "post_payment_amount", "pre_payment_amount", "refunds", "total_taxes"],
    );
}

/// A discount carried its coupon whole.
fn discount(fields: &mut Fields, shelf: &Shelf) {
    let coupon = fields.get("source").map(|source| source["coupon"].clone()).unwrap_or_default();
    set(fields, json!({ "coupon": coupon_of(&coupon, shelf) }));
    drop_fields(fields, &["customer_account", "source", "subscription_item"]);
}

fn coupon_of(coupon: &Value, shelf: &Shelf) -> Value {
    let id = if coupon.is_object() { &coupon["id"] } else { coupon };
    whole(id, "coupon", shelf)
}

fn whole(id: &Value, kind: &str, shelf: &Shelf) -> Value {
    id.as_str().and_then(|id| shelf.row(kind, id)).map(|row| (*row.json).clone()).unwrap_or_default()
}

/// `discount`, beside `discounts`, was the first of them, whole.
fn first_discount(fields: &Fields, shelf: &Shelf) -> Value {
    fields.get("discounts").map_or(Value::Null, |all| whole(&all[0], "discount", shelf))
}

fn old_taxes(taxes: Option<&Value>) -> Value {
    let old = |tax: &Value| {
        json!({
            "amount": tax["amount"],
            "inclusive": tax["tax_behavior"] == "inclusive",
            "tax_rate": tax["tax_rate_details"]["tax_rate"],
            "taxability_reason": tax["taxability_reason"],
            "taxable_amount": tax["taxable_amount"],
        })
    };
    taxes.and_then(Value::as_array).into_iter().flatten().map(old).collect()
}

fn rates_of(taxes: Option<&Value>, shelf: &Shelf) -> Value {
    let rate = |tax: &Value| whole(&tax["tax_rate_details"]["tax_rate"], "tax_rate", shelf);
    taxes.and_then(Value::as_array).into_iter().flatten().map(rate).collect()
}
