//! `bulkRequest.json`: up to 20 writes to any apps, in order, all or nothing.

use http::Method;
use serde_json::{Value, json};

use super::{BulkPosition, Call, Refusal, dispatch, split_path};
use crate::kintone::Kintone;
use crate::kintone::failure::Failure;
use crate::kintone::message;
use crate::kintone::params::Params;
use crate::kintone::transaction::Transaction;

const MAX_REQUESTS: usize = 20;

/// What may stand in a bulk request; the sandbox leaves out status and assignees.
const ALLOWED: &[(Method, &str)] = &[
    (Method::POST, "record.json"),
    (Method::PUT, "record.json"),
    (Method::POST, "records.json"),
    (Method::PUT, "records.json"),
    (Method::DELETE, "records.json"),
];

pub(super) fn post(
    kintone: &mut Kintone,
    transaction: &mut Transaction,
    call: &Call<'_>,
) -> Result<Value, Refusal> {
    let requests = call
        .params
        .list("requests")?
        .ok_or_else(|| Failure::invalid_at("requests", message::parameter_required()))?;
    let count = requests.len();
    if count > MAX_REQUESTS {
        return Err(Failure::invalid_at("requests", message::at_most_twenty_requests()).into());
    }
    let mut results = Vec::new();
    for (index, request) in requests.iter().enumerate() {
        let result = post_one(kintone, transaction, call, request);
        results
            .push(result.map_err(|failure| Refusal { failure, bulk: Some(BulkPosition { index, count }) })?);
    }
    Ok(json!({"results": results}))
}

fn post_one(
    kintone: &mut Kintone,
    transaction: &mut Transaction,
    call: &Call<'_>,
    request: &Value,
) -> Result<Value, Failure> {
    let illegal = || Failure::new("CB_IL02", []);
    let text = |name: &str| request.get(name).and_then(Value::as_str).ok_or_else(illegal);
    let method = Method::from_bytes(text("method")?.as_bytes()).map_err(|_| illegal())?;
    let (guest_space, route) = split_path(text("api")?).ok_or_else(illegal)?;
    let is_allowed = |(allowed, known): &(Method, &str)| *allowed == method && *known == route;
    if !ALLOWED.iter().any(is_allowed) {
        return Err(illegal());
    }
    let payload = request.get("payload").and_then(Value::as_object);
    let params = Params(payload.cloned().ok_or_else(illegal)?);
    let call = Call { now: call.now, access: call.access, guest_space, params: &params };
    dispatch(kintone, transaction, &call, &method, route)
}
