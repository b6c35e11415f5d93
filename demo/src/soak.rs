//! Very many events at once, and what they take: memory of workerd, the database on disk, time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use daicho_harness::{Client, Runtime, Sandbox, Storage, Worker};
use fastrand::Rng;
use serde::Serialize;
use serde_json::{Value, json};

use crate::command::Command;
use crate::judge::{History, Kind, Verdict, judge};
use crate::services::{self, Services};
use crate::{Options, Progress, chaos};

/// One customer for so many events.
const EVENTS_A_CUSTOMER: usize = 20;
/// Requests to Stripe at once.
const AT_ONCE: usize = 8;
/// Deliveries that may wait before the shop pauses: the Worker's pace is measured, not the queue's.
const BACKLOG: u64 = 2_000;
const LOOK: Duration = Duration::from_millis(500);
/// How long the Worker may take for what is left once the shop is done.
const PATIENCE: Duration = Duration::from_secs(900);

/// How a run is made.
#[derive(Debug, Clone)]
pub struct SoakOptions {
    /// Where state and logs stand. Emptied by the caller (`Workspace::fresh_dir`).
    pub dir: PathBuf,
    /// How many events.
    pub events: usize,
    /// What names and changes follow from.
    pub seed: u64,
}

/// What it took.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SoakReport {
    /// Events that Stripe sent.
    pub events: usize,
    /// Customers that they were about.
    pub customers: usize,
    /// From the first event to the last record.
    pub seconds: f64,
    /// Events a second over that time.
    pub events_per_second: f64,
    /// Fields that differ, objects without a record, records too many.
    pub mismatches: usize,
    /// Fields that were compared.
    pub fields_compared: usize,
    /// Events that are not in the inbox or wait there.
    pub lost: usize,
    /// Requests that kintone answered.
    pub kintone_requests: u64,
    /// workerd's resident memory before the first event, in MB.
    pub memory_mb_before: f64,
    /// The most that was seen.
    pub memory_mb_most: f64,
    /// At the end.
    pub memory_mb_after: f64,
    /// The database on disk, in MB.
    pub storage_mb: f64,
    /// Rows of each table.
    pub rows: BTreeMap<String, u64>,
    /// Processes that were ready to run, over the last minute, at the beginning and at the end: how busy
    /// the machine was.
    pub load: [f64; 2],
}

/// Runs it.
///
/// # Errors
/// If something cannot be started, or the outcome is not good; then the report stands in the error.
pub async fn soak(options: &SoakOptions, progress: &mut dyn Progress) -> Result<SoakReport> {
    let wanted = Options {
        seed: options.seed,
        runtime: Runtime::Workerd,
        daily_requests: Some(chaos::DAILY_REQUESTS),
        ..Options::in_dir(options.dir.clone())
    };
    let load = load();
    let mut services = services::start(&wanted, progress).await?;
    let before = memory_mb(&services.worker)?;
    let begun = Instant::now();
    let customers = (options.events / EVENTS_A_CUSTOMER).max(1);
    progress.begin("a busy shop");
    let (made, most) = {
        let Services { sandbox, worker, .. } = &services;
        let busy = busy(sandbox, customers, options);
        watched(busy, worker, before, progress).await?
    };
    progress.begin("waiting until kintone shows everything");
    let (verdict, seconds, most_later) = settled(&services, begun, progress).await?;
    let after = memory_mb(&services.worker)?;
    let listed: BTreeSet<String> = Command::built(&options.dir).await?.events().await?.into_iter().collect();
    let events = chaos::events(&services.sandbox, &listed).await?;
    let counters = services.sandbox.admin()?.get("/_sandbox/counters").await?;
    services.worker.kill_9().await?;
    let storage = Storage::of_tenant(&options.dir)?;
    let observed = storage.rows("SELECT event_id FROM inbox WHERE status <> 'waiting'")?;
    let observed: BTreeSet<&str> = observed.iter().filter_map(|row| row["event_id"].as_str()).collect();
    let report = SoakReport {
        events: events.len(),
        customers: made,
        seconds: round(seconds),
        events_per_second: round(events.len() as f64 / seconds),
        mismatches: verdict.mismatches(),
        fields_compared: verdict.fields_compared,
        lost: events.iter().filter(|id| !observed.contains(id.as_str())).count(),
        kintone_requests: counters["requests"]["kintone"].as_u64().unwrap_or_default(),
        memory_mb_before: round(before),
        memory_mb_most: round(most.max(most_later).max(after)),
        memory_mb_after: round(after),
        storage_mb: round(storage.bytes() as f64 / 1_048_576.0),
        rows: storage.tables()?,
        load: [load, self::load()],
    };
    let is_good = report.lost == 0 && report.mismatches == 0 && report.events >= options.events;
    ensure!(is_good, "not everything is as it must be: {}", serde_json::to_string(&report)?);
    Ok(report)
}

/// The shop makes customers and edits them, so that there are as many events as were asked for.
async fn busy(sandbox: &Sandbox, customers: usize, options: &SoakOptions) -> Result<usize> {
    let mut tasks = tokio::task::JoinSet::new();
    for worker in 0..AT_ONCE {
        let own = customers / AT_ONCE + usize::from(worker < customers % AT_ONCE);
        let events = options.events / AT_ONCE + usize::from(worker < options.events % AT_ONCE);
        let (stripe, admin) = (sandbox.stripe()?, sandbox.admin()?);
        let chance = Rng::with_seed(options.seed + worker as u64);
        tasks.spawn(shop(stripe, admin, own, events, chance));
    }
    let mut made = 0;
    while let Some(done) = tasks.join_next().await {
        made += done.context("a part of the shop broke off")??;
    }
    Ok(made)
}

async fn shop(stripe: Client, admin: Client, own: usize, events: usize, mut chance: Rng) -> Result<usize> {
    let mut ids = Vec::with_capacity(own);
    for event in 0..events {
        if event % 200 == 199 {
            pause(&admin).await?;
        }
        let note = format!("変更 {event} {}", chance.u32(..));
        if ids.len() < own {
            let name = format!("顧客 {:06}", chance.u32(..1_000_000));
            let form =
                [("name", name.as_str()), ("email", "kokyaku@example.com"), ("description", note.as_str())];
            let customer = stripe.form("/v1/customers", &form).await?;
            ids.push(customer["id"].as_str().context("the customer has no id")?.to_owned());
        } else {
            let id = &ids[chance.usize(..ids.len())];
            stripe.form(&format!("/v1/customers/{id}"), &[("description", note.as_str())]).await?;
        }
    }
    Ok(ids.len())
}

async fn pause(admin: &Client) -> Result<()> {
    while outstanding(admin).await? > BACKLOG {
        tokio::time::sleep(LOOK / 5).await;
    }
    Ok(())
}

async fn outstanding(admin: &Client) -> Result<u64> {
    let deliveries = admin.get("/_sandbox/stripe/deliveries").await?;
    deliveries["outstanding"].as_u64().context("the sandbox says how many deliveries wait")
}

/// Does the work and looks at the memory meanwhile.
async fn watched<T>(
    work: impl Future<Output = Result<T>>,
    worker: &Worker,
    before: f64,
    progress: &mut dyn Progress,
) -> Result<(T, f64)> {
    let (mut work, mut most) = (std::pin::pin!(work), before);
    loop {
        tokio::select! {
            done = &mut work => return Ok((done?, most)),
            () = tokio::time::sleep(LOOK) => {
                let now = memory_mb(worker)?;
                most = most.max(now);
                progress.at(&format!("{now:.0} MB"));
            }
        }
    }
}

/// Waits until every event is taken and observed and every record written; then judges. Answers how many
/// seconds it took from `begun`, and the most memory seen.
async fn settled(
    services: &Services,
    begun: Instant,
    progress: &mut dyn Progress,
) -> Result<(Verdict, f64, f64)> {
    let (sandbox, worker) = (services.sandbox.admin()?, worker_admin(&services.worker)?);
    let (since, mut most) = (Instant::now(), 0.0_f64);
    loop {
        let (left, status) = (outstanding(&sandbox).await?, worker.get("").await?);
        let number = |pointer: &str| status.pointer(pointer).and_then(Value::as_i64).unwrap_or(-1);
        let (waiting, dirty, reads) = (number("/inbox/waiting"), number("/dirty"), number("/reads/waiting"));
        most = most.max(memory_mb(&services.worker)?);
        if left == 0 && waiting == 0 && dirty == 0 && reads == 0 && number("/in_flight") == 0 {
            let seconds = begun.elapsed().as_secs_f64();
            let state = sandbox.get("/_sandbox/state").await?;
            return Ok((judge(&history(&state["stripe"]), &state["kintone"]), seconds, most));
        }
        progress.at(&format!("{left} deliveries, {waiting} events, {reads} reads, {dirty} records wait"));
        if since.elapsed() > PATIENCE {
            bail!("the Worker does not come to rest: {status}");
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// The tenant's status route as a service of its own.
fn worker_admin(worker: &Worker) -> Result<Client> {
    let url = format!("{}/admin/tenants/{}/test/status", worker.url(), Sandbox::ACCOUNT);
    Client::new(&url, &[("authorization", &format!("Bearer {}", worker.admin_token()))])
}

/// Stripe's objects as they are now, as a history of one change each.
fn history(stripe: &Value) -> History {
    let objects = &stripe[Sandbox::ACCOUNT]["test"];
    let mut changes = Vec::new();
    for kind in Kind::ALL {
        for (id, json) in objects[kind.object()].as_object().into_iter().flatten() {
            changes.push(json!({"kind": kind.object(), "id": id, "json": json, "deleted": false}));
        }
    }
    let mut history = History::default();
    history.follow(&changes);
    history
}

/// workerd's resident memory, from Linux's `/proc`.
fn memory_mb(worker: &Worker) -> Result<f64> {
    let pid = worker.pid().context("the Worker runs")?;
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).context("workerd ended")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse::<f64>().ok());
    Ok(kilobytes.context("/proc says how much memory a process has")? / 1_024.0)
}

fn load() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or_default()
}

fn round(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}
