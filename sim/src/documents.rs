//! The mapping and the connections of a life.

use serde_json::{Map, Value, json};

use crate::apps::{self, CUSTOMERS, Place, SUBSCRIPTIONS};
use crate::plan::{Departure, Plan};

/// Whether customers with this description are taken, where only some are.
pub const TAKEN: [&str; 2] = ["d0", "d1"];

/// The connections: each app with its token; subscriptions may look into the customers' app.
#[must_use]
pub fn connections(plan: &Plan) -> Value {
    let apps = apps::ALL.map(|place| {
        let mut tokens = vec![format!("kintone-{}", place.app)];
        if place == SUBSCRIPTIONS {
            tokens.push(format!("kintone-{}", CUSTOMERS.app));
        }
        let mut app = json!({"domain": "example.cybozu.com", "app": place.app, "token_refs": tokens});
        if let Some(share) = plan.share {
            app["daily_requests"] = share.into();
        }
        (place.name.to_owned(), app)
    });
    json!({"stripe_key_ref": "stripe_key", "apps": Value::Object(apps.into_iter().collect())})
}

/// The mapping of this plan; each edition writes somewhat else.
#[must_use]
pub fn mapping(plan: &Plan, edition: usize) -> Value {
    let targets = apps::of(plan).into_iter().map(|place| {
        let is_even = edition.is_multiple_of(2);
        let mut target = target(plan, place, &fields(plan, place, is_even));
        if plan.creates_first() && place == CUSTOMERS && is_even {
            target["write_mode"] = "create_only".into();
        }
        (place.name.to_owned(), target)
    });
    json!({"version": 1, "targets": targets.collect::<Map<_, _>>()})
}

fn target(plan: &Plan, place: Place, fields: &[Value]) -> Value {
    let mut target =
        json!({"source": place.source, "app": place.name, "key": {"field": "id"}, "fields": fields});
    if plan.condition && place == CUSTOMERS {
        target["condition"] = json!({"description": TAKEN});
        target["on_leave"] = plan.on_leave.document();
    }
    if plan.on_delete != Departure::Keep {
        target["on_delete"] = plan.on_delete.document();
    }
    target
}

fn path(field: &str, path: &str) -> Value {
    json!({"field": field, "value": {"path": path}})
}

fn figure(field: &str, figure: &Value) -> Value {
    json!({"field": field, "value": {"ledger": figure}})
}

fn fields(plan: &Plan, place: Place, is_even: bool) -> Vec<Value> {
    let mut fields = match place.source {
        "customer" => {
            let policy =
                |careful: &str| if plan.careful_policies { careful.to_owned() } else { "always".to_owned() };
            let overwrites = plan.overwrites_later();
            let mut note = path("note", if is_even || overwrites { "description" } else { "phone" });
            note["write_policy"] =
                if overwrites && !is_even { "always".into() } else { policy("if_empty").into() };
            let mut mail = path("mail", "email");
            mail["write_policy"] = policy("on_create").into();
            vec![path("name", "name"), note, mail]
        }
        "subscription" => vec![
            path("name", "status"),
            path("note", if is_even { "customer" } else { "currency" }),
            path("amount", "items.data[0].quantity"),
            // An older API version has it elsewhere.
            path("f", "items.data[0].current_period_end"),
        ],
        "invoice" => vec![
            path("name", "status"),
            path("note", if is_even { "customer" } else { "number" }),
            json!({"field": "amount", "value": {"path": "amount_remaining"}, "transform": [{"amount": {"currency": "currency"}}]}),
        ],
        _ => {
            vec![path("note", if is_even { "price.id" } else { "subscription" }), path("amount", "quantity")]
        }
    };
    if plan.shop {
        fields.extend(related(place));
    }
    if plan.lookups && place == SUBSCRIPTIONS {
        fields.push(path("customer", "customer"));
    }
    if plan.tables && place.source == "invoice" {
        fields.push(
            json!({"field": "lines", "value": {"rows": {"list": "lines.data", "key": {"field": "line"},
            "columns": [{"field": "what", "value": {"path": "description"}}], "keep_others": true}}}),
        );
    }
    fields
}

fn related(place: Place) -> Vec<Value> {
    match place.source {
        "customer" => vec![
            figure("a", &json!({"monthly_recurring_revenue": {"currency": "jpy"}})),
            figure("b", &json!({"lifetime_paid": {"currency": "jpy"}})),
            figure("c", &json!({"unpaid_amount": {"currency": "jpy"}})),
            figure("d", &json!({"tenure_months": {}})),
            figure("e", &json!({"active_subscriptions": {}})),
            path("f", "tax_ids.data[0].value"),
            path("g", "invoice_settings.default_payment_method.card.last4"),
        ],
        "subscription" => vec![
            path("a", "customer.name"),
            path("b", "items.data[0].price.product.name"),
            path("c", "discounts[0].source.coupon.name"),
            figure("d", &json!({"monthly_recurring_revenue": {"currency": "jpy"}})),
            figure("e", &json!({"next_billing_date": {}})),
        ],
        "invoice" => {
            vec![path("a", "customer.name"), path("b", "parent.subscription_details.subscription.status")]
        }
        _ => vec![path("a", "subscription.status"), path("b", "price.product.name")],
    }
}
