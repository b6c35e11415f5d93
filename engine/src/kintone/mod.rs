//! Requests to kintone: how they are built, sent, counted and their answers read.
//!
//! What an answer means is decided once, by `code`, in `daicho_core::kintone`; here it becomes an
//! [`Answer`], which also knows what no code can say: whether a write may have taken effect.

mod access;
mod answer;
pub(crate) mod breaker;
pub(crate) mod budget;
mod client;
mod count;
mod form;
mod query;
mod records;
mod request;

pub use access::{Access, AccessError};
pub(crate) use answer::hints_at_a_changed_form;
pub use answer::{Answer, Failure};
pub use budget::{MaySend, may_send};
pub use client::Client;
pub use count::today;
pub(crate) use count::{day, sweep as sweep_counts};
pub use form::{AppForm, MAX_AGE, address_key};
pub(crate) use form::{cached, keep, map_first, map_now, mapped, postpone, suspect};
pub(crate) use query::{after_id, by_ids, by_keys};
pub use records::{Deletion, FoundRecord, Saved, Write};

#[cfg(test)]
mod tests;
