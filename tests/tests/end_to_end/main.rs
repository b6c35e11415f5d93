//! The real Worker in workerd, under the real `wrangler dev`, between the sandbox's Stripe and
//! kintone. `cargo xtask test` builds what these need first and then runs them with the feature
//! `end-to-end`.

#![expect(clippy::expect_used, reason = "a test that cannot go on gives up")]

mod api;
mod chaos;
mod configuration;
mod containment;
mod demo;
mod gathered;
mod intake;
mod jobs;
mod outage;
mod rich;
mod stage;
