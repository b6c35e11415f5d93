//! A small HTTP client with an address and headers of its own.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

/// Longer than any answer of a local service takes that is not stuck.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Talks to one local service.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
}

/// An answer with its whole body.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
}

impl Answer {
    /// The body as JSON; `null` if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// A header's value, if it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Client {
    /// A client of the service at `base` (`http://127.0.0.1:PORT`) that sends `headers` each time.
    ///
    /// # Errors
    /// If a header's name or value may not stand in one.
    pub fn new(base: &str, headers: &[(&str, &str)]) -> Result<Self> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let mut value = HeaderValue::from_str(value)
                .with_context(|| format!("the value of {name} may not stand in a header"))?;
            value.set_sensitive(true);
            map.insert(HeaderName::from_bytes(name.as_bytes())?, value);
        }
        // A proxy of the machine must not come between local programs.
        let http = reqwest::Client::builder().default_headers(map).timeout(TIMEOUT).no_proxy().build()?;
        Ok(Self { http, base: base.to_owned() })
    }

    /// The service's address.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Sends a request and gives whatever is answered.
    ///
    /// # Errors
    /// If there is no answer.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<reqwest::Body>,
    ) -> Result<Answer> {
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if method != Method::GET {
            request = request.body(body);
        }
        let response =
            request.send().await.with_context(|| format!("{method} {}{path}: no answer", self.base))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response
            .text()
            .await
            .with_context(|| format!("{method} {}{path}: the answer broke off", self.base))?;
        Ok(Answer { status, headers, text })
    }

    /// GETs JSON.
    ///
    /// # Errors
    /// If there is no answer, or it is no success.
    pub async fn get(&self, path: &str) -> Result<Value> {
        let answer = self.send(Method::GET, path, &[], "").await?;
        success("GET", path, &answer)
    }

    /// Sends JSON with a method such as `POST` or `PUT`.
    ///
    /// # Errors
    /// If there is no answer, or it is no success.
    pub async fn json(&self, method: Method, path: &str, body: &Value) -> Result<Value> {
        let headers = [("content-type", "application/json")];
        let answer = self.send(method.clone(), path, &headers, body.to_string()).await?;
        success(method.as_str(), path, &answer)
    }

    /// POSTs a form as Stripe takes it, names with brackets included.
    ///
    /// # Errors
    /// If there is no answer, or it is no success.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Result<Value> {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let answer = self.send(Method::POST, path, &headers, encode_form(fields)).await?;
        success("POST", path, &answer)
    }

    /// DELETEs.
    ///
    /// # Errors
    /// If there is no answer, or it is no success.
    pub async fn delete(&self, path: &str) -> Result<Value> {
        let answer = self.send(Method::DELETE, path, &[], "").await?;
        success("DELETE", path, &answer)
    }
}

fn success(method: &str, path: &str, answer: &Answer) -> Result<Value> {
    if !(200..300).contains(&answer.status) {
        bail!("{method} {path} was answered with {}: {}", answer.status, answer.text);
    }
    Ok(answer.json())
}

fn encode_form(fields: &[(&str, &str)]) -> String {
    let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
    let pairs: Vec<_> =
        fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_keeps_brackets_and_japanese() {
        let form = encode_form(&[("address[city]", "港区"), ("name", "a&b=c")]);
        assert_eq!(form, "address%5Bcity%5D=%E6%B8%AF%E5%8C%BA&name=a%26b%3Dc");
    }
}
