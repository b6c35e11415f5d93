//! The stand-in for Stripe's Dashboard as a process of its own.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

use crate::{ProcessGroup, Sandbox, Worker, workspace};

/// How long it may take to say its address.
const START: Duration = Duration::from_secs(90);

/// A running stand-in. Dropping it ends it.
#[derive(Debug)]
pub struct Dashboard {
    process: ProcessGroup,
    url: String,
}

impl Dashboard {
    /// What it signs the views' calls with, as Stripe does with an app's signing secret; the Worker's
    /// `APP_SECRETS` must hold it. It opens nothing outside of one local run.
    pub const APP_SECRET: &str = "absec_local_development_only";

    /// Starts one that shows the views of the Stripe App as they were last built, over the sandbox's
    /// Stripe, with the Worker behind them, and tells the demo's story. Its log stands in `dir`.
    ///
    /// # Errors
    /// If the page or the app is not built, or it does not start; the message holds what it said.
    pub async fn start(dir: &Path, port: u16, sandbox: &Sandbox, worker: &Worker) -> Result<Self> {
        let workspace = workspace();
        for (built, command) in [
            ("build/dashboard/host.js", "cargo xtask build dashboard"),
            ("build/app/ext.js", "cargo xtask build app"),
        ] {
            ensure!(workspace.root().join(built).exists(), "{built} is not there: run `{command}`");
        }
        let mut command = workspace.command(workspace.node_bin().join("node"));
        command
            .arg(workspace.root().join("dashboard/server/main.ts"))
            .args(["--stripe", sandbox.url(), "--worker", &worker.url(), "--port", &port.to_string()])
            .arg("--story")
            .env("APP_SECRETS", Self::APP_SECRET);
        let mut process = ProcessGroup::spawn("dashboard", &mut command, dir)?;
        let begun = Instant::now();
        loop {
            let address = |line: &str| Some(line.strip_prefix("listening on ")?.trim().to_owned());
            if let Some(url) = process.output().lines().rev().find_map(address) {
                return Ok(Self { process, url });
            }
            if process.exited()?.is_some() || begun.elapsed() > START {
                bail!("the Dashboard's stand-in did not start. {}", process.tail());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Its page: `http://127.0.0.1:PORT/dashboard`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether it still runs, and what it said last if it does not.
    ///
    /// # Errors
    /// If it ended.
    pub fn check(&mut self) -> Result<()> {
        match self.process.exited()? {
            None => Ok(()),
            Some(status) => bail!("the Dashboard's stand-in ended ({status}). {}", self.process.tail()),
        }
    }
}
