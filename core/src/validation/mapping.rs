//! A mapping held against the form schemas of its apps.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::record::problems_of_field;
use super::{Code, Issue, IssueBuilder};
use crate::kintone::{Field, FieldType, FormSchema, NumberPrecision};
use crate::mapping::{
    Compiled, FieldRule, Key, Mapping, Path, Source, Step, Target, TargetName, Transform, Value, WriteMode,
    shaped,
};

/// All that is wrong with a mapping: by itself, and against the forms of those targets whose forms
/// are given.
#[must_use]
pub fn check_mapping(
    mapping: &Mapping,
    forms: &BTreeMap<TargetName, (FormSchema, NumberPrecision)>,
) -> Vec<Issue> {
    let mut issues = Compiled::new(mapping).err().unwrap_or_default();
    for (name, target) in &mapping.targets {
        if let Some((form, precision)) = forms.get(name) {
            issues.extend(check_target(name, target, form, *precision));
        }
    }
    issues
}

/// What is wrong with one target against its app's form.
#[must_use]
pub fn check_target(
    name: &str,
    target: &Target,
    form: &FormSchema,
    precision: NumberPrecision,
) -> Vec<Issue> {
    let at = |code: Code, field: &str| Issue::of(code).target(name).field_of(Some(form), field);
    let mut issues: Vec<Issue> = key_problems(&target.key, form)
        .into_iter()
        .map(|(code, detail)| at(code, &target.key.field).detail(&detail).build())
        .collect();
    for (index, rule) in target.fields.iter().enumerate() {
        let here = |code: Code| at(code, &rule.field).rule(index);
        issues.extend(rule_issues(rule, target.source, form, precision, here));
    }
    let unmapped = form.properties.values().filter(|field| {
        must_be_filled(field) && !is_mapped(target, &field.code) && form.copied_by(&field.code).is_none()
    });
    if target.write_mode != WriteMode::UpdateOnly {
        issues.extend(unmapped.map(|field| at(Code::RequiredUnmapped, &field.code).build()));
    }
    issues
}

fn key_problems(key: &Key, form: &FormSchema) -> Vec<(Code, String)> {
    let Some(field) = form.field(&key.field) else {
        return vec![(Code::UnknownKeyField, String::new())];
    };
    let mut problems = Vec::new();
    if !field.kind.can_be_key() {
        problems.push((Code::KeyFieldType, field.kind.to_string()));
    } else if !field.unique {
        problems.push((Code::KeyNotUnique, String::new()));
    }
    // Stripe's ids have letters.
    if field.kind == FieldType::Number && key.path == "id" {
        problems.push((Code::IncompatibleType, format!("{} ← id", field.kind)));
    }
    problems
}

fn rule_issues(
    rule: &FieldRule,
    source: Source,
    form: &FormSchema,
    precision: NumberPrecision,
    here: impl Fn(Code) -> IssueBuilder,
) -> Vec<Issue> {
    let kind = form.field(&rule.field).map(|field| &field.kind);
    if kind == Some(&FieldType::Subtable) {
        return vec![here(Code::TableNotMapped).build()];
    }
    // A constant is checked as it is; of a path only the field is known before there is an object.
    let sample = match (&rule.value, rule.transform.is_empty()) {
        (Value::Constant(text), true) => shaped(&Json::String(text.clone()), kind),
        _ => None,
    };
    let value = sample.clone().unwrap_or(Json::Null);
    let of_field = problems_of_field(form, &rule.field, &value, precision);
    let mut issues: Vec<Issue> = of_field
        .into_iter()
        .filter(|(code, _)| *code != Code::Required || sample.is_some())
        .map(|(code, detail)| {
            let issue = here(code).detail(&detail);
            if sample.is_some() { issue.value(&value).build() } else { issue.build() }
        })
        .collect();
    if let Some(field) = form.field(&rule.field).filter(|_| issues.is_empty()) {
        if let Some(detail) = incompatible(rule, &field.kind) {
            issues.push(here(Code::IncompatibleType).detail(&detail).build());
        } else if field.required && may_be_empty(rule, source) {
            issues.push(here(Code::RequiredMayBeEmpty).build());
        }
    }
    issues
}

/// What the last transform gives, or a moment of Stripe's that nothing transforms, against the type.
fn incompatible(rule: &FieldRule, kind: &FieldType) -> Option<String> {
    let is_text = matches!(kind, FieldType::SingleLineText | FieldType::MultiLineText | FieldType::RichText);
    let (fits, given) = match (rule.transform.last(), &rule.value) {
        (Some(Transform::Amount { .. }), _) => (is_text || *kind == FieldType::Number, "amount"),
        (Some(Transform::Date { .. }), _) => (is_text || *kind == FieldType::Date, "date"),
        (Some(Transform::Datetime {}), _) => (is_text || *kind == FieldType::Datetime, "datetime"),
        // Stripe's own moments are numbers; only metadata may hold a date as text.
        (None, Value::Path(path)) if !is_metadata(path) => {
            (!matches!(kind, FieldType::Date | FieldType::Datetime | FieldType::Time), path.as_str())
        }
        _ => (true, ""),
    };
    (!fits).then(|| format!("{kind} ← {given}"))
}

fn is_metadata(path: &str) -> bool {
    Path::parse(path).is_ok_and(|path| {
        path.steps().iter().any(|step| matches!(step, Step::Property(name) if name == "metadata"))
    })
}

/// Whether Stripe may have nothing at this path. Only what every object has is known to be there.
fn may_be_empty(rule: &FieldRule, source: Source) -> bool {
    let Value::Path(path) = &rule.value else {
        return false;
    };
    let always: &[&str] = match source {
        Source::Customer => &[],
        Source::Subscription => &["customer", "status", "currency", "start_date", "collection_method"],
        Source::Invoice => &[
            "currency",
            "total",
            "subtotal",
            "amount_due",
            "amount_paid",
            "amount_remaining",
            "collection_method",
            "attempt_count",
        ],
    };
    !["id", "object", "created", "livemode"].contains(&path.as_str()) && !always.contains(&path.as_str())
}

/// Whether a record without this field is refused. kintone never enforces CALC, and radio buttons
/// have a default.
fn must_be_filled(field: &Field) -> bool {
    field.required
        && !field.has_default()
        && field.kind != FieldType::RadioButton
        && (field.kind.is_writable() || field.kind == FieldType::File)
}

fn is_mapped(target: &Target, code: &str) -> bool {
    target.key.field == code || target.fields.iter().any(|rule| rule.field == code)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form() -> FormSchema {
        serde_json::from_value(json!({"properties": {
            "ID": {"type": "SINGLE_LINE_TEXT", "unique": true, "required": true},
            "番号": {"type": "NUMBER", "unique": true},
            "氏名": {"type": "SINGLE_LINE_TEXT"},
            "メモ": {"type": "MULTI_LINE_TEXT"},
            "金額": {"type": "NUMBER"},
            "日": {"type": "DATE"},
            "日時": {"type": "DATETIME"},
            "状態": {"type": "DROP_DOWN", "options": {"有効": {"index": "0"}}},
            "計算": {"type": "CALC", "required": true},
            "表": {"type": "SUBTABLE", "fields": {"単価": {"type": "NUMBER"}}},
            "会社": {"type": "SINGLE_LINE_TEXT", "lookup": {"fieldMappings": [{"field": "住所", "relatedField": "x"}]}},
            "住所": {"type": "SINGLE_LINE_TEXT", "required": true},
        }}))
        .unwrap()
    }

    fn check(key: &Json, fields: &Json, form: &FormSchema) -> Vec<(String, Option<usize>)> {
        let target: Target =
            serde_json::from_value(json!({"source": "customer", "app": "a", "key": key, "fields": fields}))
                .unwrap();
        let issues = check_target("t", &target, form, NumberPrecision::default());
        issues.into_iter().map(|issue| (issue.code, issue.rule)).collect()
    }

    fn check_rule(field: &str, value: &Json, transform: &Json) -> Vec<String> {
        let fields = json!([{"field": field, "value": value, "transform": transform}]);
        check(&json!({"field": "ID"}), &fields, &form()).into_iter().map(|(code, _)| code).collect()
    }

    #[test]
    fn a_mapping_that_fits_has_no_issue() {
        for (field, value, transform) in [
            ("氏名", json!({"path": "name"}), json!([])),
            ("金額", json!({"path": "balance"}), json!([{"amount": {}}])),
            ("メモ", json!({"path": "balance"}), json!([{"amount": {}}])),
            ("日", json!({"path": "created"}), json!([{"date": {}}])),
            ("日", json!({"path": "metadata.契約日"}), json!([])),
            ("日時", json!({"path": "created"}), json!([{"datetime": {}}])),
            ("状態", json!({"constant": "有効"}), json!([])),
        ] {
            assert_eq!(check_rule(field, &value, &transform), [""; 0], "{field}");
        }
    }

    #[test]
    fn what_does_not_fit_its_field_is_named() {
        for (field, value, transform, code) in [
            ("無い", json!({"path": "name"}), json!([]), "unknown_field"),
            ("計算", json!({"path": "name"}), json!([]), "not_writable"),
            ("表", json!({"path": "name"}), json!([]), "table_not_supported"),
            ("単価", json!({"path": "name"}), json!([]), "inside_table"),
            ("住所", json!({"path": "name"}), json!([]), "lookup_copy_target"),
            ("日", json!({"path": "created"}), json!([]), "incompatible_type"),
            ("日", json!({"path": "created"}), json!([{"datetime": {}}]), "incompatible_type"),
            ("日時", json!({"path": "created"}), json!([{"date": {}}]), "incompatible_type"),
            ("状態", json!({"path": "balance"}), json!([{"amount": {}}]), "incompatible_type"),
            ("金額", json!({"path": "created"}), json!([{"date": {}}]), "incompatible_type"),
            ("状態", json!({"constant": "active"}), json!([]), "not_an_option"),
            ("金額", json!({"constant": "1,000"}), json!([]), "not_a_number"),
        ] {
            assert_eq!(check_rule(field, &value, &transform), [code], "{field}");
        }
    }

    #[test]
    fn the_key_field_must_exist_be_unique_and_of_a_type_that_can_be_a_key() {
        for (field, code) in [
            ("無い", "unknown_key_field"),
            ("日", "key_field_type"),
            ("氏名", "key_not_unique"),
            ("番号", "incompatible_type"),
        ] {
            let fields = json!([{"field": "ID", "value": {"path": "id"}}]);
            assert_eq!(
                check(&json!({"field": field}), &fields, &form()),
                [(code.to_owned(), None)],
                "{field}"
            );
        }
    }

    #[test]
    fn a_required_field_that_nothing_fills_is_named() {
        let mut form = form();
        form.properties.get_mut("氏名").unwrap().required = true;
        assert_eq!(
            check(&json!({"field": "ID"}), &json!([]), &form),
            [("required_unmapped".to_owned(), None)]
        );
        form.properties.get_mut("氏名").unwrap().default_value = json!("様");
        assert_eq!(check(&json!({"field": "ID"}), &json!([]), &form), []);
    }

    #[test]
    fn a_required_field_that_stripe_may_leave_empty_is_a_warning() {
        let mut form = form();
        form.properties.get_mut("氏名").unwrap().required = true;
        let path = |path: &str| json!([{"field": "氏名", "value": {"path": path}}]);
        let warning = [("required_may_be_empty".to_owned(), Some(0))];
        assert_eq!(check(&json!({"field": "ID"}), &path("name"), &form), warning);
        assert_eq!(check(&json!({"field": "ID"}), &path("id"), &form), []);
    }

    #[test]
    fn problems_of_the_mapping_itself_come_too() {
        let mapping: Mapping = serde_json::from_value(json!({"version": 1, "targets": {"t": {
            "source": "customer", "app": "a", "key": {"field": "ID"},
            "fields": [{"field": "氏名", "value": {"path": "a b"}}, {"field": "無い", "value": {"path": "name"}}]}}}))
        .unwrap();
        let forms = BTreeMap::from([("t".to_owned(), (form(), NumberPrecision::default()))]);
        let codes: Vec<String> =
            check_mapping(&mapping, &forms).into_iter().map(|issue| issue.code).collect();
        assert_eq!(codes, ["invalid_path", "unknown_field"]);
    }
}
