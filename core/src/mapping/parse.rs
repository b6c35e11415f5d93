//! Reading a mapping document.

use crate::json::Value as Json;

use super::Mapping;
use crate::DocumentError;
use crate::document::{Document as _, Place};
use crate::document_text;

impl Mapping {
    /// Reads a mapping document. Properties that the schema does not know are refused: a misspelt
    /// one would be a rule that silently does nothing.
    ///
    /// Whether its paths and zones can be read is a second question: [`super::Compiled::new`].
    ///
    /// # Errors
    /// [`DocumentError`] with the path and the reason.
    pub fn parse(json: &[u8]) -> Result<Self, DocumentError> {
        Self::from_json(&document_text::read(json)?)
    }

    /// Reads a mapping document whose text was read already.
    ///
    /// # Errors
    /// [`DocumentError`] with the path and the reason.
    pub fn from_json(json: &Json) -> Result<Self, DocumentError> {
        let mapping = Self::read(json, Place::Whole).map_err(|refused| *refused)?;
        for (name, target) in &mapping.targets {
            let refuse = |property: &str| {
                let path = ["targets.", name, ".", property].concat();
                Err(DocumentError::new(path, "it may not be blank"))
            };
            if name.trim().is_empty() {
                return Err(DocumentError::new("targets", "a target's name may not be blank"));
            }
            if target.app.trim().is_empty() {
                return refuse("app");
            }
            if target.key.field.trim().is_empty() {
                return refuse("key.field");
            }
            if let Some(index) = target.fields.iter().position(|rule| rule.field.trim().is_empty()) {
                return refuse(&["fields[", &index.to_string(), "].field"].concat());
            }
        }
        Ok(mapping)
    }

    /// The document as [`Self::from_json`] reads it. What is as it would be if it were missing is left
    /// out.
    #[must_use]
    pub fn to_json(&self) -> Json {
        self.write()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn document() -> Value {
        json!({
            "$schema": "schema/mapping.schema.json",
            "version": 1,
            "targets": {"customers": {
                "source": "customer", "app": "顧客管理", "key": {"field": "顧客ID"},
                "fields": [{"field": "残高", "value": {"path": "balance"}, "transform": [{"amount": {}}]}]
            }}
        })
    }

    fn with(pointer: &str, value: Value) -> Value {
        let mut document = document();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        document.pointer_mut(parent).unwrap()[name] = value;
        document
    }

    #[test]
    fn a_document_reads_back_as_it_was_written() {
        let mapping = Mapping::parse(document().to_string().as_bytes()).unwrap();
        let written = serde_json::to_vec(&mapping).unwrap();
        assert_eq!(Mapping::parse(&written).unwrap(), mapping);
        assert_eq!(mapping.to_json(), document());
    }

    #[test]
    fn everything_in_a_document_is_written_as_it_is_read() {
        let transforms = json!([{"amount": {"currency": "c"}}, {"date": {"zone": "UTC"}}, {"datetime": {}},
            {"time": {}}, {"map": {"values": {"a": "b"}, "otherwise": {"default": "x"}}}, {"case": {"to": "upper"}},
            {"trim": {}}, {"width": {"to": "half"}}, {"phone": {"form": "digits"}}, {"postal_code": {}},
            {"join": {"with": "、"}}, {"split": {"at": ";"}}, {"substring": {"start": 2, "length": 3}},
            {"round": {"decimals": 2, "mode": "down"}}, {"add": {"number": "1"}}, {"subtract": {"number": "1"}},
            {"multiply": {"number": "2"}}, {"divide": {"number": "3", "decimals": 1, "mode": "up"}},
            {"boolean": {"yes": "y", "no": "n"}}, {"default": {"value": "-"}}]);
        let rows = json!({"list": "items.data", "key": {"field": "行", "path": "price.id"}, "keep_others": true,
            "columns": [{"field": "額", "value": {"path": "amount"}, "empty": "leave"}]});
        let fields = json!([
            {"field": "a", "value": {"first": ["name", "email"]}, "transform": transforms, "write_policy": "on_create"},
            {"field": "b", "value": {"constant": "x"}, "empty": {"default": "y"}, "write_policy": "if_empty"},
            {"field": "c", "value": {"template": "{{ name }}"}}, {"field": "d", "value": {"rows": rows}},
            {"field": "e", "value": {"ledger": {"tenure_months": {"zone": "UTC"}}}},
            {"field": "f", "value": {"ledger": {"monthly_recurring_revenue": {"currency": "jpy"}}}},
            {"field": "g", "value": {"ledger": {"active_subscriptions": {}}}},
            {"field": "h", "value": {"tax_total": {"rate": "10", "part": "included"}}}]);
        let target = json!({"source": "invoice", "app": "a", "key": {"field": "k", "path": "number"}, "fields": fields,
            "write_mode": "update_only", "condition": {"status": ["open"]}, "on_leave": "clear",
            "on_delete": {"mark": {"field": "f", "value": "x"}}});
        let document = json!({"version": 1, "targets": {"t": target}});
        assert_eq!(Mapping::from_json(&document).unwrap().to_json(), document);
    }

    #[test]
    fn a_refusal_names_the_path_and_the_reason() {
        for (pointer, value, path, reason) in [
            ("/version", json!(2), "version", "version 1, not 2"),
            ("/extra", json!(1), "extra", "unknown field"),
            ("/targets/customers/sauce", json!(1), "targets.customers.sauce", "unknown field"),
            ("/targets/customers/source", json!("coupon"), "targets.customers.source", "unknown variant"),
            ("/targets/customers/app", json!(" "), "targets.customers.app", "blank"),
            ("/targets/customers/key", json!({}), "targets.customers.key", "missing field `field`"),
            ("/targets/customers/key/field", json!(""), "targets.customers.key.field", "blank"),
            ("/targets/customers/fields/0/field", json!(""), "targets.customers.fields[0].field", "blank"),
            (
                "/targets/customers/fields/0/value",
                json!({"pfad": "x"}),
                "targets.customers.fields[0].value",
                "unknown variant",
            ),
            (
                "/targets/customers/fields/0/transform/0/amount",
                json!({"curency": "x"}),
                "targets.customers.fields[0].transform[0]",
                "unknown field",
            ),
            (
                "/targets/customers/fields/0/write_policy",
                json!("never"),
                "targets.customers.fields[0].write_policy",
                "unknown variant",
            ),
        ] {
            let error = Mapping::parse(with(pointer, value).to_string().as_bytes()).unwrap_err();
            assert!(error.path.starts_with(path), "{pointer}: {error}");
            assert!(error.reason.contains(reason), "{pointer}: {error}");
        }
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in ["", "{", "null", "[]", "\u{feff}{}"] {
            assert!(Mapping::parse(text.as_bytes()).is_err(), "{text:?}");
        }
        let twice = format!("{} x", document());
        assert!(Mapping::parse(twice.as_bytes()).unwrap_err().reason.contains("trailing"));
    }

    #[test]
    fn a_target_that_stands_twice_is_refused() {
        let target = r#"{"source":"customer","app":"a","key":{"field":"k"},"fields":[]}"#;
        let text = format!(r#"{{"version":1,"targets":{{"t":{target},"t":{target}}}}}"#);
        let error = Mapping::parse(text.as_bytes()).unwrap_err();
        assert!(error.path.starts_with("targets") && error.reason.contains("`t` stands twice"), "{error}");
    }

    proptest! {
        #[test]
        fn no_change_of_a_document_makes_it_panic(at in 0usize..300, byte in any::<u8>()) {
            let mut text = document().to_string().into_bytes();
            let at = at % text.len();
            text[at] = byte;
            if let Ok(mapping) = Mapping::parse(&text) {
                let _ = super::super::Compiled::new(&mapping);
            }
        }
    }
}
