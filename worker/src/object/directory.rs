//! The directory: which tenants there are, and which app belongs to which of them. There is one, and
//! it is asked seldom: at a tenant's first event, when connections change, and by the cron trigger.

use std::cell::RefCell;
use std::rc::Rc;

use daicho_core::kintone::AppAddress;
use daicho_core::tenant::TenantName;
use daicho_engine::directory;
use daicho_engine::port::Clock;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::json;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use super::tenant::parse_name;
use crate::adapter::{ObjectSql, Storage, WallClock};
use crate::incoming::Incoming;
use crate::reply::Reply;

/// The name that the one directory is found by.
pub const NAME: &str = "directory";

/// The longest question, in bytes: some thousand apps.
const BODY_LIMIT: usize = 1 << 20;

type Engine = directory::Directory<ObjectSql>;

/// A question about apps.
#[derive(Debug, Serialize, Deserialize)]
pub struct Asked {
    tenant: String,
    apps: Vec<AppAddress>,
}

impl Asked {
    /// A tenant's question.
    #[must_use]
    pub fn new(tenant: &TenantName, apps: &[AppAddress]) -> Self {
        Self { tenant: tenant.to_string(), apps: apps.to_vec() }
    }
}

/// The answer: the apps that are another's.
#[derive(Debug, Serialize, Deserialize)]
pub struct Apps {
    /// Where they are.
    pub apps: Vec<AppAddress>,
}

#[derive(Deserialize)]
struct Registration {
    tenant: String,
}

/// The one directory.
#[durable_object(fetch)]
pub struct Directory {
    state: State,
    engine: RefCell<Option<Rc<Engine>>>,
}

impl DurableObject for Directory {
    fn new(state: State, _env: Env) -> Self {
        Self { state, engine: RefCell::new(None) }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        let request = Incoming::new(Clone::clone(request.inner()));
        let reply = match self.engine() {
            Ok(engine) => answer(&request, &engine).await.unwrap_or_else(|refusal| refusal),
            Err(cause) => Reply::problem(500, "directory_does_not_open", cause),
        };
        Ok(reply.into_response()?.into())
    }
}

impl Directory {
    fn engine(&self) -> std::result::Result<Rc<Engine>, String> {
        if let Some(engine) = &*self.engine.borrow() {
            return Ok(Rc::clone(engine));
        }
        let storage = Storage::of(&self.state).map_err(|error| error.to_string())?;
        let sql = ObjectSql::new(storage).map_err(|error| error.reason)?;
        let engine = Rc::new(Engine::open(sql, WallClock.now()).map_err(|error| error.to_string())?);
        self.engine.replace(Some(Rc::clone(&engine)));
        Ok(engine)
    }
}

async fn answer(request: &Incoming, engine: &Engine) -> std::result::Result<Reply, Reply> {
    match (request.method(), request.path()) {
        ("GET", "/tenants") => {
            let tenants: Vec<String> =
                engine.tenants().map_err(failed)?.iter().map(ToString::to_string).collect();
            Ok(Reply::json(200, &json!({"tenants": tenants})))
        }
        ("POST", "/tenants") => {
            let Registration { tenant } = read(request).await?;
            engine.register(&named(&tenant)?, WallClock.now()).map_err(failed)?;
            Ok(Reply::json(200, &json!({"ok": true})))
        }
        ("POST", "/claim") => {
            let Asked { tenant, apps } = read(request).await?;
            let apps = engine.claim(&named(&tenant)?, &apps, WallClock.now()).map_err(failed)?;
            Ok(Reply::json(200, &Apps { apps }))
        }
        ("POST", "/lost") => {
            let Asked { tenant, apps } = read(request).await?;
            let apps = engine.lost(&named(&tenant)?, &apps).map_err(failed)?;
            Ok(Reply::json(200, &Apps { apps }))
        }
        _ => Err(Reply::problem(404, "not_found", "The directory has nothing of this name.")),
    }
}

async fn read<T: DeserializeOwned>(request: &Incoming) -> std::result::Result<T, Reply> {
    let body = request.body(BODY_LIMIT).await?.to_vec();
    serde_json::from_slice(&body)
        .map_err(|_| Reply::problem(400, "invalid_body", "The question has another form."))
}

fn named(name: &str) -> std::result::Result<TenantName, Reply> {
    parse_name(name)
        .ok_or_else(|| Reply::problem(400, "no_such_tenant", "The tenant's name has another form."))
}

fn failed(error: impl std::fmt::Display) -> Reply {
    Reply::problem(500, "internal", error.to_string())
}
