//! Prices, and the plans that older fields show them as.

use std::sync::Arc;

use serde_json::{Value, json};

use super::desk::Desk;
use super::error::ApiError;
use super::expand::{Expand, id};
use super::paging::passes;
use super::params::{Kind, Param, Params, apply, param};
use super::resource::{Answer, Create, List, Resource, Update, blank};
use super::{products, subscriptions};

pub(super) const KIND: &str = "price";

const RECURRING: &[Param] = &[
    param("interval", Kind::Choice(&["day", "week", "month", "year"])).required(),
    param("interval_count", Kind::Int),
    param("meter", Kind::Text),
    param("trial_period_days", Kind::Int),
    param("usage_type", Kind::Choice(&["licensed", "metered"])),
];

const PRODUCT_DATA: &[Param] = &[
    param("active", Kind::Bool),
    param("id", Kind::Text),
    param("metadata", Kind::Metadata),
    param("name", Kind::Text).required(),
    param("statement_descriptor", Kind::Text),
    param("tax_code", Kind::Text),
    param("unit_label", Kind::Text),
];

const TAX_BEHAVIOR: Kind = Kind::Choice(&["exclusive", "inclusive", "unspecified"]);

const CREATE: &[Param] = &[
    param("active", Kind::Bool),
    param("billing_scheme", Kind::Choice(&["per_unit", "tiered"])),
    param("currency", Kind::Currency).required(),
    param("lookup_key", Kind::Text),
    param("metadata", Kind::Metadata),
    param("nickname", Kind::Text),
    param("product", Kind::Ref(products::KIND)),
    param("product_data", Kind::Hash(PRODUCT_DATA)).aside(),
    param("recurring", Kind::Hash(RECURRING)),
    param("tax_behavior", TAX_BEHAVIOR),
    param("unit_amount", Kind::Int),
    param("unit_amount_decimal", Kind::Decimal),
];

const UPDATE: &[Param] = &[
    param("active", Kind::Bool),
    param("lookup_key", Kind::Text),
    param("metadata", Kind::Metadata),
    param("nickname", Kind::Text),
    param("tax_behavior", TAX_BEHAVIOR),
];

/// `price_data` and `default_price_data`: a price made on the way.
pub(super) const DATA: &[Param] = &[
    param("currency", Kind::Currency).required(),
    param("product", Kind::Ref(products::KIND)),
    param("recurring", Kind::Hash(RECURRING)),
    param("tax_behavior", TAX_BEHAVIOR),
    param("unit_amount", Kind::Int),
    param("unit_amount_decimal", Kind::Decimal),
];

/// What `expand[]` may name within a plan.
pub(super) const PLAN_EXPAND: &[Expand] = &[id("product", products::KIND)];

pub(super) static RESOURCE: Resource = Resource {
    kind: KIND,
    path: "prices",
    create: Some(Create { params: CREATE, make: create }),
    update: Some(Update { params: UPDATE, change }),
    delete: None,
    list: Some(List {
        filters: &[
            param("active", Kind::Bool),
            param("created", Kind::Range),
            param("currency", Kind::Currency),
            param("lookup_keys", Kind::List(&Kind::Text)),
            param("product", Kind::Text),
            param("type", Kind::Choice(&["one_time", "recurring"])),
        ],
        passes: |price, filters| {
            let keys = filters.get("lookup_keys").and_then(Value::as_array);
            passes(price, filters, &["lookup_keys"])
                && keys.is_none_or(|keys| keys.contains(&price["lookup_key"]))
        },
    }),
    actions: &[],
    sublists: &[],
    expand: &[id("product", products::KIND)],
};

fn create(desk: &mut Desk<'_>, params: &Params) -> Answer {
    let mut params = params.clone();
    match (params.get("product"), params.get("product_data")) {
        (Some(_), None) => {}
        (None, Some(Value::Object(data))) => {
            let product = products::named(desk, data, PRODUCT_DATA)?;
            params.insert("product".into(), product["id"].clone());
        }
        (None, None) => return Err(ApiError::missing_parameter("product")),
        _ => {
            return Err(ApiError::coded(
                "parameters_exclusive",
                "You may only specify one of these parameters: product, product_data.",
            ));
        }
    }
    made(desk, &params, CREATE)
}

/// A price from `price_data`.
pub(super) fn from_data(desk: &mut Desk<'_>, data: &Params, product: Option<&Arc<Value>>) -> Answer {
    let mut params = data.clone();
    if let Some(product) = product {
        params.insert("product".into(), product["id"].clone());
    }
    if !params.contains_key("product") {
        return Err(ApiError::missing_parameter("price_data[product]"));
    }
    made(desk, &params, DATA)
}

fn made(desk: &mut Desk<'_>, params: &Params, table: &[Param]) -> Answer {
    let mut price = desk.blank(KIND, "price");
    apply(table, params, &mut price);
    match (price["unit_amount"].as_i64(), price["unit_amount_decimal"].as_str()) {
        (Some(amount), None) => price["unit_amount_decimal"] = amount.to_string().into(),
        (None, Some(decimal)) => {
            price["unit_amount"] = decimal.parse::<i64>().map_or(Value::Null, Value::from);
        }
        (None, None) if price["billing_scheme"] == "per_unit" => {
            return Err(ApiError::missing_parameter("unit_amount"));
        }
        _ => {}
    }
    if price["recurring"].is_object() {
        price["type"] = "recurring".into();
        let recurring = &mut price["recurring"];
        for (name, default) in [("interval_count", json!(1)), ("usage_type", json!("licensed"))] {
            if recurring[name].is_null() {
                recurring[name] = default;
            }
        }
    }
    Ok(desk.commit(KIND, price, &["price.created"]))
}

/// What embeds a price shows its newest state, without an event of its own.
fn change(desk: &mut Desk<'_>, current: &Arc<Value>, params: &Params) -> Answer {
    let mut price = (**current).clone();
    apply(UPDATE, params, &mut price);
    let price = desk.commit(KIND, price, &["price.updated"]);
    subscriptions::embed_price(desk, &price);
    Ok(price)
}

/// The plan a recurring price is shown as; null for a one-time price or none.
pub(super) fn plan_of(price: &Value) -> Value {
    if !price["recurring"].is_object() {
        return Value::Null;
    }
    let mut plan = blank("plan");
    for name in [
        "id",
        "active",
        "billing_scheme",
        "created",
        "currency",
        "livemode",
        "metadata",
        "nickname",
        "product",
        "tiers_mode",
    ] {
        plan[name] = price[name].clone();
    }
    for name in ["interval", "interval_count", "meter", "trial_period_days", "usage_type"] {
        plan[name] = price["recurring"][name].clone();
    }
    plan["amount"] = price["unit_amount"].clone();
    plan["amount_decimal"] = price["unit_amount_decimal"].clone();
    plan
}
