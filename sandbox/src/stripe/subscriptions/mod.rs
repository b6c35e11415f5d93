//! Subscriptions: creation with the first invoice, changes, cancellation.

mod create;
pub(super) mod items;
mod update;
mod worn;

use std::sync::Arc;

use serde_json::{Value, json};

use super::desk::Desk;
use super::error::ApiError;
use super::expand::{foreign, id, inside};
use super::paging::within;
use super::params::{Kind, Param, Params, param};
use super::resource::{Action, Answer, Create, List, Resource, Update};
use super::{customers, discounts, invoices, payment_methods, period, tax_ids, tax_rates};

pub(super) use update::reprice;
pub(super) use worn::spend;

pub(super) const KIND: &str = "subscription";

const PAUSE_COLLECTION: &[Param] = &[
    param("behavior", Kind::Choice(&["keep_as_draft", "mark_uncollectible", "void"])).required(),
    param("resumes_at", Kind::Time),
];

const CANCELLATION: &[Param] = &[param("comment", Kind::Text), param("feedback", Kind::Text)];

const INVOICE_SETTINGS: &[Param] = &[
    param("account_tax_ids", Kind::List(&Kind::Ref(tax_ids::KIND))),
    param("description", Kind::Text),
    param("footer", Kind::Text),
    param("issuer", Kind::Any).aside(),
];

/// Parameters of creation and update alike. Those the sandbox takes and does not act on are `aside`.
const COMMON: [Param; 22] = [
    param("automatic_tax", Kind::Any).aside(),
    param("billing_cycle_anchor", Kind::TimeOrNow).aside(),
    param("cancel_at", Kind::Time).aside(),
    param("cancel_at_period_end", Kind::Bool).aside(),
    param("cancellation_details", Kind::Hash(CANCELLATION)),
    param("collection_method", Kind::Choice(&["charge_automatically", "send_invoice"])),
    param("days_until_due", Kind::Int),
    param("default_payment_method", Kind::Ref(payment_methods::KIND)),
    param("default_tax_rates", tax_rates::IDS).aside(),
    param("description", Kind::Text),
    discounts::PARAM,
    param("invoice_settings", Kind::Hash(INVOICE_SETTINGS)),
    param("metadata", Kind::Metadata),
    param("off_session", Kind::Bool).aside(),
    param(
        "payment_behavior",
        Kind::Choice(&[
            "allow_incomplete",
            "default_incomplete",
            "error_if_incomplete",
            "pending_if_incomplete",
        ]),
    )
    .aside(),
    param("payment_settings", Kind::Any).aside(),
    param("proration_behavior", Kind::Choice(&["always_invoice", "create_prorations", "none"])).aside(),
    param("trial_end", Kind::TimeOrNow).aside(),
    param("trial_from_plan", Kind::Bool).aside(),
    param("trial_settings", Kind::Any).aside(),
    param("pause_collection", Kind::Hash(PAUSE_COLLECTION)),
    param("proration_date", Kind::Time).aside(),
];

pub(super) static RESOURCE: Resource = Resource {
    kind: KIND,
    path: "subscriptions",
    create: Some(Create { params: create::PARAMS, make: create::create }),
    update: Some(Update { params: update::PARAMS, change: update::change }),
    delete: Some(delete),
    list: Some(List {
        filters: &[
            param("collection_method", Kind::Text),
            param("created", Kind::Range),
            param("current_period_end", Kind::Range),
            param("current_period_start", Kind::Range),
            param("customer", Kind::Text),
            param("price", Kind::Text),
            param("status", Kind::Text),
        ],
        passes: listed,
    }),
    actions: &[
        Action { name: "pause", params: &[], run: update::pause },
        Action {
            name: "resume",
            params: &[
                param("billing_cycle_anchor", Kind::Choice(&["now", "unchanged"])),
                param("proration_behavior", Kind::Text),
            ],
            run: update::resume,
        },
    ],
    sublists: &[],
    expand: &[
        id("customer", customers::KIND),
        id("default_payment_method", payment_methods::KIND),
        foreign("default_source"),
        inside("discount"),
        id("discounts", discounts::KIND),
        id("invoice_settings.account_tax_ids", tax_ids::KIND),
        inside("items"),
        id("latest_invoice", invoices::KIND),
        foreign("pending_setup_intent"),
        inside("plan"),
        foreign("schedule"),
        id("test_clock", "test_helpers.test_clock"),
    ],
};

/// Cancelled ones are listed only when asked for; `all` and `ended` are words of the filter.
fn listed(subscription: &Value, filters: &Params) -> bool {
    let items = subscription["items"]["data"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ended = ["canceled", "incomplete_expired"].iter().any(|status| subscription["status"] == *status);
    let status = match filters.get("status").and_then(Value::as_str) {
        None => subscription["status"] != "canceled",
        Some("all") => true,
        Some("ended") => ended,
        Some(status) => subscription["status"] == status,
    };
    let period = ["current_period_start", "current_period_end"].iter().all(|name| {
        filters.get(*name).is_none_or(|range| items.iter().any(|item| within(&item[*name], range)))
    });
    let price =
        filters.get("price").is_none_or(|price| items.iter().any(|item| item["price"]["id"] == *price));
    let same = ["collection_method", "created", "customer"]
        .iter()
        .all(|name| filters.get(*name).is_none_or(|wanted| within(&subscription[*name], wanted)));
    status && period && price && same
}

/// The subscriptions of a customer that have not ended, newest first.
pub(super) fn open_of(desk: &Desk<'_>, customer: &str) -> Vec<Arc<Value>> {
    let open = |subscription: &Value| {
        subscription["customer"] == customer
            && subscription["status"] != "canceled"
            && subscription["status"] != "incomplete_expired"
    };
    desk.shelf().newest_first(KIND).filter(|row| open(&row.json)).map(|row| Arc::clone(&row.json)).collect()
}

fn delete(desk: &mut Desk<'_>, current: &Arc<Value>) -> Answer {
    if current["status"] == "canceled" {
        return Err(ApiError::missing(KIND, current["id"].as_str().unwrap_or_default(), None).at("id"));
    }
    Ok(cancel(desk, current))
}

/// Ends a subscription now. It stays retrievable.
pub(super) fn cancel(desk: &mut Desk<'_>, current: &Arc<Value>) -> Arc<Value> {
    let mut subscription = (**current).clone();
    subscription["status"] = "canceled".into();
    subscription["ended_at"] = desk.seconds().into();
    if subscription["canceled_at"].is_null() {
        subscription["canceled_at"] = desk.seconds().into();
    }
    if subscription["cancellation_details"]["reason"].is_null() {
        subscription["cancellation_details"]["reason"] = "cancellation_requested".into();
    }
    let subscription = desk.commit(KIND, subscription, &[]);
    desk.tell("customer.subscription.deleted", &subscription);
    subscription
}

/// The item and the subscription it is in.
fn find_item(desk: &Desk<'_>, id: &str) -> Result<(Arc<Value>, Value), ApiError> {
    desk.shelf()
        .newest_first(KIND)
        .find_map(|row| {
            let item = row.json["items"]["data"].as_array()?.iter().find(|item| item["id"] == id)?;
            Some((Arc::clone(&row.json), item.clone()))
        })
        .ok_or_else(|| ApiError::missing("subscription_item", id, None).at("id"))
}

/// Shows a price's newest state where it is embedded. No event: the subscription itself did not change.
pub(super) fn embed_price(desk: &mut Desk<'_>, price: &Value) {
    let embeds = |subscription: &Value| {
        subscription["items"]["data"]
            .as_array()
            .is_some_and(|items| items.iter().any(|item| item["price"]["id"] == price["id"]))
    };
    let found: Vec<_> = desk
        .shelf()
        .newest_first(KIND)
        .filter(|row| embeds(&row.json))
        .map(|row| Arc::clone(&row.json))
        .collect();
    for subscription in found {
        let mut subscription = Arc::unwrap_or_clone(subscription);
        for item in subscription["items"]["data"].as_array_mut().into_iter().flatten() {
            if item["price"]["id"] == price["id"] {
                items::set_price(item, price);
            }
        }
        desk.commit(KIND, subscription, &[]);
    }
}

/// The current period of every item.
pub(super) fn set_period(subscription: &mut Value, start: i64, end: i64) {
    for item in subscription["items"]["data"].as_array_mut().into_iter().flatten() {
        item["current_period_start"] = start.into();
        item["current_period_end"] = end.into();
    }
}

/// The end of a period that begins at `start`, by the first item's price.
pub(super) fn period_end(subscription: &Value, start: i64) -> i64 {
    let recurring = &subscription["items"]["data"][0]["price"]["recurring"];
    let anchor = subscription["billing_cycle_anchor"].as_i64().unwrap_or(start);
    let interval = recurring["interval"].as_str().unwrap_or("month");
    period::end_after(start, anchor, interval, recurring["interval_count"].as_i64().unwrap_or(1))
}

/// Drafts the invoice of the period that the items stand at.
pub(super) fn draft_invoice(desk: &mut Desk<'_>, subscription: &Value, reason: &str) -> Value {
    let items = subscription["items"]["data"].as_array().cloned().unwrap_or_default();
    let free = subscription["status"] == "trialing";
    let mut invoice = invoices::draft(desk, &subscription["customer"], &subscription["currency"]);
    for name in
        ["collection_method", "default_payment_method", "default_tax_rates", "test_clock", "description"]
    {
        invoice[name] = subscription[name].clone();
    }
    for name in ["account_tax_ids", "footer"] {
        invoice[name] = subscription["invoice_settings"][name].clone();
    }
    if subscription["discounts"] != json!([]) {
        invoice["discounts"] = discounts::running(desk, &subscription["discounts"]).0.into();
    }
    invoice["auto_advance"] = true.into();
    invoice["billing_reason"] = reason.into();
    invoice["parent"] = json!({
        "quote_details": null,
        "subscription_details": { "metadata": subscription["metadata"], "subscription": subscription["id"] },
        "type": "subscription_details",
    });
    if let Some(days) = subscription["days_until_due"].as_i64() {
        invoice["due_date"] = (desk.seconds() + days * 86_400).into();
    }
    for item in &items {
        let line = invoices::subscription_line(desk, subscription, item, free);
        invoices::add_line(desk, &mut invoice, line);
    }
    invoice
}
