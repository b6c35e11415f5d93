//! The keys that secrets are sealed under, from the Worker secret `SEALING_KEYS`.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// 256 bits.
pub(super) type KeyBytes = [u8; 32];

/// Every key that may still open something, and the one that seals. A key is rotated by adding one,
/// making it current, and taking the old one away once nothing is sealed under it.
#[derive(Clone)]
pub struct SealingKeys {
    current: String,
    keys: BTreeMap<String, KeyBytes>,
}

impl fmt::Debug for SealingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealingKeys")
            .field("current", &self.current)
            .field("keys", &self.keys.keys().collect::<Vec<_>>())
            .finish()
    }
}

/// `SEALING_KEYS` cannot be used. Says nothing of the keys themselves.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealingKeysError {
    /// It has another form.
    #[error(
        r#"SEALING_KEYS must be JSON of the form {{"current":"k1","keys":{{"k1":"<32 random bytes in base64>"}}}}; `openssl rand -base64 32` makes a key"#
    )]
    NotJson,
    /// One key is not 32 bytes in base64.
    #[error("SEALING_KEYS: key `{id}` is not 32 bytes in base64; `openssl rand -base64 32` makes one")]
    NotAKey {
        /// The key's id.
        id: String,
    },
    /// The current key is not among the keys.
    #[error("SEALING_KEYS: `current` names `{id}`, which is not among `keys`")]
    NoCurrent {
        /// The id that `current` names.
        id: String,
    },
}

impl SealingKeys {
    /// Reads `{"current":"k1","keys":{"k1":"<base64 of 32 bytes>"}}`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(json: &str) -> Result<Self, SealingKeysError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Wire {
            current: String,
            keys: BTreeMap<String, String>,
        }
        // serde's own message would quote what it found.
        let wire: Wire = serde_json::from_str(json).map_err(|_| SealingKeysError::NotJson)?;
        let mut keys = BTreeMap::new();
        for (id, text) in wire.keys {
            let bytes = STANDARD.decode(text.trim()).ok().and_then(|bytes| KeyBytes::try_from(bytes).ok());
            match bytes {
                Some(bytes) => keys.insert(id, bytes),
                None => return Err(SealingKeysError::NotAKey { id }),
            };
        }
        if !keys.contains_key(&wire.current) {
            return Err(SealingKeysError::NoCurrent { id: wire.current });
        }
        Ok(Self { current: wire.current, keys })
    }

    pub(super) fn current(&self) -> (&str, Option<&KeyBytes>) {
        (&self.current, self.keys.get(&self.current))
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.keys.keys().map(String::as_str)
    }

    pub(super) fn get(&self, id: &str) -> Option<&KeyBytes> {
        self.keys.get(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_the_keys_is_said_without_a_key() {
        let key = STANDARD.encode([7; 32]);
        assert_eq!(SealingKeys::parse(&key).unwrap_err(), SealingKeysError::NotJson);
        let short = STANDARD.encode([7; 16]);
        let json = format!(r#"{{"current":"a","keys":{{"a":"{short}"}}}}"#);
        let error = SealingKeys::parse(&json).unwrap_err();
        assert_eq!(error, SealingKeysError::NotAKey { id: "a".to_owned() });
        assert!(!error.to_string().contains(&short));
        let json = format!(r#"{{"current":"b","keys":{{"a":"{key}"}}}}"#);
        assert_eq!(
            SealingKeys::parse(&json).unwrap_err(),
            SealingKeysError::NoCurrent { id: "b".to_owned() }
        );
    }

    #[test]
    fn debug_names_keys_and_shows_none() {
        let json = format!(r#"{{"current":"a","keys":{{"a":"{}"}}}}"#, STANDARD.encode([77; 32]));
        let keys = SealingKeys::parse(&json).unwrap();
        assert_eq!(format!("{keys:?}"), r#"SealingKeys { current: "a", keys: ["a"] }"#);
    }
}
