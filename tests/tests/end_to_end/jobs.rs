//! Work over all objects, by the real `daicho` command against the real Worker.

use anyhow::{Context, Result, bail};
use daicho_harness::{Sandbox, programs};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::stage::{Stage, tenant_path};

impl Stage {
    /// Runs `daicho` for the tenant to its end. Answers its exit code and what it said.
    async fn daicho(&self, arguments: &[&str]) -> Result<(i32, String)> {
        let output = Command::new(programs()?.daicho)
            .args(arguments)
            .env("DAICHO_URL", self.worker.url())
            .env("DAICHO_ACCOUNT", Sandbox::ACCOUNT)
            .env("DAICHO_MODE", "test")
            .env("DAICHO_TOKEN", self.worker.admin_token())
            .output()
            .await?;
        let code = output.status.code().context("daicho was killed")?;
        let said = String::from_utf8(output.stdout)?;
        if code != 0 && said.is_empty() {
            bail!("daicho {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok((code, said))
    }

    /// Runs a job to its end. Answers its report.
    async fn job(&self, arguments: &[&str]) -> Result<Value> {
        let (code, said) = self.daicho(&[arguments, &["--json"]].concat()).await?;
        assert_eq!(code, 0, "{said}");
        Ok(serde_json::from_str(&said)?)
    }
}

#[tokio::test]
async fn a_dry_run_a_backfill_and_a_comparison_are_begun_and_followed_by_the_command() -> Result<()> {
    let stage = Stage::bare("jobs").await?;
    let mut ids = Vec::new();
    for name in ["佐藤", "鈴木", "高橋"] {
        ids.push(stage.create_customer(name).await?);
    }
    let app = stage.create_app("顧客管理").await?;
    stage.connect(Sandbox::ACCOUNT, app).await?;
    stage
        .until("the app's check", async |stage| {
            let state = stage.status(Sandbox::ACCOUNT).await?["targets"]["customers"]["state"].clone();
            Ok(if state == "active" { Ok(()) } else { Err(state.to_string()) })
        })
        .await?;

    let dry_run = stage.job(&["dry-run"]).await?;
    assert_eq!(dry_run["targets"]["customers"]["counts"], json!({"created": 3}));
    assert!(stage.records(app).await?.is_empty(), "nothing is written");

    let backfill = stage.job(&["backfill"]).await?;
    assert_eq!(backfill["targets"]["customers"]["created"], 3);
    stage.until_names(app, &["佐藤", "鈴木", "高橋"]).await?;

    // No webhook endpoint was ever made: nothing tells of these.
    let path = format!("/v1/customers/{}", ids[0]);
    stage.sandbox.stripe()?.form(&path, &[("name", "田中")]).await?;
    stage.create_customer("伊藤").await?;
    stage.sandbox.stripe()?.delete(&format!("/v1/customers/{}", ids[1])).await?;
    let told = stage.job(&["reconcile", "--report-only"]).await?;
    assert_eq!((&told["state"], &told["report_only"]), (&json!("done"), &json!(true)));
    assert_eq!(told["stripe"]["customer"]["counts"]["compared"], 3, "one is gone, one is new");
    stage.until_names(app, &["佐藤", "鈴木", "高橋"]).await?;

    let mended = stage.job(&["reconcile"]).await?;
    assert_eq!((&mended["state"], &mended["report_only"]), (&json!("done"), &json!(false)));
    // The record of a customer that is gone stays, as the mapping says.
    stage.until_names(app, &["田中", "鈴木", "高橋", "伊藤"]).await?;

    let (code, said) = stage.daicho(&["reconcile", "status"]).await?;
    assert!(code == 0 && said.starts_with("突き合わせ: 完了"), "{said}");
    let (_, status) = stage.daicho(&["status"]).await?;
    assert!(status.contains("突き合わせ: "), "{status}");
    let unknown = json!({"report": true}).to_string();
    let path = tenant_path(Sandbox::ACCOUNT, "reconcile");
    let refused = stage.worker.admin()?.send(Method::POST, &path, &[], unknown).await?;
    assert_eq!(refused.status, 422, "{}", refused.text);
    Ok(())
}
