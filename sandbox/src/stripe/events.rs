//! Events: what happened, as a snapshot in an API version or as a thin notice of it.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::macros::format_description;

use super::desk::Desk;
use super::error::ApiError;
use super::paging::{self, Page, within};
use super::params::{Kind, PAGING, Param, Params, param};
use super::show::shown;
use super::store::Shelf;
use super::version::Version;
use super::world::Scope;
use crate::Millis;

/// One event.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub id: String,
    /// The id of the same event's thin form.
    pub thin_id: String,
    pub kind: String,
    pub at: Millis,
    pub object: Arc<Value>,
    /// The state before, of an update.
    pub previous: Option<Arc<Value>>,
    pub request_id: Option<String>,
    pub idempotency_key: Option<String>,
    /// Endpoints that have not acknowledged it yet.
    pub owed: Vec<String>,
}

/// The events of one account in one mode, oldest first.
#[derive(Debug, Clone, Default)]
pub(super) struct EventLog {
    events: Vec<Event>,
    by_id: HashMap<String, usize>,
}

impl EventLog {
    pub fn len(&self) -> usize {
        self.events.len()
    }

    pub fn push(&mut self, event: Event) {
        self.by_id.insert(event.id.clone(), self.events.len());
        self.by_id.insert(event.thin_id.clone(), self.events.len());
        self.events.push(event);
    }

    pub fn iter(&self) -> impl Iterator<Item = &Event> {
        self.events.iter()
    }

    pub fn get(&self, index: usize) -> Option<&Event> {
        self.events.get(index)
    }

    pub fn get_mut(&mut self, index: usize) -> Option<&mut Event> {
        self.events.get_mut(index)
    }

    pub fn find(&self, id: &str) -> Option<(usize, &Event)> {
        let index = *self.by_id.get(id)?;
        Some((index, self.events.get(index)?))
    }
}

impl Event {
    /// The snapshot event in `version`; `account` only on Connect endpoints.
    pub fn snapshot(&self, scope: &Scope, version: Version, shelf: &Shelf, account: bool) -> Value {
        let object = shown(&self.object, version, shelf);
        let mut data = Map::new();
        let previous = self.previous.as_ref().map(|old| differences(&shown(old, version, shelf), &object));
        data.insert("object".into(), object);
        if let Some(previous) = previous {
            data.insert("previous_attributes".into(), previous);
        }
        let mut event = json!({ "id": self.id, "object": "event" });
        if account {
            event["account"] = scope.account.as_str().into();
        }
        event["api_version"] = version.name().into();
        event["created"] = self.at.div_euclid(1000).into();
        event["data"] = Value::Object(data);
        event["livemode"] = scope.livemode.into();
        event["pending_webhooks"] = self.owed.len().into();
        event["request"] = json!({ "id": self.request_id, "idempotency_key": self.idempotency_key });
        event["type"] = self.kind.as_str().into();
        event
    }

    /// The thin event; `context` names the account where it is not the receiver's own.
    pub fn thin(&self, scope: &Scope, context: bool) -> Value {
        let kind = self.object["object"].as_str().unwrap_or_default();
        let id = self.object["id"].as_str().unwrap_or_default();
        let mut event = json!({
            "id": self.thin_id,
            "object": "v2.core.event",
            "created": rfc3339(self.at),
            "livemode": scope.livemode,
            "reason": { "type": "request", "request": { "id": self.request_id, "idempotency_key": self.idempotency_key } },
            "related_object": { "id": id, "type": kind, "url": super::routes::url_of(kind, id) },
            "snapshot_event": self.id,
            "type": format!("v1.{}", self.kind),
        });
        if context {
            event["context"] = scope.account.as_str().into();
        }
        if let (None, Value::Object(fields)) = (&self.request_id, &mut event) {
            fields.shift_remove("reason");
        }
        event
    }
}

/// `2026-11-22T09:00:00.000Z`.
pub(super) fn rfc3339(at: Millis) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(at) * 1_000_000)
        .ok()
        .and_then(|time| time.format(format).ok())
        .unwrap_or_default()
}

/// The former values of what differs: hashes field by field, lists whole, null for what was not there.
fn differences(old: &Value, new: &Value) -> Value {
    let (Value::Object(old), Value::Object(new)) = (old, new) else {
        return old.clone();
    };
    let mut changed = Map::new();
    for (name, before) in old {
        match new.get(name) {
            Some(after) if after == before => {}
            Some(after) if before.is_object() && after.is_object() => {
                changed.insert(name.clone(), differences(before, after));
            }
            _ => {
                changed.insert(name.clone(), before.clone());
            }
        }
    }
    for name in new.keys().filter(|name| !old.contains_key(*name)) {
        changed.insert(name.clone(), Value::Null);
    }
    Value::Object(changed)
}

/// Filters of `GET /v1/events`.
pub(super) const FILTERS: &[Param] = &[
    PAGING[0],
    PAGING[1],
    PAGING[2],
    param("created", Kind::Range),
    param("delivery_success", Kind::Bool),
    param("type", Kind::Text),
    param("types", Kind::List(&Kind::Text)),
];

/// How far back the events API goes: 30 days (Stripe's documentation of `GET /v1/events`).
const KEPT_SECONDS: i64 = 30 * 24 * 3600;

/// A page of the events of the call's account and mode, as snapshots in the account's default version.
pub(super) fn list(desk: &Desk<'_>, filters: &Params) -> Result<Page, ApiError> {
    let types = filters.get("types").and_then(Value::as_array);
    if types.is_some_and(|types| types.len() > 20) {
        return Err(ApiError::invalid("You may only specify up to 20 event types.").at("types"));
    }
    if types.is_some() && filters.contains_key("type") {
        return Err(ApiError::coded(
            "parameters_exclusive",
            "You may only specify one of these parameters: type, types.",
        ));
    }
    let Some(log) = desk.world.logs.get(&desk.call.scope) else {
        return Ok(Page { data: Vec::new(), has_more: false });
    };
    let version = desk.world.default_version(&desk.call.scope.account);
    let wanted = |event: &Event| {
        let created = event.at.div_euclid(1000);
        let named = filters.get("type").is_none_or(|pattern| matches(pattern, &event.kind))
            && types.is_none_or(|types| types.iter().any(|pattern| matches(pattern, &event.kind)));
        let delivered =
            filters.get("delivery_success").is_none_or(|wanted| wanted == &json!(event.owed.is_empty()));
        named
            && delivered
            && created >= desk.seconds() - KEPT_SECONDS
            && filters.get("created").is_none_or(|range| within(&json!(created), range))
    };
    // Those before the page are not rendered at all: a list may be read to its end.
    let after = filters.get("starting_after").and_then(Value::as_str).and_then(|id| log.find(id));
    let end = after.map_or(log.events.len(), |(index, _)| index);
    let rows = log.events[..end].iter().enumerate().rev().filter(|(_, event)| wanted(event)).map(
        |(index, event)| {
            let snapshot = event.snapshot(&desk.call.scope, version, desk.shelf(), false);
            (index as u64, Arc::new(snapshot))
        },
    );
    paging::page(rows, filters, |id, name| {
        log.find(id)
            .map(|(index, _)| index as u64)
            .ok_or_else(|| ApiError::missing("event", id, None).at(name))
    })
}

/// `customer.*` stands for everything that begins so.
fn matches(pattern: &Value, kind: &str) -> bool {
    let Some(pattern) = pattern.as_str() else {
        return false;
    };
    match pattern.strip_suffix('*') {
        Some(start) => kind.starts_with(start),
        None => pattern == kind,
    }
}

/// One event as a snapshot in the account's default version.
pub(super) fn retrieve(desk: &Desk<'_>, id: &str) -> Result<Value, ApiError> {
    let version = desk.world.default_version(&desk.call.scope.account);
    found(desk, id).map(|event| event.snapshot(&desk.call.scope, version, desk.shelf(), false))
}

/// One event as `GET /v2/core/events/{id}` shows it.
pub(super) fn retrieve_thin(desk: &Desk<'_>, id: &str) -> Result<Value, ApiError> {
    found(desk, id).map(|event| event.thin(&desk.call.scope, false))
}

fn found<'a>(desk: &'a Desk<'_>, id: &str) -> Result<&'a Event, ApiError> {
    desk.world
        .logs
        .get(&desk.call.scope)
        .and_then(|log| log.find(id))
        .map(|(_, event)| event)
        .ok_or_else(|| ApiError::missing("event", id, None).at("id"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn previous_attributes_hold_only_what_changed() {
        let old = json!({"name": "a", "metadata": {"k": "1", "same": "x"}, "langs": ["ja"]});
        let new = json!({"name": "a", "metadata": {"same": "x", "new": "2"}, "langs": ["ja", "en"]});
        assert_eq!(differences(&old, &new), json!({"metadata": {"k": "1", "new": null}, "langs": ["ja"]}));
    }

    #[test]
    fn thin_times_are_rfc_3339() {
        assert_eq!(rfc3339(1_795_350_600_123), "2026-11-22T12:30:00.123Z");
    }
}
