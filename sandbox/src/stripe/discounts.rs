//! Discounts: a coupon at work on a customer, a subscription, an item or an invoice. They have no
//! route of their own (Stripe's API reference); what holds one names it, or shows it expanded.

use std::sync::Arc;

use serde_json::{Value, json};

use super::desk::Desk;
use super::error::ApiError;
use super::expand::{Expand, id, inside};
use super::params::{Kind, Param, Params, param};
use super::{coupons, customers, period, promotion_codes};

pub(super) const KIND: &str = "discount";

/// The parameter `discounts`.
pub(super) const PARAM: Param = param("discounts", Kind::List(&Kind::Hash(DISCOUNT))).aside();

const DISCOUNT: &[Param] =
    &[param("coupon", Kind::Text), param("discount", Kind::Text), param("promotion_code", Kind::Text)];

/// What `expand[]` may name within a discount. The last is of older versions.
pub(super) const EXPAND: &[Expand] = &[
    id("customer", customers::KIND),
    id("promotion_code", promotion_codes::KIND),
    id("source.coupon", coupons::KIND),
    inside("coupon"),
];

/// What the parameter `discounts` makes of a list of discounts' ids: each coupon or code redeemed for
/// `customer`, tied to what `tie` names. Nothing is told yet; [`settle`] does.
pub(super) fn redeem(
    desk: &mut Desk<'_>,
    params: &Params,
    customer: &Value,
    tie: &[(&str, &Value)],
    outer: &str,
) -> Result<Option<Value>, ApiError> {
    let Some(sent) = params.get("discounts") else {
        return Ok(None);
    };
    let mut ids = Vec::new();
    for (index, entry) in sent.as_array().into_iter().flatten().enumerate() {
        let at = format!("{outer}[{index}]");
        if let Some(kept) = entry["discount"].as_str() {
            ids.push(desk.find(KIND, kept, &format!("{at}[discount]"))?["id"].clone());
            continue;
        }
        ids.push(begin(desk, entry, customer, tie, &at)?["id"].clone());
    }
    Ok(Some(ids.into()))
}

/// One discount, from a coupon or a promotion code.
pub(super) fn begin(
    desk: &mut Desk<'_>,
    entry: &Value,
    customer: &Value,
    tie: &[(&str, &Value)],
    at: &str,
) -> Result<Arc<Value>, ApiError> {
    let code = match entry["promotion_code"].as_str() {
        Some(id) => Some(promotion_codes::redeemable(desk, id, customer, &format!("{at}[promotion_code]"))?),
        None => None,
    };
    let coupon = code.as_ref().map_or(&entry["coupon"], |code| &code["promotion"]["coupon"]);
    let coupon = coupon.as_str().ok_or_else(|| ApiError::missing_parameter(&format!("{at}[coupon]")))?;
    let coupon = coupons::redeemable(desk, coupon, &format!("{at}[coupon]"))?;
    let mut discount = desk.blank(KIND, "di");
    discount["customer"] = customer.clone();
    discount["promotion_code"] = code.map(|code| code["id"].clone()).unwrap_or_default();
    discount["source"]["coupon"] = coupon["id"].clone();
    discount["start"] = desk.seconds().into();
    if coupon["duration"] == "repeating" {
        let months = coupon["duration_in_months"].as_i64().unwrap_or(1);
        discount["end"] = period::plus_months(desk.seconds(), months).into();
    }
    for (name, id) in tie {
        discount[*name] = (*id).clone();
    }
    Ok(desk.commit(KIND, discount, &[]))
}

/// Counts and tells what changed from one list of ids to another.
pub(super) fn settle(desk: &mut Desk<'_>, before: &Value, after: &Value) {
    for id in missing(after, before) {
        count(desk, &id);
        if let Some(discount) = found(desk, &id) {
            desk.tell("customer.discount.created", &discount);
        }
    }
    for id in missing(before, after) {
        end(desk, &id);
    }
}

/// Counts what is new in a list. An invoice tells nobody of its own discounts.
pub(super) fn count_new(desk: &mut Desk<'_>, before: &Value, after: &Value) {
    for id in missing(after, before) {
        count(desk, &id);
    }
}

/// Counts one redemption, of the coupon and of the promotion code.
pub(super) fn count(desk: &mut Desk<'_>, id: &str) {
    let Some(discount) = found(desk, id) else {
        return;
    };
    if let Some(coupon) = discount["source"]["coupon"].as_str() {
        coupons::count(desk, coupons::KIND, coupon, "valid");
    }
    if let Some(code) = discount["promotion_code"].as_str() {
        coupons::count(desk, promotion_codes::KIND, code, "active");
    }
}

/// Ends a discount. What it was applied to goes on showing it.
pub(super) fn end(desk: &mut Desk<'_>, id: &str) -> Option<Arc<Value>> {
    let discount = Arc::clone(desk.shelf().live(KIND, id)?);
    let mut stub = (*discount).clone();
    stub["deleted"] = true.into();
    Some(desk.delete_as(KIND, &discount, stub, Some("customer.discount.deleted")))
}

/// Those of `ids` that an invoice drafted now applies, and those that are over by then.
pub(super) fn running(desk: &Desk<'_>, ids: &Value) -> (Vec<Value>, Vec<Value>) {
    ids.as_array().cloned().unwrap_or_default().into_iter().partition(|id| {
        let end =
            id.as_str().and_then(|id| desk.shelf().live(KIND, id)).map(|discount| discount["end"].as_i64());
        end.is_some_and(|end| end.is_none_or(|end| end > desk.seconds()))
    })
}

/// Whether the discount's coupon is good for one invoice only.
pub(super) fn is_once(desk: &Desk<'_>, id: &Value) -> bool {
    coupon_of(desk, id).is_some_and(|coupon| coupon["duration"] == "once")
}

/// The coupon behind a discount, whether either was deleted since or not.
pub(super) fn coupon_of(desk: &Desk<'_>, id: &Value) -> Option<Arc<Value>> {
    let discount = &desk.shelf().row(KIND, id.as_str()?)?.json;
    desk.shelf().row(coupons::KIND, discount["source"]["coupon"].as_str()?).map(|row| Arc::clone(&row.json))
}

/// `DELETE /v1/customers/{id}/discount` and `DELETE /v1/subscriptions/{id}/discount`.
pub(super) fn take_off(desk: &mut Desk<'_>, kind: &'static str, id: &str) -> Result<Arc<Value>, ApiError> {
    let holder = desk.find(kind, id, "id")?;
    let mut next = (*holder).clone();
    let held = if kind == customers::KIND {
        next["discount"].take()["id"].clone()
    } else {
        let held = next["discounts"][0].clone();
        next["discounts"] = json!([]);
        held
    };
    let Some(ended) = held.as_str().and_then(|held| end(desk, held)) else {
        return Err(ApiError::missing("active discount for", id, None));
    };
    let event = if kind == customers::KIND { "customer.updated" } else { "customer.subscription.updated" };
    desk.commit(kind, next, &[event]);
    Ok(ended)
}

fn found(desk: &Desk<'_>, id: &str) -> Option<Arc<Value>> {
    desk.shelf().live(KIND, id).map(Arc::clone)
}

fn missing(of: &Value, within: &Value) -> Vec<String> {
    let there = within.as_array().map(Vec::as_slice).unwrap_or_default();
    let ids = of.as_array().into_iter().flatten().filter(|id| !there.contains(id));
    ids.filter_map(Value::as_str).map(str::to_owned).collect()
}
