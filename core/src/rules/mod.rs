//! Event patterns: the language of Amazon EventBridge (user guide, "Comparison operators for use in
//! event patterns"), for conditions over Stripe's objects.
//!
//! A [`Pattern`] is compiled once and refused with a place and a reason if AWS would refuse it. An
//! [`Event`], any JSON object, is read once and matched against many patterns.
//!
//! ```
//! use daicho_core::rules::{Event, Pattern};
//!
//! let pattern = Pattern::parse(br#"{"amount_due": [{"numeric": [">", 0]}], "status": ["open", "paid"]}"#)?;
//! let event = Event::parse(br#"{"amount_due": 1200, "status": "open"}"#)?;
//! assert!(pattern.matches(&event));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Where the guide is silent or older than the service, we follow what Event Ruler, the open source
//! library behind EventBridge, says of itself:
//! - Numbers are equal by value: `300`, `300.0` and `3.0e2` match each other. (The guide says that
//!   they do not; the service does.) Whole numbers are compared exactly, others as IEEE 754 doubles.
//! - A dot joins names: `{"a.b": […]}` and `{"a": {"b": […]}}` are one pattern, and match
//!   `{"a.b": …}` and `{"a": {"b": …}}` alike.
//! - An array in an event stands for any of its values. Two fields never match together from
//!   different elements of one array ("array consistency").
//! - A field that stands twice in a pattern, also within a `$or` and beside it, counts as written last.
//! - `exists` sees leaves only: an object or an empty array is not there. Within an array of objects
//!   `{"exists": false}` asks about the element that the fields sorted before it have chosen, and
//!   about all elements if they have chosen none.
//! - A `$or` that cannot be the operator (an object, say) is a field's name.

mod address;
mod compile;
mod event;
mod expression;
mod letter_case;
mod merged_json;
mod pattern;
mod search;
mod test;
mod wildcard;

pub use event::{Event, EventError};
pub use pattern::{Pattern, PatternError};

/// The most names that a path of a pattern has. What lies deeper in an event cannot be asked for.
const MAX_PATH: usize = 100;
