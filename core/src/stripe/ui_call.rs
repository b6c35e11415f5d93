//! A signed call of the Stripe App's views.
//!
//! Its body is `{"signed":"<JSON text>","request":"<JSON text>"}`. `signed` is what Stripe signed for the
//! view, byte for byte; it names the operation and binds `request` by its hash. Source: Stripe's
//! documentation, "Build a backend for your app" (`fetchStripeSignature`).

use std::fmt::Write as _;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::id::AccountId;
use super::signature::{self, Secret, SignatureError};
use crate::tenant::{Mode, TenantName};

/// The shortest and longest nonce, in bytes.
const NONCE_BYTES: std::ops::RangeInclusive<usize> = 16..=64;

/// A call whose signature holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UiCall {
    /// What is asked for.
    pub op: String,
    /// Made anew by the view for each call.
    pub nonce: String,
    /// Whose data: the account is Stripe's word, the mode the caller's own.
    pub tenant: TenantName,
    /// Who asks: `usr_…`.
    pub user: String,
    /// The ids of the caller's roles, `admin` for one; `None` where the call does not prove any.
    pub roles: Option<Vec<String>>,
    /// The request's JSON text.
    pub request: String,
}

/// A call is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UiCallError {
    /// The body is not of the form of a signed call.
    #[error("the body is not a signed call: {0}")]
    Malformed(&'static str),
    /// The signature does not hold.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The signature does not hold and the names of the caller's roles hold other than ASCII letters:
    /// how Stripe writes those when it signs is not documented.
    #[error(
        "no signature matches, perhaps because of a role's name that is not written in ASCII: ask somebody with the `daicho` command to do it"
    )]
    RolesUnproven,
    /// The request is not the one that was signed.
    #[error("the request is not the one that was signed")]
    OtherRequest,
    /// The operation is not the one that was signed.
    #[error("the operation is not the one that was signed")]
    OtherOperation,
}

impl UiCallError {
    /// A stable word for machines.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed_call",
            Self::Signature(error) => error.reason(),
            Self::RolesUnproven => "roles_unproven",
            Self::OtherRequest => "other_request",
            Self::OtherOperation => "other_operation",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    signed: String,
    request: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Signed {
    op: String,
    nonce: String,
    mode: Mode,
    body_sha256: String,
    #[serde(default)]
    stripe_roles: Option<Vec<Role>>,
    user_id: String,
    account_id: AccountId,
}

/// One of Stripe's roles; whatever else it holds is not looked at.
#[derive(Deserialize)]
struct Role {
    id: String,
}

impl UiCall {
    /// Reads and proves the call of `op`. Nothing of it is used before its signature holds.
    ///
    /// # Errors
    /// [`UiCallError`] says why it is refused.
    pub fn verify(
        op: &str,
        header: Option<&str>,
        body: &[u8],
        secrets: &[Secret],
        now_seconds: i64,
    ) -> Result<Self, UiCallError> {
        let Body { signed, request } = serde_json::from_slice(body)
            .map_err(|_| UiCallError::Malformed("it must hold the texts `signed` and `request`"))?;
        prove(header, &signed, secrets, now_seconds)?;
        let signed: Signed = serde_json::from_str(&signed)
            .map_err(|_| UiCallError::Malformed("`signed` holds op, nonce, mode, body_sha256, user_id and account_id, and stripe_roles where a role is needed"))?;
        if signed.op != op {
            return Err(UiCallError::OtherOperation);
        }
        if signed.body_sha256 != hex::encode(Sha256::digest(request.as_bytes())) {
            return Err(UiCallError::OtherRequest);
        }
        if !is_nonce(&signed.nonce) {
            return Err(UiCallError::Malformed("the nonce has 16 to 64 letters, digits, `-` or `_`"));
        }
        Ok(Self {
            op: signed.op,
            nonce: signed.nonce,
            tenant: TenantName { account: signed.account_id, mode: signed.mode },
            user: signed.user_id,
            roles: signed.stripe_roles.map(|roles| roles.into_iter().map(|role| role.id).collect()),
            request,
        })
    }
}

fn is_nonce(nonce: &str) -> bool {
    NONCE_BYTES.contains(&nonce.len())
        && nonce.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// The signature is over the text as it was sent, or over the same text written in ASCII: how Stripe
/// writes a role's Japanese name is not documented, and both say the same.
fn prove(
    header: Option<&str>,
    signed: &str,
    secrets: &[Secret],
    now_seconds: i64,
) -> Result<(), UiCallError> {
    let as_sent = signature::verify(header, signed.as_bytes(), secrets, now_seconds);
    if as_sent != Err(SignatureError::Mismatch) || signed.is_ascii() {
        return Ok(as_sent?);
    }
    match signature::verify(header, ascii(signed).as_bytes(), secrets, now_seconds) {
        Err(SignatureError::Mismatch) => Err(UiCallError::RolesUnproven),
        other => Ok(other?),
    }
}

/// JSON text with everything beyond ASCII as `\uXXXX`.
fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len() * 2);
    for unit in json.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => text.push(char::from(byte)),
            // Writing to a text cannot fail.
            _ => drop(write!(text, "\\u{unit:04x}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_350_600;
    const NONCE: &str = "0123456789abcdef";
    const ROLES: &str = r#","stripe_roles":[{"id":"admin","name":"管理者","type":"custom"}]"#;

    fn secret() -> Secret {
        Secret::new("absec_test_secret").unwrap()
    }

    fn signed(op: &str, request: &str, more: &str) -> String {
        let hash = hex::encode(Sha256::digest(request.as_bytes()));
        format!(
            r#"{{"op":"{op}","nonce":"{NONCE}","mode":"test","body_sha256":"{hash}"{more},"user_id":"usr_1","account_id":"acct_1"}}"#
        )
    }

    fn body(signed: &str, request: &str) -> Vec<u8> {
        serde_json::to_vec(&serde_json::json!({"signed": signed, "request": request})).unwrap()
    }

    fn verified(
        op: &str,
        signed_text: &str,
        signature_over: &str,
        request: &str,
    ) -> Result<UiCall, UiCallError> {
        let header = signature::sign(&secret(), signature_over.as_bytes(), NOW);
        UiCall::verify(op, Some(&header), &body(signed_text, request), &[secret()], NOW)
    }

    #[test]
    fn a_signed_call_is_taken() {
        let text = signed("home", "{}", "");
        let call = verified("home", &text, &text, "{}").unwrap();
        assert_eq!(call.tenant.to_string(), "acct_1:test");
        assert_eq!((call.user.as_str(), call.nonce.as_str()), ("usr_1", NONCE));
        assert_eq!((call.roles, call.request.as_str()), (None, "{}"));
    }

    #[test]
    fn roles_count_only_where_they_were_signed_as_sent_or_in_ascii() {
        let text = signed("replay", "{}", ROLES);
        for over in [text.clone(), text.replace("管理者", r"\u7ba1\u7406\u8005")] {
            let call = verified("replay", &text, &over, "{}").unwrap();
            assert_eq!(call.roles, Some(vec!["admin".to_owned()]));
        }
        let without = signed("replay", "{}", "");
        assert_eq!(verified("replay", &text, &without, "{}"), Err(UiCallError::RolesUnproven));
        let error = UiCallError::RolesUnproven.to_string();
        assert!(error.contains("`daicho`"), "{error}");
    }

    #[test]
    fn characters_beyond_the_basic_plane_are_two_units() {
        assert_eq!(ascii("{\"a\":\"𠮷é\\n\"}"), r#"{"a":"\ud842\udfb7\u00e9\n"}"#);
    }

    #[test]
    fn a_request_changed_after_signing_is_refused() {
        let text = signed("replay", r#"{"ids":[1]}"#, "");
        assert_eq!(verified("replay", &text, &text, r#"{"ids":[2]}"#), Err(UiCallError::OtherRequest));
    }

    #[test]
    fn a_signature_for_another_operation_is_refused() {
        let text = signed("home", "{}", "");
        assert_eq!(verified("replay", &text, &text, "{}"), Err(UiCallError::OtherOperation));
    }

    #[test]
    fn a_role_beside_the_signed_text_is_refused() {
        let text = signed("replay", "{}", "");
        let header = signature::sign(&secret(), text.as_bytes(), NOW);
        let forged = serde_json::json!({"signed": text, "request": "{}", "stripe_roles": [{"id": "admin"}]});
        let refused =
            UiCall::verify("replay", Some(&header), forged.to_string().as_bytes(), &[secret()], NOW);
        assert!(matches!(refused, Err(UiCallError::Malformed(_))));
        let twice = signed("replay", "{}", r#","user_id":"usr_2""#);
        assert!(matches!(verified("replay", &twice, &twice, "{}"), Err(UiCallError::Malformed(_))));
    }

    #[test]
    fn an_old_signature_and_one_of_another_secret_are_refused() {
        let text = signed("home", "{}", "");
        let old = signature::sign(&secret(), text.as_bytes(), NOW - 301);
        let refused = UiCall::verify("home", Some(&old), &body(&text, "{}"), &[secret()], NOW);
        assert_eq!(refused.unwrap_err().reason(), "timestamp_too_old");
        let other = signature::sign(&Secret::new("absec_other").unwrap(), text.as_bytes(), NOW);
        let refused = UiCall::verify("home", Some(&other), &body(&text, "{}"), &[secret()], NOW);
        assert_eq!(refused.unwrap_err().reason(), "signature_mismatch");
        let refused = UiCall::verify("home", Some(&old), &body(&text, "{}"), &[], NOW);
        assert_eq!(refused.unwrap_err().reason(), "signature_mismatch");
    }

    #[test]
    fn during_a_rotation_both_secrets_count() {
        let text = signed("home", "{}", "");
        let before = Secret::new("absec_before").unwrap();
        for signing in [&before, &secret()] {
            let header = signature::sign(signing, text.as_bytes(), NOW);
            let both = [secret(), before.clone()];
            assert!(UiCall::verify("home", Some(&header), &body(&text, "{}"), &both, NOW).is_ok());
        }
        let header = signature::sign(&before, text.as_bytes(), NOW);
        assert!(UiCall::verify("home", Some(&header), &body(&text, "{}"), &[secret()], NOW).is_err());
    }

    #[test]
    fn a_nonce_that_anyone_could_guess_is_refused() {
        for nonce in ["short", "0123456789abcde!", &"a".repeat(65)] {
            let text = signed("home", "{}", "").replace(NONCE, nonce);
            assert!(matches!(verified("home", &text, &text, "{}"), Err(UiCallError::Malformed(_))));
        }
    }
}
