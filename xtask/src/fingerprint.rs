//! Whether what was built or installed still fits what it was made from.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// A hash over names and contents of files.
#[derive(Default)]
pub struct Fingerprint(Sha256);

impl Fingerprint {
    /// Takes in a text.
    pub fn text(&mut self, text: &str) {
        self.0.update(text.len().to_le_bytes());
        self.0.update(text);
    }

    /// Takes in a file, or a folder with all below it except what is named in `without`.
    ///
    /// # Errors
    /// If something cannot be read.
    pub fn path(&mut self, path: &Path, without: &[&str]) -> Result<()> {
        for file in files(path, without)? {
            let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            self.text(&file.to_string_lossy());
            self.0.update(content.len().to_le_bytes());
            self.0.update(content);
        }
        Ok(())
    }

    /// The hash in hex.
    pub fn finish(self) -> String {
        hex::encode(self.0.finalize())
    }
}

fn files(path: &Path, without: &[&str]) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))? {
        let entry = entry?;
        if !without.iter().any(|name| entry.file_name() == *name) {
            found.extend(files(&entry.path(), without)?);
        }
    }
    found.sort();
    Ok(found)
}

/// Whether the stamp at `path` says `fingerprint`.
pub fn is_stamped(path: &Path, fingerprint: &str) -> bool {
    fs::read_to_string(path).is_ok_and(|stamp| stamp.trim() == fingerprint)
}

/// Writes the stamp.
///
/// # Errors
/// If it cannot be written.
pub fn stamp(path: &Path, fingerprint: &str) -> Result<()> {
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir)?;
    }
    fs::write(path, fingerprint).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(dir: &Path) -> String {
        let mut fingerprint = Fingerprint::default();
        fingerprint.path(dir, &["build"]).unwrap();
        fingerprint.finish()
    }

    #[test]
    fn a_change_anywhere_below_is_seen_and_what_is_left_out_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let (inner, build) = (dir.path().join("src/deep"), dir.path().join("build"));
        fs::create_dir_all(&inner).unwrap();
        fs::create_dir_all(&build).unwrap();
        let before = fingerprint(dir.path());
        fs::write(build.join("out.js"), "1").unwrap();
        assert_eq!(fingerprint(dir.path()), before);
        fs::write(inner.join("a.rs"), "1").unwrap();
        let added = fingerprint(dir.path());
        fs::write(inner.join("a.rs"), "2").unwrap();
        assert!(added != before && fingerprint(dir.path()) != added);
    }
}
