//! Invoice items: what an invoice made by hand bills.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::desk::Desk;
use super::super::error::ApiError;
use super::super::expand::id;
use super::super::paging::passes;
use super::super::params::{Kind, Param, Params, apply, param};
use super::super::resource::{Answer, Create, List, Resource, Update, blank};
use super::super::{customers, discounts, prices, tax_rates};
use super::add_line;
use super::totals::recompute;

pub(in super::super) const KIND: &str = "invoiceitem";

const PRICING: &[Param] = &[param("price", Kind::Ref(prices::KIND))];
const PERIOD: &[Param] = &[param("end", Kind::Time).required(), param("start", Kind::Time).required()];

const CREATE: &[Param] = &[
    param("amount", Kind::Int),
    param("currency", Kind::Currency),
    param("customer", Kind::Ref(customers::KIND)).required(),
    param("description", Kind::Text),
    param("discountable", Kind::Bool),
    discounts::PARAM,
    param("invoice", Kind::Ref(super::KIND)),
    param("metadata", Kind::Metadata),
    param("period", Kind::Hash(PERIOD)),
    param("price", Kind::Ref(prices::KIND)).aside(),
    param("pricing", Kind::Hash(PRICING)).aside(),
    param("quantity", Kind::Int),
    param("tax_rates", tax_rates::IDS).aside(),
    param("unit_amount_decimal", Kind::Decimal).aside(),
];

const UPDATE: &[Param] = &[
    param("amount", Kind::Int),
    param("description", Kind::Text),
    discounts::PARAM,
    param("metadata", Kind::Metadata),
    param("tax_rates", tax_rates::IDS).aside(),
];

pub(in super::super) static RESOURCE: Resource = Resource {
    kind: KIND,
    path: "invoiceitems",
    create: Some(Create { params: CREATE, make: create }),
    update: Some(Update { params: UPDATE, change }),
    delete: Some(delete),
    list: Some(List {
        filters: &[
            param("created", Kind::Range),
            param("customer", Kind::Text),
            param("invoice", Kind::Text),
            param("pending", Kind::Bool),
        ],
        passes: |item, filters| {
            let pending =
                filters.get("pending").is_none_or(|pending| *pending == json!(item["invoice"].is_null()));
            passes(item, filters, &["pending", "created"]) && pending
        },
    }),
    actions: &[],
    sublists: &[],
    expand: &[id("customer", customers::KIND), id("discounts", discounts::KIND), id("invoice", super::KIND)],
};

fn create(desk: &mut Desk<'_>, params: &Params) -> Answer {
    let mut item = desk.blank(KIND, "ii");
    item["date"] = desk.seconds().into();
    item["period"] = json!({ "end": desk.seconds(), "start": desk.seconds() });
    apply(CREATE, params, &mut item);
    price_it(desk, params, &mut item)?;
    set_particulars(desk, params, &mut item)?;
    item["net_amount"] = item["amount"].clone();
    item["quantity_decimal"] = item["quantity"].to_string().into();
    if let Some(invoice) = item["invoice"].as_str() {
        let invoice = desk.find(super::KIND, invoice, "invoice")?;
        still_draft(&invoice)?;
        let item = desk.commit(KIND, item, &["invoiceitem.created"]);
        let mut invoice = (*invoice).clone();
        let line = line_of(desk, &item);
        add_line(desk, &mut invoice, line);
        desk.commit(super::KIND, invoice, &["invoice.updated"]);
        return Ok(item);
    }
    Ok(desk.commit(KIND, item, &["invoiceitem.created"]))
}

/// Tax rates and discounts of its own.
fn set_particulars(desk: &mut Desk<'_>, params: &Params, item: &mut Value) -> Result<(), ApiError> {
    tax_rates::embed(desk, params, "tax_rates", item);
    let (customer, own) = (item["customer"].clone(), item["id"].clone());
    if let Some(ids) = discounts::redeem(desk, params, &customer, &[("invoice_item", &own)], "discounts")? {
        discounts::count_new(desk, &item["discounts"], &ids);
        item["discounts"] = ids;
    }
    Ok(())
}

fn price_it(desk: &Desk<'_>, params: &Params, item: &mut Value) -> Result<(), ApiError> {
    let named = params.get("pricing").map_or_else(|| params.get("price"), |pricing| pricing.get("price"));
    let Some(price) = named.and_then(Value::as_str) else {
        if item["amount"] == 0
            && !params.contains_key("amount")
            && !params.contains_key("unit_amount_decimal")
        {
            return Err(ApiError::missing_parameter("amount"));
        }
        if item["currency"] == "" {
            return Err(ApiError::missing_parameter("currency"));
        }
        let unit = params
            .get("unit_amount_decimal")
            .and_then(Value::as_str)
            .and_then(|unit| unit.parse::<i64>().ok());
        if let Some(unit) = unit {
            item["amount"] = (unit * item["quantity"].as_i64().unwrap_or(1)).into();
        }
        return Ok(());
    };
    let price = desk.find(prices::KIND, price, "pricing[price]")?;
    if price["type"] != "one_time" {
        let message = "The price specified is set to `type=recurring` but this field only accepts prices with `type=one_time`.";
        return Err(ApiError::invalid(message).at("pricing[price]"));
    }
    item["amount"] =
        (price["unit_amount"].as_i64().unwrap_or_default() * item["quantity"].as_i64().unwrap_or(1)).into();
    item["currency"] = price["currency"].clone();
    item["pricing"] = pricing_of(&price);
    Ok(())
}

/// How a line or an item names its price.
pub(super) fn pricing_of(price: &Value) -> Value {
    json!({
        "price_details": { "price": price["id"], "product": price["product"] },
        "type": "price_details",
        "unit_amount_decimal": price["unit_amount_decimal"],
    })
}

/// The line an item becomes. Its own invoice is set when it is added.
pub(super) fn line_of(desk: &mut Desk<'_>, item: &Value) -> Value {
    let mut line = blank("line_item");
    line["id"] = desk.world.ids.next("il").into();
    line["livemode"] = desk.call.scope.livemode.into();
    for name in [
        "amount",
        "currency",
        "description",
        "discountable",
        "discounts",
        "metadata",
        "period",
        "pricing",
        "quantity",
        "quantity_decimal",
    ] {
        line[name] = item[name].clone();
    }
    line["subtotal"] = item["amount"].clone();
    line["taxes"] = tax_rates::taxes_of(&item["tax_rates"]);
    line["parent"] = json!({
        "invoice_item_details": {
            "invoice_item": item["id"],
            "proration": false,
            "proration_details": { "credited_items": null },
            "subscription": null,
        },
        "subscription_item_details": null,
        "type": "invoice_item_details",
    });
    line
}

/// Items of this customer and currency that wait for an invoice, oldest first.
pub(super) fn pending(desk: &Desk<'_>, customer: &Value, currency: &Value) -> Vec<Arc<Value>> {
    let waits = |item: &Value| {
        item["invoice"].is_null() && item["customer"] == *customer && item["currency"] == *currency
    };
    let mut found: Vec<_> = desk
        .shelf()
        .newest_first(KIND)
        .filter(|row| waits(&row.json))
        .map(|row| Arc::clone(&row.json))
        .collect();
    found.reverse();
    found
}

/// Ties a pending item to the invoice that bills it now.
pub(super) fn claim(desk: &mut Desk<'_>, item: &Arc<Value>, invoice: &Value) {
    let mut item = (**item).clone();
    item["invoice"] = invoice.clone();
    desk.commit(KIND, item, &[]);
}

fn still_draft(invoice: &Value) -> Result<(), ApiError> {
    if invoice["status"] == "draft" {
        return Ok(());
    }
    Err(ApiError::coded(
        "invoice_not_editable",
        "This invoice is no longer editable. Only draft invoices can be changed.",
    ))
}

fn change(desk: &mut Desk<'_>, current: &Arc<Value>, params: &Params) -> Answer {
    let mut item = (**current).clone();
    apply(UPDATE, params, &mut item);
    set_particulars(desk, params, &mut item)?;
    item["net_amount"] = item["amount"].clone();
    on_invoice(desk, current, |invoice| {
        let rates =
            if item["tax_rates"] == json!([]) { &invoice["default_tax_rates"] } else { &item["tax_rates"] };
        let taxes = tax_rates::taxes_of(rates);
        for line in lines_of(invoice).filter(|line| is_of(line, &item)) {
            for name in ["amount", "description", "discounts", "metadata"] {
                line[name] = item[name].clone();
            }
            line["subtotal"] = item["amount"].clone();
            line["taxes"] = taxes.clone();
        }
    })?;
    Ok(desk.commit(KIND, item, &[]))
}

fn delete(desk: &mut Desk<'_>, current: &Arc<Value>) -> Answer {
    on_invoice(desk, current, |invoice| {
        if let Some(lines) = invoice["lines"]["data"].as_array_mut() {
            lines.retain(|line| !is_of(line, current));
        }
    })?;
    Ok(desk.delete(KIND, current, Some("invoiceitem.deleted")))
}

fn lines_of(invoice: &mut Value) -> impl Iterator<Item = &mut Value> {
    invoice["lines"]["data"].as_array_mut().into_iter().flatten()
}

fn is_of(line: &Value, item: &Value) -> bool {
    line["parent"]["invoice_item_details"]["invoice_item"] == item["id"]
}

/// Changes the draft that bills this item, if one does.
fn on_invoice(desk: &mut Desk<'_>, item: &Value, change: impl FnOnce(&mut Value)) -> Result<(), ApiError> {
    let Some(invoice) = item["invoice"].as_str() else {
        return Ok(());
    };
    let invoice = desk.find(super::KIND, invoice, "invoice")?;
    still_draft(&invoice)?;
    let mut invoice = (*invoice).clone();
    change(&mut invoice);
    recompute(desk, &mut invoice);
    desk.commit(super::KIND, invoice, &["invoice.updated"]);
    Ok(())
}
