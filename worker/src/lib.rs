//! Daicho on Cloudflare: routes, the Durable Objects, and adapters for the engine's ports. What
//! happens is the engine's; this crate only carries it.
//!
//! `entry.mjs` is what Cloudflare runs. It stands around this crate's output and keeps a panic where
//! it happened.

mod adapter;
mod admin_token;
mod incoming;
mod object;
mod reply;
mod route;
mod scheduled;
mod settings;
mod webhook_secrets;

use worker::{Context, Env, ScheduleContext, ScheduledEvent, event};

#[event(fetch)]
async fn fetch(request: web_sys::Request, env: Env, _context: Context) -> worker::Result<web_sys::Response> {
    Ok(route::answer(request, &env).await?)
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    scheduled::poke_tenants(&env).await;
}
