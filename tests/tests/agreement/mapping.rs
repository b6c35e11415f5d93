//! What the check of a mapping says before there is any object, held against what the local kintone does
//! once there is one.

use daicho_core::kintone::NumberPrecision;
use daicho_core::mapping::{Compiled, Departed, Gone, Mapping};
use daicho_core::validation::{check_projection, check_target};
use daicho_sandbox::kintone::Behaviour;
use serde_json::{Value, json};

use crate::kintone::App;

fn app(id_length: usize, name_is_required: bool) -> App {
    let id = json!({"type": "SINGLE_LINE_TEXT", "unique": true, "maxLength": id_length.to_string()});
    let name = json!({"type": "SINGLE_LINE_TEXT", "required": name_is_required});
    App::of(&json!({"ID": id, "氏名": name}), &json!({}), &Behaviour::default())
}

fn mapping(source: &str, on_delete: &str) -> Mapping {
    let target = json!({"source": source, "app": "a", "key": {"field": "ID"}, "on_delete": on_delete,
        "fields": [{"field": "氏名", "value": {"path": "id"}}]});
    let mapping = json!({"version": 1, "targets": {"t": target}});
    Mapping::parse(mapping.to_string().as_bytes()).expect("the mapping is one")
}

fn codes(mapping: &Mapping, app: &App) -> Vec<String> {
    let target = mapping.targets.get("t").expect("there is one");
    let issues = check_target("t", target, &app.form, NumberPrecision::default());
    issues.into_iter().map(|issue| issue.code).collect()
}

#[test]
fn a_key_field_too_short_for_an_id_is_refused_by_the_check_and_by_kintone() {
    // Ids as Stripe's API reference shows them.
    for (source, id) in [
        ("customer", "cus_NffrFeUfNV2Hib"),
        ("subscription", "sub_1MowQVLkdIwHu7ixeRlqHVzs"),
        ("invoice", "in_1MtHbELkdIwHu7ixl4OzzPMv"),
        ("subscription_item", "si_NcLYdDxLHxlFo7"),
        ("invoice_line", "il_1MtHbELkdIwHu7ixnkGJOv0q"),
    ] {
        for (length, fits) in [(id.len(), true), (id.len() - 1, false)] {
            let mut app = app(length, false);
            let told = codes(&mapping(source, "keep"), &app);
            assert_eq!(
                told.contains(&"key_field_too_short".to_owned()),
                !fits,
                "{source} {length}: {told:?}"
            );
            let (status, answer) = app.upsert(id, &json!({}));
            assert_eq!(status == 200, fits, "{source} {length}: {answer}");
        }
    }
}

#[test]
fn a_key_that_its_field_does_not_take_is_refused_by_validation_and_by_kintone() {
    let target =
        json!({"source": "invoice", "app": "a", "key": {"field": "番号", "path": "number"}, "fields": []});
    let mapping = json!({"version": 1, "targets": {"t": target}}).to_string();
    let mapping = Mapping::parse(mapping.as_bytes()).expect("the mapping is one");
    let compiled = Compiled::new(&mapping).expect("the mapping can be used");
    let target = compiled.target("t").expect("there is one");
    for field in [
        json!({"type": "NUMBER", "unique": true}),
        json!({"type": "NUMBER", "unique": true, "maxValue": "5"}),
        json!({"type": "SINGLE_LINE_TEXT", "unique": true, "maxLength": "5"}),
        json!({"type": "SINGLE_LINE_TEXT", "unique": true, "minLength": "5"}),
    ] {
        for number in ["A-1", "7", "ABCD-0001"] {
            let mut app = App::of(&json!({"番号": field}), &json!({}), &Behaviour::default());
            let projection = target.project(&json!({"number": number}), Some(&app.form));
            let precision = NumberPrecision::default();
            let key = projection.key.as_deref();
            let issues = check_projection(target, key, &projection.record, &app.form, precision);
            let (status, answer) = app.upsert_by("番号", number, &json!({}));
            assert_eq!(status == 200, issues.is_empty(), "{field} {number}: {answer} {issues:?}");
        }
    }
}

#[test]
fn clearing_a_required_field_is_refused_by_the_check_and_by_kintone() {
    for required in [true, false] {
        let mut app = app(64, required);
        let (added, answer) = app.upsert("cus_1", &json!({"氏名": {"value": "青葉"}}));
        assert_eq!(added, 200, "{answer}");
        let mapping = mapping("customer", "clear");
        assert_eq!(codes(&mapping, &app), if required { vec!["clears_required"] } else { vec![] });
        let compiled = Compiled::new(&mapping).expect("the mapping can be used");
        let target = compiled.target("t").expect("there is one");
        let Departed::Write(cleared) = target.departed(Gone::Deleted, Some(&app.form)) else {
            unreachable!("it clears");
        };
        let cleared: Value = serde_json::to_value(cleared).expect("a record is JSON");
        let (status, answer) = app.upsert("cus_1", &cleared);
        assert_eq!(status == 200, !required, "{answer}");
    }
}

#[test]
fn a_required_field_that_only_a_lookup_fills_needs_the_lookup_for_the_check_and_for_kintone() {
    for (is_required, is_mapped) in [(false, false), (false, true), (true, false), (true, true)] {
        let form = json!({"ID": {"type": "SINGLE_LINE_TEXT", "unique": true},
            "会社": {"type": "SINGLE_LINE_TEXT", "lookup": {
                "relatedApp": {"app": "1", "code": ""}, "relatedKeyField": "コード",
                "fieldMappings": [{"field": "社名", "relatedField": "名"}]}},
            "社名": {"type": "SINGLE_LINE_TEXT", "required": is_required}});
        let mut app = App::of(&form, &json!({}), &Behaviour::default());
        let rule = json!({"field": "会社", "value": {"constant": "K-1"}});
        let fields = if is_mapped { json!([rule]) } else { json!([]) };
        let target = json!({"source": "customer", "app": "a", "key": {"field": "ID"}, "fields": fields});
        let mapping = json!({"version": 1, "targets": {"t": target}}).to_string();
        let mapping = Mapping::parse(mapping.as_bytes()).expect("the mapping is one");
        let compiled = Compiled::new(&mapping).expect("the mapping can be used");
        let target = compiled.target("t").expect("there is one");
        let record = target.project(&json!({"id": "cus_1"}), Some(&app.form)).record;
        let told = codes(&mapping, &app);
        let (status, answer) = app.upsert("cus_1", &serde_json::to_value(record).expect("a record is JSON"));
        assert_eq!(told.is_empty(), status == 200, "{is_required} {is_mapped}: {told:?} {answer}");
        assert_eq!(status == 200, is_mapped || !is_required, "{answer}");
    }
}
