//! From a method and a path to what it does.

use std::sync::Arc;

use http::Method;
use serde_json::{Value, json};

use super::desk::Desk;
use super::error::ApiError;
use super::paging::{self, Page};
use super::params::{PAGING, Param, Params, check};
use super::resource::{Answer, List, RESOURCES, Resource, Sublist};
use super::show::shown;
use super::{customers, discounts, events, expand, form::Sent, payment_methods, subscriptions, tax_ids};

/// Where an object of this type is retrieved.
pub(super) fn url_of(kind: &str, id: &str) -> String {
    match RESOURCES.iter().find(|resource| resource.kind == kind) {
        Some(resource) => format!("/v1/{}/{id}", resource.path),
        None => format!("/v1/{kind}s/{id}"),
    }
}

/// Answers one `/v1` request: the body as the call's API version shows it.
pub(super) fn answer(
    desk: &mut Desk<'_>,
    method: &Method,
    path: &str,
    mut sent: Sent,
) -> Result<Value, ApiError> {
    let wanted = take_expand(&mut sent);
    let unknown = || ApiError::unrecognized_url(method.as_str(), path);
    let rest = path.strip_prefix("/v1/").ok_or_else(unknown)?.trim_end_matches('/');
    let mut value = match rest.split('/').collect::<Vec<_>>().as_slice() {
        ["events"] if method == Method::GET => {
            let filters = check(desk, events::FILTERS, &sent)?;
            ready(events::list(desk, &filters)?, path)
        }
        ["events", id] if method == Method::GET => events::retrieve(desk, id)?,
        ["subscription_items", rest @ ..] => {
            let answer = subscriptions::items::answer(desk, method, rest, &sent)?.ok_or_else(unknown)?;
            shown_answer(desk, answer, path)
        }
        ["customers", id, "tax_ids", rest @ ..] if method != Method::GET || !rest.is_empty() => {
            let answer = tax_ids::answer(desk, method, id, rest, &sent)?.ok_or_else(unknown)?;
            shown_answer(desk, answer, path)
        }
        ["customers", id, "discount"] if method == Method::DELETE => {
            let ended = discounts::take_off(desk, customers::KIND, id)?;
            shown_answer(desk, Reply::One(ended), path)
        }
        ["subscriptions", id, "discount"] if method == Method::DELETE => {
            let ended = discounts::take_off(desk, subscriptions::KIND, id)?;
            shown_answer(desk, Reply::One(ended), path)
        }
        // Stripe's test ids (`pm_card_visa`) attach although they are no stored objects.
        ["payment_methods", id, "attach"] if method == Method::POST && payment_methods::is_test_id(id) => {
            let params = check(desk, payment_methods::ATTACH, &sent)?;
            let method = payment_methods::attach_by_id(desk, id, &params)?;
            shown_answer(desk, Reply::One(method), path)
        }
        _ => {
            let (resource, rest) = resource_of(rest).ok_or_else(unknown)?;
            let answer = of_resource(desk, resource, method, &rest, &sent)?.ok_or_else(unknown)?;
            shown_answer(desk, answer, path)
        }
    };
    for path in wanted {
        expand::expand(desk, &mut value, &path)?;
    }
    Ok(value)
}

/// What a route came to.
pub(super) enum Reply {
    One(Arc<Value>),
    Many(Page),
}

fn shown_answer(desk: &Desk<'_>, reply: Reply, path: &str) -> Value {
    match reply {
        Reply::One(object) => shown(&object, desk.call.version, desk.shelf()),
        Reply::Many(page) => {
            let data = page
                .data
                .iter()
                .map(|object| Arc::new(shown(object, desk.call.version, desk.shelf())))
                .collect();
            ready(Page { data, has_more: page.has_more }, path)
        }
    }
}

fn ready(page: Page, path: &str) -> Value {
    let data: Vec<Value> = page.data.into_iter().map(Arc::unwrap_or_clone).collect();
    json!({ "object": "list", "data": data, "has_more": page.has_more, "url": path })
}

fn take_expand(sent: &mut Sent) -> Vec<String> {
    match sent.shift_remove("expand") {
        Some(Value::Object(paths)) => paths.values().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(path)) => vec![path],
        _ => Vec::new(),
    }
}

/// The resource whose path begins `rest`, and the segments after it.
fn resource_of(rest: &str) -> Option<(&'static Resource, Vec<&str>)> {
    RESOURCES.iter().find_map(|resource| {
        let after = rest.strip_prefix(resource.path)?;
        let segments = match after {
            "" => Vec::new(),
            _ => after.strip_prefix('/')?.split('/').collect(),
        };
        Some((*resource, segments))
    })
}

fn of_resource(
    desk: &mut Desk<'_>,
    resource: &'static Resource,
    method: &Method,
    rest: &[&str],
    sent: &Sent,
) -> Result<Option<Reply>, ApiError> {
    let reply = match (method.as_str(), rest, &resource.create, &resource.list) {
        ("GET", [], _, Some(list)) => Reply::Many(list_of(desk, resource.kind, list, sent, None)?),
        ("POST", [], Some(create), _) => {
            let params = check(desk, create.params, sent)?;
            Reply::One((create.make)(desk, &params)?)
        }
        ("GET", [id], ..) => {
            check(desk, &[], sent)?;
            Reply::One(retrieve(desk, resource.kind, id)?)
        }
        ("POST", [id], ..) => {
            return change(desk, resource, id, sent).map(|one| one.map(Reply::One));
        }
        ("DELETE", [id], ..) => {
            return remove(desk, resource, id, sent).map(|one| one.map(Reply::One));
        }
        ("GET", [id, name], ..) => {
            return sublist(desk, resource, id, name, sent).map(|page| page.map(Reply::Many));
        }
        ("POST", [id, name], ..) => {
            let Some(action) = resource.actions.iter().find(|action| action.name == *name) else {
                return Ok(None);
            };
            let current = desk.find(resource.kind, id, "id")?;
            let params = check(desk, action.params, sent)?;
            Reply::One((action.run)(desk, &current, &params)?)
        }
        _ => return Ok(None),
    };
    Ok(Some(reply))
}

/// A deleted object is answered as its stub, where Stripe does so; others are simply missing.
fn retrieve(desk: &Desk<'_>, kind: &str, id: &str) -> Answer {
    match desk.shelf().row(kind, id) {
        Some(row) if row.deleted && matches!(kind, "customer" | "product") => Ok(Arc::clone(&row.json)),
        _ => desk.find(kind, id, "id"),
    }
}

fn change(
    desk: &mut Desk<'_>,
    resource: &Resource,
    id: &str,
    sent: &Sent,
) -> Result<Option<Arc<Value>>, ApiError> {
    let Some(update) = &resource.update else {
        return Ok(None);
    };
    let current = desk.find(resource.kind, id, "id")?;
    let params = check(desk, update.params, sent)?;
    (update.change)(desk, &current, &params).map(Some)
}

fn remove(
    desk: &mut Desk<'_>,
    resource: &Resource,
    id: &str,
    sent: &Sent,
) -> Result<Option<Arc<Value>>, ApiError> {
    let Some(delete) = resource.delete else {
        return Ok(None);
    };
    let current = desk.find(resource.kind, id, "id")?;
    // Only a cancellation takes parameters, and they change no state we keep.
    if resource.kind != "subscription" {
        check(desk, &[], sent)?;
    }
    delete(desk, &current).map(Some)
}

fn list_of(
    desk: &Desk<'_>,
    kind: &str,
    list: &List,
    sent: &Sent,
    fixed: Option<(&str, &str)>,
) -> Result<Page, ApiError> {
    let table: Vec<Param> = PAGING.iter().chain(list.filters).copied().collect();
    let mut filters = check(desk, &table, sent)?;
    if let Some((name, value)) = fixed {
        filters.insert(name.to_owned(), value.into());
    }
    let rows = desk.shelf().newest_first(kind).filter(|row| (list.passes)(&row.json, &filters));
    paging::page(rows.map(|row| (row.seq, Arc::clone(&row.json))), &filters, |id, name| {
        let row = desk.shelf().row(kind, id);
        row.map(|row| row.seq).ok_or_else(|| ApiError::missing(kind, id, None).at(name))
    })
}

fn sublist(
    desk: &Desk<'_>,
    resource: &Resource,
    id: &str,
    wanted: &str,
    sent: &Sent,
) -> Result<Option<Page>, ApiError> {
    let named = |list: &&Sublist| match list {
        Sublist::Of { name, .. } | Sublist::Embedded { name } => *name == wanted,
    };
    match resource.sublists.iter().find(named) {
        None => Ok(None),
        Some(Sublist::Of { kind, filter, .. }) => {
            desk.find(resource.kind, id, resource.kind)?;
            let list = RESOURCES
                .iter()
                .find(|resource| resource.kind == *kind)
                .and_then(|found| found.list.as_ref());
            list.map(|list| list_of(desk, kind, list, sent, Some((filter, id)))).transpose()
        }
        Some(Sublist::Embedded { name }) => {
            let object = desk.find(resource.kind, id, resource.kind)?;
            let params = check(desk, &PAGING, sent)?;
            embedded(&object[*name]["data"], &params).map(Some)
        }
    }
}

/// A page of a list kept whole within an object.
pub(super) fn embedded(data: &Value, params: &Params) -> Result<Page, ApiError> {
    let entries = data.as_array().map(Vec::as_slice).unwrap_or_default();
    let place = |index: usize| (entries.len() - index) as u64;
    let rows = entries.iter().enumerate().map(|(index, entry)| (place(index), Arc::new(entry.clone())));
    paging::page(rows, params, |id, name| {
        let index = entries.iter().position(|entry| entry["id"] == id);
        index.map(place).ok_or_else(|| ApiError::missing("line item", id, None).at(name))
    })
}
