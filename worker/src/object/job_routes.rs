//! Work over all objects: begun, looked at, ended.

use daicho_engine::job::JobError;
use daicho_engine::port::{Level, Log};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;

use super::tenant::Engine;
use super::tenant_routes::{by, bytes, config_refused, internal, problem};
use crate::incoming::Incoming;
use crate::reply::Reply;

/// `/backfill`: `POST` begins one (202), `GET` shows the last one, `DELETE` ends the one that goes on. Each
/// answers how it stands.
pub(super) fn backfill(request: &Incoming, engine: &Engine) -> Reply {
    let done = match request.method() {
        "POST" => engine.begin_backfill(),
        "DELETE" => engine.cancel_backfill(),
        _ => Ok(()),
    };
    after(request, engine, "backfill", done, engine.backfill())
}

/// `/dry-run`: as [`backfill`]. `POST` takes `{"mapping":{…}}` for a mapping that is not put, or no body;
/// `GET` shows the values of samples with `?values=1`.
pub(super) async fn dry_run(request: &Incoming, engine: &Engine) -> Reply {
    let done = match request.method() {
        "POST" => match options::<DryRun>(request, r#"{"mapping":{…}} with a mapping document"#).await {
            Ok(DryRun { mapping }) => {
                engine.begin_dry_run(mapping.as_ref().map(|text| text.get().as_bytes()))
            }
            Err(reply) => return reply,
        },
        "DELETE" => engine.cancel_dry_run(),
        _ => Ok(()),
    };
    let values = request.query("values") == Some("1");
    after(request, engine, "dry-run", done, engine.dry_run(values))
}

/// `/reconcile`: as [`backfill`]. `POST` takes `{"report_only":true}` for one that repairs nothing, or no body.
pub(super) async fn reconcile(request: &Incoming, engine: &Engine) -> Reply {
    let done = match request.method() {
        "POST" => match options::<Comparison>(request, r#"{"report_only":true}"#).await {
            Ok(Comparison { report_only }) => engine.begin_reconcile(report_only),
            Err(reply) => return reply,
        },
        "DELETE" => engine.cancel_reconcile(),
        _ => Ok(()),
    };
    after(request, engine, "reconcile", done, engine.reconcile())
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct DryRun {
    mapping: Option<Box<RawValue>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Comparison {
    report_only: bool,
}

/// What was sent along; `expected` says what may be.
async fn options<T: Default + DeserializeOwned>(request: &Incoming, expected: &str) -> Result<T, Reply> {
    let body = bytes(request).await?;
    if body.is_empty() {
        return Ok(T::default());
    }
    serde_json::from_slice(&body)
        .map_err(|_| Reply::problem(422, "invalid_body", format!("Send {expected}, or no body.")))
}

/// Answers how the job stands after what was asked was done.
fn after<T: Serialize>(
    request: &Incoming,
    engine: &Engine,
    name: &str,
    done: Result<(), JobError>,
    report: Result<Option<T>, impl std::fmt::Display>,
) -> Reply {
    if let Err(error) = done {
        return refused(&error);
    }
    let method = request.method();
    if method != "GET" {
        let fields = json!({"job": name, "method": method, "by": by(request)});
        engine.world().line(Level::Info, "job_asked", fields);
    }
    match report {
        Ok(Some(report)) => Reply::json(if method == "POST" { 202 } else { 200 }, &report),
        Ok(None) => Reply::problem(
            404,
            "no_job",
            format!("None was begun yet: begin one with POST (`daicho {name}`)."),
        ),
        Err(error) => internal(&error),
    }
}

fn refused(error: &JobError) -> Reply {
    let reason = match error {
        JobError::Running(_) => "already_running",
        JobError::NotRunning(_) => "not_running",
        JobError::NotConfigured => "not_configured",
        JobError::Config(error) => return config_refused(error),
        JobError::Engine(error) => return internal(error),
    };
    problem(409, reason, error, serde_json::Map::new())
}
