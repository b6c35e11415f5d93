//! A local Stripe and a local kintone that behave like the real ones where Daicho or the official
//! clients touch them: pure state machines ([`stripe`], [`kintone`]), faults on demand ([`faults`]),
//! and an HTTP shell around both ([`shell`]).
//!
//! The state machines read no clock and no randomness: each call is handed the time, and each is
//! built from a seed. So the same machines serve the end-to-end tests in real time and the
//! simulation in virtual time. Nothing here uses Daicho's own crates: what judges Daicho must not
//! share its mistakes.

pub mod faults;
pub mod kintone;
pub mod stripe;

#[cfg(feature = "shell")]
pub mod shell;

/// Milliseconds since the Unix epoch.
pub type Millis = i64;
/// An HTTP request with its whole body.
pub type Request = http::Request<bytes::Bytes>;
/// An HTTP response with its whole body.
pub type Response = http::Response<bytes::Bytes>;
