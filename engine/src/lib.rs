//! What happens between a stored event and a written record: inbox, ordering, projection, batching,
//! retry. It knows the outside only by its [`port`]s, so the same code and the same SQL run in a
//! Durable Object, in tests and in the simulation.
//!
//! The way of one event: [`inbox`] stores it and observes it against what [`store`] knows of its
//! object; [`delivery`] projects what changed and writes it to kintone. [`config`] holds the two
//! documents and the secrets, the pump drives it all, [`timer`] wakes it. [`Tenant`] is the whole.

pub mod binding;
mod calendar;
pub mod config;
mod context;
pub mod delivery;
pub mod directory;
pub mod error;
pub mod gap_check;
pub mod inbox;
pub mod job;
pub mod kintone;
#[cfg(not(feature = "mutants"))]
mod mutant;
#[cfg(feature = "mutants")]
pub mod mutant;
mod names;
pub mod object;
pub mod port;
#[cfg(feature = "provoke-panic")]
mod provoked;
mod pump;
pub mod retention;
pub mod retry;
pub mod secret;
pub mod settings;
pub mod status;
pub mod store;
mod stripe;
pub mod tenant;
#[cfg(test)]
mod test_world;
pub mod timer;
mod trap;
pub mod ui;

pub use error::EngineError;
pub use settings::Settings;
pub use tenant::Tenant;
