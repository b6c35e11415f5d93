//! The shop goes on while the Worker is killed again and again at random moments, with faults from both
//! services; in the end everything must be equal and nothing lost.
//!
//! Stripe's side is the sandbox: an event that was not answered with 2xx it sends again, one that was it
//! never does. So each event that it has must stand in the Worker's inbox in the end, and a record must
//! show each object's last state.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use daicho_harness::{Runtime, Sandbox, Storage, Worker};
use fastrand::Rng;
use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};

use crate::command::Command;
use crate::judge::Verdict;
use crate::scenario::Scenario;
use crate::{Demo, Options, Progress};

/// Customers and subscriptions before the first kill.
const CUSTOMERS: usize = 60;
const SUBSCRIPTIONS: usize = 30;
/// How long the Worker lives between two kills, in milliseconds from its first answer.
const LIFE: std::ops::Range<u64> = 50..1_500;
/// Between two of the shop's changes, in milliseconds.
const GAP: std::ops::Range<u64> = 0..40;
/// What kintone's wide plan allows an app: a day's share is not what is tried here.
pub(crate) const DAILY_REQUESTS: u32 = 100_000;
/// How long the last deliveries may take.
const DELIVERED: Duration = Duration::from_secs(120);

/// How webhooks go astray meanwhile, and how soon they are sent again.
fn deliveries() -> Value {
    json!({"duplicate": 0.1, "shuffle_ms": 400, "retry_first_ms": 200, "retry_cap_ms": 2_000,
        "max_attempts": 10_000})
}

/// What meets the Worker's requests, one before each kill.
fn faults() -> [Value; 9] {
    let kintone =
        |method: &str, action: Value| json!({"service": "kintone", "method": method, "action": action});
    [
        kintone("PUT", json!("reset_before")),
        kintone("PUT", json!("reset_after")),
        kintone("PUT", json!({"land_late_ms": 900})),
        kintone("PUT", json!({"delay_ms": 600})),
        kintone("PUT", json!("kintone_503_html")),
        kintone("PUT", json!("gaia_da02")),
        kintone("GET", json!("kintone_429")),
        json!({"service": "stripe", "method": "GET", "path": "/v1/customers/*", "action": "stripe_500"}),
        json!({"service": "stripe", "method": "GET", "path": "/v1/customers/*", "action": "reset_before"}),
    ]
}

/// How a run is made.
#[derive(Debug, Clone)]
pub struct ChaosOptions {
    /// Where state and logs stand. Emptied by the caller (`Workspace::fresh_dir`).
    pub dir: PathBuf,
    /// How often the Worker is killed.
    pub kills: usize,
    /// What everything but the machine's own speed follows from.
    pub seed: u64,
    /// Runs the Worker's build for tests.
    pub test_build: bool,
}

/// The outcome.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChaosReport {
    /// The seed.
    pub seed: u64,
    /// Kills of which the process was seen to die and the next one to answer.
    pub kills: usize,
    /// Events that Stripe has, of the types that the endpoint asks for.
    pub events: usize,
    /// Deliveries that were answered with 2xx, duplicates included.
    pub acknowledged: u64,
    /// Attempts at a delivery: those that met a dead Worker were made again.
    pub attempts: u64,
    /// Of the events, those that are not in the Worker's inbox, or still wait there.
    pub lost: usize,
    /// Fields that differ, objects without a record, records too many.
    pub mismatches: usize,
    /// Fields that were compared.
    pub fields_compared: usize,
    /// Records in the three apps.
    pub records: usize,
    /// What the Worker put aside for a person.
    pub dead_letters: usize,
    /// From the first customer to the verdict.
    pub seconds: f64,
}

/// Runs it.
///
/// # Errors
/// If something cannot be started, or the outcome is not good; then the report stands in the error.
pub async fn chaos(options: &ChaosOptions, progress: &mut dyn Progress) -> Result<ChaosReport> {
    let wanted = Options {
        seed: options.seed,
        test_build: options.test_build,
        runtime: Runtime::Workerd,
        daily_requests: Some(DAILY_REQUESTS),
        ..Options::in_dir(options.dir.clone())
    };
    let mut demo = Demo::start(wanted, progress).await?;
    let begun = Instant::now();
    let admin = demo.services.sandbox.admin()?;
    admin.json(Method::PUT, "/_sandbox/stripe/deliveries", &deliveries()).await?;
    progress.begin("a shop opens");
    demo.scenario.populate(CUSTOMERS, SUBSCRIPTIONS).await?;
    demo.settle(progress).await?.1?;
    progress.begin("the Worker is killed while the shop goes on");
    let kills = storm(&mut demo, options, progress).await?;
    admin.delete("/_sandbox/faults").await?;
    demo.settle(progress).await?.1?;
    until_delivered(&demo.services.sandbox).await?;
    // What the last deliveries brought must be in effect as well.
    let (verdict, settled) = demo.settle(progress).await?;
    settled?;
    let report = report(&mut demo, options, kills, &verdict, begun).await?;
    check(&report, options)?;
    Ok(report)
}

/// The shop and the killer side by side, until the last kill. Answers how many were seen.
async fn storm(demo: &mut Demo, options: &ChaosOptions, progress: &mut dyn Progress) -> Result<usize> {
    let over = Cell::new(false);
    let mut chance = Rng::with_seed(options.seed);
    let (mut of_shop, mut of_killer) = (chance.fork(), chance.fork());
    let Demo { services, scenario, .. } = demo;
    let shop = shop(scenario, &over, &mut of_shop);
    let killer = async {
        let killed =
            killer(&services.sandbox, &mut services.worker, options.kills, &mut of_killer, progress).await;
        over.set(true);
        killed
    };
    let (shop, killed) = tokio::join!(shop, killer);
    shop?;
    killed
}

async fn shop(scenario: &mut Scenario, over: &Cell<bool>, chance: &mut Rng) -> Result<()> {
    let mut known = scenario.untouched.len();
    for number in 0.. {
        if over.get() {
            break;
        }
        scenario.change(number).await?;
        // Only customers whose records were seen are deleted: of others nobody could say what is right.
        known = known.min(scenario.untouched.len());
        scenario.untouched.truncate(known);
        tokio::time::sleep(Duration::from_millis(chance.u64(GAP))).await;
    }
    Ok(())
}

async fn killer(
    sandbox: &Sandbox,
    worker: &mut Worker,
    kills: usize,
    chance: &mut Rng,
    progress: &mut dyn Progress,
) -> Result<usize> {
    let (admin, faults) = (sandbox.admin()?, faults());
    let mut seen = 0;
    for number in 1..=kills {
        let fault = &faults[chance.usize(..faults.len())];
        admin.json(Method::POST, "/_sandbox/faults", fault).await?;
        tokio::time::sleep(Duration::from_millis(chance.u64(LIFE))).await;
        let before = worker.pid().context("the Worker runs")?;
        // Its own process is dead by the signal, its port refuses; the next answers under another number.
        let died = worker.kill_9().await?;
        worker.restart().await?;
        let after = worker.pid().context("the Worker runs again")?;
        seen += usize::from(died && before != after);
        progress.at(&format!("{number} of {kills} kills"));
    }
    Ok(seen)
}

async fn until_delivered(sandbox: &Sandbox) -> Result<()> {
    let (admin, begun) = (sandbox.admin()?, Instant::now());
    loop {
        let outstanding = admin.get("/_sandbox/stripe/deliveries").await?["outstanding"].as_u64();
        if outstanding == Some(0) {
            return Ok(());
        }
        ensure!(begun.elapsed() < DELIVERED, "{outstanding:?} deliveries are not taken after {DELIVERED:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn report(
    demo: &mut Demo,
    options: &ChaosOptions,
    kills: usize,
    verdict: &Verdict,
    begun: Instant,
) -> Result<ChaosReport> {
    let listed: BTreeSet<String> = Command::built(&options.dir).await?.events().await?.into_iter().collect();
    let events = events(&demo.services.sandbox, &listed).await?;
    let counters = demo.services.sandbox.admin()?.get("/_sandbox/counters").await?;
    demo.services.worker.kill_9().await?;
    let storage = Storage::of_tenant(&options.dir)?;
    let observed = storage.rows("SELECT event_id FROM inbox WHERE status <> 'waiting'")?;
    let observed: BTreeSet<&str> = observed.iter().filter_map(|row| row["event_id"].as_str()).collect();
    Ok(ChaosReport {
        seed: options.seed,
        kills,
        lost: events.iter().filter(|id| !observed.contains(id.as_str())).count(),
        events: events.len(),
        acknowledged: counters["stripe"]["acknowledged"].as_u64().unwrap_or_default(),
        attempts: counters["stripe"]["attempts"].as_u64().unwrap_or_default(),
        mismatches: verdict.mismatches(),
        fields_compared: verdict.fields_compared,
        records: verdict.records,
        dead_letters: storage.rows("SELECT id FROM dead_letter")?.len(),
        seconds: (begun.elapsed().as_secs_f64() * 10.0).round() / 10.0,
    })
}

/// The ids of all events that Stripe has, of these types.
pub(crate) async fn events(sandbox: &Sandbox, listed: &BTreeSet<String>) -> Result<Vec<String>> {
    let stripe = sandbox.stripe()?;
    let (mut ids, mut path) = (Vec::new(), "/v1/events?limit=100".to_owned());
    loop {
        let page = stripe.get(&path).await?;
        let events = page["data"].as_array().cloned().unwrap_or_default();
        for event in &events {
            if event["type"].as_str().is_some_and(|kind| listed.contains(kind)) {
                ids.extend(event["id"].as_str().map(str::to_owned));
            }
        }
        let last = events.last().and_then(|last| last["id"].as_str());
        match last.filter(|_| page["has_more"] == true) {
            Some(last) => path = format!("/v1/events?limit=100&starting_after={last}"),
            None => return Ok(ids),
        }
    }
}

fn check(report: &ChaosReport, options: &ChaosOptions) -> Result<()> {
    let is_good = report.lost == 0
        && report.mismatches == 0
        && report.dead_letters == 0
        && report.kills == options.kills
        && report.events > 0;
    ensure!(is_good, "not everything is as it must be: {}", serde_json::to_string(report)?);
    Ok(())
}
