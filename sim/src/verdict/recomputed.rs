//! What a projection looks at, by nothing but Stripe's answers of now.

use daicho_core::mapping::{BuiltInZones, CompiledTarget, Context, List, Reference};
use http::Method;
use serde_json::{Value, json};

use crate::stage::ACCOUNT;
use crate::world::World;

/// All that the target looks at when it projects `object`.
#[must_use]
pub fn context(world: &World, target: &CompiledTarget, object: &Value) -> Context {
    let mut context = Context { now: Some(world.now().div_euclid(1_000)), ..Context::default() };
    loop {
        let before = context.clone();
        for reference in target.references(object, &context, &BuiltInZones) {
            ask(world, object, &reference, &mut context);
        }
        if context == before {
            return context;
        }
    }
}

fn ask(world: &World, root: &Value, reference: &Reference, context: &mut Context) {
    match reference {
        Reference::Object { kind, id } => {
            let expand = if kind.as_str() == "coupon" { "?expand[]=applies_to" } else { "" };
            let path = format!("{}/{id}{expand}", kind.list_path().expect("what is looked at can be read"));
            let (is_there, found) = world.try_call(&Method::GET, &path, "");
            let gone = json!({"id": id, "object": kind.as_str(), "deleted": true});
            let found = if is_there { found } else { gone };
            let of = context.related.entry(id.clone()).or_insert_with(|| json!({}));
            let properties = found.as_object().cloned().unwrap_or_default();
            of.as_object_mut().expect("related objects are objects").extend(properties);
        }
        Reference::Within { id, holder_kind, holder, .. } => {
            let path = holder_kind.list_path().expect("what holds a discount can be read");
            let holder = world.ask(&format!("{path}/{holder}?expand[]=discounts"));
            let discounts = holder["discounts"].as_array();
            let discount = discounts.and_then(|all| all.iter().find(|discount| discount["id"] == json!(id)));
            context.related.insert(id.clone(), discount.cloned().unwrap_or_default());
        }
        Reference::List { customer, list } => of_list(world, root, customer, *list, context),
    }
}

fn of_list(world: &World, root: &Value, customer: &str, list: List, context: &mut Context) {
    let by = |path: &str| Some(all(world, &format!("/v1/{path}?customer={customer}&limit=100")));
    let ledger = &mut context.ledger;
    match list {
        List::Subscriptions => {
            ledger.subscriptions =
                Some(all(world, &format!("/v1/subscriptions?customer={customer}&status=all&limit=100")));
        }
        List::Invoices => ledger.invoices = by("invoices"),
        List::Charges => ledger.charges = by("charges"),
        List::TaxIds => {
            let data = all(world, &format!("/v1/customers/{customer}/tax_ids?limit=100"));
            let of = context.related.entry(customer.to_owned()).or_insert_with(|| root.clone());
            of["tax_ids"] = json!({"object": "list", "data": data, "has_more": false});
        }
    }
}

/// The object with its lists whole.
fn whole(world: &World, object: &Value) -> Value {
    let text = |name: &str| object[name].as_str().unwrap_or_default();
    let stripe = world.0.stripe.borrow();
    stripe.object(ACCOUNT, false, text("object"), text("id")).unwrap_or(object).clone()
}

/// All pages.
fn all(world: &World, path: &str) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    loop {
        let after = all.last().and_then(|last| last["id"].as_str());
        let after = after.map(|after| format!("&starting_after={after}")).unwrap_or_default();
        let page = world.ask(&format!("{path}{after}"));
        all.extend(page["data"].as_array().into_iter().flatten().map(|object| whole(world, object)));
        if page["has_more"] != json!(true) {
            return all;
        }
    }
}
