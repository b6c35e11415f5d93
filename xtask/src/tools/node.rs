//! Node itself, wrangler, esbuild and binaryen, as `package-lock.json` pins them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use daicho_harness::workspace;

use super::Install;
use crate::fingerprint::{Fingerprint, is_stamped, stamp};
use crate::step;

const ADVICE: &str = "It needs the npm registry; with that there, run this again.";
/// Packages whose install script fetches or places a binary. npm can be set not to run scripts.
const WITH_BINARIES: [&str; 3] = ["node", "esbuild", "workerd"];

/// What is missing: all of it or nothing.
pub fn plan() -> Result<Option<Install>> {
    let fingerprint = fingerprint()?;
    if is_stamped(&stamp_path(), &fingerprint) && broken().is_none() {
        return Ok(None);
    }
    Ok(Some(Install { name: "npm packages", run: Box::new(move || install(&fingerprint)) }))
}

fn fingerprint() -> Result<String> {
    let mut fingerprint = Fingerprint::default();
    for file in ["package.json", "package-lock.json", "dashboard/package.json"] {
        fingerprint.path(&workspace().root().join(file), &[])?;
    }
    // Binaries of one system are of no use on another that shares the folder.
    fingerprint.text(std::env::consts::OS);
    fingerprint.text(std::env::consts::ARCH);
    Ok(fingerprint.finish())
}

fn stamp_path() -> PathBuf {
    workspace().root().join("node_modules/.daicho-installed")
}

fn install(fingerprint: &str) -> Result<()> {
    check_npm()?;
    step::run("npm ci", npm().args(["ci", "--no-audit", "--no-fund"]), ADVICE)?;
    if broken().is_some() {
        // Install scripts were not run; this runs them.
        let mut rebuild = npm();
        rebuild.args(["rebuild", "--ignore-scripts=false"]).args(WITH_BINARIES);
        step::run("npm rebuild", &mut rebuild, ADVICE)?;
    }
    if let Some(program) = broken() {
        bail!(
            "{program} does not run although npm installed it. Allow install scripts \
             (`npm config get ignore-scripts` should say false), remove node_modules and run this again."
        );
    }
    stamp(&stamp_path(), fingerprint)
}

fn npm() -> Command {
    let mut npm = Command::new("npm");
    npm.current_dir(workspace().root());
    npm
}

fn check_npm() -> Result<()> {
    let version = npm()
        .arg("--version")
        .output()
        .context("cannot start npm: install Node.js 18 or newer with npm, https://nodejs.org")?;
    if !version.status.success() {
        bail!(
            "npm does not run ({}): install Node.js 18 or newer with npm, https://nodejs.org",
            String::from_utf8_lossy(&version.stderr).trim()
        );
    }
    Ok(())
}

/// The first installed program that does not run.
fn broken() -> Option<&'static str> {
    let bin = workspace().node_bin();
    let runs = |name: &str, path: &Path| {
        workspace().command(path).arg("--version").output().is_ok_and(|output| {
            if !output.status.success() {
                return false;
            }
            // Wrangler asks for 22.12; the pinned Node is 24.
            name != "node" || output.stdout.starts_with(b"v24.")
        })
    };
    if !runs("esbuild", &workspace().root().join("dashboard/node_modules/.bin/esbuild")) {
        return Some("esbuild (of the dashboard)");
    }
    WITH_BINARIES.into_iter().find(|name| !runs(name, &bin.join(name)))
}
