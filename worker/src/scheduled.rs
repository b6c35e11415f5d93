//! The cron trigger: wakes tenants whose alarm was lost.

use daicho_engine::port::{Level, Log};
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use worker::Env;

use crate::adapter::ConsoleLog;
use crate::object::directory::NAME as DIRECTORY_NAME;
use crate::object::stub::{Call, DIRECTORY, Stub, TENANT, TENANT_HEADER};

#[derive(Deserialize)]
struct Known {
    tenants: Vec<String>,
}

/// Pokes every tenant that the directory knows. One that does not answer keeps no other from it.
pub async fn poke_tenants(env: &Env) {
    let log = ConsoleLog::new();
    let known = match tenants(env).await {
        Ok(known) => known,
        Err(_) => return log.line(Level::Error, "directory_unreachable", json!({})),
    };
    let mut failed = 0;
    for tenant in &known.tenants {
        if !poke(env, tenant).await.unwrap_or(false) {
            failed += 1;
            ConsoleLog::of(tenant.clone()).line(Level::Error, "poke_failed", json!({}));
        }
    }
    log.line(Level::Info, "poked", json!({"tenants": known.tenants.len(), "failed": failed}));
}

async fn tenants(env: &Env) -> Result<Known, JsValue> {
    let directory = Stub::get(env, DIRECTORY, DIRECTORY_NAME)?;
    let response = directory.call(Call { path: "/tenants", ..Call::default() }).await?;
    let text = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    serde_json::from_str(&text).map_err(|_| JsValue::NULL)
}

async fn poke(env: &Env, tenant: &str) -> Result<bool, JsValue> {
    let call = Call { method: "POST", path: "/poke", headers: &[(TENANT_HEADER, tenant)], body: None };
    Ok(Stub::get(env, TENANT, tenant)?.call(call).await?.ok())
}
