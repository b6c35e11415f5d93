//! AES-256-GCM over one value.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, Key, KeyInit, Nonce};

use super::{SealingKeys, SecretError};
use crate::port::Random;

/// What stands in the row.
pub(super) struct Sealed {
    pub(super) key_id: String,
    pub(super) nonce: Vec<u8>,
    pub(super) bytes: Vec<u8>,
}

impl Sealed {
    pub(super) fn seal(
        random: &impl Random,
        keys: &SealingKeys,
        tenant: &str,
        name: &str,
        plain: &[u8],
    ) -> Result<Self, SecretError> {
        let (key_id, key) = keys.current();
        let unknown = || SecretError::UnknownKey { name: name.to_owned(), key_id: key_id.to_owned() };
        let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::from(*key.ok_or_else(unknown)?));
        let mut nonce = [0; 12];
        random.fill(&mut nonce);
        let aad = associated(tenant, name, key_id);
        let bytes = cipher
            .encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: aad.as_bytes() })
            .map_err(|_| SecretError::NotAHeaderValue { name: name.to_owned() })?;
        Ok(Self { key_id: key_id.to_owned(), nonce: nonce.to_vec(), bytes })
    }

    pub(super) fn open(&self, keys: &SealingKeys, tenant: &str, name: &str) -> Result<Vec<u8>, SecretError> {
        let key = keys
            .get(&self.key_id)
            .ok_or_else(|| SecretError::UnknownKey { name: name.to_owned(), key_id: self.key_id.clone() })?;
        let closed = || SecretError::DoesNotOpen { name: name.to_owned() };
        let nonce: [u8; 12] = self.nonce.as_slice().try_into().map_err(|_| closed())?;
        let aad = associated(tenant, name, &self.key_id);
        Aes256Gcm::new(&Key::<Aes256Gcm>::from(*key))
            .decrypt(&Nonce::from(nonce), Payload { msg: &self.bytes, aad: aad.as_bytes() })
            .map_err(|_| closed())
    }
}

/// Neither a tenant's nor a secret's name holds a line break, so that no two triples give one text.
fn associated(tenant: &str, name: &str, key_id: &str) -> String {
    format!("{tenant}\n{name}\n{key_id}")
}
