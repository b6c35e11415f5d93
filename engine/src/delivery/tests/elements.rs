//! Elements of an object's list as records of their own.

use daicho_core::stripe::Kind;
use serde_json::{Value, json};

use crate::test_world::TestWorld;

fn forms() -> [Value; 2] {
    [
        json!({"請求ID": {"type": "SINGLE_LINE_TEXT", "unique": true}, "番号": {"type": "SINGLE_LINE_TEXT"}}),
        json!({"行ID": {"type": "SINGLE_LINE_TEXT", "unique": true}, "品名": {"type": "SINGLE_LINE_TEXT"},
            "請求": {"type": "SINGLE_LINE_TEXT"}, "メモ": {"type": "SINGLE_LINE_TEXT"}}),
    ]
}

fn lines_target() -> Value {
    json!({"source": "invoice_line", "app": "app2", "key": {"field": "行ID"},
        "on_delete": {"mark": {"field": "メモ", "value": "削除"}},
        "fields": [{"field": "品名", "value": {"path": "description"}},
            {"field": "請求", "value": {"path": "invoice"}}]})
}

fn mapping(targets: &Value) -> Value {
    json!({"version": 1, "targets": targets})
}

fn with(changes: &Value) -> (TestWorld, crate::Settings) {
    let mut target = lines_target();
    for (name, value) in changes.as_object().unwrap() {
        target[name] = value.clone();
    }
    TestWorld::with_apps(&forms(), &mapping(&json!({"lines": target})))
}

fn invoice(world: &TestWorld, id: &str, lines: &[(&str, &str)]) {
    let line = |(line, text): &(&str, &str)| json!({"id": line, "object": "line_item", "invoice": id, "description": text});
    let lines: Vec<Value> = lines.iter().map(line).collect();
    let list = json!({"object": "list", "data": lines, "has_more": false});
    world.object(id, &json!({"id": id, "object": "invoice", "number": "A-1", "lines": list}));
}

#[test]
fn each_line_becomes_a_record() {
    let (world, settings) = with(&json!({}));
    invoice(&world, "in_1", &[("il_1", "基本"), ("il_2", "追加")]);
    invoice(&world, "in_2", &[("il_3", "送料")]);
    world.deliver(&settings);
    assert_eq!(world.values(2, "品名"), ["基本", "追加", "送料"]);
    assert_eq!(world.values(2, "請求"), ["in_1", "in_1", "in_2"]);
}

#[test]
fn only_a_line_that_changed_is_written_again() {
    let (world, settings) = with(&json!({}));
    invoice(&world, "in_1", &[("il_1", "基本"), ("il_2", "追加")]);
    world.deliver(&settings);
    invoice(&world, "in_1", &[("il_1", "基本"), ("il_2", "追加プラン")]);
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 1);
    world.deliver(&settings);
    assert_eq!(world.values(2, "品名"), ["基本", "追加プラン"]);
}

#[test]
fn a_line_that_its_invoice_no_longer_has_is_gone_and_may_come_back() {
    let (world, settings) = with(&json!({}));
    invoice(&world, "in_1", &[("il_1", "基本"), ("il_2", "追加")]);
    world.deliver(&settings);
    invoice(&world, "in_1", &[("il_1", "基本")]);
    world.deliver(&settings);
    assert_eq!(world.values(2, "メモ"), ["", "削除"]);
    invoice(&world, "in_1", &[("il_1", "基本"), ("il_2", "追加")]);
    world.deliver(&settings);
    assert_eq!(world.values(2, "メモ"), ["", ""]);
}

#[test]
fn a_deleted_invoice_takes_its_lines_along() {
    let (world, settings) = with(&json!({"on_delete": "delete"}));
    invoice(&world, "in_1", &[("il_1", "基本"), ("il_2", "追加")]);
    invoice(&world, "in_2", &[("il_3", "送料")]);
    world.deliver(&settings);
    world.bury(&Kind::Invoice, "in_1");
    world.deliver(&settings);
    assert_eq!(world.values(2, "品名"), ["送料"]);
}

#[test]
fn a_list_that_is_cut_proves_nothing() {
    let (world, settings) = with(&json!({"on_delete": "delete"}));
    invoice(&world, "in_1", &[("il_1", "基本"), ("il_2", "追加")]);
    world.deliver(&settings);
    let cut = json!({"object": "list", "data": [{"id": "il_1"}], "has_more": true});
    world.object("in_1", &json!({"id": "in_1", "object": "invoice", "lines": cut}));
    world.deliver(&settings);
    assert_eq!(world.values(2, "品名"), ["基本", "追加"]);
}

#[test]
fn a_condition_chooses_lines_as_it_does_objects() {
    let (world, settings) = with(&json!({"condition": {"description": [{"anything-but": "送料"}]}}));
    invoice(&world, "in_1", &[("il_1", "基本"), ("il_2", "送料")]);
    world.deliver(&settings);
    assert_eq!(world.values(2, "品名"), ["基本"]);
}

#[test]
fn a_target_for_lines_that_comes_later_takes_those_that_are_known() {
    let invoices = json!({"source": "invoice", "app": "app1", "key": {"field": "請求ID"},
        "fields": [{"field": "番号", "value": {"path": "number"}}]});
    let (world, settings) = TestWorld::with_apps(&forms(), &mapping(&json!({"invoices": invoices})));
    invoice(&world, "in_1", &[("il_1", "基本"), ("il_2", "追加")]);
    world.deliver(&settings);
    assert_eq!(world.number("SELECT count(*) FROM element"), 0);
    let both = mapping(&json!({"invoices": invoices, "lines": lines_target()}));
    world.put_mapping(&settings, &both).unwrap();
    world.deliver(&settings);
    assert_eq!(world.values(2, "品名"), ["基本", "追加"]);
    assert_eq!(world.values(1, "番号"), ["A-1"]);
}

#[test]
fn items_of_a_subscription_are_elements_too() {
    let (world, settings) = with(&json!({"source": "subscription_item",
        "fields": [{"field": "品名", "value": {"path": "price.nickname"}}]}));
    let items = json!({"object": "list", "has_more": false, "data": [
        {"id": "si_1", "object": "subscription_item", "price": {"nickname": "月額"}}]});
    world.object("sub_1", &json!({"id": "sub_1", "object": "subscription", "items": items}));
    world.deliver(&settings);
    assert_eq!(world.values(2, "品名"), ["月額"]);
}

#[test]
fn a_line_looks_at_its_invoice_without_a_read_and_sees_it_change() {
    let (world, settings) = with(&json!({"fields": [
        {"field": "品名", "value": {"path": "description"}}, {"field": "請求", "value": {"path": "invoice.number"}}]}));
    invoice(&world, "in_1", &[("il_1", "基本")]);
    world.deliver(&settings);
    assert_eq!(world.values(2, "請求"), ["A-1"]);
    let line = json!({"id": "il_1", "object": "line_item", "invoice": "in_1", "description": "基本"});
    let list = json!({"object": "list", "data": [line], "has_more": false});
    world.object("in_1", &json!({"id": "in_1", "object": "invoice", "number": "A-2", "lines": list}));
    world.deliver(&settings);
    assert_eq!(world.values(2, "請求"), ["A-2"]);
    assert_eq!(world.number("SELECT count(*) FROM read"), 0);
}

#[test]
fn a_line_of_a_deleted_invoice_is_marked_though_it_looks_at_the_invoice() {
    let (world, settings) = with(&json!({"fields": [
        {"field": "品名", "value": {"path": "description"}}, {"field": "請求", "value": {"path": "invoice.number"}}]}));
    invoice(&world, "in_1", &[("il_1", "基本")]);
    world.deliver(&settings);
    world.bury(&Kind::Invoice, "in_1");
    world.deliver(&settings);
    assert_eq!(world.values(2, "メモ"), ["削除"]);
    assert_eq!(world.number("SELECT count(*) FROM depends"), 0);
}

#[test]
fn an_event_of_the_parent_is_used_where_only_its_elements_are() {
    let (world, _) = with(&json!({}));
    let active = world.active();
    assert!(active.uses(&Kind::Invoice));
    assert!(!active.uses(&Kind::LineItem) && !active.uses(&Kind::Subscription));
}
