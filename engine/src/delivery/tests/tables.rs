//! Tables: rows keep their ids, and people's rows stay where the mapping says so.

use serde_json::{Value, json};

use super::super::dirty;
use crate::port::Sql as _;
use crate::test_world::{Fault, TestWorld};

fn form() -> Value {
    json!({
        "請求ID": {"type": "SINGLE_LINE_TEXT", "unique": true},
        "番号": {"type": "SINGLE_LINE_TEXT"},
        "明細": {"type": "SUBTABLE", "fields": {
            "行ID": {"type": "SINGLE_LINE_TEXT", "code": "行ID", "label": "行ID"},
            "品名": {"type": "SINGLE_LINE_TEXT", "code": "品名", "label": "品名"},
            "備考": {"type": "SINGLE_LINE_TEXT", "code": "備考", "label": "備考"}}},
    })
}

/// Invoices with their lines as rows.
fn with(rows: &Value, rule: &Value) -> (TestWorld, crate::Settings) {
    let mut table = json!({"field": "明細", "value": {"rows": {"list": "lines.data", "key": {"field": "行ID"},
        "columns": [{"field": "品名", "value": {"path": "description"}}]}}});
    for (name, value) in rows.as_object().unwrap() {
        table["value"]["rows"][name] = value.clone();
    }
    for (name, value) in rule.as_object().unwrap() {
        table[name] = value.clone();
    }
    let mapping = json!({"version": 1, "targets": {"invoices": {"source": "invoice", "app": "app1",
        "key": {"field": "請求ID"}, "fields": [{"field": "番号", "value": {"path": "number"}}, table]}}});
    TestWorld::with_apps(&[form()], &mapping)
}

fn keeping_others() -> (TestWorld, crate::Settings) {
    with(&json!({"keep_others": true}), &json!({}))
}

fn invoice(world: &TestWorld, number: &str, lines: &[(&str, &str)]) {
    let lines: Vec<Value> = lines
        .iter()
        .map(|(id, text)| json!({"id": id, "object": "line_item", "description": text}))
        .collect();
    let list = json!({"object": "list", "data": lines, "has_more": false});
    world.object("in_1", &json!({"id": "in_1", "object": "invoice", "number": number, "lines": list}));
}

/// Each row as its id, key, text and remark.
fn rows(world: &TestWorld) -> Vec<[String; 4]> {
    let records = world.records(1);
    let rows = records[0]["明細"]["value"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let row = |row: &Value| {
        let cell = |code: &str| text(&row["value"][code]["value"]);
        [text(&row["id"]), cell("行ID"), cell("品名"), cell("備考")]
    };
    rows.iter().map(row).collect()
}

fn keys(world: &TestWorld) -> Vec<String> {
    rows(world).into_iter().map(|[_, key, _, _]| key).collect()
}

/// A person adds a row and writes a remark into the first one.
fn person_edits(world: &TestWorld) {
    let mut table: Vec<Value> = rows(world).iter().map(|[id, ..]| json!({"id": id, "value": {}})).collect();
    table[0]["value"]["備考"] = json!({"value": "確認済み"});
    table.push(json!({"value": {"備考": {"value": "値引き"}}}));
    world.person_edits(1, 1, &json!({"明細": {"value": table}}));
}

#[test]
fn rows_keep_their_ids_and_what_people_wrote_into_them() {
    let (world, settings) = keeping_others();
    invoice(&world, "A-1", &[("il_1", "基本"), ("il_2", "追加")]);
    world.deliver(&settings);
    let before = rows(&world);
    person_edits(&world);
    invoice(&world, "A-1", &[("il_2", "追加"), ("il_1", "基本プラン"), ("il_3", "送料")]);
    world.deliver(&settings);
    let after = rows(&world);
    let of = |rows: &[[String; 4]], key: &str| rows.iter().find(|row| row[1] == key).cloned().unwrap();
    assert_eq!(of(&after, "il_1")[0], of(&before, "il_1")[0]);
    assert_eq!(of(&after, "il_1")[2..], ["基本プラン", "確認済み"]);
    assert_eq!(of(&after, "il_2"), of(&before, "il_2"));
    assert_eq!(of(&after, "il_3")[2], "送料");
    assert_eq!(after.last().unwrap()[3], "値引き", "the row that a person added");
    assert_eq!(after.len(), 4);
}

#[test]
fn rows_that_people_added_go_unless_the_mapping_keeps_them() {
    let (world, settings) = with(&json!({}), &json!({}));
    invoice(&world, "A-1", &[("il_1", "基本")]);
    world.deliver(&settings);
    person_edits(&world);
    invoice(&world, "A-2", &[("il_1", "基本")]);
    world.deliver(&settings);
    assert_eq!(keys(&world), ["il_1"]);
}

#[test]
fn a_row_whose_line_is_gone_goes() {
    let (world, settings) = keeping_others();
    invoice(&world, "A-1", &[("il_1", "基本"), ("il_2", "追加")]);
    world.deliver(&settings);
    invoice(&world, "A-1", &[("il_2", "追加")]);
    world.deliver(&settings);
    assert_eq!(keys(&world), ["il_2"]);
}

#[test]
fn unchanged_lines_cost_no_request() {
    let (world, settings) = keeping_others();
    invoice(&world, "A-1", &[("il_1", "基本")]);
    world.deliver(&settings);
    world.forget_sent();
    invoice(&world, "A-1", &[("il_1", "基本")]);
    world.deliver(&settings);
    assert!(world.sent.borrow().is_empty());
}

#[test]
fn a_table_that_holds_what_was_written_is_not_written_again_when_it_is_compared() {
    let (world, settings) = keeping_others();
    invoice(&world, "1", &[("il_1", "設定費")]);
    world.deliver(&settings);
    person_edits(&world);
    invoice(&world, "2", &[("il_1", "設定費")]);
    world.deliver(&settings);
    world.forget_sent();
    world.transaction(|tx| dirty::doubt(tx, "invoices", "in_1")).unwrap();
    world.deliver(&settings);
    assert_eq!((world.sent.borrow().len(), world.writes().len()), (1, 0));
}

#[test]
fn records_are_looked_up_in_one_request_before_their_tables_are_written() {
    let (world, settings) = keeping_others();
    for number in 0..40 {
        let id = format!("in_{number:02}");
        let list = json!({"object": "list", "data": [{"id": "il_1"}], "has_more": false});
        world.object(&id, &json!({"id": id, "object": "invoice", "number": "A", "lines": list}));
    }
    world.deliver(&settings);
    world.forget_sent();
    for number in 0..40 {
        let id = format!("in_{number:02}");
        let list = json!({"object": "list", "data": [{"id": "il_1"}], "has_more": false});
        world.object(&id, &json!({"id": id, "object": "invoice", "number": "B", "lines": list}));
    }
    world.deliver(&settings);
    let methods: Vec<String> =
        world.sent.borrow().iter().map(|request| request.method().to_string()).collect();
    assert_eq!(methods, ["GET", "PUT"]);
}

#[test]
fn a_row_added_between_the_look_and_the_write_is_seen_by_looking_again() {
    let (world, settings) = keeping_others();
    invoice(&world, "A-1", &[("il_1", "基本")]);
    world.deliver(&settings);
    invoice(&world, "A-2", &[("il_1", "基本")]);
    let before_the_write = |world: &TestWorld| {
        *world.meanwhile.borrow_mut() = Some(Box::new(|world: &TestWorld| person_edits(world)));
    };
    *world.meanwhile.borrow_mut() = Some(Box::new(before_the_write));
    world.deliver(&settings);
    assert_eq!(world.values(1, "番号"), ["A-2"]);
    assert_eq!(keys(&world), ["il_1", ""]);
    assert_eq!(rows(&world)[0][3], "確認済み");
}

#[test]
fn a_list_that_is_cut_is_never_written_and_its_object_is_read() {
    let (world, settings) = keeping_others();
    let cut = json!({"object": "list", "data": [{"id": "il_1"}], "has_more": true, "url": "/v1/x"});
    world.object("in_1", &json!({"id": "in_1", "object": "invoice", "number": "A-1", "lines": cut}));
    world.deliver(&settings);
    assert!(world.sent.borrow().is_empty());
    assert_eq!(world.text("SELECT object_id FROM read"), Some("in_1".to_owned()));
    invoice(&world, "A-1", &[("il_1", "基本"), ("il_2", "追加")]);
    world.deliver(&settings);
    assert_eq!(keys(&world), ["il_1", "il_2"]);
}

#[test]
fn a_table_of_unknown_outcome_is_written_once() {
    let (world, settings) = keeping_others();
    world.write_faults.borrow_mut().push_back(Fault::LostAfter);
    invoice(&world, "A-1", &[("il_1", "基本"), ("il_2", "追加")]);
    world.deliver(&settings);
    let before = rows(&world);
    world.deliver_later(&settings);
    assert_eq!(rows(&world), before);
}

#[test]
fn a_table_written_on_creation_is_left_to_people() {
    let (world, settings) = with(&json!({}), &json!({"write_policy": "on_create"}));
    invoice(&world, "A-1", &[("il_1", "基本")]);
    world.deliver(&settings);
    invoice(&world, "A-2", &[("il_1", "基本"), ("il_2", "追加")]);
    world.deliver(&settings);
    assert_eq!((keys(&world), world.values(1, "番号")), (vec!["il_1".to_owned()], vec!["A-2".to_owned()]));
}

#[test]
fn a_table_written_while_empty_is_left_once_it_has_rows() {
    let (world, settings) = with(&json!({}), &json!({"write_policy": "if_empty"}));
    invoice(&world, "A-1", &[]);
    world.deliver(&settings);
    invoice(&world, "A-1", &[("il_1", "基本")]);
    world.deliver(&settings);
    assert_eq!(keys(&world), ["il_1"]);
    invoice(&world, "A-2", &[("il_2", "追加")]);
    world.deliver(&settings);
    assert_eq!((keys(&world), world.values(1, "番号")), (vec!["il_1".to_owned()], vec!["A-2".to_owned()]));
}
