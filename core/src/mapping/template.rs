//! Templates: `{{ path | filter: argument | filter }}`.
//!
//! An expression begins with a path or a quoted text. A filter is a transform by its name; its
//! arguments, after `:`, are those of the transform in order: quoted texts, words or numbers.

use crate::json::Value;

use super::context::{Scope, Zones};
use super::fault::Fault;
use super::transform::{CompiledTransform, Transform, is_nothing};
use super::{LetterCase, Path, PhoneForm, Rounding, Width, Zone};
use crate::text_search;
use crate::validation::{Code, Text};
use crate::word::is_letter_or_digit;

/// A template that has been read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Text(String),
    Expression { source: Source, filters: Vec<CompiledTransform> },
}

#[derive(Debug, Clone, PartialEq)]
enum Source {
    Path(Path),
    Text(String),
}

macro_rules! filters {
    () => {
        "amount, date, datetime, time, map, upper, lower, trim, half, full, standard, phone, postal_code, join, \
         split, substring, round, add, subtract, multiply, divide, boolean, default"
    };
}

/// A template that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TemplateError {
    /// `{{` without `}}`.
    NotClosed(String),
    /// The path of an expression cannot be read.
    Path { expression: String, error: super::PathError },
    /// There is no such filter.
    Filter(String),
    /// A filter's arguments are not what it takes.
    Arguments(String),
    /// The transform refuses its arguments.
    Refused { name: String, reason: Text },
}

impl TemplateError {
    /// What is wrong.
    pub(super) fn text(&self) -> Text {
        match self {
            Self::NotClosed(expression) => {
                Text::about("{{ {} が }} で閉じられていません", "{{ {} is not closed with }}", expression)
            }
            Self::Path { expression, error } => error.text_of(&["{{ ", expression, " }}"].concat()),
            Self::Filter(name) => Text::about(
                concat!("「{}」というフィルターはありません。使えるのは ", filters!(), " です"),
                concat!("there is no filter \"{}\"; there are ", filters!()),
                name,
            ),
            Self::Arguments(name) => Text::about(
                "フィルター「{}」の引数が正しくありません",
                "the filter \"{}\" does not take these arguments",
                name,
            ),
            Self::Refused { name, reason } => {
                Text::about("フィルター「{}」は使えません", "the filter \"{}\" cannot be used", name)
                    .then(": ", reason)
            }
        }
    }
}

impl Template {
    pub(super) fn parse(text: &str, zones: &dyn Zones) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = text_search::split_once(rest, "{{") {
            push_text(&mut parts, before);
            let end = outside_quotes(after, "}}").ok_or_else(|| not_closed(after))?;
            let (expression, behind) = after.split_at(end);
            parts.push(self::expression(expression, zones)?);
            rest = behind.get(2..).unwrap_or_default();
        }
        push_text(&mut parts, rest);
        Ok(Self { parts })
    }

    /// The text; nothing if all its expressions are empty.
    pub(super) fn fill(&self, scope: Scope<'_>) -> Result<Value, Fault> {
        let mut filled = String::new();
        let mut is_empty = self.parts.iter().any(|part| matches!(part, Part::Expression { .. }));
        for part in &self.parts {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Expression { source, filters } => {
                    let mut value = match source {
                        Source::Path(path) => path.follow(scope)?,
                        Source::Text(text) => Value::String(text.clone()),
                    };
                    for filter in filters {
                        value = filter.apply(value, scope)?;
                    }
                    is_empty &= is_nothing(&value);
                    let shaped = super::shape::shaped(&value, None).ok_or(Code::NotASingleValue)?;
                    filled.push_str(shaped.as_str().unwrap_or_default());
                }
            }
        }
        Ok(if is_empty { Value::Null } else { Value::String(filled) })
    }

    /// Every path that it looks at.
    pub(super) fn paths(&self) -> Vec<&Path> {
        let mut paths = Vec::new();
        for part in &self.parts {
            if let Part::Expression { source, filters } = part {
                if let Source::Path(path) = source {
                    paths.push(path);
                }
                paths.extend(filters.iter().filter_map(CompiledTransform::path));
            }
        }
        paths
    }
}

fn push_text(parts: &mut Vec<Part>, text: &str) {
    if !text.is_empty() {
        parts.push(Part::Text(text.to_owned()));
    }
}

fn not_closed(expression: &str) -> TemplateError {
    TemplateError::NotClosed(expression.trim().chars().take(20).collect())
}

/// Where `wanted` stands first outside quotes.
fn outside_quotes(text: &str, wanted: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if !quoted && text.get(at..).is_some_and(|rest| rest.starts_with(wanted)) => return Some(at),
            _ => {}
        }
    }
    None
}

fn split_outside_quotes<'t>(text: &'t str, separator: &str) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = outside_quotes(rest, separator) {
        let (part, after) = rest.split_at(at);
        parts.push(part.trim());
        rest = after.get(separator.len()..).unwrap_or_default();
    }
    parts.push(rest.trim());
    parts
}

/// The text in quotes; `None` if it is not one quoted text.
fn unquoted(text: &str) -> Option<String> {
    let mut chars = text.strip_prefix('"')?.chars();
    let mut inner = String::new();
    loop {
        match chars.next()? {
            '"' => return chars.next().is_none().then_some(inner),
            '\\' => inner.push(chars.next()?),
            c => inner.push(c),
        }
    }
}

fn expression(text: &str, zones: &dyn Zones) -> Result<Part, TemplateError> {
    let mut parts = split_outside_quotes(text, "|").into_iter();
    let first = parts.next().unwrap_or_default();
    let source = match unquoted(first) {
        Some(text) => Source::Text(text),
        None => Source::Path(
            Path::parse(first)
                .map_err(|error| TemplateError::Path { expression: first.to_owned(), error })?,
        ),
    };
    let filters = parts.map(|part| filter(part, zones)).collect::<Result<_, _>>()?;
    Ok(Part::Expression { source, filters })
}

fn filter(text: &str, zones: &dyn Zones) -> Result<CompiledTransform, TemplateError> {
    let (name, arguments) = match outside_quotes(text, ":") {
        Some(at) => {
            let (name, after) = text.split_at(at);
            (name.trim(), split_outside_quotes(after.get(1..).unwrap_or_default(), ","))
        }
        None => (text, Vec::new()),
    };
    let arguments: Option<Vec<String>> = arguments.into_iter().map(argument).collect();
    let arguments = arguments.ok_or_else(|| TemplateError::Arguments(name.to_owned()))?;
    let transform = transform(name, &arguments)?;
    CompiledTransform::new(&transform, zones)
        .map_err(|fault| TemplateError::Refused { name: name.to_owned(), reason: fault.detail.clone() })
}

/// A quoted text, or a word as it stands.
fn argument(text: &str) -> Option<String> {
    if text.starts_with('"') {
        return unquoted(text);
    }
    let is_word = |c: char| is_letter_or_digit(c) || matches!(c, '_' | '-' | '+' | '.' | '/' | ':');
    (!text.is_empty() && text.chars().all(is_word)).then(|| text.to_owned())
}

fn transform(name: &str, arguments: &[String]) -> Result<Transform, TemplateError> {
    let refused = || TemplateError::Arguments(name.to_owned());
    let argument = |index: usize| arguments.get(index).cloned();
    let needed = |index: usize| argument(index).ok_or_else(refused);
    let count = |index: usize| match arguments.get(index) {
        None => Ok(None),
        Some(text) => text.parse::<u32>().map(Some).map_err(|_| refused()),
    };
    let zone = || argument(0).map_or_else(Zone::default, Zone);
    let rounding = |index: usize| match arguments.get(index).map(String::as_str) {
        None | Some("half_up") => Ok(Rounding::HalfUp),
        Some("half_even") => Ok(Rounding::HalfEven),
        Some("up") => Ok(Rounding::Up),
        Some("down") => Ok(Rounding::Down),
        Some(_) => Err(refused()),
    };
    let (most, transform) = match name {
        "amount" => (1, Transform::Amount { currency: argument(0).unwrap_or_else(|| "currency".to_owned()) }),
        "date" => (1, Transform::Date { zone: zone() }),
        "datetime" => (0, Transform::Datetime {}),
        "time" => (1, Transform::Time { zone: zone() }),
        "map" => (usize::MAX, map(arguments).ok_or_else(refused)?),
        "upper" => (0, Transform::Case { to: LetterCase::Upper }),
        "lower" => (0, Transform::Case { to: LetterCase::Lower }),
        "trim" => (0, Transform::Trim {}),
        "half" => (0, Transform::Width { to: Width::Half }),
        "full" => (0, Transform::Width { to: Width::Full }),
        "standard" => (0, Transform::Width { to: Width::Standard }),
        "phone" => (1, Transform::Phone { form: phone_form(argument(0).as_deref()).ok_or_else(refused)? }),
        "postal_code" => (0, Transform::PostalCode {}),
        "join" => (1, Transform::Join { with: argument(0).unwrap_or_else(|| ",".to_owned()) }),
        "split" => (1, Transform::Split { at: argument(0).unwrap_or_else(|| ",".to_owned()) }),
        "substring" => (2, Transform::Substring { start: count(0)?.ok_or_else(refused)?, length: count(1)? }),
        "round" => (2, Transform::Round { decimals: count(0)?.unwrap_or_default(), mode: rounding(1)? }),
        "add" => (1, Transform::Add { number: needed(0)? }),
        "subtract" => (1, Transform::Subtract { number: needed(0)? }),
        "multiply" => (1, Transform::Multiply { number: needed(0)? }),
        "divide" => (
            3,
            Transform::Divide {
                number: needed(0)?,
                decimals: count(1)?.unwrap_or_default(),
                mode: rounding(2)?,
            },
        ),
        "boolean" => (2, Transform::Boolean { yes: needed(0)?, no: needed(1)? }),
        "default" => (1, Transform::Default { value: needed(0)? }),
        other => return Err(TemplateError::Filter(other.to_owned())),
    };
    if arguments.len() > most { Err(refused()) } else { Ok(transform) }
}

/// `map: "active", "有効", "canceled", "解約"`, and a last single one for all others.
fn map(arguments: &[String]) -> Option<Transform> {
    let mut values = crate::ByName::new();
    let mut otherwise = super::Otherwise::Error;
    for pair in arguments.chunks(2) {
        match pair {
            [from, to] => {
                if values.insert(from.clone(), to.clone()).is_some() {
                    return None;
                }
            }
            [other] => otherwise = super::Otherwise::Default(other.clone()),
            _ => return None,
        }
    }
    (!values.is_empty()).then_some(Transform::Map { values, otherwise })
}

fn phone_form(word: Option<&str>) -> Option<PhoneForm> {
    match word {
        None | Some("domestic") => Some(PhoneForm::Domestic),
        Some("international") => Some(PhoneForm::International),
        Some("digits") => Some(PhoneForm::Digits),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::mapping::{BuiltInZones, Context};

    fn fill(template: &str) -> Result<Value, Fault> {
        let object = json!({"name": "山田", "created": 1_795_359_600, "amount": 1980, "currency": "usd", "none": null,
            "status": "active", "list": ["a", "b"], "metadata": {"a|b": "}}", "tel": "0312345678"}});
        let context = Context::default();
        let scope = Scope { object: &object, root: &object, context: &context, zones: &BuiltInZones };
        Template::parse(template, &BuiltInZones).unwrap_or_else(|e| panic!("{template}: {e:?}")).fill(scope)
    }

    #[test]
    fn a_template_is_filled() {
        for (template, text) in [
            ("{{ name }} 様", json!("山田 様")),
            ("{{name}}({{ created | date }})", json!("山田(2026-11-23)")),
            ("{{ created | date: UTC }} {{ created | time: \"+09:00\" }}", json!("2026-11-22 00:00")),
            ("${{ amount | amount | round: 0 | default: \"0\" }}", json!("$20")),
            ("{{ status | map: active, 有効, \"その他\" }}", json!("有効")),
            ("{{ name | map: active, 有効, \"その他\" }}", json!("その他")),
            ("{{ metadata[\"a|b\"] }}{{ \"{{\" }}", json!("}}{{")),
            ("{{ list | join: \"、\" }}", json!("a、b")),
            ("{{ list[*] | upper | join: \"/\" }}", json!("A/B")),
            ("{{ none }} {{ name | substring: 0, 1 }}", json!(" 山")),
            ("{{ none | default: \"a, \\\"b\\\": c\" }}", json!("a, \"b\": c")),
            ("{{ amount | divide: 7, 2, down }}", json!("282.85")),
            ("{{ metadata.tel | phone: international }}", json!("+81312345678")),
            ("ただの文", json!("ただの文")),
            ("{{ none }} 様", json!(null)),
            ("", json!("")),
        ] {
            assert_eq!(fill(template), Ok(text), "{template}");
        }
        assert_eq!(fill("{{ list }}").unwrap_err().code, Code::NotASingleValue);
    }

    #[test]
    fn a_template_that_cannot_be_read_says_where() {
        for (template, message) in [
            ("a {{ name", "{{ name is not closed with }}"),
            ("{{ \"}} }}", "is not closed"),
            ("{{ }}", "{{  }}: a name is missing (character 1)"),
            ("{{ a b }}", "{{ a b }}: this character has to stand in quotes"),
            ("{{ a | shout }}", "there is no filter \"shout\"; there are amount, date"),
            ("{{ a | }}", "there is no filter \"\""),
            ("{{ a | trim: 1 }}", "\"trim\" does not take these"),
            ("{{ a | add }}", "\"add\" does not take these"),
            ("{{ a | round: x }}", "\"round\" does not take these"),
            ("{{ a | map: x }}", "\"map\" does not take these"),
            ("{{ a | default: \"x\" y }}", "\"default\" does not take these"),
            ("{{ a | divide: 0 }}", "\"divide\" cannot be used: divide: 0"),
            ("{{ a | date: Mars }}", "\"date\" cannot be used: Mars"),
        ] {
            let error = Template::parse(template, &BuiltInZones).unwrap_err().text();
            assert!(error.en.contains(message), "{template}: {error:?}");
        }
    }

    #[test]
    fn it_says_so_in_japanese_too() {
        for (template, message) in [
            ("a {{ name", "{{ name が }} で閉じられていません"),
            ("{{ }}", "{{  }}: 1文字目: 名前がありません"),
            ("{{ a | trim: 1 }}", "フィルター「trim」の引数が正しくありません"),
            ("{{ a | divide: 0 }}", "フィルター「divide」は使えません: divide: 0"),
        ] {
            assert_eq!(Template::parse(template, &BuiltInZones).unwrap_err().text().ja, message);
        }
    }

    #[test]
    fn its_paths_are_known() {
        let template = Template::parse("{{ customer.name }}{{ a | amount: b }}", &BuiltInZones).unwrap();
        let paths: Vec<String> = template.paths().into_iter().map(ToString::to_string).collect();
        assert_eq!(paths, ["customer.name", "a", "b"]);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "([{}|:,\"\\\\ a.]|\\{\\{|\\}\\}|date|map|substring|名){0,16}|\\PC{0,16}") {
            let object = json!({"a": "x"});
            let context = Context::default();
            let scope = Scope { object: &object, root: &object, context: &context, zones: &BuiltInZones };
            if let Ok(template) = Template::parse(&text, &BuiltInZones) {
                let _ = template.fill(scope);
            }
        }
    }
}
