//! The properties of a form as kintone answers them: every attribute present, system fields too.

use serde_json::{Map, Value, json};

/// Our own attribute of a property: labels by language, for `lang=`. Never answered.
const LOCALIZED_LABELS: &str = "localizedLabels";

/// The fields that every app has, under the codes of a Japanese domain.
const SYSTEM_FIELDS: &[(&str, &str)] = &[
    ("レコード番号", "RECORD_NUMBER"),
    ("作成者", "CREATOR"),
    ("作成日時", "CREATED_TIME"),
    ("更新者", "MODIFIER"),
    ("更新日時", "UPDATED_TIME"),
    ("ステータス", "STATUS"),
    ("作業者", "STATUS_ASSIGNEE"),
    ("カテゴリー", "CATEGORY"),
];

/// Adds what the real form API would answer and the caller left out.
pub(super) fn completed(properties: Map<String, Value>) -> Map<String, Value> {
    let mut completed: Map<String, Value> = properties
        .into_iter()
        .map(|(code, property)| {
            let property = complete_field(&code, property);
            (code, property)
        })
        .collect();
    for (code, field_type) in SYSTEM_FIELDS {
        if !completed.values().any(|known| known["type"] == *field_type) {
            let property = complete_field(code, json!({"type": field_type}));
            completed.insert((*code).to_owned(), property);
        }
    }
    completed
}

/// The properties in a language: `ja`, `en`, `zh`, `user` or `default`.
pub(super) fn in_language(properties: &Map<String, Value>, language: &str) -> Map<String, Value> {
    let localized = properties.iter().map(|(code, property)| {
        let mut property = property.clone();
        localize(&mut property, language);
        (code.clone(), property)
    });
    localized.collect()
}

fn localize(property: &mut Value, language: &str) {
    let Some(attributes) = property.as_object_mut() else {
        return;
    };
    if let Some(labels) = attributes.shift_remove(LOCALIZED_LABELS)
        && let Some(label) = labels.get(language)
    {
        attributes.insert("label".to_owned(), label.clone());
    }
    if let Some(inner) = attributes.get_mut("fields").and_then(Value::as_object_mut) {
        for (_, property) in inner.iter_mut() {
            localize(property, language);
        }
    }
}

fn complete_field(code: &str, property: Value) -> Value {
    let Value::Object(mut given) = property else {
        return property;
    };
    let field_type = given.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut complete = Map::new();
    complete.insert("type".to_owned(), json!(field_type));
    complete.insert("code".to_owned(), json!(code));
    complete.insert("label".to_owned(), json!(code));
    for (name, value) in attributes(&field_type) {
        complete.insert((*name).to_owned(), value.clone());
    }
    if let Some(inner) = given.get_mut("fields").and_then(Value::as_object_mut) {
        for (code, property) in inner.iter_mut() {
            *property = complete_field(code, property.take());
        }
    }
    if let Some(options) = given.get_mut("options") {
        *options = complete_options(options.take());
    }
    complete.extend(given);
    // A lookup has none of the attributes that its key's type has otherwise.
    if complete.contains_key("lookup") {
        for name in ["unique", "maxLength", "minLength", "defaultValue", "expression", "hideExpression"] {
            complete.shift_remove(name);
        }
    }
    Value::Object(complete)
}

/// `["有効", "解約済み"]` is taken as a shorthand.
fn complete_options(options: Value) -> Value {
    let names: Vec<Value> = match options {
        Value::Array(names) => names,
        other => return other,
    };
    let options = names.iter().enumerate().filter_map(|(index, name)| {
        let name = name.as_str()?;
        Some((name.to_owned(), json!({"label": name, "index": index.to_string()})))
    });
    Value::Object(options.collect())
}

fn attributes(field_type: &str) -> Vec<(&'static str, Value)> {
    let no = Value::Bool(false);
    let empty = json!("");
    let mut attributes = vec![("noLabel", no.clone())];
    if !matches!(
        field_type,
        "RECORD_NUMBER"
            | "CREATOR"
            | "CREATED_TIME"
            | "MODIFIER"
            | "UPDATED_TIME"
            | "STATUS"
            | "STATUS_ASSIGNEE"
            | "CATEGORY"
            | "SUBTABLE"
            | "REFERENCE_TABLE"
            | "GROUP"
    ) {
        attributes.push(("required", no.clone()));
    }
    match field_type {
        "SINGLE_LINE_TEXT" | "LINK" => attributes.extend([
            ("unique", no.clone()),
            ("maxLength", empty.clone()),
            ("minLength", empty.clone()),
            ("defaultValue", empty.clone()),
        ]),
        "NUMBER" => attributes.extend([
            ("unique", no.clone()),
            ("maxValue", empty.clone()),
            ("minValue", empty.clone()),
            ("defaultValue", empty.clone()),
            ("digit", no.clone()),
            ("displayScale", empty.clone()),
            ("unit", empty.clone()),
            ("unitPosition", json!("BEFORE")),
        ]),
        "MULTI_LINE_TEXT" | "RICH_TEXT" => attributes.push(("defaultValue", empty)),
        "DATE" | "DATETIME" => attributes.extend([
            ("unique", no.clone()),
            ("defaultValue", empty.clone()),
            ("defaultNowValue", no.clone()),
        ]),
        "TIME" => attributes.extend([("defaultValue", empty), ("defaultNowValue", no.clone())]),
        "DROP_DOWN" | "RADIO_BUTTON" => {
            attributes.extend([("defaultValue", empty), ("options", json!({}))]);
        }
        "CHECK_BOX" | "MULTI_SELECT" => {
            attributes.extend([("defaultValue", json!([])), ("options", json!({}))]);
        }
        "USER_SELECT" | "ORGANIZATION_SELECT" | "GROUP_SELECT" => {
            attributes.extend([("defaultValue", json!([])), ("entities", json!([]))]);
        }
        _ => {}
    }
    match field_type {
        "SINGLE_LINE_TEXT" => {
            attributes.extend([("expression", json!("")), ("hideExpression", no)]);
        }
        "LINK" => attributes.push(("protocol", json!("WEB"))),
        "RADIO_BUTTON" | "CHECK_BOX" => attributes.push(("align", json!("HORIZONTAL"))),
        "STATUS" | "STATUS_ASSIGNEE" | "CATEGORY" => {
            attributes = vec![("enabled", no)];
        }
        _ => {}
    }
    attributes
}
