//! The page and its stream.

use serde_json::{Value, json};

use super::{Sandbox, soon};

#[tokio::test]
async fn the_page_allows_nothing_but_its_own_files() {
    let sandbox = Sandbox::start().await;
    let page = sandbox.client.get(sandbox.url("/")).send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    let html = page.text().await.unwrap();
    assert!(html.contains("模擬環境") && html.contains("imulated"));
    assert!(!html.contains("<style") && !html.contains(" style=") && !html.contains(" onclick="));
    for script in html.split("<script").skip(1) {
        assert!(script.contains("src=\"/page/") && script.contains("></script>"), "{script}");
    }
}

#[tokio::test]
async fn every_file_that_the_page_names_is_there() {
    let sandbox = Sandbox::start().await;
    let mut named = vec!["main.js".to_owned(), "page.css".to_owned(), "icon.svg".to_owned()];
    let mut seen = 0;
    while let Some(name) = named.get(seen).cloned() {
        seen += 1;
        let file = sandbox.client.get(sandbox.url(&format!("/page/{name}"))).send().await.unwrap();
        assert_eq!(file.status(), 200, "{name}");
        let text = file.text().await.unwrap();
        for import in text.split("from \"./").skip(1) {
            let import = import.split('"').next().unwrap().to_owned();
            if !named.contains(&import) {
                named.push(import);
            }
        }
    }
    assert_eq!(named.len(), 7);
}

#[tokio::test]
async fn the_stream_starts_afresh_and_then_tells_what_changes() {
    let sandbox = Sandbox::start().await;
    sandbox.create_customer().await.unwrap();
    let mut stream = sandbox.client.get(sandbox.url("/_sandbox/stream")).send().await.unwrap();
    let first = message(&mut stream).await;
    assert_eq!(first["fresh"], true);
    assert_eq!(first["stripe"][0]["kind"], "customer");
    sandbox.create_customer().await.unwrap();
    let second = message(&mut stream).await;
    assert_eq!(second["fresh"], false);
    assert_eq!(second["stripe"].as_array().unwrap().len(), 1);
    assert_eq!(second["counters"]["kinds"], json!({"customer": 2}));
}

#[tokio::test]
async fn the_stream_names_the_apps_and_matches_records_with_objects() {
    let sandbox = Sandbox::start().await;
    let mut stream = sandbox.client.get(sandbox.url("/_sandbox/stream")).send().await.unwrap();
    message(&mut stream).await;
    let id: Value = sandbox.create_customer().await.unwrap().json().await.unwrap();
    let app = json!({"name": "顧客管理", "properties": {
        "stripe_id": {"type": "SINGLE_LINE_TEXT", "code": "stripe_id", "label": "Stripe顧客ID"},
    }});
    sandbox.post_json("/_sandbox/kintone/apps", &app).await;
    let record = json!({"record": {"stripe_id": {"value": id["id"]}}});
    sandbox.post_json("/_sandbox/kintone/apps/1/records", &record).await;
    let told = loop {
        let told = message(&mut stream).await;
        if told["kintone"] != json!([]) {
            break told;
        }
    };
    assert_eq!(told["kintone"][0]["object"], id["id"]);
    assert!(told["kintone"][0]["lag_ms"].as_i64().unwrap() >= 0);
    assert_eq!(told["apps"]["1"]["name"], "顧客管理");
}

/// The next message of the stream.
async fn message(stream: &mut reqwest::Response) -> Value {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\n\n") {
        bytes.extend_from_slice(&soon(stream.chunk()).await.unwrap().unwrap());
    }
    let text = String::from_utf8(bytes).unwrap();
    serde_json::from_str(text.trim().strip_prefix("data:").unwrap()).unwrap()
}
