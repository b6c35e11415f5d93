//! Events about another object than the one they carry: a refund changes its charge, a credit note its
//! invoice. The other is read again, unless it is known to be newer than the event.

use daicho_core::stripe::{Envelope, Kind};
use serde_json::Value;

use crate::config::Active;
use crate::object;
use crate::port::{SqlError, Statements};

/// Those that point at a payment method are few: a customer and its subscriptions.
const MOST: i64 = 50;

/// Whether objects of this kind are no more than a signal for another: they are not kept themselves.
pub(crate) fn is_signal(kind: &Kind) -> bool {
    matches!(kind, Kind::Refund | Kind::CreditNote | Kind::InvoicePayment)
}

/// The objects that an event is about beside the one it carries, of those kinds that matter.
pub(crate) fn owners(
    tx: &dyn Statements,
    active: &Active,
    event: &Envelope<'_>,
) -> Result<Vec<(Kind, String)>, SqlError> {
    let Some(about) = &event.object else {
        return Ok(Vec::new());
    };
    // Most events name no owner: their objects are not read for one.
    let json = event.object_json.filter(|_| any_owner_matters(active, &about.kind));
    let json = json.and_then(|json| serde_json::from_str::<Value>(json.get()).ok());
    let mut owners = match &json {
        Some(json) => of_json(active, &about.kind, json),
        None => Vec::new(),
    };
    if event.kind == "payment_method.detached" && active.observes(&Kind::PaymentMethod) {
        owners.extend(holders(tx, active, about.id.as_str())?);
    }
    Ok(owners)
}

/// The owners that a signal's object names, of those kinds that matter.
pub(crate) fn of_json(active: &Active, kind: &Kind, json: &Value) -> Vec<(Kind, String)> {
    let named = owner_properties(kind).iter().filter(|(kind, _)| matters(active, kind));
    named.filter_map(|(kind, name)| Some((kind.clone(), json.get(name)?.as_str()?.to_owned()))).collect()
}

/// Whether a signal of this kind may have an owner that matters.
pub(crate) fn any_owner_matters(active: &Active, kind: &Kind) -> bool {
    owner_properties(kind).iter().any(|(kind, _)| matters(active, kind))
}

/// Which kinds of objects a signal is for, and where it names them.
fn owner_properties(kind: &Kind) -> &'static [(Kind, &'static str)] {
    match kind {
        Kind::Refund => &[(Kind::Charge, "charge")],
        Kind::CreditNote | Kind::InvoicePayment => &[(Kind::Invoice, "invoice")],
        Kind::Discount => {
            &[(Kind::Subscription, "subscription"), (Kind::Customer, "customer"), (Kind::Invoice, "invoice")]
        }
        _ => &[],
    }
}

fn matters(active: &Active, kind: &Kind) -> bool {
    active.uses(kind) || active.observes(kind)
}

/// Whoever pointed at a payment method: with it detached, they may point at none. Whether Stripe sends
/// an event for each of them is not documented.
pub(crate) fn holders(
    tx: &dyn Statements,
    active: &Active,
    id: &str,
) -> Result<Vec<(Kind, String)>, SqlError> {
    let sql = "SELECT DISTINCT o.kind, o.id FROM depends d JOIN object o ON o.id = d.object_id
               WHERE d.on_id = ?1 LIMIT ?2";
    let rows = tx.exec(sql, &[id.into(), MOST.into()])?;
    let mut holders = Vec::new();
    for row in &rows {
        holders.push((Kind::from_object(row.text(0)?), row.text(1)?.to_owned()));
    }
    let known = object::known(tx, id)?.and_then(|known| known.json);
    let known = known.and_then(|json| serde_json::from_str::<Value>(&json).ok());
    let customer = known.as_ref().and_then(|known| known.get("customer")?.as_str());
    if let Some(customer) = customer.filter(|_| matters(active, &Kind::Customer)) {
        holders.push((Kind::Customer, customer.to_owned()));
    }
    holders.retain(|(kind, _)| matches!(kind, Kind::Customer | Kind::Subscription | Kind::Invoice));
    Ok(holders)
}
