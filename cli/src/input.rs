//! Files that are given: read without the byte order mark that some editors put in front.

use std::io::ErrorKind;
use std::path::Path;

use daicho_core::validation::Text;
use serde_json::Value;

const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Input that cannot be used: the command ends with 2.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.en)]
pub struct Unusable(pub(crate) Text);

impl Unusable {
    /// What is wrong and what to do, for people.
    #[must_use]
    pub fn text(&self) -> &Text {
        &self.0
    }

    pub(crate) fn new(ja: &str, en: &str) -> Self {
        Self(Text::of(ja, en))
    }

    /// Of a file, with words of our own.
    pub(crate) fn plain(file: &Path, ja: &str, en: &str) -> Self {
        let file = file.display();
        Self::new(&format!("{file}: {ja}"), &format!("{file}: {en}"))
    }

    /// Of a file, with the reason that a reader gave in English.
    pub(crate) fn of(file: &Path, ja: &str, en: &str, reason: impl std::fmt::Display) -> Self {
        Self::plain(file, &format!("{ja}（{reason}）。"), &format!("{en}: {reason}"))
    }

    fn unread(file: &Path, error: &std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound => Self::plain(file, "ファイルがありません。", "there is no such file"),
            ErrorKind::PermissionDenied => {
                Self::plain(file, "ファイルを読む権限がありません。", "the file may not be read")
            }
            _ => Self::of(file, "ファイルを読み込めません", "the file cannot be read", error),
        }
    }
}

/// Without a byte order mark.
pub(crate) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(MARK).unwrap_or(bytes)
}

/// What a file holds.
pub(crate) fn bytes(file: &Path) -> Result<Vec<u8>, Unusable> {
    let bytes = std::fs::read(file).map_err(|error| Unusable::unread(file, &error))?;
    Ok(without_mark(&bytes).to_vec())
}

/// The text that a file holds.
pub(crate) fn text(file: &Path) -> Result<String, Unusable> {
    let no_text =
        |error| Unusable::of(file, "UTF-8のテキストではありません", "this is no text in UTF-8", error);
    String::from_utf8(bytes(file)?).map_err(no_text)
}

/// The JSON that a file holds.
pub(crate) fn json(file: &Path) -> Result<Value, Unusable> {
    serde_json::from_slice(&bytes(file)?).map_err(|error| not_json(file, error))
}

/// That a file is not JSON.
pub(crate) fn not_json(file: &Path, error: impl std::fmt::Display) -> Unusable {
    Unusable::of(file, "JSONとして読み取れません", "this is not JSON", error)
}
