//! `cargo xtask bench`: measurements.

use anyhow::{Context, Result, bail};
use daicho_harness::workspace;

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
}

/// Builds the measurements with optimisations and runs one.
///
/// # Errors
/// If it cannot be built or run.
pub fn run(options: &Options) -> Result<()> {
    let mut cargo = workspace().command("cargo");
    cargo.args(["run", "--quiet", "--package", "daicho-bench", "--profile", "measure", "--"]);
    match &options.what {
        What::Core => drop(cargo.arg("core")),
        What::Engine { customers } => drop(cargo.args(["engine", "--customers", &customers.to_string()])),
    }
    if options.json {
        cargo.arg("--json");
    }
    let status = cargo.status().context("cannot start cargo")?;
    if !status.success() {
        bail!("the measurement did not come to its end: what it says above tells where");
    }
    Ok(())
}
