//! Mappings held against forms.

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
        "時": {"type": "TIME"},
        "電話": {"type": "LINK", "protocol": "CALL", "unique": true},
        "一意": {"type": "SINGLE_LINE_TEXT", "unique": true},
        "状態": {"type": "DROP_DOWN", "options": {"有効": {"index": "0"}}},
        "件数": {"type": "DROP_DOWN", "options": {"0": {"index": "0"}, "1": {"index": "1"}, "多数": {"index": "2"}}},
        "計算": {"type": "CALC", "required": true},
        "表": {"type": "SUBTABLE", "fields": {"単価": {"type": "NUMBER"}}},
        "会社": {"type": "SINGLE_LINE_TEXT", "lookup": {"fieldMappings": [{"field": "住所", "relatedField": "x"}]}},
        "住所": {"type": "SINGLE_LINE_TEXT"},
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
        // A date alone is midnight in UTC.
        ("日時", json!({"path": "created"}), json!([{"date": {}}])),
        ("件数", json!({"ledger": {"active_subscriptions": {}}}), json!([])),
        ("状態", json!({"constant": "有効"}), json!([])),
        ("状態", json!({"path": "status"}), json!([{"map": {"values": {"active": "有効"}}}])),
        ("氏名", json!({"template": "{{ name }} 様"}), json!([])),
        (
            "金額",
            json!({"path": "balance"}),
            json!([{"amount": {}}, {"round": {}}, {"default": {"value": "0"}}]),
        ),
        ("時", json!({"path": "created"}), json!([{"time": {}}])),
        ("日", json!({"ledger": {"next_billing_date": {}}}), json!([{"date": {}}])),
        ("金額", json!({"ledger": {"lifetime_paid": {"currency": "jpy"}}}), json!([])),
        ("日", json!({"first": ["metadata.契約日", "created"]}), json!([])),
        ("日", json!({"path": r#"custom_fields[?name=="納期"].value"#}), json!([])),
        ("日時", json!({"path": "description"}), json!([])),
        ("時", json!({"template": "{{ price.nickname | trim }}"}), json!([])),
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
        ("状態", json!({"path": "balance"}), json!([{"amount": {}}]), "incompatible_type"),
        ("金額", json!({"path": "created"}), json!([{"date": {}}]), "incompatible_type"),
        ("状態", json!({"constant": "active"}), json!([]), "not_an_option"),
        ("金額", json!({"constant": "1,000"}), json!([]), "not_a_number"),
        ("金額", json!({"path": "balance"}), json!([{"default": {"value": "なし"}}]), "not_a_number"),
        (
            "状態",
            json!({"path": "status"}),
            json!([{"map": {"values": {"a": "有効", "b": "解約"}}}]),
            "not_an_option",
        ),
        (
            "状態",
            json!({"path": "status"}),
            json!([{"map": {"values": {"a": "有効"}, "otherwise": {"default": "他"}}}]),
            "not_an_option",
        ),
        (
            "状態",
            json!({"path": "livemode"}),
            json!([{"boolean": {"yes": "有効", "no": "無効"}}]),
            "not_an_option",
        ),
        ("時", json!({"path": "created"}), json!([{"date": {}}]), "incompatible_type"),
        ("日", json!({"ledger": {"next_billing_date": {}}}), json!([]), "incompatible_type"),
        ("日", json!({"ledger": {"active_subscriptions": {}}}), json!([]), "incompatible_type"),
        ("状態", json!({"tax_total": {"rate": "10", "part": "tax"}}), json!([]), "incompatible_type"),
        ("日", json!({"path": "created"}), json!([{"trim": {}}]), "incompatible_type"),
        ("日", json!({"first": ["ended_at", "created"]}), json!([]), "incompatible_type"),
        ("電話", json!({"path": "phone"}), json!([]), "unique_may_repeat"),
    ] {
        assert_eq!(check_rule(field, &value, &transform), [code], "{field}");
    }
}

#[test]
fn what_stripe_is_known_to_have_is_held_against_the_field() {
    let form: FormSchema = serde_json::from_value(json!({"properties": {
        "ID": {"type": "SINGLE_LINE_TEXT", "unique": true}, "数": {"type": "NUMBER"}, "日": {"type": "DATE"},
        "状態": {"type": "DROP_DOWN", "options": {"有効": {"index": "0"}, "解約": {"index": "1"}}},
        "英": {"type": "DROP_DOWN", "options": {"active": {"index": "0"}, "canceled": {"index": "1"}}},
        "通貨": {"type": "RADIO_BUTTON", "options": {"jpy": {"index": "0"}}},
        "間隔": {"type": "DROP_DOWN", "options": {"day": {"index": "0"}, "week": {"index": "1"},
            "month": {"index": "2"}, "year": {"index": "3"}}},
        "箱": {"type": "CHECK_BOX", "options": {"予定": {"index": "0"}}},
        "Web": {"type": "LINK", "protocol": "WEB"}, "Mail": {"type": "LINK", "protocol": "MAIL"},
        "短": {"type": "SINGLE_LINE_TEXT", "maxLength": "3"}, "文": {"type": "SINGLE_LINE_TEXT"}}}))
    .unwrap();
    let told = |field: &str, value: Json, transform: Json| {
        let target = json!({"source": "subscription", "app": "a", "key": {"field": "ID"},
            "fields": [{"field": field, "value": value, "transform": transform}]});
        let target: Target = serde_json::from_value(target).unwrap();
        let issues = check_target("t", &target, &form, NumberPrecision::default());
        let told = issues.into_iter().map(|issue| (issue.code, issue.severity, issue.text.en));
        told.collect::<Vec<_>>()
    };
    let path = |path: &str| json!({"path": path});
    let map = |values: Json, otherwise: &str| json!([{"map": {"values": values, "otherwise": otherwise}}]);
    // What can never work.
    for (field, value, code) in [
        ("状態", path("status"), "incompatible_type"),
        ("数", path("customer.email"), "incompatible_type"),
        ("数", path("cancel_at_period_end"), "incompatible_type"),
        ("箱", path("cancel_at_period_end"), "incompatible_type"),
        ("Web", path("status"), "incompatible_type"),
        ("Mail", path("currency"), "incompatible_type"),
        ("状態", path("currency"), "incompatible_type"),
        ("日", json!({"template": "{{ created | datetime }}"}), "incompatible_type"),
        ("日", json!({"template": "{{ created }}"}), "incompatible_type"),
        ("数", json!({"template": "{{ created | date: UTC }}"}), "incompatible_type"),
        ("短", path("id"), "too_long"),
        ("短", path("customer"), "too_long"),
    ] {
        let told = told(field, value.clone(), json!([]));
        assert_eq!(told.len(), 1, "{field} {value}: {told:?}");
        assert_eq!((told[0].0.as_str(), told[0].1), (code, crate::validation::Severity::Error));
    }
    // What fails for some.
    for (field, value, transform, code, named) in [
        ("英", path("status"), json!([]), "values_without_option", "past_due"),
        ("英", path("status"), map(json!({"past_due": "active"}), "keep"), "values_without_option", "unpaid"),
        ("状態", path("metadata.状態"), map(json!({"a": "有効"}), "keep"), "values_without_option", "map"),
        ("状態", path("status"), map(json!({"active": "有効"}), "error"), "values_not_in_map", "trialing"),
        ("文", path("status"), map(json!({"active": "有効"}), "error"), "values_not_in_map", "past_due"),
        ("数", path("items.data[0].price.unit_amount"), json!([]), "minor_units", "unit_amount"),
        ("文", path("latest_invoice.amount_due"), json!([{"trim": {}}]), "minor_units", "amount_due"),
    ] {
        let told = told(field, value.clone(), transform.clone());
        assert_eq!(told.len(), 1, "{field} {value} {transform}: {told:?}");
        assert_eq!((told[0].0.as_str(), told[0].1), (code, crate::validation::Severity::Warning));
        assert!(told[0].2.contains(named), "{}", told[0].2);
    }
    // What works.
    for (field, value, transform) in [
        ("状態", path("status"), map(json!({"active": "有効"}), "empty")),
        ("状態", path("metadata.状態"), map(json!({"active": "有効"}), "error")),
        (
            "状態",
            path("collection_method"),
            map(json!({"charge_automatically": "有効", "send_invoice": "解約"}), "error"),
        ),
        ("状態", path("metadata.状態"), json!([])),
        ("通貨", path("currency"), json!([])),
        ("間隔", path("items.data[0].price.recurring.interval"), json!([])),
        ("箱", path("cancel_at_period_end"), json!([{"boolean": {"yes": "予定", "no": ""}}])),
        ("日", json!({"template": "{{ created | date }}"}), json!([])),
        ("日", json!({"template": "{{ metadata.年 }}-01-01"}), json!([])),
        ("文", path("id"), json!([])),
        ("文", path("status"), json!([])),
        ("Mail", path("customer.email"), json!([])),
        ("数", path("items.data[0].price.unit_amount"), json!([{"amount": {}}])),
        ("数", path("items.data[0].price.unit_amount"), json!([{"divide": {"number": "100"}}])),
        ("数", path("metadata.amount"), json!([])),
        ("数", path("items.data[0].quantity"), json!([])),
    ] {
        let told = told(field, value.clone(), transform.clone());
        assert!(told.is_empty(), "{field} {value} {transform}: {told:?}");
    }
}

#[test]
fn a_tables_columns_are_checked_as_fields_are() {
    let form = serde_json::from_value(json!({"properties": {
        "ID": {"type": "SINGLE_LINE_TEXT", "unique": true}, "氏名": {"type": "SINGLE_LINE_TEXT"},
        "表": {"type": "SUBTABLE", "label": "明細", "fields": {
            "行": {"type": "SINGLE_LINE_TEXT"}, "単価": {"type": "NUMBER"}, "日": {"type": "DATE"},
            "計": {"type": "CALC"}, "区分": {"type": "DROP_DOWN", "required": true, "options": {"a": {"index": "0"}}}}}}}))
    .unwrap();
    let kind = json!({"field": "区分", "value": {"constant": "a"}});
    for (field, key, columns, codes) in [
        (
            "表",
            "行",
            json!([kind, {"field": "単価", "value": {"path": "amount"}, "transform": [{"amount": {}}]}]),
            vec![],
        ),
        ("表", "行", json!([]), vec!["required_unmapped"]),
        ("表", "無", json!([kind]), vec!["unknown_field"]),
        ("表", "日", json!([kind]), vec!["row_key_type"]),
        ("表", "行", json!([kind, {"field": "日", "value": {"path": "created"}}]), vec!["incompatible_type"]),
        ("表", "行", json!([kind, {"field": "計", "value": {"path": "a"}}]), vec!["not_writable"]),
        ("表", "行", json!([kind, {"field": "氏名", "value": {"path": "a"}}]), vec!["unknown_field"]),
        ("表", "行", json!([{"field": "区分", "value": {"constant": "b"}}]), vec!["not_an_option"]),
        ("氏名", "行", json!([]), vec!["incompatible_type"]),
    ] {
        let rows = json!({"list": "lines.data", "key": {"field": key}, "columns": columns});
        let fields = json!([{"field": field, "value": {"rows": rows}}]);
        let found = check(&json!({"field": "ID"}), &fields, &form);
        assert!(found.iter().all(|(_, rule)| *rule == Some(0)));
        assert_eq!(found.into_iter().map(|(code, _)| code).collect::<Vec<_>>(), codes, "{columns}");
    }
}

#[test]
fn the_key_column_of_a_table_is_checked_as_a_key_is() {
    let form = serde_json::from_value(json!({"properties": {
        "ID": {"type": "SINGLE_LINE_TEXT", "unique": true},
        "表": {"type": "SUBTABLE", "fields": {
            "行": {"type": "SINGLE_LINE_TEXT", "required": true}, "数": {"type": "NUMBER"}, "計": {"type": "CALC"},
            "短": {"type": "SINGLE_LINE_TEXT", "maxLength": "10"},
            "会社": {"type": "SINGLE_LINE_TEXT", "lookup": {"fieldMappings": [{"field": "写し", "relatedField": "x"}]}},
            "写し": {"type": "SINGLE_LINE_TEXT"}}}}}))
    .unwrap();
    for (key, path, codes) in [
        ("行", "id", &[][..]),
        ("数", "quantity", &["required_unmapped"]),
        ("数", "id", &["incompatible_type", "required_unmapped"]),
        ("短", "id", &["too_long", "required_unmapped"]),
        ("写し", "id", &["lookup_copy_target", "required_unmapped"]),
        ("計", "id", &["row_key_type", "required_unmapped"]),
    ] {
        let rows = json!({"list": "lines.data", "key": {"field": key, "path": path}});
        let target = json!({"source": "invoice", "app": "a", "key": {"field": "ID"},
            "fields": [{"field": "表", "value": {"rows": rows}}]});
        let target: Target = serde_json::from_value(target).unwrap();
        let issues = check_target("t", &target, &form, NumberPrecision::default());
        assert!(issues.iter().all(|issue| issue.rule == Some(0)));
        let told: Vec<&str> = issues.iter().map(|issue| issue.code.as_str()).collect();
        assert_eq!(told, codes, "{key} {path}");
    }
}

#[test]
fn a_columns_path_begins_at_its_element() {
    let kind = json!({"type": "DROP_DOWN", "options": {"a": {"index": "0"}}});
    let form = serde_json::from_value(json!({"properties": {"ID": {"type": "SINGLE_LINE_TEXT", "unique": true},
        "状態": kind, "表": {"type": "SUBTABLE", "fields": {"行": {"type": "SINGLE_LINE_TEXT"}, "区分": kind}}}}))
    .unwrap();
    let codes = |list: &str| {
        let status = json!({"path": "status"});
        let rows =
            json!({"list": list, "key": {"field": "行"}, "columns": [{"field": "区分", "value": status}]});
        let target = json!({"source": "invoice", "app": "a", "key": {"field": "ID"}, "fields": [
            {"field": "状態", "value": status}, {"field": "表", "value": {"rows": rows}}]});
        let target: Target = serde_json::from_value(target).unwrap();
        let issues = check_target("t", &target, &form, NumberPrecision::default());
        issues.into_iter().map(|issue| (issue.code, issue.rule)).collect::<Vec<_>>()
    };
    // Of an invoice's status it is known that no option is one; of a line's or a payment's it is not.
    for list in ["lines.data", "payments.data"] {
        assert_eq!(codes(list), [("incompatible_type".to_owned(), Some(0))], "{list}");
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
        assert_eq!(check(&json!({"field": field}), &fields, &form()), [(code.to_owned(), None)], "{field}");
    }
}

#[test]
fn a_key_that_may_change_is_refused() {
    for (source, path, fine) in [
        ("customer", "id", true),
        ("customer", "email", false),
        ("invoice", "number", true),
        ("subscription", "number", false),
        ("invoice", "metadata.番号", false),
    ] {
        let target: Target = serde_json::from_value(json!({"source": source, "app": "a", "fields": [],
            "key": {"field": "ID", "path": path}}))
        .unwrap();
        let issues = check_target("t", &target, &form(), NumberPrecision::default());
        let codes: Vec<&str> = issues.iter().map(|issue| issue.code.as_str()).collect();
        assert_eq!(codes, if fine { vec![] } else { vec!["key_may_change"] }, "{source} {path}");
    }
}

#[test]
fn an_invoices_number_needs_a_key_field_that_takes_it() {
    let codes = |field: &str, form: &FormSchema| {
        let target: Target = serde_json::from_value(json!({"source": "invoice", "app": "a", "fields": [],
            "key": {"field": field, "path": "number"}}))
        .unwrap();
        let issues = check_target("t", &target, form, NumberPrecision::default());
        issues.into_iter().map(|issue| issue.code).collect::<Vec<_>>()
    };
    let mut form = form();
    form.properties.retain(|code, _| code != "住所");
    form.properties.get_mut("ID").unwrap().required = false;
    assert_eq!(codes("番号", &form), ["incompatible_type"]);
    for (longest, expected) in [(8, &[][..]), (7, &["key_field_too_short"])] {
        form.properties.get_mut("ID").unwrap().max_length = Some(longest);
        assert_eq!(codes("ID", &form), expected, "{longest}");
    }
}

#[test]
fn a_key_that_a_lookup_would_overwrite_is_refused() {
    let mut form = form();
    form.properties.get_mut("住所").unwrap().unique = true;
    form.properties.get_mut("ID").unwrap().required = false;
    assert_eq!(
        check(&json!({"field": "住所"}), &json!([]), &form),
        [("lookup_copy_target".to_owned(), None)]
    );
}

#[test]
fn a_mark_is_checked_as_a_value_is() {
    for (field, value, code) in [
        ("状態", "有効", None),
        ("状態", "解約", Some("not_an_option")),
        ("無い", "x", Some("unknown_field")),
        ("計算", "1", Some("not_writable")),
        ("ID", "x", Some("marks_key_field")),
        ("表", "x", Some("table_not_supported")),
        ("一意", "x", Some("unique_may_repeat")),
    ] {
        let target: Target = serde_json::from_value(json!({"source": "customer", "app": "a", "fields": [],
            "key": {"field": "ID"}, "on_leave": {"mark": {"field": field, "value": value}}}))
        .unwrap();
        let issues = check_target("t", &target, &form(), NumberPrecision::default());
        assert_eq!(issues.first().map(|issue| issue.code.as_str()), code, "{field}");
    }
}

#[test]
fn a_key_field_too_short_for_stripes_ids_is_refused() {
    for (source, longest, fine) in [
        ("customer", "18", true),
        ("customer", "17", false),
        ("subscription", "28", true),
        ("subscription", "27", false),
        ("invoice", "27", true),
        ("invoice", "26", false),
    ] {
        let mut form = form();
        form.properties.get_mut("ID").unwrap().max_length = longest.parse().ok();
        let target: Target = serde_json::from_value(
            json!({"source": source, "app": "a", "fields": [], "key": {"field": "ID"}}),
        )
        .unwrap();
        let issues = check_target("t", &target, &form, NumberPrecision::default());
        let codes: Vec<&str> = issues.iter().map(|issue| issue.code.as_str()).collect();
        assert_eq!(codes, if fine { vec![] } else { vec!["key_field_too_short"] }, "{source} {longest}");
    }
}

#[test]
fn a_required_field_is_not_cleared_when_its_object_is_gone() {
    let mut form = form();
    form.properties.get_mut("氏名").unwrap().required = true;
    let codes = |departures: &Json| {
        let mut target = json!({"source": "customer", "app": "a", "key": {"field": "ID"},
            "fields": [{"field": "メモ", "value": {"path": "name"}}, {"field": "氏名", "value": {"path": "id"}}]});
        for (name, value) in departures.as_object().unwrap() {
            target[name] = value.clone();
        }
        let target: Target = serde_json::from_value(target).unwrap();
        let issues = check_target("t", &target, &form, NumberPrecision::default());
        issues.into_iter().map(|issue| (issue.code, issue.rule, issue.text.en)).collect::<Vec<_>>()
    };
    assert_eq!(codes(&json!({"on_leave": "keep", "on_delete": "delete"})), []);
    for name in ["on_leave", "on_delete"] {
        let found = codes(&json!({name: "clear"}));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].0.as_str(), found[0].1), ("clears_required", Some(1)));
        assert!(found[0].2.contains(name), "{}", found[0].2);
        // What is filled only while it is empty is not cleared.
        let careful = json!([{"field": "氏名", "value": {"path": "id"}, "write_policy": "if_empty"}]);
        assert_eq!(codes(&json!({name: "clear", "fields": careful})), []);
    }
}

#[test]
fn a_required_field_that_nothing_fills_is_named() {
    let mut form = form();
    form.properties.get_mut("氏名").unwrap().required = true;
    assert_eq!(check(&json!({"field": "ID"}), &json!([]), &form), [("required_unmapped".to_owned(), None)]);
    form.properties.get_mut("氏名").unwrap().default_value = json!("様");
    assert_eq!(check(&json!({"field": "ID"}), &json!([]), &form), []);
}

#[test]
fn a_required_field_is_filled_by_a_lookup_that_is_mapped() {
    let fields = json!({
        "会社": {"type": "SINGLE_LINE_TEXT", "lookup": {"fieldMappings": [{"field": "社名", "relatedField": "x"}]}},
        "社名": {"type": "SINGLE_LINE_TEXT", "required": true}, "行": {"type": "SINGLE_LINE_TEXT"}});
    let lookup = json!({"field": "会社", "value": {"path": "metadata.company"}});
    let check = |fields: &Json, rules: &Json| {
        let mut form = fields.clone();
        form["ID"] = json!({"type": "SINGLE_LINE_TEXT", "unique": true});
        check(&json!({"field": "ID"}), rules, &serde_json::from_value(json!({ "properties": form })).unwrap())
    };
    let rows = |columns: &Json| {
        let rows = json!({"list": "invoice_items.data", "key": {"field": "行"}, "columns": columns});
        json!([{"field": "表", "value": {"rows": rows}}])
    };
    let table = json!({"表": {"type": "SUBTABLE", "fields": fields}});
    let unmapped = |rule| [("required_unmapped".to_owned(), rule)];
    assert_eq!(check(&fields, &json!([lookup])), []);
    assert_eq!(check(&fields, &json!([])), unmapped(None));
    assert_eq!(check(&table, &rows(&json!([lookup]))), []);
    assert_eq!(check(&table, &rows(&json!([]))), unmapped(Some(0)));
}

#[test]
fn a_required_field_that_stripe_may_leave_empty_is_a_warning() {
    let mut form = form();
    form.properties.get_mut("氏名").unwrap().required = true;
    let path = |path: &str| json!([{"field": "氏名", "value": {"path": path}}]);
    let warning = [("required_may_be_empty".to_owned(), Some(0))];
    assert_eq!(check(&json!({"field": "ID"}), &path("name"), &form), warning);
    assert_eq!(check(&json!({"field": "ID"}), &path("id"), &form), []);
    for rule in [
        json!({"value": {"path": "name"}, "empty": {"default": "不明"}}),
        json!({"value": {"path": "name"}, "transform": [{"default": {"value": "不明"}}]}),
        json!({"value": {"first": ["name", "id"]}}),
        json!({"value": {"template": "様"}}),
    ] {
        let mut rule = rule;
        rule["field"] = json!("氏名");
        assert_eq!(check(&json!({"field": "ID"}), &json!([rule]), &form), [], "{rule}");
    }
    for rule in [
        json!({"value": {"path": "name"}, "empty": "leave"}),
        json!({"value": {"path": "id"}, "transform": [{"map": {"values": {}, "otherwise": "empty"}}]}),
        json!({"value": {"template": "{{ name }}様"}}),
    ] {
        let mut rule = rule;
        rule["field"] = json!("氏名");
        assert_eq!(check(&json!({"field": "ID"}), &json!([rule]), &form), warning, "{rule}");
    }
}

#[test]
fn problems_of_the_mapping_itself_come_too() {
    let mapping: Mapping = serde_json::from_value(json!({"version": 1, "targets": {"t": {
        "source": "customer", "app": "a", "key": {"field": "ID"},
        "fields": [{"field": "氏名", "value": {"path": "a b"}}, {"field": "無い", "value": {"path": "name"}}]}}}))
    .unwrap();
    let forms = ByName::from([("t".to_owned(), (form(), NumberPrecision::default()))]);
    let codes: Vec<String> = check_mapping(&mapping, &forms).into_iter().map(|issue| issue.code).collect();
    assert_eq!(codes, ["invalid_path", "unknown_field"]);
}

#[test]
fn a_path_that_stripe_has_moved_is_told_with_the_new_one() {
    let form: FormSchema = serde_json::from_value(json!({"properties": {
        "ID": {"type": "SINGLE_LINE_TEXT", "unique": true}, "日": {"type": "DATE"}, "文": {"type": "SINGLE_LINE_TEXT"}}}))
    .unwrap();
    let told = |source: &str, field: &str, value: Json| {
        let target = json!({"source": source, "app": "a", "key": {"field": "ID"},
            "fields": [{"field": field, "value": value, "transform": if field == "日" { json!([{"date": {}}]) } else { json!([]) }}]});
        let target: Target = serde_json::from_value(target).unwrap();
        let issues = check_target("t", &target, &form, NumberPrecision::default());
        issues.into_iter().map(|issue| (issue.code, issue.text.ja)).collect::<Vec<_>>()
    };
    let period = told("subscription", "日", json!({"path": "current_period_end"}));
    assert_eq!(period.len(), 1, "{period:?}");
    assert_eq!(period[0].0, "path_moved");
    assert!(period[0].1.contains("items.data[0].current_period_end"), "{period:?}");
    let first = told("invoice", "文", json!({"first": ["number", "charge"]}));
    assert!(first[0].1.contains("payments.data[0].payment.charge"), "{first:?}");
}

#[test]
fn a_condition_on_what_stripe_has_moved_is_told() {
    let form: FormSchema =
        serde_json::from_value(json!({"properties": {"ID": {"type": "SINGLE_LINE_TEXT", "unique": true}}}))
            .unwrap();
    let told = |condition: Json| {
        let target = json!({"source": "invoice", "app": "a", "key": {"field": "ID"}, "condition": condition, "fields": []});
        let target: Target = serde_json::from_value(target).unwrap();
        check_target("t", &target, &form, NumberPrecision::default())
    };
    let issues = told(json!({"paid": [true]}));
    assert_eq!(issues.len(), 1, "{issues:?}");
    assert_eq!((issues[0].code.as_str(), issues[0].field.as_deref()), ("condition_moved", None));
    assert!(issues[0].text.ja.contains("paid → status"), "{issues:?}");
    assert!(told(json!({"status": ["paid"]})).is_empty());
}

#[test]
fn a_target_that_makes_no_records_needs_no_rule_for_a_required_field() {
    let form: FormSchema = serde_json::from_value(json!({"properties": {
        "ID": {"type": "SINGLE_LINE_TEXT", "unique": true}, "担当": {"type": "SINGLE_LINE_TEXT", "required": true}}}))
    .unwrap();
    let codes = |mode: &str| {
        let target = json!({"source": "customer", "app": "a", "key": {"field": "ID"}, "write_mode": mode, "fields": []});
        let target: Target = serde_json::from_value(target).unwrap();
        let issues = check_target("t", &target, &form, NumberPrecision::default());
        issues.into_iter().map(|issue| issue.code).collect::<Vec<_>>()
    };
    assert_eq!(codes("update_only"), [] as [&str; 0]);
    assert_eq!(codes("create_only"), ["required_unmapped"]);
}
