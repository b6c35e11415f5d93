//! The main job as a scenario: a shop's customers, subscriptions and invoices change in a local
//! Stripe, the Worker carries them to a local kintone, and a judge says whether both agree.
//!
//! `cargo xtask demo` runs it for people; the end-to-end tests run it and kill the Worker in the
//! middle. Nothing here uses Daicho's own code: the Worker is configured with the `daicho` command,
//! and the judge compares by an expectation of its own ([`judge`]).

mod chaos;
mod command;
pub mod judge;
mod lag;
mod people;
mod report;
mod run;
mod scenario;
mod services;
mod shop;
mod soak;
mod trickle;

pub use chaos::{ChaosOptions, ChaosReport, chaos};
pub use report::{LagMs, Report};
pub use run::{Demo, Hook, Options, no_hook};
pub use scenario::Stage;
pub use soak::{SoakOptions, SoakReport, soak};

/// Customers that the scenario begins with.
pub const CUSTOMERS: usize = 200;
/// Subscriptions that it begins with, on three prices. Each has its first invoice.
pub const SUBSCRIPTIONS: usize = 80;

/// Told what is going on, for a person to see.
pub trait Progress {
    /// A step begins; the one before it is done.
    fn begin(&mut self, step: &str);
    /// How far the step is.
    fn at(&mut self, detail: &str);
    /// A line that stays.
    fn say(&mut self, line: &str);
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet;

impl Progress for Quiet {
    fn begin(&mut self, _: &str) {}
    fn at(&mut self, _: &str) {}
    fn say(&mut self, _: &str) {}
}
