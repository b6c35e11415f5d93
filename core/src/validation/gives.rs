//! What a rule can give, as far as the mapping alone tells, held against its field.

use crate::json::Value as Json;

use super::known::Known;
use super::record::problems_of_field;
use super::value::Problem;
use super::{Code, Text};
use crate::kintone::{Field, FieldType, FormSchema, Number, NumberPrecision};
use crate::ledger::Figure;
use crate::mapping::{Empty, FieldRule, Otherwise, Path, Source, Step, Transform, Value, shaped};
use crate::text_search;

/// What a rule gives: the kind of value, and its path or the transform that makes it.
struct Gives {
    kind: Kind,
    from: String,
}

/// The kind of value that a rule gives.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Nothing that is known before there is an object.
    Anything,
    /// What Stripe has at the path. Its own moments are numbers; only a merchant's text may hold a date.
    Stripes,
    Number,
    Date,
    Datetime,
    Time,
}

/// The type and the kind of value that does not fit it, `NUMBER ← date`.
pub(super) fn incompatible(rule: &FieldRule, field: &Field, source: Source) -> Option<String> {
    let kind = &field.kind;
    if matches!(rule.value, Value::Rows(_)) {
        return (*kind != FieldType::Subtable).then(|| [kind.as_str(), " ← rows"].concat());
    }
    let gives = gives(rule);
    let fits = match gives.kind {
        Kind::Anything => true,
        Kind::Stripes => {
            let known = Known::at(&gives.from, source);
            !matches!(kind, FieldType::Date | FieldType::Datetime | FieldType::Time)
                && !known.is_some_and(|known| known.never_fits(field))
        }
        Kind::Number => {
            let may_be = |option: &String| Number::parse(option).is_some();
            is_text(kind) || *kind == FieldType::Number || field.options.iter().any(may_be)
        }
        // A date alone is midnight in UTC to a field of moments.
        Kind::Date => is_text(kind) || matches!(kind, FieldType::Date | FieldType::Datetime),
        Kind::Datetime => is_text(kind) || *kind == FieldType::Datetime,
        Kind::Time => is_text(kind) || *kind == FieldType::Time,
    };
    (!fits).then(|| [kind.as_str(), " ← ", &gives.from].concat())
}

fn is_text(kind: &FieldType) -> bool {
    matches!(kind, FieldType::SingleLineText | FieldType::MultiLineText | FieldType::RichText)
}

/// What is known of the values that a rule may write, though not that every record will fail.
pub(super) fn doubtful(rule: &FieldRule, field: &Field, source: Source) -> Option<(Code, Text)> {
    let gives = gives(rule);
    let known = if gives.kind == Kind::Stripes { Known::at(&gives.from, source) } else { None };
    match known {
        Some(Known::Minor) if is_text(&field.kind) || field.kind == FieldType::Number => {
            return Some((Code::MinorUnits, Text::of(&gives.from, &gives.from)));
        }
        Some(Known::Id(length)) => {
            let most = field.max_length.filter(|most| *most < length)?.to_string();
            return Some((Code::TooLong, Text::of(&most, &most)));
        }
        _ => {}
    }
    // Only what leaves the values of a map as they are may stand behind it.
    let mut steps =
        rule.transform.iter().filter(|step| !matches!(step, Transform::Default { .. } | Transform::Trim {}));
    let (map, code) = match steps.next_back() {
        Some(Transform::Map { values, otherwise: Otherwise::Error }) => (Some(values), Code::ValuesNotInMap),
        _ if !field.kind.has_options() => return None,
        None => (None, Code::ValuesWithoutOption),
        Some(Transform::Map { values, otherwise: Otherwise::Keep }) => {
            (Some(values), Code::ValuesWithoutOption)
        }
        Some(_) => return None,
    };
    let is_error = code == Code::ValuesNotInMap;
    let is_mapped = |word: &str| map.is_some_and(|values| values.get(word).is_some());
    let is_option = |word: &str| !is_error && field.options.iter().any(|option| option == word);
    let (kind, from) = of_value(&rule.value);
    let is_stripes = steps.next().is_none() && kind == Kind::Stripes;
    let words = match Known::at(from, source).filter(|_| is_stripes) {
        Some(Known::Words(words)) => words,
        _ if is_error => return None,
        _ => {
            let text = || Text::of("置き換えにない値", "what no replacement names");
            return map.map(|_| (Code::ValuesWithoutOption, text()));
        }
    };
    let without: Vec<String> =
        words.split(' ').filter(|word| !is_mapped(word) && !is_option(word)).map(str::to_owned).collect();
    let without = text_search::join(&without, ", ");
    (!without.is_empty()).then(|| (code, Text::of(&without, &without)))
}

/// What the value of a rule is before its transforms.
fn of_value(value: &Value) -> (Kind, &str) {
    match value {
        Value::Path(path) => of_path(path),
        Value::First(paths) if !paths.iter().any(|path| is_typed(path)) => {
            (Kind::Stripes, paths.first().map_or("", String::as_str))
        }
        Value::Template(text) => of_template(text),
        Value::TaxTotal(_) => (Kind::Number, "tax_total"),
        Value::Ledger(
            Figure::FirstPaymentDate {} | Figure::LastPaymentDate {} | Figure::NextBillingDate {},
        ) => (Kind::Stripes, "ledger"),
        Value::Ledger(_) => (Kind::Number, "ledger"),
        _ => (Kind::Anything, ""),
    }
}

fn gives(rule: &FieldRule) -> Gives {
    let (kind, from) = rule.transform.iter().fold(of_value(&rule.value), |before, transform| {
        let name = match transform {
            Transform::Amount { .. } => "amount",
            Transform::Date { .. } => "date",
            Transform::Datetime {} => "datetime",
            Transform::Time { .. } => "time",
            Transform::Round { .. } => "round",
            Transform::Add { .. } => "add",
            Transform::Subtract { .. } => "subtract",
            Transform::Multiply { .. } => "multiply",
            Transform::Divide { .. } => "divide",
            Transform::Default { .. } | Transform::Trim {} => "trim",
            _ => "",
        };
        after(before, name)
    });
    Gives { kind, from: from.to_owned() }
}

fn of_path(path: &str) -> (Kind, &str) {
    (if is_typed(path) { Kind::Anything } else { Kind::Stripes }, path)
}

/// A template of one expression gives what that gives; any other a text.
fn of_template(text: &str) -> (Kind, &str) {
    let inside = text.strip_prefix("{{").and_then(|text| text.strip_suffix("}}"));
    let Some(inside) = inside.filter(|inside| !inside.contains(['{', '"', '\''])) else {
        return (Kind::Anything, "");
    };
    let mut parts = inside.split('|').map(str::trim);
    let path = of_path(parts.next().unwrap_or_default());
    parts.fold(path, |before, filter| after(before, filter.split(':').next().unwrap_or_default()))
}

/// What a transform makes of a value, by its name in a template.
fn after<'t>(before: (Kind, &'t str), name: &'t str) -> (Kind, &'t str) {
    match name.trim() {
        "default" | "trim" => before,
        "amount" | "round" | "add" | "subtract" | "multiply" | "divide" => (Kind::Number, name),
        "date" => (Kind::Date, name),
        "datetime" => (Kind::Datetime, name),
        "time" => (Kind::Time, name),
        _ => (Kind::Anything, name),
    }
}

/// Whether it is a text that a merchant types, which may hold anything.
fn is_typed(path: &str) -> bool {
    let typed = ["metadata", "custom_fields", "description", "nickname", "footer"];
    Path::parse(path).is_ok_and(|path| {
        let mut steps = path.steps().iter();
        steps.any(|step| matches!(step, Step::Property(name) if typed.contains(&name.as_str())))
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
