//! A projected record held against the form schema.

use crate::json::Value;

use super::value::problems_of;
use super::{Code, Issue};
use crate::kintone::{FieldValue, FormSchema, NumberPrecision, Record};
use crate::mapping::CompiledTarget;

/// What kintone would refuse of a projection, or lose in silence, known before the request: of the key,
/// which goes beside the record, and of the record.
#[must_use]
pub fn check_projection(
    target: &CompiledTarget,
    key: Option<&str>,
    record: &Record,
    form: &FormSchema,
    precision: NumberPrecision,
) -> Vec<Issue> {
    let key = key.map(|key| (target.key_field.clone(), FieldValue::text(key)));
    let mut issues = check_record(target, &key.into_iter().collect(), form, precision);
    issues.extend(check_record(target, record, form, precision));
    issues
}

/// What kintone would refuse of `record`, or lose in silence, known before the request.
#[must_use]
pub fn check_record(
    target: &CompiledTarget,
    record: &Record,
    form: &FormSchema,
    precision: NumberPrecision,
) -> Vec<Issue> {
    let mut issues = Vec::new();
    for (code, field) in record {
        let problems = problems_of_field(form, code, &field.value, precision);
        issues.extend(problems.into_iter().map(|(problem, detail)| {
            let issue = Issue::of(problem).target(&target.name).field_of(Some(form), code).detail(&detail);
            let issue = if problem == Code::Required { issue } else { issue.value(&field.value) };
            match target.rule_of(code) {
                Some(rule) => issue.rule(rule).build(),
                None => issue.build(),
            }
        }));
    }
    issues
}

/// The problems of one field's value: with the field itself, or with the value in it.
pub(super) fn problems_of_field(
    form: &FormSchema,
    code: &str,
    value: &Value,
    precision: NumberPrecision,
) -> Vec<super::value::Problem> {
    let Some(field) = form.field(code) else {
        return match table_of(form, code) {
            Some(table) => vec![(Code::InsideTable, table.to_owned())],
            None => vec![(Code::UnknownField, String::new())],
        };
    };
    if !field.kind.is_writable() {
        return vec![(Code::NotWritable, field.kind.as_str().to_owned())];
    }
    if let Some(lookup) = form.copied_by(code) {
        return vec![(Code::LookupCopyTarget, lookup.label.clone())];
    }
    problems_of(field, value, precision)
}

/// The label of the table that a field of this code is in.
fn table_of<'f>(form: &'f FormSchema, code: &str) -> Option<&'f str> {
    form.properties.values().find(|field| field.fields.contains_key(code)).map(|table| table.label.as_str())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::mapping::{Compiled, Projection};

    fn form() -> FormSchema {
        serde_json::from_value(json!({"properties": {
            "必須": {"type": "SINGLE_LINE_TEXT", "required": true},
            "ラジオ": {"type": "RADIO_BUTTON", "required": true, "options": {"a": {"index": "0"}}},
            "短": {"type": "SINGLE_LINE_TEXT", "minLength": "2", "maxLength": "5"},
            "一意": {"type": "SINGLE_LINE_TEXT", "unique": true, "maxLength": "100"},
            "長文": {"type": "MULTI_LINE_TEXT"},
            "数": {"type": "NUMBER", "minValue": "-10", "maxValue": "1000000000000"},
            "枠": {"type": "NUMBER", "maxValue": "10"},
            "日": {"type": "DATE"}, "日時": {"type": "DATETIME"}, "時": {"type": "TIME"},
            "選": {"type": "DROP_DOWN", "options": {"有効": {"index": "0"}, "解約": {"index": "1"}}},
            "箱": {"type": "CHECK_BOX", "options": {"a": {"index": "0"}, "b": {"index": "1"}}},
            "人": {"type": "USER_SELECT"},
            "Web": {"type": "LINK", "protocol": "WEB"}, "Mail": {"type": "LINK", "protocol": "MAIL"},
            "電話": {"type": "LINK", "protocol": "CALL"},
            "表": {"type": "SUBTABLE", "label": "明細", "fields": {"単価": {"type": "NUMBER"},
                "必要": {"type": "NUMBER", "required": true}, "計": {"type": "CALC"},
                "先": {"type": "SINGLE_LINE_TEXT", "lookup": {"fieldMappings": [{"field": "写し", "relatedField": "x"}]}},
                "写し": {"type": "SINGLE_LINE_TEXT"}}},
            "計算": {"type": "CALC"},
            "会社": {"type": "SINGLE_LINE_TEXT", "label": "会社名", "lookup": {"fieldMappings": [{"field": "住所", "relatedField": "x"}]}},
            "住所": {"type": "SINGLE_LINE_TEXT"},
        }}))
        .unwrap()
    }

    fn codes(field: &str, value: &Value) -> Vec<&'static str> {
        let problems = problems_of_field(&form(), field, value, NumberPrecision::default());
        problems.into_iter().map(|(code, _)| code.as_str()).collect()
    }

    #[test]
    fn what_kintone_takes_has_no_issue() {
        for (field, value) in [
            ("必須", json!("x")),
            ("ラジオ", json!("")),
            ("短", json!("")),
            ("短", json!("あい")),
            ("短", json!("あいうえお")),
            ("一意", json!("a".repeat(64))),
            ("長文", json!("a\nb")),
            ("数", json!("-10")),
            ("数", json!("1e3")),
            ("数", json!("12345678901.2345")),
            ("数", json!("")),
            ("日", json!("2026-02-28")),
            ("日", json!("2026-2")),
            ("日", json!("")),
            ("日時", json!("2026-01-02T03:04:05Z")),
            ("日時", json!("2026-01-02T03:04:00+09:00")),
            ("時", json!("23:59")),
            ("選", json!("解約")),
            ("箱", json!(["a", "b"])),
            ("箱", json!([])),
            ("人", json!([{"code": "sato"}])),
            ("Web", json!("https://example.com/?q=あ")),
            ("Mail", json!("a@example.com")),
            ("電話", json!("+81 3-0000-0000")),
            ("表", json!([{"value": {"単価": {"value": "1"}}}])),
        ] {
            assert_eq!(codes(field, &value), [""; 0], "{field} {value}");
        }
    }

    #[test]
    fn a_limit_holds_for_the_number_that_kintone_keeps() {
        for (field, number, told) in [
            ("枠", "10.00004", vec!["decimals_rounded"]),
            ("枠", "10.00006", vec!["decimals_rounded", "number_too_large"]),
            ("数", "-10.00004", vec!["decimals_rounded"]),
            ("数", "-10.00006", vec!["decimals_rounded", "number_too_small"]),
        ] {
            assert_eq!(codes(field, &json!(number)), told, "{field} {number}");
        }
    }

    #[test]
    fn what_kintone_refuses_or_loses_is_named() {
        for (field, value, code) in [
            ("必須", json!(""), "required"),
            ("短", json!("あ"), "too_short"),
            ("短", json!("あいうえおか"), "too_long"),
            ("短", json!("a\nb"), "line_break"),
            ("一意", json!("a".repeat(65)), "too_long"),
            ("数", json!("1,000"), "not_a_number"),
            ("数", json!("-10.5"), "number_too_small"),
            ("数", json!("1000000000001"), "too_many_digits"),
            ("数", json!("999999999999.99999"), "too_many_digits"),
            ("数", json!("1.00005"), "decimals_rounded"),
            ("数", json!(5), "wrong_shape"),
            ("日", json!("2026-02-30"), "not_a_date"),
            ("日", json!("0999-01-01"), "not_a_date"),
            ("日", json!("2026/01/02"), "not_a_date"),
            ("日時", json!("2026-01-02 03:04"), "not_a_datetime"),
            ("日時", json!("1764000000"), "not_a_datetime"),
            ("時", json!("24:00"), "not_a_time"),
            ("時", json!("09:30:15"), "not_a_time"),
            ("日時", json!("2026-01-02 03:04:05Z"), "not_a_datetime"),
            ("選", json!("active"), "not_an_option"),
            ("箱", json!(["a", "c"]), "not_an_option"),
            ("箱", json!("a"), "wrong_shape"),
            ("箱", json!(""), "wrong_shape"),
            ("短", json!([]), "wrong_shape"),
            ("選", json!(["有効"]), "wrong_shape"),
            ("人", json!(["sato"]), "wrong_shape"),
            ("Web", json!("example.com"), "not_a_web_address"),
            ("Mail", json!("example.com"), "not_a_mail_address"),
            ("電話", json!("０３"), "not_a_phone_number"),
            ("表", json!([{"value": {"単価": {"value": "x"}}}]), "number_lost_in_table"),
            ("表", json!([{"value": {"無い": {"value": "x"}}}]), "unknown_field"),
            ("表", json!([{"value": {"必要": {"value": "x"}}}]), "number_lost_in_table"),
            ("表", json!([{"value": {"単価": "1"}}]), "wrong_shape"),
            ("表", json!([1]), "wrong_shape"),
            ("表", json!([{"value": {"計": {"value": "1"}}}]), "not_writable"),
            ("表", json!([{"value": {"写し": {"value": "x"}}}]), "lookup_copy_target"),
            ("計算", json!("1"), "not_writable"),
            ("住所", json!("x"), "lookup_copy_target"),
            ("無い", json!("x"), "unknown_field"),
            ("単価", json!("1"), "inside_table"),
        ] {
            assert_eq!(codes(field, &value).first().copied(), Some(code), "{field} {value}");
        }
    }

    #[test]
    fn a_number_that_a_table_loses_is_missing_where_it_is_required() {
        assert_eq!(
            codes("表", &json!([{"value": {"必要": {"value": "x"}}}])),
            ["number_lost_in_table", "required"]
        );
        assert_eq!(codes("表", &json!([{"value": {"必要": {}}}])), [""; 0]);
    }

    #[test]
    fn the_apps_own_precision_counts() {
        let precision = NumberPrecision { digits: 30, decimal_places: 10, ..NumberPrecision::default() };
        assert!(problems_of_field(&form(), "数", &json!("1.00005"), precision).is_empty());
    }

    #[test]
    fn an_issue_has_its_place_and_a_short_value() {
        let mapping = serde_json::from_value(json!({"version": 1, "targets": {"t": {
            "source": "customer", "app": "a", "key": {"field": "一意"}, "fields": [
                {"field": "必須", "value": {"constant": "x"}}, {"field": "短", "value": {"path": "name"}}]}}}))
        .unwrap();
        let compiled = Compiled::new(&mapping).unwrap();
        let target = compiled.target("t").unwrap();
        let projection = target.project(&json!({"id": "cus_1", "name": "あ".repeat(99)}), Some(&form()));
        let issues = check_record(target, &projection.record, &form(), NumberPrecision::default());
        assert_eq!(issues.len(), 1);
        let issue = &issues[0];
        assert_eq!(
            (issue.target.as_deref(), issue.rule, issue.field.as_deref()),
            (Some("t"), Some(1), Some("短"))
        );
        assert_eq!(issue.value.as_ref().unwrap().chars().count(), 61);
        assert!(issue.text.ja.contains("5文字"), "{}", issue.text.ja);
    }

    #[test]
    fn a_key_that_its_field_does_not_take_is_told_before_the_request() {
        for (field, value, code) in [
            ("数", "ABCD-0001", "not_a_number"),
            ("短", "ABCD-0001", "too_long"),
            ("住所", "ABCD-0001", "lookup_copy_target"),
            ("計算", "1", "not_writable"),
            ("無い", "1", "unknown_field"),
        ] {
            let mapping = serde_json::from_value(json!({"version": 1, "targets": {"t": {
                "source": "invoice", "app": "a", "key": {"field": field, "path": "number"}, "fields": []}}}))
            .unwrap();
            let compiled = Compiled::new(&mapping).unwrap();
            let target = compiled.target("t").unwrap();
            let projection = target.project(&json!({"number": value}), Some(&form()));
            let Projection { key, record, .. } = projection;
            let issues =
                check_projection(target, key.as_deref(), &record, &form(), NumberPrecision::default());
            let told: Vec<_> =
                issues.iter().map(|issue| (issue.code.as_str(), issue.field.as_deref())).collect();
            assert_eq!(told, [(code, Some(field))]);
            assert_eq!(issues[0].value.as_deref(), Some(value));
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,12}|[-+:.0-9TZe]{0,24}", at in 0usize..19) {
            let form = form();
            let code = form.properties.keys().nth(at).unwrap();
            let _ = problems_of_field(&form, code, &json!(text), NumberPrecision::default());
            let _ = problems_of_field(&form, code, &json!([text]), NumberPrecision::default());
        }
    }
}
