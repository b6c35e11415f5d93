//! One read of one object: asked, answered, settled.

use daicho_core::stripe::{Kind, ObjectId};
use daicho_core::tenant::TenantName;
use serde_json::Value;

use crate::config::Active;
use crate::delivery;
use crate::error::EngineError;
use crate::inbox::ordering::{self, Settlement, Window};
use crate::object::{self, Known};
use crate::port::{Clock, Http, Random, Sql, SqlError, Statements};
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

/// What Stripe says of an object.
enum State {
    Exists(Value),
    Gone,
}

/// Reads the object and settles the outcome. `key` is the tenant's Stripe key, or why there is none.
pub(crate) async fn read(
    world: &(impl Sql + Http + Clock + Random),
    tenant: &TenantName,
    key: Result<Secret, &'static str>,
    active: &Active,
    asked: &Asked,
) -> Result<Done, EngineError> {
    let claimed = object::known(world, &asked.object_id)?.map(|known| known.version);
    let answer = match key {
        Ok(key) => retrieve(world, tenant, &key, asked).await?,
        Err(code) => Err(Failure::of_all(code)),
    };
    let settled = answer.and_then(|(state, window)| {
        let step = |tx: &dyn Statements| settle(tx, active, asked, claimed, &state, window);
        // For example an object of more than 2 MB.
        world.transaction(step).map_err(|_| Failure::of_this_object("object_not_storable"))
    });
    let Err(failure) = settled else {
        return Ok(Done::Settled);
    };
    let attempts = u32::try_from(asked.attempts + 1).unwrap_or(u32::MAX);
    let not_before = retry::backoff(world, attempts, failure.retry_after);
    world.transaction(|tx| request::defer(tx, asked, &failure.code, not_before))?;
    Ok(Done::Deferred(failure))
}

async fn retrieve(
    world: &(impl Sql + Http + Clock),
    tenant: &TenantName,
    key: &Secret,
    asked: &Asked,
) -> Result<Result<(State, Window), Failure>, EngineError> {
    let Some(path) = path(&asked.kind, &asked.object_id) else {
        return Ok(Err(Failure::of_this_object("stripe_kind_not_readable")));
    };
    let answer = match client::get(world, tenant, key, &path).await {
        Ok(answer) => answer,
        Err(failure) => return Ok(Err(failure)),
    };
    match answer.json {
        Some(json) if is_deleted(&json) => Ok(Ok((State::Gone, answer.window))),
        Some(json) => {
            let whole = pages::complete(world, tenant, key, json, answer.window).await;
            Ok(whole.map(|(json, window)| (State::Exists(json), window)))
        }
        None => {
            let proof = another_is_readable(world, tenant, key, asked).await?;
            Ok(proof.map(|()| (State::Gone, answer.window)))
        }
    }
}

fn path(kind: &Kind, id: &str) -> Option<String> {
    kind.path(&ObjectId::parse(id).ok()?)
}

fn is_deleted(json: &Value) -> bool {
    json.get("deleted") == Some(&Value::Bool(true))
}

/// A key of another account or mode answers 404 for every object, so a 404 proves a deletion only
/// while the key still reads another object that is known to exist.
async fn another_is_readable(
    world: &(impl Sql + Http + Clock),
    tenant: &TenantName,
    key: &Secret,
    asked: &Asked,
) -> Result<Result<(), Failure>, EngineError> {
    let unproved = || Failure::of_this_object("stripe_404_unproved");
    let sql = "SELECT id FROM object WHERE kind = ?1 AND deleted = 0 AND id <> ?2 ORDER BY id DESC LIMIT 1";
    let rows = world.read(sql, &[asked.kind.as_str().into(), asked.object_id.as_str().into()])?;
    let Some(row) = rows.first() else {
        return Ok(Err(unproved()));
    };
    let Some(path) = path(&asked.kind, row.text(0)?) else {
        return Ok(Err(unproved()));
    };
    Ok(match client::get(world, tenant, key, &path).await {
        Ok(answer) if answer.json.is_some() => Ok(()),
        Ok(_) => Err(unproved()),
        Err(failure) => Err(failure),
    })
}

fn settle(
    tx: &dyn Statements,
    active: &Active,
    asked: &Asked,
    claimed: Option<i64>,
    state: &State,
    window: Window,
) -> Result<(), SqlError> {
    let (kind, id) = (&asked.kind, asked.object_id.as_str());
    let known = object::known(tx, id)?;
    if known.as_ref().is_some_and(|known| known.deleted) {
        return request::withdraw(tx, id);
    }
    let State::Exists(json) = state else {
        object::bury(tx, kind, id, window.to_s)?;
        delivery::mark_dirty(tx, active, kind, id)?;
        return request::withdraw(tx, id);
    };
    let moved = known.as_ref().map(|known| known.version) != claimed;
    match ordering::settle(known.as_ref().map(|known| known.horizon), moved, window) {
        Settlement::Again => return request::again(tx, id),
        Settlement::Superseded => {}
        Settlement::Apply(horizon) if is_same(known.as_ref(), json) => {
            object::confirm(tx, id, horizon)?;
        }
        Settlement::Apply(horizon) => {
            object::apply(tx, kind, id, &json.to_string(), horizon)?;
            delivery::mark_dirty(tx, active, kind, id)?;
        }
    }
    request::settle(tx, asked)
}

/// An answer that changes nothing needs no projection: what was known was marked when it became known.
fn is_same(known: Option<&Known>, json: &Value) -> bool {
    let known = known.and_then(|known| known.json.as_deref());
    known.and_then(|known| serde_json::from_str::<Value>(known).ok()).as_ref() == Some(json)
}
