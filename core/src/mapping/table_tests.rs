use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::mapping::{BuiltInZones, Compiled, Context, Need, Projection};
use crate::validation::check_record;

fn form() -> FormSchema {
    serde_json::from_value(json!({"properties": {
        "ID": {"type": "SINGLE_LINE_TEXT", "unique": true},
        "明細": {"type": "SUBTABLE", "fields": {
            "行ID": {"type": "SINGLE_LINE_TEXT"}, "品名": {"type": "SINGLE_LINE_TEXT"}, "金額": {"type": "NUMBER"},
            "種別": {"type": "CHECK_BOX", "options": {"a": {"index": "0"}}}, "備考": {"type": "SINGLE_LINE_TEXT"}}},
    }}))
    .unwrap()
}

fn compiled(rows: &Json) -> Result<Compiled, String> {
    let mapping = serde_json::from_value(json!({"version": 1, "targets": {"t": {
        "source": "invoice", "app": "a", "key": {"field": "ID"}, "fields": [{"field": "明細", "value": {"rows": rows}}]}}}))
    .unwrap();
    Compiled::new(&mapping).map_err(|issues| issues[0].code.clone())
}

fn rows(keep_others: bool) -> Json {
    json!({"list": "lines.data", "key": {"field": "行ID"}, "keep_others": keep_others, "columns": [
        {"field": "品名", "value": {"path": "description"}},
        {"field": "金額", "value": {"path": "amount"}, "transform": [{"amount": {}}]},
        {"field": "種別", "value": {"constant": "a"}},
        {"field": "備考", "value": {"path": "note"}, "empty": "leave"}]})
}

fn invoice() -> Json {
    json!({"id": "in_1", "currency": "usd", "lines": {"object": "list", "has_more": false, "data": [
        {"id": "il_2", "description": "基本", "amount": 1980},
        {"id": "il_1", "description": null, "amount": 5, "currency": "jpy", "note": "x"}]}})
}

fn project(rows: &Json, object: &Json, current: Option<&Json>) -> Projection {
    let current = current.map(|rows| json!({"明細": {"type": "SUBTABLE", "value": rows}}));
    let context: Context = serde_json::from_value(json!({ "current": current })).unwrap();
    let compiled = compiled(rows).unwrap();
    compiled.target("t").unwrap().project_in(object, Some(&form()), &context, &BuiltInZones)
}

fn current() -> Json {
    let row = |id: &str, key: &str| json!({"id": id, "value": {"行ID": {"type": "SINGLE_LINE_TEXT", "value": key}, "備考": {"value": "手書き"}}});
    json!([row("11", "il_1"), row("12", ""), row("13", "il_gone"), row("14", "il_1")])
}

#[test]
fn a_new_record_has_a_row_for_each_element() {
    let projection = project(&rows(true), &invoice(), None);
    assert_eq!(projection.issues, []);
    assert_eq!(
        projection.record["明細"].value,
        json!([
            {"value": {"行ID": {"value": "il_2"}, "品名": {"value": "基本"}, "金額": {"value": "19.80"}, "種別": {"value": ["a"]}}},
            {"value": {"行ID": {"value": "il_1"}, "品名": {"value": ""}, "金額": {"value": "5"}, "種別": {"value": ["a"]},
                "備考": {"value": "x"}}},
        ])
    );
    let compiled = compiled(&rows(true)).unwrap();
    let issues = check_record(compiled.target("t").unwrap(), &projection.record, &form(), Default::default());
    assert_eq!(issues, []);
}

#[test]
fn an_update_keeps_the_ids_of_its_rows_and_what_people_added() {
    let ids = |keep_others: bool| -> Vec<Option<String>> {
        let value = project(&rows(keep_others), &invoice(), Some(&current())).record["明細"].value.clone();
        let rows = value.as_array().unwrap().iter();
        rows.map(|row| row.get("id").and_then(Json::as_str).map(str::to_owned)).collect()
    };
    assert_eq!(ids(false), [None, Some("11".to_owned())]);
    assert_eq!(ids(true), [None, Some("11".to_owned()), Some("12".to_owned())]);
    let value = project(&rows(true), &invoice(), Some(&current())).record["明細"].value.clone();
    assert_eq!(value[2], json!({"id": "12", "value": {}}));
}

#[test]
fn an_incomplete_list_is_never_written() {
    let mut cut = invoice();
    cut["lines"]["has_more"] = json!(true);
    let projection = project(&rows(false), &cut, None);
    assert!(!projection.record.contains_key("明細"));
    assert_eq!(projection.issues[0].code, "incomplete_list");
    assert!(projection.issues[0].is_error());
}

#[test]
fn what_cannot_be_rows_is_named() {
    let with = |pointer: &str, value: Json| {
        let mut object = invoice();
        *object.pointer_mut(pointer).unwrap() = value;
        let projection = project(&rows(false), &object, None);
        assert!(projection.record.is_empty());
        projection.issues[0].code.clone()
    };
    assert_eq!(with("/lines/data", json!(null)), "not_a_list");
    assert_eq!(with("/lines/data/0/id", json!("il_1")), "row_key_twice");
    assert_eq!(with("/lines/data/0/id", json!("")), "row_key_missing");
    assert_eq!(with("/lines/data/0/amount", json!("x")), "not_an_amount");
}

#[test]
fn columns_are_mapped_once_and_hold_no_tables() {
    let mut twice = rows(false);
    twice["columns"][0]["field"] = json!("行ID");
    assert_eq!(compiled(&twice).unwrap_err(), "column_mapped_twice");
    let mut nested = rows(false);
    nested["columns"][0]["value"] = json!({"rows": rows(false)});
    assert_eq!(compiled(&nested).unwrap_err(), "table_in_table");
    let mut figure = rows(false);
    figure["columns"][0]["value"] = json!({"ledger": {"active_subscriptions": {}}});
    assert_eq!(compiled(&figure).unwrap_err(), "table_in_table");
    let needs: Vec<Need> =
        compiled(&rows(false)).unwrap().target("t").unwrap().needs().map(|(_, n)| n).collect();
    assert_eq!(needs, [Need::CurrentRecord]);
}

#[test]
fn a_filter_chooses_rows_and_a_number_is_a_key() {
    let rows = json!({"list": "lines.data[?amount==5]", "key": {"field": "金額", "path": "amount"}});
    let current = json!([{"id": "7", "value": {"金額": {"value": "5.0"}}}]);
    let value = project(&rows, &invoice(), Some(&current)).record["明細"].value.clone();
    assert_eq!(value, json!([{"id": "7", "value": {"金額": {"value": "5"}}}]));
}

#[test]
fn keys_that_are_text_are_no_numbers() {
    let mut object = invoice();
    object["lines"]["data"] = json!([{"id": "007"}, {"id": "7"}]);
    let current = json!([{"id": "1", "value": {"行ID": {"value": "7"}}}]);
    let rows = json!({"list": "lines.data", "key": {"field": "行ID"}});
    let projection = project(&rows, &object, Some(&current));
    assert_eq!(projection.issues, []);
    let row = |key: &str| json!({"value": {"行ID": {"value": key}}});
    let mut known = row("7");
    known["id"] = json!("1");
    assert_eq!(projection.record["明細"].value, json!([row("007"), known]));
}

proptest! {
    #[test]
    fn no_list_and_no_record_make_it_panic(
        ids in proptest::collection::vec("|a|b|7|\\PC", 0..4),
        keys in proptest::collection::vec("|a|b|7|\\PC", 0..4),
        more in any::<bool>(),
    ) {
        let data: Vec<Json> = ids.iter().map(|id| json!({"id": id, "amount": 1, "currency": "jpy"})).collect();
        let object = json!({"id": "x", "lines": {"has_more": more, "data": data}});
        let current: Vec<Json> =
            keys.iter().zip(1..).map(|(key, id)| json!({"id": id, "value": {"行ID": {"value": key}}})).collect();
        let projection = project(&rows(true), &object, Some(&json!(current)));
        prop_assert_eq!(projection.record.len() + projection.issues.len(), 1);
        if more {
            prop_assert!(projection.record.is_empty());
        }
    }
}
