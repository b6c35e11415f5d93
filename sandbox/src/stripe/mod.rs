//! Stripe: objects, events, API and webhook deliveries.
use crate::{Millis, Request, Response};

/// One Stripe account (or several, see `Stripe-Account`) in test and live mode.
#[derive(Debug, Default)]
pub struct Stripe {}

impl Stripe {
    /// Answers one API request made at `now`.
    pub fn handle(&mut self, _now: Millis, _request: &Request) -> Response {
        Response::default()
    }
}
