//! The signed calls of the Stripe App's views, against the real Worker: what is answered, and what is
//! refused.

use anyhow::Result;
use daicho_harness::{Answer, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::stage::{OTHER_ACCOUNT, Stage, now, signature};

const SECRET: &str = "absec_end_to_end";

/// What a view would send. Each part can be changed before it is signed, or after.
struct Call {
    operation: &'static str,
    signed: String,
    request: String,
    time: i64,
    secret: &'static str,
}

impl Call {
    fn new(operation: &'static str, nonce: u32, account: &str, roles: &str, request: &Value) -> Self {
        let request = request.to_string();
        let hash = hex::encode(Sha256::digest(request.as_bytes()));
        let signed = format!(
            r#"{{"op":"{operation}","nonce":"nonce-of-a-test-{nonce:04}","mode":"test","body_sha256":"{hash}"{roles},"user_id":"usr_1","account_id":"{account}"}}"#
        );
        Self { operation, signed, request, time: now(), secret: SECRET }
    }

    async fn send(&self, stage: &Stage) -> Result<Answer> {
        let header = signature(&self.signed, self.time, self.secret);
        self.send_with(stage, &header, json!({"signed": self.signed, "request": self.request})).await
    }

    async fn send_with(&self, stage: &Stage, header: &str, body: Value) -> Result<Answer> {
        let path = format!("/api/{}", self.operation);
        let headers =
            [("content-type", "application/json"), ("stripe-signature", header), ("origin", "null")];
        stage.worker.client()?.send(Method::POST, &path, &headers, body.to_string()).await
    }
}

const ADMIN: &str = r#","stripe_roles":[{"id":"admin","name":"Administrator","type":"builtIn"}]"#;
const ANALYST: &str = r#","stripe_roles":[{"id":"analyst","name":"Analyst","type":"builtIn"}]"#;

async fn stage(name: &str) -> Result<Stage> {
    Stage::with(name, |options| options.var("APP_SECRETS", &format!("absec_before,{SECRET}"))).await
}

fn reason(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["error"]["reason"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_view_sees_a_customer_arrive_and_a_page_of_no_origin_may_ask() -> Result<()> {
    let stage = stage("api_customer").await?;
    let app = stage.create_app("顧客管理").await?;
    stage.connect(Sandbox::ACCOUNT, app).await?;
    stage.create_endpoint().await?;
    let customer = stage.create_customer("山田花子").await?;
    stage.until_names(app, &["山田花子"]).await?;
    let request = json!({"kind": "customer", "id": customer});
    let mut nonce = 0;
    let shown = stage
        .until("the view's good news", async |stage| {
            nonce += 1;
            let answer = Call::new("object", nonce, Sandbox::ACCOUNT, "", &request).send(stage).await?;
            assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
            let shown = answer.json();
            Ok(if shown["standing"] == "in_sync" { Ok(shown) } else { Err(shown.to_string()) })
        })
        .await?;
    assert_eq!(shown["records"][0]["fields"][0]["kintone"], "山田花子");

    let headers = [("origin", "null"), ("access-control-request-method", "POST")];
    let preflight = stage.worker.client()?.send(Method::OPTIONS, "/api/object", &headers, "").await?;
    assert_eq!(preflight.status, 204);
    assert!(
        preflight.header("access-control-allow-headers").is_some_and(|all| all.contains("stripe-signature"))
    );
    let elsewhere = stage.worker.client()?.send(Method::GET, "/healthz", &headers, "").await?;
    assert_eq!(elsewhere.header("access-control-allow-origin"), None);
    Ok(())
}

#[tokio::test]
async fn what_is_not_proved_is_refused() -> Result<()> {
    let stage = stage("api_refused").await?;
    let app = stage.create_app("顧客管理").await?;
    stage.connect(Sandbox::ACCOUNT, app).await?;
    let home = |nonce| Call::new("home", nonce, Sandbox::ACCOUNT, "", &json!({}));
    let waive = |nonce, roles| {
        let request = json!({"target": "customers", "app_name": "顧客管理"});
        Call::new("waive", nonce, Sandbox::ACCOUNT, roles, &request)
    };

    let unsigned = Call { secret: "absec_other", ..home(1) };
    assert_eq!(reason(&unsigned.send(&stage).await?), (401, "signature_mismatch".to_owned()));
    let expired = Call { time: now() - 301, ..home(2) };
    assert_eq!(reason(&expired.send(&stage).await?), (401, "timestamp_too_old".to_owned()));
    let mut changed = home(3);
    changed.request = r#"{"other":1}"#.to_owned();
    assert_eq!(reason(&changed.send(&stage).await?), (401, "other_request".to_owned()));
    let other = Call { operation: "failures", ..home(4) };
    assert_eq!(reason(&other.send(&stage).await?), (401, "other_operation".to_owned()));

    assert_eq!(reason(&waive(5, "").send(&stage).await?), (403, "role_needed".to_owned()));
    assert_eq!(reason(&waive(6, ANALYST).send(&stage).await?), (403, "role_needed".to_owned()));
    let plain = waive(7, "");
    let header = signature(&plain.signed, plain.time, SECRET);
    let forged = json!({"signed": plain.signed, "request": plain.request, "stripe_roles": [{"id": "admin"}]});
    let answer = plain.send_with(&stage, &header, forged).await?;
    assert_eq!(reason(&answer), (400, "malformed_call".to_owned()));
    let not_signed = Call { signed: waive(8, ADMIN).signed, ..waive(8, "") };
    let header = signature(&waive(8, "").signed, now(), SECRET);
    let body = json!({"signed": not_signed.signed, "request": not_signed.request});
    let answer = not_signed.send_with(&stage, &header, body).await?;
    assert_eq!(reason(&answer), (401, "signature_mismatch".to_owned()));
    Ok(())
}

#[tokio::test]
async fn a_change_is_taken_once_and_another_accounts_customer_is_not_seen() -> Result<()> {
    let stage = stage("api_once").await?;
    let app = stage.create_app("顧客管理").await?;
    stage.connect(Sandbox::ACCOUNT, app).await?;
    stage.create_endpoint().await?;
    let customer = stage.create_customer("山田花子").await?;
    stage.until_names(app, &["山田花子"]).await?;

    let request = json!({"object": {"kind": "customer", "id": customer}});
    let sync = Call::new("sync", 1, Sandbox::ACCOUNT, ADMIN, &request);
    assert_eq!(sync.send(&stage).await?.status, 200);
    assert_eq!(reason(&sync.send(&stage).await?), (409, "nonce_used".to_owned()));

    let request = json!({"kind": "customer", "id": customer});
    let other = Call::new("object", 2, OTHER_ACCOUNT, "", &request).send(&stage).await?;
    assert_eq!(reason(&other), (409, "not_configured".to_owned()));
    assert!(!other.text.contains("山田"), "{}", other.text);
    Ok(())
}

#[tokio::test]
async fn the_logic_is_served_to_a_page_of_no_origin_and_named_by_what_it_holds() -> Result<()> {
    let stage = stage("api_wasm").await?;
    let logic = daicho_harness::workspace().root().join("build/ui-logic/logic.js");
    let code = std::fs::read_to_string(logic)?;
    let hash =
        code.split("wasmSha256 = \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    let path = format!("/api/ui/{hash}.wasm");
    let served = stage.worker.client()?.send(Method::GET, &path, &[("origin", "null")], "").await?;
    assert_eq!(served.status, 200);
    assert_eq!(served.header("content-type"), Some("application/wasm"));
    assert_eq!(served.header("access-control-allow-origin"), Some("*"));
    assert!(served.header("cache-control").is_some_and(|kept| kept.contains("immutable")));
    let missing = format!("/api/ui/{}.wasm", "0".repeat(64));
    assert_ne!(stage.worker.client()?.send(Method::GET, &missing, &[], "").await?.status, 200);
    Ok(())
}
