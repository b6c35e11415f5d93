//! Event destinations of `/v2/core`: webhooks that receive thin events, or snapshots.

use std::sync::Arc;

use http::Method;
use serde_json::{Map, Value, json};

use super::desk::Desk;
use super::endpoints::{Endpoint, Secret};
use super::error::ApiError;
use super::events::rfc3339;
use super::version::Version;

const KIND: &str = "v2.core.event_destination";

/// Answers a request below `/v2/core/`; none where there is no such route.
pub(super) fn answer(
    desk: &mut Desk<'_>,
    method: &Method,
    path: &str,
    body: &Value,
) -> Option<Result<Value, ApiError>> {
    let mut segments = path.split('/');
    let found = segments.next() == Some("event_destinations");
    let rest: Vec<&str> = segments.collect();
    found.then_some(())?;
    Some(match (method.as_str(), rest.as_slice()) {
        ("GET", []) => Ok(list(desk)),
        ("POST", []) => create(desk, body),
        ("GET", [id]) => desk.find(KIND, id, "id").map(Arc::unwrap_or_clone),
        ("POST", [id]) => change(desk, id, body),
        ("DELETE", [id]) => remove(desk, id),
        ("POST", [id, "enable"]) => switch(desk, id, true),
        ("POST", [id, "disable"]) => switch(desk, id, false),
        _ => return None,
    })
}

fn list(desk: &Desk<'_>) -> Value {
    let all: Vec<&Value> = desk.shelf().newest_first(KIND).map(|row| row.json.as_ref()).collect();
    json!({ "data": all, "next_page_url": null, "previous_page_url": null })
}

fn required<'a>(body: &'a Value, name: &str) -> Result<&'a Value, ApiError> {
    body.get(name).filter(|value| !value.is_null()).ok_or_else(|| ApiError::missing_parameter(name))
}

fn create(desk: &mut Desk<'_>, body: &Value) -> Result<Value, ApiError> {
    let payload = required(body, "event_payload")?.as_str().unwrap_or_default().to_owned();
    if required(body, "type")? != "webhook_endpoint" || !["thin", "snapshot"].contains(&payload.as_str()) {
        let message = "The sandbox has event destinations of type webhook_endpoint with event_payload thin or snapshot.";
        return Err(ApiError::invalid(message));
    }
    let url = required(body, "webhook_endpoint")?["url"].as_str().unwrap_or_default().to_owned();
    let version = body["snapshot_api_version"].as_str().map(Version::parse).transpose()?;
    let from = body["events_from"].as_array().cloned().unwrap_or_else(|| vec!["@self".into()]);
    let livemode = desk.call.scope.livemode;
    let id = desk.world.ids.next(if livemode { "ed" } else { "ed_test" });
    let now = rfc3339(desk.call.now);
    let object = json!({
        "id": id,
        "object": KIND,
        "created": now,
        "description": body["description"].as_str().unwrap_or_default(),
        "enabled_events": required(body, "enabled_events")?,
        "event_payload": payload,
        "events_from": from,
        "livemode": livemode,
        "metadata": body.get("metadata").cloned().unwrap_or_else(|| Map::new().into()),
        "name": required(body, "name")?,
        "snapshot_api_version": version.map(Version::name),
        "status": "enabled",
        "status_details": null,
        "type": "webhook_endpoint",
        "updated": now,
        "webhook_endpoint": { "url": url },
    });
    let secret = desk.world.ids.next("whsec");
    let endpoint = Endpoint {
        id: id.clone(),
        scope: desk.call.scope.clone(),
        url: String::new(),
        events: Vec::new(),
        version,
        enabled: true,
        thin: payload == "thin",
        connect: from.iter().any(|source| source == "@accounts"),
        secrets: vec![Secret { text: secret.clone(), ends: None }],
    };
    desk.world.endpoints.insert(id, endpoint);
    let mut object = commit(desk, object);
    let asked = body["include"]
        .as_array()
        .is_some_and(|all| all.iter().any(|one| one == "webhook_endpoint.signing_secret"));
    if asked {
        object["webhook_endpoint"]["signing_secret"] = secret.into();
    }
    Ok(object)
}

fn change(desk: &mut Desk<'_>, id: &str, body: &Value) -> Result<Value, ApiError> {
    let mut object = (*desk.find(KIND, id, "id")?).clone();
    for name in ["description", "enabled_events", "metadata", "name"] {
        if let Some(value) = body.get(name) {
            object[name] = value.clone();
        }
    }
    if let Some(url) = body["webhook_endpoint"]["url"].as_str() {
        object["webhook_endpoint"]["url"] = url.into();
    }
    object["updated"] = rfc3339(desk.call.now).into();
    Ok(commit(desk, object))
}

fn switch(desk: &mut Desk<'_>, id: &str, on: bool) -> Result<Value, ApiError> {
    let mut object = (*desk.find(KIND, id, "id")?).clone();
    object["status"] = if on { "enabled" } else { "disabled" }.into();
    object["status_details"] = if on { Value::Null } else { json!({ "disabled": { "reason": "user" } }) };
    Ok(commit(desk, object))
}

fn remove(desk: &mut Desk<'_>, id: &str) -> Result<Value, ApiError> {
    let object = desk.find(KIND, id, "id")?;
    desk.world.endpoints.remove(id);
    desk.delete(KIND, &object, None);
    Ok(json!({ "id": id, "object": KIND }))
}

/// Stores the object and keeps the receiver in step with it.
fn commit(desk: &mut Desk<'_>, object: Value) -> Value {
    let object = Arc::unwrap_or_clone(desk.commit(KIND, object, &[]));
    if let Some(endpoint) = desk.world.endpoints.get_mut(object["id"].as_str().unwrap_or_default()) {
        endpoint.url = object["webhook_endpoint"]["url"].as_str().unwrap_or_default().to_owned();
        endpoint.enabled = object["status"] == "enabled";
        let events = object["enabled_events"].as_array().into_iter().flatten();
        endpoint.events = events.filter_map(|name| name.as_str().map(str::to_owned)).collect();
    }
    object
}
