//! What a projection gathers beside its object, and how it is kept right.
#![expect(clippy::needless_pass_by_value, reason = "json!(…) reads best as it stands")]

mod costs;
mod follow;
mod recomputed;
pub mod shop;
