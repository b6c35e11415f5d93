//! Refusals in kintone's shape: `{code, id, message, errors?}`.

use serde_json::{Map, Value, json};

use super::behaviour::{Behaviour, Language};
use super::catalogue;
use super::message::{self, Message};

/// Why a request was refused. `code` decides what to do; the message is for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    code: &'static str,
    arguments: Vec<String>,
    errors: FieldErrors,
}

impl Failure {
    /// A refusal by its code; `arguments` fill the catalogue's text.
    pub(crate) fn new<const N: usize>(code: &'static str, arguments: [&str; N]) -> Self {
        Self {
            code,
            arguments: arguments.iter().map(ToString::to_string).collect(),
            errors: FieldErrors::default(),
        }
    }

    /// `CB_VA01` with what is wrong at each place.
    pub(crate) fn invalid(errors: FieldErrors) -> Self {
        Self { code: "CB_VA01", arguments: Vec::new(), errors }
    }

    /// `CB_VA01` at one place.
    pub(crate) fn invalid_at(place: impl Into<String>, message: Message) -> Self {
        let mut errors = FieldErrors::default();
        errors.add(place, message);
        Self::invalid(errors)
    }

    /// kintone's code, such as `CB_VA01`.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The places named under `errors`, in order.
    pub fn places(&self) -> impl Iterator<Item = &str> {
        self.errors.0.iter().map(|(place, _)| place.as_str())
    }

    /// The HTTP status under `behaviour`.
    pub fn status(&self, behaviour: &Behaviour) -> u16 {
        let usual = catalogue::entry(self.code).map_or(520, |entry| entry.status);
        behaviour.statuses.get(self.code).copied().unwrap_or(usual)
    }

    /// The message in one language.
    pub fn message(&self, language: Language) -> String {
        let Some(entry) = catalogue::entry(self.code) else {
            return self.code.to_owned();
        };
        let template = match language {
            Language::Ja => entry.ja,
            Language::En => entry.en,
        };
        let mut text = template.to_owned();
        for (position, argument) in self.arguments.iter().enumerate() {
            text = text.replace(&format!("{{{position}}}"), argument);
        }
        text
    }

    /// The same without saying what is wrong where.
    pub(crate) fn without_places(self) -> Self {
        Self { errors: FieldErrors::default(), ..self }
    }

    /// Whether the request held more records than one may.
    pub(crate) fn is_for_too_many(&self) -> bool {
        let too_many = [
            message::at_most_a_hundred_added(),
            message::at_most_a_hundred_updated(),
            message::between_one_and_a_hundred_deleted(),
        ];
        self.errors.0.iter().any(|(_, messages)| messages.iter().any(|message| too_many.contains(message)))
    }

    pub(crate) fn into_errors(self) -> FieldErrors {
        self.errors
    }

    /// The body of the answer; `id` is the reference that kintone's support asks for.
    pub(crate) fn body(&self, id: &str, language: Language) -> Value {
        let mut body = json!({"code": self.code, "id": id, "message": self.message(language)});
        if !self.errors.is_empty() {
            body["errors"] = self.errors.to_json(language);
        }
        body
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {}", self.code, self.message(Language::En))
    }
}

impl std::error::Error for Failure {}

/// What is wrong, by place (`records[3].メール.value`), in the order it was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<(String, Vec<Message>)>);

impl FieldErrors {
    pub(crate) fn add(&mut self, place: impl Into<String>, message: Message) {
        let place = place.into();
        match self.0.iter_mut().find(|(known, _)| *known == place) {
            Some((_, messages)) => messages.push(message),
            None => self.0.push((place, vec![message])),
        }
    }

    pub(crate) fn has(&self, place: &str) -> bool {
        self.0.iter().any(|(known, _)| known == place)
    }

    pub(crate) fn append(&mut self, other: Self) {
        for (place, messages) in other.0 {
            for message in messages {
                self.add(place.clone(), message);
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn to_json(&self, language: Language) -> Value {
        let places = self.0.iter().map(|(place, messages)| {
            let texts: Vec<&str> = messages.iter().map(|message| message.text(language)).collect();
            (place.clone(), json!({"messages": texts}))
        });
        Value::Object(places.collect::<Map<_, _>>())
    }
}
