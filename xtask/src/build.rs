//! `cargo xtask build worker`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use daicho_harness::workspace;

use crate::fingerprint::{Fingerprint, is_stamped, stamp};
use crate::{assets, build_ui, step, tools};

/// Features that only tests need, in a build that is never deployed.
const TEST_FEATURES: &str = "provoke-panic,contract";

#[derive(Debug, Default, clap::Args)]
pub struct Options {
    /// Cargo features of daicho-worker, separated by commas
    #[arg(long, value_name = "FEATURES")]
    pub features: Option<String>,
    /// The build for tests, into worker/build-test; `worker/entry-test.mjs` runs it
    #[arg(long, conflicts_with = "features")]
    pub test: bool,
}

/// Builds the Worker unless it stands there built from the same sources, and says where.
///
/// # Errors
/// If a tool is missing or the build fails.
pub fn worker(options: &Options) -> Result<PathBuf> {
    tools::ensure()?;
    assets::lay_out(&build_ui::ui_logic(&build_ui::Options::default())?)?;
    let workspace = workspace();
    let crate_dir = workspace.root().join("worker");
    let out_dir = if options.test { "build-test" } else { "build" };
    let features = if options.test { Some(TEST_FEATURES) } else { options.features.as_deref() };
    let built = crate_dir.join(out_dir);
    let stamp_path = workspace.target().join(format!("worker-{out_dir}.sha256"));
    let sources = sources(workspace.root(), features)?;
    if is_stamped(&stamp_path, &sources) && built.join("index.js").exists() {
        return Ok(built);
    }
    let _ = std::fs::remove_file(&stamp_path);
    let name = if options.test { "worker-build (for tests)" } else { "worker-build" };
    step::run(
        name,
        &mut command(&crate_dir, out_dir, features),
        "If it is the Rust code that does not compile, mend it; `cargo xtask build tools` checks the tools.",
    )?;
    stamp(&stamp_path, &sources)?;
    Ok(built)
}

fn command(crate_dir: &Path, out_dir: &str, features: Option<&str>) -> Command {
    let workspace = workspace();
    let mut command = workspace.command(tools::worker_build());
    command
        .current_dir(crate_dir)
        .env("WASM_BINDGEN_BIN", tools::wasm_bindgen())
        .env("WASM_OPT_BIN", workspace.node_bin().join("wasm-opt"))
        .env("ESBUILD_BIN", workspace.node_bin().join("esbuild"))
        .env("CARGO_TARGET_DIR", workspace.target())
        .args(["--release", "--out-dir", out_dir]);
    if let Some(features) = features {
        command.args(["--features", features]);
    }
    command
}

/// Everything that the build is made from.
fn sources(root: &Path, features: Option<&str>) -> Result<String> {
    let mut fingerprint = Fingerprint::default();
    fingerprint.text(features.unwrap_or_default());
    for path in ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "package-lock.json"] {
        fingerprint.path(&root.join(path), &[])?;
    }
    for krate in ["core", "engine", "worker"] {
        let outputs = ["build", "build-test", "node_modules", ".wrangler", "tests"];
        fingerprint.path(&root.join(krate), &outputs)?;
    }
    Ok(fingerprint.finish())
}
