//! `POST /webhooks/stripe`: signature, envelope, tenant. The body is read once, borrowed from, and
//! handed on as the bytes that came.

use daicho_core::stripe::{Envelope, signature};
use daicho_engine::port::{Clock, Level, Log};
use serde_json::json;
use worker::Env;

use super::{Answer, unreachable};
use crate::adapter::{ConsoleLog, WallClock};
use crate::incoming::Incoming;
use crate::object::stub::{Call, Stub, TENANT, TENANT_HEADER};
use crate::reply::Reply;
use crate::settings::Settings;

/// The longest body taken, in bytes. Stripe's events are tens of kilobytes at most.
const BODY_LIMIT: usize = 1 << 20;

/// Stores a signed event in its tenant's inbox, and only then says so.
pub async fn receive(request: &Incoming, env: &Env, settings: &Settings) -> Answer {
    let body = match request.body(BODY_LIMIT).await {
        Ok(body) => body,
        Err(error) => return refused(Reply::from(error), error.reason(), None).into(),
    };
    let bytes = body.to_vec();
    let header = request.header("stripe-signature");
    let now_seconds = WallClock.now() / 1000;
    if let Err(error) = signature::verify(header.as_deref(), &bytes, &settings.webhook_secrets, now_seconds) {
        let reply = Reply::problem(400, error.reason(), format!("{error}."));
        return refused(reply, error.reason(), None).into();
    }
    let tenant = match Envelope::parse(&bytes) {
        Ok(event) => event.tenant(&settings.own_account).to_string(),
        Err(error) => {
            let reply = Reply::problem(400, error.reason(), format!("{error}."));
            return refused(reply, error.reason(), Some(bytes.len())).into();
        }
    };
    let call =
        Call { method: "POST", path: "/events", headers: &[(TENANT_HEADER, &tenant)], body: Some(&body) };
    let answer = match Stub::get(env, TENANT, &tenant) {
        Ok(object) => object.call(call).await,
        Err(missing) => Err(missing),
    };
    answer.map_or_else(|thrown| unreachable("tenant", &thrown).into(), Answer::Object)
}

/// One line for each refusal. Nothing of an unproven body is in it.
fn refused(reply: Reply, reason: &str, signed_bytes: Option<usize>) -> Reply {
    let fields = json!({"status": reply.status(), "reason": reason, "signed_bytes": signed_bytes});
    ConsoleLog::new().line(Level::Warn, "webhook_refused", fields);
    reply
}
