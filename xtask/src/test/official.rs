//! `node --test`: the official clients as judges, the Worker's entry module, and the views in a browser.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use daicho_harness::{Dashboard, Sandbox, SandboxOptions, Worker, WorkerOptions, workspace};

use super::counted;
use super::tally::Tally;

/// Two, as during a rotation.
const WEBHOOK_SECRETS: [&str; 2] = ["whsec_test_secret", "whsec_test_secret_of_the_rotation"];

/// Runs the official clients and the entry module's tests.
///
/// # Errors
/// If the sandbox or the Worker does not start.
pub fn run(filter: Option<&str>) -> Result<Tally> {
    suite(&["tests/official", "worker"], "official", filter)
}

/// Runs the tests that look at the views in a browser, over a sandbox and a Worker of their own.
///
/// # Errors
/// If the sandbox or the Worker does not start.
pub fn browser(filter: Option<&str>) -> Result<Tally> {
    suite(&["tests/browser"], "browser", filter)
}

/// Runs the tests in some folders against a fresh sandbox and a fresh Worker.
fn suite(folders: &[&str], name: &str, filter: Option<&str>) -> Result<Tally> {
    let root = workspace().root().to_path_buf();
    let mut files = Vec::new();
    for folder in folders {
        files.extend(test_files(&root.join(folder))?);
    }
    ensure!(!files.is_empty(), "there is no *.test.mjs in {}", folders.join(", "));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (sandbox, worker) = runtime.block_on(start(name))?;
    let secrets = serde_json::to_string(&WEBHOOK_SECRETS)?;
    let url = worker.url();
    let environment = [
        ("SANDBOX_URL", sandbox.url()),
        ("WORKER_URL", url.as_str()),
        ("WEBHOOK_SECRETS", secrets.as_str()),
        ("ADMIN_TOKEN", worker.admin_token()),
        ("APP_SECRETS", Dashboard::APP_SECRET),
        ("NO_COLOR", "1"),
    ];
    let pattern = filter.map(|filter| format!("--test-name-pattern={filter}"));
    let files: Vec<_> = files.iter().map(|file| file.to_string_lossy()).collect();
    // One file after another: the last traps the Worker that others call.
    let mut arguments = vec!["--test", "--test-concurrency=1", "--test-force-exit", "--test-reporter=spec"];
    arguments.extend(pattern.as_deref());
    arguments.extend(files.iter().map(AsRef::as_ref));
    counted("node", &arguments, &environment)
}

async fn start(name: &str) -> Result<(Sandbox, Worker)> {
    let dir = workspace().fresh_dir(name)?;
    let sandbox = Sandbox::start(&dir, SandboxOptions::default()).await?;
    let options = WorkerOptions::new(&dir).talking_to(&sandbox).webhook_secrets(&WEBHOOK_SECRETS);
    let options = options.var("APP_SECRETS", Dashboard::APP_SECRET);
    let worker = Worker::start(options.test_build()).await?;
    Ok((sandbox, worker))
}

fn test_files(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))?;
    let mut files: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    Ok(files)
}
