//! `POST /webhooks/stripe`: signature, envelope, tenant. The body is read once, borrowed from, and
//! handed on as the bytes that came.

use daicho_core::stripe::Envelope;
use daicho_core::tenant::TenantName;
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
    let tenant = match tenant_of(&bytes, request.header("stripe-signature").as_deref(), settings) {
        Ok(tenant) => tenant.to_string(),
        Err(reply) => return reply.into(),
    };
    let call =
        Call { method: "POST", path: "/events", headers: &[(TENANT_HEADER, &tenant)], body: Some(&body) };
    let answer = match Stub::get(env, TENANT, &tenant) {
        Ok(object) => object.call(call).await,
        Err(missing) => Err(missing),
    };
    answer.map_or_else(|thrown| unreachable("tenant", &thrown).into(), Answer::Object)
}

/// Whose event a body holds, once it is proved.
fn tenant_of(body: &[u8], header: Option<&str>, settings: &Settings) -> Result<TenantName, Reply> {
    let now_seconds = WallClock.now() / 1000;
    let problem = |reason: &str, message: String| Reply::problem(400, reason, message);
    let secrets = &settings.webhook_secrets;
    secrets
        .verify(header, body, now_seconds)
        .map_err(|error| refused(problem(error.reason(), format!("{error}.")), error.reason(), None))?;
    let event = Envelope::parse(body).map_err(|error| {
        refused(problem(error.reason(), format!("{error}.")), error.reason(), Some(body.len()))
    })?;
    let tenant = event.tenant(&settings.own_account);
    secrets.verify_mode(tenant.mode, header, body, now_seconds).map_err(|_| {
        refused(problem(TEST_SECRET, TEST_SECRET_ADVICE.to_owned()), TEST_SECRET, Some(body.len()))
    })?;
    Ok(tenant)
}

const TEST_SECRET: &str = "live_event_of_a_test_endpoint";
const TEST_SECRET_ADVICE: &str = "The event says that it is live, and its signature was made with a secret that STRIPE_WEBHOOK_SECRETS names under `test`. If the endpoint is one of live mode, put its secret under `live`.";

/// One line for each refusal. Nothing of an unproven body is in it.
fn refused(reply: Reply, reason: &str, signed_bytes: Option<usize>) -> Reply {
    let fields = json!({"status": reply.status(), "reason": reason, "signed_bytes": signed_bytes});
    ConsoleLog::new().line(Level::Warn, "webhook_refused", fields);
    reply
}
