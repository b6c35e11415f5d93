//! What a projection needs beside its object.

use daicho_core::json::Value;
use daicho_core::ledger::Ledger;
use daicho_core::mapping::Context;
use schemars::JsonSchema;

use crate::answer::{Answered, Failure, FailureCode};
use crate::diff::RecordSchema;
use crate::input::{self, Input};
use crate::project_and_check::StripeObject;

/// What was gathered beside the object.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of the input, for its schema; it is read by hand")]
pub struct Gathered {
    /// Stripe objects by id: those that a path follows an id to.
    #[schemars(default)]
    related: std::collections::BTreeMap<String, StripeObject>,
    /// What the figures of its customer are computed from.
    #[schemars(default)]
    ledger: GatheredLedger,
    /// The record as kintone holds it now, unless the call's own `current` says it.
    #[schemars(default)]
    current: Option<RecordSchema>,
    /// The present moment in Unix seconds, for figures that depend on it.
    #[schemars(default)]
    now: Option<i64>,
}

/// What is known of one customer's billing. A list that is absent was not gathered, which is not the
/// same as empty; one that is there is complete.
#[derive(Debug, Default, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of the input, for its schema; it is read by hand")]
pub struct GatheredLedger {
    /// All its subscriptions, cancelled ones included (`status=all`).
    #[schemars(default)]
    subscriptions: Option<Vec<StripeObject>>,
    /// All its invoices.
    #[schemars(default)]
    invoices: Option<Vec<StripeObject>>,
    /// All its charges.
    #[schemars(default)]
    charges: Option<Vec<StripeObject>>,
}

/// Reads the context, which stands at `context` of the call's input.
pub(crate) fn read(context: Value) -> Answered<Context> {
    let mut input = Input::of(context, "context")?;
    let mut context = Context::default();
    if let Some(related) = input.given("related") {
        context.related = Input::of(related, "context.related")?.all().into_iter().collect();
    }
    if let Some(ledger) = input.given("ledger") {
        context.ledger = read_ledger(Input::of(ledger, "context.ledger")?)?;
    }
    context.current =
        input.given("current").map(|current| input::record(current, "context.current")).transpose()?;
    context.now = match input.given("now") {
        None => None,
        Some(now) => {
            Some(now.as_i64().ok_or_else(|| unreadable("context.now", "it must be a whole number"))?)
        }
    };
    input.end()?;
    Ok(context)
}

fn read_ledger(mut input: Input) -> Answered<Ledger> {
    let mut list = |name: &'static str| match input.given(name) {
        None => Ok(None),
        Some(Value::Array(objects)) => Ok(Some(objects)),
        Some(_) => Err(unreadable(&["context.ledger.", name].concat(), "it must be a list")),
    };
    let subscriptions = list("subscriptions")?;
    let invoices = list("invoices")?;
    let charges = list("charges")?;
    input.end()?;
    Ok(Ledger { subscriptions, invoices, charges })
}

fn unreadable(path: &str, reason: &str) -> Box<Failure> {
    Failure::new(FailureCode::UnreadableInput, path, reason)
}
