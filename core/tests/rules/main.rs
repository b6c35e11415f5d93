//! Event patterns: AWS's documented examples, its refusals, and agreement with a slow and obvious
//! matcher.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot read its own data should stop"
)]

mod agreement;
mod arrays;
mod documented;
mod limits;
mod reference;
mod refusals;

use daicho_core::rules::{Event, Pattern};
use serde_json::Value;

/// Whether the pattern matches the event; both must be fine.
fn matches(pattern: &Value, event: &Value) -> bool {
    Pattern::compile(pattern).unwrap().matches(&Event::new(event).unwrap())
}

/// Checks a table: a name, a pattern, and the events that it matches and does not match.
fn check(table: Vec<(&str, Value, Vec<Value>, Vec<Value>)>) {
    for (name, pattern, yes, no) in table {
        for event in yes {
            assert!(matches(&pattern, &event), "{name}: {pattern} should match {event}");
        }
        for event in no {
            assert!(!matches(&pattern, &event), "{name}: {pattern} should not match {event}");
        }
    }
}
