//! Whether kintone shows what Stripe holds.
//!
//! Shares nothing with the Worker: what each field must hold is written out by hand in
//! [`expect`], from Stripe's objects as the sandbox keeps them and not from the mapping document.

mod expect;
mod verdict;

pub use expect::{Kind, expected};
pub(crate) use verdict::holds;
pub use verdict::{History, Verdict, judge};
