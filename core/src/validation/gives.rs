//! What a rule can give, as far as the mapping alone tells, held against its field.

use crate::json::Value as Json;

use super::Code;
use super::record::problems_of_field;
use super::value::Problem;
use crate::kintone::{Field, FieldType, FormSchema, NumberPrecision};
use crate::ledger::Figure;
use crate::mapping::{Empty, FieldRule, Otherwise, Path, Source, Step, Transform, Value, shaped};
use crate::text_search;

/// The kind of value that a rule gives.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Gives {
    /// Nothing that is known before there is an object.
    Anything,
    /// What Stripe has at this path. Its own moments are numbers; only metadata may hold a date.
    Stripes(String),
    Number(&'static str),
    Date,
    Datetime,
    Time,
}

/// The type and the kind of value that does not fit it, `NUMBER ← date`.
pub(super) fn incompatible(rule: &FieldRule, kind: &FieldType) -> Option<String> {
    if matches!(rule.value, Value::Rows(_)) {
        return (*kind != FieldType::Subtable).then(|| [kind.as_str(), " ← rows"].concat());
    }
    let is_text = matches!(kind, FieldType::SingleLineText | FieldType::MultiLineText | FieldType::RichText);
    let (fits, given) = match gives(rule) {
        Gives::Anything => return None,
        Gives::Stripes(path) => {
            (!matches!(kind, FieldType::Date | FieldType::Datetime | FieldType::Time), path)
        }
        Gives::Number(name) => (is_text || *kind == FieldType::Number, name.to_owned()),
        Gives::Date => (is_text || *kind == FieldType::Date, "date".to_owned()),
        Gives::Datetime => (is_text || *kind == FieldType::Datetime, "datetime".to_owned()),
        Gives::Time => (is_text || *kind == FieldType::Time, "time".to_owned()),
    };
    (!fits).then(|| [kind.as_str(), " ← ", &given].concat())
}

fn gives(rule: &FieldRule) -> Gives {
    let source = match &rule.value {
        Value::Path(path) if !is_metadata(path) => Gives::Stripes(path.clone()),
        Value::First(paths) if !paths.iter().any(|path| is_metadata(path)) => {
            Gives::Stripes(paths.first().cloned().unwrap_or_default())
        }
        Value::TaxTotal(_) => Gives::Number("tax_total"),
        Value::Ledger(
            Figure::FirstPaymentDate {} | Figure::LastPaymentDate {} | Figure::NextBillingDate {},
        ) => Gives::Stripes("ledger".to_owned()),
        Value::Ledger(_) => Gives::Number("ledger"),
        _ => Gives::Anything,
    };
    rule.transform.iter().fold(source, |before, transform| match transform {
        Transform::Amount { .. } => Gives::Number("amount"),
        Transform::Date { .. } => Gives::Date,
        Transform::Datetime {} => Gives::Datetime,
        Transform::Time { .. } => Gives::Time,
        Transform::Round { .. } => Gives::Number("round"),
        Transform::Add { .. } => Gives::Number("add"),
        Transform::Subtract { .. } => Gives::Number("subtract"),
        Transform::Multiply { .. } => Gives::Number("multiply"),
        Transform::Divide { .. } => Gives::Number("divide"),
        Transform::Default { .. } | Transform::Trim {} => before,
        _ => Gives::Anything,
    })
}

fn is_metadata(path: &str) -> bool {
    Path::parse(path).is_ok_and(|path| {
        path.steps().iter().any(|step| matches!(step, Step::Property(name) if name == "metadata"))
    })
}

/// The texts that the mapping itself writes down for this field: a constant, what a value map ends
/// in, a default. Each is as good or bad before there is an object.
pub(super) fn written_texts(rule: &FieldRule) -> Vec<&str> {
    let mut texts: Vec<&str> = match &rule.value {
        Value::Constant(text) => vec![text],
        _ => Vec::new(),
    };
    for transform in &rule.transform {
        match transform {
            Transform::Map { values, otherwise } => {
                texts = values.values().map(String::as_str).collect();
                if let Otherwise::Default(text) = otherwise {
                    texts.push(text);
                }
            }
            Transform::Boolean { yes, no } => texts = vec![yes, no],
            Transform::Default { value } => texts.push(value),
            // Whatever stood there is changed in a way that only an object shows.
            _ => texts.clear(),
        }
    }
    if let Empty::Default(text) = &rule.empty {
        texts.push(text);
    }
    texts
}

/// The problems of the texts that the mapping writes down, each with its text.
pub(super) fn problems_of_texts(
    rule: &FieldRule,
    field: &Field,
    form: &FormSchema,
    precision: NumberPrecision,
) -> Vec<(Problem, Json)> {
    let mut problems: Vec<(Problem, Json)> = Vec::new();
    for text in written_texts(rule) {
        let value = shaped(&Json::from(text), Some(&field.kind)).unwrap_or_default();
        for problem in problems_of_field(form, &field.code, &value, precision) {
            let told = problem.0 == Code::Required && !matches!(rule.value, Value::Constant(_));
            if !told && !problems.iter().any(|(_, known)| *known == value) {
                problems.push((problem, value.clone()));
            }
        }
    }
    problems
}

/// Whether there may be no value. Only what every object has is known to be there.
pub(super) fn may_be_empty(rule: &FieldRule, source: Source) -> bool {
    if matches!(&rule.empty, Empty::Default(text) if !text.is_empty()) {
        return false;
    }
    let from_stripe = match &rule.value {
        Value::Path(path) => !is_always_there(path, source),
        Value::First(paths) => !paths.iter().any(|path| is_always_there(path, source)),
        Value::Constant(text) => text.is_empty(),
        Value::Template(text) => text.is_empty() || text_search::contains(text, "{{"),
        Value::Ledger(Figure::ActiveSubscriptions {}) => false,
        Value::Rows(_) | Value::Ledger(_) | Value::TaxTotal(_) => true,
    };
    rule.transform.iter().fold(from_stripe, |may_be_empty, transform| match transform {
        Transform::Default { value } => may_be_empty && value.is_empty(),
        Transform::Map { values, otherwise } => {
            may_be_empty || *otherwise == Otherwise::Empty || values.values().any(String::is_empty)
        }
        Transform::Trim {} | Transform::Split { .. } | Transform::Substring { .. } => true,
        _ => may_be_empty,
    })
}

fn is_always_there(path: &str, source: Source) -> bool {
    let always: &[&str] = match source {
        Source::Customer => &[],
        Source::Subscription => {
            &["customer", "status", "currency", "start_date", "collection_method", "cancel_at_period_end"]
        }
        Source::Invoice => &[
            "status",
            "currency",
            "total",
            "subtotal",
            "amount_due",
            "amount_paid",
            "amount_remaining",
            "collection_method",
            "attempt_count",
        ],
        Source::SubscriptionItem => &["subscription", "price.id", "price.currency"],
        Source::InvoiceLine => &["invoice", "amount", "currency", "period.start", "period.end"],
    };
    ["id", "object", "created", "livemode"].contains(&path) || always.contains(&path)
}
