//! `/admin/tenants/{account}/{live|test}/…`: who is calling, which tenant, which of its documents.
//! The tenant's object does the rest.

use daicho_core::stripe::AccountId;
use daicho_core::tenant::{Mode, TenantName};
use daicho_engine::port::{Level, Log};
use serde_json::json;
use worker::Env;

use super::{Answer, not_allowed, not_found, unreachable};
use crate::adapter::ConsoleLog;
use crate::incoming::Incoming;
use crate::object::stub::{BY_HEADER, Call, Stub, TENANT, TENANT_HEADER};
use crate::reply::Reply;
use crate::settings::Settings;

/// The longest mapping or connections document, in bytes: what a row of the object may hold is 2 MB.
const DOCUMENT_LIMIT: usize = 1 << 20;

/// The longest list of dead letters to be sent again or discarded, in bytes: 500 numbers and a reason.
const LETTERS_LIMIT: usize = 16 << 10;

/// The longest options of a job without a document, in bytes.
const OPTIONS_LIMIT: usize = 1 << 10;

/// The longest secret, in bytes.
const SECRET_LIMIT: usize = 8 << 10;

/// Answers a call with a valid token; any other learns only that it needs one.
pub async fn answer(request: &Incoming, env: &Env, settings: &Settings) -> Answer {
    let authorization = request.header("authorization");
    let Some(by) = settings.admin_tokens.name_of(authorization.as_deref()) else {
        return unauthorised(authorization.is_some()).into();
    };
    let (tenant, rest) = match Address::parse(request.path()) {
        Ok(address) => (address.tenant, address.rest),
        Err(reply) => return reply.into(),
    };
    let limit = match check(request.method(), rest) {
        Ok(limit) => limit,
        Err(reply) => return reply.into(),
    };
    hand_on(request, env, &tenant, rest, by, limit).await
}

async fn hand_on(request: &Incoming, env: &Env, tenant: &str, rest: &str, by: &str, limit: usize) -> Answer {
    let body = match request.method() {
        "GET" => None,
        _ => match request.body(limit).await {
            Ok(body) => Some(body),
            Err(error) => return Reply::from(error).into(),
        },
    };
    let if_match = request.header("if-match");
    let if_none_match = request.header("if-none-match");
    let mut headers = vec![(TENANT_HEADER, tenant), (BY_HEADER, by)];
    headers.extend(if_match.as_deref().map(|value| ("if-match", value)));
    headers.extend(if_none_match.as_deref().map(|value| ("if-none-match", value)));
    let query =
        request.path_and_query().split_once('?').map_or(String::new(), |(_, query)| format!("?{query}"));
    let path = format!("{rest}{query}");
    let call = Call { method: request.method(), path: &path, headers: &headers, body: body.as_ref() };
    let answer = match Stub::get(env, TENANT, tenant) {
        Ok(object) => object.call(call).await,
        Err(missing) => Err(missing),
    };
    answer.map_or_else(|thrown| unreachable("tenant", &thrown).into(), Answer::Object)
}

fn unauthorised(tried: bool) -> Reply {
    let reason = if tried { "unknown_token" } else { "token_missing" };
    ConsoleLog::new().line(Level::Warn, "admin_refused", json!({"reason": reason}));
    Reply::problem(
        401,
        reason,
        "Send `Authorization: Bearer <token>` with a token whose SHA-256 stands in ADMIN_TOKENS.",
    )
    .header("www-authenticate", r#"Bearer realm="daicho""#)
}

/// Whose what.
struct Address<'a> {
    tenant: String,
    /// From `/` on.
    rest: &'a str,
}

impl<'a> Address<'a> {
    fn parse(path: &'a str) -> Result<Self, Reply> {
        let path = path.strip_prefix("/admin/tenants/").ok_or_else(not_found)?;
        let (account, path) = path.split_once('/').ok_or_else(not_found)?;
        let slash = path.find('/').ok_or_else(not_found)?;
        let (mode, rest) = path.split_at(slash);
        let account = AccountId::parse(account)
            .map_err(|error| Reply::problem(404, "no_such_tenant", format!("`{{account}}` is {error}.")))?;
        let mode = match mode {
            "live" => Mode::Live,
            "test" => Mode::Test,
            _ => return Err(Reply::problem(404, "no_such_tenant", "The mode is `live` or `test`.")),
        };
        Ok(Self { tenant: TenantName { account, mode }.to_string(), rest })
    }
}

/// Whether there is such a route; if so, how long its body may be.
fn check(method: &str, rest: &str) -> Result<usize, Reply> {
    let segments: Vec<&str> = rest.split('/').skip(1).collect();
    let (allowed, limit) = match segments.as_slice() {
        ["mapping" | "connections"] => ("GET, PUT", DOCUMENT_LIMIT),
        ["secrets", name] if !name.is_empty() => ("PUT", SECRET_LIMIT),
        ["status" | "dead-letters" | "deletions"] => ("GET", 0),
        ["dead-letters", "replay" | "discard"] => ("POST", LETTERS_LIMIT),
        ["targets", target, "resume"] if !target.is_empty() => ("POST", 0),
        ["gap-check"] => ("GET, POST", 0),
        ["backfill"] => ("GET, POST, DELETE", 0),
        ["dry-run"] => ("GET, POST, DELETE", DOCUMENT_LIMIT),
        ["reconcile"] => ("GET, POST, DELETE", OPTIONS_LIMIT),
        ["deletions", target, "approve" | "drop"] if !target.is_empty() => ("POST", 0),
        ["targets", target, "waive"] if !target.is_empty() => ("POST", SECRET_LIMIT),
        _ => return Err(not_found()),
    };
    if allowed.split(", ").any(|one| one == method) { Ok(limit) } else { Err(not_allowed(allowed)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_a_tenant_and_what_of_it() {
        let address = Address::parse("/admin/tenants/acct_1/test/secrets/stripe_key").ok().unwrap();
        assert_eq!(address.tenant, "acct_1:test");
        assert_eq!(address.rest, "/secrets/stripe_key");
    }

    #[test]
    fn what_is_no_tenant_is_not_found() {
        for path in [
            "/admin/tenants/",
            "/admin/tenants/acct_1",
            "/admin/tenants/acct_1/test",
            "/admin/x/acct_1/test/status",
            "/admin/tenants/cus_1/test/status",
            "/admin/tenants/acct_1/prod/status",
            "/admin/tenants/acct_%31/test/status",
        ] {
            assert_eq!(Address::parse(path).map(|_| ()).unwrap_err().status(), 404, "{path}");
        }
    }

    #[test]
    fn a_known_route_with_another_method_says_which_it_takes() {
        assert_eq!(check("PUT", "/mapping"), Ok(DOCUMENT_LIMIT));
        assert_eq!(check("PUT", "/secrets/stripe_key"), Ok(SECRET_LIMIT));
        assert_eq!(check("POST", "/targets/customers/waive"), Ok(SECRET_LIMIT));
        assert_eq!(check("POST", "/deletions/customers/approve"), Ok(0));
        assert_eq!(check("POST", "/targets/customers/resume"), Ok(0));
        assert_eq!(check("POST", "/dead-letters/replay"), Ok(LETTERS_LIMIT));
        assert_eq!(check("DELETE", "/backfill"), Ok(0));
        assert_eq!(check("POST", "/reconcile"), Ok(OPTIONS_LIMIT));
        for (method, rest) in [
            ("DELETE", "/mapping"),
            ("GET", "/secrets/stripe_key"),
            ("POST", "/status"),
            ("PUT", "/backfill"),
        ] {
            assert_eq!(check(method, rest).unwrap_err().status(), 405, "{method} {rest}");
        }
        for rest in [
            "/deletions/customers/keep",
            "/dead-letters/forget",
            "/deletions//drop",
            "/",
            "/secrets/",
            "/secrets/a/b",
            "/events",
            "/poke",
            "/targets//waive",
            "/mapping/",
        ] {
            assert_eq!(check("GET", rest).unwrap_err().status(), 404, "{rest}");
        }
    }
}
