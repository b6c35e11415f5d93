//! Routes of the Worker.

mod admin;
mod api;
#[cfg(any(feature = "provoke-panic", feature = "contract"))]
mod dev;
mod webhook;

use serde::Serialize;
use wasm_bindgen::JsValue;
use web_sys::{Request, Response};
use worker::Env;

use crate::adapter::ConsoleLog;
use crate::incoming::Incoming;
use crate::reply::Reply;
use crate::settings::Settings;
use daicho_engine::port::{Level, Log};

/// An answer: our own, or an object's handed on as it is.
pub enum Answer {
    /// Made here.
    Own(Reply),
    /// Made by an object.
    Object(Response),
}

impl<T: Into<Reply>> From<T> for Answer {
    fn from(reply: T) -> Self {
        Self::Own(reply.into())
    }
}

/// Answers a request from outside.
///
/// # Errors
/// The runtime refused to make the answer.
pub async fn answer(request: Request, env: &Env) -> Result<Response, JsValue> {
    match dispatch(&Incoming::new(request), env).await {
        Answer::Own(reply) => reply.into_response(),
        Answer::Object(response) => Ok(response),
    }
}

async fn dispatch(request: &Incoming, env: &Env) -> Answer {
    if request.path() == "/healthz" {
        return healthz(request).into();
    }
    let is_api = request.path().starts_with("/api/");
    if is_api && request.method() == "OPTIONS" {
        // Whatever the settings are: a page that may not ask cannot read what is wrong with them.
        return api::preflight().into();
    }
    let settings = match Settings::of(env) {
        Ok(settings) => settings,
        Err(unusable) => return unusable.into(),
    };
    match request.path() {
        "/webhooks/stripe" if request.method() == "POST" => webhook::receive(request, env, &settings).await,
        "/webhooks/stripe" => not_allowed("POST").into(),
        _ if is_api => api::answer(request, env, &settings).await,
        path if path.starts_with("/admin/") => admin::answer(request, env, &settings).await,
        #[cfg(any(feature = "provoke-panic", feature = "contract"))]
        path if path.starts_with("/dev/") => dev::answer(request, env).await,
        _ => not_found().into(),
    }
}

#[derive(Serialize)]
struct Health {
    ok: bool,
    version: &'static str,
}

fn healthz(request: &Incoming) -> Reply {
    match request.method() {
        "GET" | "HEAD" => Reply::json(200, &Health { ok: true, version: env!("CARGO_PKG_VERSION") }),
        _ => not_allowed("GET"),
    }
}

fn not_found() -> Reply {
    Reply::problem(
        404,
        "not_found",
        "There is nothing here. The routes are POST /webhooks/stripe, GET /healthz, POST /api/… and /admin/tenants/{account}/{live|test}/….",
    )
}

fn not_allowed(allowed: &'static str) -> Reply {
    Reply::problem(405, "method_not_allowed", format!("Use {allowed} here.")).header("allow", allowed)
}

/// An object did not answer: the runtime's trouble, not the caller's.
fn unreachable(object: &'static str, thrown: &JsValue) -> Reply {
    // The thrown text may be anything; its first line is the runtime's own ("Network connection lost.").
    let cause = js_sys::Error::from(thrown.clone()).message();
    let cause: String = String::from(cause).lines().next().unwrap_or_default().chars().take(120).collect();
    ConsoleLog::new().line(
        Level::Error,
        "object_unreachable",
        serde_json::json!({"object": object, "cause": cause}),
    );
    Reply::problem(
        503,
        "object_unreachable",
        "The tenant's object could not be reached. Send the request again.",
    )
    .header("retry-after", "5")
}
