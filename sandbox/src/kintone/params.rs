//! A request's parameters: from the query string or the JSON body, alike for every route.

use http::{HeaderMap, Method, header};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::behaviour::Language;
use super::failure::Failure;
use super::message;
use crate::Request;

/// The parameters by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Params(pub(super) Map<String, Value>);

/// The method that counts, and the parameters.
///
/// # Errors
/// `CB_IL02` for a GET without a body that carries `Content-Type`, and for a body that is not
/// announced as JSON; `CB_IJ01` for a body that is no JSON object.
pub(super) fn read(request: &Request) -> Result<(Method, Params), Failure> {
    let illegal = || Failure::new("CB_IL02", []);
    let headers = request.headers();
    let method = effective_method(request)?;
    let content_type = headers.get(header::CONTENT_TYPE);
    let in_query = matches!(*request.method(), Method::GET | Method::DELETE);
    if in_query && request.body().is_empty() {
        if content_type.is_some() && request.method() == Method::GET {
            return Err(illegal());
        }
        return from_query(request.uri().query().unwrap_or_default()).map(|params| (method, params));
    }
    let content_type = content_type.and_then(|value| value.to_str().ok());
    if !content_type.is_some_and(|value| value.starts_with("application/json")) {
        return Err(illegal());
    }
    match serde_json::from_slice(request.body()) {
        Ok(Value::Object(params)) => Ok((method, Params(params))),
        _ => Err(Failure::new("CB_IJ01", [])),
    }
}

/// A POST may stand for a GET (long queries) or another method.
fn effective_method(request: &Request) -> Result<Method, Failure> {
    let header = request.headers().get("x-http-method-override");
    match header.filter(|_| request.method() == Method::POST) {
        None => Ok(request.method().clone()),
        Some(method) => Method::from_bytes(&method.as_bytes().to_ascii_uppercase())
            .map_err(|_| Failure::new("CB_IL02", [])),
    }
}

/// `fields[0]=a&fields[1]=b` gives a list; any other name one text.
fn from_query(query: &str) -> Result<Params, Failure> {
    let mut params = Map::new();
    let mut lists: Vec<(String, Vec<(usize, Value)>)> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name)?, Value::String(decode(value)?));
        let Some((list, index)) = list_item(&name) else {
            params.insert(name, value);
            continue;
        };
        match lists.iter_mut().find(|(known, _)| known == list) {
            Some((_, items)) => items.push((index, value)),
            None => lists.push((list.to_owned(), vec![(index, value)])),
        }
    }
    for (name, mut items) in lists {
        items.sort_by_key(|(index, _)| *index);
        let items: Vec<Value> = items.into_iter().map(|(_, value)| value).collect();
        params.insert(name, Value::Array(items));
    }
    Ok(Params(params))
}

fn list_item(name: &str) -> Option<(&str, usize)> {
    let (list, index) = name.strip_suffix(']')?.split_once('[')?;
    Some((list, index.parse().ok()?))
}

fn decode(text: &str) -> Result<String, Failure> {
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8();
    decoded.map(std::borrow::Cow::into_owned).map_err(|_| Failure::new("CB_IL02", []))
}

impl Params {
    /// A required id, given as a number or as text.
    ///
    /// # Errors
    /// `CB_VA01` at `name`.
    pub(super) fn id(&self, name: &str) -> Result<u64, Failure> {
        let value = self.0.get(name).filter(|value| !value.is_null());
        let value = value.ok_or_else(|| Failure::invalid_at(name, message::parameter_required()))?;
        id(value, name)
    }

    /// An optional list.
    ///
    /// # Errors
    /// `CB_VA01` at `name` if it is something else.
    pub(super) fn list(&self, name: &str) -> Result<Option<&Vec<Value>>, Failure> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(_) => Err(Failure::invalid_at(name, message::not_an_array())),
        }
    }

    /// An optional list of texts, such as field codes.
    pub(super) fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Failure> {
        let Some(items) = self.list(name)? else {
            return Ok(None);
        };
        let texts = items.iter().map(|item| {
            let text = item.as_str().map(str::to_owned);
            text.ok_or_else(|| Failure::new("CB_IJ01", []))
        });
        texts.collect::<Result<_, _>>().map(Some)
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// `true`, as such or as text.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| *value == json!(true) || *value == json!("true"))
    }
}

/// An id: a positive integer, as a number or as text.
///
/// # Errors
/// `CB_VA01` at `place`.
pub(super) fn id(value: &Value, place: &str) -> Result<u64, Failure> {
    let number = integer(value, place)?;
    u64::try_from(number)
        .ok()
        .filter(|id| *id > 0)
        .ok_or_else(|| Failure::invalid_at(place, message::at_least_one()))
}

/// An expected revision: absent, empty and -1 mean that none is expected.
///
/// # Errors
/// `CB_VA01` at `place` if it is no integer.
pub(super) fn revision(value: Option<&Value>, place: &str) -> Result<Option<u64>, Failure> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(value) => match integer(value, place)? {
            -1 => Ok(None),
            number => id(&json!(number), place).map(Some),
        },
    }
}

fn integer(value: &Value, place: &str) -> Result<i64, Failure> {
    let number = match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    number.ok_or_else(|| Failure::invalid_at(place, message::not_an_integer()))
}

/// The language of the answer. `*` (which Node's fetch sends) and languages that the sandbox does
/// not speak leave the default.
pub(super) fn language(headers: &HeaderMap, default: Language) -> Language {
    let header = headers.get(header::ACCEPT_LANGUAGE);
    let header = header.and_then(|value| value.to_str().ok()).unwrap_or("");
    let spoken = header.split(',').find_map(|range| {
        let tag = range.split(';').next().unwrap_or("").trim();
        match tag.get(..2)?.to_ascii_lowercase().as_str() {
            "ja" => Some(Language::Ja),
            "en" => Some(Language::En),
            _ => None,
        }
    });
    spoken.unwrap_or(default)
}
