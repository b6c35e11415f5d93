//! The project's own programs that a run needs, built by Cargo.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};

use crate::workspace;

static BUILT: OnceLock<Result<(), String>> = OnceLock::new();

/// Where the built programs are.
#[derive(Debug, Clone)]
pub struct Programs {
    /// `daicho-sandbox`
    pub sandbox: PathBuf,
    /// `daicho`, the command
    pub daicho: PathBuf,
}

/// Builds the sandbox and the command, once in a process; later calls only look.
///
/// # Errors
/// If the build fails; the message holds Cargo's whole output.
pub fn programs() -> Result<Programs> {
    if let Err(error) = BUILT.get_or_init(|| build().map_err(|error| format!("{error:#}"))) {
        bail!("{error}");
    }
    let debug = workspace().target().join("debug");
    Ok(Programs { sandbox: debug.join("daicho-sandbox"), daicho: debug.join("daicho") })
}

/// Takes the programs as they were last built: the caller has just built them, or does not want to.
pub fn take_as_built() {
    // Set already: then they were built here, which is as good.
    let _ = BUILT.set(Ok(()));
}

fn build() -> Result<()> {
    let workspace = workspace();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(workspace.root())
        .args(["build", "--package", "daicho-sandbox", "--package", "daicho-cli", "--bins"])
        .args(["--target-dir".as_ref(), workspace.target().as_os_str()])
        .output()
        .context("cannot start cargo")?;
    if !output.status.success() {
        bail!("the sandbox and the command do not build:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}
