//! The time.

use daicho_engine::port::{Clock, Millis};

/// `Date.now()`. Deployed, it stands still between I/O.
#[derive(Clone, Copy)]
pub struct WallClock;

impl Clock for WallClock {
    #[expect(clippy::cast_possible_truncation, reason = "Date.now() is an integer")]
    fn now(&self) -> Millis {
        js_sys::Date::now() as Millis
    }
}
