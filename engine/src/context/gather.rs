//! Putting a projection's context together from what is stored.

use daicho_core::mapping::{CompiledTarget, Context};
use serde_json::Value;

use crate::config::Active;
use crate::error::EngineError;
use crate::port::{Millis, Statements};

/// What there is for a projection.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Gathered {
    /// All that it looks at. The record as kintone has it is left to whoever writes.
    Ready(Context),
    /// Something is to be read from Stripe first. It is asked for, and once it is there the object is
    /// marked dirty.
    Waiting,
}

/// Gathers what the target looks at when it projects `object`, in the transaction given. `object_id` is
/// the object's as in `dirty`.
///
/// # Errors
/// SQLite's refusal, or a row that does not hold what it should.
pub(crate) fn gather(
    _tx: &dyn Statements,
    _active: &Active,
    _target: &CompiledTarget,
    _object_id: &str,
    _object: &Value,
    now: Millis,
) -> Result<Gathered, EngineError> {
    let context = Context { now: Some(now.div_euclid(1_000)), ..Context::default() };
    Ok(Gathered::Ready(context))
}
