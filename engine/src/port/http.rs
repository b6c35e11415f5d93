//! Requests to Stripe and kintone, as plain HTTP.
//!
//! The port is this low so that the requests themselves (headers, shapes, error classes) are the
//! engine's own and the same everywhere; an adapter only carries bytes.

use bytes::Bytes;

/// Whose host a request goes to. The adapter resolves Stripe's base address; kintone's is in the URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// `api.stripe.com`
    Stripe,
    /// `{sub}.cybozu.com` and its kin.
    Kintone,
}

/// No answer came. Whether the request took effect is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no answer came; whether the request took effect is not known")]
pub struct Lost;

/// An HTTP client.
#[expect(async_fn_in_trait, reason = "single-threaded on Workers: no caller needs Send")]
pub trait Http {
    /// Sends a request and waits for the whole answer, for at most 30 s.
    /// For [`Service::Stripe`] the URI has a path and query only.
    ///
    /// # Errors
    /// [`Lost`] when no whole answer came.
    async fn send(
        &self,
        service: Service,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, Lost>;

    /// How many requests it has sent so far. The platform counts them for each run of the alarm.
    fn sent(&self) -> u64;
}
