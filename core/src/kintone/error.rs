//! kintone's error answers, classified once.
//!
//! kintone decides by `code`: messages are localised, and the status of one code has changed over
//! time (several moved from 520 to 400), so neither tells what to do. There is no official list;
//! the codes here are those that Cybozu's documents and clients name or that were captured from the
//! service. An unknown code is taken by its status, on the side where nothing is lost.

use std::collections::BTreeMap;

use crate::json::Value;

/// An error answer: `{code, id, message, errors?}`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErrorAnswer {
    /// For example `CB_VA01`.
    pub code: String,
    /// Cybozu's number of this occurrence, for their support.
    pub id: String,
    /// In the language of `Accept-Language`; for people only.
    pub message: String,
    /// What is wrong with which value, by path.
    pub errors: BTreeMap<String, Vec<String>>,
}

impl ErrorAnswer {
    /// Reads an error answer, also from a bulk request's `results`; `None` for any other body
    /// (kintone's maintenance page is HTML).
    #[must_use]
    pub fn parse(body: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(body).ok()?;
        let results = value.get("results").and_then(Value::as_array).into_iter().flatten();
        std::iter::once(&value).chain(results).find_map(Self::read)
    }

    fn read(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let code = value.get("code")?.as_str()?.to_owned();
        let errors = value.get("errors").and_then(Value::as_object).into_iter().flatten();
        Some(Self {
            code,
            id: text("id"),
            message: text("message"),
            errors: errors.map(|(path, problem)| (path.clone(), messages(problem))).collect(),
        })
    }
}

fn messages(problem: &Value) -> Vec<String> {
    let messages = problem.get("messages").and_then(Value::as_array);
    let texts = messages.map(|all| all.iter().map(|text| text.as_str().map(str::to_owned)).collect());
    texts.flatten().unwrap_or_default()
}

/// What an error asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorClass {
    /// Try again later, with backoff.
    Transient(Transient),
    /// A person has to set something right; until then nothing of this app can be written.
    Configuration(ConfigProblem),
    /// A record, or one of a batch, cannot be written as it is.
    Permanent(Permanent),
    /// The record has another revision: read it and decide again.
    Conflict,
    /// The record is not there any more.
    NotFound,
}

/// Why trying again may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transient {
    /// More than 100 requests at once on the customer's domain (GAIA_TO04, or a 429 without a code).
    TooManyRequests,
    /// Too many cursors on the domain (GAIA_TM12). No rate limit.
    TooManyCursors,
    /// The database was locked: what the loser of a concurrent update may get instead of a conflict.
    Locked,
    /// Maintenance: a 503 with an HTML page.
    Unavailable,
    /// Another failure of the server, or of something before it.
    ServerFailure,
}

/// What a person has to set right in kintone or in the connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigProblem {
    /// The token is unknown: mistyped, deleted, or made without pressing アプリを更新.
    TokenUnknown,
    /// The token lacks a right that is needed.
    TokenLacksRight,
    /// The token is for another app.
    TokenForOtherApp,
    /// Two tokens of one app were sent.
    TokenTwice,
    /// kintone accepts neither the token nor the Basic authentication.
    NotAuthenticated,
    /// There is no such app.
    AppNotFound,
    /// The app is in a guest space, or the guest space is another.
    GuestSpace,
    /// No right to this app, or the path names the wrong guest space (CB_NO02 says both).
    NoPrivilege,
    /// A 403 whose code is none that is known, or that has none: what stands before kintone may have
    /// refused, as a restriction by IP address does.
    Blocked,
    /// A field may not be edited.
    FieldRight,
    /// The address is not kintone's API: a redirect, or a page in place of JSON.
    WrongAddress,
}

/// Why a record cannot be written as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permanent {
    /// A value was refused (CB_VA01); `errors` says which.
    Value,
    /// A lookup's key is not in the other app, or not unique there. `errors` does not say which record.
    Lookup,
    /// A user, organisation or group that a value names does not exist. `errors` does not say where.
    Entity,
    /// The request itself was wrong: our mistake, or a field changed its type.
    Request,
}

/// What to do about an answer that is no success.
#[must_use]
pub fn class(status: u16, body: &[u8]) -> ErrorClass {
    match ErrorAnswer::parse(body) {
        Some(answer) => by_code(&answer.code).unwrap_or_else(|| by_status(status, true)),
        None => by_status(status, false),
    }
}

fn by_code(code: &str) -> Option<ErrorClass> {
    use ErrorClass::{Configuration, Conflict, NotFound, Permanent as Lasting, Transient as Passing};
    Some(match code {
        "GAIA_TO04" => Passing(Transient::TooManyRequests),
        "GAIA_TM12" => Passing(Transient::TooManyCursors),
        "GAIA_DA02" | "GAIA_RE18" | "GAIA_LT01" => Passing(Transient::Locked),
        "GAIA_CO02" | "GAIA_UN03" => Conflict,
        "GAIA_RE01" | "GAIA_RE20" => NotFound,
        "CB_VA01" => Lasting(Permanent::Value),
        "GAIA_LO03" | "GAIA_LO04" => Lasting(Permanent::Lookup),
        "CB_IJ01" | "CB_IL02" | "GAIA_SI01" => Lasting(Permanent::Request),
        "GAIA_IQ03" | "GAIA_IQ07" | "GAIA_IQ11" | "GAIA_IQ23" | "GAIA_IQ25" | "GAIA_QU01" | "GAIA_QU02"
        | "GAIA_IL08" | "GAIA_IR02" => Lasting(Permanent::Request),
        "GAIA_IA02" => Configuration(ConfigProblem::TokenUnknown),
        "GAIA_NO01" => Configuration(ConfigProblem::TokenLacksRight),
        "GAIA_DA03" => Configuration(ConfigProblem::TokenTwice),
        "GAIA_AP01" => Configuration(ConfigProblem::AppNotFound),
        "GAIA_AP15" => Configuration(ConfigProblem::TokenForOtherApp),
        "GAIA_IL23" => Configuration(ConfigProblem::GuestSpace),
        "CB_NO02" => Configuration(ConfigProblem::NoPrivilege),
        "CB_AU01" | "CB_WA01" | "CB_OA01" | "CB_TW02" => Configuration(ConfigProblem::NotAuthenticated),
        "GAIA_IL26" | "GAIA_IL28" | "GAIA_IL42" => Lasting(Permanent::Entity),
        "GAIA_FU01" => Configuration(ConfigProblem::FieldRight),
        _ => return None,
    })
}

fn by_status(status: u16, is_kintones_json: bool) -> ErrorClass {
    match status {
        429 => ErrorClass::Transient(Transient::TooManyRequests),
        503 => ErrorClass::Transient(Transient::Unavailable),
        409 => ErrorClass::Conflict,
        401 => ErrorClass::Configuration(ConfigProblem::NotAuthenticated),
        403 => ErrorClass::Configuration(ConfigProblem::Blocked),
        // kintone's own errors have come with 520 where they come with 400 now.
        400..=499 | 520 if is_kintones_json => ErrorClass::Permanent(Permanent::Request),
        200..=399 | 404 => ErrorClass::Configuration(ConfigProblem::WrongAddress),
        413 => ErrorClass::Permanent(Permanent::Request),
        _ => ErrorClass::Transient(Transient::ServerFailure),
    }
}

/// One problem with one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field code, or `updateKey`; `None` when the path could not be read.
    pub field: Option<String>,
    /// The row of the table, from 0, where `field` is a table.
    pub row: Option<usize>,
    /// The code of the field in that row.
    pub inner: Option<String>,
    /// The path as kintone gave it.
    pub path: String,
    /// kintone's texts, for people.
    pub messages: Vec<String>,
}

/// The problems by the index of their record in the request; a single record is 0.
///
/// Paths that name no record (`query`, `app`) are left out: an empty answer means that the offender
/// is unknown.
#[must_use]
pub fn bad_records(errors: &BTreeMap<String, Vec<String>>) -> BTreeMap<usize, Vec<FieldProblem>> {
    let mut bad: BTreeMap<usize, Vec<FieldProblem>> = BTreeMap::new();
    for (path, messages) in errors {
        let steps = steps(path);
        let Some((index, rest)) = record_of(&steps) else {
            continue;
        };
        let (field, row, inner) = place(rest);
        bad.entry(index).or_default().push(FieldProblem {
            field,
            row,
            inner,
            path: path.clone(),
            messages: messages.clone(),
        });
    }
    bad
}

/// The records that another record's key collides with: they exist already, so that what was to be
/// created is to be updated. Known by the place of the problem, since the messages are localised;
/// [`crate::mapping::CompiledTarget::project`] lets no other bad value into the key field.
#[must_use]
pub fn duplicate_keys(errors: &BTreeMap<String, Vec<String>>, key_field: &str) -> Vec<usize> {
    let is_key = |problem: &FieldProblem| {
        problem.row.is_none()
            && problem.field.as_deref().is_some_and(|field| field == key_field || field == "updateKey")
    };
    let bad = bad_records(errors);
    bad.iter().filter(|(_, problems)| problems.iter().all(is_key)).map(|(index, _)| *index).collect()
}

/// A path cut at dots and brackets: `records[0].明細.value[1]` is `records 0 明細 value 1`.
fn steps(path: &str) -> Vec<&str> {
    path.split(['.', '[', ']']).filter(|step| !step.is_empty()).collect()
}

fn record_of<'p, 's>(steps: &'p [&'s str]) -> Option<(usize, &'p [&'s str])> {
    match steps {
        // A field may itself have the code `record`; then its value follows.
        ["records", index, "record", rest @ ..] if !matches!(rest, [] | ["value" | "values", ..]) => {
            Some((index.parse().ok()?, rest))
        }
        ["records", index, rest @ ..] => Some((index.parse().ok()?, rest)),
        ["record", rest @ ..] => Some((0, rest)),
        _ => None,
    }
}

fn place(steps: &[&str]) -> (Option<String>, Option<usize>, Option<String>) {
    let owned = |step: &str| Some(step.to_owned());
    match steps {
        [] => (None, None, None),
        [table, "value", row, "value", inner, ..] => match row.parse() {
            Ok(row) => (owned(table), Some(row), owned(inner)),
            Err(_) => (owned(table), None, None),
        },
        [field, ..] => (owned(field), None, None),
    }
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
