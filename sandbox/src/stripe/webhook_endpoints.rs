//! Webhook endpoints of `/v1`.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use serde_json::Value;

use super::desk::Desk;
use super::endpoints::{Endpoint, Secret};
use super::error::ApiError;
use super::paging::passes;
use super::params::{Kind, Param, Params, apply, param};
use super::resource::{Answer, Create, List, Resource, Update};
use super::version::Version;

const KIND: &str = "webhook_endpoint";
/// Endpoints an account may have in one mode.
const MOST: usize = 16;

const CREATE: &[Param] = &[
    param("api_version", Kind::Text),
    param("connect", Kind::Bool).aside(),
    param("description", Kind::Text),
    param("enabled_events", Kind::List(&Kind::Text)).required(),
    param("metadata", Kind::Metadata),
    param("url", Kind::Text).required(),
];

const UPDATE: &[Param] = &[
    param("description", Kind::Text),
    param("disabled", Kind::Bool).aside(),
    param("enabled_events", Kind::List(&Kind::Text)),
    param("metadata", Kind::Metadata),
    param("url", Kind::Text),
];

pub(super) static RESOURCE: Resource = Resource {
    kind: KIND,
    path: "webhook_endpoints",
    create: Some(Create { params: CREATE, make: create }),
    update: Some(Update { params: UPDATE, change }),
    delete: Some(|desk, current| {
        desk.world.endpoints.remove(current["id"].as_str().unwrap_or_default());
        Ok(desk.delete(KIND, current, None))
    }),
    list: Some(List { filters: &[], passes: |endpoint, filters| passes(endpoint, filters, &[]) }),
    actions: &[],
    sublists: &[],
    expand: &[],
};

static EVENT_TYPES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../data/stripe/event_types.json")).unwrap_or_default()
});

/// Whether Stripe has an event type of this name.
pub(super) fn is_event_type(name: &str) -> bool {
    EVENT_TYPES.contains(name)
}

/// The secret is shown once, here.
fn create(desk: &mut Desk<'_>, params: &Params) -> Answer {
    if desk.shelf().newest_first(KIND).count() >= MOST {
        return Err(ApiError::invalid(format!(
            "You have reached the maximum of {MOST} test webhook endpoints."
        )));
    }
    let mut object = desk.blank(KIND, "we");
    apply(CREATE, params, &mut object);
    valid(&object)?;
    let secret = desk.world.ids.next("whsec");
    let connect = params.get("connect") == Some(&Value::Bool(true));
    let endpoint = Endpoint {
        id: object["id"].as_str().unwrap_or_default().to_owned(),
        scope: desk.call.scope.clone(),
        url: String::new(),
        events: Vec::new(),
        version: object["api_version"]
            .as_str()
            .map(Version::parse)
            .transpose()
            .map_err(|error| error.at("api_version"))?,
        enabled: true,
        thin: false,
        connect,
        secrets: vec![Secret { text: secret.clone(), ends: None }],
    };
    desk.world.endpoints.insert(endpoint.id.clone(), endpoint);
    let object = desk.commit(KIND, object, &[]);
    follow(desk, &object);
    let mut shown = (*object).clone();
    shown["secret"] = secret.into();
    Ok(Arc::new(shown))
}

fn change(desk: &mut Desk<'_>, current: &Arc<Value>, params: &Params) -> Answer {
    let mut object = (**current).clone();
    apply(UPDATE, params, &mut object);
    valid(&object)?;
    if let Some(Value::Bool(disabled)) = params.get("disabled") {
        object["status"] = if *disabled { "disabled" } else { "enabled" }.into();
    }
    let object = desk.commit(KIND, object, &[]);
    follow(desk, &object);
    Ok(object)
}

fn valid(object: &Value) -> Result<(), ApiError> {
    let url = object["url"].as_str().unwrap_or_default();
    if !url.starts_with("http://") && !url.starts_with("https://") {
        return Err(
            ApiError::coded("url_invalid", "Invalid URL: must begin with http:// or https://.").at("url")
        );
    }
    for (index, name) in object["enabled_events"].as_array().into_iter().flatten().enumerate() {
        let name = name.as_str().unwrap_or_default();
        if name != "*" && !is_event_type(name) {
            let message = format!("Invalid enabled_events[{index}]: {name} is no event type");
            return Err(ApiError::invalid(message).at(format!("enabled_events[{index}]")));
        }
    }
    Ok(())
}

/// Keeps the receiver in step with the object.
fn follow(desk: &mut Desk<'_>, object: &Value) {
    let Some(endpoint) = desk.world.endpoints.get_mut(object["id"].as_str().unwrap_or_default()) else {
        return;
    };
    endpoint.url = object["url"].as_str().unwrap_or_default().to_owned();
    endpoint.enabled = object["status"] == "enabled";
    let events = object["enabled_events"].as_array().into_iter().flatten();
    endpoint.events = events.filter_map(|name| name.as_str().map(str::to_owned)).collect();
}
