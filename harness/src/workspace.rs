//! Where things are in this checkout.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// This checkout.
#[derive(Debug, Clone)]
pub struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

/// The checkout that this was compiled in, with Cargo's target directory as Cargo would choose it.
pub fn workspace() -> Workspace {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or_else(|| Path::new(".")).to_path_buf();
    let target = match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root.join(dir),
        None => root.join("target"),
    };
    Workspace { root, target }
}

impl Workspace {
    /// The folder with the workspace's Cargo.toml.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where Cargo builds: `CARGO_TARGET_DIR`, or `target/`.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Tools that are not Cargo's build output and therefore stay in `target/tools` even where
    /// Cargo builds elsewhere.
    pub fn tools(&self) -> PathBuf {
        self.root.join("target/tools")
    }

    /// The programs that npm installed.
    pub fn node_bin(&self) -> PathBuf {
        self.root.join("node_modules/.bin")
    }

    /// A command that runs at the root and finds the project's own Node first.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", self.path_with_node());
        command
    }

    fn path_with_node(&self) -> std::ffi::OsString {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let dirs = std::iter::once(self.node_bin()).chain(std::env::split_paths(&path));
        // Fails only on a path with a `:` in it; such a checkout finds the system's Node.
        std::env::join_paths(dirs).unwrap_or(path)
    }

    /// An empty folder `target/{name}`; what an earlier run left there is ended and removed.
    ///
    /// # Errors
    /// If it cannot be removed or created.
    pub fn fresh_dir(&self, name: &str) -> Result<PathBuf> {
        let dir = self.target.join(name);
        crate::end_stale(&dir)?;
        if dir.exists() {
            std::fs::remove_dir_all(&dir)
                .with_context(|| format!("cannot empty {}; remove it by hand", dir.display()))?;
        }
        std::fs::create_dir_all(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
        Ok(dir)
    }
}
