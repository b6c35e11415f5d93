//! The cron trigger: wakes tenants whose alarm was lost.

use daicho_engine::port::{Level, Log};
use futures_util::stream::StreamExt as _;
use futures_util::{future, stream};
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

/// Tenants poked at once: below the six connections that a Worker may have open.
const AT_ONCE: usize = 5;

/// Pokes every tenant that the directory knows. One that does not answer keeps no other from it.
pub async fn poke_tenants(env: &Env) {
    let log = ConsoleLog::new();
    let known = match tenants(env).await {
        Ok(known) => known,
        Err(_) => return log.line(Level::Error, "directory_unreachable", json!({})),
    };
    let poked = known.tenants.iter().map(async |tenant| {
        let is_well = poke(env, tenant).await.unwrap_or(false);
        if !is_well {
            ConsoleLog::of(tenant.clone()).line(Level::Error, "poke_failed", json!({}));
        }
        is_well
    });
    let poked = stream::iter(poked).buffer_unordered(AT_ONCE);
    let failed = poked.filter(|is_well| future::ready(!is_well)).count().await;
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
