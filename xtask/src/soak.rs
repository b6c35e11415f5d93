//! `cargo xtask soak`.

use anyhow::Result;
use daicho_demo::{SoakOptions, SoakReport};
use daicho_harness::{take_as_built, workspace};

use crate::build;
use crate::demo::{build_programs, run_shown};

#[derive(Debug, clap::Args)]
pub struct Options {
    /// How many events
    #[arg(long, default_value_t = 100_000)]
    events: usize,
    /// What names and changes follow from
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
    let wanted =
        SoakOptions { dir: workspace().fresh_dir("soak")?, events: options.events, seed: options.seed };
    match run_shown(async |shown| daicho_demo::soak(&wanted, shown).await)? {
        Some(report) => tell(&report, options.json),
        None => Ok(()),
    }
}

#[expect(clippy::print_stdout, reason = "the outcome is what this command is for")]
fn tell(report: &SoakReport, json: bool) -> Result<()> {
    println!(
        "{} events of {} customers in {} s ({} a second), {} lost, {} mismatches in {} fields; {} requests to kintone",
        report.events,
        report.customers,
        report.seconds,
        report.events_per_second,
        report.lost,
        report.mismatches,
        report.fields_compared,
        report.kintone_requests,
    );
    println!(
        "memory {} MB, at most {} MB, in the end {} MB; database {} MB; load {} and {}",
        report.memory_mb_before,
        report.memory_mb_most,
        report.memory_mb_after,
        report.storage_mb,
        report.load[0],
        report.load[1],
    );
    for (table, rows) in &report.rows {
        println!("  {table}: {rows}");
    }
    if json {
        println!("{}", serde_json::to_string(report)?);
    }
    Ok(())
}
