//! What the webhook route takes, and what it refuses.

use anyhow::Result;
use daicho_harness::Sandbox;
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use crate::stage::{Stage, WEBHOOK_SECRET, customer_event, now, signature};

fn refusals(stage: &Stage) -> usize {
    stage.worker.output().matches("webhook_refused").count()
}

#[tokio::test]
async fn bad_input_is_refused_with_a_reason_and_one_log_line_and_nothing_is_stored() -> Result<()> {
    let stage = Stage::bare("bad_input").await?;
    let event = customer_event(1, None, &json!({}));
    let sign = |time, secret| Some(signature(&event, time, secret));
    let unsigned_words = "this is no JSON";
    let no_event = json!({"id": "cus_1", "object": "customer"}).to_string();
    let cases = [
        (event.as_str(), None, "missing_signature"),
        (&event, Some("hello".to_owned()), "malformed_signature"),
        (&event, sign(now(), "whsec_wrong"), "signature_mismatch"),
        (&event, sign(now() - 301, WEBHOOK_SECRET), "timestamp_too_old"),
        (&event, sign(now() + 320, WEBHOOK_SECRET), "timestamp_in_future"),
        (unsigned_words, Some(signature(unsigned_words, now(), WEBHOOK_SECRET)), "not_json"),
        (&no_event, Some(signature(&no_event, now(), WEBHOOK_SECRET)), "not_an_event"),
    ];
    for (earlier, (body, header, reason)) in cases.into_iter().enumerate() {
        let answer = stage.post(body, header.as_deref()).await?;
        assert_eq!((answer.status, answer.json()["error"]["reason"].as_str()), (400, Some(reason)));
        assert!(answer.json()["error"]["message"].is_string(), "{reason} says nothing to people");
        stage
            .until("the log line", async |stage| {
                let seen = refusals(stage);
                Ok(if seen == earlier + 1 { Ok(()) } else { Err(format!("{seen} lines")) })
            })
            .await?;
    }
    let status = stage.status(Sandbox::ACCOUNT).await?;
    assert_eq!(status["inbox"]["waiting"], 0);
    assert!(status["last_event"].is_null());
    Ok(())
}

/// Begins a delivery in chunks and leaves it unfinished. Answers the first line of what comes back.
async fn begun(stage: &Stage, chunks: &str) -> Result<String> {
    let mut connection = TcpStream::connect(("127.0.0.1", stage.worker.port())).await?;
    let head = "POST /webhooks/stripe HTTP/1.1\r\nHost: worker\r\nTransfer-Encoding: chunked\r\n\r\n";
    connection.write_all(head.as_bytes()).await?;
    // The Worker may hang up before it was given all.
    let _ = connection.write_all(chunks.as_bytes()).await;
    let mut line = String::new();
    BufReader::new(connection).read_line(&mut line).await?;
    Ok(line.trim_end().to_owned())
}

#[tokio::test]
async fn a_body_over_one_mebibyte_is_refused_before_it_is_read_whole() -> Result<()> {
    let stage = Stage::bare("too_large").await?;
    let body = format!("{{\"padding\":\"{}\"}}", "x".repeat(1 << 20));
    assert_eq!(stage.post_signed(&body).await?.status, 413);
    let chunk = format!("{:x}\r\n{}\r\n", 1 << 16, "x".repeat(1 << 16));
    let answer = begun(&stage, &chunk.repeat(17)).await?;
    assert!(answer.contains("413"), "without an announced length, once it is too long: {answer}");
    Ok(())
}

#[tokio::test]
async fn with_a_blank_secret_every_route_but_healthz_answers_500_and_names_it() -> Result<()> {
    let stage = Stage::with("blank_secret", |options| options.var("STRIPE_WEBHOOK_SECRETS", " ")).await?;
    let client = stage.worker.client()?;
    for path in ["/webhooks/stripe", "/admin/tenants/acct_1/test/status", "/nowhere"] {
        let answer = client.send(Method::GET, path, &[], "").await?;
        assert_eq!(answer.status, 500, "{path}");
        assert!(answer.text.contains("STRIPE_WEBHOOK_SECRETS"), "{path}: {}", answer.text);
    }
    assert_eq!(client.send(Method::GET, "/healthz", &[], "").await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_view_can_read_why_a_worker_that_is_not_set_up_does_not_answer() -> Result<()> {
    let stage = Stage::with("blank_for_views", |options| options.var("SEALING_KEYS", " ")).await?;
    let client = stage.worker.client()?;
    let headers = [("origin", "null"), ("access-control-request-method", "POST")];
    let preflight = client.send(Method::OPTIONS, "/api/home", &headers, "").await?;
    assert_eq!((preflight.status, preflight.header("access-control-allow-origin")), (204, Some("*")));
    let answer = client.send(Method::POST, "/api/home", &[("origin", "null")], "{}").await?;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (500, Some("*")));
    let elsewhere = client.send(Method::POST, "/webhooks/stripe", &[("origin", "null")], "{}").await?;
    assert_eq!((elsewhere.status, elsewhere.header("access-control-allow-origin")), (500, None));
    Ok(())
}

#[tokio::test]
async fn a_test_endpoints_secret_signs_no_live_event() -> Result<()> {
    let secrets = json!({"live": ["whsec_of_live"], "test": [WEBHOOK_SECRET]}).to_string();
    let stage =
        Stage::with("secret_of_mode", |options| options.var("STRIPE_WEBHOOK_SECRETS", &secrets)).await?;
    let test = customer_event(1, None, &json!({}));
    let live = test.replace("\"livemode\":false", "\"livemode\":true");
    assert_ne!(test, live);
    for (event, secret, status) in [
        (&test, WEBHOOK_SECRET, 200),
        (&live, WEBHOOK_SECRET, 400),
        (&live, "whsec_of_live", 200),
        // Stripe sends test events to an app's live endpoint too.
        (&test, "whsec_of_live", 200),
    ] {
        let answer = stage.post(event, Some(&signature(event, now(), secret))).await?;
        assert_eq!(answer.status, status, "{secret}: {}", answer.text);
        if status == 400 {
            assert_eq!(answer.json()["error"]["reason"], "live_event_of_a_test_endpoint");
        }
    }
    Ok(())
}

#[tokio::test]
async fn events_before_the_configuration_are_kept_and_worked_off_once_it_is_there() -> Result<()> {
    let stage = Stage::bare("unconfigured").await?;
    for number in 1..=3 {
        assert_eq!(stage.post_signed(&customer_event(number, None, &json!({}))).await?.status, 200);
    }
    assert_eq!(
        stage.post_signed(&customer_event(3, None, &json!({}))).await?.status,
        200,
        "the same event again"
    );
    assert_eq!(stage.status(Sandbox::ACCOUNT).await?["inbox"]["waiting"], 3);
    let app = stage.create_app("顧客管理").await?;
    stage.connect(Sandbox::ACCOUNT, app).await?;
    stage.until_names(app, &["顧客 1", "顧客 2", "顧客 3"]).await
}

#[tokio::test]
async fn an_event_type_that_nothing_uses_is_stored_and_counted_as_ignored() -> Result<()> {
    let stage = Stage::configured("ignored").await?;
    let event = customer_event(1, None, &json!({}))
        .replace("customer.created", "charge.succeeded")
        .replace(r#""object":"customer""#, r#""object":"charge""#);
    assert_eq!(stage.post_signed(&event).await?.status, 200);
    stage
        .until("the event's being ignored", async |stage| {
            let status = stage.status(Sandbox::ACCOUNT).await?;
            Ok(if status["inbox"]["ignored"] == 1 { Ok(()) } else { Err(status["inbox"].to_string()) })
        })
        .await
}

#[tokio::test]
async fn a_thin_event_is_settled_by_reading_the_object() -> Result<()> {
    let stage = Stage::bare("thin").await?;
    let app = stage.create_app("顧客管理").await?;
    stage.connect(Sandbox::ACCOUNT, app).await?;
    let customer = stage.create_customer("薄い 太郎").await?;
    let event = json!({
        "id": "evt_thin1", "object": "v2.core.event", "type": "v1.customer.created", "livemode": false,
        "created": "2026-11-22T00:00:00.000Z",
        "related_object": {"id": customer, "type": "customer", "url": format!("/v1/customers/{customer}")},
    });
    assert_eq!(stage.post_signed(&event.to_string()).await?.status, 200);
    stage.until_names(app, &["薄い 太郎"]).await
}
