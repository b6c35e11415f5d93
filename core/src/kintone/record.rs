//! Record values as they are sent, in one canonical text that can be compared and hashed.

use std::collections::BTreeMap;

use crate::json::Value;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{ByName, json_text};

/// A record's fields by code, as kintone takes them: `{"氏名": {"value": "山田"}}`.
pub type Record = ByName<FieldValue>;

/// One field's value: text, or a list for choices of many, people and tables.
///
/// Reading kintone's answer drops the `type` beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldValue {
    /// Never null in what we send: clearing is `""` or `[]`.
    pub value: Value,
}

impl FieldValue {
    /// A text value.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self { value: Value::String(text.to_owned()) }
    }
}

/// SHA-256 over the record's canonical text, in hex: equal records have equal hashes, whatever the
/// order of their properties.
#[must_use]
pub fn record_hash(record: &Record) -> String {
    let mut text = String::new();
    for (code, field) in record {
        canonical(&Value::String(code.clone()), &mut text);
        text.push(':');
        canonical(&field.value, &mut text);
        text.push('\n');
    }
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// JSON with sorted properties and no white space.
fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(properties) => {
            let sorted: BTreeMap<_, _> = properties.iter().collect();
            out.push('{');
            for (position, (name, value)) in sorted.into_iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                canonical(&Value::String(name.clone()), out);
                out.push(':');
                canonical(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                canonical(item, out);
            }
            out.push(']');
        }
        scalar => out.push_str(&json_text(scalar)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(json: Value) -> Record {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn the_order_of_properties_does_not_matter() {
        let one = record(json!({"a": {"value": "1"}, "b": {"value": [{"x": "1", "y": "2"}]}}));
        let two = record(json!({"b": {"value": [{"y": "2", "x": "1"}]}, "a": {"value": "1"}}));
        assert_eq!(record_hash(&one), record_hash(&two));
    }

    #[test]
    fn every_value_matters() {
        let base = json!({"a": {"value": "1"}, "b": {"value": ["x", "y"]}});
        for other in [
            json!({"a": {"value": "2"}, "b": {"value": ["x", "y"]}}),
            json!({"a": {"value": "1"}, "b": {"value": ["y", "x"]}}),
            json!({"a": {"value": "1"}, "b": {"value": ["x,y"]}}),
            json!({"a": {"value": "1"}, "c": {"value": ["x", "y"]}}),
            json!({"a": {"value": "1"}}),
        ] {
            assert_ne!(record_hash(&record(base.clone())), record_hash(&record(other)));
        }
    }

    /// The hash is stored beside what was written: another one would write every record again.
    #[test]
    fn the_hash_stays_what_it_was() {
        let hash =
            record_hash(&record(json!({"氏名": {"value": "山田 \"太郎\"\n"}, "種別": {"value": ["a"]}})));
        assert_eq!(hash, "7ca350b8aa0374a4248f65ffbda2e077121d42ca491f63d001028d6b8cfbccd9");
    }

    #[test]
    fn the_type_in_kintones_answer_is_dropped() {
        let answer = json!({"氏名": {"type": "SINGLE_LINE_TEXT", "value": "山田"}});
        assert_eq!(record(answer)["氏名"], FieldValue::text("山田"));
    }
}
