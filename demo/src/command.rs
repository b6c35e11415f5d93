//! The `daicho` command, as a person would use it.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use daicho_harness::{Sandbox, Worker, programs};
use tokio::io::AsyncWriteExt;

/// The built command, and which Worker it talks to.
pub struct Command {
    program: PathBuf,
    dir: PathBuf,
    worker: Option<(String, String)>,
}

impl Command {
    /// Builds it, or finds it built. It runs in `dir`.
    pub async fn built(dir: &Path) -> Result<Self> {
        let programs = tokio::task::spawn_blocking(programs).await??;
        Ok(Self { program: programs.daicho, dir: dir.to_path_buf(), worker: None })
    }

    /// The same for a Worker's tenant.
    pub fn with(&self, worker: &Worker) -> Self {
        Self {
            program: self.program.clone(),
            dir: self.dir.clone(),
            worker: Some((worker.url(), worker.admin_token().to_owned())),
        }
    }

    /// The events that Stripe is asked for.
    pub async fn events(&self) -> Result<Vec<String>> {
        let output = self.run(&["events".as_ref()], None).await?;
        Ok(output.split_whitespace().map(str::to_owned).collect())
    }

    /// Stores a secret; its value goes by standard input.
    pub async fn set_secret(&self, name: &str, value: &str) -> Result<()> {
        self.run(&["secret".as_ref(), "set".as_ref(), name.as_ref()], Some(value)).await.map(drop)
    }

    /// Pushes both documents.
    pub async fn push(&self, connections: &Path, mapping: &Path) -> Result<()> {
        let arguments =
            ["push".as_ref(), "--connections".as_ref(), connections, "--mapping".as_ref(), mapping];
        self.run(&arguments, None).await.map(drop)
    }

    /// The tenant's status as JSON.
    pub async fn status(&self) -> Result<String> {
        self.run(&["status".as_ref(), "--json".as_ref()], None).await
    }

    async fn run(&self, arguments: &[&Path], input: Option<&str>) -> Result<String> {
        let mut command = tokio::process::Command::new(&self.program);
        command.current_dir(&self.dir).args(arguments).kill_on_drop(true);
        if let Some((url, token)) = &self.worker {
            command
                .env("DAICHO_URL", url)
                .env("DAICHO_TOKEN", token)
                .env("DAICHO_ACCOUNT", Sandbox::ACCOUNT)
                .env("DAICHO_MODE", "test");
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().context("cannot start the daicho command")?;
        if let Some(mut stdin) = child.stdin.take()
            && let Some(input) = input
        {
            stdin.write_all(input.as_bytes()).await?;
        }
        let output = child.wait_with_output().await?;
        if !output.status.success() {
            bail!(
                "daicho {} failed:\n{}{}",
                arguments.first().map(|word| word.display().to_string()).unwrap_or_default(),
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}
