//! The log of requests answered, for tests that hold them against the services' specifications.

use std::collections::{BTreeMap, VecDeque};

use http::{HeaderMap, HeaderValue};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::faults::Service;
use crate::{Millis, Request};

/// How many requests are kept; older ones are forgotten.
const KEPT: usize = 20_000;
/// Headers whose values are secrets, or may hold one.
const SECRET_HEADERS: [&str; 5] =
    ["authorization", "proxy-authorization", "cookie", "x-cybozu-api-token", "x-cybozu-authorization"];

/// One request as it was answered.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// Its number, from 1.
    pub seq: u64,
    /// When it came.
    pub at: Millis,
    /// Which service it was for.
    pub service: Service,
    /// The method as sent.
    pub method: String,
    /// The path as sent.
    pub path: String,
    /// The query as sent, still encoded.
    pub query: String,
    /// Header names in lower case; values that are secrets are replaced by a fingerprint.
    pub headers: BTreeMap<String, String>,
    /// The body: JSON if it is, else text; null if there is none.
    pub body: Value,
    /// The status; null if the connection was closed without an answer.
    pub status: Option<u16>,
    /// The fault that it met.
    pub fault: Option<MetFault>,
}

/// The fault that a request met.
#[derive(Debug, Clone, Serialize)]
pub struct MetFault {
    /// The fault's number.
    pub id: u64,
    /// The action's name.
    pub action: &'static str,
}

/// A request that is not answered yet.
#[derive(Debug)]
pub(super) struct Pending(Entry);

impl Pending {
    pub(super) fn new(at: Millis, service: Service, request: &Request) -> Self {
        Self(Entry {
            seq: 0,
            at,
            service,
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            headers: shown_headers(request.headers()),
            body: shown_body(request.body()),
            status: None,
            fault: None,
        })
    }

    pub(super) fn answered(self, status: Option<u16>, fault: Option<(u64, &'static str)>) -> Entry {
        let fault = fault.map(|(id, action)| MetFault { id, action });
        Entry { status, fault, ..self.0 }
    }
}

fn shown_headers(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut shown = BTreeMap::<String, String>::new();
    for (name, value) in headers {
        let value = shown_value(name.as_str(), value);
        shown
            .entry(name.as_str().to_owned())
            .and_modify(|all| {
                all.push_str(", ");
                all.push_str(&value);
            })
            .or_insert(value);
    }
    shown
}

fn shown_value(name: &str, value: &HeaderValue) -> String {
    let text = String::from_utf8_lossy(value.as_bytes());
    if !SECRET_HEADERS.contains(&name) {
        return text.into_owned();
    }
    // Several tokens in one header stay countable.
    text.split(',').map(|secret| fingerprint(secret.trim())).collect::<Vec<_>>().join(",")
}

/// Tells secrets apart without showing them.
fn fingerprint(secret: &str) -> String {
    let digest = hex::encode(Sha256::digest(secret.as_bytes()));
    format!("sha256:{}", &digest[..8])
}

fn shown_body(body: &[u8]) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(body).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(body).into_owned()))
}

/// The newest requests, oldest first.
#[derive(Debug, Default)]
pub(super) struct RequestLog {
    last_seq: u64,
    entries: VecDeque<Entry>,
    stripe: u64,
    kintone: u64,
}

impl RequestLog {
    pub(super) fn push(&mut self, mut entry: Entry) {
        self.last_seq += 1;
        entry.seq = self.last_seq;
        match entry.service {
            Service::Stripe => self.stripe += 1,
            Service::Kintone => self.kintone += 1,
        }
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    /// Requests with a number above `since`.
    pub(super) fn since(&self, since: u64, service: Option<Service>) -> Vec<Entry> {
        self.entries
            .iter()
            .filter(|entry| entry.seq > since)
            .filter(|entry| service.is_none_or(|service| entry.service == service))
            .cloned()
            .collect()
    }

    pub(super) fn last_seq(&self) -> u64 {
        self.last_seq
    }

    /// Requests answered by one service, forgotten ones included.
    pub(super) fn count(&self, service: Service) -> u64 {
        match service {
            Service::Stripe => self.stripe,
            Service::Kintone => self.kintone,
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn entry(headers: &[(&str, &str)], body: &str) -> Entry {
        let mut request = http::Request::builder().method("POST").uri("/k/v1/records.json?app=1&lang=ja");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Bytes::from(body.to_owned())).unwrap();
        Pending::new(5, Service::Kintone, &request).answered(Some(200), None)
    }

    #[test]
    fn secrets_in_headers_become_fingerprints() {
        let entry = entry(
            &[
                ("Authorization", "Bearer sk_test_made_up"),
                ("X-Cybozu-API-Token", "tokenone, tokentwo"),
                ("Accept-Language", "ja"),
            ],
            "",
        );
        let shown = serde_json::to_string(&entry).unwrap();
        assert!(!shown.contains("made_up") && !shown.contains("tokenone"), "{shown}");
        assert_eq!(entry.headers["x-cybozu-api-token"].split(',').count(), 2);
        assert_eq!(entry.headers["accept-language"], "ja");
    }

    #[test]
    fn a_body_is_shown_as_json_where_it_is() {
        assert_eq!(entry(&[], r#"{"app":1}"#).body, serde_json::json!({"app": 1}));
        assert_eq!(entry(&[], "email=a%40example.com").body, "email=a%40example.com");
        assert_eq!(entry(&[], "").body, Value::Null);
        assert_eq!(entry(&[], "").query, "app=1&lang=ja");
    }

    #[test]
    fn the_log_forgets_the_oldest_but_goes_on_counting() {
        let mut log = RequestLog::default();
        for _ in 0..KEPT + 2 {
            log.push(entry(&[], ""));
        }
        let kept = log.since(0, None);
        assert_eq!((kept.len(), kept[0].seq), (KEPT, 3));
        assert_eq!(log.count(Service::Kintone), KEPT as u64 + 2);
        assert_eq!(log.since(log.last_seq() - 1, Some(Service::Kintone)).len(), 1);
        assert!(log.since(0, Some(Service::Stripe)).is_empty());
    }
}
