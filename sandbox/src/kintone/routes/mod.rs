//! From a request to a route, and back to an answer.

mod app;
mod bulk;
mod cursor;
mod record;
mod records;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};

use super::Kintone;
use super::app::App;
use super::failure::Failure;
use super::params::{self, Params};
use super::token::{Access, Permission};
use super::transaction::Transaction;
use crate::{Millis, Request, Response};

/// One call of the API, by itself or as a part of a bulk request.
pub(super) struct Call<'a> {
    pub(super) now: Millis,
    pub(super) access: &'a Access,
    pub(super) guest_space: Option<u64>,
    pub(super) params: &'a Params,
}

impl Call<'_> {
    /// The app of a call that needs one of `permissions`.
    ///
    /// # Errors
    /// `GAIA_AP01` if there is no such app, `GAIA_IL23` or `CB_NO02` if the path names the wrong
    /// guest space, `GAIA_AP15` without a token of the app, `GAIA_NO01` if it does not suffice.
    pub(super) fn app<'k>(
        &self,
        kintone: &'k Kintone,
        id: u64,
        permissions: &[Permission],
    ) -> Result<&'k App, Failure> {
        let app = kintone.app(id)?;
        if app.guest_space != self.guest_space {
            let code = if self.guest_space.is_none() { "GAIA_IL23" } else { "CB_NO02" };
            return Err(Failure::new(code, []));
        }
        if !self.access.covers(id) {
            return Err(if kintone.behaviour.foreign_token_is_unknown {
                Failure::new("GAIA_IA02", [])
            } else {
                Failure::new("GAIA_AP15", [&id.to_string()])
            });
        }
        let mut permissions = permissions.iter();
        if permissions.any(|permission| self.access.allows(id, *permission)) {
            Ok(app)
        } else {
            Err(Failure::new("GAIA_NO01", []))
        }
    }
}

/// A refusal, and where in a bulk request it arose.
pub(super) struct Refusal {
    failure: Failure,
    bulk: Option<BulkPosition>,
}

pub(super) struct BulkPosition {
    index: usize,
    count: usize,
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self { failure, bulk: None }
    }
}

/// Answers a request.
pub(super) fn answer(kintone: &mut Kintone, now: Millis, request: &Request) -> Response {
    let Some((guest_space, route)) = split_path(request.uri().path()) else {
        return not_found();
    };
    if !KNOWN.contains(&route) {
        return not_found();
    }
    let language = params::language(request.headers(), kintone.behaviour.language);
    let read = params::read(request);
    let method = match &read {
        Ok((method, _)) => method,
        Err(_) => request.method(),
    };
    kintone.counters.count_route(method.as_str(), route);
    let done = read.map_err(Refusal::from).and_then(|(method, params)| {
        count_apps(kintone, now, route, &params);
        run(kintone, now, request.headers(), guest_space, &method, route, &params)
    });
    match done {
        Ok(body) => response(StatusCode::OK, &body),
        Err(Refusal { failure, bulk }) => {
            kintone.answers += 1;
            kintone.counters.oversized += u64::from(failure.is_for_too_many());
            let failure = if kintone.behaviour.errors_are_named { failure } else { failure.without_places() };
            let body = failure.body(&reference(kintone.answers), language);
            let status = StatusCode::from_u16(failure.status(&kintone.behaviour));
            let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let body = match bulk {
                None => body,
                Some(BulkPosition { index, count }) => {
                    let mut results = vec![json!({}); count];
                    if let Some(result) = results.get_mut(index) {
                        *result = body;
                    }
                    json!({"results": results})
                }
            };
            response(status, &body)
        }
    }
}

fn run(
    kintone: &mut Kintone,
    now: Millis,
    headers: &HeaderMap,
    guest_space: Option<u64>,
    method: &Method,
    route: &str,
    params: &Params,
) -> Result<Value, Refusal> {
    let access = authenticate(kintone, headers)?;
    let call = Call { now, access: &access, guest_space, params };
    let mut transaction = Transaction::default();
    let done = if route == "bulkRequest.json" && method == Method::POST {
        bulk::post(kintone, &mut transaction, &call)
    } else {
        dispatch(kintone, &mut transaction, &call, method, route).map_err(Refusal::from)
    };
    match &done {
        Ok(_) => kintone.commit(transaction),
        Err(_) => kintone.roll_back(transaction),
    }
    done
}

const KNOWN: &[&str] = &[
    "record.json",
    "records.json",
    "records/cursor.json",
    "bulkRequest.json",
    "app.json",
    "app/form/fields.json",
    "app/settings.json",
];

fn dispatch(
    kintone: &mut Kintone,
    transaction: &mut Transaction,
    call: &Call<'_>,
    method: &Method,
    route: &str,
) -> Result<Value, Failure> {
    match (method.as_str(), route) {
        ("GET", "record.json") => record::get(kintone, call),
        ("POST", "record.json") => record::post(kintone, transaction, call),
        ("PUT", "record.json") => record::put(kintone, transaction, call),
        ("GET", "records.json") => records::get(kintone, call),
        ("POST", "records.json") => records::post(kintone, transaction, call),
        ("PUT", "records.json") => records::put(kintone, transaction, call),
        ("DELETE", "records.json") => records::delete(kintone, transaction, call),
        ("POST", "records/cursor.json") => cursor::post(kintone, call),
        ("GET", "records/cursor.json") => cursor::get(kintone, call),
        ("DELETE", "records/cursor.json") => cursor::delete(kintone, call),
        ("GET", "app.json") => app::get(kintone, call),
        ("GET", "app/form/fields.json") => app::get_fields(kintone, call),
        ("GET", "app/settings.json") => app::get_settings(kintone, call),
        _ => Err(Failure::new("CB_IL02", [])),
    }
}

/// `/k/v1/record.json` or `/k/guest/7/v1/record.json`.
fn split_path(path: &str) -> Option<(Option<u64>, &str)> {
    let rest = path.strip_prefix("/k/")?;
    if let Some(route) = rest.strip_prefix("v1/") {
        return Some((None, route));
    }
    let (space, route) = rest.strip_prefix("guest/")?.split_once("/v1/")?;
    Some((Some(space.parse().ok()?), route))
}

/// The sandbox knows API tokens only: a password or an OAuth token is always a wrong one.
fn authenticate(kintone: &Kintone, headers: &HeaderMap) -> Result<Access, Failure> {
    if let Some(tokens) = headers.get("x-cybozu-api-token") {
        let tokens = tokens.to_str().unwrap_or_default();
        return Access::by_tokens(&kintone.tokens, tokens);
    }
    let bearer =
        headers.get(header::AUTHORIZATION).is_some_and(|value| value.as_bytes().starts_with(b"Bearer "));
    let code = if headers.contains_key("x-cybozu-authorization") {
        "CB_WA01"
    } else if bearer {
        "CB_OA01"
    } else {
        "CB_AU01"
    };
    Err(Failure::new(code, []))
}

/// A bulk request counts once for each app in it.
fn count_apps(kintone: &mut Kintone, now: Millis, route: &str, params: &Params) {
    let app_of = |value: Option<&Value>| {
        let value = value?;
        value.as_u64().or_else(|| value.as_str()?.parse().ok())
    };
    let mut apps: Vec<u64> = match route {
        "app.json" => app_of(params.0.get("id")).into_iter().collect(),
        "bulkRequest.json" => {
            let requests = params.0.get("requests").and_then(Value::as_array);
            let requests = requests.into_iter().flatten();
            requests.filter_map(|request| app_of(request.pointer("/payload/app"))).collect()
        }
        _ => {
            let by_cursor = || kintone.cursors.app_of(params.text("id")?);
            let app = app_of(params.0.get("app")).or_else(by_cursor);
            app.into_iter().collect()
        }
    };
    apps.sort_unstable();
    apps.dedup();
    for app in apps.into_iter().filter(|app| kintone.apps.contains_key(app)) {
        kintone.counters.count_app(app, now);
    }
}

fn response(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json;charset=utf-8"));
    headers.insert("x-concurrencylimit-limit", HeaderValue::from_static("100"));
    headers.insert("x-concurrencylimit-running", HeaderValue::from_static("1"));
    response
}

/// kintone answers what it does not know with a page.
fn not_found() -> Response {
    let page = "<!DOCTYPE html><title>404 Not Found</title><h1>404 Not Found</h1>";
    let mut response = Response::new(Bytes::from_static(page.as_bytes()));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html;charset=utf-8"));
    response
}

/// Twenty characters that look like kintone's and differ for each refusal.
fn reference(number: u64) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let characters = (0..20).map(|_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(number | 1);
        let index = usize::try_from(state >> 33).unwrap_or(0) % ALPHABET.len();
        char::from(*ALPHABET.get(index).unwrap_or(&b'A'))
    });
    characters.collect()
}
