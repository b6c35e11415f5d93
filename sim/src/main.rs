//! Lives many seeds and says which ended wrong.

use std::io::{IsTerminal as _, Write as _};
use std::num::NonZero;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use clap::Parser;
use daicho_engine::mutant::Mutant;
use daicho_sim::mutants::{self, Hunt};
use daicho_sim::run::{self, Outcome};
use indicatif::{ProgressBar, ProgressStyle};

/// A life is made of many small values; glibc's allocator took a fifth of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Whole lives of the engine, each from a seed.
#[derive(Debug, Parser)]
#[command(name = "daicho-sim")]
struct Arguments {
    /// How many lives.
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Print a JSON object as the last line.
    #[arg(long)]
    json: bool,
    /// Tell what happens in each life: for one seed.
    #[arg(long)]
    trace: bool,
    /// Put each known fault into the engine, and live until it is found.
    #[arg(long, conflicts_with = "trace")]
    mutants: bool,
    /// Put this fault into the engine; several with `--mutants`.
    #[arg(long, value_name = "NAME", value_parser = mutant)]
    mutant: Vec<Mutant>,
}

fn mutant(name: &str) -> Result<Mutant, String> {
    mutants::by_name(name)
        .ok_or_else(|| "no mutant has this name: engine/src/mutant.rs lists them".to_owned())
}

#[derive(Debug, serde::Serialize)]
struct Summary {
    seeds: u64,
    violations: usize,
    faults: usize,
    kintone_requests: usize,
    stripe_requests: usize,
    seconds: f64,
}

#[derive(Debug, serde::Serialize)]
struct HuntSummary<'a> {
    seeds: u64,
    caught: usize,
    survived: usize,
    seconds: f64,
    mutants: &'a [Hunt],
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // A provoked panic is part of the life; its message would drown the rest.
    std::panic::set_hook(Box::new(|_| {}));
    if arguments.mutants { hunt(&arguments) } else { live(&arguments) }
}

fn live(arguments: &Arguments) -> ExitCode {
    let began = Instant::now();
    let outcomes = live_all(arguments);
    let failed: Vec<&Outcome> = outcomes.iter().filter(|outcome| !outcome.violations.is_empty()).collect();
    let mut out = std::io::stdout().lock();
    for outcome in failed.iter().take(20) {
        let mutant =
            arguments.mutant.first().map(|mutant| format!(" --mutant {mutant:?}")).unwrap_or_default();
        let _ = writeln!(out, "cargo xtask sim --seeds 1 --from {} --trace{mutant}", outcome.seed);
        for violation in &outcome.violations {
            let _ = writeln!(out, "    {violation}");
        }
    }
    let sum = |of: fn(&Outcome) -> usize| outcomes.iter().map(of).sum();
    let summary = Summary {
        seeds: arguments.seeds,
        violations: failed.len(),
        faults: sum(|outcome| outcome.faults),
        kintone_requests: sum(|outcome| outcome.kintone_requests),
        stripe_requests: sum(|outcome| outcome.stripe_requests),
        seconds: began.elapsed().as_secs_f64(),
    };
    let _ = writeln!(
        out,
        "{} lives, {} ended wrong; {} faults; {} requests to kintone, {} to Stripe; {:.1} s",
        summary.seeds,
        summary.violations,
        summary.faults,
        summary.kintone_requests,
        summary.stripe_requests,
        summary.seconds
    );
    if arguments.json {
        let _ = writeln!(out, "{}", serde_json::to_string(&summary).unwrap_or_default());
    }
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Lives all seeds on all cores; the outcomes in the order of the seeds.
fn live_all(arguments: &Arguments) -> Vec<Outcome> {
    let bar = progress(arguments, arguments.seeds, "lives");
    let next = AtomicU64::new(arguments.from);
    let end = arguments.from.saturating_add(arguments.seeds);
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let work = || {
        let mut lived = Vec::new();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= end {
                return lived;
            }
            lived.push(run::with(arguments.mutant.first().copied(), seed, arguments.trace));
            bar.inc(1);
        }
    };
    let mut outcomes: Vec<Outcome> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    });
    bar.finish_and_clear();
    outcomes.sort_by_key(|outcome| outcome.seed);
    outcomes
}

/// Puts each fault into the engine and says by which life it was found, and how.
fn hunt(arguments: &Arguments) -> ExitCode {
    let began = Instant::now();
    let hunted = if arguments.mutant.is_empty() { Mutant::ALL } else { &arguments.mutant };
    let bar = progress(arguments, hunted.len() as u64, "mutants");
    let hunts = mutants::hunt_all(hunted, arguments.from, arguments.seeds, |hunt| {
        bar.suspend(|| tell(hunt));
        bar.inc(1);
    });
    bar.finish_and_clear();
    let mut out = std::io::stdout().lock();
    let survived = hunts.iter().filter(|hunt| hunt.seed.is_none()).count();
    let summary = HuntSummary {
        seeds: arguments.seeds,
        caught: hunts.len() - survived,
        survived,
        seconds: began.elapsed().as_secs_f64(),
        mutants: &hunts,
    };
    let _ = writeln!(
        out,
        "{} of {} mutants caught, within {} lives each at most; {survived} survived {} lives; {:.1} s",
        summary.caught,
        hunts.len(),
        hunts.iter().filter(|hunt| hunt.seed.is_some()).map(|hunt| hunt.lives).max().unwrap_or_default(),
        summary.seeds,
        summary.seconds
    );
    if arguments.json {
        let _ = writeln!(out, "{}", serde_json::to_string(&summary).unwrap_or_default());
    }
    if survived == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What the engine did wrong, and by which life that showed.
fn tell(hunt: &Hunt) {
    let (name, what) = (format!("{:?}", hunt.mutant), hunt.what);
    let mut out = std::io::stdout().lock();
    let _ = match hunt.seed {
        Some(seed) => {
            writeln!(out, "caught    {name:<28} {what}\n          life {seed}: {:.140}", hunt.found)
        }
        None => writeln!(out, "SURVIVED  {name:<28} {what}\n          {} lives", hunt.lives),
    };
}

fn progress(arguments: &Arguments, length: u64, of: &'static str) -> ProgressBar {
    if arguments.trace || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template(&format!("{{bar:40}} {{pos}}/{{len}} {of}, {{eta}} left"));
    ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
