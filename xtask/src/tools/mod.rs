//! The tools that a build needs and Cargo does not bring: installed where they are missing, in
//! parallel, into this checkout alone.

mod node;
mod rust;

pub use rust::{wasm_bindgen, worker_build};

use std::thread;

use anyhow::{Result, anyhow, bail};

/// Installs what is missing. Quick if nothing is.
///
/// # Errors
/// Every tool that could not be had, each with what to do.
pub fn ensure() -> Result<()> {
    let mut missing = rust::plan()?;
    missing.extend(node::plan()?);
    if missing.is_empty() {
        return Ok(());
    }
    crate::progress::say(&format!(
        "Installing {} (the first time this takes several minutes)",
        missing.iter().map(|install| install.name).collect::<Vec<_>>().join(", ")
    ));
    let failed: Vec<String> = thread::scope(|scope| {
        let running: Vec<_> =
            missing.into_iter().map(|install| scope.spawn(move || (install.run)())).collect();
        running
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err(anyhow!("an installation panicked"))))
            .filter_map(|done| done.err().map(|error| format!("{error:#}")))
            .collect()
    });
    if !failed.is_empty() {
        bail!("{}", failed.join("\n"));
    }
    Ok(())
}

/// A tool that is missing, and how to have it.
struct Install {
    name: &'static str,
    run: Box<dyn FnOnce() -> Result<()> + Send>,
}
