//! Customers.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::desk::Desk;
use super::error::ApiError;
use super::expand::{Expand, Target, foreign, id, inside};
use super::paging::passes;
use super::params::{Kind, Param, Params, apply, param};
use super::resource::{Answer, Create, List, Resource, Sublist, Update, update};
use super::show::{EMBEDDED, shown};
use super::version::Version;
use super::{discounts, payment_methods, subscriptions, tax_ids};

pub(super) const KIND: &str = "customer";

/// An address.
pub(super) const ADDRESS: &[Param] = &[
    param("city", Kind::Text),
    param("country", Kind::Text),
    param("line1", Kind::Text),
    param("line2", Kind::Text),
    param("postal_code", Kind::Text),
    param("state", Kind::Text),
];

const SHIPPING: &[Param] = &[
    param("address", Kind::Hash(ADDRESS)).required(),
    param("name", Kind::Text).required(),
    param("phone", Kind::Text),
];

const INVOICE_SETTINGS: &[Param] = &[
    param("default_payment_method", Kind::Text),
    param("footer", Kind::Text),
    param("custom_fields", Kind::List(&Kind::Hash(&[param("name", Kind::Text), param("value", Kind::Text)]))),
];

macro_rules! params {
    ($($more:expr),*) => {
        &[
            param("address", Kind::Hash(ADDRESS)),
            param("balance", Kind::Int),
            param("description", Kind::Text),
            param("email", Kind::Text),
            param("invoice_prefix", Kind::Text),
            param("invoice_settings", Kind::Hash(INVOICE_SETTINGS)),
            param("metadata", Kind::Metadata),
            param("name", Kind::Text),
            param("next_invoice_sequence", Kind::Int),
            param("phone", Kind::Text),
            param("preferred_locales", Kind::List(&Kind::Text)),
            param("shipping", Kind::Hash(SHIPPING)),
            param("tax_exempt", Kind::Choice(&["none", "exempt", "reverse"])),
            $($more),*
        ]
    };
}

const CREATE: &[Param] = params![
    COUPON[0],
    COUPON[1],
    param("payment_method", Kind::Text).aside(),
    param("tax_id_data", Kind::List(&Kind::Hash(tax_ids::DATA))).aside(),
    param("test_clock", Kind::Text)
];
const UPDATE: &[Param] = params![COUPON[0], COUPON[1]];

/// A customer's own discount: parameters until 2025-03-31.basil, since then given in the Dashboard only.
const COUPON: [Param; 2] = [param("coupon", Kind::Text).aside(), param("promotion_code", Kind::Text).aside()];

pub(super) static RESOURCE: Resource = Resource {
    kind: KIND,
    path: "customers",
    create: Some(Create { params: CREATE, make: create }),
    update: Some(Update { params: UPDATE, change }),
    delete: Some(delete),
    list: Some(List {
        filters: &[
            param("created", Kind::Range),
            param("email", Kind::Text),
            param("test_clock", Kind::Text),
        ],
        passes: listed,
    }),
    actions: &[],
    sublists: &[
        Sublist::Of { name: "payment_methods", kind: payment_methods::KIND, filter: "customer" },
        Sublist::Of { name: "subscriptions", kind: subscriptions::KIND, filter: "customer" },
        Sublist::Of { name: "tax_ids", kind: tax_ids::KIND, filter: "customer" },
    ],
    expand: &[
        foreign("default_source"),
        inside("discount"),
        id("invoice_settings.default_payment_method", payment_methods::KIND),
        Expand { path: "sources", to: Target::OnRequest(|_, customer| empty_list(customer, "sources")) },
        Expand { path: "subscriptions", to: Target::OnRequest(own_subscriptions) },
        Expand { path: "tax_ids", to: Target::OnRequest(tax_ids::list_of) },
        id("test_clock", "test_helpers.test_clock"),
    ],
};

/// Customers of a test clock are listed only when it is asked for.
fn listed(customer: &Value, filters: &Params) -> bool {
    passes(customer, filters, &[]) && (customer["test_clock"].is_null() || filters.contains_key("test_clock"))
}

fn create(desk: &mut Desk<'_>, params: &Params) -> Answer {
    let mut customer = desk.blank(KIND, "cus");
    customer["invoice_prefix"] = desk.world.ids.text(8).to_uppercase().into();
    apply(CREATE, params, &mut customer);
    let mut attached = None;
    if let Some(method) = params.get("payment_method").and_then(Value::as_str) {
        attached = Some(payment_methods::to_attach(desk, method, "payment_method")?);
    }
    if let Some((wanted, method)) = customer["invoice_settings"]["default_payment_method"]
        .as_str()
        .map(str::to_owned)
        .zip(attached.as_ref())
    {
        if params.get("payment_method").and_then(Value::as_str) == Some(&wanted) {
            customer["invoice_settings"]["default_payment_method"] = method["id"].clone();
        }
    } else {
        check_default(desk, &customer, None)?;
    }
    let numbers: Vec<Params> = params
        .get("tax_id_data")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|data| data.as_object().cloned())
        .collect();
    for number in &numbers {
        tax_ids::checked(number)?;
    }
    let taken = customer["id"].clone();
    let discount = discount_of(desk, params, &taken)?.flatten();
    customer["discount"] = discount.as_deref().cloned().unwrap_or_default();
    let customer = desk.commit(KIND, customer, &["customer.created"]);
    if let Some(discount) = discount {
        discounts::count(desk, discount["id"].as_str().unwrap_or_default());
        desk.tell("customer.discount.created", &discount);
    }
    for number in &numbers {
        tax_ids::make(desk, number, &customer["id"])?;
    }
    if let Some(method) = attached {
        payment_methods::attach_to(desk, method, customer["id"].clone());
    }
    Ok(customer)
}

fn change(desk: &mut Desk<'_>, current: &Arc<Value>, params: &Params) -> Answer {
    let mut next = (**current).clone();
    apply(UPDATE, params, &mut next);
    check_default(desk, &next, current["id"].as_str())?;
    let Some(discount) = discount_of(desk, params, &current["id"])? else {
        return Ok(update(desk, KIND, UPDATE, current, params, "customer.updated"));
    };
    replace_discount(desk, &current["discount"]["id"], discount.as_ref());
    next["discount"] = discount.as_deref().cloned().unwrap_or_default();
    Ok(desk.commit(KIND, next, &["customer.updated"]))
}

/// The discount that the parameters give; none inside where they take it away.
fn discount_of(
    desk: &mut Desk<'_>,
    params: &Params,
    customer: &Value,
) -> Result<Option<Option<Arc<Value>>>, ApiError> {
    let Some(name) = ["coupon", "promotion_code"].into_iter().find(|name| params.contains_key(*name)) else {
        return Ok(None);
    };
    if desk.call.version == Version::Pinned {
        return Err(ApiError::unknown_parameter(name));
    }
    if params[name].is_null() {
        return Ok(Some(None));
    }
    discounts::begin(desk, &json!({ name: params[name] }), customer, &[], "").map(|made| Some(Some(made)))
}

/// One coupon in another's place is an update of the discount (Stripe's types of events).
fn replace_discount(desk: &mut Desk<'_>, old: &Value, new: Option<&Arc<Value>>) {
    let old = old.as_str().and_then(|id| desk.shelf().live(discounts::KIND, id)).map(Arc::clone);
    if let Some(new) = new {
        discounts::count(desk, new["id"].as_str().unwrap_or_default());
    }
    match (old, new) {
        (Some(old), Some(new)) => {
            let mut stub = (*old).clone();
            stub["deleted"] = true.into();
            desk.delete_as(discounts::KIND, &old, stub, None);
            desk.tell_change("customer.discount.updated", &old, new);
        }
        (None, Some(new)) => desk.tell("customer.discount.created", new),
        (Some(old), None) => {
            discounts::end(desk, old["id"].as_str().unwrap_or_default());
        }
        (None, None) => {}
    }
}

/// The default payment method must be attached to this very customer.
fn check_default(desk: &Desk<'_>, customer: &Value, owner: Option<&str>) -> Result<(), ApiError> {
    let Some(method) = customer["invoice_settings"]["default_payment_method"].as_str() else {
        return Ok(());
    };
    let attached = desk.shelf().live(payment_methods::KIND, method);
    if owner.is_some() && attached.is_some_and(|method| method["customer"].as_str() == owner) {
        return Ok(());
    }
    let message = format!(
        "The customer does not have a payment method with the ID {method}. The payment method must be attached to the customer."
    );
    Err(ApiError::coded("resource_missing", message).at("invoice_settings[default_payment_method]"))
}

/// Deleting a customer cancels what it subscribes to.
fn delete(desk: &mut Desk<'_>, current: &Arc<Value>) -> Answer {
    let customer = current["id"].as_str().unwrap_or_default();
    for subscription in subscriptions::open_of(desk, customer) {
        subscriptions::cancel(desk, &subscription);
    }
    Ok(desk.delete(KIND, current, Some("customer.deleted")))
}

fn empty_list(customer: &Map<String, Value>, name: &str) -> Value {
    let id = customer["id"].as_str().unwrap_or_default();
    json!({ "object": "list", "data": [], "has_more": false, "url": format!("/v1/customers/{id}/{name}") })
}

fn own_subscriptions(desk: &Desk<'_>, customer: &Map<String, Value>) -> Value {
    let mut list = empty_list(customer, "subscriptions");
    let all = subscriptions::open_of(desk, customer["id"].as_str().unwrap_or_default());
    list["has_more"] = (all.len() > EMBEDDED).into();
    list["data"] = all.iter().take(EMBEDDED).map(|one| shown(one, desk.call.version, desk.shelf())).collect();
    list
}
