//! The Worker's admin routes.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use daicho_core::tenant::TenantName;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::{Request, Response};

/// A push reads every app's form; kintone may take its time.
const TIMEOUT: Duration = Duration::from_secs(120);

/// One of the two documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// Targets and field rules.
    Mapping,
    /// Where the apps are and which secrets open them.
    Connections,
}

impl Document {
    /// Its name in routes and messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Mapping => "mapping",
            Self::Connections => "connections",
        }
    }
}

/// A stored document and the tag by which it is replaced.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The document.
    pub body: Value,
    /// Its ETag, as `If-Match` sends it back.
    pub etag: String,
}

/// An answer that is no success.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// A stable word, such as `invalid_document`.
    pub reason: String,
    /// What to do.
    pub message: String,
    /// The whole `error` object: `issues`, `path`, …
    pub error: Value,
}

/// Talks to one tenant of one Worker.
#[derive(Debug)]
pub struct Admin {
    agent: Agent,
    base: String,
    authorization: String,
}

impl Admin {
    /// For the tenant's routes at `url`, with an admin token.
    #[must_use]
    pub fn new(url: &str, tenant: &TenantName, token: &str) -> Self {
        let mut config = Agent::config_builder().timeout_global(Some(TIMEOUT)).http_status_as_error(false);
        if is_local(url) {
            // A proxy of the machine must not come between local programs.
            config = config.proxy(None);
        }
        Self {
            agent: config.build().into(),
            base: format!("{url}/admin/tenants/{}/{}", tenant.account, tenant.mode),
            authorization: format!("Bearer {token}"),
        }
    }

    /// The stored document; `None` if there is none yet.
    ///
    /// # Errors
    /// If there is no answer, or another refusal than "none yet".
    pub fn document(&self, document: Document) -> Result<Option<Stored>> {
        let mut answer = self.send("GET", document.name(), &[], "")?;
        let etag = answer.headers().get("etag").and_then(|etag| etag.to_str().ok());
        let etag = etag.unwrap_or_default().to_owned();
        match read(&mut answer)? {
            Ok(body) => Ok(Some(Stored { body, etag })),
            Err(refusal) if refusal.reason == "no_document" => Ok(None),
            Err(refusal) => Err(refusal.into()),
        }
    }

    /// Puts a document in the place of what is stored, or of nothing. A refusal leaves the old one.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn put(
        &self,
        document: Document,
        body: &str,
        replaces: Option<&Stored>,
    ) -> Result<Result<Value, Refusal>> {
        let precondition = match replaces {
            Some(stored) => ("if-match", stored.etag.as_str()),
            None => ("if-none-match", "*"),
        };
        let headers = [precondition, ("content-type", "application/json")];
        read(&mut self.send("PUT", document.name(), &headers, body)?)
    }

    /// Stores a secret.
    ///
    /// # Errors
    /// If there is no answer or it is refused.
    pub fn put_secret(&self, name: &str, value: &str) -> Result<()> {
        let path = format!("secrets/{}", segment(name));
        let headers = [("content-type", "text/plain; charset=utf-8")];
        read(&mut self.send("PUT", &path, &headers, value)?)?.map(drop).map_err(Into::into)
    }

    /// How the tenant stands.
    ///
    /// # Errors
    /// If there is no answer or it is refused.
    pub fn status(&self) -> Result<Value> {
        read(&mut self.send("GET", "status", &[], "")?)?.map_err(Into::into)
    }

    /// A page of what will not succeed by itself; `query` as the route takes it.
    ///
    /// # Errors
    /// If there is no answer or it is refused.
    pub fn dead_letters(&self, query: &[(&str, String)]) -> Result<Value> {
        let pairs = query.iter().map(|(name, value)| format!("{name}={}", segment(value)));
        let path = format!("dead-letters?{}", pairs.collect::<Vec<_>>().join("&"));
        read(&mut self.send("GET", &path, &[], "")?)?.map_err(Into::into)
    }

    /// Has dead letters sent again (`replay`) or takes them off the list (`discard`).
    ///
    /// # Errors
    /// If there is no answer or it is refused.
    pub fn answer_dead_letters(&self, answer: &str, body: &Value) -> Result<Value> {
        let headers = [("content-type", "application/json")];
        let path = format!("dead-letters/{answer}");
        read(&mut self.send("POST", &path, &headers, &body.to_string())?)?.map_err(Into::into)
    }

    /// Has a paused target checked at once.
    ///
    /// # Errors
    /// If there is no answer or it is refused.
    pub fn resume(&self, target: &str) -> Result<()> {
        let path = format!("targets/{}/resume", segment(target));
        read(&mut self.send("POST", &path, &[], "")?)?.map(drop).map_err(Into::into)
    }

    /// How the targets that delete records stand with their deletions.
    ///
    /// # Errors
    /// If there is no answer or it is refused.
    pub fn deletions(&self) -> Result<Value> {
        read(&mut self.send("GET", "deletions", &[], "")?)?.map_err(Into::into)
    }

    /// How the hourly gap check stands.
    ///
    /// # Errors
    /// If there is no answer or it is refused.
    pub fn gap_check(&self) -> Result<Value> {
        read(&mut self.send("GET", "gap-check", &[], "")?)?.map_err(Into::into)
    }

    /// Begins a gap check now. Answers how it stands.
    ///
    /// # Errors
    /// If there is no answer or it is refused.
    pub fn begin_gap_check(&self) -> Result<Value> {
        read(&mut self.send("POST", "gap-check", &[], "")?)?.map_err(Into::into)
    }

    /// Lets the deletions that hold a target go on (`approve`) or drops them (`drop`). Answers how many
    /// there were.
    ///
    /// # Errors
    /// If there is no answer or it is refused.
    pub fn answer_deletions(&self, target: &str, answer: &str) -> Result<u64> {
        let path = format!("deletions/{}/{answer}", segment(target));
        let answered = read(&mut self.send("POST", &path, &[], "")?)??;
        Ok(answered["count"].as_u64().unwrap_or_default())
    }

    /// How a job (`backfill`) stands; `None` if none was begun yet.
    ///
    /// # Errors
    /// If there is no answer, or another refusal than "none yet".
    pub fn job(&self, job: &str) -> Result<Option<Value>> {
        match read(&mut self.send("GET", job, &[], "")?)? {
            Ok(report) => Ok(Some(report)),
            Err(refusal) if refusal.reason == "no_job" => Ok(None),
            Err(refusal) => Err(refusal.into()),
        }
    }

    /// Begins a job with these options, as JSON or nothing, or tells why not.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn begin_job(&self, job: &str, options: &str) -> Result<Result<Value, Refusal>> {
        read(&mut self.send("POST", job, &[("content-type", "application/json")], options)?)
    }

    /// Ends the job that goes on. Answers how it stands.
    ///
    /// # Errors
    /// If there is no answer or it is refused.
    pub fn cancel_job(&self, job: &str) -> Result<Value> {
        read(&mut self.send("DELETE", job, &[], "")?)?.map_err(Into::into)
    }

    /// Lets a held target be written to.
    ///
    /// # Errors
    /// If there is no answer or it is refused.
    pub fn waive(&self, target: &str, app_name: &str) -> Result<()> {
        let path = format!("targets/{}/waive", segment(target));
        let body = json!({"app_name": app_name}).to_string();
        let headers = [("content-type", "application/json")];
        read(&mut self.send("POST", &path, &headers, &body)?)?.map(drop).map_err(Into::into)
    }

    fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Response<ureq::Body>> {
        let url = format!("{}/{path}", self.base);
        let mut request =
            Request::builder().method(method).uri(&url).header("authorization", &self.authorization);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let sent = if method == "GET" {
            self.agent.run(request.body(())?)
        } else {
            self.agent.run(request.body(body.to_owned())?)
        };
        sent.with_context(|| format!("no answer from {url}: check --url and whether the Worker runs"))
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} {})", self.message, self.status, self.reason)
    }
}

impl std::error::Error for Refusal {}

fn read(answer: &mut Response<ureq::Body>) -> Result<Result<Value, Refusal>> {
    let status = answer.status().as_u16();
    let text = answer.body_mut().read_to_string().context("the answer broke off")?;
    let body: Value = serde_json::from_str(&text).unwrap_or_default();
    if (200..300).contains(&status) {
        return Ok(Ok(body));
    }
    let error = &body["error"];
    let Some(reason) = error["reason"].as_str() else {
        bail!("the address answered {status} and not as a Daicho Worker does: check --url");
    };
    Ok(Err(Refusal {
        status,
        reason: reason.to_owned(),
        message: error["message"].as_str().unwrap_or_default().to_owned(),
        error: error.clone(),
    }))
}

/// What needs no escape in a path (RFC 3986, "unreserved").
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

fn segment(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

fn is_local(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|local| {
        host.strip_prefix(local).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_local() {
        assert!(is_local("http://127.0.0.1:8787") && is_local("http://localhost"));
        assert!(!is_local("https://localhost.example.com") && !is_local("https://daicho.example.com"));
    }
}
