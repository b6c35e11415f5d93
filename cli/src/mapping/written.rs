//! A mapping document as a person would write it: a rule a line, and nothing that goes without saying.

use serde_json::{Map, Value};

/// The document's text.
pub(super) fn mapping(document: &Value) -> String {
    let mut text = String::new();
    write(&tidy(document.clone()), 0, &mut text);
    text.push('\n');
    text
}

/// Without what is so unless said otherwise.
fn tidy(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(tidy).collect(),
        Value::Object(properties) => {
            let kept = properties.into_iter().filter(|(name, value)| !goes_without_saying(name, value));
            Value::Object(kept.map(|(name, value)| (name, tidy(value))).collect())
        }
        other => other,
    }
}

fn goes_without_saying(name: &str, value: &Value) -> bool {
    let usual = match name {
        "write_mode" => "upsert",
        "write_policy" => "always",
        "zone" => "Asia/Tokyo",
        "currency" => "currency",
        _ => return false,
    };
    value == usual
}

/// Objects of objects over several lines; a rule, a key, a condition on one.
fn write(value: &Value, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth + 1);
    match value {
        Value::Object(properties) if depth < 3 && has_parts(properties) => {
            let parts: Vec<(String, &Value)> = properties
                .iter()
                .map(|(name, value)| (format!("{indent}{}: ", Value::from(name.as_str())), value))
                .collect();
            lines(&parts, '{', '}', depth, text);
        }
        Value::Array(items) if depth == 3 => {
            let parts: Vec<(String, &Value)> = items.iter().map(|item| (indent.clone(), item)).collect();
            lines(&parts, '[', ']', depth, text);
        }
        one => one_line(one, text),
    }
}

fn has_parts(properties: &Map<String, Value>) -> bool {
    properties.values().any(|value| value.is_object() || value.is_array())
}

fn lines(parts: &[(String, &Value)], open: char, close: char, depth: usize, text: &mut String) {
    text.push(open);
    for (at, (before, value)) in parts.iter().enumerate() {
        text.push_str(if at == 0 { "\n" } else { ",\n" });
        text.push_str(before);
        write(value, depth + 1, text);
    }
    text.push('\n');
    text.push_str(&"  ".repeat(depth));
    text.push(close);
}

/// JSON with a space after each comma and colon.
fn one_line(value: &Value, text: &mut String) {
    match value {
        Value::Object(properties) => {
            text.push('{');
            for (at, (name, value)) in properties.iter().enumerate() {
                text.push_str(if at == 0 { "" } else { ", " });
                text.push_str(&format!("{}: ", Value::from(name.as_str())));
                one_line(value, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                text.push_str(if at == 0 { "" } else { ", " });
                one_line(item, text);
            }
            text.push(']');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rule_stands_on_one_line() {
        let document = json!({"version": 1, "targets": {"t": {"source": "customer", "write_mode": "upsert",
            "key": {"field": "k", "path": "id"}, "fields": [
                {"field": "登録日", "value": {"path": "created"}, "transform": [{"date": {"zone": "Asia/Tokyo"}}],
                    "write_policy": "always"},
                {"field": "通貨", "value": {"path": "currency"}, "transform": [{"amount": {"currency": "c"}}]}]}}});
        let expected = r#"{
  "version": 1,
  "targets": {
    "t": {
      "source": "customer",
      "key": {"field": "k", "path": "id"},
      "fields": [
        {"field": "登録日", "value": {"path": "created"}, "transform": [{"date": {}}]},
        {"field": "通貨", "value": {"path": "currency"}, "transform": [{"amount": {"currency": "c"}}]}
      ]
    }
  }
}
"#;
        assert_eq!(mapping(&document), expected);
    }
}
