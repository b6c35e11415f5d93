//! What is true: Stripe's events and objects, kintone's fields and records, and the mapping between
//! them. No I/O, no clock, no platform: every function here is a pure function of its arguments, so
//! that the Worker, the command and the Dashboard's views come to the same answer.

mod by_name;
pub mod connections;
mod document;
mod document_error;
mod document_text;
mod document_write;
pub mod instant;
pub mod json;
mod json_reader;
mod json_text;
mod json_visitor;
pub mod kintone;
pub mod ledger;
mod letter_case;
pub mod mapping;
pub mod rules;
mod short_list;
pub mod stripe;
pub mod suggestion;
pub mod tenant;
mod text_search;
pub mod validation;
mod word;

pub use by_name::ByName;
pub use document_error::DocumentError;
pub use document_text::read as read_json;
pub use json_text::json_text;
