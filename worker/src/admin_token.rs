//! Named bearer tokens, kept as SHA-256: whoever reads the Worker's secrets still cannot use them.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

/// Who may call `/admin`.
#[derive(Debug)]
pub struct AdminTokens {
    entries: Vec<(String, [u8; 32])>,
}

/// The tokens' JSON has another form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotTokens;

impl std::fmt::Display for NotTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            r#"write it as {"name":"<SHA-256 of the token in hex>"}; `printf %s "$TOKEN" | sha256sum` gives the digits."#,
        )
    }
}

impl AdminTokens {
    /// Reads `{"name":"<SHA-256 of the token in hex>"}`.
    ///
    /// # Errors
    /// [`NotTokens`] when it has another form.
    pub fn parse(json: &str) -> Result<Self, NotTokens> {
        let digests: BTreeMap<String, String> = serde_json::from_str(json).map_err(|_| NotTokens)?;
        let entries = digests.into_iter().map(|(name, digest)| {
            let mut bytes = [0; 32];
            hex::decode_to_slice(digest.trim(), &mut bytes).map_err(|_| NotTokens)?;
            Ok((name, bytes))
        });
        Ok(Self { entries: entries.collect::<Result<_, _>>()? })
    }

    /// The name of the token in an `Authorization` header. All entries are compared, each in constant
    /// time, so that the time taken says nothing of how close a guess came.
    #[must_use]
    pub fn name_of(&self, authorization: Option<&str>) -> Option<&str> {
        let (scheme, token) = authorization?.split_once(' ')?;
        let digest: [u8; 32] = Sha256::digest(token.trim().as_bytes()).into();
        let mut found = u32::MAX;
        for (index, (_, expected)) in (0_u32..).zip(&self.entries) {
            let same: Choice = digest.ct_eq(expected);
            found = u32::conditional_select(&found, &index, same);
        }
        let (name, _) = self.entries.get(usize::try_from(found).ok()?)?;
        scheme.eq_ignore_ascii_case("bearer").then_some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens() -> AdminTokens {
        let digest = |token: &str| hex::encode(Sha256::digest(token.as_bytes()));
        let json = format!(r#"{{"hanako":"{}","ci":"{}"}}"#, digest("token-one"), digest("token-two"));
        AdminTokens::parse(&json).unwrap()
    }

    #[test]
    fn a_token_is_known_by_its_name() {
        assert_eq!(tokens().name_of(Some("Bearer token-one")), Some("hanako"));
        assert_eq!(tokens().name_of(Some("bearer token-two")), Some("ci"));
    }

    #[test]
    fn anything_else_is_nobody() {
        for header in ["Bearer token-three", "Bearer ", "Basic token-one", "token-one", ""] {
            assert_eq!(tokens().name_of(Some(header)), None, "{header}");
        }
        assert_eq!(tokens().name_of(None), None);
        assert_eq!(AdminTokens::parse("{}").unwrap().name_of(Some("Bearer x")), None);
    }

    #[test]
    fn a_digest_does_not_open_anything() {
        let digest = hex::encode(Sha256::digest(b"token-one"));
        assert_eq!(tokens().name_of(Some(&format!("Bearer {digest}"))), None);
    }

    #[test]
    fn another_form_is_refused() {
        for json in ["", "[]", r#"{"a":1}"#, r#"{"a":"00"}"#, r#"{"a":"token-one"}"#] {
            assert!(AdminTokens::parse(json).is_err(), "{json}");
        }
    }
}
