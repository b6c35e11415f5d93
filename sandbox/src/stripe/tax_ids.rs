//! Tax ids: of customers (`/v1/customers/{id}/tax_ids`) and of the account itself (`/v1/tax_ids`).

use std::sync::Arc;

use http::Method;
use serde_json::{Map, Value, json};

use super::customers;
use super::desk::Desk;
use super::error::ApiError;
use super::expand::id;
use super::form::Sent;
use super::paging::passes;
use super::params::{Kind, Param, Params, check, param};
use super::resource::{Answer, Create, List, Resource};
use super::routes::Reply;
use super::show::EMBEDDED;

pub(super) const KIND: &str = "tax_id";

const OWNER: &[Param] = &[
    param("customer", Kind::Ref(customers::KIND)),
    param("type", Kind::Choice(&["customer", "self"])).required(),
];

/// A type with its number, as a customer's creation takes them too (`tax_id_data`).
pub(super) const DATA: &[Param] =
    &[param("type", Kind::Text).required(), param("value", Kind::Text).required()];

const CREATE: &[Param] = &[param("owner", Kind::Hash(OWNER)), DATA[0], DATA[1]];

pub(super) static RESOURCE: Resource = Resource {
    kind: KIND,
    path: "tax_ids",
    create: Some(Create {
        params: CREATE,
        make: |desk, params| {
            let owner = params.get("owner").map_or(Value::Null, |owner| owner["customer"].clone());
            make(desk, params, &owner)
        },
    }),
    update: None,
    delete: Some(delete),
    list: Some(List { filters: &[param("owner", Kind::Hash(OWNER)).aside()], passes: listed }),
    actions: &[],
    sublists: &[],
    expand: &[id("customer", customers::KIND), id("owner.customer", customers::KIND)],
};

/// Without an owner the list is of the account's own.
fn listed(tax_id: &Value, filters: &Params) -> bool {
    if filters.contains_key("customer") {
        return passes(tax_id, filters, &[]);
    }
    let owner = filters.get("owner").map_or(Value::Null, |owner| owner["customer"].clone());
    tax_id["customer"] == owner
}

/// Answers `/v1/customers/{customer}/tax_ids…`; none where there is no such route.
pub(super) fn answer(
    desk: &mut Desk<'_>,
    method: &Method,
    customer: &str,
    rest: &[&str],
    sent: &Sent,
) -> Result<Option<Reply>, ApiError> {
    let owner = desk.find(customers::KIND, customer, "customer")?["id"].clone();
    let own = |desk: &Desk<'_>, id: &str| {
        desk.find(KIND, id, "id").and_then(|found| match found["customer"] == owner {
            true => Ok(found),
            false => Err(ApiError::missing(KIND, id, None).at("id")),
        })
    };
    let reply = match (method.as_str(), rest) {
        ("POST", []) => {
            let params = check(desk, DATA, sent)?;
            Reply::One(make(desk, &params, &owner)?)
        }
        ("GET", [id]) => Reply::One(own(desk, id)?),
        ("DELETE", [id]) => {
            let found = own(desk, id)?;
            Reply::One(delete(desk, &found)?)
        }
        _ => return Ok(None),
    };
    Ok(Some(reply))
}

/// A tax id of a customer, or of the account where `owner` is null.
pub(super) fn make(desk: &mut Desk<'_>, params: &Params, owner: &Value) -> Answer {
    let (kind, value) = checked(params)?;
    let mut tax_id = desk.blank(KIND, "txi");
    tax_id["country"] = country(&kind, &value).into();
    tax_id["customer"] = owner.clone();
    tax_id["type"] = kind.as_str().into();
    tax_id["value"] = value.as_str().into();
    tax_id["owner"]["customer"] = owner.clone();
    tax_id["owner"]["type"] = if owner.is_null() { "self" } else { "customer" }.into();
    if owner.is_null() {
        return Ok(desk.commit(KIND, tax_id, &[]));
    }
    let verified = ["au_abn", "eu_vat", "gb_vat"].contains(&kind.as_str());
    tax_id["verification"] = verification(if verified { "pending" } else { "unavailable" });
    let tax_id = desk.commit(KIND, tax_id, &["customer.tax_id.created"]);
    // The endings that Stripe's test mode gives a meaning ("Customer tax IDs", Stripe's documentation).
    let outcome = match value.get(value.len().saturating_sub(9)..) {
        Some("000000000") => "verified",
        Some("111111111") => "unverified",
        _ => return Ok(tax_id),
    };
    let mut tax_id = Arc::unwrap_or_clone(tax_id);
    if verified {
        tax_id["verification"] = verification(outcome);
    }
    Ok(desk.commit(KIND, tax_id, &["customer.tax_id.updated"]))
}

/// The type and the number, where the number has the type's form.
pub(super) fn checked(params: &Params) -> Result<(String, String), ApiError> {
    let text = |name: &str| params.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (kind, value) = (text("type"), text("value"));
    match well_formed(&kind, &value) {
        true => Ok((kind, value)),
        false => Err(ApiError::coded("tax_id_invalid", format!("Invalid value for {kind}.")).at("value")),
    }
}

fn verification(status: &str) -> Value {
    json!({ "status": status, "verified_address": null, "verified_name": null })
}

fn country(kind: &str, value: &str) -> String {
    let of = if kind == "eu_vat" { value } else { kind };
    of.chars().take(2).collect::<String>().to_uppercase()
}

/// The forms of Japan's numbers, as Stripe's table of tax ids gives them; others are taken as they are.
fn well_formed(kind: &str, value: &str) -> bool {
    let digits =
        |text: &str, count: usize| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    match kind {
        "jp_cn" => digits(value, 13),
        "jp_rn" => digits(value, 5),
        "jp_trn" => value.strip_prefix('T').is_some_and(|number| digits(number, 13)),
        _ => !value.is_empty(),
    }
}

fn delete(desk: &mut Desk<'_>, current: &Arc<Value>) -> Answer {
    let event = (!current["customer"].is_null()).then_some("customer.tax_id.deleted");
    Ok(desk.delete(KIND, current, event))
}

fn of_customer(desk: &Desk<'_>, customer: &Value) -> Vec<Arc<Value>> {
    let rows = desk.shelf().newest_first(KIND).filter(|row| row.json["customer"] == *customer);
    rows.map(|row| Arc::clone(&row.json)).collect()
}

/// The list that `expand[]=tax_ids` shows on a customer.
pub(super) fn list_of(desk: &Desk<'_>, customer: &Map<String, Value>) -> Value {
    let owner = customer.get("id").cloned().unwrap_or_default();
    let all = of_customer(desk, &owner);
    json!({
        "object": "list",
        "data": all.iter().take(EMBEDDED).map(|one| (**one).clone()).collect::<Vec<_>>(),
        "has_more": all.len() > EMBEDDED,
        "url": format!("/v1/customers/{}/tax_ids", owner.as_str().unwrap_or_default()),
    })
}

/// An invoice's `customer_tax_ids`, oldest first.
pub(super) fn on_invoice(desk: &Desk<'_>, customer: &Value) -> Value {
    let all = of_customer(desk, customer).into_iter().rev();
    all.map(|one| json!({ "type": one["type"], "value": one["value"] })).collect()
}
