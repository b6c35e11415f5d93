//! `cargo xtask bench`: measurements.

use std::process::Command;

use anyhow::{Context, Result, bail};
use daicho_harness::workspace;

use crate::build_app;

#[derive(Debug, clap::Args)]
pub struct Options {
    #[command(subcommand)]
    what: What,
    /// Print a JSON object
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Projection and validation of a mapping with 100 fields; patterns: how often in a second
    Core,
    /// A month of customers through the whole engine: rows written and requests for each event
    Engine {
        /// How many customers
        #[arg(long, default_value_t = 100)]
        customers: usize,
    },
    /// In a browser: from a key stroke in the mapping editor, with 100 fields, to its verdict
    Ui,
}

/// Builds the measurements with optimisations and runs one.
///
/// # Errors
/// If it cannot be built or run.
pub fn run(options: &Options) -> Result<()> {
    let mut command = match &options.what {
        What::Core => measured(&["core"]),
        What::Engine { customers } => measured(&["engine", "--customers", &customers.to_string()]),
        What::Ui => ui()?,
    };
    if options.json {
        command.arg("--json");
    }
    let status = command.status().context("cannot start the measurement")?;
    if !status.success() {
        bail!("the measurement did not come to its end: what it says above tells where");
    }
    Ok(())
}

/// The measurements in Rust.
fn measured(arguments: &[&str]) -> Command {
    let mut cargo = workspace().command("cargo");
    cargo.args(["run", "--quiet", "--package", "daicho-bench", "--profile", "measure", "--"]);
    cargo.args(arguments);
    cargo
}

/// The views' in Chromium.
fn ui() -> Result<Command> {
    build_app::app(&build_app::Options::default())?;
    build_app::dashboard()?;
    let mut node = workspace().command(workspace().node_bin().join("node"));
    node.arg(workspace().root().join("tests/browser/strokes.mjs"));
    Ok(node)
}
