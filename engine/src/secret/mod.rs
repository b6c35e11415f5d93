//! Sealed secrets: Stripe's key, kintone's API tokens.
//!
//! AES-256-GCM under a key that only the Worker's environment holds, with a fresh random nonce for
//! each seal (96 bits: by NIST SP 800-38D good for 2^32 seals under one key) and tenant, name and
//! key id as associated data, so that a row cannot be moved to another tenant or name. What was
//! sealed is never sent out again, never logged and stands in no document.

mod keys;
pub(crate) mod rotation;
mod seal;

use std::fmt;

use daicho_core::tenant::TenantName;

use crate::port::{Clock, Query, Random, Sql, SqlError, Statements};

pub use keys::{SealingKeys, SealingKeysError};
pub use rotation::{KeyUse, Sealing};

/// A secret in the clear, in memory only. Its `Debug` says nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a secret's text.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for a header of the request it belongs to and nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A secret cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Nothing is stored under this name.
    #[error("there is no secret `{name}`: store it with `daicho secret set {name}`")]
    Missing {
        /// Its name.
        name: String,
    },
    /// It was sealed under a key that the Worker no longer has.
    #[error(
        "secret `{name}` was sealed under the key `{key_id}`, which SEALING_KEYS does not hold: put that key back, or store the secret again"
    )]
    UnknownKey {
        /// Its name.
        name: String,
        /// The key's id.
        key_id: String,
    },
    /// It does not open: changed, or of another tenant or name, or the key has another value.
    #[error("secret `{name}` does not open under its key: store it again")]
    DoesNotOpen {
        /// Its name.
        name: String,
    },
    /// The name has another form.
    #[error("a secret's name has 1 to 64 letters, digits, `_` or `-`")]
    NotAName,
    /// It is empty, not UTF-8, or holds what no header can.
    #[error("secret `{name}` must be printable ASCII without spaces around it, 1 to 4096 characters")]
    NotAHeaderValue {
        /// Its name.
        name: String,
    },
    /// The database refused.
    #[error(transparent)]
    Sql(#[from] SqlError),
}

/// Opens a stored secret.
///
/// # Errors
/// [`SecretError`] says which, and what to do.
pub fn open(
    sql: &(impl Query + ?Sized),
    sealing: &SealingKeys,
    tenant: &TenantName,
    name: &str,
) -> Result<Secret, SecretError> {
    let rows = sql.query("SELECT key_id, nonce, sealed FROM secret WHERE name = ?1", &[name.into()])?;
    let Some(row) = rows.first() else {
        return Err(SecretError::Missing { name: name.to_owned() });
    };
    let sealed = seal::Sealed {
        key_id: row.text(0)?.to_owned(),
        nonce: row.blob(1)?.to_owned(),
        bytes: row.blob(2)?.to_owned(),
    };
    let plain = sealed.open(sealing, &tenant.to_string(), name)?;
    let text = String::from_utf8(plain).map_err(|_| SecretError::DoesNotOpen { name: name.to_owned() })?;
    Ok(Secret(text))
}

/// Seals a secret under the current key and stores it, in place of what was there. Targets that wait
/// for a person are checked again at once: the secret may be what they waited for.
///
/// # Errors
/// The value cannot stand in a header, or the database refused.
pub fn put(
    world: &(impl Sql + Clock + Random),
    sealing: &SealingKeys,
    tenant: &TenantName,
    name: &str,
    value: &[u8],
) -> Result<(), SecretError> {
    if !is_name(name) {
        return Err(SecretError::NotAName);
    }
    let refused = || SecretError::NotAHeaderValue { name: name.to_owned() };
    let text = std::str::from_utf8(value).map_err(|_| refused())?.trim_end_matches(['\r', '\n']);
    let printable = text.bytes().all(|b| (0x20..0x7f).contains(&b));
    if !printable || text.trim() != text || !(1..=4096).contains(&text.len()) {
        return Err(refused());
    }
    let sealed = seal::Sealed::seal(world, sealing, &tenant.to_string(), name, text.as_bytes())?;
    let now = world.now();
    world.transaction(|tx| {
        let insert = "INSERT INTO secret (name, key_id, nonce, sealed, updated) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (name) DO UPDATE SET key_id = excluded.key_id, nonce = excluded.nonce,
               sealed = excluded.sealed, updated = excluded.updated";
        tx.exec(
            insert,
            &[name.into(), sealed.key_id.into(), sealed.nonce.into(), sealed.bytes.into(), now.into()],
        )?;
        crate::binding::check_again(tx)
    })?;
    Ok(())
}

/// Whether a secret may have this name.
#[must_use]
pub fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// Whether a secret of this name is stored.
///
/// # Errors
/// SQLite's refusal.
pub fn exists(sql: &(impl Query + ?Sized), name: &str) -> Result<bool, SqlError> {
    let rows = sql.query("SELECT 1 FROM secret WHERE name = ?1", &[name.into()])?;
    Ok(!rows.is_empty())
}

/// Takes a secret away.
///
/// # Errors
/// SQLite's refusal.
pub fn remove(tx: &dyn Statements, name: &str) -> Result<(), SqlError> {
    tx.exec("DELETE FROM secret WHERE name = ?1", &[name.into()]).map(drop)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
