//! Coupons: what a discount takes off, and for how long.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::desk::Desk;
use super::error::ApiError;
use super::expand::{Expand, Target};
use super::paging::passes;
use super::params::{Kind, Param, Params, apply, param};
use super::products;
use super::resource::{Answer, Create, List, Resource, Update, update};

pub(super) const KIND: &str = "coupon";

/// Shown only when it is asked for (Stripe's API reference), and kept under this name until then.
const APPLIES_TO: &str = "applies_to";

const PRODUCTS: &[Param] = &[param("products", Kind::List(&Kind::Ref(products::KIND)))];

const CREATE: &[Param] = &[
    param("amount_off", Kind::Int),
    param(APPLIES_TO, Kind::Hash(PRODUCTS)),
    param("currency", Kind::Currency),
    param("duration", Kind::Choice(&["forever", "once", "repeating"])),
    param("duration_in_months", Kind::Int),
    param("id", Kind::Text),
    param("max_redemptions", Kind::Int),
    param("metadata", Kind::Metadata),
    param("name", Kind::Text),
    param("percent_off", Kind::Number),
    param("redeem_by", Kind::Time),
];

const UPDATE: &[Param] = &[param("metadata", Kind::Metadata), param("name", Kind::Text)];

pub(super) static RESOURCE: Resource = Resource {
    kind: KIND,
    path: "coupons",
    create: Some(Create { params: CREATE, make: create }),
    update: Some(Update {
        params: UPDATE,
        change: |desk, current, params| Ok(update(desk, KIND, UPDATE, current, params, "coupon.updated")),
    }),
    delete: Some(delete),
    list: Some(List {
        filters: &[param("created", Kind::Range)],
        passes: |coupon, filters| passes(coupon, filters, &[]),
    }),
    actions: &[],
    sublists: &[],
    expand: &[Expand { path: APPLIES_TO, to: Target::OnRequest(applies_to) }],
};

fn create(desk: &mut Desk<'_>, params: &Params) -> Answer {
    let mut coupon = desk.blank(KIND, "coupon");
    coupon["id"] = desk.world.ids.text(8).into();
    apply(CREATE, params, &mut coupon);
    let id = coupon["id"].as_str().unwrap_or_default();
    if desk.shelf().live(KIND, id).is_some() {
        return Err(
            ApiError::coded("resource_already_exists", format!("Coupon already exists: {id}")).at("id")
        );
    }
    match (coupon["percent_off"].as_f64(), coupon["amount_off"].as_i64()) {
        (Some(percent), None) if percent > 0.0 && percent <= 100.0 => {}
        (None, Some(1..)) if coupon["currency"].is_string() => {}
        (None, Some(1..)) => return Err(ApiError::missing_parameter("currency")),
        (Some(_), None) => {
            return Err(
                ApiError::invalid("percent_off must be greater than 0 and at most 100.").at("percent_off")
            );
        }
        _ => {
            let message = "You must pass either amount_off or percent_off, and it must be greater than 0.";
            return Err(ApiError::invalid(message));
        }
    }
    if (coupon["duration"] == "repeating") == coupon["duration_in_months"].is_null() {
        let message = "duration_in_months must be set if, and only if, duration is repeating.";
        return Err(ApiError::invalid(message).at("duration_in_months"));
    }
    Ok(desk.commit(KIND, coupon, &["coupon.created"]))
}

/// Nobody can redeem it any more; what was redeemed before goes on (Stripe's documentation of deleting
/// coupons), so its particulars stay.
fn delete(desk: &mut Desk<'_>, current: &Arc<Value>) -> Answer {
    let mut kept = (**current).clone();
    kept["valid"] = false.into();
    desk.delete_as(KIND, current, kept, Some("coupon.deleted"));
    Ok(Arc::new(json!({ "id": current["id"], "object": KIND, "deleted": true })))
}

/// The coupon, if it may be redeemed now.
pub(super) fn redeemable(desk: &Desk<'_>, id: &str, at: &str) -> Answer {
    let coupon = desk.find(KIND, id, at)?;
    let late = coupon["redeem_by"].as_i64().is_some_and(|by| by < desk.seconds());
    if late || coupon["valid"] == false {
        return Err(ApiError::coded("coupon_expired", "This coupon has expired.").at(at));
    }
    Ok(coupon)
}

/// Counts a redemption. The last one that is allowed ends the coupon. Stripe sends no event for it.
pub(super) fn count(desk: &mut Desk<'_>, kind: &'static str, id: &str, ended: &str) {
    let Some(found) = desk.shelf().live(kind, id) else {
        return;
    };
    let mut object = (**found).clone();
    let times = object["times_redeemed"].as_i64().unwrap_or_default() + 1;
    object["times_redeemed"] = times.into();
    if object["max_redemptions"].as_i64().is_some_and(|most| times >= most) {
        object[ended] = false.into();
    }
    desk.commit(kind, object, &[]);
}

fn applies_to(desk: &Desk<'_>, coupon: &Map<String, Value>) -> Value {
    let id = coupon.get("id").and_then(Value::as_str).unwrap_or_default();
    let kept = desk.shelf().row(KIND, id).and_then(|row| row.json.get(APPLIES_TO).cloned());
    kept.unwrap_or_else(|| json!({ "products": [] }))
}

/// Whether the coupon is good for this product. A coupon without a list is good for all.
pub(super) fn covers(coupon: &Value, product: &Value) -> bool {
    coupon[APPLIES_TO]["products"].as_array().is_none_or(|products| products.contains(product))
}

/// Takes out what is shown on request only.
pub(super) fn hide(fields: &mut Map<String, Value>) {
    fields.shift_remove(APPLIES_TO);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coupon_without_products_covers_all() {
        assert!(covers(&json!({}), &json!("prod_1")));
        assert!(!covers(&json!({"applies_to": {"products": ["prod_2"]}}), &json!("prod_1")));
    }
}
