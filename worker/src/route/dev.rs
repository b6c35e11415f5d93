//! `/dev/tenants/{account}/{mode}/{what}`: what only tests ask for; not in a release.

use worker::Env;

use super::{Answer, not_found, unreachable};
use crate::incoming::Incoming;
use crate::object::stub::{Call, Stub, TENANT};

/// Hands the question to the tenant's object, as `/dev/{what}`.
pub async fn answer(request: &Incoming, env: &Env) -> Answer {
    let segments: Vec<&str> = request.path().split('/').skip(1).collect();
    let ["dev", "tenants", account, mode, what] = segments.as_slice() else { return not_found().into() };
    let path = format!("/dev/{what}");
    let object = Stub::get(env, TENANT, &format!("{account}:{mode}"));
    let answer = match object {
        Ok(object) => object.call(Call { path: &path, ..Call::default() }).await,
        Err(missing) => Err(missing),
    };
    answer.map_or_else(|thrown| unreachable("tenant", &thrown).into(), Answer::Object)
}
