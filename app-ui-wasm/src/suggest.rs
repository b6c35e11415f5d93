//! A first mapping for an app.

use daicho_core::json::Value;
use daicho_core::mapping::Source;
use daicho_core::suggestion::{self, Confidence, Suggested, Suggestion, Unmatched};
use schemars::JsonSchema;

use crate::answer::{Answered, Failure, FailureCode, list, object};
use crate::form::{self, App};
use crate::input::Input;

/// An app, and what shall become its records.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of the input, for its schema; it is read by hand")]
pub struct Suggest {
    /// What becomes a record of the app.
    source: Source,
    /// The app.
    app: App,
    /// The alias by which the connections shall name the app; the usual name of such an app unless
    /// given.
    #[schemars(default)]
    alias: Option<String>,
}

const SOURCES: [(&str, Source); 5] = [
    ("customer", Source::Customer),
    ("subscription", Source::Subscription),
    ("invoice", Source::Invoice),
    ("subscription_item", Source::SubscriptionItem),
    ("invoice_line", Source::InvoiceLine),
];

pub(crate) fn run(input: &mut Input) -> Answered<Value> {
    let name = input.text("source")?;
    let alias = input.optional("alias");
    let Some((_, source)) = SOURCES.iter().find(|(known, _)| *known == name) else {
        let reason = "it must be customer, subscription, invoice, subscription_item or invoice_line";
        return Err(Failure::new(FailureCode::UnreadableInput, "source", reason));
    };
    let (form, precision) = form::read(input.required("app")?, "app")?;
    Ok(written(suggestion::suggest(*source, &form, precision, alias.as_ref().and_then(Value::as_str))))
}

fn written(suggestion: Suggestion) -> Value {
    object(vec![
        ("mapping", suggestion.mapping.to_json()),
        ("key", suggested(suggestion.key)),
        ("rules", suggestion.rules.into_iter().map(suggested).collect()),
        ("unmatched", suggestion.unmatched.into_iter().map(unmatched).collect()),
        ("issues", list(suggestion.issues)),
    ])
}

fn suggested(suggested: Suggested) -> Value {
    let confidence = match suggested.confidence {
        Confidence::Low => "low",
        Confidence::Medium => "medium",
        Confidence::High => "high",
    };
    object(vec![
        ("field", suggested.field.into()),
        ("label", suggested.label.into()),
        ("confidence", confidence.into()),
        ("reason", suggested.reason.into()),
    ])
}

fn unmatched(unmatched: Unmatched) -> Value {
    object(vec![
        ("field", unmatched.field.into()),
        ("label", unmatched.label.into()),
        ("is_required", unmatched.is_required.into()),
        ("reason", unmatched.reason.into()),
    ])
}
