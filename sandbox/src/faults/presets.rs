//! Answers that come up often, by name.
//!
//! Codes and statuses of kintone follow what others measured on the real service and Cybozu's
//! published sources; the messages are our own words, since code must never decide by them.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Answer, AnswerBody};

/// The names that [`preset`] knows.
pub const PRESETS: [&str; 16] = [
    "kintone_429",
    "kintone_503_html",
    "kintone_500",
    "gaia_da02",
    "gaia_da02_520",
    "gaia_re18",
    "gaia_co02",
    "gaia_ia02",
    "gaia_no01",
    "gaia_un03",
    "stripe_429",
    "stripe_500",
    "stripe_503",
    "stripe_401",
    "stripe_403",
    "stripe_409",
];

/// The answer of that name.
pub fn preset(name: &str) -> Option<Answer> {
    Some(match name {
        "kintone_429" => concurrency_exceeded(101),
        "kintone_503_html" => Answer {
            status: 503,
            headers: BTreeMap::from([("Retry-After".to_owned(), "1".to_owned())]),
            body: AnswerBody::Text(
                "<!DOCTYPE html><html lang=\"ja\"><title>メンテナンス中</title>\
                 <p>ただいまメンテナンス中です。</p></html>"
                    .to_owned(),
            ),
        },
        "kintone_500" => kintone(500, "CB_DB01", "The database could not be reached."),
        "gaia_da02" => kintone(400, "GAIA_DA02", LOCKED),
        "gaia_da02_520" => kintone(520, "GAIA_DA02", LOCKED),
        "gaia_re18" => kintone(520, "GAIA_RE18", LOCKED),
        "gaia_co02" => kintone(409, "GAIA_CO02", "The revision is not the latest one. Someone was faster."),
        "gaia_ia02" => kintone(400, "GAIA_IA02", "The API token is not known."),
        "gaia_no01" => kintone(403, "GAIA_NO01", "The API token lacks this permission."),
        "gaia_un03" => kintone(409, "GAIA_UN03", "The record was updated while it was edited."),
        "stripe_429" => stripe(429, "invalid_request_error", Some("rate_limit"), "Too many requests."),
        "stripe_500" => stripe(500, "api_error", None, "Something went wrong on Stripe's side."),
        "stripe_503" => stripe(503, "api_error", None, "Stripe is temporarily unavailable."),
        "stripe_401" => stripe(401, "invalid_request_error", None, "The API key is not valid."),
        "stripe_403" => stripe(
            403,
            "invalid_request_error",
            Some("more_permissions_required"),
            "The API key lacks a permission that this request needs.",
        ),
        "stripe_409" => stripe(
            409,
            "idempotency_error",
            Some("idempotency_key_in_use"),
            "Another request with this idempotency key is under way.",
        ),
        _ => return None,
    })
}

/// kintone's answer to more than 100 requests at once on one domain.
pub fn concurrency_exceeded(running: usize) -> Answer {
    let mut answer = kintone(429, "GAIA_TO04", "Too many requests are running at the same time.");
    answer.headers.insert("X-ConcurrencyLimit-Limit".to_owned(), "100".to_owned());
    answer.headers.insert("X-ConcurrencyLimit-Running".to_owned(), running.to_string());
    answer
}

const LOCKED: &str = "The record is locked by another request. Try again later.";

fn kintone(status: u16, code: &str, message: &str) -> Answer {
    Answer {
        status,
        headers: BTreeMap::new(),
        body: AnswerBody::Json(json!({"code": code, "id": "SandboxFault00000000", "message": message})),
    }
}

fn stripe(status: u16, kind: &str, code: Option<&str>, message: &str) -> Answer {
    let mut error = json!({"type": kind, "message": message});
    if let Some(code) = code {
        error["code"] = json!(code);
    }
    let mut headers = BTreeMap::from([("Request-Id".to_owned(), "req_sandboxfault".to_owned())]);
    if status == 429 {
        headers.insert("Stripe-Rate-Limited-Reason".to_owned(), "global-rate".to_owned());
    }
    Answer { status, headers, body: AnswerBody::Json(json!({"error": error})) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_named_exists_and_can_be_sent() {
        for name in PRESETS {
            assert!(preset(name).unwrap().response().is_ok(), "{name}");
        }
        assert!(preset("no_such").is_none());
    }

    #[test]
    fn every_preset_is_documented() {
        let documented = include_str!("../../../docs/sandbox.md");
        for name in PRESETS {
            assert!(documented.contains(&format!("`{name}`")), "{name}");
        }
    }

    #[test]
    fn a_kintone_429_says_how_many_were_running() {
        let response = concurrency_exceeded(104).response().unwrap();
        assert_eq!(response.headers()["X-ConcurrencyLimit-Running"], "104");
        assert_eq!(response.headers()["X-ConcurrencyLimit-Limit"], "100");
    }
}
