//! The sandbox as a process of its own.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::{Client, ProcessGroup, programs};

/// How long a sandbox may take to say its address.
const START: Duration = Duration::from_secs(90);
/// The secret key that the sandbox knows from the start, in test mode.
const STRIPE_KEY: &str = "sk_test_sandbox";

/// How a sandbox starts.
#[derive(Debug, Clone, Copy, Default)]
pub struct SandboxOptions {
    /// The port on 127.0.0.1; 0: the system chooses.
    pub port: u16,
    /// What its ids and secrets follow from.
    pub seed: u64,
}

/// A running sandbox. Dropping it ends it, with all it holds.
#[derive(Debug)]
pub struct Sandbox {
    process: ProcessGroup,
    url: String,
}

impl Sandbox {
    /// The account that the sandbox's Stripe has from the start.
    pub const ACCOUNT: &str = "acct_1Daicho000Sandbox";
    /// The restricted key of that account in test mode, for the Worker.
    pub const RESTRICTED_KEY: &str = "rk_test_sandbox";
    /// The API version that Daicho pins.
    pub const STRIPE_VERSION: &str = "2026-10-28.endive";

    /// Starts a sandbox whose log stands in `dir`; it answers as soon as this returns.
    ///
    /// # Errors
    /// If it does not build or does not start; the message holds what it said.
    pub async fn start(dir: &Path, options: SandboxOptions) -> Result<Self> {
        let mut command = Command::new(tokio::task::spawn_blocking(programs).await??.sandbox);
        command.args(["--port", &options.port.to_string(), "--seed", &options.seed.to_string()]);
        let mut process = ProcessGroup::spawn("sandbox", &mut command, dir)?;
        let begun = Instant::now();
        loop {
            if let Some(url) = process.output().lines().rev().find_map(address) {
                return Ok(Self { process, url });
            }
            if process.exited()?.is_some() || begun.elapsed() > START {
                bail!("the sandbox did not start. {}", process.tail());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Its address, as `http://127.0.0.1:PORT`. A browser finds the page there.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its Stripe, with a test-mode secret key and the pinned API version.
    ///
    /// # Errors
    /// Never in practice.
    pub fn stripe(&self) -> Result<Client> {
        let key = format!("Bearer {STRIPE_KEY}");
        Client::new(&self.url, &[("authorization", &key), ("stripe-version", Self::STRIPE_VERSION)])
    }

    /// Its host and port, as kintone's domain stands in the connections.
    pub fn host(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Its kintone, with API tokens.
    ///
    /// # Errors
    /// If the tokens may not stand in a header.
    pub fn kintone(&self, tokens: &str) -> Result<Client> {
        Client::new(&self.url, &[("x-cybozu-api-token", tokens)])
    }

    /// Its admin routes under `/_sandbox`.
    ///
    /// # Errors
    /// Never in practice.
    pub fn admin(&self) -> Result<Client> {
        Client::new(&self.url, &[])
    }

    /// Whether it still runs, and what it said last if it does not.
    ///
    /// # Errors
    /// If it ended.
    pub fn check(&mut self) -> Result<()> {
        match self.process.exited().context("cannot see the sandbox")? {
            None => Ok(()),
            Some(status) => bail!("the sandbox ended ({status}). {}", self.process.tail()),
        }
    }
}

fn address(line: &str) -> Option<String> {
    Some(line.strip_prefix("listening on ")?.trim().to_owned())
}
