//! What a call accepts, as a table, and the check of what was sent against it.

use serde_json::{Map, Value};

use super::desk::Desk;
use super::error::ApiError;
use super::form::Sent;

/// The kind of value a parameter takes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// Any text.
    Text,
    /// A whole number.
    Int,
    /// A decimal number, kept as the text it was sent as.
    Decimal,
    /// A decimal number, kept as a number (percentages).
    Number,
    /// `true` or `false`.
    Bool,
    /// A Unix time in seconds.
    Time,
    /// A Unix time in seconds, or the word `now`.
    TimeOrNow,
    /// Three letters, lower case once stored.
    Currency,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// The id of an object of this kind that must exist.
    Ref(&'static str),
    /// A nested hash.
    Hash(&'static [Param]),
    /// A list.
    List(&'static Kind),
    /// Free keys and text values; an empty value removes the key.
    Metadata,
    /// A number, or `gt`, `gte`, `lt`, `lte` of one (filters of lists).
    Range,
    /// Taken as sent.
    Any,
}

/// One parameter of a call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Param {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
    /// Copied to the field of the same name. Where not, the object's own code uses it.
    pub stored: bool,
}

/// An optional parameter, stored in the field of its name.
pub(super) const fn param(name: &'static str, kind: Kind) -> Param {
    Param { name, kind, required: false, stored: true }
}

impl Param {
    /// The call is refused without it.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Not copied to the object by itself.
    pub const fn aside(mut self) -> Self {
        self.stored = false;
        self
    }
}

/// Checked parameters: typed, an unset one being null, lists as lists.
pub(super) type Params = Map<String, Value>;

/// Numbers and words every list takes.
pub(super) const PAGING: [Param; 3] =
    [param("limit", Kind::Int), param("starting_after", Kind::Text), param("ending_before", Kind::Text)];

/// Checks `sent` against `table`.
pub(super) fn check(desk: &Desk<'_>, table: &[Param], sent: &Sent) -> Result<Params, ApiError> {
    check_within(desk, table, sent, "")
}

fn check_within(desk: &Desk<'_>, table: &[Param], sent: &Sent, outer: &str) -> Result<Params, ApiError> {
    let named = |name: &str| {
        if outer.is_empty() { name.to_owned() } else { format!("{outer}[{name}]") }
    };
    if let Some(unknown) = sent.keys().find(|key| table.iter().all(|param| param.name != *key)) {
        return Err(ApiError::unknown_parameter(&named(unknown)));
    }
    let mut checked = Params::new();
    for param in table {
        let at = named(param.name);
        match sent.get(param.name) {
            None if param.required => return Err(ApiError::missing_parameter(&at)),
            None => {}
            Some(Value::String(text)) if text.is_empty() => {
                if param.required {
                    return Err(ApiError::empty_parameter(&at));
                }
                checked.insert(param.name.into(), Value::Null);
            }
            Some(value) => {
                checked.insert(param.name.into(), typed(desk, param.kind, value, &at)?);
            }
        }
    }
    Ok(checked)
}

fn typed(desk: &Desk<'_>, kind: Kind, value: &Value, at: &str) -> Result<Value, ApiError> {
    match (kind, value) {
        (Kind::Any, _) => Ok(value.clone()),
        (Kind::Hash(table), Value::Object(sent)) => check_within(desk, table, sent, at).map(Value::Object),
        (Kind::Metadata, Value::Object(sent)) => metadata(sent, at),
        (Kind::List(inner), Value::Object(sent)) => sent
            .iter()
            .map(|(index, value)| typed(desk, *inner, value, &format!("{at}[{index}]")))
            .collect::<Result<Vec<_>, _>>()
            .map(Value::Array),
        (Kind::Range, Value::Object(sent)) => check_within(desk, &RANGE, sent, at).map(Value::Object),
        (Kind::Hash(_) | Kind::Metadata, _) => Err(ApiError::invalid("Invalid object").at(at)),
        (Kind::List(_), _) => Err(ApiError::invalid("Invalid array").at(at)),
        (_, Value::String(text)) => scalar(desk, kind, text, at),
        _ => Err(ApiError::invalid("Invalid string: expected a plain value, got an object").at(at)),
    }
}

const RANGE: [Param; 4] =
    [param("gt", Kind::Int), param("gte", Kind::Int), param("lt", Kind::Int), param("lte", Kind::Int)];

fn scalar(desk: &Desk<'_>, kind: Kind, text: &str, at: &str) -> Result<Value, ApiError> {
    match kind {
        Kind::Bool => match text {
            "true" => Ok(true.into()),
            "false" => Ok(false.into()),
            _ => Err(ApiError::invalid(format!("Invalid boolean: {text}")).at(at)),
        },
        Kind::TimeOrNow if text == "now" => Ok("now".into()),
        Kind::Int | Kind::Time | Kind::TimeOrNow | Kind::Range => {
            text.parse::<i64>().map(Value::from).map_err(|_| {
                ApiError::coded("parameter_invalid_integer", format!("Invalid integer: {text}")).at(at)
            })
        }
        Kind::Number => {
            number(text).ok_or_else(|| ApiError::invalid(format!("Invalid decimal: {text}")).at(at))
        }
        Kind::Decimal if text.parse::<f64>().is_err() => {
            Err(ApiError::invalid(format!("Invalid decimal: {text}")).at(at))
        }
        Kind::Currency if text.len() != 3 || !text.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            Err(ApiError::invalid(format!("Invalid currency: {text}.")).at(at))
        }
        Kind::Currency => Ok(text.to_ascii_lowercase().into()),
        Kind::Choice(words) if !words.contains(&text) => {
            Err(ApiError::invalid(format!("Invalid {at}: must be one of {}", words.join(", "))).at(at))
        }
        Kind::Ref(of) => desk.find(of, text, at).map(|_| text.into()),
        _ => Ok(text.into()),
    }
}

fn number(text: &str) -> Option<Value> {
    if let Ok(whole) = text.parse::<i64>() {
        return Some(whole.into());
    }
    serde_json::Number::from_f64(text.parse().ok()?).map(Value::Number)
}

fn metadata(sent: &Sent, at: &str) -> Result<Value, ApiError> {
    for (key, value) in sent {
        let Value::String(text) = value else {
            return Err(ApiError::invalid(format!(
                "Metadata values must be strings, but for key {key} you passed in an object"
            ))
            .at(at));
        };
        if key.chars().count() > 40 {
            return Err(
                ApiError::invalid(format!("Metadata keys can be at most 40 characters: {key}")).at(at)
            );
        }
        if text.chars().count() > 500 {
            return Err(
                ApiError::invalid(format!("Metadata values can be at most 500 characters: {key}")).at(at)
            );
        }
    }
    if sent.len() > 50 {
        return Err(ApiError::invalid("You can only have 50 metadata keys.").at(at));
    }
    Ok(Value::Object(sent.clone()))
}

/// Copies stored parameters onto `object`: metadata key by key, hashes field by field, the rest whole.
pub(super) fn apply(table: &[Param], params: &Params, object: &mut Value) {
    let Value::Object(fields) = object else {
        return;
    };
    for param in table.iter().filter(|param| param.stored) {
        let Some(value) = params.get(param.name) else {
            continue;
        };
        let field = fields.entry(param.name).or_insert(Value::Null);
        match (param.kind, value) {
            (Kind::Metadata, Value::Object(changes)) => merge_metadata(field, changes),
            (Kind::Metadata, _) => *field = Value::Object(Map::new()),
            (Kind::Hash(inner), Value::Object(changes)) => {
                if !field.is_object() {
                    *field = Value::Object(Map::new());
                }
                fill(inner, field);
                apply(inner, changes, field);
            }
            (Kind::List(_), Value::Null) => *field = Value::Array(Vec::new()),
            _ => *field = value.clone(),
        }
    }
}

/// Stripe shows every field of a hash once one is set.
fn fill(table: &[Param], object: &mut Value) {
    let Value::Object(fields) = object else {
        return;
    };
    for param in table.iter().filter(|param| param.stored && !matches!(param.kind, Kind::Hash(_))) {
        fields.entry(param.name).or_insert(Value::Null);
    }
}

fn merge_metadata(field: &mut Value, changes: &Map<String, Value>) {
    let Value::Object(current) = field else {
        return;
    };
    for (key, value) in changes {
        if value.as_str() == Some("") {
            current.shift_remove(key);
        } else {
            current.insert(key.clone(), value.clone());
        }
    }
}
