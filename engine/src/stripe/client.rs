//! One GET to Stripe and what its answer means.

use bytes::Bytes;
use daicho_core::stripe::PINNED_VERSION;
use daicho_core::tenant::{Mode, TenantName};
use http::header::{AUTHORIZATION, DATE};
use http::{HeaderMap, Request, Response, StatusCode};
use serde_json::Value;

use crate::inbox::ordering::Window;
use crate::port::{Clock, Http, Millis, Service};
use crate::retry;
use crate::secret::Secret;

/// The code of an answer that is not believed since it is of the tenant's other mode.
pub(crate) const OTHER_MODE: &str = "stripe_key_other_mode";

/// Why a read gave nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// A code for the status and the log, never a body.
    pub code: String,
    /// How long Stripe asks us to wait.
    pub retry_after: Option<Millis>,
    /// It would have met any other read as well: none begins before this one is tried again.
    pub meets_all: bool,
}

impl Failure {
    pub(crate) fn of_this_object(code: impl Into<String>) -> Self {
        Self { code: code.into(), retry_after: None, meets_all: false }
    }

    pub(crate) fn of_all(code: impl Into<String>) -> Self {
        Self { code: code.into(), retry_after: None, meets_all: true }
    }
}

/// An answer that tells the state of something.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    /// The body; `None` for a 404.
    pub json: Option<Value>,
    /// Between which seconds it was true.
    pub window: Window,
}

/// Reads `path_and_query` with the pinned version. What a key of the other mode shows is no answer: ids that people
/// chose (a coupon's, a product's) are often the same in both.
pub(crate) async fn get(
    world: &(impl Http + Clock),
    tenant: &TenantName,
    key: &Secret,
    path_and_query: &str,
) -> Result<Answer, Failure> {
    let request = request(tenant, key, path_and_query)?;
    let sent = world.now();
    let response = world.send(Service::Stripe, request).await;
    let answered = world.now();
    let response = response.map_err(|_| Failure::of_all("stripe_unreachable"))?;
    let json = match response.status() {
        StatusCode::OK => Some(of_mode(tenant, body(&response)?)?),
        StatusCode::NOT_FOUND => None,
        status => return Err(refusal(status, response.headers())),
    };
    Ok(Answer { json, window: window(response.headers(), sent, answered) })
}

fn request(tenant: &TenantName, key: &Secret, path_and_query: &str) -> Result<Request<Bytes>, Failure> {
    let mut request = Request::get(path_and_query)
        .header(AUTHORIZATION, format!("Bearer {}", key.expose()))
        .header("stripe-version", PINNED_VERSION);
    // A restricted key belongs to one account and is refused for another; a platform's secret key
    // acts for its connected accounts.
    if key.expose().starts_with("sk_") {
        request = request.header("stripe-account", tenant.account.as_str());
    }
    // The only part that may not fit into a header is the key that a person typed.
    request.body(Bytes::new()).map_err(|_| Failure::of_all("stripe_key_malformed"))
}

fn body(response: &Response<Bytes>) -> Result<Value, Failure> {
    serde_json::from_slice(response.body()).map_err(|_| Failure::of_all("stripe_answer_not_json"))
}

fn of_mode(tenant: &TenantName, json: Value) -> Result<Value, Failure> {
    if is_of_other_mode(tenant, &json) { Err(Failure::of_all(OTHER_MODE)) } else { Ok(json) }
}

/// Of an object, or of any in a list.
fn is_of_other_mode(tenant: &TenantName, json: &Value) -> bool {
    let listed = json.get("data").and_then(Value::as_array).into_iter().flatten();
    let mut modes = listed.chain([json]).filter_map(|object| object.get("livemode")?.as_bool());
    modes.any(|is_live| is_live != (tenant.mode == Mode::Live))
}

fn refusal(status: StatusCode, headers: &HeaderMap) -> Failure {
    let retry_after = retry::retry_after(headers);
    let meets_all = matches!(status.as_u16(), 401 | 429 | 500..);
    Failure { code: format!("stripe_{}", status.as_u16()), retry_after, meets_all }
}

fn window(headers: &HeaderMap, sent: Millis, answered: Millis) -> Window {
    let date = headers.get(DATE).and_then(|date| date.to_str().ok()).and_then(retry::http_date_s);
    match date {
        Some(date_s) => Window::dated(date_s, answered - sent),
        None => Window::undated(sent, answered),
    }
}
