//! Whether kintone kept what was written to a record that nobody changed since.
//!
//! kintone silently drops the value of a field whose code it does not know at that moment, such as a field
//! whose code somebody changed and later changed back. A value that kintone stores in its own form is not
//! written again every night.

use daicho_core::kintone::{Field, FieldType, FieldValue, Record, changed_fields, is_empty};
use daicho_core::mapping::{CompiledTarget, WritePolicy};
use serde_json::Value;

use crate::kintone::{AppForm, FoundRecord};

/// Whether the record holds what the write policies keep to of `record`.
pub(super) fn keeps_to(
    record: &Record,
    found: &FoundRecord,
    target: &CompiledTarget,
    form: &AppForm,
) -> bool {
    let is_kept_to = |code: &str| match target.write_policy(code) {
        Some(WritePolicy::Always) => true,
        Some(WritePolicy::IfEmpty) => found.is_empty(code),
        Some(WritePolicy::OnCreate) | None => false,
    };
    holds(record.iter().filter(|(code, _)| is_kept_to(code)), found, form)
}

/// Whether the record holds these fields.
pub(super) fn holds<'r>(
    fields: impl IntoIterator<Item = (&'r String, &'r FieldValue)>,
    found: &FoundRecord,
    form: &AppForm,
) -> bool {
    let comparable = |code: &str, value: &Value| {
        form.form.field(code).is_some_and(|field| !is_held_otherwise(field, value, form))
    };
    let fields = fields.into_iter().filter(|(code, field)| comparable(code, &field.value));
    let sent: Record = fields.map(|(code, field)| (code.clone(), field.clone())).collect();
    changed_fields(&sent, &found.to_record(), &form.form, form.precision()).is_empty()
}

/// Whether kintone may hold something else than what was sent: it cleans the HTML of rich text, a radio
/// button has a choice always, and how it rounds numbers stands in settings that could not be read.
fn is_held_otherwise(field: &Field, value: &Value, form: &AppForm) -> bool {
    match field.kind {
        FieldType::RichText => true,
        FieldType::RadioButton => is_empty(value),
        FieldType::Number => form.settings.is_none(),
        FieldType::Subtable => {
            field.fields.values().any(|column| is_held_otherwise(column, &Value::Null, form))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form(settings: Option<&str>) -> AppForm {
        let form = json!({"properties": {
            "name": {"type": "SINGLE_LINE_TEXT"}, "number": {"type": "NUMBER"},
            "html": {"type": "RICH_TEXT"}, "choice": {"type": "RADIO_BUTTON"},
            "rows": {"type": "SUBTABLE", "fields": {"html": {"type": "RICH_TEXT"}}},
        }});
        let form = serde_json::from_value(form).unwrap();
        AppForm { form, settings: settings.map(str::to_owned), read_at: 0 }
    }

    fn is_held(code: &str, sent: Value, held: Value, form: &AppForm) -> bool {
        let fields = [(code.to_owned(), held)].into();
        let found = FoundRecord { id: "1".to_owned(), revision: "1".to_owned(), fields };
        holds([(&code.to_owned(), &FieldValue { value: sent })], &found, form)
    }

    #[test]
    fn a_value_that_kintone_dropped_is_not_held() {
        let form = form(Some("{}"));
        assert!(is_held("name", json!("new"), json!("new"), &form));
        assert!(!is_held("name", json!("new"), json!("old"), &form));
        assert!(!is_held("number", json!("1"), json!(""), &form));
        assert!(!is_held("choice", json!("a"), json!("b"), &form));
    }

    #[test]
    fn what_kintone_holds_in_its_own_way_is_held() {
        let form = form(Some("{}"));
        assert!(is_held("html", json!("<b>a"), json!("<b>a</b>"), &form));
        assert!(is_held("choice", json!(null), json!("a"), &form));
        assert!(is_held("rows", json!([]), json!([{"value": {"html": {"value": "<b>"}}}]), &form));
    }

    #[test]
    fn a_number_is_compared_where_it_is_known_how_it_is_rounded() {
        assert!(is_held("number", json!("1.234"), json!("1.2"), &form(None)));
        assert!(!is_held("number", json!("1.234"), json!("1.2"), &form(Some("{}"))));
    }

    #[test]
    fn a_field_that_the_form_does_not_know_holds_nothing_anyway() {
        assert!(is_held("gone", json!("new"), json!(null), &form(None)));
    }
}
