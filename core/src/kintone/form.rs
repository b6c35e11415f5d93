//! The form schema: kintone's definitions of an app's fields, as
//! `GET /k/v1/app/form/fields.json` answers them.

use crate::json::{self, Value};
use crate::json_text::number_text;
use serde::{Deserialize, Serialize};

use super::FieldType;
use crate::ByName;

/// The fields of an app by their codes.
///
/// It is read leniently, so that a property kintone adds or shapes anew costs us that property and
/// not the app; and it is written in the same form, for a cache.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Value")]
pub struct FormSchema {
    /// Each field by its code. Codes are opaque: compared exactly, never normalised.
    pub properties: ByName<Field>,
    /// The form's revision, which grows with each change an administrator publishes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
}

/// One field's definition.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// The field code, by which records name it.
    pub code: String,
    /// The name that people see. Several fields may share one.
    pub label: String,
    /// The type.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// 必須項目にする: it may not be empty.
    pub required: bool,
    /// 値の重複を禁止する: no two records may have the same value.
    pub unique: bool,
    /// The options of a choice, in the order people see them.
    #[serde(serialize_with = "options_by_name", skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// The least number of characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    /// The greatest number of characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// The least number, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_value: Option<String>,
    /// The greatest number, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_value: Option<String>,
    /// What a LINK field holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<LinkProtocol>,
    /// The value that a new record has when nothing is sent: text, or a list for choices.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub default_value: Value,
    /// A DATE, TIME or DATETIME field whose default is the moment of creation.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub default_now_value: bool,
    /// Set for a lookup: its value is a key of another app's record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lookup: Option<Lookup>,
    /// The fields of a SUBTABLE by their codes.
    #[serde(skip_serializing_if = "ByName::is_empty")]
    pub fields: ByName<Self>,
}

/// What a LINK field holds. kintone checks the form of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LinkProtocol {
    /// A web address.
    Web,
    /// A telephone number.
    Call,
    /// A mail address.
    Mail,
}

/// Where a lookup looks and what it copies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Lookup {
    /// The other app.
    pub related_app: RelatedApp,
    /// The field of the other app that holds the key.
    pub related_key_field: String,
    /// What kintone copies. Values that are sent for these fields are ignored in silence.
    pub field_mappings: Vec<FieldMapping>,
}

/// The app that a lookup looks into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RelatedApp {
    /// Its number.
    pub app: String,
}

/// One field that a lookup copies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldMapping {
    /// The field of this app that is filled.
    pub field: String,
    /// The field of the other app that it is filled from.
    pub related_field: String,
}

/// An answer that is no form schema at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is not what GET /k/v1/app/form/fields.json answers: {reason}")]
pub struct NotAFormSchema {
    /// What is wrong with it.
    pub reason: String,
}

impl FormSchema {
    /// Reads kintone's answer, or what [`serde_json::to_vec`] made of a schema.
    ///
    /// # Errors
    /// [`NotAFormSchema`] when it is not JSON or has no `properties`.
    pub fn parse(json: &[u8]) -> Result<Self, NotAFormSchema> {
        let refuse = |reason: String| NotAFormSchema { reason };
        let value: Value = serde_json::from_slice(json).map_err(|error| refuse(error.to_string()))?;
        if value.get("properties").is_some_and(Value::is_object) {
            Ok(Self::from(value))
        } else {
            Err(refuse("it has no `properties`".to_owned()))
        }
    }

    /// The field of this code; not one inside a table.
    #[must_use]
    pub fn field(&self, code: &str) -> Option<&Field> {
        self.properties.get(code)
    }

    /// The lookup that fills this field, if one does.
    #[must_use]
    pub fn copied_by(&self, code: &str) -> Option<&Field> {
        copied_by(&self.properties, code)
    }
}

/// The lookup among these fields that fills this one, if one does.
pub(crate) fn copied_by<'f>(fields: &'f ByName<Field>, code: &str) -> Option<&'f Field> {
    fields.values().find(|field| {
        let mappings = field.lookup.iter().flat_map(|lookup| &lookup.field_mappings);
        mappings.into_iter().any(|mapping| mapping.field == code)
    })
}

impl From<Value> for FormSchema {
    fn from(value: Value) -> Self {
        Self { properties: fields(value.get("properties")), revision: text(value.get("revision")) }
    }
}

impl Field {
    /// Whether kintone fills the field itself when a new record does not mention it.
    #[must_use]
    pub fn has_default(&self) -> bool {
        let filled = match &self.default_value {
            Value::String(text) => !text.is_empty(),
            Value::Array(items) => !items.is_empty(),
            _ => false,
        };
        filled || self.default_now_value
    }

    fn read(code: &str, value: &Value) -> Self {
        let property = |name: &str| value.get(name);
        let own_code = text(property("code")).unwrap_or_else(|| code.to_owned());
        Self {
            label: text(property("label")).unwrap_or_else(|| own_code.clone()),
            code: own_code,
            kind: FieldType::from(text(property("type")).unwrap_or_default()),
            required: flag(property("required")),
            unique: flag(property("unique")),
            options: options(property("options")),
            min_length: number(property("minLength")),
            max_length: number(property("maxLength")),
            min_value: text(property("minValue")).filter(|limit| !limit.is_empty()),
            max_value: text(property("maxValue")).filter(|limit| !limit.is_empty()),
            protocol: match property("protocol").and_then(Value::as_str) {
                Some("WEB") => Some(LinkProtocol::Web),
                Some("CALL") => Some(LinkProtocol::Call),
                Some("MAIL") => Some(LinkProtocol::Mail),
                _ => None,
            },
            default_value: property("defaultValue").cloned().unwrap_or_default(),
            default_now_value: flag(property("defaultNowValue")),
            lookup: lookup(property("lookup")),
            fields: fields(property("fields")),
        }
    }
}

fn fields(value: Option<&Value>) -> ByName<Field> {
    let properties = value.and_then(Value::as_object).into_iter().flatten();
    properties.map(|(code, field)| (code.clone(), Field::read(code, field))).collect()
}

fn lookup(value: Option<&Value>) -> Option<Lookup> {
    let lookup = value.filter(|value| value.is_object())?;
    let mappings = lookup.get("fieldMappings").and_then(Value::as_array).into_iter().flatten();
    Some(Lookup {
        related_app: RelatedApp {
            app: text(lookup.get("relatedApp").and_then(|related| related.get("app"))).unwrap_or_default(),
        },
        related_key_field: text(lookup.get("relatedKeyField")).unwrap_or_default(),
        field_mappings: mappings
            .filter_map(|mapping| {
                Some(FieldMapping {
                    field: text(mapping.get("field"))?,
                    related_field: text(mapping.get("relatedField"))?,
                })
            })
            .collect(),
    })
}

/// kintone gives options as an object by name, each with its `index` as text.
fn options(value: Option<&Value>) -> Vec<String> {
    let options = value.and_then(Value::as_object).into_iter().flatten();
    let (mut indexes, mut names) = (Vec::new(), Vec::new());
    for (name, option) in options {
        let index = number(option.get("index")).unwrap_or(u32::MAX);
        let at = indexes.partition_point(|earlier| *earlier <= index);
        indexes.insert(at, index);
        names.insert(at, name.clone());
    }
    names
}

fn options_by_name<S: serde::Serializer>(options: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(options.iter().enumerate().map(|(index, name)| {
        (name, json::object([("label", name.as_str().into()), ("index", index.to_string().into())]))
    }))
}

fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number_text(number)),
        _ => None,
    }
}

fn number(value: Option<&Value>) -> Option<u32> {
    text(value)?.parse().ok()
}

fn flag(value: Option<&Value>) -> bool {
    matches!(value, Some(Value::Bool(true))) || value.and_then(Value::as_str) == Some("true")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn schema() -> Value {
        json!({
            "revision": "7",
            "properties": {
                "顧客ID": {"type": "SINGLE_LINE_TEXT", "code": "顧客ID", "label": "Stripe顧客ID", "noLabel": false,
                    "required": true, "unique": true, "minLength": "", "maxLength": "64", "expression": "",
                    "hideExpression": false, "defaultValue": ""},
                "状態": {"type": "DROP_DOWN", "code": "状態", "label": "状態", "required": false,
                    "options": {"解約": {"label": "解約", "index": "2"}, "停止": {"label": "停止", "index": "1"}, "有効": {"label": "有効", "index": "0"}},
                    "defaultValue": "有効"},
                "mail": {"type": "LINK", "code": "mail", "label": "メール", "protocol": "MAIL", "unique": false},
                "会社": {"type": "SINGLE_LINE_TEXT", "code": "会社", "label": "会社",
                    "lookup": {"relatedApp": {"app": "3", "code": ""}, "relatedKeyField": "会社名",
                        "fieldMappings": [{"field": "住所", "relatedField": "住所"}],
                        "lookupPickerFields": [], "filterCond": "", "sort": ""}},
                "明細": {"type": "SUBTABLE", "code": "明細", "label": "明細",
                    "fields": {"金額": {"type": "NUMBER", "code": "金額", "label": "金額", "minValue": "0"}}},
                "謎": {"type": "HOLOGRAM", "code": "謎", "label": "謎"},
            }
        })
    }

    #[test]
    fn kintones_answer_is_read() {
        let schema = FormSchema::parse(schema().to_string().as_bytes()).unwrap();
        assert_eq!(schema.revision.as_deref(), Some("7"));
        let id = schema.field("顧客ID").unwrap();
        assert!(id.required && id.unique && !id.has_default());
        assert_eq!((id.min_length, id.max_length), (None, Some(64)));
        let status = schema.field("状態").unwrap();
        assert_eq!(status.options, ["有効", "停止", "解約"]);
        assert!(status.has_default());
        assert_eq!(schema.field("mail").unwrap().protocol, Some(LinkProtocol::Mail));
        assert_eq!(schema.field("明細").unwrap().fields["金額"].min_value.as_deref(), Some("0"));
        assert_eq!(schema.field("謎").unwrap().kind, FieldType::Unknown("HOLOGRAM".to_owned()));
        assert_eq!(schema.copied_by("住所").unwrap().code, "会社");
        assert!(schema.copied_by("会社").is_none());
    }

    #[test]
    fn a_cached_schema_is_the_same_schema() {
        let schema = FormSchema::parse(schema().to_string().as_bytes()).unwrap();
        let cached = serde_json::to_vec(&schema).unwrap();
        assert_eq!(FormSchema::parse(&cached).unwrap(), schema);
        assert_eq!(serde_json::from_slice::<FormSchema>(&cached).unwrap(), schema);
    }

    #[test]
    fn what_is_no_form_schema_is_refused() {
        for json in ["", "[]", "{}", r#"{"properties": 1}"#, r#"{"code":"GAIA_AP01"}"#] {
            assert!(FormSchema::parse(json.as_bytes()).is_err(), "{json}");
        }
    }

    #[test]
    fn every_type_keeps_its_name() {
        for (kind, name, _) in &super::super::field_type::NAMES {
            assert_eq!(FieldType::from(*name), *kind);
            assert_eq!(kind.as_str(), *name);
        }
    }

    proptest! {
        #[test]
        fn odd_properties_do_not_make_it_panic(
            name in "type|code|label|required|options|minLength|lookup|fields|defaultValue|protocol",
            odd in prop_oneof![Just(json!(null)), Just(json!([1])), Just(json!({"x": {"index": []}})), Just(json!(-1)), Just(json!("x"))],
        ) {
            let json = json!({"properties": {"x": {name: odd}, "y": 3}});
            let schema = FormSchema::parse(json.to_string().as_bytes()).unwrap();
            prop_assert_eq!(schema.properties.len(), 2);
        }
    }
}
