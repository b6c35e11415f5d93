//! What is wrong, where, and what to do about it.

use crate::json::{Map, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Code;
use crate::kintone::{FieldType, FormSchema};
use crate::{json_text, text_search};

/// Something wrong in a mapping or record, with a code, a place and a text in Japanese and English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Issue {
    /// Stable, for example `unknown_field`.
    pub code: String,
    /// Whether it keeps anything from being written.
    pub severity: Severity,
    /// Who would notice.
    pub refused_by: RefusedBy,
    /// The target's name.
    pub target: Option<String>,
    /// The index of the field rule in its target.
    pub rule: Option<usize>,
    /// The field code.
    pub field: Option<String>,
    /// The field's label, where the form schema knows it.
    pub label: Option<String>,
    /// The offending value, shortened.
    pub value: Option<String>,
    /// What to do.
    pub text: Text,
}

/// How bad an issue is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is written until it is mended.
    Error,
    /// It is written, and something may be lost.
    Warning,
}

/// Who would notice an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RefusedBy {
    /// kintone would refuse the request.
    Kintone,
    /// kintone would take it and lose something in silence.
    Silent,
    /// kintone would never see it: Daicho itself cannot use it, or tells of it.
    Daicho,
}

/// A text for people, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Text {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl Text {
    /// A text of fixed words.
    #[must_use]
    pub fn of(ja: &str, en: &str) -> Self {
        Self { ja: ja.to_owned(), en: en.to_owned() }
    }

    /// A text with a name in it, where `{}` stands.
    pub(crate) fn about(ja: &str, en: &str, name: &str) -> Self {
        Self { ja: filled(ja, name), en: filled(en, name) }
    }

    /// This text and then another.
    pub(crate) fn then(&self, between: &str, other: &Self) -> Self {
        let both = |first: &str, second: &str| [first, between, second].concat();
        Self { ja: both(&self.ja, &other.ja), en: both(&self.en, &other.en) }
    }
}

impl Issue {
    /// Begins an issue of this code.
    pub fn of(code: Code) -> IssueBuilder {
        IssueBuilder(Box::new(Told {
            code,
            target: None,
            rule: None,
            field: None,
            label: None,
            value: None,
            detail: Text::of("", ""),
        }))
    }

    /// Whether it keeps the record or the mapping from being used.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

fn filled(template: &str, name: &str) -> String {
    match text_search::split_once(template, "{}") {
        Some((before, after)) => [before, name, after].concat(),
        None => template.to_owned(),
    }
}

/// An issue whose place is being filled in.
#[derive(Debug, Clone)]
#[must_use]
pub struct IssueBuilder(Box<Told>);

/// What an issue will be made of. Boxed, since it goes through a hand for each of its parts.
#[derive(Debug, Clone)]
struct Told {
    code: Code,
    target: Option<String>,
    rule: Option<usize>,
    field: Option<String>,
    label: Option<String>,
    value: Option<String>,
    detail: Text,
}

impl IssueBuilder {
    /// The target it is in.
    pub fn target(mut self, name: &str) -> Self {
        self.0.target = Some(name.to_owned());
        self
    }

    /// The field rule it is in, by index.
    pub fn rule(mut self, index: usize) -> Self {
        self.0.rule = Some(index);
        self
    }

    /// The field it is about, by code.
    pub fn field(mut self, code: &str) -> Self {
        self.0.field = Some(code.to_owned());
        self
    }

    /// The field it is about, with the label that the form has for it.
    pub fn field_of(mut self, form: Option<&FormSchema>, code: &str) -> Self {
        self.0.label = form.and_then(|form| form.field(code)).map(|field| field.label.clone());
        self.field(code)
    }

    /// The offending value; it is shortened.
    pub fn value(mut self, value: &Value) -> Self {
        self.0.value = Some(shortened(value));
        self
    }

    /// A limit or a name that the text mentions. Types of fields are told as kintone calls them.
    pub fn detail(self, detail: &str) -> Self {
        let mut text = Text::of(detail, detail);
        if self.0.code.tells_types() {
            let words = text_search::split(detail, " ").into_iter();
            let words: Vec<String> = words.map(|word| FieldType::in_japanese(word).to_owned()).collect();
            text.ja = text_search::join(&words, " ");
        }
        self.because(text)
    }

    /// A reason that the text mentions.
    pub fn because(mut self, reason: Text) -> Self {
        self.0.detail = reason;
        self
    }

    /// The issue with its text.
    #[must_use]
    pub fn build(self) -> Issue {
        let told = *self.0;
        let field = told.field.as_deref().map(|code| (told.label.as_deref().unwrap_or(code), code));
        let text = told.code.text(field, &told.detail);
        Issue {
            code: told.code.as_str().to_owned(),
            severity: told.code.severity(),
            refused_by: told.code.refused_by(),
            target: told.target,
            rule: told.rule,
            field: told.field,
            label: told.label,
            value: told.value,
            text,
        }
    }
}

impl From<Issue> for Value {
    fn from(issue: Issue) -> Self {
        let mut json = Map::new();
        let mut property = |name: &str, value: Self| json.insert(name.to_owned(), value);
        property("code", issue.code.into());
        property("severity", if issue.severity == Severity::Error { "error" } else { "warning" }.into());
        let refused_by = match issue.refused_by {
            RefusedBy::Kintone => "kintone",
            RefusedBy::Silent => "silent",
            RefusedBy::Daicho => "daicho",
        };
        property("refused_by", refused_by.into());
        property("target", issue.target.into());
        property("rule", issue.rule.into());
        property("field", issue.field.into());
        property("label", issue.label.into());
        property("value", issue.value.into());
        property("text", issue.text.into());
        Self::Object(json)
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        let text = [("ja".to_owned(), text.ja.into()), ("en".to_owned(), text.en.into())];
        Self::Object(text.into_iter().collect())
    }
}

/// The most characters of a value that an issue repeats.
const SHOWN: usize = 60;

fn shortened(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| json_text(value), str::to_owned);
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => [text.get(..end).unwrap_or_default(), "…"].concat(),
        None => text,
    }
}
