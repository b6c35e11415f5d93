//! The demo, run once, with the Worker killed in the middle of it.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Result, ensure};
use daicho_demo::{Demo, Options, Quiet, Report, Stage};
use daicho_harness::{Worker, workspace};
use daicho_tests::openapi::{Logged, Specification};
use serde_json::Value;
use tokio::sync::OnceCell;

/// What is left of the run, for the tests that look at it.
struct Run {
    report: Report,
    kills: usize,
    kintone_requests: Vec<Logged>,
    log: String,
}

static KILLS: AtomicUsize = AtomicUsize::new(0);
static RUN: OnceCell<Run> = OnceCell::const_new();

async fn run() -> &'static Run {
    RUN.get_or_init(async || perform().await.expect("the demo runs to its end")).await
}

async fn perform() -> Result<Run> {
    let dir = workspace().fresh_dir("e2e/demo")?;
    let mut options = Options::in_dir(dir);
    options.test_build = true;
    let mut demo = Demo::start(options, &mut Quiet).await?;
    let (report, verdict) = demo.run_once(&mut kill_in_the_middle, &mut Quiet).await?;
    verdict?;
    let admin = daicho_harness::Client::new(demo.page(), &[])?;
    let logged = admin.get("/_sandbox/requests?since=0&service=kintone").await?;
    let kintone_requests = logged["requests"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|request| serde_json::from_value(request.clone()))
        .collect::<Result<Vec<Logged>, _>>()?;
    ensure!(!kintone_requests.is_empty(), "the sandbox logged no kintone request");
    let log = std::fs::read_to_string(workspace().target().join("e2e/demo/worker.log"))?;
    Ok(Run { report, kills: KILLS.load(Ordering::Relaxed), kintone_requests, log })
}

/// While customers are made, while subscriptions are made, and during the trickle.
fn kill_in_the_middle(stage: Stage, worker: &mut Worker) -> Pin<Box<dyn Future<Output = Result<()>> + '_>> {
    let kill = matches!(stage, Stage::Customers(120) | Stage::Subscriptions(40) | Stage::Changes(30));
    Box::pin(async move {
        if kill {
            worker.kill_9().await?;
            worker.restart().await?;
            KILLS.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    })
}

#[tokio::test]
async fn killing_the_worker_in_the_middle_changes_nothing_in_the_result() {
    let run = run().await;
    assert_eq!(run.kills, 3, "the stages have other names");
    assert_eq!(run.report.mismatches, 0);
    assert!(run.report.customers >= 200 && run.report.subscriptions >= 80);
}

#[tokio::test]
async fn every_kintone_request_conforms_to_the_published_specification() {
    let specification = Specification::load();
    let problems: Vec<String> =
        run().await.kintone_requests.iter().flat_map(|request| specification.problems(request)).collect();
    assert!(problems.is_empty(), "{} problems, the first: {:?}", problems.len(), problems.first());
}

#[tokio::test]
async fn the_log_holds_json_lines_without_personal_data_or_secrets() {
    let Run { log, kintone_requests, .. } = run().await;
    let lines: Vec<Value> = log
        .lines()
        .filter_map(|line| line.find('{').and_then(|at| serde_json::from_str(&line[at..]).ok()))
        .filter(|line: &Value| line["event"].is_string() && line["level"].is_string())
        .collect();
    assert!(lines.len() > 10, "only {} structured lines", lines.len());
    for forbidden in ["@example", ".test\"", "demo-token", "whsec_", "rk_test", "Bearer", "株式会社"] {
        assert!(!log.contains(forbidden), "the log holds {forbidden:?}");
    }
    let mut written = BTreeSet::new();
    for request in kintone_requests {
        collect_personal(&request.body, &mut written);
    }
    assert!(written.len() > 200, "only {} values were written", written.len());
    let told: Vec<&String> = written.iter().filter(|value| log.contains(value.as_str())).collect();
    assert!(told.is_empty(), "the log holds {} written values", told.len());
}

/// Whatever text in a request is no identifier: names, addresses, numbers of telephones.
fn collect_personal(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if !text.is_ascii() || text.contains(['@', '+']) => {
            into.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| collect_personal(item, into)),
        Value::Object(properties) => properties.values().for_each(|value| collect_personal(value, into)),
        _ => {}
    }
}
