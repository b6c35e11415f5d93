//! The HTTP shell: one port on which both state machines answer.
//!
//! | path | what answers |
//! |---|---|
//! | `/v1/*`, `/v2/*` | [`crate::stripe`] |
//! | `/k/*` | [`crate::kintone`] |
//! | `/_sandbox/*` | the admin routes, see `docs/sandbox.md` |
//! | `/`, `/page/*` | the page that shows both sides |
//!
//! The shell is the only part with a clock, sockets and tasks. It hands the state machines the
//! time, carries out what [`crate::faults`] decides, and posts the webhooks that Stripe's machine
//! says are due.

mod admin;
mod answer;
mod clock;
mod concurrency;
mod connection;
mod deliveries;
mod followed;
mod lag;
mod page;
mod requests;
mod server;
mod shared;
mod tally;
mod view;

pub use lag::LagSummary;
pub use requests::Entry as RequestEntry;
pub use server::{Options, Server};

#[cfg(test)]
mod tests;
