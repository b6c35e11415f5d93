//! kintone: apps, records, form schemas, tokens.
use crate::{Millis, Request, Response};

/// One kintone domain.
#[derive(Debug, Default)]
pub struct Kintone {}

impl Kintone {
    /// Answers one API request made at `now`.
    pub fn handle(&mut self, _now: Millis, _request: &Request) -> Response {
        Response::default()
    }
}
