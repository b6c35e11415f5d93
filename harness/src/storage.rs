//! A Durable Object's database on disk, looked at while no Worker runs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::workspace;

/// The database of the one tenant of a run.
#[derive(Debug, Clone)]
pub struct Storage {
    file: PathBuf,
}

impl Storage {
    /// The tenant's database of a Worker whose files stand in `dir`.
    ///
    /// # Errors
    /// If there is none, or more than one.
    pub fn of_tenant(dir: &Path) -> Result<Self> {
        let objects = dir.join("state/tenant");
        let entries = fs::read_dir(&objects).with_context(|| format!("cannot read {}", objects.display()))?;
        let is_object = |path: &PathBuf| {
            path.extension().is_some_and(|extension| extension == "sqlite")
                && path.file_stem().is_some_and(|stem| stem != "metadata")
        };
        let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_object).collect();
        let file =
            files.pop().with_context(|| format!("no object has a database in {}", objects.display()))?;
        ensure!(files.is_empty(), "more than one object has a database in {}", objects.display());
        Ok(Self { file })
    }

    /// Its size on disk in bytes, its log included.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let size = |suffix: &str| {
            let mut path = self.file.clone().into_os_string();
            path.push(suffix);
            fs::metadata(path).map_or(0, |metadata| metadata.len())
        };
        size("") + size("-wal")
    }

    /// The rows that a statement answers, as objects.
    ///
    /// # Errors
    /// If it is refused.
    pub fn rows(&self, sql: &str) -> Result<Vec<Value>> {
        let workspace = workspace();
        let script = workspace.root().join("harness/storage.mjs");
        let output = workspace
            .command(workspace.node_bin().join("node"))
            .arg("--no-warnings")
            .arg(script)
            .arg(&self.file)
            .arg(sql)
            .output()
            .context("cannot start Node")?;
        ensure!(
            output.status.success(),
            "{} was not read: {}",
            self.file.display(),
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).context("Node answered no JSON")
    }

    /// How many rows each table has.
    ///
    /// # Errors
    /// As [`Storage::rows`].
    pub fn tables(&self) -> Result<BTreeMap<String, u64>> {
        let names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_cf%' ESCAPE '\\'";
        let mut tables = BTreeMap::new();
        for row in self.rows(names)? {
            let name = row["name"].as_str().unwrap_or_default();
            let count = self.rows(&format!("SELECT count(*) AS count FROM \"{name}\""))?;
            tables.insert(name.to_owned(), count.first().and_then(|row| row["count"].as_u64()).unwrap_or(0));
        }
        Ok(tables)
    }
}
