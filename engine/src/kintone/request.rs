//! Requests as kintone wants them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE};
use http::request::Builder;
use http::{Method, Request};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Access, Deletion};

/// Longer ones go by POST. kintone takes URLs up to 8 KB; its own client changes over here.
const LONGEST_URL: usize = 4096;

const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The parameters of a GET or DELETE: text, or a list that becomes `name[0]=…&name[1]=…`.
pub(super) type Parameters = Vec<(&'static str, Value)>;

pub(super) fn get(access: &Access, path: &str, parameters: &Parameters) -> http::Result<Request<Bytes>> {
    let base = format!("{}/{path}", access.host.base_url(access.guest_space));
    let url = format!("{base}?{}", query_string(parameters));
    if url.len() <= LONGEST_URL {
        // No Content-Type: a GET with one and no body is refused with CB_IL02.
        return builder(access, Method::GET, &url).body(Bytes::new());
    }
    let body: Value = parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    builder(access, Method::POST, &base)
        .header("X-HTTP-Method-Override", "GET")
        .header(CONTENT_TYPE, "application/json")
        .body(Bytes::from(body.to_string()))
}

pub(super) fn put(access: &Access, path: &str, body: &Value) -> http::Result<Request<Bytes>> {
    with_body(access, Method::PUT, path, body)
}

pub(super) fn post(access: &Access, path: &str, body: &Value) -> http::Result<Request<Bytes>> {
    with_body(access, Method::POST, path, body)
}

fn with_body(access: &Access, method: Method, path: &str, body: &Value) -> http::Result<Request<Bytes>> {
    let url = format!("{}/{path}", access.host.base_url(access.guest_space));
    builder(access, method, &url).header(CONTENT_TYPE, "application/json").body(Bytes::from(body.to_string()))
}

/// kintone takes a DELETE's parameters in the address, as Cybozu's OpenAPI document says; those of 100
/// records stay below the 8 KB that an address may have.
pub(super) fn delete(access: &Access, path: &str, parameters: &Parameters) -> http::Result<Request<Bytes>> {
    let base = format!("{}/{path}", access.host.base_url(access.guest_space));
    let url = format!("{base}?{}", query_string(parameters));
    builder(access, Method::DELETE, &url).body(Bytes::new())
}

fn builder(access: &Access, method: Method, url: &str) -> Builder {
    let builder = Request::builder()
        .method(method)
        .uri(url)
        .header("X-Cybozu-API-Token", access.token_header())
        .header(ACCEPT_LANGUAGE, "ja");
    match access.basic() {
        None => builder,
        Some(user) => builder.header(AUTHORIZATION, format!("Basic {}", STANDARD.encode(user))),
    }
}

fn query_string(parameters: &Parameters) -> String {
    let mut pairs = Vec::new();
    for (name, value) in parameters {
        match value {
            Value::Array(items) => {
                let indexed = items.iter().enumerate();
                pairs.extend(indexed.map(|(index, item)| (format!("{name}[{index}]"), text(item))));
            }
            one => pairs.push(((*name).to_owned(), text(one))),
        }
    }
    let encode = |text: &str| utf8_percent_encode(text, QUERY).to_string();
    let encoded = pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    encoded.collect::<Vec<_>>().join("&")
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The parameters of a DELETE of records. `-1` asks for no particular revision.
pub(super) fn deletions(access: &Access, deletions: &[Deletion<'_>]) -> Parameters {
    let ids: Vec<&str> = deletions.iter().map(|deletion| deletion.id).collect();
    let revisions: Vec<&str> = deletions.iter().map(|deletion| deletion.revision.unwrap_or("-1")).collect();
    vec![("app", json!(access.app.0)), ("ids", json!(ids)), ("revisions", json!(revisions))]
}

/// The parameters of a GET of records.
pub(super) fn records(access: &Access, query: &str, fields: &[&str]) -> Parameters {
    vec![("app", json!(access.app.0)), ("query", json!(query)), ("fields", json!(fields))]
}
