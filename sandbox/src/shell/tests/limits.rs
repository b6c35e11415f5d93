//! The log and the limits.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{Sandbox, soon};

#[tokio::test]
async fn no_secret_of_a_request_is_in_the_log() {
    let sandbox = Sandbox::start().await;
    sandbox.create_customer().await.unwrap();
    let request = sandbox.client.get(sandbox.url("/k/v1/records.json?app=1"));
    request.header("X-Cybozu-API-Token", "madeuptoken").send().await.unwrap();
    let log = sandbox.get_json("/_sandbox/requests").await;
    assert_eq!(log["next"], 2);
    assert_eq!(log["requests"][0]["body"], "email=aoi%40example.com");
    let text = log.to_string();
    assert!(!text.contains("sk_test_sandbox") && !text.contains("madeuptoken"), "{text}");
}

#[tokio::test]
async fn kintone_says_with_every_answer_how_many_requests_are_running() {
    let sandbox = Sandbox::start().await;
    let answer = sandbox.client.get(sandbox.url("/k/v1/records.json?app=1")).send().await.unwrap();
    assert_eq!(answer.headers()["x-concurrencylimit-limit"], "100");
    assert_eq!(answer.headers()["x-concurrencylimit-running"], "1");
}

#[tokio::test]
async fn the_hundred_and_first_concurrent_request_to_kintone_is_refused() {
    let sandbox = Sandbox::start().await;
    let others: Vec<_> = (0..100).map(|_| sandbox.server.shared.kintone_running.enter()).collect();
    let answer = sandbox.client.get(sandbox.url("/k/v1/records.json?app=1")).send().await.unwrap();
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()["x-concurrencylimit-running"], "101");
    drop(others);
    let answer = sandbox.client.get(sandbox.url("/k/v1/records.json?app=1")).send().await.unwrap();
    assert_ne!(answer.status(), 429);
}

#[tokio::test]
async fn a_body_that_says_it_is_absurdly_large_is_refused_before_it_is_sent() {
    let sandbox = Sandbox::start().await;
    let address = sandbox.server.url().replace("http://", "");
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = "POST /v1/customers HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    soon(stream.read_exact(&mut answer)).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
}

#[tokio::test]
async fn a_reset_leaves_nothing_behind() {
    let sandbox = Sandbox::start().await;
    sandbox.create_customer().await.unwrap();
    let app = json!({"name": "顧客管理", "properties": {}});
    let made = sandbox.post_json("/_sandbox/kintone/apps", &app).await;
    assert_eq!(made.json::<serde_json::Value>().await.unwrap(), json!({"app": "1"}));
    sandbox.post_json("/_sandbox/reset", &json!({})).await;
    let state = sandbox.get_json("/_sandbox/state").await;
    assert_eq!(state["kintone"]["apps"], json!({}));
    assert_eq!(state["counters"]["exists"]["objects"], 0);
    let history = sandbox.get_json("/_sandbox/history?since=0").await;
    assert_eq!(history["next"], "0.0");
}

#[tokio::test]
async fn history_tells_only_what_is_new() {
    let sandbox = Sandbox::start().await;
    sandbox.create_customer().await.unwrap();
    let first = sandbox.get_json("/_sandbox/history").await;
    assert_eq!(first["stripe"].as_array().unwrap().len(), 1);
    let next = first["next"].as_str().unwrap();
    let second = sandbox.get_json(&format!("/_sandbox/history?since={next}")).await;
    assert_eq!((&second["stripe"], &second["next"]), (&json!([]), &first["next"]));
}

#[tokio::test]
async fn an_unknown_admin_address_says_where_the_known_ones_are_listed() {
    let sandbox = Sandbox::start().await;
    let answer = sandbox.client.get(sandbox.url("/_sandbox/nothing")).send().await.unwrap();
    assert_eq!(answer.status(), 404);
    assert!(answer.text().await.unwrap().contains("docs/sandbox.md"));
}
