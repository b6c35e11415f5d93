//! Measurements that people run: `cargo xtask bench core` and `cargo xtask bench engine`.
//!
//! Counts (rows, requests) are exact and the same on every machine; times are this machine's.
#![expect(clippy::expect_used, reason = "a measurement whose own documents are wrong cannot go on")]

mod engine;
mod mapping;
mod pattern;
mod projection;
mod report;
mod speed;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use report::Report;

#[derive(Debug, Parser)]
#[command(name = "daicho-bench", version)]
struct Arguments {
    #[command(subcommand)]
    what: What,
    /// Print a JSON object
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Projection and validation of a mapping with 100 fields; patterns
    Core,
    /// A month of customers through the whole engine: rows written and requests for each event
    Engine(engine::Options),
}

#[expect(clippy::print_stdout, reason = "the outcome is what this program is for")]
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut report = Report::default();
    match &arguments.what {
        What::Core => {
            projection::measure(&mut report);
            pattern::measure(&mut report);
        }
        What::Engine(options) => engine::measure(options, &mut report),
    }
    println!("{}", if arguments.json { report.json() } else { report.text() });
    ExitCode::SUCCESS
}
