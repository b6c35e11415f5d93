//! What one run starts: the sandbox with its apps, the Worker, and the tenant's configuration.

use std::collections::HashMap;

use anyhow::{Context, Result, anyhow};
use daicho_harness::{Dashboard, Runtime, Sandbox, SandboxOptions, Worker, WorkerOptions, choose_port};
use serde_json::{Value, json};

use crate::Progress;
use crate::command::Command;
use crate::judge::Kind;
use crate::run::Options;

/// The port of the page, if nobody else has it.
const PAGE_PORT: u16 = 4600;
/// The Worker's, likewise: wrangler's own default.
const WORKER_PORT: u16 = 8787;
/// That of the Dashboard's stand-in.
const DASHBOARD_PORT: u16 = 4601;

const MAPPING: &str = include_str!("../mapping.json");
const CONNECTIONS: &str = include_str!("../connections.json");

/// What runs.
pub struct Services {
    pub sandbox: Sandbox,
    pub worker: Worker,
    /// The stand-in for the Dashboard, where one is wanted.
    pub dashboard: Option<Dashboard>,
    /// App id to what its records are of.
    pub apps: HashMap<String, Kind>,
}

/// Starts everything, in the order in which one needs the other: the webhook endpoint's secret
/// comes from the sandbox and goes to the Worker.
///
/// # Errors
/// What could not be started or configured, and what to do.
pub async fn start(options: &Options, progress: &mut dyn Progress) -> Result<Services> {
    let page = choose_port(options.port, PAGE_PORT, "--port")?;
    let worker_port = choose_port(options.worker_port, WORKER_PORT, "--worker-port")?;
    progress.begin("starting the sandbox (a local Stripe and kintone)");
    let sandbox = Sandbox::start(&options.dir, SandboxOptions { port: page, seed: options.seed }).await?;
    let apps = create_apps(&sandbox).await?;
    let command = Command::built(&options.dir).await?;
    let secret = create_endpoint(&sandbox, worker_port, &command).await?;
    progress.begin(match options.runtime {
        Runtime::WranglerDev => "starting the Worker under wrangler dev",
        Runtime::Workerd => "starting the Worker under workerd serve",
    });
    let mut wanted = WorkerOptions::new(&options.dir)
        .talking_to(&sandbox)
        .webhook_secrets(&[&secret])
        .port(worker_port)
        .runtime(options.runtime);
    wanted = wanted.var("APP_SECRETS", Dashboard::APP_SECRET);
    if options.test_build {
        wanted = wanted.test_build();
    }
    let worker = Worker::start(wanted).await?;
    progress.begin("pushing secrets, connections and mapping with the daicho command");
    configure(&sandbox, &worker, &apps, &command.with(&worker), options).await?;
    let dashboard = if options.dashboard {
        let port = choose_port(options.dashboard_port, DASHBOARD_PORT, "--dashboard-port")?;
        Some(Dashboard::start(&options.dir, port, &sandbox, &worker).await?)
    } else {
        None
    };
    Ok(Services { sandbox, worker, dashboard, apps })
}

/// The token of an app's records; the sandbox's kintone takes any text for one.
fn token(kind: Kind) -> String {
    format!("demo-token-{}", kind.object())
}

async fn create_apps(sandbox: &Sandbox) -> Result<HashMap<String, Kind>> {
    let mut apps = HashMap::new();
    for (kind, form) in [
        (Kind::Customer, include_str!("../forms/customers.json")),
        (Kind::Subscription, include_str!("../forms/subscriptions.json")),
        (Kind::Invoice, include_str!("../forms/invoices.json")),
    ] {
        let properties: Value = serde_json::from_str(form).context("a form is not JSON")?;
        let body = json!({
            "name": kind.app(),
            "properties": properties,
            "tokens": [{"token": token(kind)}],
        });
        let made = sandbox.admin()?.json(reqwest::Method::POST, "/_sandbox/kintone/apps", &body).await?;
        let app = made["app"].as_str().ok_or_else(|| anyhow!("the sandbox named no app: {made}"))?;
        apps.insert(app.to_owned(), kind);
    }
    Ok(apps)
}

async fn create_endpoint(sandbox: &Sandbox, port: u16, command: &Command) -> Result<String> {
    let url = format!("http://127.0.0.1:{port}/webhooks/stripe");
    let events = command.events().await?;
    let names: Vec<String> = (0..events.len()).map(|n| format!("enabled_events[{n}]")).collect();
    let mut form = vec![("url", url.as_str()), ("api_version", Sandbox::STRIPE_VERSION)];
    form.extend(names.iter().map(String::as_str).zip(events.iter().map(String::as_str)));
    let endpoint = sandbox.stripe()?.form("/v1/webhook_endpoints", &form).await?;
    let secret = endpoint["secret"].as_str();
    Ok(secret.ok_or_else(|| anyhow!("the webhook endpoint came without a secret"))?.to_owned())
}

async fn configure(
    sandbox: &Sandbox,
    worker: &Worker,
    apps: &HashMap<String, Kind>,
    command: &Command,
    options: &Options,
) -> Result<()> {
    let dir = &options.dir;
    let mut connections: Value =
        serde_json::from_str(CONNECTIONS).context("demo/connections.json is not JSON")?;
    for (app, kind) in apps {
        let connection = &mut connections["apps"][kind.app()];
        connection["domain"] = sandbox.host().into();
        connection["app"] = app.parse::<u64>().context("an app's number")?.into();
        if let Some(requests) = options.daily_requests {
            connection["daily_requests"] = requests.into();
        }
        let name = connection["token_refs"][0].as_str().context("an app has no token_refs")?;
        command.set_secret(name, &token(*kind)).await?;
    }
    let stripe_key = connections["stripe_key_ref"].as_str().context("stripe_key_ref is missing")?;
    command.set_secret(stripe_key, Sandbox::RESTRICTED_KEY).await?;
    let (connections_path, mapping_path) = (dir.join("connections.json"), dir.join("mapping.json"));
    std::fs::write(&connections_path, format!("{connections:#}"))?;
    std::fs::write(&mapping_path, MAPPING)?;
    command
        .push(&connections_path, &mapping_path)
        .await
        .with_context(|| format!("the Worker at {} took no configuration", worker.url()))
}
