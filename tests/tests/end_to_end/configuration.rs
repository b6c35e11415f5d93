//! The admin routes: who may call, what is taken, what is refused and why.

use anyhow::Result;
use daicho_harness::{Client, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{OTHER_ACCOUNT, Stage, connections, mapping, tenant_path, token_of};

#[tokio::test]
async fn without_a_known_token_nothing_is_told_and_nothing_taken() -> Result<()> {
    let stage = Stage::bare("tokens").await?;
    let wrong = Client::new(&stage.worker.url(), &[("authorization", "Bearer wrong")])?;
    for client in [stage.worker.client()?, wrong] {
        let answer = client.send(Method::GET, &tenant_path(Sandbox::ACCOUNT, "status"), &[], "").await?;
        assert_eq!(answer.status, 401);
        assert!(answer.header("www-authenticate").is_some());
    }
    Ok(())
}

#[tokio::test]
async fn a_document_is_replaced_only_by_someone_who_has_seen_it() -> Result<()> {
    let stage = Stage::configured("preconditions").await?;
    let path = tenant_path(Sandbox::ACCOUNT, "mapping");
    let admin = stage.worker.admin()?;
    let put = async |headers: &[(&str, &str)]| -> Result<u16> {
        Ok(admin.send(Method::PUT, &path, headers, mapping().to_string()).await?.status)
    };
    assert_eq!(put(&[]).await?, 428);
    assert_eq!(put(&[("if-none-match", "*")]).await?, 412);
    assert_eq!(put(&[("if-match", "\"stale\"")]).await?, 412);
    let held = admin.send(Method::GET, &path, &[], "").await?;
    let etag = held.header("etag").expect("an ETag").to_owned();
    assert_eq!(held.json(), mapping());
    assert_eq!(put(&[("if-match", &etag)]).await?, 200);
    Ok(())
}

#[tokio::test]
async fn a_mapping_that_cannot_work_is_refused_with_the_place_and_the_old_one_stays() -> Result<()> {
    let stage = Stage::configured("refused_mappings").await?;
    let path = tenant_path(Sandbox::ACCOUNT, "mapping");
    let admin = stage.worker.admin()?;
    let etag = admin.send(Method::GET, &path, &[], "").await?.header("etag").unwrap_or_default().to_owned();
    let broken = |pointer: &str, value: Value| {
        let mut mapping = mapping();
        *mapping.pointer_mut(pointer).expect("the place is there") = value;
        mapping.to_string()
    };
    let cases = [
        ("{".to_owned(), "path"),
        (broken("/version", json!(2)), "path"),
        (broken("/targets/customers/key", json!({"field": "stripe_id", "typo": 1})), "path"),
        (broken("/targets/customers/fields/0/field", json!("no_such_field")), "issues"),
        (broken("/targets/customers/key/field", json!("name")), "issues"),
        (broken("/targets/customers/app", json!("知らないアプリ")), "issues"),
    ];
    for (body, part) in cases {
        let answer = admin.send(Method::PUT, &path, &[("if-match", &etag)], body.clone()).await?;
        assert_eq!(answer.status, 422, "{body}: {}", answer.text);
        assert!(!answer.json()["error"][part].is_null(), "{body}: {}", answer.text);
    }
    assert_eq!(admin.get(&path).await?, mapping());
    Ok(())
}

#[tokio::test]
async fn a_host_that_is_not_kintones_is_refused() -> Result<()> {
    let stage = Stage::bare("hosts").await?;
    for host in ["example.com", "cybozu.com.example.com", "169.254.169.254", "localhost", "a@b.cybozu.com"] {
        let answer = stage.put_first(Sandbox::ACCOUNT, "connections", &connections(host, 1)).await?;
        assert_eq!(answer.status, 422, "{host}: {}", answer.text);
    }
    Ok(())
}

#[tokio::test]
async fn an_app_that_another_tenant_writes_to_is_refused() -> Result<()> {
    let stage = Stage::configured("claims").await?;
    stage.put_secret(OTHER_ACCOUNT, "stripe_key", "sk_test_sandbox").await?;
    stage.put_secret(OTHER_ACCOUNT, "kintone", &token_of(1)).await?;
    let documents = [("connections", connections(stage.sandbox.host(), 1)), ("mapping", mapping())];
    let mut statuses = Vec::new();
    for (name, document) in documents {
        statuses.push(stage.put_first(OTHER_ACCOUNT, name, &document).await?.status);
    }
    assert!(statuses.contains(&409), "{statuses:?}");
    Ok(())
}

#[tokio::test]
async fn an_app_that_has_records_is_held_until_its_name_is_typed() -> Result<()> {
    let stage = Stage::bare("held").await?;
    let app = stage.create_app("大切な顧客").await?;
    let record = json!({"record": {"stripe_id": {"value": "手入力"}, "name": {"value": "既存"}}});
    let path = format!("/_sandbox/kintone/apps/{app}/records");
    stage.sandbox.admin()?.json(Method::POST, &path, &record).await?;
    stage.connect(Sandbox::ACCOUNT, app).await?;
    stage.create_endpoint().await?;
    stage.create_customer("新規").await?;
    let target = stage
        .until("the hold", async |stage| {
            let status = stage.status(Sandbox::ACCOUNT).await?;
            let target = status["targets"]["customers"].clone();
            let settled = target["state"] == "held" && target["dirty"] == 1;
            Ok(if settled { Ok(target) } else { Err(status.to_string()) })
        })
        .await?;
    assert_eq!(target["found"], 1);
    assert_eq!(stage.records(app).await?.len(), 1, "something was written although the target is held");

    let waive = tenant_path(Sandbox::ACCOUNT, "targets/customers/waive");
    let typed = async |name: &str| -> Result<u16> {
        let body = json!({"app_name": name}).to_string();
        Ok(stage.worker.admin()?.send(Method::POST, &waive, &[], body).await?.status)
    };
    assert!((400..500).contains(&typed("大切な願客").await?), "a wrong name was taken");
    assert!((200..300).contains(&typed("大切な顧客").await?));
    stage.until_names(app, &["既存", "新規"]).await
}
