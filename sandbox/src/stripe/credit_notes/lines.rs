//! The lines of a credit note, with their share of the invoice's discounts and taxes.

use serde_json::{Value, json};

use super::super::desk::Desk;
use super::super::error::ApiError;
use super::super::invoices::{rates_of, set_discounts, taxed};
use super::super::params::{Kind, Param, Params, param};
use super::super::resource::blank;
use super::super::tax_rates;
use super::amount;

pub(super) const PARAMS: &[Param] = &[
    param("amount", Kind::Int),
    param("description", Kind::Text),
    param("invoice_line_item", Kind::Text),
    param("metadata", Kind::Metadata),
    param("quantity", Kind::Int),
    param("tax_rates", tax_rates::IDS),
    param("type", Kind::Choice(&["custom_line_item", "invoice_line_item"])).required(),
    param("unit_amount", Kind::Int),
];

/// One line and what it adds to the credit note's sums.
struct Reckoned {
    line: Value,
    discounts: Vec<(Value, i64)>,
    included: i64,
    added: i64,
}

/// Puts lines and sums on a credit note. An amount without lines becomes one line without taxes: how
/// Stripe splits such an amount is not documented.
pub(super) fn put(
    desk: &mut Desk<'_>,
    params: &Params,
    invoice: &Value,
    note: &mut Value,
) -> Result<(), ApiError> {
    let mut reckoned = Vec::new();
    match (params.get("lines").and_then(Value::as_array), params.get("amount")) {
        (Some(lines), _) => {
            for (index, line) in lines.iter().enumerate() {
                let Value::Object(line) = line else { continue };
                reckoned.push(reckon(desk, line, invoice, &format!("lines[{index}]"))?);
            }
        }
        (None, Some(amount)) => {
            let whole = json!({ "type": "custom_line_item", "unit_amount": amount, "description": "Credit" });
            let whole = whole.as_object().cloned().unwrap_or_default();
            reckoned.push(reckon(desk, &whole, invoice, "amount")?);
        }
        _ => return Err(ApiError::invalid("You must pass one of: amount, lines.")),
    }
    add_up(note, reckoned);
    Ok(())
}

fn reckon(desk: &mut Desk<'_>, params: &Params, invoice: &Value, at: &str) -> Result<Reckoned, ApiError> {
    let mut line = blank("credit_note_line_item");
    line["id"] = desk.world.ids.next("cnli").into();
    line["livemode"] = desk.call.scope.livemode.into();
    for name in ["description", "metadata", "quantity", "type", "unit_amount"] {
        if let Some(value) = params.get(name) {
            line[name] = value.clone();
        }
    }
    let (discounts, mut rates) = match params.get("invoice_line_item").and_then(Value::as_str) {
        Some(id) if line["type"] == "invoice_line_item" => {
            let of = find(invoice, id, at)?;
            of_invoice_line(params, of, &mut line);
            (part_of_discounts(of, amount(&line["amount"])), rates_of(desk, of))
        }
        _ => (Vec::new(), custom(params, &mut line, at)?),
    };
    if params.contains_key("tax_rates") {
        tax_rates::embed(desk, params, "tax_rates", &mut line);
        rates = line["tax_rates"].as_array().cloned().unwrap_or_default();
    }
    let net = amount(&line["amount"]) - discounts.iter().map(|taken| taken.1).sum::<i64>();
    let tax = taxed(&invoice["customer_tax_exempt"], &rates, net);
    line["tax_rates"] = rates.into();
    line["taxes"] = tax.entries.into();
    Ok(Reckoned { line, discounts, included: tax.included, added: tax.added })
}

fn find<'a>(invoice: &'a Value, id: &str, at: &str) -> Result<&'a Value, ApiError> {
    let mut lines = invoice["lines"]["data"].as_array().into_iter().flatten();
    lines.find(|line| line["id"] == id).ok_or_else(|| {
        ApiError::missing("invoice line item", id, None).at(format!("{at}[invoice_line_item]"))
    })
}

/// All of an invoice's line, some of its pieces, or an amount of it.
fn of_invoice_line(params: &Params, of: &Value, line: &mut Value) {
    let pieces = amount(&of["quantity"]).max(1);
    let wanted = params.get("quantity").and_then(Value::as_i64).unwrap_or(pieces);
    let whole = amount(&of["amount"]) * wanted / pieces;
    line["amount"] = params.get("amount").and_then(Value::as_i64).unwrap_or(whole).into();
    line["invoice_line_item"] = of["id"].clone();
    if !params.contains_key("description") {
        line["description"] = of["description"].clone();
    }
    if line["quantity"].is_null() && !params.contains_key("amount") {
        line["quantity"] = wanted.into();
    }
}

fn custom(params: &Params, line: &mut Value, at: &str) -> Result<Vec<Value>, ApiError> {
    let unit = params
        .get("unit_amount")
        .and_then(Value::as_i64)
        .ok_or_else(|| ApiError::missing_parameter(&format!("{at}[unit_amount]")))?;
    let quantity = params.get("quantity").and_then(Value::as_i64).unwrap_or(1);
    line["amount"] = (unit * quantity).into();
    line["quantity"] = quantity.into();
    line["unit_amount_decimal"] = unit.to_string().into();
    if let Value::Object(fields) = line {
        fields.shift_remove("invoice_line_item");
    }
    Ok(Vec::new())
}

/// The part of a line's discounts that goes with this much of it.
fn part_of_discounts(of: &Value, credited: i64) -> Vec<(Value, i64)> {
    let whole = amount(&of["amount"]).max(1);
    let part = |taken: &Value| {
        let part = (i128::from(amount(&taken["amount"])) * i128::from(credited)) / i128::from(whole);
        (taken["discount"].clone(), i64::try_from(part).unwrap_or_default())
    };
    of["discount_amounts"].as_array().into_iter().flatten().map(part).collect()
}

fn add_up(note: &mut Value, reckoned: Vec<Reckoned>) {
    let sum = |of: fn(&Reckoned) -> i64| reckoned.iter().map(of).sum::<i64>();
    let subtotal = sum(|one| amount(&one.line["amount"]));
    let discount = sum(|one| one.discounts.iter().map(|taken| taken.1).sum());
    let (included, added) = (sum(|one| one.included), sum(|one| one.added));
    for (name, value) in [
        ("amount", subtotal - discount + added),
        ("discount_amount", discount),
        ("subtotal", subtotal),
        ("subtotal_excluding_tax", subtotal - included),
        ("total", subtotal - discount + added),
        ("total_excluding_tax", subtotal - discount - included),
    ] {
        note[name] = value.into();
    }
    let all = reckoned.iter().flat_map(|one| &one.discounts).map(|(id, amount)| (id, *amount));
    set_discounts(note, ["discount_amounts", "pretax_credit_amounts"], all);
    let taxes = reckoned.iter().flat_map(|one| one.line["taxes"].as_array().into_iter().flatten());
    note["total_taxes"] = tax_rates::totals(taxes);
    let id = note["id"].as_str().unwrap_or_default();
    note["lines"]["url"] = format!("/v1/credit_notes/{id}/lines").into();
    note["lines"]["data"] = reckoned.into_iter().map(finished).collect();
}

fn finished(one: Reckoned) -> Value {
    let mut line = one.line;
    line["discount_amount"] = one.discounts.iter().map(|taken| taken.1).sum::<i64>().into();
    let taken = one.discounts.iter().map(|(id, amount)| (id, *amount));
    set_discounts(&mut line, ["discount_amounts", "pretax_credit_amounts"], taken);
    line
}
