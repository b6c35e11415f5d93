//! `cargo xtask app configure`: makes the Stripe App another company's own.
//!
//! Ids of Stripe Apps are unique over all of Stripe, and a private app lives in the account that uploaded
//! it; so whoever runs Daicho uploads it under an id and with a Worker of their own.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use daicho_harness::workspace;
use serde_json::{Value, json};

use crate::progress::say;

/// The manifest that Stripe's CLI uploads, from the root.
const MANIFEST: &str = "stripe-app.json";

#[derive(Debug, clap::Args)]
pub struct Configure {
    /// The app's id, unique over all of Stripe, for example com.yourcompany.kintone-sync
    #[arg(long)]
    id: String,
    /// Where your Worker is, for example https://daicho.yourcompany.workers.dev
    #[arg(long)]
    worker_url: String,
}

/// Rewrites the manifest.
///
/// # Errors
/// If the id or the address cannot stand in it, or it cannot be read or written.
pub fn configure(options: &Configure) -> Result<()> {
    let path = workspace().root().join(MANIFEST);
    rewrite(&path, options)?;
    say(&format!(
        "{MANIFEST} is now {} with its Worker at {}. `stripe apps upload` uploads it.",
        options.id, options.worker_url
    ));
    Ok(())
}

fn rewrite(path: &Path, options: &Configure) -> Result<()> {
    check_id(&options.id)?;
    let api = api_base(&options.worker_url)?;
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut manifest: Value =
        serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?;
    manifest["id"] = options.id.as_str().into();
    manifest["ui_extension"]["content_security_policy"]["connect-src"] = json!([api]);
    manifest["constants"]["API_BASE"] = api.into();
    fs::write(path, format!("{manifest:#}\n")).with_context(|| format!("cannot write {}", path.display()))
}

/// The manifest's schema allows letters, digits, `_`, `-` and `.`.
fn check_id(id: &str) -> Result<()> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    ensure!(
        !id.is_empty() && id.chars().all(allowed),
        "an app's id consists of letters, digits, `.`, `-` and `_`, for example com.yourcompany.kintone-sync"
    );
    Ok(())
}

/// The views' part of the Worker. The last slash stands for all below it; Stripe wants a path.
fn api_base(worker_url: &str) -> Result<String> {
    let origin = worker_url.trim_end_matches('/');
    let Some(host) = origin.strip_prefix("https://") else {
        bail!("the Worker's address begins with https://: the Dashboard reaches nothing else");
    };
    ensure!(
        !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']),
        "give the Worker's address without a path, for example https://daicho.yourcompany.workers.dev"
    );
    Ok(format!("{origin}/api/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(id: &str, worker_url: &str) -> Configure {
        Configure { id: id.to_owned(), worker_url: worker_url.to_owned() }
    }

    #[test]
    fn the_manifest_gets_the_id_and_reaches_that_worker_alone_and_keeps_the_rest() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(MANIFEST);
        let ours = fs::read_to_string(workspace().root().join(MANIFEST)).unwrap();
        fs::write(&path, &ours).unwrap();
        rewrite(&path, &options("com.example.sync", "https://daicho.example.com/")).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let (before, after): (Value, Value) =
            (serde_json::from_str(&ours).unwrap(), serde_json::from_str(&text).unwrap());
        let api = "https://daicho.example.com/api/";
        assert_eq!(after["id"], "com.example.sync");
        assert_eq!(after["ui_extension"]["content_security_policy"]["connect-src"], json!([api]));
        assert_eq!(after["constants"]["API_BASE"], api);
        assert!(!text.contains(before["id"].as_str().unwrap()), "{text}");
        for part in ["permissions", "post_install_action", "version", "name"] {
            assert_eq!(after[part], before[part]);
        }
        assert_eq!(after["ui_extension"]["views"], before["ui_extension"]["views"]);
    }

    #[test]
    fn what_stripe_would_refuse_is_refused_before_anything_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(MANIFEST);
        fs::write(&path, "{}").unwrap();
        for (id, url) in [
            ("com.example/sync", "https://daicho.example.com"),
            ("", "https://daicho.example.com"),
            ("com.example.sync", "http://daicho.example.com"),
            ("com.example.sync", "https://daicho.example.com/somewhere"),
            ("com.example.sync", "https://"),
        ] {
            assert!(rewrite(&path, &options(id, url)).is_err(), "{id} {url}");
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "{}");
    }
}
