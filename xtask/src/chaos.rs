//! `cargo xtask chaos`.

use anyhow::Result;
use daicho_demo::{ChaosOptions, ChaosReport};
use daicho_harness::{take_as_built, workspace};

use crate::build;
use crate::demo::{build_programs, run_shown};

#[derive(Debug, clap::Args)]
pub struct Options {
    /// How often the Worker is killed
    #[arg(long, default_value_t = 50)]
    kills: usize,
    /// What the shop's changes, the faults and the moments of the kills follow from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print the outcome as one JSON object on the last line
    #[arg(long)]
    json: bool,
    /// Take the Worker, the sandbox and the command as they were last built
    #[arg(long)]
    no_build: bool,
}

/// Builds what is needed and runs it.
///
/// # Errors
/// What went wrong and what to do; also if something was lost or does not agree.
pub fn run(options: &Options) -> Result<()> {
    if !options.no_build {
        build::worker(&build::Options::default())?;
        build_programs()?;
    }
    take_as_built();
    let wanted = ChaosOptions {
        dir: workspace().fresh_dir("chaos")?,
        kills: options.kills,
        seed: options.seed,
        test_build: false,
    };
    match run_shown(async |shown| daicho_demo::chaos(&wanted, shown).await)? {
        Some(report) => tell(&report, options.json),
        None => Ok(()),
    }
}

#[expect(clippy::print_stdout, reason = "the outcome is what this command is for")]
fn tell(report: &ChaosReport, json: bool) -> Result<()> {
    println!(
        "seed {}: {} kills, {} events ({} attempts at {} deliveries), {} lost, {} mismatches in {} fields, {} s",
        report.seed,
        report.kills,
        report.events,
        report.attempts,
        report.acknowledged,
        report.lost,
        report.mismatches,
        report.fields_compared,
        report.seconds,
    );
    if json {
        println!("{}", serde_json::to_string(report)?);
    }
    Ok(())
}
