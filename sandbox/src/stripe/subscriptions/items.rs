//! Subscription items: embedded in their subscription, with routes of their own.

use std::sync::Arc;

use http::Method;
use serde_json::{Map, Value, json};

use super::super::desk::Desk;
use super::super::error::ApiError;
use super::super::expand::{Expand, id, inside};
use super::super::form::Sent;
use super::super::params::{Kind, PAGING, Param, Params, apply, check, param};
use super::super::routes::{Reply, embedded};
use super::super::{discounts, prices, resource::blank, tax_rates};
use super::{KIND, find_item, reprice};

/// What `expand[]` may name within an item.
pub(in super::super) const EXPAND: &[Expand] =
    &[id("discounts", discounts::KIND), inside("plan"), inside("price")];

const PRICE_PARAMS: [Param; 6] = [
    discounts::PARAM,
    param("metadata", Kind::Metadata),
    param("price", Kind::Ref(prices::KIND)).aside(),
    param("price_data", Kind::Hash(prices::DATA)).aside(),
    param("quantity", Kind::Int),
    param("tax_rates", tax_rates::IDS).aside(),
];

/// An item as a new subscription takes it.
pub(super) const NEW: &[Param] = &PRICE_PARAMS;

/// An item as an update takes it: a known one changed or deleted, or a new one.
pub(super) const CHANGED: &[Param] = &[
    param("clear_usage", Kind::Bool).aside(),
    param("deleted", Kind::Bool).aside(),
    param("id", Kind::Text).aside(),
    PRICE_PARAMS[0],
    PRICE_PARAMS[1],
    PRICE_PARAMS[2],
    PRICE_PARAMS[3],
    PRICE_PARAMS[4],
    PRICE_PARAMS[5],
];

const OF_SUBSCRIPTION: Param = param("subscription", Kind::Ref(KIND)).required();
const PRORATION: Param = param("proration_behavior", Kind::Text).aside();
const PAYMENT: Param = param("payment_behavior", Kind::Text).aside();

/// Answers `/v1/subscription_items…`; none where there is no such route.
pub(in super::super) fn answer(
    desk: &mut Desk<'_>,
    method: &Method,
    rest: &[&str],
    sent: &Sent,
) -> Result<Option<Reply>, ApiError> {
    let reply = match (method.as_str(), rest) {
        ("GET", []) => {
            let params = check(desk, &[PAGING[0], PAGING[1], PAGING[2], OF_SUBSCRIPTION], sent)?;
            let owner =
                desk.find(KIND, params["subscription"].as_str().unwrap_or_default(), "subscription")?;
            Reply::Many(embedded(&owner["items"]["data"], &params)?)
        }
        ("POST", []) => {
            let table = [&PRICE_PARAMS[..], &[OF_SUBSCRIPTION, PRORATION, PAYMENT]].concat();
            let params = check(desk, &table, sent)?;
            let owner =
                desk.find(KIND, params["subscription"].as_str().unwrap_or_default(), "subscription")?;
            changed(desk, &owner, params, None)?
        }
        ("GET", [id]) => Reply::One(Arc::new(find_item(desk, id)?.1)),
        ("POST", [id]) => {
            let (owner, _) = find_item(desk, id)?;
            let table = [&PRICE_PARAMS[..], &[PRORATION, PAYMENT]].concat();
            let params = check(desk, &table, sent)?;
            changed(desk, &owner, params, Some(id))?
        }
        ("DELETE", [id]) => {
            let (owner, _) = find_item(desk, id)?;
            let params = Map::from_iter([("deleted".to_owned(), json!(true))]);
            changed(desk, &owner, params, Some(id))?;
            Reply::One(Arc::new(json!({ "id": id, "object": "subscription_item", "deleted": true })))
        }
        _ => return Ok(None),
    };
    Ok(Some(reply))
}

fn changed(
    desk: &mut Desk<'_>,
    owner: &Arc<Value>,
    mut params: Params,
    id: Option<&str>,
) -> Result<Reply, ApiError> {
    if let Some(id) = id {
        params.insert("id".into(), id.into());
    }
    let subscription = reprice(desk, owner, &[Value::Object(params)])?;
    let items = subscription["items"]["data"].as_array().map(Vec::as_slice).unwrap_or_default();
    let item = items.iter().find(|item| id.is_some_and(|id| item["id"] == id)).or(items.last());
    Ok(Reply::One(Arc::new(item.cloned().unwrap_or_default())))
}

/// An item made of checked parameters; `at` names it in errors.
pub(super) fn new_item(desk: &mut Desk<'_>, params: &Params, at: &str) -> Result<Value, ApiError> {
    let mut item = blank("subscription_item");
    item["id"] = desk.world.ids.next("si").into();
    item["created"] = desk.seconds().into();
    apply(NEW, params, &mut item);
    let price =
        price_of(desk, params, at)?.ok_or_else(|| ApiError::missing_parameter(&format!("{at}[price]")))?;
    set_price(&mut item, &price);
    Ok(item)
}

/// The recurring, active price that the parameters name or describe.
pub(super) fn price_of(
    desk: &mut Desk<'_>,
    params: &Params,
    at: &str,
) -> Result<Option<Arc<Value>>, ApiError> {
    let price = match (params.get("price").and_then(Value::as_str), params.get("price_data")) {
        (Some(id), _) => desk.find(prices::KIND, id, &format!("{at}[price]"))?,
        (None, Some(Value::Object(data))) => prices::from_data(desk, data, None)?,
        _ => return Ok(None),
    };
    let refuse = |message: &str| Err(ApiError::invalid(message).at(format!("{at}[price]")));
    if price["type"] != "recurring" {
        return refuse(
            "The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.",
        );
    }
    if price["active"] == false {
        return refuse("The price specified is inactive. This field only accepts active prices.");
    }
    Ok(Some(price))
}

/// Puts a price, and its plan, into an item.
pub(super) fn set_price(item: &mut Value, price: &Value) {
    item["plan"] = prices::plan_of(price);
    item["price"] = price.clone();
}
