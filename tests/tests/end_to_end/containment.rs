//! A panic stays where it happened, and a kill loses nothing.

use anyhow::Result;
use daicho_harness::Sandbox;
use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{OTHER_ACCOUNT, Stage, customer_event};

#[tokio::test]
async fn a_tenant_that_panics_leaves_the_other_tenant_working() -> Result<()> {
    let stage = Stage::configured("panic").await?;
    let admin = stage.sandbox.admin()?;
    admin.json(Method::POST, "/_sandbox/stripe/accounts", &json!({"id": OTHER_ACCOUNT})).await?;
    let other = stage.create_app("別会社の顧客").await?;
    stage.connect(OTHER_ACCOUNT, other).await?;

    let poison = customer_event(1, None, &json!({"daicho_provoke_panic": "event"}));
    stage.deliver(&poison).await?;
    stage.deliver(&customer_event(2, None, &json!({}))).await?;
    stage.deliver(&customer_event(3, Some(OTHER_ACCOUNT), &json!({}))).await?;

    stage.until_names(other, &["顧客 3"]).await?;
    stage.until_names(1, &["顧客 2"]).await?;
    let status = stage
        .until("the dead letter", async |stage| {
            let status = stage.status(Sandbox::ACCOUNT).await?;
            Ok(if status["inbox"]["dead"] == 1 { Ok(status) } else { Err(status["inbox"].to_string()) })
        })
        .await?;
    assert_eq!(status["inbox"]["waiting"], 0);
    let panics = stage.worker.output().matches("provoked by the metadata").count();
    assert!(panics >= 1, "the event never panicked: the test shows nothing");
    Ok(())
}

#[tokio::test]
async fn a_record_whose_making_panics_is_a_dead_letter_and_the_rest_is_written() -> Result<()> {
    let stage = Stage::configured("panic_record").await?;
    stage.deliver(&customer_event(1, None, &json!({"daicho_provoke_panic": "record"}))).await?;
    stage.deliver(&customer_event(2, None, &json!({}))).await?;
    stage.until_names(1, &["顧客 2"]).await?;
    stage
        .until("the dead letter", async |stage| {
            let status = stage.status(Sandbox::ACCOUNT).await?;
            Ok(if status["failed"] == 1 { Ok(()) } else { Err(status["failed"].to_string()) })
        })
        .await?;
    stage.deliver(&customer_event(3, None, &json!({}))).await?;
    stage.until_names(1, &["顧客 2", "顧客 3"]).await?;
    let panics = stage.worker.output().matches("provoked by the metadata").count();
    assert!(panics >= 4, "the first panic is nobody's, and three are its own: {panics}");
    Ok(())
}

#[tokio::test]
async fn the_objects_database_keeps_the_sql_contract() -> Result<()> {
    let stage = Stage::bare("sql_contract").await?;
    keeps(&stage, "contract").await
}

#[tokio::test]
async fn the_runtimes_time_zones_keep_the_contract() -> Result<()> {
    let stage = Stage::bare("zone_contract").await?;
    keeps(&stage, "zones").await
}

async fn keeps(stage: &Stage, suite: &str) -> Result<()> {
    let answer = stage.worker.client()?.get(&format!("/dev/tenants/acct_contract/test/{suite}")).await?;
    let checks = answer.as_array().expect("a list of checks");
    assert!(checks.len() >= 10, "the suite is too short: {answer}");
    assert!(
        checks.iter().all(|check| check["name"].is_string() && check.get("failure").is_some()),
        "{answer}"
    );
    let failed: Vec<&Value> = checks.iter().filter(|check| !check["failure"].is_null()).collect();
    assert!(failed.is_empty(), "{failed:?}");
    Ok(())
}

#[tokio::test]
async fn what_was_acknowledged_before_a_kill_arrives_after_it() -> Result<()> {
    let mut stage = Stage::bare("kill").await?;
    let app = stage.create_app("顧客管理").await?;
    for number in 1..=5 {
        assert_eq!(stage.post_signed(&customer_event(number, None, &json!({}))).await?.status, 200);
    }
    stage.worker.kill_9().await?;
    stage.worker.restart().await?;
    stage.connect(Sandbox::ACCOUNT, app).await?;
    stage.until_names(app, &["顧客 1", "顧客 2", "顧客 3", "顧客 4", "顧客 5"]).await
}
