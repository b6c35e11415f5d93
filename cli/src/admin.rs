//! The Worker's `/admin/tenants/{account}/{mode}` routes.

use daicho_core::stripe::AccountId;
use daicho_core::tenant::Mode;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use ureq::http::{Method, Request, Response};
use ureq::{Agent, Body};

use crate::arguments::Server;
use crate::failure::{Failure, Refusal};

/// What may stand in a path segment as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'-').remove(b'.');

/// A tenant of a Worker.
#[derive(Debug)]
pub struct Admin {
    agent: Agent,
    base: String,
    token: String,
}

/// Answers are read whole whatever their status.
fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into()
}

impl Admin {
    /// The tenant that the command line or the environment names.
    ///
    /// # Errors
    /// Something that is needed is missing; the message says where to put it.
    pub fn new(server: &Server) -> Result<Self, Failure> {
        let given = |value: &Option<String>, name: &str, option: &str| {
            value
                .clone()
                .filter(|value| !value.trim().is_empty())
                .ok_or_else(|| {
                    Failure::Unusable(format!(
                        "{name} is missing: set it in the environment{option}"
                    ))
                })
        };
        let url = given(&server.url, "DAICHO_URL", " or give --url")?;
        let account = given(&server.account, "DAICHO_ACCOUNT", " or give --account")?;
        let token = given(
            &server.token,
            "DAICHO_TOKEN",
            " (`daicho token NAME` makes one)",
        )?;
        let account = AccountId::parse(&account)
            .map_err(|error| Failure::Unusable(format!("{account}: {error}")))?;
        let base = format!(
            "{}/admin/tenants/{account}/{}",
            url.trim_end_matches('/'),
            Mode::from(server.mode)
        );
        Ok(Self {
            agent: agent(),
            base,
            token,
        })
    }

    /// GETs JSON.
    ///
    /// # Errors
    /// The Worker refused, or there is no answer.
    pub fn get(&self, what: &str) -> Result<Value, Failure> {
        self.send(Method::GET, &[what], &[], None)
            .map(|answer| answer.body)
    }

    /// POSTs JSON.
    ///
    /// # Errors
    /// As [`Admin::get`].
    pub fn post(&self, path: &[&str], body: &Value) -> Result<Value, Failure> {
        self.send(Method::POST, path, &[], Some(body.to_string().into_bytes()))
            .map(|answer| answer.body)
    }

    /// Stores a secret.
    ///
    /// # Errors
    /// As [`Admin::get`].
    pub fn put_secret(&self, name: &str, value: &str) -> Result<(), Failure> {
        if value.is_empty() {
            return Err(Failure::Unusable(
                "standard input was empty: pipe the secret's value in".to_owned(),
            ));
        }
        self.send(
            Method::PUT,
            &["secrets", name],
            &[],
            Some(value.as_bytes().to_vec()),
        )
        .map(|_| ())
    }

    /// The ETag of the document that the Worker holds, if it holds one.
    ///
    /// # Errors
    /// As [`Admin::get`].
    pub fn etag(&self, document: &str) -> Result<Option<String>, Failure> {
        match self.send(Method::GET, &[document], &[], None) {
            Ok(answer) => Ok(answer.etag),
            Err(Failure::Refused(refusal)) if refusal.status == 404 => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Puts a document in place of the one with `etag`, or as the first.
    ///
    /// # Errors
    /// As [`Admin::get`]; a refusal lists the issues.
    pub fn put_document(
        &self,
        document: &str,
        body: Vec<u8>,
        etag: Option<&str>,
    ) -> Result<Value, Failure> {
        let precondition = etag.map_or(("if-none-match", "*"), |etag| ("if-match", etag));
        self.send(Method::PUT, &[document], &[precondition], Some(body))
            .map(|answer| answer.body)
    }

    fn send(
        &self,
        method: Method,
        path: &[&str],
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Result<Answer, Failure> {
        let path: Vec<String> = path
            .iter()
            .map(|segment| utf8_percent_encode(segment, SEGMENT).to_string())
            .collect();
        let url = format!("{}/{}", self.base, path.join("/"));
        let mut request = Request::builder()
            .method(method)
            .uri(&url)
            .header("authorization", format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let unusable = |error: ureq::http::Error| Failure::Unusable(format!("{url}: {error}"));
        let answer = match body {
            None => self.agent.run(request.body(()).map_err(unusable)?),
            Some(body) => self.agent.run(request.body(body).map_err(unusable)?),
        };
        let answer = answer.map_err(|error| {
            Failure::Unreachable(format!(
                "{url}: {error}. Is DAICHO_URL right, and does the Worker run?"
            ))
        })?;
        Answer::read(answer, &url)
    }
}

struct Answer {
    etag: Option<String>,
    body: Value,
}

impl Answer {
    fn read(mut response: Response<Body>, url: &str) -> Result<Self, Failure> {
        let status = response.status().as_u16();
        let etag = response
            .headers()
            .get("etag")
            .and_then(|etag| etag.to_str().ok())
            .map(str::to_owned);
        let text = response.body_mut().read_to_string().map_err(|error| {
            Failure::Unreachable(format!("{url}: the answer broke off: {error}"))
        })?;
        let body: Value = if text.trim().is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).unwrap_or_else(|_| json!({"error": {"message": format!(
                "{url} answered {status} with something that is no JSON: is DAICHO_URL a Daicho Worker?"
            )}}))
        };
        match status {
            200..300 => Ok(Self { etag, body }),
            _ => Err(Failure::Refused(Refusal {
                status,
                error: body["error"].clone(),
            })),
        }
    }
}
