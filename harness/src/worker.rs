//! The Worker under the real `wrangler dev`: workerd, Durable Objects on SQLite.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::{Client, DevSecrets, ProcessGroup, Sandbox, Workspace, port, workerd, workspace};

/// How long `wrangler dev` may take until the Worker answers. It bundles first.
const START: Duration = Duration::from_secs(180);
/// How long a port may stay bound after every process of the group was killed.
const RELEASE: Duration = Duration::from_secs(60);
/// Parts of `wrangler.toml` that a run does not take over. The Worker is built already, and the build
/// for tests must not be replaced. With observability on, `wrangler dev` writes a trace of every
/// request to a database of its own, which nobody reads here.
const LEFT_OUT: [&str; 2] = ["[build]", "[observability]"];

/// What runs the Worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Runtime {
    /// `wrangler dev`, with its proxy and its own workerd.
    #[default]
    WranglerDev,
    /// `workerd serve` alone, one process. There is no cron trigger.
    Workerd,
}

/// How a Worker is started.
#[derive(Debug, Clone)]
pub struct WorkerOptions {
    /// Where its state, variables and log stand.
    pub dir: PathBuf,
    /// The port on 127.0.0.1.
    pub port: Option<u16>,
    /// The module that Cloudflare would run, from the root: `worker/entry.mjs`, or
    /// `worker/entry-test.mjs` for the build with the features that only tests need.
    pub entry: String,
    /// Variables and secrets, as `.dev.vars` would hold them.
    pub vars: BTreeMap<String, String>,
    /// The bearer token of the admin routes.
    pub admin_token: String,
    /// What runs it.
    pub runtime: Runtime,
}

impl WorkerOptions {
    /// A Worker with development secrets that knows no webhook secret and no service yet.
    pub fn new(dir: &Path) -> Self {
        let secrets = DevSecrets::default();
        let vars = BTreeMap::from([
            ("ADMIN_TOKENS".to_owned(), secrets.admin_tokens()),
            ("SEALING_KEYS".to_owned(), secrets.sealing_keys().to_owned()),
        ]);
        Self {
            dir: dir.to_path_buf(),
            port: None,
            entry: "worker/entry.mjs".to_owned(),
            vars,
            admin_token: secrets.admin_token,
            runtime: Runtime::default(),
        }
    }

    /// Takes the sandbox for Stripe and kintone, and its account for the own one.
    #[must_use]
    pub fn talking_to(self, sandbox: &Sandbox) -> Self {
        self.var("STRIPE_API_BASE", sandbox.url())
            .var("DEV_HOSTS", sandbox.host())
            .var("OWN_ACCOUNT", Sandbox::ACCOUNT)
    }

    /// Sets the signing secrets of webhook endpoints.
    #[must_use]
    pub fn webhook_secrets(self, secrets: &[&str]) -> Self {
        self.var("STRIPE_WEBHOOK_SECRETS", &secrets.join(","))
    }

    /// Sets a variable or secret.
    #[must_use]
    pub fn var(mut self, name: &str, value: &str) -> Self {
        self.vars.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Chooses the port.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// Chooses what runs it.
    #[must_use]
    pub fn runtime(mut self, runtime: Runtime) -> Self {
        self.runtime = runtime;
        self
    }

    /// Runs the build with the features `provoke-panic` and `contract`, which
    /// `cargo xtask build worker --test` makes.
    #[must_use]
    pub fn test_build(mut self) -> Self {
        "worker/entry-test.mjs".clone_into(&mut self.entry);
        self
    }
}

/// A Worker that runs, or that was killed and keeps its state. Dropping it kills it.
#[derive(Debug)]
pub struct Worker {
    options: WorkerOptions,
    port: u16,
    process: Option<ProcessGroup>,
}

impl Worker {
    /// Starts the Worker; it answers as soon as this returns. Its state is kept in `dir/state`.
    ///
    /// # Errors
    /// If it was not built, or does not answer in time; the message holds what wrangler said.
    pub async fn start(options: WorkerOptions) -> Result<Self> {
        let port = options.port.map_or_else(port::free, Ok)?;
        let mut worker = Self { options, port, process: None };
        worker.restart().await?;
        Ok(worker)
    }

    /// Starts it again after [`Worker::kill_9`], on the same port and the same state.
    ///
    /// # Errors
    /// As [`Worker::start`], or if it runs already.
    pub async fn restart(&mut self) -> Result<()> {
        ensure!(self.process.is_none(), "the Worker runs already; kill it first");
        check_built(&workspace().root().join(&self.options.entry))?;
        let mut command = match self.options.runtime {
            Runtime::WranglerDev => self.wrangler_dev()?,
            Runtime::Workerd => workerd::command(&self.options, self.port)?,
        };
        let process = ProcessGroup::spawn("worker", &mut command, &self.options.dir)?;
        self.process = Some(process);
        self.until_it_answers().await
    }

    fn wrangler_dev(&self) -> Result<std::process::Command> {
        let workspace = workspace();
        let entry = workspace.root().join(&self.options.entry);
        let config = self.write_config(&workspace, &entry)?;
        let vars = self.write_vars()?;
        // A killed wrangler leaves its temporary folders behind.
        let temporary = self.options.dir.join("tmp");
        fs::create_dir_all(&temporary).with_context(|| format!("cannot make {}", temporary.display()))?;
        let mut command = workspace.command(workspace.node_bin().join("wrangler"));
        command
            .arg("dev")
            .args(["--config".as_ref(), config.as_os_str()])
            .args(["--env-file".as_ref(), vars.as_os_str()])
            .args(["--persist-to".as_ref(), self.options.dir.join("state").as_os_str()])
            .args(["--ip", "127.0.0.1", "--port", &self.port.to_string()])
            .args(["--inspector-port", &port::free()?.to_string()])
            .args(["--show-interactive-dev-session=false", "--local"])
            .env("WRANGLER_SEND_METRICS", "false")
            .env("WRANGLER_HIDE_BANNER", "true")
            .env("WRANGLER_LOG_PATH", &self.options.dir)
            .env("TMPDIR", &temporary)
            .env("NO_UPDATE_NOTIFIER", "1")
            .env("NO_COLOR", "1")
            .env("CI", "true");
        Ok(command)
    }

    async fn until_it_answers(&mut self) -> Result<()> {
        let begun = Instant::now();
        let client = Client::new(&self.url(), &[])?;
        loop {
            let answer = client.send(reqwest::Method::GET, "/healthz", &[], "").await;
            if answer.is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            self.check()?;
            if begun.elapsed() > START {
                let tail = self.process.as_ref().map(ProcessGroup::tail).unwrap_or_default();
                bail!("the Worker did not answer /healthz within {} s. {tail}", START.as_secs());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// `kill -9` to the whole process group, Node and workerd included. Returns once the port is
    /// refused, so that nothing of it can still answer. `true`: it ran until then, and died of this.
    ///
    /// # Errors
    /// If something still listens on the port afterwards.
    pub async fn kill_9(&mut self) -> Result<bool> {
        let died = self.process.take().is_some_and(|mut process| process.kill_9());
        let begun = Instant::now();
        while !port::is_refused(self.port).await {
            ensure!(
                begun.elapsed() < RELEASE,
                "port {} is still answered {} s after the Worker's process group was killed",
                self.port,
                RELEASE.as_secs()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(died)
    }

    /// Its address, as `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Where Stripe is to deliver.
    pub fn webhook_url(&self) -> String {
        format!("{}/webhooks/stripe", self.url())
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// A client without credentials.
    ///
    /// # Errors
    /// Never in practice.
    pub fn client(&self) -> Result<Client> {
        Client::new(&self.url(), &[])
    }

    /// A client of the admin routes.
    ///
    /// # Errors
    /// If the token may not stand in a header.
    pub fn admin(&self) -> Result<Client> {
        Client::new(&self.url(), &[("authorization", &format!("Bearer {}", self.options.admin_token))])
    }

    /// The bearer token of the admin routes, for the `daicho` command.
    pub fn admin_token(&self) -> &str {
        &self.options.admin_token
    }

    /// Fires the cron trigger.
    ///
    /// # Errors
    /// If there is no answer, or it is no success.
    pub async fn fire_cron(&self) -> Result<()> {
        self.client()?.get("/cdn-cgi/local/scheduled").await.map(drop)
    }

    /// The process id of what was started; `None` while it is killed.
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(ProcessGroup::pid)
    }

    /// What it printed so far, its structured log lines among wrangler's own.
    pub fn output(&self) -> String {
        fs::read_to_string(self.options.dir.join("worker.log")).unwrap_or_default()
    }

    /// Whether it still runs.
    ///
    /// # Errors
    /// If it ended by itself; the message holds what it said.
    pub fn check(&mut self) -> Result<()> {
        let Some(process) = &mut self.process else {
            return Ok(());
        };
        match process.exited().context("cannot see wrangler")? {
            None => Ok(()),
            Some(status) => bail!("wrangler dev ended ({status}). {}", process.tail()),
        }
    }

    /// The project's `wrangler.toml` without [`LEFT_OUT`], and with its entry and assets by absolute paths, since
    /// a relative one would be looked for beside this copy.
    fn write_config(&self, workspace: &Workspace, entry: &Path) -> Result<PathBuf> {
        let original = fs::read_to_string(workspace.root().join("wrangler.toml"))
            .context("cannot read wrangler.toml")?;
        let path = self.options.dir.join("wrangler.toml");
        fs::write(&path, config_for_a_run(&original, workspace.root(), entry))
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }

    fn write_vars(&self) -> Result<PathBuf> {
        let path = self.options.dir.join("dev.vars");
        let lines: String =
            self.options.vars.iter().map(|(name, value)| format!("{name}='{value}'\n")).collect();
        fs::write(&path, lines).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }
}

fn check_built(entry: &Path) -> Result<()> {
    let (build, command) = if entry.ends_with("entry-test.mjs") {
        ("build-test", "cargo xtask build worker --test")
    } else {
        ("build", "cargo xtask build worker")
    };
    let built = entry.with_file_name(build).join("index.js");
    ensure!(built.exists(), "the Worker is not built: run `{command}`");
    Ok(())
}

fn config_for_a_run(original: &str, root: &Path, entry: &Path) -> String {
    let mut kept = String::new();
    let mut left_out = false;
    for line in original.lines() {
        if line.trim_start().starts_with('[') {
            left_out = LEFT_OUT.contains(&line.trim());
        }
        if left_out {
            continue;
        }
        if line.starts_with("main = ") {
            kept.push_str(&format!("main = {:?}\n", entry.display().to_string()));
        } else if let Some(relative) = line.strip_prefix("directory = ") {
            let directory = root.join(relative.trim_matches('"'));
            kept.push_str(&format!("directory = {:?}\n", directory.display().to_string()));
        } else {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_copy_of_wrangler_toml_builds_nothing_traces_nothing_and_finds_its_files() {
        let original = "name = \"daicho\"\nmain = \"worker/entry.mjs\"\n\n[build]\ncommand = \"x\"\n\n[observability]\nenabled = true\n\n[assets]\ndirectory = \"build/assets\"\n\n[triggers]\ncrons = []\n";
        let copy =
            config_for_a_run(original, Path::new("/checkout"), Path::new("/checkout/worker/entry.mjs"));
        assert_eq!(
            copy,
            "name = \"daicho\"\nmain = \"/checkout/worker/entry.mjs\"\n\n[assets]\ndirectory = \"/checkout/build/assets\"\n\n[triggers]\ncrons = []\n"
        );
    }
}
