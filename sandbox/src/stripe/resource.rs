//! The objects of the API, as a table: one entry says where an object lives, what its calls accept
//! and what they do.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use serde_json::{Map, Value};

use super::desk::Desk;
use super::error::ApiError;
use super::expand::Expand;
use super::params::{Param, Params, apply};
use super::payments::{charges, intents, refunds};
use super::{
    coupons, credit_notes, customers, discounts, invoices, payment_methods, prices, products,
    promotion_codes, subscriptions, tax_ids, tax_rates, test_clocks, webhook_endpoints,
};

/// What a call answers: an object in its stored shape.
pub(super) type Answer = Result<Arc<Value>, ApiError>;

/// One type of object.
#[derive(Debug)]
pub(super) struct Resource {
    /// Its `object` field.
    pub kind: &'static str,
    /// Its path under `/v1`.
    pub path: &'static str,
    pub create: Option<Create>,
    pub update: Option<Update>,
    pub delete: Option<fn(&mut Desk<'_>, &Arc<Value>) -> Answer>,
    pub list: Option<List>,
    /// `POST /v1/{path}/{id}/{name}`.
    pub actions: &'static [Action],
    /// `GET /v1/{path}/{id}/{name}`.
    pub sublists: &'static [Sublist],
    pub expand: &'static [Expand],
}

/// `POST /v1/{path}`.
#[derive(Debug)]
pub(super) struct Create {
    pub params: &'static [Param],
    pub make: fn(&mut Desk<'_>, &Params) -> Answer,
}

/// `POST /v1/{path}/{id}`.
#[derive(Debug)]
pub(super) struct Update {
    pub params: &'static [Param],
    pub change: fn(&mut Desk<'_>, &Arc<Value>, &Params) -> Answer,
}

/// `GET /v1/{path}`.
#[derive(Debug)]
pub(super) struct List {
    pub filters: &'static [Param],
    pub passes: fn(&Value, &Params) -> bool,
}

/// `POST /v1/{path}/{id}/{name}`.
#[derive(Debug)]
pub(super) struct Action {
    pub name: &'static str,
    pub params: &'static [Param],
    pub run: fn(&mut Desk<'_>, &Arc<Value>, &Params) -> Answer,
}

/// `GET /v1/{path}/{id}/{name}`.
#[derive(Debug)]
pub(super) enum Sublist {
    /// Objects of another type whose filter names this one.
    Of { name: &'static str, kind: &'static str, filter: &'static str },
    /// The whole of a list embedded in the object under this name.
    Embedded { name: &'static str },
}

/// Every type with its own routes.
pub(super) static RESOURCES: [&Resource; 18] = [
    &customers::RESOURCE,
    &products::RESOURCE,
    &prices::RESOURCE,
    &payment_methods::RESOURCE,
    &subscriptions::RESOURCE,
    &invoices::RESOURCE,
    &invoices::items::RESOURCE,
    &invoices::payments::RESOURCE,
    &intents::RESOURCE,
    &charges::RESOURCE,
    &refunds::RESOURCE,
    &credit_notes::RESOURCE,
    &coupons::RESOURCE,
    &promotion_codes::RESOURCE,
    &tax_rates::RESOURCE,
    &tax_ids::RESOURCE,
    &webhook_endpoints::RESOURCE,
    &test_clocks::RESOURCE,
];

/// The expandable properties of a type, embedded ones included.
pub(super) fn expandable(kind: &str) -> &'static [Expand] {
    match kind {
        "subscription_item" => subscriptions::items::EXPAND,
        "line_item" => invoices::LINE_EXPAND,
        "credit_note_line_item" => credit_notes::LINE_EXPAND,
        "discount" => discounts::EXPAND,
        "plan" => prices::PLAN_EXPAND,
        _ => RESOURCES.iter().find(|resource| resource.kind == kind).map_or(&[], |resource| resource.expand),
    }
}

static BLANKS: LazyLock<HashMap<String, Value>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../data/stripe/blanks.json")).unwrap_or_default());

/// An object of this type as it stands before any parameter.
pub(super) fn blank(kind: &str) -> Value {
    BLANKS.get(kind).cloned().unwrap_or_else(|| Value::Object(Map::new()))
}

/// The usual update: stored parameters applied, one event if something changed.
pub(super) fn update(
    desk: &mut Desk<'_>,
    kind: &'static str,
    table: &[Param],
    current: &Arc<Value>,
    params: &Params,
    event: &str,
) -> Arc<Value> {
    let mut object = (**current).clone();
    apply(table, params, &mut object);
    desk.commit(kind, object, &[event])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fields of a fixture that only older versions have, or that are shown on request only.
    const GONE: [(&str, &str); 2] = [("invoice", "subscription"), ("charge", "refunds")];

    #[test]
    fn every_field_of_stripes_fixtures_is_in_the_blank() {
        let fixtures: HashMap<String, Value> =
            serde_json::from_str(include_str!("../../data/stripe/fixtures.json")).unwrap();
        assert!(BLANKS.len() >= 22);
        for (kind, blank) in BLANKS.iter() {
            for field in fixtures[kind].as_object().unwrap().keys() {
                if GONE.contains(&(kind, field)) {
                    continue;
                }
                assert!(blank.get(field).is_some(), "{kind}.{field}");
            }
        }
    }
}
