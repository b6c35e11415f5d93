//! Products.

use std::sync::Arc;

use serde_json::Value;

use super::desk::Desk;
use super::error::ApiError;
use super::expand::{foreign, id};
use super::paging::passes;
use super::params::{Kind, Param, Params, apply, param};
use super::prices;
use super::resource::{Answer, Create, List, Resource, Update};

pub(super) const KIND: &str = "product";

macro_rules! params {
    ($($more:expr),*) => {
        &[
            param("active", Kind::Bool),
            param("description", Kind::Text),
            param("images", Kind::List(&Kind::Text)),
            param("marketing_features", Kind::List(&Kind::Hash(&[param("name", Kind::Text)]))),
            param("metadata", Kind::Metadata),
            param("shippable", Kind::Bool),
            param("statement_descriptor", Kind::Text),
            param("tax_code", Kind::Text),
            param("unit_label", Kind::Text),
            param("url", Kind::Text),
            $($more),*
        ]
    };
}

const CREATE: &[Param] = params![
    param("default_price_data", Kind::Hash(prices::DATA)).aside(),
    param("id", Kind::Text),
    param("name", Kind::Text).required(),
    param("type", Kind::Choice(&["good", "service"]))
];
const UPDATE: &[Param] = params![param("default_price", Kind::Ref(prices::KIND)), param("name", Kind::Text)];

pub(super) static RESOURCE: Resource = Resource {
    kind: KIND,
    path: "products",
    create: Some(Create { params: CREATE, make: create }),
    update: Some(Update { params: UPDATE, change }),
    delete: Some(delete),
    list: Some(List {
        filters: &[
            param("active", Kind::Bool),
            param("created", Kind::Range),
            param("ids", Kind::List(&Kind::Text)),
            param("shippable", Kind::Bool),
            param("url", Kind::Text),
        ],
        passes: |product, filters| {
            let ids = filters.get("ids").and_then(Value::as_array);
            passes(product, filters, &["ids"]) && ids.is_none_or(|ids| ids.contains(&product["id"]))
        },
    }),
    actions: &[],
    sublists: &[],
    expand: &[id("default_price", prices::KIND), foreign("tax_code")],
};

fn create(desk: &mut Desk<'_>, params: &Params) -> Answer {
    let product = named(desk, params, CREATE)?;
    let Some(Value::Object(price)) = params.get("default_price_data") else {
        return Ok(product);
    };
    let price = prices::from_data(desk, price, Some(&product))?;
    let mut product = (*product).clone();
    product["default_price"] = price["id"].clone();
    Ok(desk.commit(KIND, product, &["product.updated"]))
}

/// A product from checked parameters, as `POST /v1/products` and `product_data` make it.
pub(super) fn named(desk: &mut Desk<'_>, params: &Params, table: &[Param]) -> Answer {
    let mut product = desk.blank(KIND, "prod");
    product["updated"] = desk.seconds().into();
    apply(table, params, &mut product);
    let id = product["id"].as_str().unwrap_or_default();
    if desk.shelf().row(KIND, id).is_some() {
        return Err(
            ApiError::coded("resource_already_exists", format!("Product already exists: {id}")).at("id")
        );
    }
    Ok(desk.commit(KIND, product, &["product.created"]))
}

fn change(desk: &mut Desk<'_>, current: &Arc<Value>, params: &Params) -> Answer {
    let mut product = (**current).clone();
    apply(UPDATE, params, &mut product);
    if product != **current {
        product["updated"] = desk.seconds().into();
    }
    Ok(desk.commit(KIND, product, &["product.updated"]))
}

fn delete(desk: &mut Desk<'_>, current: &Arc<Value>) -> Answer {
    if desk.shelf().newest_first(prices::KIND).any(|row| row.json["product"] == current["id"]) {
        let message = "This product cannot be deleted because it has one or more user-created prices.";
        return Err(ApiError::invalid(message));
    }
    Ok(desk.delete(KIND, current, Some("product.deleted")))
}
