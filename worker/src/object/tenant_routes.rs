//! What can be asked of a tenant's object. Only the Worker asks, and it has checked who is calling.

use daicho_engine::EngineError;
use daicho_engine::binding::WaiveError;
use daicho_engine::config::{ConfigError, Document, Precondition, Stored};
use daicho_engine::delivery::{DeletionsAnswer, DeletionsError};
use daicho_engine::inbox::{AcceptError, Accepted};
use daicho_engine::port::{Level, Log};
use daicho_engine::secret::SecretError;
use daicho_engine::ui::{Access, Caller, Operation};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::dead_letters;
use super::job_routes;
use super::stub::BY_HEADER;
use super::tenant::Engine;
use crate::incoming::Incoming;
use crate::reply::Reply;

/// Bodies were bounded by the Worker; this only keeps a mistake there from filling the memory.
const BODY_LIMIT: usize = 4 << 20;

/// Answers a call of the Worker.
pub async fn answer(request: &Incoming, engine: &Engine) -> Reply {
    let path = request.path();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (request.method(), segments.as_slice()) {
        ("POST", ["events"]) => accept(request, engine).await,
        ("POST", ["poke"]) => done(engine.poke()),
        ("POST", ["trapped"]) => done(engine.trapped()),
        ("GET", ["mapping"]) => document("mapping", engine.mapping()),
        ("GET", ["connections"]) => document("connections", engine.connections()),
        ("PUT", ["mapping" | "connections"]) => put_document(request, engine, segments[0]).await,
        ("PUT", ["secrets", name]) => put_secret(request, engine, &decoded(name)).await,
        ("GET", ["status"]) => status(engine),
        ("GET", ["dead-letters"]) => dead_letters::list(request, engine),
        ("POST", ["dead-letters", "replay"]) => dead_letters::replay(request, engine).await,
        ("POST", ["dead-letters", "discard"]) => dead_letters::discard(request, engine).await,
        ("GET", ["deletions"]) => deletions(engine),
        ("GET", ["gap-check"]) => gap_check(engine),
        ("POST", ["gap-check"]) => begin_gap_check(request, engine),
        ("POST", ["deletions", target, answer @ ("approve" | "drop")]) => {
            answer_deletions(request, engine, &decoded(target), answer)
        }
        ("GET" | "POST" | "DELETE", ["backfill"]) => job_routes::backfill(request, engine),
        ("GET" | "POST" | "DELETE", ["dry-run"]) => job_routes::dry_run(request, engine).await,
        ("GET" | "POST" | "DELETE", ["reconcile"]) => job_routes::reconcile(request, engine).await,
        ("POST", ["ui", operation]) => ui(request, engine, operation).await,
        ("POST", ["targets", target, "resume"]) => resume(request, engine, &decoded(target)),
        ("POST", ["targets", target, "waive"]) => waive(request, engine, &decoded(target)).await,
        _ => Reply::problem(404, "not_found", "A tenant has nothing of this name."),
    }
}

pub(super) fn by(request: &Incoming) -> String {
    request.header(BY_HEADER).unwrap_or_default()
}

pub(super) fn decoded(segment: &str) -> String {
    js_sys::decode_uri_component(segment).map_or_else(|_| segment.to_owned(), String::from)
}

pub(super) async fn bytes(request: &Incoming) -> Result<Vec<u8>, Reply> {
    Ok(request.body(BODY_LIMIT).await?.to_vec())
}

#[derive(Serialize)]
struct Received {
    received: bool,
}

async fn accept(request: &Incoming, engine: &Engine) -> Reply {
    let body = match bytes(request).await {
        Ok(body) => body,
        Err(reply) => return reply,
    };
    match engine.accept(&body) {
        Ok(Accepted::Stored | Accepted::Duplicate) => Reply::json(200, &Received { received: true }),
        Err(AcceptError::Invalid(error)) => Reply::problem(400, error.reason(), format!("{error}.")),
        // Stripe keeps the event and sends it again, for up to three days.
        Err(error @ AcceptError::TooMany { .. }) => {
            Reply::problem(503, "too_many_waiting", format!("{error}.")).header("retry-after", "600")
        }
        Err(error @ AcceptError::Sql(_)) => internal(&error),
    }
}

fn done(outcome: Result<(), EngineError>) -> Reply {
    outcome.map_or_else(|error| internal(&error), |()| Reply::json(200, &json!({"ok": true})))
}

fn document(name: &str, stored: Result<Option<Document>, impl std::fmt::Display>) -> Reply {
    match stored {
        Ok(Some(Document { body, etag })) => Reply::text(200, body).header("etag", quoted(&etag)),
        Ok(None) => Reply::problem(
            404,
            "no_document",
            format!("There is no {name} yet: put one with `If-None-Match: *` (`daicho push`)."),
        ),
        Err(error) => internal(&error),
    }
}

async fn put_document(request: &Incoming, engine: &Engine, name: &str) -> Reply {
    let body = match bytes(request).await {
        Ok(body) => body,
        Err(reply) => return reply,
    };
    let (precondition, by) = (precondition(request), by(request));
    let put = match name {
        "mapping" => engine.put_mapping(&body, &precondition, &by).await,
        _ => engine.put_connections(&body, &precondition, &by).await,
    };
    match put {
        Ok(Stored { etag, issues }) => {
            Reply::json(200, &json!({"etag": etag, "issues": issues})).header("etag", quoted(&etag))
        }
        Err(error) => config_refused(&error),
    }
}

fn precondition(request: &Incoming) -> Precondition {
    let none_match = request.header("if-none-match");
    match (request.header("if-match"), none_match.as_deref().map(str::trim)) {
        (Some(etag), None) => Precondition::IfMatch(etag.trim().trim_start_matches("W/").to_owned()),
        (None, Some("*")) => Precondition::IfNoneMatch,
        _ => Precondition::Missing,
    }
}

pub(super) fn config_refused(error: &ConfigError) -> Reply {
    let mut more = Map::new();
    match error {
        ConfigError::Form { path, .. } => {
            more.insert("path".into(), path.as_str().into());
        }
        ConfigError::Issues(issues) => {
            more.insert("issues".into(), json!(issues));
        }
        ConfigError::Claimed(apps) => {
            more.insert("apps".into(), json!(apps));
        }
        ConfigError::PreconditionFailed { etag } => {
            more.insert("etag".into(), json!(etag));
        }
        ConfigError::KeyInUse { target } => {
            more.insert("target".into(), target.as_str().into());
        }
        ConfigError::PreconditionMissing | ConfigError::Engine(_) => {}
    }
    problem(error.status(), error.code(), error, more)
}

async fn put_secret(request: &Incoming, engine: &Engine, name: &str) -> Reply {
    let value = match bytes(request).await {
        Ok(value) => value,
        Err(reply) => return reply,
    };
    match engine.put_secret(name, &value) {
        Ok(()) => {
            engine.world().line(Level::Info, "secret_stored", json!({"name": name, "by": by(request)}));
            Reply::done()
        }
        Err(error @ (SecretError::NotAName | SecretError::NotAHeaderValue { .. })) => {
            problem(422, "invalid_secret", &error, Map::new())
        }
        Err(error) => internal(&error),
    }
}

fn status(engine: &Engine) -> Reply {
    engine.status().map_or_else(|error| internal(&error), |status| Reply::json(200, &status))
}

fn deletions(engine: &Engine) -> Reply {
    engine
        .deletions()
        .map_or_else(|error| internal(&error), |deletions| Reply::json(200, &json!({"deletions": deletions})))
}

fn answer_deletions(request: &Incoming, engine: &Engine, target: &str, answer: &str) -> Reply {
    let answered = match answer {
        "approve" => engine.answer_deletions(target, DeletionsAnswer::Approve),
        _ => engine.answer_deletions(target, DeletionsAnswer::Drop),
    };
    match answered {
        Ok(count) => {
            let fields = json!({"target": target, "answer": answer, "count": count, "by": by(request)});
            engine.world().line(Level::Info, "deletions_answered", fields);
            Reply::json(200, &json!({"target": target, "answer": answer, "count": count}))
        }
        Err(DeletionsError::Engine(error)) => internal(&error),
        Err(error @ DeletionsError::NoneWait { .. }) => problem(409, "none_wait", &error, Map::new()),
    }
}

/// A call of the Stripe App's views, whose signature the Worker has proved.
#[derive(Deserialize)]
struct Called {
    user: String,
    roles: Option<Vec<String>>,
    nonce: String,
    request: String,
}

async fn ui(request: &Incoming, engine: &Engine, operation: &str) -> Reply {
    let body = match bytes(request).await {
        Ok(body) => body,
        Err(reply) => return reply,
    };
    let (Some(operation), Ok(called)) =
        (Operation::named(operation), serde_json::from_slice::<Called>(&body))
    else {
        return Reply::problem(404, "not_found", "There is no such operation.");
    };
    let caller = Caller { user: called.user, roles: called.roles, nonce: called.nonce };
    if operation.access() == Access::Change {
        let fields = json!({"operation": operation.name(), "by": caller.user});
        engine.world().line(Level::Info, "ui_change", fields);
    }
    match engine.ui(operation, &caller, &called.request).await {
        Ok(answer) => Reply::text(200, answer),
        Err(refusal) => {
            let mut more = Map::from_iter([("text".to_owned(), json!(refusal.text))]);
            if !refusal.issues.is_empty() {
                more.insert("issues".to_owned(), json!(refusal.issues));
            }
            Reply::problem_with(refusal.status, &refusal.reason, refusal.text.en, more)
        }
    }
}

fn resume(request: &Incoming, engine: &Engine, target: &str) -> Reply {
    match engine.resume(target) {
        Ok(true) => {
            engine.world().line(Level::Info, "target_resumed", json!({"target": target, "by": by(request)}));
            Reply::done()
        }
        Ok(false) => Reply::problem(
            409,
            "not_paused",
            format!("Target `{target}` is not paused: see `daicho status`."),
        ),
        Err(error) => internal(&error),
    }
}

/// How the comparison with Stripe's own list of events stands.
fn gap_check(engine: &Engine) -> Reply {
    match engine.gap_check() {
        Ok(Some(report)) => Reply::json(200, &report),
        Ok(None) => not_configured(),
        Err(error) => internal(&error),
    }
}

fn begin_gap_check(request: &Incoming, engine: &Engine) -> Reply {
    match engine.begin_gap_check() {
        Ok(true) => {
            engine.world().line(Level::Info, "gap_check_asked_for", json!({"by": by(request)}));
            gap_check(engine)
        }
        Ok(false) => not_configured(),
        Err(error) => internal(&error),
    }
}

fn not_configured() -> Reply {
    Reply::problem(409, "not_configured", "Put mapping and connections first (`daicho push`).")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Waiver {
    app_name: String,
}

async fn waive(request: &Incoming, engine: &Engine, target: &str) -> Reply {
    let body = match bytes(request).await {
        Ok(body) => body,
        Err(reply) => return reply,
    };
    let Ok(Waiver { app_name }) = serde_json::from_slice(&body) else {
        return Reply::problem(
            422,
            "invalid_body",
            r#"Send {"app_name":"<the app's name as kintone shows it>"}."#,
        );
    };
    match engine.waive(target, &app_name, &by(request)).await {
        Ok(()) => Reply::done(),
        Err(WaiveError::Engine(error)) => internal(&error),
        Err(error) => {
            let (status, reason) = match &error {
                WaiveError::NotHeld { .. } => (409, "not_held"),
                WaiveError::OtherName => (422, "other_app_name"),
                WaiveError::Unread { .. } => (502, "app_name_unread"),
                _ => (409, "no_access"),
            };
            problem(status, reason, &error, Map::new())
        }
    }
}

pub(super) fn problem(
    status: u16,
    reason: &str,
    error: &impl std::fmt::Display,
    more: Map<String, Value>,
) -> Reply {
    Reply::problem_with(status, reason, format!("{error}."), more)
}

pub(super) fn internal(error: &impl std::fmt::Display) -> Reply {
    Reply::problem(500, "internal", format!("{error}. Nothing was changed; send the request again."))
        .header("retry-after", "5")
}

fn quoted(etag: &str) -> String {
    format!("\"{etag}\"")
}
