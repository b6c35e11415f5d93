//! Projection: an object and a mapping give a record.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::transform::{CompiledTransform, is_nothing};
use super::{AppAlias, FieldRule, Mapping, Path, Source, Target, TargetName, Value, WriteMode, WritePolicy};
use crate::kintone::{FieldType, FieldValue, FormSchema, Record};
use crate::validation::{Code, Issue, IssueBuilder};

/// The most characters that kintone takes in a key (`updateKey.value`).
pub const KEY_LENGTH: usize = 64;

/// A mapping whose paths and zones have been read: it can be applied, many times.
#[derive(Debug, Clone, PartialEq)]
pub struct Compiled {
    targets: BTreeMap<TargetName, CompiledTarget>,
}

/// One target of a [`Compiled`] mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct CompiledTarget {
    /// Its name.
    pub name: TargetName,
    /// Which objects it takes.
    pub source: Source,
    /// The app, by its alias.
    pub app: AppAlias,
    /// The field by which a record is found again.
    pub key_field: String,
    /// Whether records are created, updated or both.
    pub write_mode: WriteMode,
    key_path: Path,
    fields: Vec<CompiledField>,
}

#[derive(Debug, Clone, PartialEq)]
struct CompiledField {
    rule: usize,
    code: String,
    value: CompiledValue,
    transforms: Vec<CompiledTransform>,
    write_policy: WritePolicy,
}

#[derive(Debug, Clone, PartialEq)]
enum CompiledValue {
    Path(Path),
    Constant(Json),
}

/// What an object becomes.
#[derive(Debug, Clone, PartialEq)]
pub struct Projection {
    /// The key field's value; `None` with an issue when the object has none that kintone takes.
    pub key: Option<String>,
    /// The fields without the key field, which goes as the request's `updateKey`.
    pub record: Record,
    /// What could not be projected. Its fields are not in the record.
    pub issues: Vec<Issue>,
}

impl Compiled {
    /// Reads every path and zone, and looks for fields that are written twice.
    ///
    /// # Errors
    /// All the issues that there are, not only the first.
    pub fn new(mapping: &Mapping) -> Result<Self, Vec<Issue>> {
        let mut issues = Vec::new();
        let mut targets = BTreeMap::new();
        for (name, target) in &mapping.targets {
            if let Some(compiled) = CompiledTarget::new(name, target, &mut issues) {
                targets.insert(name.clone(), compiled);
            }
        }
        if issues.is_empty() { Ok(Self { targets }) } else { Err(issues) }
    }

    /// All targets, by name.
    pub fn targets(&self) -> impl Iterator<Item = &CompiledTarget> {
        self.targets.values()
    }

    /// The target of this name.
    #[must_use]
    pub fn target(&self, name: &str) -> Option<&CompiledTarget> {
        self.targets.get(name)
    }

    /// The targets that take objects of this source.
    pub fn for_source(&self, source: Source) -> impl Iterator<Item = &CompiledTarget> {
        self.targets.values().filter(move |target| target.source == source)
    }
}

impl CompiledTarget {
    fn new(name: &TargetName, target: &Target, issues: &mut Vec<Issue>) -> Option<Self> {
        let at = |code: Code| Issue::of(code).target(name);
        let found_before = issues.len();
        let key_path = Path::parse(&target.key.path);
        if let Err(error) = &key_path {
            let detail = format!("{}: {error}", target.key.path);
            issues.push(at(Code::InvalidPath).field(&target.key.field).detail(&detail).build());
        }
        let mut fields: Vec<CompiledField> = Vec::new();
        for (rule, field) in target.fields.iter().enumerate() {
            let here = |code| at(code).rule(rule).field(&field.field);
            if field.field == target.key.field {
                issues.push(here(Code::KeyFieldMapped).build());
            } else if fields.iter().any(|earlier| earlier.code == field.field) {
                issues.push(here(Code::FieldMappedTwice).build());
            }
            match CompiledField::new(rule, field) {
                Ok(field) => fields.push(field),
                Err((code, detail)) => issues.push(here(code).detail(&detail).build()),
            }
        }
        if issues.len() > found_before {
            return None;
        }
        Some(Self {
            name: name.clone(),
            source: target.source,
            app: target.app.clone(),
            key_field: target.key.field.clone(),
            write_mode: target.write_mode,
            key_path: key_path.ok()?,
            fields,
        })
    }

    /// Whether everything is written at every change, to new and to old records alike: then a record
    /// can be upserted without a look at what is there.
    #[must_use]
    pub fn is_upsert_and_always(&self) -> bool {
        self.write_mode == WriteMode::Upsert
            && self.fields.iter().all(|field| field.write_policy == WritePolicy::Always)
    }

    /// Each mapped field's write policy, by code; without the key field.
    pub fn write_policies(&self) -> impl Iterator<Item = (&str, WritePolicy)> {
        self.fields.iter().map(|field| (field.code.as_str(), field.write_policy))
    }

    /// The write policy of one field; `None` when nothing maps it.
    #[must_use]
    pub fn write_policy(&self, code: &str) -> Option<WritePolicy> {
        self.fields.iter().find(|field| field.code == code).map(|field| field.write_policy)
    }

    /// The index of the rule that maps a field.
    #[must_use]
    pub fn rule_of(&self, code: &str) -> Option<usize> {
        self.fields.iter().find(|field| field.code == code).map(|field| field.rule)
    }

    /// The record that `object` becomes. With the form schema each value has the form that its
    /// field's type asks for; without it, every value is text.
    ///
    /// A value that is missing clears its field: `""`, or `[]` for a list, never null.
    #[must_use]
    pub fn project(&self, object: &Json, form: Option<&FormSchema>) -> Projection {
        let mut issues = Vec::new();
        let mut record = Record::new();
        for field in &self.fields {
            let kind = form.and_then(|form| form.field(&field.code)).map(|field| &field.kind);
            match field.project(object, kind) {
                Ok(value) => {
                    record.insert(field.code.clone(), FieldValue { value });
                }
                Err((code, value)) => {
                    issues.push(self.issue(code, form, &field.code).rule(field.rule).value(&value).build());
                }
            }
        }
        let key = match self.key(object) {
            Ok(key) => Some(key),
            Err((code, value)) => {
                issues.push(self.issue(code, form, &self.key_field).value(&value).build());
                None
            }
        };
        Projection { key, record, issues }
    }

    fn issue(&self, code: Code, form: Option<&FormSchema>, field: &str) -> IssueBuilder {
        Issue::of(code).target(&self.name).field_of(form, field)
    }

    fn key(&self, object: &Json) -> Result<String, (Code, Json)> {
        let value = self.key_path.get(object).unwrap_or(&Json::Null);
        let key = scalar(value).ok_or_else(|| (Code::KeyNotText, value.clone()))?;
        if key.is_empty() {
            Err((Code::KeyMissing, value.clone()))
        } else if key.chars().count() > KEY_LENGTH {
            Err((Code::KeyTooLong, value.clone()))
        } else {
            Ok(key)
        }
    }
}

impl CompiledField {
    fn new(rule: usize, field: &FieldRule) -> Result<Self, (Code, String)> {
        let value = match &field.value {
            Value::Path(path) => CompiledValue::Path(
                Path::parse(path).map_err(|error| (Code::InvalidPath, format!("{path}: {error}")))?,
            ),
            Value::Constant(text) => CompiledValue::Constant(Json::String(text.clone())),
        };
        let transforms = field.transform.iter().map(CompiledTransform::new).collect::<Result<_, _>>()?;
        Ok(Self { rule, code: field.field.clone(), value, transforms, write_policy: field.write_policy })
    }

    fn project(&self, object: &Json, kind: Option<&FieldType>) -> Result<Json, (Code, Json)> {
        let found = match &self.value {
            CompiledValue::Path(path) => path.get(object).unwrap_or(&Json::Null),
            CompiledValue::Constant(value) => value,
        };
        let mut value = found.clone();
        for transform in &self.transforms {
            value = transform.apply(&value, object).map_err(|code| (code, found.clone()))?;
        }
        shaped(&value, kind).ok_or_else(|| (Code::NotASingleValue, found.clone()))
    }
}

/// The value in the form that the field's type asks for.
pub(crate) fn shaped(value: &Json, kind: Option<&FieldType>) -> Option<Json> {
    match kind {
        Some(kind) if kind.is_multi_valued() => {
            let items = match value {
                nothing if is_nothing(nothing) => Vec::new(),
                Json::Array(items) => items.iter().map(scalar).collect::<Option<_>>()?,
                one => vec![scalar(one)?],
            };
            let people = kind.is_selection_of_people();
            let item = |text: String| {
                if people { json!({ "code": text }) } else { Json::String(text) }
            };
            Some(Json::Array(items.into_iter().map(item).collect()))
        }
        _ => scalar(value).map(Json::String),
    }
}

/// One value as text; an object that Stripe expanded is its id.
fn scalar(value: &Json) -> Option<String> {
    match value {
        Json::Null => Some(String::new()),
        Json::Bool(yes) => Some(if *yes { "true" } else { "false" }.to_owned()),
        Json::Number(number) => Some(number.to_string()),
        Json::String(text) => Some(text.clone()),
        Json::Object(properties) if properties.contains_key("object") => {
            properties.get("id").and_then(Json::as_str).map(str::to_owned)
        }
        Json::Object(_) | Json::Array(_) => None,
    }
}

#[cfg(test)]
#[path = "project_tests.rs"]
#[expect(clippy::needless_pass_by_value, reason = "json!(…) reads best as it stands")]
mod tests;
