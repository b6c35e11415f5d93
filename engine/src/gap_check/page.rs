//! One page of Stripe's list of events: asked for, compared, and what is missing taken in.

use std::collections::BTreeMap;

use daicho_core::stripe::{Envelope, event_list};
use daicho_core::tenant::{Mode, TenantName};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::row::{self, Claim, Counts};
use super::{NAME, trust};
use crate::error::EngineError;
use crate::inbox;
use crate::port::{Level, Millis, Query, SqlError, Statements, World};
use crate::retry;
use crate::secret::Secret;
use crate::stripe::{Done, Failure, KEY_OF_ANOTHER_ACCOUNT, OTHER_MODE, Proof, get, own, prove_once, tag};

/// An event longer than a webhook's body may be is no more stored from a list, in bytes.
const LONGEST: usize = 1 << 20;

/// A page of events, newest first.
struct Page {
    events: Vec<Value>,
    has_more: bool,
}

/// What a step came to.
struct Compared {
    counts: Counts,
    /// Each with its id and type.
    found: Vec<(String, String)>,
    /// Ids of those that cannot be stored.
    unreadable: Vec<String>,
}

/// Compares the next page of the check under way. `key` is the tenant's Stripe key, or why there is none.
pub(crate) async fn page<W: World>(
    world: &W,
    tenant: &TenantName,
    key: Result<Secret, &'static str>,
) -> Result<Done, EngineError> {
    let Some(claim) = row::claim(world)? else {
        return Ok(Done::Settled);
    };
    let outcome = match key {
        Ok(key) => compare(world, tenant, &key, &claim).await?,
        Err(code) => Err(Failure::of_all(code)),
    };
    let Err(failure) = outcome else {
        return Ok(Done::Settled);
    };
    let attempts = u32::try_from(claim.attempts + 1).unwrap_or(u32::MAX);
    let not_before = retry::backoff(world, attempts, failure.retry_after);
    // The page begins after an event; Stripe may not list that one any more.
    let anew = claim.after.is_some() && !failure.meets_all;
    world.transaction(|tx| row::defer(tx, &failure.code, not_before, anew))?;
    Ok(Done::Deferred(failure))
}

async fn compare<W: World>(
    world: &W,
    tenant: &TenantName,
    key: &Secret,
    claim: &Claim,
) -> Result<Result<(), Failure>, EngineError> {
    let answer = match get(world, tenant, key, &path(claim)).await {
        Ok(answer) => answer,
        Err(failure) => return Ok(Err(failure)),
    };
    let Some(page) = answer.json.and_then(read) else {
        return Ok(Err(Failure::of_this_object("stripe_events_malformed")));
    };
    if page.events.iter().any(|event| !is_of(tenant, event)) {
        return Ok(Err(Failure::of_all(OTHER_MODE)));
    }
    let known = known(world, &page.events)?;
    let any_came = known.values().any(|recovered| !recovered);
    // A key of another account lists that account's events, none perhaps, and not one is in our inbox.
    let proof = if any_came { Ok(Proof::Own) } else { prove_once(world, tenant, key).await? };
    let is_proved = match proof {
        Ok(Proof::Other) => return Ok(Err(Failure::of_this_object(KEY_OF_ANOTHER_ACCOUNT))),
        Ok(proof) => proof == Proof::Own,
        Err(failure) => return Ok(Err(failure)),
    };
    let settled = world.transaction(|tx| {
        if any_came {
            own(tx, key)?;
        }
        match trust::note(tx, &tag(key), is_proved, claim.from_s)? {
            Some(since) => row::begin_again(tx, since).map(|()| None),
            None => settle(tx, claim, &page, is_proved, world.now()),
        }
    });
    match settled {
        Ok(Some(compared)) => say(world, &compared),
        Ok(None) => {}
        Err(_) => return Ok(Err(Failure::of_this_object("event_not_storable"))),
    }
    Ok(Ok(()))
}

fn path(claim: &Claim) -> String {
    let Claim { from_s, to_s, after, .. } = claim;
    let path = format!("/v1/events?limit=100&created%5Bgte%5D={from_s}&created%5Blte%5D={to_s}");
    match after {
        Some(last) => format!("{path}&starting_after={}", utf8_percent_encode(last, NON_ALPHANUMERIC)),
        None => path,
    }
}

fn read(mut json: Value) -> Option<Page> {
    let has_more = json.get("has_more")?.as_bool()?;
    let events = std::mem::take(json.get_mut("data")?.as_array_mut()?);
    (!has_more || !events.is_empty()).then_some(Page { events, has_more })
}

fn is_of(tenant: &TenantName, event: &Value) -> bool {
    event.get("livemode").and_then(Value::as_bool) == Some(tenant.mode == Mode::Live)
}

fn text<'e>(event: &'e Value, name: &str) -> &'e str {
    event.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Of these events, those that were stored, each with whether a gap check found it.
fn known(query: &(impl Query + ?Sized), events: &[Value]) -> Result<BTreeMap<String, bool>, SqlError> {
    let ids = json!(events.iter().map(|event| text(event, "id")).collect::<Vec<_>>()).to_string();
    let sql = "SELECT event_id, recovered FROM inbox WHERE event_id IN (SELECT value FROM json_each(?1))";
    let rows = query.query(sql, &[ids.into()])?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.integer(1)? != 0))).collect()
}

/// Takes in what is missing and moves on; `None`: the check moved on meanwhile.
fn settle(
    tx: &dyn Statements,
    claim: &Claim,
    page: &Page,
    is_proved: bool,
    now: Millis,
) -> Result<Option<Compared>, SqlError> {
    if !row::stands(tx, claim)? {
        return Ok(None);
    }
    // Read again: one may have come by webhook while the request was under way.
    let known = known(tx, &page.events)?;
    let mut compared = Compared { counts: Counts::default(), found: Vec::new(), unreadable: Vec::new() };
    for event in &page.events {
        let (id, kind) = (text(event, "id"), text(event, "type"));
        // The others are not sent by webhook at all: nothing is wrong where they did not come.
        let is_asked_for = i64::from(event_list::contains(kind));
        compared.counts.compared += is_asked_for;
        if let Some(recovered) = known.get(id) {
            compared.counts.came += i64::from(!recovered) * is_asked_for;
            continue;
        }
        let body = event.to_string();
        match Envelope::parse(body.as_bytes()) {
            Ok(envelope) if body.len() <= LONGEST => {
                inbox::store(tx, &envelope, &body, inbox::Origin::GapCheck, now)?;
                compared.counts.missing += is_asked_for;
                compared.found.push((id.to_owned(), kind.to_owned()));
            }
            _ => compared.unreadable.push(id.to_owned()),
        }
    }
    let last = page.events.last().map(|event| text(event, "id"));
    let is_believed = is_proved || !page.events.is_empty();
    row::turn(tx, compared.counts, last.filter(|_| page.has_more), is_believed, now)?;
    Ok(Some(compared))
}

fn say(world: &impl World, compared: &Compared) {
    for (id, kind) in &compared.found {
        world.line(Level::Info, "event_recovered", json!({ "event_id": id, "type": kind }));
    }
    for id in &compared.unreadable {
        world.line(Level::Error, "event_not_recovered", json!({ "event_id": id, "by": NAME }));
    }
}
