//! `daicho`, the command: configuration as files under version control, and how a tenant stands.

pub mod api;
mod arguments;
mod dead_letters;
mod documents;
mod gap_check;
mod input;
mod job;
mod keys;
mod language;
mod listing;
mod mapping;
mod moment;
mod rule;
mod run;
mod sealing;
mod status;

pub use arguments::Arguments;
pub use input::Unusable;
pub use language::Language;
pub use run::{Ended, run};
