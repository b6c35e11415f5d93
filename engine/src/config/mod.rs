//! The two documents, mapping and connections, and what the engine makes of them.
//!
//! A document is stored only after it was checked: its form, its references, the secrets that it
//! names, and the live form of each app where that can be read. A refused one leaves the old one in
//! place. Where kintone cannot be asked, the document is stored and its targets stay *unchecked*.

mod active;
mod check;
mod circle;
mod document;
mod error;
mod observed;
mod put;
mod rescan;
mod survey;

pub use active::Active;
pub(crate) use active::takes;
pub(crate) use check::{apps, mapping_against_form};
pub use document::{CONNECTIONS, Document, MAPPING, Precondition, get};
pub(crate) use document::{connections, last_put, mapping};
pub use error::ConfigError;
pub(crate) use observed::extend as observe;
pub(crate) use put::candidate;
pub use put::{Stored, put_connections, put_mapping};
pub(crate) use rescan::{
    Rescan, pending as rescan_pending, request as rescan_request, slice as rescan_slice, uncleared,
};

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
