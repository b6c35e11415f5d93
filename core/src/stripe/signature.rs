//! Stripe's signature scheme: `Stripe-Signature: t=<unix>,v1=<hex>[,v1=<hex>…]`, where `v1` is
//! HMAC-SHA256 over `<t>.<raw body>` with the whole secret (`whsec_…`, `absec_…`) as the key.
//!
//! Webhooks and the signed calls of a Stripe App's views use the same scheme. Source: Stripe's
//! documentation, "Verify webhook signatures manually" and "Build a backend for your app".

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

/// How far the timestamp may be from now, in seconds, to either side: the default of Stripe's
/// libraries. A retry is signed anew, so that an honest delivery is never older than this.
pub const TOLERANCE_SECONDS: i64 = 300;

/// A signing secret. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// A secret is empty or blank. Anyone could sign with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a signing secret is blank: set it to the endpoint's secret (whsec_… or absec_…) from the Stripe Dashboard"
)]
pub struct BlankSecret;

impl Secret {
    /// Takes a secret, without the white space around it that pasting leaves.
    ///
    /// # Errors
    /// [`BlankSecret`] when nothing remains.
    pub fn new(secret: &str) -> Result<Self, BlankSecret> {
        let secret = secret.trim();
        if secret.is_empty() { Err(BlankSecret) } else { Ok(Self(secret.to_owned())) }
    }

    /// Takes several secrets, separated by commas: for a rotation, or for one endpoint of one's own
    /// and one of Connect.
    ///
    /// # Errors
    /// [`BlankSecret`] when one of them is blank, or all of them.
    pub fn list(secrets: &str) -> Result<Vec<Self>, BlankSecret> {
        secrets.split(',').map(Self::new).collect()
    }

    fn mac(&self, timestamp: &str, body: &[u8]) -> [u8; 32] {
        // HMAC takes a key of any length, so this cannot fail; a zero key would be worse than a stop.
        #[expect(clippy::expect_used, reason = "HMAC accepts keys of every length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_bytes()).expect("any key length");
        mac.update(timestamp.as_bytes());
        mac.update(b".");
        mac.update(body);
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Why a signature is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// There is no `Stripe-Signature` header.
    #[error("the Stripe-Signature header is missing")]
    Missing,
    /// The header is not of the form `t=<unix>,v1=<hex>`.
    #[error("the Stripe-Signature header is not of the form t=<unix>,v1=<hex>")]
    Malformed,
    /// The header carries no `v1`; other schemes (`v0`) mark Stripe's fake signatures.
    #[error("the Stripe-Signature header carries no v1 signature")]
    NoV1,
    /// No `v1` was made with one of the secrets over this body.
    #[error(
        "no signature matches: compare the endpoint's signing secret, and see that nothing changes the body on its way"
    )]
    Mismatch,
    /// It is genuine, and too old.
    #[error("the signature is {age_seconds} s old; at most {TOLERANCE_SECONDS} s are accepted")]
    TooOld {
        /// Its age in seconds.
        age_seconds: i64,
    },
    /// It is genuine, and too far in the future.
    #[error("the signature is {ahead_seconds} s in the future; at most {TOLERANCE_SECONDS} s are accepted")]
    InFuture {
        /// How far ahead of our clock, in seconds.
        ahead_seconds: i64,
    },
}

impl SignatureError {
    /// A stable word for machines.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Missing => "missing_signature",
            Self::Malformed => "malformed_signature",
            Self::NoV1 => "no_v1_signature",
            Self::Mismatch => "signature_mismatch",
            Self::TooOld { .. } => "timestamp_too_old",
            Self::InFuture { .. } => "timestamp_in_future",
        }
    }
}

/// Verifies `body`, the raw bytes as received, against the header.
///
/// The signature is checked before the time, so that what we say of a timestamp is said only to
/// someone who holds a secret. Every `v1` is tried with every secret, in constant time.
/// With no secret at all nothing matches.
///
/// # Errors
/// [`SignatureError`] says why; nothing of the body may be used then.
pub fn verify(
    header: Option<&str>,
    body: &[u8],
    secrets: &[Secret],
    now_seconds: i64,
) -> Result<(), SignatureError> {
    let header = Header::parse(header.ok_or(SignatureError::Missing)?)?;
    let mut genuine = Choice::from(0);
    for secret in secrets {
        let expected = secret.mac(header.timestamp, body);
        for signature in &header.v1 {
            genuine |= expected.ct_eq(signature);
        }
    }
    if !bool::from(genuine) {
        return Err(SignatureError::Mismatch);
    }
    let age_seconds = now_seconds.saturating_sub(header.seconds);
    if age_seconds > TOLERANCE_SECONDS {
        Err(SignatureError::TooOld { age_seconds })
    } else if age_seconds < -TOLERANCE_SECONDS {
        Err(SignatureError::InFuture { ahead_seconds: age_seconds.saturating_neg() })
    } else {
        Ok(())
    }
}

/// The header's value for `body`, as Stripe would make it at `now_seconds`. For clients and tests.
#[must_use]
pub fn sign(secret: &Secret, body: &[u8], now_seconds: i64) -> String {
    let mac = secret.mac(&now_seconds.to_string(), body);
    format!("t={now_seconds},v1={}", hex::encode(mac))
}

struct Header<'a> {
    /// As it stands in the header, since that is what was signed.
    timestamp: &'a str,
    seconds: i64,
    v1: Vec<[u8; 32]>,
}

impl<'a> Header<'a> {
    fn parse(header: &'a str) -> Result<Self, SignatureError> {
        let mut timestamp = None;
        let mut has_v1 = false;
        let mut v1 = Vec::new();
        for item in header.split(',') {
            let (scheme, value) = item.trim().split_once('=').ok_or(SignatureError::Malformed)?;
            match scheme {
                // A second timestamp would leave open which of them was signed.
                "t" if timestamp.replace(value).is_some() => return Err(SignatureError::Malformed),
                "v1" => {
                    has_v1 = true;
                    // What is no digest matches nothing; another v1 beside it may.
                    let mut digest = [0; 32];
                    if hex::decode_to_slice(value, &mut digest).is_ok() {
                        v1.push(digest);
                    }
                }
                _ => {}
            }
        }
        let timestamp = timestamp.ok_or(SignatureError::Malformed)?;
        if timestamp.is_empty() || !timestamp.bytes().all(|b| b.is_ascii_digit()) {
            return Err(SignatureError::Malformed);
        }
        let seconds = timestamp.parse().map_err(|_| SignatureError::Malformed)?;
        if has_v1 { Ok(Self { timestamp, seconds, v1 }) } else { Err(SignatureError::NoV1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_350_600;
    const BODY: &[u8] = br#"{"id":"evt_1","object":"event","type":"customer.updated"}"#;
    const V1: &str = "e94f4926952a8dbbd6781dccef6e3fc2b1a26edf8f93eba6c91dc873a555a72d";

    fn secret(text: &str) -> Secret {
        Secret::new(text).unwrap()
    }

    fn check(header: &str, now: i64) -> Result<(), SignatureError> {
        verify(Some(header), BODY, &[secret("whsec_test_secret")], now)
    }

    /// Made with stripe-node 23.1.0, `stripe.webhooks.generateTestHeaderString`.
    #[test]
    fn signatures_of_stripe_node_are_reproduced() {
        for (key, body, v1) in [
            (
                "absec_test_secret",
                r#"{"user_id":"usr_123","account_id":"acct_456"}"#,
                "bd3c0ab5372cd3f4e193597273a27a028f50669de7bf630394f58390a8f632c4",
            ),
            (
                "absec_test_secret",
                r#"{"command":"sync","nonce":"n1","user_id":"usr_123","account_id":"acct_456"}"#,
                "974e52dafac0ee652696db1803beb5268afb241ee0b6d8768573e67f1227a31b",
            ),
            ("whsec_test_secret", r#"{"id":"evt_1","object":"event","type":"customer.updated"}"#, V1),
            (
                "whsec_日本語",
                r#"{"name":"山田 太郎","emoji":"🎌"}"#,
                "bc66d573d69168c9f9b1c30a400e4cd6368caf309a5410afe8c3c2ce6ffe3b44",
            ),
        ] {
            let header = format!("t={NOW},v1={v1}");
            assert_eq!(sign(&secret(key), body.as_bytes(), NOW), header);
            assert_eq!(verify(Some(&header), body.as_bytes(), &[secret(key)], NOW), Ok(()));
        }
    }

    #[test]
    fn a_missing_header_is_named() {
        assert_eq!(verify(None, BODY, &[secret("x")], NOW), Err(SignatureError::Missing));
    }

    #[test]
    fn a_malformed_header_is_named() {
        for header in [
            "",
            "t",
            "nonsense",
            "t=,v1=00",
            "t=abc,v1=00",
            "t=-5,v1=00",
            "v1=00",
            "t=+1,v1=00",
            "t=99999999999999999999,v1=00",
            "t=1,t=2,v1=00",
            ",,,",
            "t=1,v1",
        ] {
            assert_eq!(check(header, NOW), Err(SignatureError::Malformed), "{header}");
        }
    }

    #[test]
    fn a_header_with_other_schemes_only_is_refused() {
        assert_eq!(check(&format!("t={NOW},v0={V1}"), NOW), Err(SignatureError::NoV1));
    }

    #[test]
    fn other_schemes_beside_v1_are_ignored() {
        assert_eq!(check(&format!("t={NOW},v0=ff,v1={V1},v2=zz"), NOW), Ok(()));
    }

    #[test]
    fn a_second_v1_signature_is_tried() {
        let wrong = "0".repeat(64);
        assert_eq!(check(&format!("t={NOW},v1={wrong},v1={V1}"), NOW), Ok(()));
        assert_eq!(check(&format!("t={NOW},v1=not-hex,v1={V1}"), NOW), Ok(()));
    }

    #[test]
    fn what_follows_the_right_signature_or_secret_changes_nothing() {
        let wrong = "0".repeat(64);
        assert_eq!(check(&format!("t={NOW},v1={V1},v1={wrong}"), NOW), Ok(()));
        let secrets = Secret::list("whsec_test_secret,whsec_new").unwrap();
        assert_eq!(verify(Some(&format!("t={NOW},v1={V1}")), BODY, &secrets, NOW), Ok(()));
    }

    #[test]
    fn every_secret_is_tried() {
        let secrets = Secret::list("whsec_old, whsec_test_secret").unwrap();
        assert_eq!(verify(Some(&format!("t={NOW},v1={V1}")), BODY, &secrets, NOW), Ok(()));
    }

    #[test]
    fn a_wrong_signature_secret_body_or_timestamp_is_a_mismatch() {
        let header = format!("t={NOW},v1={V1}");
        let right = [secret("whsec_test_secret")];
        let mismatch = Err(SignatureError::Mismatch);
        assert_eq!(check(&format!("t={NOW},v1={}", "0".repeat(64)), NOW), mismatch);
        assert_eq!(check(&format!("t={NOW},v1={}", &V1[..62]), NOW), mismatch);
        assert_eq!(check(&format!("t={},v1={V1}", NOW + 1), NOW), mismatch);
        assert_eq!(verify(Some(&header), BODY, &[secret("other")], NOW), mismatch);
        assert_eq!(verify(Some(&header), BODY, &[], NOW), mismatch);
        assert_eq!(verify(Some(&header), b"{}", &right, NOW), mismatch);
    }

    #[test]
    fn both_edges_of_the_tolerance_are_accepted_and_a_second_more_is_not() {
        let header = format!("t={NOW},v1={V1}");
        assert_eq!(check(&header, NOW + 300), Ok(()));
        assert_eq!(check(&header, NOW + 301), Err(SignatureError::TooOld { age_seconds: 301 }));
        assert_eq!(check(&header, NOW - 300), Ok(()));
        assert_eq!(check(&header, NOW - 301), Err(SignatureError::InFuture { ahead_seconds: 301 }));
    }

    #[test]
    fn the_age_of_a_forged_signature_is_not_told() {
        let forged = format!("t={},v1={}", NOW - 10_000, "0".repeat(64));
        assert_eq!(check(&forged, NOW), Err(SignatureError::Mismatch));
    }

    #[test]
    fn a_blank_secret_is_refused() {
        for blank in ["", " ", "\n\t"] {
            assert_eq!(Secret::new(blank), Err(BlankSecret));
        }
        assert_eq!(Secret::list("whsec_a,"), Err(BlankSecret));
        assert_eq!(Secret::list(""), Err(BlankSecret));
    }

    #[test]
    fn a_secret_does_not_show_itself() {
        assert_eq!(format!("{:?}", secret("whsec_hush")), "Secret(…)");
    }
}
