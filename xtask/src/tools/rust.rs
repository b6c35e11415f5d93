//! The WebAssembly target, worker-build and wasm-bindgen's command.
//!
//! The two programs are built from source: crates can be had wherever Cargo works, while release
//! archives cannot be downloaded everywhere.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use daicho_harness::workspace;

use super::Install;
use crate::step;

const TARGET: &str = "wasm32-unknown-unknown";

/// A program from the crates registry, at the version that the workspace's `worker` crate needs.
struct Program {
    krate: &'static str,
    binary: &'static str,
    version: &'static str,
    /// Whether it installs with the dependencies it was published with.
    locked: bool,
}

const WORKER_BUILD: Program =
    Program { krate: "worker-build", binary: "worker-build", version: "0.8.7", locked: true };
/// Not with its own lock file: that one names a pre-release which was yanked.
const WASM_BINDGEN: Program =
    Program { krate: "wasm-bindgen-cli", binary: "wasm-bindgen", version: "0.2.129", locked: false };

/// The installed worker-build.
pub fn worker_build() -> PathBuf {
    WORKER_BUILD.path()
}

/// The installed wasm-bindgen.
pub fn wasm_bindgen() -> PathBuf {
    WASM_BINDGEN.path()
}

/// What is missing.
pub fn plan() -> Result<Vec<Install>> {
    let mut missing = Vec::new();
    if !has_target()? {
        missing.push(Install { name: TARGET, run: Box::new(add_target) });
    }
    for program in [WORKER_BUILD, WASM_BINDGEN] {
        if !program.is_installed() {
            missing.push(Install { name: program.krate, run: Box::new(move || program.install()) });
        }
    }
    Ok(missing)
}

/// Whether the compiler has the target, however it was installed.
fn has_target() -> Result<bool> {
    let output = Command::new("rustc")
        .current_dir(workspace().root())
        .args(["--print", "sysroot"])
        .output()
        .context("cannot start rustc: install Rust with rustup, https://rustup.rs")?;
    if !output.status.success() {
        bail!(
            "rustc does not run: {}\nWhere rustup installs nothing by itself, run \
             `rustup toolchain install` in this folder.",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    let sysroot = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Ok(Path::new(&sysroot).join("lib/rustlib").join(TARGET).join("lib").is_dir())
}

fn add_target() -> Result<()> {
    step::run(
        &format!("rustup target add {TARGET}"),
        Command::new("rustup").current_dir(workspace().root()).args(["target", "add", TARGET]),
        "Install rustup (https://rustup.rs), or this target in the way your Rust was installed.",
    )
    .map(drop)
}

impl Program {
    fn path(&self) -> PathBuf {
        workspace().tools().join("bin").join(self.binary)
    }

    /// Asks the program itself: nothing else knows it as well.
    fn is_installed(&self) -> bool {
        Command::new(self.path()).arg("--version").output().is_ok_and(|output| {
            output.status.success()
                && String::from_utf8_lossy(&output.stdout).split_whitespace().any(|word| word == self.version)
        })
    }

    fn install(&self) -> Result<()> {
        let tools = workspace().tools();
        let mut command = Command::new("cargo");
        command
            .current_dir(workspace().root())
            .args(["install", self.krate, "--version", &format!("={}", self.version), "--force"])
            .args(["--root".as_ref(), tools.as_os_str()])
            // They run for seconds and build for minutes: little is gained by optimising them.
            .envs([("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"), ("CARGO_PROFILE_RELEASE_LTO", "off")])
            // One each, so that both build at the same time.
            .args(["--target-dir".as_ref(), tools.join("build").join(self.krate).as_os_str()]);
        if self.locked {
            command.arg("--locked");
        }
        step::run(
            &format!("cargo install {} {}", self.krate, self.version),
            &mut command,
            "It needs the crates registry and a C compiler (`cc`); with both there, run this again.",
        )?;
        // Only the program is needed from here on.
        let _ = std::fs::remove_dir_all(tools.join("build").join(self.krate));
        Ok(())
    }
}
