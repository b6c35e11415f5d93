//! A form: an app's fields, as `app/form/fields.json` gives them.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::field_type::FieldType;
use super::form_properties;

/// A field as the rules need it.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) code: String,
    pub(crate) field_type: FieldType,
    pub(crate) required: bool,
    pub(crate) unique: bool,
    pub(crate) min_length: Option<usize>,
    pub(crate) max_length: Option<usize>,
    /// Kept as text: it is quoted in messages as the form has it.
    pub(crate) min_value: Option<String>,
    pub(crate) max_value: Option<String>,
    pub(crate) options: Vec<String>,
    pub(crate) default_value: Option<Value>,
    pub(crate) default_now: bool,
    pub(crate) protocol: Protocol,
    pub(crate) lookup: Option<Lookup>,
    /// Process management and categories take part only where the app enables them.
    pub(crate) enabled: bool,
    /// The fields of a table.
    pub(crate) inner: Vec<Field>,
}

/// What a link field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    Web,
    Mail,
    Call,
}

/// Where a lookup field copies from.
#[derive(Debug, Clone)]
pub(crate) struct Lookup {
    /// By id; empty if the app is given by its code.
    pub(crate) app: Option<u64>,
    pub(crate) app_code: String,
    pub(crate) key_field: String,
    /// (field here, field there)
    pub(crate) mappings: Vec<(String, String)>,
}

/// An app's form.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    /// As `app/form/fields.json` answers, system fields included.
    pub(crate) properties: Map<String, Value>,
    pub(crate) fields: Vec<Field>,
    by_code: HashMap<String, usize>,
    /// Codes that a lookup fills; what a request sends for them is ignored.
    copy_targets: Vec<String>,
    pub(crate) revision: u64,
}

impl Form {
    pub(crate) fn new(properties: Map<String, Value>, revision: u64) -> Self {
        let properties = form_properties::completed(properties);
        let fields: Vec<Field> =
            properties.iter().filter_map(|(code, property)| read_field(code, property)).collect();
        let by_code =
            fields.iter().enumerate().map(|(position, field)| (field.code.clone(), position)).collect();
        let copy_targets = fields
            .iter()
            .filter_map(|field| field.lookup.as_ref())
            .flat_map(|lookup| lookup.mappings.iter().map(|(here, _)| here.clone()))
            .collect();
        Self { properties, fields, by_code, copy_targets, revision }
    }

    pub(crate) fn field(&self, code: &str) -> Option<&Field> {
        self.by_code.get(code).and_then(|position| self.fields.get(*position))
    }

    /// A field inside a table, with its table.
    pub(crate) fn inner_field(&self, code: &str) -> Option<(&Field, &Field)> {
        self.fields.iter().find_map(|table| {
            let inner = table.inner.iter().find(|inner| inner.code == code)?;
            Some((table, inner))
        })
    }

    pub(crate) fn is_copy_target(&self, code: &str) -> bool {
        self.copy_targets.iter().any(|target| target == code)
    }

    pub(crate) fn unique_fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.unique)
    }
}

fn read_field(code: &str, property: &Value) -> Option<Field> {
    let field_type = FieldType::parse(property.get("type")?.as_str()?)?;
    let inner = property.get("fields").and_then(Value::as_object);
    Some(Field {
        code: code.to_owned(),
        field_type,
        required: flag(property, "required"),
        unique: flag(property, "unique"),
        min_length: number(property, "minLength"),
        max_length: number(property, "maxLength"),
        min_value: text(property, "minValue"),
        max_value: text(property, "maxValue"),
        options: read_options(property),
        default_value: property
            .get("defaultValue")
            .filter(|value| !super::field_type::is_empty(value))
            .cloned(),
        default_now: flag(property, "defaultNowValue"),
        protocol: match property.get("protocol").and_then(Value::as_str) {
            Some("MAIL") => Protocol::Mail,
            Some("CALL") => Protocol::Call,
            _ => Protocol::Web,
        },
        lookup: property.get("lookup").and_then(read_lookup),
        enabled: property.get("enabled").is_none() || flag(property, "enabled"),
        inner: inner
            .map(|inner| {
                let fields = inner.iter();
                fields.filter_map(|(code, property)| read_field(code, property)).collect()
            })
            .unwrap_or_default(),
    })
}

fn read_lookup(lookup: &Value) -> Option<Lookup> {
    let related = lookup.get("relatedApp")?;
    let mappings = lookup.get("fieldMappings").and_then(Value::as_array);
    Some(Lookup {
        app: text(related, "app").and_then(|id| id.parse().ok()),
        app_code: text(related, "code").unwrap_or_default(),
        key_field: text(lookup, "relatedKeyField")?,
        mappings: mappings
            .into_iter()
            .flatten()
            .filter_map(|mapping| Some((text(mapping, "field")?, text(mapping, "relatedField")?)))
            .collect(),
    })
}

/// The options in the order that the form shows them.
fn read_options(property: &Value) -> Vec<String> {
    let Some(options) = property.get("options").and_then(Value::as_object) else {
        return Vec::new();
    };
    let mut options: Vec<(usize, &String)> =
        options.iter().map(|(name, option)| (number(option, "index").unwrap_or(usize::MAX), name)).collect();
    options.sort_by_key(|(index, _)| *index);
    options.into_iter().map(|(_, name)| name.clone()).collect()
}

/// kintone's form API writes booleans as such, but takes them as strings too.
fn flag(property: &Value, name: &str) -> bool {
    match property.get(name) {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::String(text)) => text == "true",
        _ => false,
    }
}

/// A non-empty string, or a number as text: limits are strings in the form API.
fn text(property: &Value, name: &str) -> Option<String> {
    match property.get(name)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn number(property: &Value, name: &str) -> Option<usize> {
    text(property, name)?.parse().ok()
}
