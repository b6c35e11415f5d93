//! The project's commands: `cargo xtask app | bench | build | chaos | demo | sim | soak | test`.
//!
//! Each installs what it needs first: tools go under `target/tools` and `node_modules`, nothing
//! global. What one run installed and built the next one uses again.

mod app;
mod assets;
mod bench;
mod build;
mod build_app;
mod build_ui;
mod chaos;
mod demo;
mod fingerprint;
mod pack;
mod progress;
mod sim;
mod soak;
mod step;
mod test;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The Stripe App, for whoever uploads it.
    App {
        #[command(subcommand)]
        what: App,
    },
    /// Measure: how fast the core is, what an event costs in rows and requests.
    Bench(bench::Options),
    /// Build a part of the project, its tools included.
    Build {
        #[command(subcommand)]
        what: Build,
    },
    /// Run the main job against a local Stripe and a local kintone, with a page to watch.
    Demo(demo::Options),
    /// Kill the Worker again and again under load, and see that nothing is lost.
    Chaos(chaos::Options),
    /// Live whole lives of the engine under faults, each from a seed.
    Sim(sim::Options),
    /// Send very many events, and see what they take.
    Soak(soak::Options),
    /// Run every test there is.
    Test(test::Options),
}

#[derive(Debug, Subcommand)]
enum App {
    /// Give it an id and a Worker of your own: rewrites stripe-app.json.
    Configure(app::Configure),
}

#[derive(Debug, Subcommand)]
enum Build {
    /// The Cloudflare Worker, into worker/build.
    Worker(build::Options),
    /// The views' mapping and validation logic, as WebAssembly and as JavaScript, into build/ui-logic.
    UiLogic(build_ui::Options),
    /// The Stripe App's bundle, into build/app.
    App(build_app::Options),
    /// The Dashboard's stand-in, a development tool, into build/dashboard.
    Dashboard,
    /// Only the tools: WebAssembly target, worker-build, wasm-bindgen, Node, wrangler, esbuild.
    Tools,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::App { what: App::Configure(options) } => app::configure(&options),
        Command::Build { what: Build::App(options) } => build_app::app(&options).map(drop),
        Command::Build { what: Build::Dashboard } => build_app::dashboard().map(drop),
        Command::Build { what: Build::Worker(options) } => build::worker(&options).map(drop),
        Command::Build { what: Build::UiLogic(options) } => build_ui::ui_logic(&options).map(drop),
        Command::Build { what: Build::Tools } => tools::ensure(),
        Command::Bench(options) => bench::run(&options),
        Command::Demo(options) => demo::run(&options),
        Command::Chaos(options) => chaos::run(&options),
        Command::Sim(options) => sim::run(&options),
        Command::Soak(options) => soak::run(&options),
        Command::Test(options) => test::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            progress::say(&format!("\nerror: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
