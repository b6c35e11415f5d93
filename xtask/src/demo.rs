//! `cargo xtask demo`.

use anyhow::{Context, Result};
use daicho_demo::{Demo, Progress, Report};
use daicho_harness::{take_as_built, workspace};

use crate::progress::{Step, say};
use crate::{build, build_app, step};

#[derive(Debug, clap::Args)]
pub struct Options {
    /// Run the scenario to its end, check every field, and exit
    #[arg(long)]
    once: bool,
    /// With --once: print the outcome as one JSON object on the last line
    #[arg(long, requires = "once")]
    json: bool,
    /// Port of the page, 4600 or a free one if not given
    #[arg(long)]
    port: Option<u16>,
    /// Port of the Worker, 8787 or a free one if not given
    #[arg(long)]
    worker_port: Option<u16>,
    /// Port of the Dashboard's stand-in, 4601 or a free one if not given
    #[arg(long)]
    dashboard_port: Option<u16>,
    /// What names, amounts and changes follow from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// With --once: changes after the customers, subscriptions and invoices are there
    #[arg(long, default_value_t = 60)]
    changes: usize,
    /// Take the Worker, the sandbox and the command as they were last built
    #[arg(long)]
    no_build: bool,
}

/// Builds what is needed and runs the scenario.
///
/// # Errors
/// What went wrong and what to do; with --once also if both services do not agree in the end.
pub fn run(options: &Options) -> Result<()> {
    // One run at a time: they would take each other's state. The lock ends with the process.
    let target = workspace().target().to_path_buf();
    std::fs::create_dir_all(&target)?;
    let lock = std::fs::File::create(target.join("demo.lock")).context("cannot write demo.lock")?;
    lock.try_lock().ok().context(
        "another `cargo xtask demo` runs in this folder: end it with Ctrl-C in its terminal first",
    )?;
    if !options.no_build {
        build::worker(&build::Options::default())?;
        build_programs()?;
        if !options.once {
            build_app::app(&build_app::Options::default())?;
            build_app::dashboard()?;
        }
    }
    take_as_built();
    match run_shown(async |shown| demo(options, shown).await)?.flatten() {
        Some((report, good)) => {
            tell(&report, options.json)?;
            good
        }
        // The trickle of changes only ends by being stopped.
        None => Ok(()),
    }
}

/// Cargo's own step first, so that its progress is seen; the harness then finds it done.
pub fn build_programs() -> Result<()> {
    let mut cargo = workspace().command("cargo");
    cargo
        .args(["build", "--package", "daicho-sandbox", "--package", "daicho-cli", "--bins"])
        .args(["--target-dir".as_ref(), workspace().target().as_os_str()]);
    step::run("building the sandbox and the daicho command", &mut cargo, "Mend what does not compile.")
        .map(drop)
}

async fn demo(options: &Options, shown: &mut Shown) -> Result<Option<(Report, Result<()>)>> {
    let wanted = daicho_demo::Options {
        dir: workspace().fresh_dir("demo")?,
        port: options.port,
        worker_port: options.worker_port,
        dashboard_port: options.dashboard_port,
        // Nobody looks at a run that ends by itself.
        dashboard: !options.once,
        seed: options.seed,
        changes: options.changes,
        test_build: false,
        runtime: daicho_harness::Runtime::WranglerDev,
        daily_requests: None,
    };
    let mut demo = Demo::start(wanted, shown).await?;
    shown.say(&format!("\n  模擬環境 / simulated: {}", demo.page()));
    if let Some(dashboard) = demo.dashboard() {
        shown.say(&format!("  Stripe Appの画面 / the Stripe App: {dashboard}"));
    }
    shown.say("");
    if options.once {
        return demo.run_once(&mut daicho_demo::no_hook, shown).await.map(Some);
    }
    demo.run_on(shown).await?;
    Ok(None)
}

/// Runs `work` and shows how it goes, until it ends or is stopped; `None`, once that was said, where it
/// was stopped.
pub fn run_shown<T>(work: impl AsyncFnOnce(&mut Shown) -> Result<T>) -> Result<Option<T>> {
    let mut shown = Shown::default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        tokio::select! {
            outcome = work(&mut shown) => outcome.map(Some),
            stopped = stopped() => stopped.map(|()| None),
        }
    });
    shown.end(outcome.is_ok());
    if matches!(outcome, Ok(None)) {
        say("Stopped; everything that was started has been ended.");
    }
    outcome
}

/// Ctrl-C, or being asked to end in another way.
async fn stopped() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut hangup) = (signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed?,
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the outcome is what this command is for")]
fn tell(report: &Report, json: bool) -> Result<()> {
    say(&format!(
        "\n  {} customers, {} subscriptions, {} invoices; {} records in kintone.\n  \
         {} fields compared, {} mismatches. Lag: {} ms (half), {} ms (95 %), {} ms (longest).\n",
        report.customers,
        report.subscriptions,
        report.invoices,
        report.records_in_kintone,
        report.fields_compared,
        report.mismatches,
        report.lag_ms.p50,
        report.lag_ms.p95,
        report.lag_ms.max,
    ));
    if json {
        println!("{}", serde_json::to_string(report)?);
    }
    Ok(())
}

/// The scenario's progress as steps.
#[derive(Default)]
pub struct Shown(Option<Step>);

impl Shown {
    pub fn end(&mut self, well: bool) {
        if let Some(step) = self.0.take() {
            if well { step.done() } else { step.failed() }
        }
    }
}

impl Progress for Shown {
    fn begin(&mut self, step: &str) {
        self.end(true);
        self.0 = Some(Step::begin(step));
    }

    fn at(&mut self, detail: &str) {
        if let Some(step) = &mut self.0 {
            step.at(detail);
        }
    }

    fn say(&mut self, line: &str) {
        self.end(true);
        say(line);
    }
}
