//! The Worker under `workerd serve`, killed again and again. `cargo xtask chaos` is the long form.

use anyhow::Result;
use daicho_demo::{ChaosOptions, Quiet};
use daicho_harness::workspace;

#[tokio::test]
async fn nothing_is_lost_however_often_the_worker_is_killed() -> Result<()> {
    let dir = workspace().fresh_dir("e2e/chaos")?;
    let options = ChaosOptions { dir, kills: 5, seed: 1, test_build: true };
    let report = daicho_demo::chaos(&options, &mut Quiet).await?;
    assert_eq!((report.kills, report.lost, report.mismatches, report.dead_letters), (5, 0, 0, 0));
    assert!(report.attempts > report.acknowledged, "no delivery met a dead Worker: {report:?}");
    Ok(())
}
