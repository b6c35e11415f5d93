//! Putting a projection's context together from what is stored.

use std::borrow::Cow;
use std::collections::BTreeSet;

use daicho_core::mapping::{CompiledTarget, Context, List, Reference, Zones};
use daicho_core::stripe::Kind;
use serde_json::{Value, json};

use super::depends;
use super::list::{self, ListKey};
use crate::error::EngineError;
use crate::mutant::{self, Mutant};
use crate::object;
use crate::port::{Millis, SqlError, Statements};
use crate::stripe::request;

/// How often what was found may lead on. A path has an end; nothing that a person writes goes as far.
const ROUNDS: usize = 32;

/// What there is for a projection.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Gathered {
    /// All that it looks at. The record as kintone has it is left to whoever writes.
    Ready(Context),
    /// Something is to be read from Stripe first. It is asked for, and once it is there the object is
    /// marked dirty.
    Waiting,
    /// Something cannot be read, and that is not waited for: what there is without it.
    Unread(Context),
}

/// Who waits for what is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// Something that changed, or a person.
    Live,
    /// A job that goes over all objects. It is read after what events wait for.
    Bulk,
}

/// What was found of what a projection looks at.
pub(crate) struct Looked {
    pub(crate) context: Context,
    /// The ids and lists on which it depends.
    on: BTreeSet<String>,
    /// What is to be read from Stripe first.
    pub(crate) missing: Vec<Reference>,
}

/// Gathers what the target looks at when it projects `object`, in the transaction given. `object_id` is
/// the object's as in `dirty`.
///
/// # Errors
/// SQLite's refusal, or a row that does not hold what it should.
pub(crate) fn gather(
    tx: &dyn Statements,
    target: &CompiledTarget,
    object_id: &str,
    object: &Value,
    zones: &dyn Zones,
    now: Millis,
    urgency: Urgency,
) -> Result<Gathered, EngineError> {
    let Looked { context, mut on, missing } = look(tx, target, object, zones, now)?;
    let mut is_given_up = false;
    for reference in &missing {
        if request::is_given_up(tx, read_as(reference).as_ref())? {
            is_given_up = true;
        } else {
            ask(tx, reference, urgency)?;
        }
    }
    on.remove(object_id);
    if !mutant::on(Mutant::ForgetDependents) {
        depends::set(tx, &target.name, object_id, &on)?;
    }
    Ok(match missing.is_empty() {
        true => Gathered::Ready(context),
        false if is_given_up => Gathered::Unread(context),
        false => Gathered::Waiting,
    })
}

/// The object or list whose read brings it.
fn read_as(reference: &Reference) -> Cow<'_, str> {
    match reference {
        Reference::Object { id, .. } => id.into(),
        Reference::Within { holder, .. } => holder.into(),
        Reference::List { customer, list } => ListKey::new(customer, *list).as_str().to_owned().into(),
    }
}

/// The same without a trace: nothing is asked for, and nobody waits.
///
/// # Errors
/// As [`gather`].
pub(crate) fn look(
    tx: &dyn Statements,
    target: &CompiledTarget,
    object: &Value,
    zones: &dyn Zones,
    now: Millis,
) -> Result<Looked, EngineError> {
    let context = Context { now: Some(now.div_euclid(1_000)), ..Context::default() };
    look_on(tx, target, object, zones, context, BTreeSet::new())
}

/// The same from what there is already. What is `taken` is not looked for.
///
/// # Errors
/// As [`gather`].
pub(crate) fn look_on(
    tx: &dyn Statements,
    target: &CompiledTarget,
    object: &Value,
    zones: &dyn Zones,
    context: Context,
    taken: BTreeSet<Reference>,
) -> Result<Looked, EngineError> {
    let mut gathering = Gathering { tx, object, context, missing: Vec::new() };
    let (mut seen, mut on) = (taken, BTreeSet::new());
    for _ in 0..ROUNDS {
        let references = target.references(object, &gathering.context, zones);
        let new: Vec<Reference> =
            references.into_iter().filter(|reference| !seen.contains(reference)).collect();
        if new.is_empty() {
            break;
        }
        for reference in new {
            on.insert(gathering.take(&reference)?);
            seen.insert(reference);
        }
    }
    Ok(Looked { context: gathering.context, on, missing: gathering.missing })
}

/// Has what a projection looks at read from Stripe.
///
/// # Errors
/// SQLite's refusal.
pub(crate) fn ask(tx: &dyn Statements, reference: &Reference, urgency: Urgency) -> Result<(), SqlError> {
    match reference {
        Reference::Object { kind, id } if urgency == Urgency::Bulk => request::ask_later(tx, kind, id),
        Reference::Object { kind, id } => request::ask_once(tx, kind, id),
        // A read of the holder that is under way may have been sent before it held this.
        Reference::Within { holder_kind, holder, .. } => request::ask(tx, holder_kind, holder),
        Reference::List { customer, list } => list::ask(tx, &ListKey::new(customer, *list)),
    }
}

struct Gathering<'a> {
    tx: &'a dyn Statements,
    object: &'a Value,
    context: Context,
    missing: Vec<Reference>,
}

impl Gathering<'_> {
    /// Takes it from what is stored, or notes that it is not. Answers on what the projection depends.
    fn take(&mut self, reference: &Reference) -> Result<String, EngineError> {
        let (on, is_there) = match reference {
            Reference::Object { id, .. } | Reference::Within { id, .. } => (id.clone(), self.object(id)?),
            Reference::List { customer, list } => {
                let key = ListKey::new(customer, *list);
                let is_there = self.list(&key, customer, *list)?;
                (key.as_str().to_owned(), is_there)
            }
        };
        if !is_there {
            self.missing.push(reference.clone());
        }
        Ok(on)
    }

    fn object(&mut self, id: &str) -> Result<bool, EngineError> {
        let Some(object) = object::get(self.tx, id)? else {
            return Ok(false);
        };
        // As Stripe itself shows what was deleted.
        let gone = || json!({"id": id, "object": object.kind.as_str(), "deleted": true});
        let json = object.json.unwrap_or_else(gone);
        self.context.related.insert(id.to_owned(), json);
        Ok(true)
    }

    fn list(&mut self, key: &ListKey, customer: &str, list: List) -> Result<bool, EngineError> {
        let (members, is_ordered) = list::members(self.tx, customer, list)?;
        let is_whole = is_ordered && list::is_complete(self.tx, key)?;
        // A deleted customer's lists change no more, and Stripe may refuse to show them.
        if !is_whole && !self.is_deleted(customer)? {
            return Ok(false);
        }
        put_list(&mut self.context, self.object, (customer, list), members);
        Ok(true)
    }

    fn is_deleted(&self, id: &str) -> Result<bool, EngineError> {
        let known = object::known(self.tx, id)?;
        Ok(known.is_some_and(|known| known.deleted))
    }
}

/// Puts a customer's list, whole, into the context of `object`.
pub(crate) fn put_list(
    context: &mut Context,
    object: &Value,
    (customer, list): (&str, List),
    members: Vec<Value>,
) {
    let ledger = &mut context.ledger;
    match list {
        List::Subscriptions => ledger.subscriptions = Some(members),
        List::Invoices => ledger.invoices = Some(members),
        List::Charges => ledger.charges = Some(members),
        List::TaxIds => {
            let of = context.related.entry(customer.to_owned()).or_insert_with(|| object.clone());
            if let Some(of) = of.as_object_mut() {
                let whole = json!({"object": "list", "has_more": false, "data": members});
                of.insert(List::TaxIds.as_str().to_owned(), whole);
            }
        }
    }
}

/// Whether events of this kind can be kept up with, so that a mapping may look at it.
pub(crate) fn is_followed(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Customer
            | Kind::Subscription
            | Kind::Invoice
            | Kind::Product
            | Kind::Price
            | Kind::PaymentMethod
            | Kind::TaxId
            | Kind::TaxRate
            | Kind::Discount
            | Kind::Coupon
            | Kind::Charge
    )
}
