//! What a projection looks at beside its object, read from Stripe without being kept: for a look at a mapping that
//! nothing follows yet.

use daicho_core::mapping::{Context, Reference};
use daicho_core::tenant::TenantName;
use serde_json::Value;

use super::client::{self, Failure};
use super::{expansion, listing, reading};
use crate::context;
use crate::port::{Clock, Http};
use crate::secret::Secret;

/// Reads it into the context of `object`: one request. What Stripe does not show, or a list that goes on beyond a
/// hundred, stays out.
pub(crate) async fn bring(
    world: &(impl Http + Clock),
    tenant: &TenantName,
    key: &Secret,
    object: &Value,
    reference: &Reference,
    context: &mut Context,
) -> Result<(), Failure> {
    let Some(path) = path(reference) else { return Ok(()) };
    let Some(mut answer) = client::get(world, tenant, key, &path).await?.json else { return Ok(()) };
    if let Reference::List { customer, list } = reference {
        let is_whole = answer.get("has_more").and_then(Value::as_bool) == Some(false);
        let members = answer.get_mut("data").and_then(Value::as_array_mut).filter(|_| is_whole);
        let Some(members) = members.map(std::mem::take) else { return Ok(()) };
        let members = members.into_iter().map(|member| apart(member, context)).collect();
        context::put_list(context, object, (customer, *list), members);
        return Ok(());
    }
    let read = apart(answer, context);
    if let (Reference::Object { id, .. }, Value::Object(read)) = (reference, read) {
        // Its tax ids may be there already.
        let of = context.related.entry(id.clone()).or_insert_with(|| Value::Object(serde_json::Map::new()));
        of.as_object_mut().into_iter().for_each(|of| of.extend(read.clone()));
    }
    Ok(())
}

fn path(reference: &Reference) -> Option<String> {
    let (kind, id) = match reference {
        Reference::Object { kind, id } => (kind, id),
        Reference::Within { holder_kind, holder, .. } => (holder_kind, holder),
        Reference::List { customer, list } => {
            let path = listing::path(customer, *list, None);
            return Some(format!("{path}{}", expansion::list_query(&list.kind(), true)));
        }
    };
    Some(format!("{}{}", reading::path(kind, id)?, expansion::query(kind, true)))
}

/// The object in the shape in which events carry it; its discounts are related objects of their own.
fn apart(mut object: Value, context: &mut Context) -> Value {
    for discount in expansion::take_discounts(&mut object) {
        if let Some(id) =
            discount.get("id").and_then(Value::as_str).filter(|_| !expansion::is_bare(&discount))
        {
            context.related.insert(id.to_owned(), discount.clone());
        }
    }
    object
}
