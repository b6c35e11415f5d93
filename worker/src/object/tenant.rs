//! The object of one tenant: its database, its alarm and the engine over both. Found by the tenant's
//! name (`acct_…:live`), so that there is one in the world, and it is the tenant's lock as well.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use daicho_core::stripe::AccountId;
use daicho_core::tenant::{Mode, TenantName};
use daicho_engine::port::{Level, Log};
use daicho_engine::{Settings as EngineSettings, tenant};
use serde_json::json;
use wasm_bindgen::{JsCast, JsValue};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use super::directory::NAME as DIRECTORY_NAME;
use super::stub::{DIRECTORY, Stub};
use super::tenant_routes;
use crate::adapter::{ConsoleLog, DirectoryClaims, FetchHttp, ObjectAlarm, ObjectSql, Storage, TenantWorld};
use crate::incoming::Incoming;
use crate::reply::Reply;
use crate::settings::Settings;

/// The engine of a tenant on Cloudflare.
pub type Engine = tenant::Tenant<TenantWorld>;

/// The key under which an object notes that the directory knows its tenant.
const REGISTERED: &str = "registered";

/// One tenant.
#[durable_object(alarm)]
pub struct Tenant {
    state: State,
    env: Env,
    engine: RefCell<Option<Rc<Engine>>>,
    registered: Cell<bool>,
}

impl DurableObject for Tenant {
    fn new(state: State, env: Env) -> Self {
        Self { state, env, engine: RefCell::new(None), registered: Cell::new(false) }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        let request = Incoming::new(Clone::clone(request.inner()));
        #[cfg(any(feature = "provoke-panic", feature = "contract"))]
        if request.path().starts_with("/dev/") {
            return Ok(super::dev::answer(&request, &self.state).await.into_response()?.into());
        }
        let reply = match self.engine() {
            Ok(engine) => tenant_routes::answer(&request, &engine).await,
            Err(reply) => reply,
        };
        if reply.status() < 300 && matches!(request.method(), "POST" | "PUT") {
            self.register().await;
        }
        Ok(reply.into_response()?.into())
    }

    async fn alarm(&self) -> Result<Response> {
        match self.engine() {
            Ok(engine) => engine.alarm().await,
            // Thrown, so that the alarm is set again: what keeps the engine shut may be mended by a deploy.
            Err(reply) => {
                return Err(worker::Error::RustError(format!(
                    "the tenant does not open: {}",
                    reply.status()
                )));
            }
        }
        Response::empty()
    }
}

impl Tenant {
    /// The engine, opened with the first call. No await: two calls never open it twice.
    fn engine(&self) -> std::result::Result<Rc<Engine>, Reply> {
        if let Some(engine) = &*self.engine.borrow() {
            return Ok(Rc::clone(engine));
        }
        let engine = Rc::new(self.open()?);
        self.engine.replace(Some(Rc::clone(&engine)));
        Ok(engine)
    }

    fn open(&self) -> std::result::Result<Engine, Reply> {
        let settings = Settings::of(&self.env)?;
        let name = self.name()?;
        let mut engine_settings = EngineSettings::new(name, settings.sealing.clone());
        engine_settings.dev_hosts.clone_from(&settings.dev_hosts);
        if let Some(requests) = settings.requests_per_run {
            engine_settings.requests_per_run = requests;
        }
        let log = ConsoleLog::of(engine_settings.name.to_string());
        let world = self.world(&settings, log.clone()).map_err(|cause| shut(&log, &cause))?;
        Engine::open(world, engine_settings).map_err(|error| shut(&log, &error.to_string()))
    }

    fn world(&self, settings: &Settings, log: ConsoleLog) -> std::result::Result<TenantWorld, String> {
        let storage = Storage::of(&self.state).map_err(|error| error.to_string())?;
        let certificate = js_sys::Reflect::get(&self.env, &"KINTONE_CLIENT_CERT".into())
            .ok()
            .filter(JsValue::is_object)
            .map(JsCast::unchecked_into);
        Ok(TenantWorld {
            sql: ObjectSql::new(storage.clone()).map_err(|error| error.reason)?,
            http: FetchHttp::new(settings.stripe_base.clone(), certificate),
            alarm: ObjectAlarm::new(storage),
            log,
            claims: DirectoryClaims::new(self.env.clone()),
        })
    }

    /// The name that this object was found by; the runtime knows it in alarms too.
    fn name(&self) -> std::result::Result<TenantName, Reply> {
        let name = js_sys::Reflect::get(self.state.as_raw(), &"id".into())
            .and_then(|id| js_sys::Reflect::get(&id, &"name".into()))
            .ok()
            .and_then(|name| name.as_string());
        name.as_deref().and_then(parse_name).ok_or_else(|| {
            Reply::problem(500, "no_tenant", "This object was not found by a tenant's name; report this.")
        })
    }

    /// Makes the tenant known to the directory, which wakes it should its alarm be lost. Noted once
    /// done; until then every call tries again.
    async fn register(&self) {
        if self.registered.get() {
            return;
        }
        let (Ok(name), Ok(kv)) =
            (self.name(), Storage::of(&self.state).and_then(|storage| Ok(storage.kv()?)))
        else {
            return;
        };
        let noted = kv.get(REGISTERED).is_ok_and(|note| note.is_truthy());
        if !noted {
            let body = json!({"tenant": name.to_string()}).to_string();
            let told = match Stub::get(&self.env, DIRECTORY, DIRECTORY_NAME) {
                Ok(directory) => {
                    directory.post("/tenants", &body).await.is_ok() && kv.put(REGISTERED, "1").is_ok()
                }
                Err(_) => false,
            };
            if !told {
                ConsoleLog::of(name.to_string()).line(Level::Warn, "not_registered", json!({}));
                return;
            }
        }
        self.registered.set(true);
    }
}

/// `acct_…:live` or `acct_…:test`.
pub(super) fn parse_name(name: &str) -> Option<TenantName> {
    let (account, mode) = name.split_once(':')?;
    let mode = match mode {
        "live" => Mode::Live,
        "test" => Mode::Test,
        _ => return None,
    };
    Some(TenantName { account: AccountId::parse(account).ok()?, mode })
}

fn shut(log: &ConsoleLog, cause: &str) -> Reply {
    log.line(Level::Error, "tenant_does_not_open", json!({"cause": cause}));
    Reply::problem(500, "tenant_does_not_open", format!("The tenant's database cannot be used: {cause}."))
}

#[cfg(test)]
mod tests {
    use super::parse_name;

    #[test]
    fn a_tenant_is_found_again_by_its_name() {
        for name in ["acct_1Example:live", "acct_1Example:test"] {
            assert_eq!(parse_name(name).unwrap().to_string(), name);
        }
        for name in ["", "acct_1", "acct_1:prod", "cus_1:live", "acct_1:live:live"] {
            assert_eq!(parse_name(name), None, "{name}");
        }
    }
}
