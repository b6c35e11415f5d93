//! `POST /api/{operation}`: the Stripe App's views ask, signed by Stripe for the person who looks.
//!
//! A view runs in a frame without an origin, so that it reads only what allows any: `containment.mjs` says so
//! of every answer under `/api/`, also of one that is made because this code has failed.

use daicho_core::stripe::{UiCall, UiCallError};
use daicho_core::validation::Text;
use daicho_engine::port::{Clock, Level, Log};
use daicho_engine::ui::Operation;
use js_sys::Uint8Array;
use serde_json::{Map, json};
use worker::Env;

use super::{Answer, not_allowed, not_found, unreachable};
use crate::adapter::{ConsoleLog, WallClock};
use crate::incoming::Incoming;
use crate::object::stub::{BY_HEADER, Call, Stub, TENANT, TENANT_HEADER};
use crate::reply::Reply;
use crate::settings::Settings;

/// The longest call, in bytes: a mapping in JSON within JSON.
const BODY_LIMIT: usize = 3 << 20;

/// The answer to the browser's question whether a page may make a call.
pub fn preflight() -> Reply {
    Reply::done()
        .header("access-control-allow-methods", "POST")
        .header("access-control-allow-headers", "content-type, stripe-signature")
        .header("access-control-max-age", "86400")
}

/// Answers a call.
pub async fn answer(request: &Incoming, env: &Env, settings: &Settings) -> Answer {
    match request.method() {
        "POST" => call(request, env, settings).await.unwrap_or_else(Answer::Own),
        _ => not_allowed("POST, OPTIONS").into(),
    }
}

async fn call(request: &Incoming, env: &Env, settings: &Settings) -> Result<Answer, Reply> {
    let name = request.path().strip_prefix("/api/").unwrap_or_default();
    let operation = Operation::named(name).ok_or_else(not_found)?;
    if settings.app_secrets.is_empty() {
        return Err(not_set_up());
    }
    let body = request.body(BODY_LIMIT).await?.to_vec();
    let signature = request.header("stripe-signature");
    let now_seconds = WallClock.now() / 1_000;
    let call = UiCall::verify(name, signature.as_deref(), &body, &settings.app_secrets, now_seconds)
        .map_err(|error| refused(operation, &body, &error))?;
    let tenant = call.tenant.to_string();
    let path = format!("/ui/{name}");
    let caller =
        json!({"user": call.user, "roles": call.roles, "nonce": call.nonce, "request": call.request});
    let body = Uint8Array::from(caller.to_string().as_bytes());
    let headers = [(TENANT_HEADER, tenant.as_str()), (BY_HEADER, "ui")];
    let call = Call { method: "POST", path: &path, headers: &headers, body: Some(&body) };
    let answer = match Stub::get(env, TENANT, &tenant) {
        Ok(object) => object.call(call).await,
        Err(missing) => Err(missing),
    };
    answer.map(Answer::Object).map_err(|thrown| unreachable("tenant", &thrown))
}

fn not_set_up() -> Reply {
    problem(
        503,
        "app_secret_missing",
        "APP_SECRETS is blank. Set it with `wrangler secret put APP_SECRETS`: the app's signing secret (absec_…) from the Stripe Dashboard.",
        &Text {
            ja: "サーバーにStripe Appの署名シークレットが設定されていません。管理者に依頼して、READMEの手順で設定してください。".to_owned(),
            en: "The server does not have the Stripe App's signing secret yet. Ask an administrator to set it as the README says.".to_owned(),
        },
    )
}

/// One line for each refusal. Nothing of an unproven body is in it.
fn refused(operation: Operation, body: &[u8], error: &UiCallError) -> Reply {
    let fields = json!({"operation": operation.name(), "reason": error.reason()});
    ConsoleLog::new().line(Level::Warn, "ui_call_refused", fields);
    let status = if matches!(error, UiCallError::Malformed(_)) { 400 } else { 401 };
    let command = operation.command(&request_of(body));
    let text = match (error, command) {
        (UiCallError::RolesUnproven, Some(command)) => Text {
            ja: format!(
                "ロール名に日本語が含まれるため、Stripeの署名を確認できませんでした。コマンド「{command}」で同じ操作ができます。"
            ),
            en: format!(
                "Stripe's signature could not be checked because a role's name is not written in ASCII. The command `{command}` does the same."
            ),
        },
        (UiCallError::RolesUnproven, None) => Text {
            ja: "ロール名に日本語が含まれるため、Stripeの署名を確認できませんでした。ロール名が英数字だけの管理者または開発者に依頼してください。".to_owned(),
            en: "Stripe's signature could not be checked because a role's name is not written in ASCII. Ask an administrator or developer whose roles' names are.".to_owned(),
        },
        _ => Text {
            ja: "Stripeの署名を確認できませんでした。ページを再読み込みして、もう一度お試しください。"
                .to_owned(),
            en: "Stripe's signature could not be checked. Reload the page and try again.".to_owned(),
        },
    };
    problem(status, error.reason(), &format!("{error}."), &text)
}

/// The request's text as the call holds it, proved or not.
fn request_of(body: &[u8]) -> String {
    #[derive(serde::Deserialize)]
    struct Call {
        request: String,
    }
    serde_json::from_slice::<Call>(body).map_or_else(|_| String::new(), |call| call.request)
}

fn problem(status: u16, reason: &str, message: &str, text: &Text) -> Reply {
    let more = Map::from_iter([("text".to_owned(), json!(text))]);
    Reply::problem_with(status, reason, message, more)
}
