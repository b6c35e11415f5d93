//! kintone or Stripe does not answer, or answers with trouble: nothing is lost, nothing is doubled.

use anyhow::Result;
use serde_json::json;

use crate::stage::Stage;

#[tokio::test]
async fn records_arrive_once_through_every_kind_of_trouble() -> Result<()> {
    let stage = Stage::configured("trouble").await?;
    let app = 1;
    let mut names = Vec::new();
    let troubles = [
        json!("kintone_503_html"),
        json!("kintone_429"),
        json!("gaia_da02"),
        json!("reset_before"),
        json!("reset_after"),
    ];
    for (number, trouble) in troubles.into_iter().enumerate() {
        stage.fault(json!({"service": "kintone", "method": "PUT", "times": 1, "action": trouble})).await?;
        let name = format!("試練 {number}");
        stage.create_customer(&name).await?;
        names.push(name);
        let wanted: Vec<&str> = names.iter().map(String::as_str).collect();
        stage.until_names(app, &wanted).await?;
    }
    Ok(())
}

#[tokio::test]
async fn an_outage_shows_in_the_status_until_it_is_over() -> Result<()> {
    let stage = Stage::configured("outage").await?;
    stage.create_customer("先").await?;
    stage.until_names(1, &["先"]).await?;
    stage.fault(json!({"service": "kintone", "times": 3, "action": "kintone_503_html"})).await?;
    stage.create_customer("後").await?;
    stage
        .until("the trouble in the status", async |stage| {
            let status = stage.status(daicho_harness::Sandbox::ACCOUNT).await?;
            let target = &status["targets"]["customers"];
            let seen = target["attempts"] != 0 || !target["last_error"].is_null();
            Ok(if seen { Ok(()) } else { Err(target.to_string()) })
        })
        .await?;
    stage.until_names(1, &["先", "後"]).await
}
