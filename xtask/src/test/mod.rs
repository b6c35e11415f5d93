//! `cargo xtask test`: every test there is.

mod official;
mod tally;

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Result, bail};
use daicho_harness::workspace;

use crate::progress::say;
use crate::{build, build_app, build_ui, tools};
use build_app::Bundler;
use tally::Tally;

#[derive(Debug, clap::Args)]
pub struct Options {
    /// Only tests whose name contains this; formatting and lints are left out then
    filter: Option<String>,
    /// Only steps whose heading contains this, for example "official"
    #[arg(long, value_name = "HEADING")]
    step: Option<String>,
}

/// What a step is run by.
type Run<'r> = Box<dyn FnOnce() -> Result<Tally> + 'r>;

/// Runs everything, also after a failure, and sums up at the end.
///
/// # Errors
/// If anything failed.
pub fn run(options: &Options) -> Result<()> {
    let filter = options.filter.as_deref();
    let mut steps: Vec<(&str, Run<'_>)> = Vec::new();
    if filter.is_none() {
        steps.push(("formatting", Box::new(|| check("cargo", &["fmt", "--all", "--check"]))));
        steps.push(("lints", Box::new(|| check("cargo", &clippy(&["--workspace", "--all-targets"])))));
        steps.push(("lints for WebAssembly", Box::new(wasm_lints)));
    }
    steps.push(("tests of the crates", Box::new(move || crates(filter))));
    steps.push(("the Worker, as deployed and for tests", Box::new(worker)));
    steps.push(("the views: logic, bundle, stand-in for the Dashboard", Box::new(ui_logic)));
    steps.push(("TypeScript: types, lints, formatting", Box::new(typescript)));
    steps.push(("the views, each in each state", Box::new(move || views(filter))));
    steps.push(("official clients and entry module", Box::new(move || official::run(filter))));
    steps.push(("the views in a browser", Box::new(move || official::browser(filter))));
    steps.push(("contract, architecture, end to end", Box::new(move || end_to_end(filter))));
    if let Some(step) = &options.step {
        let all: Vec<&str> = steps.iter().map(|(name, _)| *name).collect();
        steps.retain(|(name, _)| name.contains(step.as_str()));
        if steps.is_empty() {
            bail!("no step's heading contains {step:?}; there are: {}", all.join("; "));
        }
    }
    tools::ensure()?;
    let mut total = Tally::default();
    let mut summary = Vec::new();
    for (name, step) in steps {
        say(&format!("\n━━ {name}"));
        let begun = Instant::now();
        let tally = step().unwrap_or_else(|error| {
            say(&format!("error: {error:#}"));
            Tally::failed()
        });
        let seconds = begun.elapsed().as_secs();
        summary.push(format!("{name}: {tally} ({seconds} s)"));
        total += tally;
    }
    tell(&summary, &total);
    if total.passed + total.failed == 0 {
        bail!("nothing ran: no test's name fits");
    }
    if total.failed > 0 {
        bail!("{} failed; the first failure above says why", total.failed);
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the outcome is what this command is for")]
fn tell(summary: &[String], total: &Tally) {
    println!("\n━━ summary");
    for line in summary {
        println!("{line}");
    }
    println!("{total}");
}

fn clippy<'a>(of: &[&'a str]) -> Vec<&'a str> {
    [&["clippy", "--quiet"], of, &["--", "-D", "warnings"]].concat()
}

fn wasm_lints() -> Result<Tally> {
    let of = [
        "--package",
        "daicho-core",
        "--package",
        "daicho-engine",
        "--package",
        "daicho-worker",
        "--package",
        "daicho-app-ui-wasm",
        "--target",
        "wasm32-unknown-unknown",
    ];
    check("cargo", &clippy(&of))
}

fn crates(filter: Option<&str>) -> Result<Tally> {
    let mut arguments = vec!["test", "--workspace", "--exclude", "daicho-tests", "--no-fail-fast"];
    arguments.extend(filter);
    counted("cargo", &arguments, &[])
}

fn worker() -> Result<Tally> {
    build::worker(&build::Options::default())?;
    build::worker(&build::Options { test: true, ..Default::default() })?;
    Ok(Tally::passed())
}

fn ui_logic() -> Result<Tally> {
    build_ui::ui_logic(&build_ui::Options::default())?;
    build_ui::ui_logic(&build_ui::Options { test: true })?;
    build_app::dashboard()?;
    for bundler in [Bundler::Current, Bundler::StripeCli] {
        build_app::app(&build_app::Options { bundler })?;
    }
    Ok(Tally::passed())
}

fn typescript() -> Result<Tally> {
    Ok(check("tsc", &["--project", "tsconfig.json"])?
        + check("tsc", &["--project", "dashboard/tsconfig.json"])?
        + check("tsc", &["--project", "tests/views/tsconfig.json"])?
        + check("biome", &["ci", "--colors=off", "--error-on-warnings"])?)
}

fn views(filter: Option<&str>) -> Result<Tally> {
    let mut arguments = vec!["tests/views/run.mjs"];
    arguments.extend(filter);
    counted("node", &arguments, &[("NO_COLOR", "1")])
}

fn end_to_end(filter: Option<&str>) -> Result<Tally> {
    let mut arguments =
        vec!["test", "--package", "daicho-tests", "--features", "end-to-end", "--no-fail-fast"];
    arguments.extend(filter);
    counted("cargo", &arguments, &[])
}

/// A step that passes or fails as a whole.
fn check(program: &str, arguments: &[&str]) -> Result<Tally> {
    let status = workspace().command(program).args(arguments).stdin(Stdio::null()).status()?;
    Ok(if status.success() { Tally::passed() } else { Tally::failed() })
}

/// A step whose runner counts: its output is shown as it comes and read for its closing lines.
fn counted(program: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Result<Tally> {
    let mut command: Command = workspace().command(program);
    command.args(arguments).envs(environment.iter().copied());
    let (well, tally) = tally::of(&mut command)?;
    // A runner that fails without a failed test did not come to its tests.
    Ok(if well || tally.failed > 0 { tally } else { tally + Tally::failed() })
}
