//! Requests as they leave, and answers as they are taken.

use bytes::Bytes;
use daicho_core::connections::AppConnection;
use serde_json::{Value, json};

use super::request;
use super::{Access, AccessError, Failure};
use crate::secret::SecretError;
use crate::test_world::TestWorld;
use crate::test_world::setup::settings;

fn open(connection: &Value) -> Result<Access, AccessError> {
    let world = TestWorld::new();
    let settings = settings();
    for (name, value) in [("own", "token-a"), ("lookup", "token-b"), ("site", "user:pass")] {
        world.put_secret(&settings, name, value);
    }
    let connection: AppConnection = serde_json::from_value(connection.clone()).unwrap();
    Access::open(&world, &settings, &connection)
}

fn header(request: &http::Request<Bytes>, name: &str) -> Option<String> {
    request.headers().get(name).map(|value| value.to_str().unwrap().to_owned())
}

#[test]
fn tokens_are_joined_and_basic_authentication_goes_beside_them() {
    let connection = json!({"domain": "example.cybozu.com", "app": 12, "guest_space": 3,
        "token_refs": ["own", "lookup"], "basic_auth_ref": "site"});
    let request = request::get(&open(&connection).unwrap(), "app.json", &vec![("id", json!(12))]).unwrap();
    assert_eq!(request.uri(), "https://example.cybozu.com/k/guest/3/v1/app.json?id=12");
    assert_eq!(header(&request, "x-cybozu-api-token").as_deref(), Some("token-a,token-b"));
    assert_eq!(header(&request, "authorization").as_deref(), Some("Basic dXNlcjpwYXNz"));
    assert_eq!(header(&request, "content-type"), None);
}

#[test]
fn the_client_certificates_host_is_asked_and_the_app_is_the_same() {
    let connection = json!({"domain": "example.s.cybozu.com", "app": 12, "token_refs": ["own"]});
    let access = open(&connection).unwrap();
    let request = request::get(&access, "app.json", &vec![("id", json!(12))]).unwrap();
    assert_eq!(request.uri().host(), Some("example.s.cybozu.com"));
    assert_eq!(access.address().domain, "example.cybozu.com");
    assert_eq!(header(&request, "authorization"), None);
}

#[test]
fn a_lists_items_are_numbered_and_everything_is_percent_encoded() {
    let connection = json!({"domain": "example.cybozu.com", "app": 1, "token_refs": ["own"]});
    let access = open(&connection).unwrap();
    let parameters = request::records(&access, r#"顧客ID in ("a b&c")"#, &["$id", "顧客ID"]);
    let request = request::get(&access, "records.json", &parameters).unwrap();
    let query = request.uri().query().unwrap();
    assert!(query.contains("fields%5B1%5D=%E9%A1%A7%E5%AE%A2ID"), "{query}");
    assert!(query.contains("a%20b%26c"), "{query}");
}

#[test]
fn a_hundred_deletions_fit_into_an_address() {
    let connection = json!({"domain": "example.cybozu.com", "app": 1, "token_refs": ["own"]});
    let access = open(&connection).unwrap();
    let (id, revision) = (u64::MAX.to_string(), u64::MAX.to_string());
    let deletions = vec![super::Deletion { id: &id, revision: Some(&revision) }; 100];
    let parameters = request::deletions(&access, &deletions);
    let request = request::delete(&access, "records.json", &parameters).unwrap();
    assert!(request.uri().to_string().len() < 8_000);
    assert!(request.uri().query().unwrap().contains("revisions%5B99%5D=1844"));
    assert_eq!((header(&request, "content-type"), request.body().len()), (None, 0));
}

#[test]
fn a_secret_that_is_gone_is_named() {
    let connection = json!({"domain": "example.cybozu.com", "app": 1, "token_refs": ["other"]});
    let missing = SecretError::Missing { name: "other".to_owned() };
    assert_eq!(open(&connection).unwrap_err(), AccessError::Secret(missing));
}

#[test]
fn nothing_of_a_token_stands_in_debug() {
    let connection = json!({"domain": "example.cybozu.com", "app": 1, "token_refs": ["own"]});
    let shown = format!("{:?}", open(&connection).unwrap());
    assert!(!shown.contains("token-a"), "{shown}");
}

#[test]
fn only_answers_that_prove_it_say_that_nothing_was_written() {
    let failure = |status: u16, body: &str| {
        let body = Bytes::from(body.to_owned());
        Failure::of(&http::Response::builder().status(status).body(body).unwrap())
    };
    let is_unknown = |failure: Failure| matches!(failure, Failure::Unknown { .. });
    for (status, body) in
        [(500, ""), (502, "<html>"), (503, "<html>"), (504, ""), (520, "<html>"), (530, "x")]
    {
        assert!(is_unknown(failure(status, body)), "{status}");
    }
    for (status, body) in [
        (400, r#"{"code":"GAIA_DA02"}"#),
        (429, ""),
        (409, r#"{"code":"GAIA_CO02"}"#),
        (404, r#"{"code":"GAIA_RE01"}"#),
        (400, r#"{"code":"CB_VA01"}"#),
        (520, r#"{"code":"GAIA_IA02"}"#),
    ] {
        assert!(!is_unknown(failure(status, body)), "{status} {body}");
    }
}
