//! HTTP around the API: key, version, parameters, idempotency, headers.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::macros::format_description;

use super::desk::{Call, Desk};
use super::error::ApiError;
use super::form::{self, Sent};
use super::idempotency::{self, Answered};
use super::keys::Limits;
use super::version::Version;
use super::world::Scope;
use super::{Stripe, event_destinations, events, routes};
use crate::{Millis, Request, Response};

/// A request whose key and version are known.
struct Known {
    scope: Scope,
    limits: Option<Limits>,
    version: Version,
}

/// An answer before it is written out.
struct Written {
    status: StatusCode,
    body: Value,
    original: Option<String>,
}

impl Stripe {
    /// Answers one request of the API (`/v1/…`, and of `/v2` events and event destinations) made at `now`.
    pub fn handle(&mut self, now: Millis, request: &Request) -> Response {
        self.world.counters.requests += 1;
        let request_id = self.world.ids.next("req");
        let known = self.admit(request);
        let (written, known) = match known {
            Ok(known) => (self.answer(now, request, &known, &request_id), Some(known)),
            Err(error) => (refused(&error, &request_id), None),
        };
        respond(now, request, known.as_ref(), &request_id, &written)
    }

    fn admit(&self, request: &Request) -> Result<Known, ApiError> {
        let (scope, limits) = self.keys.admit(request, &self.world)?;
        let version = match text(request.headers(), "stripe-version") {
            Some(name) => Version::parse(name)?,
            None => self.world.default_version(&scope.account),
        };
        Ok(Known { scope, limits, version })
    }

    fn answer(&mut self, now: Millis, request: &Request, known: &Known, request_id: &str) -> Written {
        let sent = match parameters(request) {
            Ok(sent) => sent,
            Err(error) => return refused(&error, request_id),
        };
        let key = idempotency::key(request.headers()).filter(|_| request.method() == Method::POST);
        let fingerprint =
            (format!("{} {}", request.uri().path(), known.version.name()), Value::Object(sent.clone()));
        if let Some(key) = &key
            && let Some(first) = self.answered(now, &known.scope, key)
        {
            return match first.request == fingerprint {
                true => Written { status: first.status, body: first.body, original: Some(first.request_id) },
                false => refused(&ApiError::idempotency(key), request_id),
            };
        }
        let written = self.carry_out(now, request, known, request_id, key.as_deref(), sent);
        if let Some(key) = key.filter(|_| idempotency::kept(written.status)) {
            let answered = Answered {
                at: now,
                request: fingerprint,
                status: written.status,
                body: written.body.clone(),
                request_id: request_id.to_owned(),
            };
            self.world.answered.insert((known.scope.clone(), key), answered);
        }
        written
    }

    fn answered(&mut self, now: Millis, scope: &Scope, key: &str) -> Option<Answered> {
        let place = (scope.clone(), key.to_owned());
        self.world.answered.get(&place).filter(|first| now < first.at + idempotency::KEPT_MS).cloned()
    }

    fn carry_out(
        &mut self,
        now: Millis,
        request: &Request,
        known: &Known,
        request_id: &str,
        key: Option<&str>,
        sent: Sent,
    ) -> Written {
        let call = Call {
            now,
            scope: known.scope.clone(),
            limits: known.limits.clone(),
            version: known.version,
            request_id: Some(request_id.to_owned()),
            idempotency_key: key.map(str::to_owned),
        };
        let mut desk = Desk { world: &mut self.world, call };
        let path = request.uri().path();
        let answer = match path.strip_prefix("/v2/core/") {
            None => routes::answer(&mut desk, request.method(), path, sent),
            Some(rest) => match rest.strip_prefix("events/") {
                Some(id) if request.method() == Method::GET => events::retrieve_thin(&desk, id),
                _ => event_destinations::answer(&mut desk, request.method(), rest, &Value::Object(sent))
                    .unwrap_or_else(|| Err(ApiError::unrecognized_url(request.method().as_str(), path))),
            },
        };
        match answer {
            Ok(body) => Written { status: StatusCode::OK, body, original: None },
            Err(error) => refused(&error, request_id),
        }
    }
}

/// Query and body together. `/v2` sends JSON, `/v1` forms.
fn parameters(request: &Request) -> Result<Sent, ApiError> {
    let mut sent = Sent::new();
    if let Some(query) = request.uri().query() {
        form::decode(query, &mut sent)?;
    }
    if request.uri().path().starts_with("/v2/") {
        if !request.body().is_empty() {
            let body: Map<String, Value> = serde_json::from_slice(request.body())
                .map_err(|error| ApiError::invalid(format!("Invalid JSON in the request body: {error}")))?;
            sent.extend(body);
        }
        return Ok(sent);
    }
    if text(request.headers(), "content-type").is_some_and(|kind| kind.starts_with("application/json"))
        && !request.body().is_empty()
    {
        let message = "Invalid request: /v1 takes form-encoded parameters (application/x-www-form-urlencoded), not JSON.";
        return Err(ApiError::invalid(message));
    }
    let body = std::str::from_utf8(request.body())
        .map_err(|_| ApiError::invalid("The request body must be UTF-8."))?;
    form::decode(body, &mut sent)?;
    Ok(sent)
}

fn refused(error: &ApiError, request_id: &str) -> Written {
    Written { status: error.status, body: error.body(request_id), original: None }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).filter(|value| !value.is_empty())
}

fn respond(
    now: Millis,
    request: &Request,
    known: Option<&Known>,
    request_id: &str,
    written: &Written,
) -> Response {
    // Stripe writes its JSON over several lines.
    let body = serde_json::to_vec_pretty(&written.body).unwrap_or_default();
    let mut response = http::Response::builder()
        .status(written.status)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::DATE, http_date(now))
        .header("request-id", request_id);
    if let Some(known) = known {
        response = response.header("stripe-version", known.version.name());
    }
    for name in ["idempotency-key", "stripe-account"] {
        if let Some(value) = request.headers().get(name) {
            response = response.header(name, value);
        }
    }
    if let Some(original) = &written.original {
        response = response.header("original-request", original).header("idempotent-replayed", "true");
    }
    response.body(Bytes::from(body)).unwrap_or_default()
}

/// `Sun, 22 Nov 2026 12:30:00 GMT`.
fn http_date(now: Millis) -> String {
    let format = format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    OffsetDateTime::from_unix_timestamp(now.div_euclid(1000))
        .ok()
        .and_then(|time| time.format(format).ok())
        .unwrap_or_default()
}
