//! Fresh keys and tokens.

use anyhow::{Result, anyhow};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;
use sha2::{Digest, Sha256};

fn random() -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("the system gives no random bytes: {error}"))?;
    Ok(bytes)
}

/// An admin token, and the value of `ADMIN_TOKENS` that knows it.
///
/// # Errors
/// If the system gives no random bytes.
pub(crate) fn token(name: &str) -> Result<(String, String)> {
    let token = format!("dct_{}", URL_SAFE_NO_PAD.encode(random()?));
    let entry = json!({ name: hex::encode(Sha256::digest(&token)) });
    Ok((token, entry.to_string()))
}

/// The value of `SEALING_KEYS` with one fresh key.
///
/// # Errors
/// If the system gives no random bytes.
pub(crate) fn sealing_keys(id: &str) -> Result<String> {
    Ok(json!({"current": id, "keys": {id: STANDARD.encode(random()?)}}).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn an_admin_token_comes_with_its_hash() {
        let (token, entry) = token("花子").unwrap();
        let entry: Value = serde_json::from_str(&entry).unwrap();
        assert_eq!(entry["花子"], hex::encode(Sha256::digest(&token)));
        assert_ne!(token, super::token("花子").unwrap().0);
    }

    #[test]
    fn a_sealing_key_is_current_and_has_256_bits() {
        let keys: Value = serde_json::from_str(&sealing_keys("k2").unwrap()).unwrap();
        assert_eq!(keys["current"], "k2");
        assert_eq!(STANDARD.decode(keys["keys"]["k2"].as_str().unwrap()).unwrap().len(), 32);
    }
}
