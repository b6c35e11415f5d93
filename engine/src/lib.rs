//! What happens between a stored event and a written record: inbox, ordering, projection, batching,
//! retry. It knows the outside only by its [`port`]s, so the same code and the same SQL run in a
//! Durable Object, in tests and in the simulation.
//!
//! The way of one event: [`inbox`] stores it and observes it against what [`store`] knows of its
//! object; [`delivery`] projects what changed and writes it to kintone. [`config`] holds the two
//! documents and the secrets, [`pump`] turns the wheel, [`timer`] wakes it.

pub mod error;
pub mod object;
pub mod port;
pub mod retry;
pub mod store;
pub mod timer;

pub use error::EngineError;
