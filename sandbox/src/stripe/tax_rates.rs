//! Tax rates, and how what uses them shows them: whole, in its newest state.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::desk::Desk;
use super::paging::passes;
use super::params::{Kind, Param, Params, apply, param};
use super::resource::{Answer, Create, List, Resource, Update};
use super::{invoices, subscriptions};

pub(super) const KIND: &str = "tax_rate";

/// A list of tax rates' ids.
pub(super) const IDS: Kind = Kind::List(&Kind::Ref(KIND));

macro_rules! params {
    ($($more:expr),*) => {
        &[
            param("active", Kind::Bool),
            param("country", Kind::Text),
            param("description", Kind::Text),
            param("jurisdiction", Kind::Text),
            param("metadata", Kind::Metadata),
            param("state", Kind::Text),
            param("tax_type", Kind::Text),
            $($more),*
        ]
    };
}

const CREATE: &[Param] = params![
    param("display_name", Kind::Text).required(),
    param("inclusive", Kind::Bool).required(),
    param("percentage", Kind::Number).required()
];
const UPDATE: &[Param] = params![param("display_name", Kind::Text)];

pub(super) static RESOURCE: Resource = Resource {
    kind: KIND,
    path: "tax_rates",
    create: Some(Create {
        params: CREATE,
        make: |desk, params| {
            let mut rate = desk.blank(KIND, "txr");
            apply(CREATE, params, &mut rate);
            Ok(desk.commit(KIND, rate, &["tax_rate.created"]))
        },
    }),
    update: Some(Update { params: UPDATE, change }),
    delete: None,
    list: Some(List {
        filters: &[
            param("active", Kind::Bool),
            param("created", Kind::Range),
            param("inclusive", Kind::Bool),
        ],
        passes: |rate, filters| passes(rate, filters, &[]),
    }),
    actions: &[],
    sublists: &[],
    expand: &[],
};

/// What embeds a rate and may still change shows its newest state, without an event of its own.
fn change(desk: &mut Desk<'_>, current: &Arc<Value>, params: &Params) -> Answer {
    let mut rate = (**current).clone();
    apply(UPDATE, params, &mut rate);
    let rate = desk.commit(KIND, rate, &["tax_rate.updated"]);
    for kind in [subscriptions::KIND, invoices::KIND, invoices::items::KIND] {
        let open = |object: &Value| kind != invoices::KIND || object["status"] == "draft";
        let rows: Vec<_> = desk
            .shelf()
            .newest_first(kind)
            .filter(|row| open(&row.json))
            .map(|row| Arc::clone(&row.json))
            .collect();
        for object in rows {
            let mut object = Arc::unwrap_or_clone(object);
            renew(&mut object, &rate);
            desk.commit(kind, object, &[]);
        }
    }
    Ok(rate)
}

fn renew(value: &mut Value, rate: &Value) {
    match value {
        Value::Array(entries) => entries.iter_mut().for_each(|entry| renew(entry, rate)),
        Value::Object(fields)
            if fields.get("object") == rate.get("object") && fields.get("id") == rate.get("id") =>
        {
            value.clone_from(rate);
        }
        Value::Object(fields) => fields.values_mut().for_each(|inner| renew(inner, rate)),
        _ => {}
    }
}

/// Puts the rates that a parameter names, whole, into the object's field of the same name.
pub(super) fn embed(desk: &Desk<'_>, params: &Params, name: &str, object: &mut Value) {
    if let Some(sent) = params.get(name) {
        object[name] = sent.as_array().into_iter().flatten().filter_map(|id| whole(desk, id)).collect();
    }
}

fn whole(desk: &Desk<'_>, id: &Value) -> Option<Value> {
    desk.shelf().row(KIND, id.as_str()?).map(|row| (*row.json).clone())
}

/// A line's `taxes` before any amount is known: one entry for each of these rates.
pub(super) fn taxes_of(rates: &Value) -> Value {
    rates.as_array().into_iter().flatten().map(|rate| entry(rate, 0, 0, "not_available")).collect()
}

/// One entry of `taxes` and `total_taxes` (Stripe's shape since 2025-03-31.basil).
pub(super) fn entry(rate: &Value, amount: i64, taxable: i64, reason: &str) -> Value {
    json!({
        "amount": amount,
        "tax_behavior": if rate["inclusive"] == true { "inclusive" } else { "exclusive" },
        "tax_rate_details": { "tax_rate": rate["id"] },
        "taxability_reason": reason,
        "taxable_amount": taxable,
        "type": "tax_rate_details",
    })
}

/// The rate that such an entry names, whole.
pub(super) fn rate_of(desk: &Desk<'_>, entry: &Value) -> Option<Value> {
    whole(desk, &entry["tax_rate_details"]["tax_rate"])
}

/// Adds each entry up by its rate.
pub(super) fn totals<'a>(entries: impl Iterator<Item = &'a Value>) -> Value {
    let mut by_rate: Map<String, Value> = Map::new();
    for entry in entries {
        let id = entry["tax_rate_details"]["tax_rate"].as_str().unwrap_or_default();
        let total = by_rate.entry(id).or_insert_with(|| {
            let mut first = entry.clone();
            first["amount"] = 0.into();
            first["taxable_amount"] = 0.into();
            first
        });
        for name in ["amount", "taxable_amount"] {
            total[name] = (number(&total[name]) + number(&entry[name])).into();
        }
    }
    by_rate.into_iter().map(|(_, total)| total).collect()
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}
