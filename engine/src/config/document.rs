//! The stored documents.

use daicho_core::connections::Connections;
use daicho_core::mapping::Mapping;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::ConfigError;
use crate::error::EngineError;
use crate::port::{Millis, Query, SqlError, Statements};

/// The name of the mapping document.
pub const MAPPING: &str = "mapping";
/// The name of the connections document.
pub const CONNECTIONS: &str = "connections";

/// A document as it was put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its text, byte for byte.
    pub body: String,
    /// A hash of the body, without quotation marks.
    pub etag: String,
}

/// Which document a put replaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Precondition {
    /// The request does not say.
    Missing,
    /// `If-None-Match: *`: none.
    IfNoneMatch,
    /// `If-Match`: the one with this ETag.
    IfMatch(String),
}

impl Precondition {
    /// Whether the stored document is the one to be replaced.
    pub(super) fn check(&self, stored: Option<&Document>) -> Result<(), ConfigError> {
        let met = match self {
            Self::Missing => return Err(ConfigError::PreconditionMissing),
            Self::IfNoneMatch => stored.is_none(),
            Self::IfMatch(etag) => stored.is_some_and(|stored| stored.etag == etag.trim_matches('"')),
        };
        let failed = || ConfigError::PreconditionFailed { etag: stored.map(|stored| stored.etag.clone()) };
        if met { Ok(()) } else { Err(failed()) }
    }
}

/// The document of this name, where one is stored.
///
/// # Errors
/// SQLite's refusal.
pub fn get(sql: &(impl Query + ?Sized), name: &str) -> Result<Option<Document>, SqlError> {
    let rows = sql.query("SELECT body, etag FROM document WHERE name = ?1", &[name.into()])?;
    let document =
        rows.first().map(|row| Ok(Document { body: row.text(0)?.to_owned(), etag: row.text(1)?.to_owned() }));
    document.transpose()
}

/// When a document was put last.
///
/// # Errors
/// SQLite's refusal.
pub(crate) fn last_put(sql: &(impl Query + ?Sized)) -> Result<Option<Millis>, SqlError> {
    let rows = sql.query("SELECT max(updated) FROM document", &[])?;
    rows.first().map_or(Ok(None), |row| row.optional_integer(0))
}

pub(super) fn store(
    tx: &dyn Statements,
    name: &str,
    document: &Document,
    by: &str,
    now: Millis,
) -> Result<(), SqlError> {
    let sql = "INSERT INTO document (name, body, etag, updated, by) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (name) DO UPDATE SET body = excluded.body, etag = excluded.etag,
                 updated = excluded.updated, by = excluded.by";
    let Document { body, etag } = document;
    tx.exec(sql, &[name.into(), body.as_str().into(), etag.as_str().into(), now.into(), by.into()]).map(drop)
}

/// The body as a document with its ETag.
pub(super) fn of_body(body: &[u8]) -> Result<Document, ConfigError> {
    let text = std::str::from_utf8(body)
        .map_err(|_| ConfigError::Form { path: ".".to_owned(), reason: "not UTF-8".to_owned() })?;
    Ok(Document { body: text.to_owned(), etag: hex::encode(Sha256::digest(body)) })
}

pub(crate) fn mapping(sql: &(impl Query + ?Sized)) -> Result<Option<Mapping>, EngineError> {
    stored(sql, MAPPING)
}

pub(crate) fn connections(sql: &(impl Query + ?Sized)) -> Result<Option<Connections>, EngineError> {
    stored(sql, CONNECTIONS)
}

/// One that another version of Daicho stored and this one cannot read is none: were it an error, nothing could put it
/// right. The status tells of it.
fn stored<T: DeserializeOwned>(
    sql: &(impl Query + ?Sized),
    name: &'static str,
) -> Result<Option<T>, EngineError> {
    Ok(get(sql, name)?.and_then(|document| serde_json::from_str(&document.body).ok()))
}
