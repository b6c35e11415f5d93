//! One read of one object: asked, answered, settled.

use daicho_core::stripe::Kind;
use daicho_core::tenant::TenantName;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::proof::{self, Proof};
use super::{expansion, listing, unneeded};
use crate::config::Active;
use crate::context::{self, ListKey};
use crate::delivery;
use crate::error::EngineError;
use crate::inbox::ordering::{self, Settlement, Window};
use crate::job;
use crate::mutant::{self, Mutant};
use crate::object::{self, Horizon, Known};
use crate::port::{Clock, Http, Millis, Random, Sql, SqlError, Statements};
use crate::retry;
use crate::secret::Secret;
use crate::stripe::client::{self, Failure};
use crate::stripe::pages;
use crate::stripe::request::{self, Asked};

/// How a read ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Done {
    /// Its answer is stored, or was not needed any more.
    Settled,
    /// It is put off.
    Deferred(Failure),
}

/// What of an id stands as it is in a path.
pub(super) const ID: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'-').remove(b'.').remove(b'~');

/// What Stripe says of an object.
enum State {
    Exists(Value),
    Gone,
}

/// A state that was read: against which version of the object's row, and when it was so.
#[derive(Debug, Clone, Copy)]
pub(super) struct Read {
    pub(super) claimed: Option<i64>,
    pub(super) window: Window,
}

/// What became of a state that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Applied {
    /// It is the newest state, and is kept.
    Kept,
    /// It was known already, or something newer is.
    Known,
    /// It cannot be told from what came meanwhile.
    Undecided,
}

/// Reads the object or list and settles the outcome. `key` is the tenant's Stripe key, or why there is
/// none.
pub(crate) async fn read(
    world: &(impl Sql + Http + Clock + Random),
    tenant: &TenantName,
    key: Result<Secret, &'static str>,
    active: &Active,
    asked: &Asked,
) -> Result<Done, EngineError> {
    if world.transaction(|tx| unneeded::withdraw(tx, active, asked))? {
        return Ok(Done::Settled);
    }
    let outcome = match (key, ListKey::parse(&asked.object_id)) {
        (Err(code), _) => Err(Failure::of_all(code)),
        (Ok(key), Some(list)) => listing::read(world, tenant, &key, active, asked, list).await?,
        (Ok(key), None) => read_object(world, tenant, &key, active, asked).await?,
    };
    let Err(failure) = outcome else {
        return Ok(Done::Settled);
    };
    if mutant::on(Mutant::ForgetFailedRead) {
        world.transaction(|tx| request::withdraw(tx, &asked.object_id))?;
    }
    let not_before = next_try(world, asked, &failure);
    world.transaction(|tx| {
        let is_put_off = request::defer(tx, asked, &failure, not_before)?;
        if is_put_off && request::is_to_be_told(tx, &asked.object_id)? {
            delivery::unread(tx, active, (&asked.kind, &asked.object_id), &failure.code, world.now())?;
        }
        Ok::<_, SqlError>(())
    })?;
    Ok(Done::Deferred(failure))
}

/// Nothing more is tried of a read before `until`, and people are told: taking up what it answers fails, for what the
/// code says.
pub(crate) fn set_aside(
    tx: &dyn Statements,
    active: &Active,
    object_id: &str,
    (code, now): (&str, Millis),
    until: Millis,
) -> Result<(), SqlError> {
    let kind = request::give_up(tx, object_id, code, until)?;
    match kind.filter(|_| request::is_to_be_told(tx, object_id).unwrap_or_default()) {
        Some(kind) => delivery::unread(tx, active, (&kind, object_id), code, now),
        None => Ok(()),
    }
}

/// What fails by itself is tried ever more rarely once people were told; with a changed configuration as often as at
/// first once more.
fn next_try(world: &(impl Clock + Random), asked: &Asked, failure: &Failure) -> Millis {
    let after = asked.refused.min(asked.attempts) + 1 - request::GIVEN_UP;
    match u32::try_from(after) {
        Ok(after) if !failure.meets_all => retry::rarely(world, after),
        _ => {
            let attempts = u32::try_from(asked.attempts + 1).unwrap_or(u32::MAX);
            retry::backoff(world, attempts, failure.retry_after)
        }
    }
}

async fn read_object(
    world: &(impl Sql + Http + Clock),
    tenant: &TenantName,
    key: &Secret,
    active: &Active,
    asked: &Asked,
) -> Result<Result<(), Failure>, EngineError> {
    let claimed = object::known(world, &asked.object_id)?.map(|known| known.version);
    let answer = retrieve(world, tenant, key, active, asked).await?;
    Ok(answer.and_then(|(state, window)| {
        let read = Read { claimed, window };
        // For example an object of more than 2 MB.
        let stored = world.transaction(|tx| {
            #[cfg(feature = "provoke-panic")]
            if let State::Exists(object) = &state {
                crate::provoked::at("read", object);
            }
            settle(tx, active, asked, state, read)?;
            if asked.refused >= request::GIVEN_UP {
                delivery::read_after_all(tx, active, &asked.kind, &asked.object_id)?;
            }
            Ok::<_, SqlError>(())
        });
        stored.map_err(|_| Failure::of_this_object("object_not_storable"))
    }))
}

async fn retrieve(
    world: &(impl Sql + Http + Clock),
    tenant: &TenantName,
    key: &Secret,
    active: &Active,
    asked: &Asked,
) -> Result<Result<(State, Window), Failure>, EngineError> {
    match show(world, tenant, key, active, (&asked.kind, &asked.object_id)).await {
        Ok((Shown::Whole(json), window)) => {
            let ours = match has_chosen_ids(&asked.kind) {
                true => is_not_another_accounts(world, tenant, key).await?,
                false => Ok(()),
            };
            Ok(ours.map(|()| (State::Exists(json), window)))
        }
        Ok((Shown::Deleted, window)) => Ok(Ok((State::Gone, window))),
        Ok((Shown::Nothing, window)) => {
            let proof = is_own_account(world, tenant, key, asked).await?;
            Ok(proof.map(|()| (State::Gone, window)))
        }
        Err(failure) => Ok(Err(failure)),
    }
}

/// What Stripe shows under an id.
pub(super) enum Shown {
    /// The object, its lists read to their ends.
    Whole(Value),
    /// That it was deleted.
    Deleted,
    /// A 404.
    Nothing,
}

/// Asks for one object: one request, and one for each hundred elements that its lists have beyond the first
/// ([`pages::PAGES`] at most).
pub(super) async fn show(
    world: &(impl Http + Clock),
    tenant: &TenantName,
    key: &Secret,
    active: &Active,
    (kind, id): (&Kind, &str),
) -> Result<(Shown, Window), Failure> {
    let path = path(kind, id).ok_or_else(|| Failure::of_this_object("stripe_kind_not_readable"))?;
    let path = format!("{path}{}", expansion::query(kind, active.observes(&Kind::Discount)));
    let answer = client::get(world, tenant, key, &path).await?;
    match answer.json {
        Some(json) if is_deleted(&json) => Ok((Shown::Deleted, answer.window)),
        Some(json) => {
            let expand = expansion::page_query(kind, active);
            let (json, window) = pages::complete(world, tenant, key, expand, json, answer.window).await?;
            Ok((Shown::Whole(json), window))
        }
        None => Ok((Shown::Nothing, answer.window)),
    }
}

/// An id that a merchant chose may hold anything.
pub(crate) fn path(kind: &Kind, id: &str) -> Option<String> {
    Some(format!("{}/{}", kind.list_path()?, utf8_percent_encode(id, ID)))
}

fn is_deleted(json: &Value) -> bool {
    json.get("deleted") == Some(&Value::Bool(true))
}

/// A key of another account or mode answers 404 for every object, so a 404 proves a deletion only
/// while the key is known to read the tenant's account.
async fn is_own_account(
    world: &(impl Sql + Http + Clock),
    tenant: &TenantName,
    key: &Secret,
    asked: &Asked,
) -> Result<Result<(), Failure>, EngineError> {
    if mutant::on(Mutant::BuryWithoutProof) {
        return Ok(Ok(()));
    }
    Ok(match proof::prove(world, tenant, key, &asked.object_id).await? {
        Ok(Proof::Own) => Ok(()),
        Err(failure) if failure.meets_all => Err(failure),
        Ok(Proof::Other | Proof::Unknown) | Err(_) => Err(Failure::of_this_object("stripe_404_unproved")),
    })
}

/// Whether people choose ids of this kind: another account may have an object of the same id.
const fn has_chosen_ids(kind: &Kind) -> bool {
    matches!(kind, Kind::Coupon | Kind::Product)
}

/// Nothing more is refused here than what is shown to be another's: what a key may not read proves nothing.
async fn is_not_another_accounts(
    world: &(impl Sql + Http + Clock),
    tenant: &TenantName,
    key: &Secret,
) -> Result<Result<(), Failure>, EngineError> {
    Ok(match proof::prove_once(world, tenant, key).await? {
        Ok(Proof::Other) => Err(Failure::of_this_object(proof::OTHER)),
        Err(failure) if failure.meets_all => Err(failure),
        Ok(Proof::Own | Proof::Unknown) | Err(_) => Ok(()),
    })
}

fn settle(
    tx: &dyn Statements,
    active: &Active,
    asked: &Asked,
    state: State,
    read: Read,
) -> Result<(), SqlError> {
    let (kind, id) = (&asked.kind, asked.object_id.as_str());
    let known = object::known(tx, id)?;
    if known.as_ref().is_some_and(|known| known.deleted) {
        return request::withdraw(tx, id);
    }
    let State::Exists(mut json) = state else {
        object::bury(tx, kind, id, read.window.to_s)?;
        return context::buried(tx, active, kind, id);
    };
    if context::is_signal(kind) {
        for (kind, id) in context::signals_of(active, kind, &json) {
            request::ask(tx, &kind, &id)?;
        }
        return request::settle(tx, asked);
    }
    store_discounts(tx, active, &mut json, read.window)?;
    match apply(tx, active, kind, id, &json, read)? {
        Applied::Undecided => return request::again(tx, id),
        Applied::Known if job::backfill_is_unfinished(tx)? => {
            // What was known may be known from a backfill that has yet to write it.
            delivery::mark_unwritten(tx, active, kind, id)?;
        }
        Applied::Kept | Applied::Known => {}
    }
    let was_detached = || {
        let known = known.as_ref().and_then(|known| serde_json::from_str(known.json.as_deref()?).ok());
        known.is_some_and(|known| is_detached(kind, &known))
    };
    if is_detached(kind, &json) && !was_detached() {
        // The event of that told nobody: nothing looked at it yet. Whoever does by now may have it no more.
        for (kind, id) in context::holders(tx, active, id)? {
            request::ask(tx, &kind, &id)?;
        }
    }
    request::settle(tx, asked)
}

fn is_detached(kind: &Kind, json: &Value) -> bool {
    *kind == Kind::PaymentMethod && json.get("customer").is_none_or(Value::is_null)
}

/// Applies a state that was read, under the rules of its order among events.
pub(super) fn apply(
    tx: &dyn Statements,
    active: &Active,
    kind: &Kind,
    id: &str,
    json: &Value,
    read: Read,
) -> Result<Applied, SqlError> {
    let known = object::known(tx, id)?;
    if known.as_ref().is_some_and(|known| known.deleted) {
        return Ok(Applied::Known);
    }
    let moved =
        known.as_ref().map(|known| known.version) != read.claimed && !mutant::on(Mutant::OverrideNewerState);
    match ordering::settle(known.as_ref().map(|known| known.horizon), moved, read.window) {
        Settlement::Again => Ok(Applied::Undecided),
        Settlement::Superseded => Ok(Applied::Known),
        Settlement::Apply(horizon) if is_same(known.as_ref(), json) => {
            object::confirm(tx, id, horizon)?;
            Ok(Applied::Known)
        }
        Settlement::Apply(horizon) => {
            object::apply(tx, kind, id, &json.to_string(), horizon)?;
            context::changed(tx, active, kind, id)?;
            Ok(Applied::Kept)
        }
    }
}

/// Takes the discounts out of an object that was read with them, and keeps them as objects of their
/// own. An event that changes one asks for its owner too, so a doubt about the order ends in another
/// read of the owner; here only what is surely newer stays.
pub(super) fn store_discounts(
    tx: &dyn Statements,
    active: &Active,
    object: &mut Value,
    window: Window,
) -> Result<(), SqlError> {
    if !active.observes(&Kind::Discount) {
        return Ok(());
    }
    for discount in expansion::take_discounts(object) {
        let id = discount.get("id").and_then(Value::as_str).unwrap_or_default();
        let known = object::known(tx, id)?;
        let is_newer = known.as_ref().is_some_and(|known| {
            known.deleted || known.horizon.stale_before_s > window.to_s || expansion::is_bare(&discount)
        });
        let horizon = Horizon { stale_before_s: window.from_s, unsure_to_s: window.to_s };
        if is_newer || is_same(known.as_ref(), &discount) {
            continue;
        }
        object::apply(tx, &Kind::Discount, id, &discount.to_string(), horizon)?;
        context::changed(tx, active, &Kind::Discount, id)?;
    }
    Ok(())
}

/// An answer that changes nothing needs no projection: what was known was marked when it became known.
pub(super) fn is_same(known: Option<&Known>, json: &Value) -> bool {
    let known = known.and_then(|known| known.json.as_deref());
    known.and_then(|known| serde_json::from_str::<Value>(known).ok()).as_ref() == Some(json)
}
