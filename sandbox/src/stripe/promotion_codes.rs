//! Promotion codes: the word a customer types for a coupon.

use serde_json::Value;

use super::desk::Desk;
use super::error::ApiError;
use super::expand::id;
use super::paging::passes;
use super::params::{Kind, Param, Params, apply, param};
use super::resource::{Answer, Create, List, Resource, Update, update};
use super::{coupons, customers};

pub(super) const KIND: &str = "promotion_code";

const PROMOTION: &[Param] = &[
    param("coupon", Kind::Ref(coupons::KIND)).required(),
    param("type", Kind::Choice(&["coupon"])).required(),
];

const RESTRICTIONS: &[Param] = &[
    param("first_time_transaction", Kind::Bool),
    param("minimum_amount", Kind::Int),
    param("minimum_amount_currency", Kind::Currency),
];

const CREATE: &[Param] = &[
    param("active", Kind::Bool),
    param("code", Kind::Text),
    param("customer", Kind::Ref(customers::KIND)),
    param("expires_at", Kind::Time),
    param("max_redemptions", Kind::Int),
    param("metadata", Kind::Metadata),
    param("promotion", Kind::Hash(PROMOTION)).required(),
    param("restrictions", Kind::Hash(RESTRICTIONS)),
];

const UPDATE: &[Param] = &[param("active", Kind::Bool), param("metadata", Kind::Metadata)];

pub(super) static RESOURCE: Resource = Resource {
    kind: KIND,
    path: "promotion_codes",
    create: Some(Create { params: CREATE, make: create }),
    update: Some(Update {
        params: UPDATE,
        change: |desk, current, params| {
            Ok(update(desk, KIND, UPDATE, current, params, "promotion_code.updated"))
        },
    }),
    delete: None,
    list: Some(List {
        filters: &[
            param("active", Kind::Bool),
            param("code", Kind::Text),
            param("coupon", Kind::Text),
            param("created", Kind::Range),
            param("customer", Kind::Text),
        ],
        passes: |code, filters| {
            passes(code, filters, &["coupon"])
                && filters.get("coupon").is_none_or(|coupon| code["promotion"]["coupon"] == *coupon)
        },
    }),
    actions: &[],
    sublists: &[],
    expand: &[id("customer", customers::KIND), id("promotion.coupon", coupons::KIND)],
};

fn create(desk: &mut Desk<'_>, params: &Params) -> Answer {
    let mut code = desk.blank(KIND, "promo");
    code["code"] = desk.world.ids.text(8).to_uppercase().into();
    apply(CREATE, params, &mut code);
    Ok(desk.commit(KIND, code, &["promotion_code.created"]))
}

/// The code, if this customer may redeem it now.
pub(super) fn redeemable(desk: &Desk<'_>, id: &str, customer: &Value, at: &str) -> Answer {
    let code = desk.find(KIND, id, at)?;
    let late = code["expires_at"].as_i64().is_some_and(|by| by < desk.seconds());
    if late || code["active"] == false {
        return Err(ApiError::coded("promotion_code_expired", "This promotion code has expired.").at(at));
    }
    if !code["customer"].is_null() && code["customer"] != *customer {
        return Err(ApiError::invalid("This promotion code belongs to another customer.").at(at));
    }
    Ok(code)
}
