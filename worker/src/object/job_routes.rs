//! Work over all objects: begun, looked at, ended.

use daicho_engine::job::JobError;
use daicho_engine::port::{Level, Log};
use serde::Serialize;
use serde_json::json;

use super::tenant::Engine;
use super::tenant_routes::{by, config_refused, internal, problem};
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
