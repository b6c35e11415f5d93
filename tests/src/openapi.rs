//! Holds every kintone request of a test run against kintone's OpenAPI document.
//!
//! `data/kintone-openapi.json` is Cybozu's specification (kintone/rest-api-spec, Apache-2.0) cut to
//! the requests that Daicho makes. Three things are read as the service reads them and not as the
//! document has them: ids and revisions may be strings, `fields[0]` stands for `fields`, and a POST
//! with `X-HTTP-Method-Override: GET` is a GET whose parameters stand in the body. Properties that
//! the document does not know are refused, since kintone drops them in silence.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

/// One request as the sandbox logged it.
#[derive(Debug, Clone, Deserialize)]
pub struct Logged {
    /// The method on the wire.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query string, still encoded.
    #[serde(default)]
    pub query: String,
    /// Headers, names in lower case, secrets redacted.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body: JSON, text, or null.
    #[serde(default)]
    pub body: Value,
}

/// The specification, made ready for checking.
pub struct Specification {
    operations: BTreeMap<(String, String), Operation>,
}

struct Operation {
    parameters: BTreeMap<String, Parameter>,
    body: Option<jsonschema::Validator>,
}

struct Parameter {
    kind: String,
    required: bool,
}

impl Specification {
    /// Reads the copy that the project carries.
    ///
    /// # Panics
    /// When that copy is broken: a mistake in the project, found by the first test that runs.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the document is part of this crate")]
    pub fn load() -> Self {
        let document: Value = serde_json::from_str(include_str!("../data/kintone-openapi.json"))
            .expect("data/kintone-openapi.json is JSON");
        let components = as_the_service_reads(&document["components"]);
        let mut operations = BTreeMap::new();
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("path item") {
                operations.insert((path.clone(), method.clone()), Operation::read(operation, &components));
            }
        }
        Self { operations }
    }

    /// What is wrong with one request; empty when it conforms.
    #[must_use]
    pub fn problems(&self, request: &Logged) -> Vec<String> {
        let path = without_guest_space(&request.path);
        let overridden = request
            .headers
            .get("x-http-method-override")
            .is_some_and(|method| method.eq_ignore_ascii_case("GET"));
        let method = if overridden { "get" } else { &request.method.to_lowercase() };
        let Some(operation) = self.operations.get(&(path.clone(), method.to_owned())) else {
            return vec![format!("{method} {path}: not in the specification")];
        };
        let mut problems = if overridden {
            operation.parameter_problems(&parameters_of_body(&request.body))
        } else {
            operation.parameter_problems(&parameters_of_query(&request.query))
        };
        if method == "get" && !overridden && request.headers.contains_key("content-type") {
            problems.push("a GET with a Content-Type is refused (CB_IL02)".to_owned());
        }
        if let Some(schema) = &operation.body {
            problems.extend(
                schema
                    .iter_errors(&request.body)
                    .map(|error| format!("body {}: {}", error.instance_path(), error.masked())),
            );
        }
        problems.into_iter().map(|problem| format!("{method} {path}: {problem}")).collect()
    }
}

impl Operation {
    #[expect(clippy::expect_used, reason = "the document is part of this crate")]
    fn read(operation: &Value, components: &Value) -> Self {
        let parameters = operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == "query")
            .filter_map(|parameter| {
                let kind = parameter["schema"]["type"].as_str().unwrap_or("string").to_owned();
                let required = parameter["required"] == true;
                Some((parameter["name"].as_str()?.to_owned(), Parameter { kind, required }))
            })
            .collect();
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let body = schema.is_object().then(|| {
            let mut schema = as_the_service_reads(schema);
            schema["components"] = components.clone();
            jsonschema::validator_for(&schema).expect("a schema of the specification compiles")
        });
        Self { parameters, body }
    }

    fn parameter_problems(&self, given: &BTreeMap<String, Vec<String>>) -> Vec<String> {
        let mut problems = Vec::new();
        for (name, values) in given {
            match self.parameters.get(name) {
                None => problems.push(format!("unknown parameter {name}")),
                Some(parameter) => problems.extend(
                    values
                        .iter()
                        .filter(|value| !parameter.takes(value))
                        .map(|_| format!("{name} is no {}", parameter.kind)),
                ),
            }
        }
        for (name, parameter) in &self.parameters {
            if parameter.required && !given.contains_key(name) {
                problems.push(format!("{name} is missing"));
            }
        }
        problems
    }
}

impl Parameter {
    fn takes(&self, value: &str) -> bool {
        match self.kind.as_str() {
            "integer" => value.parse::<i64>().is_ok(),
            "boolean" => matches!(value, "true" | "false"),
            _ => true,
        }
    }
}

fn without_guest_space(path: &str) -> String {
    match path.strip_prefix("/k/guest/").and_then(|rest| rest.split_once("/v1/")) {
        Some((space, rest)) if space.bytes().all(|b| b.is_ascii_digit()) => format!("/k/v1/{rest}"),
        _ => path.to_owned(),
    }
}

/// `fields[0]=a&fields[1]=b` → `fields: [a, b]`.
fn parameters_of_query(query: &str) -> BTreeMap<String, Vec<String>> {
    let mut parameters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = name.replace("%5B", "[").replace("%5D", "]");
        let name = name.split('[').next().unwrap_or_default().to_owned();
        parameters.entry(name).or_default().push(value.to_owned());
    }
    parameters
}

fn parameters_of_body(body: &Value) -> BTreeMap<String, Vec<String>> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    body.as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| match value {
            Value::Array(items) => (name.clone(), items.iter().map(text).collect()),
            other => (name.clone(), vec![text(other)]),
        })
        .collect()
}

/// Closes every object, and lets a string stand for an integer.
fn as_the_service_reads(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            if members.get("type").is_some_and(|kind| kind == "integer") {
                return json!({"anyOf": [
                    {"type": "integer"},
                    {"type": "string", "pattern": "^-?[0-9]+$"}
                ]});
            }
            let mut read: Map<String, Value> =
                members.iter().map(|(name, member)| (name.clone(), as_the_service_reads(member))).collect();
            if read.get("properties").is_some_and(Value::is_object)
                && read.get("type").is_some_and(|kind| kind == "object")
                && !read.contains_key("additionalProperties")
            {
                read.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
            Value::Object(read)
        }
        Value::Array(items) => Value::Array(items.iter().map(as_the_service_reads).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, path: &str, query: &str, body: Value) -> Logged {
        Logged {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: BTreeMap::new(),
            body,
        }
    }

    fn upsert() -> Value {
        json!({"app": "1", "upsert": true, "records": [
            {"updateKey": {"field": "ID", "value": "cus_1"}, "record": {"氏名": {"value": "山田"}}}
        ]})
    }

    #[test]
    fn an_upsert_conforms_with_ids_as_strings() {
        let problems = Specification::load().problems(&request("PUT", "/k/v1/records.json", "", upsert()));
        assert_eq!(problems, Vec::<String>::new());
    }

    #[test]
    fn an_unknown_property_is_refused_at_every_depth() {
        let specification = Specification::load();
        for pointer in ["", "/records/0", "/records/0/updateKey", "/records/0/record/氏名"] {
            let mut body = upsert();
            let Some(Value::Object(place)) = body.pointer_mut(pointer) else { panic!("{pointer}") };
            place.insert("typo".to_owned(), if pointer.is_empty() { json!(1) } else { json!("x") });
            let problems = specification.problems(&request("PUT", "/k/v1/records.json", "", body));
            assert!(!problems.is_empty(), "{pointer}");
        }
    }

    #[test]
    fn a_guest_space_has_the_same_requests() {
        let problems =
            Specification::load().problems(&request("PUT", "/k/guest/3/v1/records.json", "", upsert()));
        assert_eq!(problems, Vec::<String>::new());
    }

    #[test]
    fn array_parameters_are_known_by_their_name_without_the_index() {
        let query = "app=1&query=limit%201&fields%5B0%5D=%24id&fields[1]=x&totalCount=true";
        let problems =
            Specification::load().problems(&request("GET", "/k/v1/records.json", query, Value::Null));
        assert_eq!(problems, Vec::<String>::new());
    }

    #[test]
    fn an_unknown_or_missing_parameter_is_a_problem() {
        let problems =
            Specification::load().problems(&request("GET", "/k/v1/records.json", "limit=1", Value::Null));
        assert_eq!(problems.len(), 2, "{problems:?}");
    }

    #[test]
    fn a_post_that_overrides_to_get_is_read_as_a_get() {
        let mut logged = request(
            "POST",
            "/k/v1/records.json",
            "",
            json!({"app": 1, "query": "ID in (\"a\")", "fields": ["$id"]}),
        );
        logged.headers.insert("x-http-method-override".to_owned(), "GET".to_owned());
        assert_eq!(Specification::load().problems(&logged), Vec::<String>::new());
    }

    #[test]
    fn a_get_with_a_content_type_is_a_problem() {
        let mut logged = request("GET", "/k/v1/app.json", "id=1", Value::Null);
        logged.headers.insert("content-type".to_owned(), "application/json".to_owned());
        assert_eq!(Specification::load().problems(&logged).len(), 1);
    }

    #[test]
    fn a_path_that_the_specification_lacks_is_a_problem() {
        let problems = Specification::load().problems(&request("GET", "/k/v1/rekords.json", "", Value::Null));
        assert_eq!(problems.len(), 1);
    }
}
