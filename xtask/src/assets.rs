//! What Cloudflare serves beside the Worker, without asking it: the views' logic as WebAssembly.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use daicho_harness::workspace;

/// A file is named by what it holds, and a view in a frame without an origin fetches it.
const HEADERS: &str = "/api/ui/*
  Access-Control-Allow-Origin: *
  Cache-Control: public, max-age=31536000, immutable
  Content-Type: application/wasm
";

/// Puts the WebAssembly of `logic`, a folder that `cargo xtask build ui-logic` made, where wrangler.toml
/// says that assets are: at `/api/ui/{sha256}.wasm`.
///
/// # Errors
/// If a file cannot be read or written.
pub fn lay_out(logic: &Path) -> Result<()> {
    let assets = workspace().root().join("build/assets");
    let served = assets.join("api/ui");
    let _ = fs::remove_dir_all(&assets);
    fs::create_dir_all(&served).with_context(|| format!("cannot make {}", served.display()))?;
    fs::write(assets.join("_headers"), HEADERS)?;
    for file in fs::read_dir(logic)? {
        let path = file?.path();
        if let (Some("wasm"), Some(name)) = (path.extension().and_then(|end| end.to_str()), path.file_name())
        {
            fs::copy(&path, served.join(name))?;
        }
    }
    Ok(())
}
