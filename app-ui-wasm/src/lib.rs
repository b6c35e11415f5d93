//! The mapping and validation logic for the Dashboard's views: the same core that the Worker runs,
//! with JSON text in and JSON text out.
//!
//! The crate is built twice: as WebAssembly, and lowered to JavaScript for where the Dashboard's
//! content security policy refuses WebAssembly. Both answer every call with the same bytes as this
//! code does natively; `tests/vectors` holds them to it.

mod answer;
mod calls;
mod check_mapping;
mod check_value;
mod context;
mod diff;
mod drift;
mod form;
mod input;
mod project_and_check;
mod suggest;
mod zones;

pub use answer::{Answer, Failure, FailureCode};
pub use calls::Calls;
pub use check_mapping::{CheckMapping, MappingInput, MappingIssues};
pub use check_value::{CheckValue, ValueIssues};
pub use context::{Gathered, GatheredLedger};
pub use diff::{CellSchema, Change, Diff, Differences};
pub use drift::Drift;
pub use form::{App, FormAnswer};
pub use project_and_check::{ProjectAndCheck, Projected, StripeObject};
pub use suggest::Suggest;

use wasm_bindgen::prelude::wasm_bindgen;

/// Nothing is freed. A call is short, and the loader makes all of the memory what it was before it; in
/// return no code is needed to keep account of it, and nothing may be kept from one call to the next.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: mini_alloc::MiniAlloc = mini_alloc::MiniAlloc::INIT;

/// What is wrong with a mapping, by itself and against the forms of its targets' apps:
/// [`CheckMapping`] in, an [`Answer`] of [`MappingIssues`] out.
#[must_use]
#[wasm_bindgen]
pub fn check_mapping(input: &str) -> String {
    answer::to(input, check_mapping::run)
}

/// The record that one object becomes, and what kintone would say to it: [`ProjectAndCheck`] in, an
/// [`Answer`] of [`Projected`] out.
#[must_use]
#[wasm_bindgen]
pub fn project_and_check(input: &str) -> String {
    answer::to(input, project_and_check::run)
}

/// What writing a record would change of the one that kintone has: [`Diff`] in, an [`Answer`] of
/// [`Differences`] out.
#[must_use]
#[wasm_bindgen]
pub fn diff(input: &str) -> String {
    answer::to(input, diff::run)
}

/// What is wrong with one field's value as it is typed: [`CheckValue`] in, an [`Answer`] of
/// [`ValueIssues`] out.
#[must_use]
#[wasm_bindgen]
pub fn check_value(input: &str) -> String {
    answer::to(input, check_value::run)
}

/// What a change of an app's form broke in a target: [`Drift`] in, an [`Answer`] of [`MappingIssues`]
/// out.
#[must_use]
#[wasm_bindgen]
pub fn drift(input: &str) -> String {
    answer::to(input, drift::run)
}

/// A first mapping from an app's form: [`Suggest`] in, an [`Answer`] of
/// [`Suggestion`](daicho_core::suggestion::Suggestion) out.
#[must_use]
#[wasm_bindgen]
pub fn suggest(input: &str) -> String {
    answer::to(input, suggest::run)
}

/// Panics, so that a test can see what becomes of the views.
#[cfg(feature = "provoke-panic")]
#[expect(clippy::panic, reason = "that is what it is for")]
#[must_use]
#[wasm_bindgen]
pub fn provoke_panic(input: &str) -> String {
    panic!("a test asked for it: {input}")
}
