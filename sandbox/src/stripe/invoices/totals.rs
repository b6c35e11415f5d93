//! An invoice's sums: lines, less item discounts, less invoice discounts, with taxes. Each line's tax is
//! rounded by itself, which is Stripe's default ("Rounding rules", support.stripe.com).

use serde_json::{Map, Value, json};

use super::super::desk::Desk;
use super::super::shares::{parts, share, share_within, spread};
use super::super::{coupons, discounts, tax_rates};

/// A line while it is reckoned.
struct Line {
    value: Value,
    /// What of its amount the discounts have left.
    left: i64,
    /// What each discount took, by its id.
    taken: Vec<(Value, i64)>,
}

/// Adds up anew. A negative total leaves nothing due.
pub(super) fn recompute(desk: &Desk<'_>, invoice: &mut Value) {
    let mut lines = lines_of(invoice);
    for line in &mut lines {
        for id in line.value["discounts"].as_array().cloned().unwrap_or_default() {
            reduce(desk, &id, std::slice::from_mut(line));
        }
    }
    let subtotal: i64 = lines.iter().map(|line| line.left).sum();
    let exempt = invoice["customer_tax_exempt"].clone();
    let rates = |line: &Line| rates_of(desk, &line.value);
    let untaxed: i64 =
        lines.iter().map(|line| line.left - taxed(&exempt, &rates(line), line.left).included).sum();
    for id in invoice["discounts"].as_array().cloned().unwrap_or_default() {
        reduce(desk, &id, &mut lines);
    }
    let (mut total, mut excluding) = (0, 0);
    let mut taxes = Vec::new();
    for line in &mut lines {
        let tax = taxed(&exempt, &rates_of(desk, &line.value), line.left);
        total += line.left + tax.added;
        excluding += line.left - tax.included;
        line.value["taxes"] = tax.entries.clone().into();
        taxes.extend(tax.entries);
        let taken = line.taken.iter().map(|(id, amount)| (id, *amount));
        set_discounts(&mut line.value, ["discount_amounts", "pretax_credit_amounts"], taken);
    }
    let all = lines.iter().flat_map(|line| &line.taken).map(|(id, amount)| (id, *amount));
    set_discounts(invoice, ["total_discount_amounts", "total_pretax_credit_amounts"], all);
    invoice["subtotal"] = subtotal.into();
    invoice["subtotal_excluding_tax"] = untaxed.into();
    invoice["total"] = total.into();
    invoice["total_excluding_tax"] = excluding.into();
    invoice["total_taxes"] = tax_rates::totals(taxes.iter());
    invoice["lines"]["data"] = lines.into_iter().map(|line| line.value).collect();
    set_due(invoice);
}

/// What is due: the total with the balance the invoice started with, less credit notes; never below zero.
pub(in super::super) fn set_due(invoice: &mut Value) {
    let number = |name: &str| invoice[name].as_i64().unwrap_or_default();
    let due = (number("total") + number("starting_balance")
        - number("ending_balance")
        - number("pre_payment_credit_notes_amount"))
    .max(0);
    let paid = number("amount_paid");
    invoice["amount_due"] = due.into();
    invoice["amount_remaining"] = (due - paid).max(0).into();
}

fn lines_of(invoice: &Value) -> Vec<Line> {
    let line = |value: &Value| Line {
        value: value.clone(),
        left: value["amount"].as_i64().unwrap_or_default(),
        taken: Vec::new(),
    };
    invoice["lines"]["data"].as_array().into_iter().flatten().map(line).collect()
}

/// Takes one discount off the lines it is good for: a percentage, or an amount up to what is left.
fn reduce(desk: &Desk<'_>, id: &Value, lines: &mut [Line]) {
    let Some(coupon) = discounts::coupon_of(desk, id) else {
        return;
    };
    let good = |line: &Line| {
        let product = &line.value["pricing"]["price_details"]["product"];
        line.value["discountable"] != false && line.left > 0 && coupons::covers(&coupon, product)
    };
    let weights: Vec<i64> = lines.iter().map(|line| if good(line) { line.left } else { 0 }).collect();
    let sum: i64 = weights.iter().sum();
    let off = match coupon["amount_off"].as_i64() {
        Some(amount) => amount.min(sum),
        None => share(sum, parts(&coupon["percent_off"])),
    };
    for (line, taken) in lines.iter_mut().zip(spread(off, &weights)) {
        line.left -= taken;
        line.taken.push((id.clone(), taken));
    }
}

/// The rates that a line's `taxes` name.
pub(in super::super) fn rates_of(desk: &Desk<'_>, line: &Value) -> Vec<Value> {
    let entries = line["taxes"].as_array().into_iter().flatten();
    entries.filter_map(|entry| tax_rates::rate_of(desk, entry)).collect()
}

/// The taxes on an amount: the entries, what of them is in the amount, what is added to it.
pub(in super::super) struct Taxed {
    pub entries: Vec<Value>,
    pub included: i64,
    pub added: i64,
}

/// Taxes `amount` by these rates, or by none where the customer is exempt.
pub(in super::super) fn taxed(exempt: &Value, rates: &[Value], amount: i64) -> Taxed {
    let reason = match exempt.as_str() {
        Some("exempt") => Some("customer_exempt"),
        Some("reverse") => Some("reverse_charge"),
        _ => None,
    };
    if let Some(reason) = reason {
        let free = |rate: &Value| tax_rates::entry(rate, 0, amount, reason);
        return Taxed { entries: rates.iter().map(free).collect(), included: 0, added: 0 };
    }
    let inclusive = |rate: &&Value| rate["inclusive"] == true;
    let inside: i128 = rates.iter().filter(inclusive).map(|rate| parts(&rate["percentage"])).sum();
    let within = |rate: &Value| share_within(amount, parts(&rate["percentage"]), inside);
    let included: i64 = rates.iter().filter(inclusive).map(within).sum();
    let base = amount - included;
    let mut added = 0;
    let entries = rates.iter().map(|rate| {
        if rate["inclusive"] == true {
            return tax_rates::entry(rate, within(rate), base, "not_available");
        }
        let tax = share(base, parts(&rate["percentage"]));
        added += tax;
        tax_rates::entry(rate, tax, base, "not_available")
    });
    let entries = entries.collect();
    Taxed { entries, included, added }
}

/// Sums by discount, in both shapes that Stripe has for them.
pub(in super::super) fn set_discounts<'a>(
    object: &mut Value,
    names: [&str; 2],
    taken: impl Iterator<Item = (&'a Value, i64)>,
) {
    let mut sums: Map<String, Value> = Map::new();
    for (id, amount) in taken {
        let sum = sums.entry(id.as_str().unwrap_or_default()).or_insert(json!(0));
        *sum = (sum.as_i64().unwrap_or_default() + amount).into();
    }
    object[names[0]] = sums.iter().map(|(id, amount)| json!({ "amount": amount, "discount": id })).collect();
    object[names[1]] = sums
        .iter()
        .map(|(id, amount)| json!({ "amount": amount, "discount": id, "type": "discount" }))
        .collect();
}
