//! Objects that a target's condition leaves out, and what becomes of records whose objects are gone.

use daicho_core::stripe::Kind;
use serde_json::{Value, json};

use super::super::letters::{self, Filter, Which};
use crate::status::Status;
use crate::test_world::setup::mapping;
use crate::test_world::{Fault, TestWorld};

/// Customers whose description is 対象: 氏名 always, 状態 on creation only.
fn with(changes: &Value) -> (TestWorld, crate::Settings) {
    let mut mapping = mapping();
    let target = &mut mapping["targets"]["customers"];
    target["condition"] = json!({"description": ["対象"]});
    let once = json!({"field": "状態", "value": {"constant": "新規"}, "write_policy": "on_create"});
    target["fields"].as_array_mut().unwrap().push(once);
    for (name, value) in changes.as_object().unwrap() {
        target[name] = value.clone();
    }
    TestWorld::configured(&mapping)
}

fn mark() -> Value {
    json!({"mark": {"field": "メモ", "value": "対象外"}})
}

fn customer(world: &TestWorld, id: &str, name: &str, description: &str) {
    world.object(id, &json!({"id": id, "object": "customer", "name": name, "description": description}));
}

/// A customer that was written and then left the condition.
fn left(changes: &Value) -> (TestWorld, crate::Settings) {
    let (world, settings) = with(changes);
    customer(&world, "cus_1", "山田", "対象");
    world.deliver(&settings);
    customer(&world, "cus_1", "山田", "");
    world.deliver(&settings);
    (world, settings)
}

fn record(world: &TestWorld) -> [String; 3] {
    ["氏名", "状態", "メモ"].map(|code| world.values(1, code).concat())
}

fn left_out(world: &TestWorld, settings: &crate::Settings) -> i64 {
    Status::read(world, settings, world.now.get(), None, true).unwrap().targets["customers"].left_out
}

#[test]
fn an_object_outside_the_condition_costs_no_request_and_is_counted() {
    let (world, settings) = with(&json!({"on_leave": "delete"}));
    customer(&world, "cus_1", "山田", "");
    world.deliver(&settings);
    assert!(world.sent.borrow().is_empty());
    assert_eq!((left_out(&world, &settings), world.number("SELECT count(*) FROM dirty")), (1, 0));
    customer(&world, "cus_1", "山田", "対象");
    world.deliver(&settings);
    assert_eq!(world.values(1, "氏名"), ["山田"]);
    assert_eq!(left_out(&world, &settings), 0);
}

#[test]
fn the_record_of_an_object_that_leaves_is_kept_marked_cleared_or_deleted() {
    for (on_leave, expected) in [
        (json!("keep"), ["山田", "新規", ""]),
        (mark(), ["山田", "新規", "対象外"]),
        (json!("clear"), ["", "", ""]),
    ] {
        let (world, _) = left(&json!({"on_leave": on_leave}));
        assert_eq!(record(&world), expected, "{on_leave}");
        assert_eq!(world.values(1, "顧客ID"), ["cus_1"]);
        assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
    }
    let (world, settings) = left(&json!({"on_leave": "delete"}));
    assert_eq!(world.records(1), [] as [Value; 0]);
    assert_eq!(left_out(&world, &settings), 1);
}

#[test]
fn an_object_that_comes_back_is_written_again_in_full() {
    for on_leave in [json!("keep"), mark(), json!("clear"), json!("delete")] {
        let (world, settings) = left(&json!({"on_leave": on_leave}));
        customer(&world, "cus_1", "山田", "対象");
        world.deliver(&settings);
        assert_eq!(record(&world), ["山田", "新規", ""], "{on_leave}");
        assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
    }
}

#[test]
fn what_people_wrote_while_an_object_was_away_stays_where_the_rule_writes_on_creation_only() {
    let (world, settings) = left(&json!({"on_leave": "clear"}));
    world.person_edits(1, 1, &json!({"状態": {"value": "継続"}, "氏名": {"value": "手入力"}}));
    customer(&world, "cus_1", "山田", "対象");
    world.deliver(&settings);
    assert_eq!(record(&world), ["山田", "継続", ""]);
}

#[test]
fn what_a_person_wrote_into_a_field_that_is_only_filled_is_not_cleared() {
    let fields = json!([{"field": "氏名", "value": {"path": "name"}},
        {"field": "メモ", "value": {"path": "description"}, "write_policy": "if_empty"}]);
    let (world, settings) = with(&json!({"on_leave": "clear", "fields": fields}));
    world.person_adds(1, &json!({"顧客ID": {"value": "cus_1"}, "メモ": {"value": "電話済み"}}));
    customer(&world, "cus_1", "山田", "対象");
    world.deliver(&settings);
    assert_eq!(record(&world), ["山田", "", "電話済み"]);
    customer(&world, "cus_1", "山田", "");
    world.deliver(&settings);
    assert_eq!(record(&world), ["", "", "電話済み"]);
}

#[test]
fn a_mark_that_a_person_replaced_is_not_taken_back() {
    let (world, settings) = left(&json!({"on_leave": mark()}));
    world.person_edits(1, 1, &json!({"メモ": {"value": "電話済み"}}));
    customer(&world, "cus_1", "山田", "対象");
    world.deliver(&settings);
    assert_eq!(record(&world), ["山田", "新規", "電話済み"]);
}

#[test]
fn a_deleted_object_is_treated_as_its_target_says() {
    let (world, settings) = with(&json!({"on_delete": mark(), "on_leave": "clear"}));
    customer(&world, "cus_1", "山田", "対象");
    world.deliver(&settings);
    world.bury(&Kind::Customer, "cus_1");
    world.deliver(&settings);
    assert_eq!(record(&world), ["山田", "新規", "対象外"]);
    assert_eq!(left_out(&world, &settings), 0);
    world.forget_sent();
    world.bury(&Kind::Customer, "cus_1");
    world.deliver(&settings);
    assert!(world.sent.borrow().is_empty(), "a mark is made once");
}

#[test]
fn a_mark_whose_answer_was_lost_is_looked_at_before_it_is_repeated() {
    for (fault, writes) in [(Fault::LostAfter, 1), (Fault::LostBefore, 2)] {
        let (world, settings) = with(&json!({"on_leave": mark()}));
        customer(&world, "cus_1", "山田", "対象");
        world.deliver(&settings);
        world.forget_sent();
        world.write_faults.borrow_mut().push_back(fault.clone());
        customer(&world, "cus_1", "山田", "");
        world.deliver(&settings);
        world.deliver_later(&settings);
        assert_eq!(record(&world), ["山田", "新規", "対象外"], "{fault:?}");
        // A revision that is not the one we left is written over once more, to be sure.
        assert!(world.writes().len() <= writes + 1, "{fault:?}");
        assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
    }
}

#[test]
fn an_object_that_comes_back_before_the_answer_to_its_leaving_has_its_record_whole_again() {
    for on_leave in [mark(), json!("clear")] {
        let (world, settings) = with(&json!({"on_leave": on_leave}));
        customer(&world, "cus_1", "山田", "対象");
        world.deliver(&settings);
        world.write_faults.borrow_mut().push_back(Fault::LostAfter);
        customer(&world, "cus_1", "山田", "");
        world.deliver(&settings);
        customer(&world, "cus_1", "山田", "対象");
        world.deliver_later(&settings);
        assert_eq!(record(&world), ["山田", "新規", ""], "{on_leave}");
    }
}

#[test]
fn an_object_that_was_away_when_a_write_took_effect_unseen_is_written_when_it_comes_back() {
    let (world, settings) = with(&json!({"on_leave": "keep"}));
    customer(&world, "cus_1", "山田", "対象");
    world.deliver(&settings);
    world.write_faults.borrow_mut().push_back(Fault::LostAfter);
    customer(&world, "cus_1", "山本", "対象");
    world.deliver(&settings);
    customer(&world, "cus_1", "山本", "");
    world.deliver_later(&settings);
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
    customer(&world, "cus_1", "山田", "対象");
    world.deliver_later(&settings);
    assert_eq!(record(&world), ["山田", "新規", ""]);
}

#[test]
fn an_insert_that_lands_after_its_object_left_and_came_back_is_put_right() {
    let (world, settings) = with(&json!({"on_leave": "keep"}));
    world.write_faults.borrow_mut().push_back(Fault::Late);
    customer(&world, "cus_1", "山田", "対象");
    world.deliver(&settings);
    customer(&world, "cus_1", "山田", "");
    world.deliver_later(&settings);
    customer(&world, "cus_1", "山本", "対象");
    world.deliver_later(&settings);
    assert_eq!(record(&world), ["山本", "新規", ""]);
    world.land_late();
    while world.number("SELECT count(*) FROM dirty") > 0 {
        world.deliver_later(&settings);
    }
    assert_eq!(record(&world), ["山本", "新規", ""]);
    assert_eq!(world.number("SELECT count(*) FROM late_request"), 0);
}

#[test]
fn a_mark_and_a_persons_edit_at_the_same_time_both_stand() {
    let (world, settings) = with(&json!({"on_leave": mark()}));
    customer(&world, "cus_1", "山田", "対象");
    world.deliver(&settings);
    world.person_edits(1, 1, &json!({"氏名": {"value": "手入力"}}));
    customer(&world, "cus_1", "山田", "");
    world.deliver(&settings);
    assert_eq!(record(&world), ["手入力", "新規", "対象外"]);
}

#[test]
fn a_record_that_somebody_deleted_is_not_made_again_for_an_object_that_is_gone() {
    let (world, settings) = with(&json!({"on_leave": mark()}));
    customer(&world, "cus_1", "山田", "対象");
    world.deliver(&settings);
    world.person_deletes(1, 1);
    customer(&world, "cus_1", "山田", "");
    world.deliver(&settings);
    assert_eq!(world.records(1), [] as [Value; 0]);
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
    assert_eq!(world.number("SELECT count(*) FROM record"), 0);
}

#[test]
fn an_insert_of_unknown_outcome_is_looked_for_when_its_object_is_gone() {
    let (world, settings) = with(&json!({"on_delete": mark()}));
    world.write_faults.borrow_mut().push_back(Fault::LostAfter);
    customer(&world, "cus_1", "山田", "対象");
    world.deliver(&settings);
    world.bury(&Kind::Customer, "cus_1");
    world.deliver_later(&settings);
    assert_eq!(record(&world), ["山田", "新規", "対象外"]);
}

#[test]
fn an_insert_that_lands_late_is_found_although_its_object_is_gone() {
    let (world, settings) = with(&json!({"on_delete": mark()}));
    world.write_faults.borrow_mut().push_back(Fault::Late);
    customer(&world, "cus_1", "山田", "対象");
    world.deliver(&settings);
    world.bury(&Kind::Customer, "cus_1");
    world.deliver_later(&settings);
    assert_eq!(world.land_late(), [200]);
    world.deliver_later(&settings);
    assert_eq!(record(&world), ["山田", "新規", "対象外"]);
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
}

#[test]
fn a_record_that_may_be_there_is_looked_for_again_when_its_mark_was_refused() {
    let (world, settings) = with(&json!({"on_delete": mark()}));
    world.write_faults.borrow_mut().push_back(Fault::LostAfter);
    customer(&world, "cus_1", "山田", "対象");
    world.deliver(&settings);
    world.bury(&Kind::Customer, "cus_1");
    let refusal = json!({"code": "CB_VA01", "id": "x", "message": "x"});
    world.write_faults.borrow_mut().push_back(Fault::Answer(400, refusal));
    world.deliver_later(&settings);
    assert_eq!(world.number("SELECT count(*) FROM dead_letter"), 1);
    let all = Which::Kind { filter: Filter::default(), after: 0 };
    letters::replay(&world, &world.active(), &all).unwrap();
    world.deliver_later(&settings);
    assert_eq!(record(&world), ["山田", "新規", "対象外"]);
    assert_eq!(world.number("SELECT count(*) FROM dead_letter"), 0);
}

#[test]
fn create_only_leaves_peoples_records_alone_when_their_objects_go() {
    let (world, settings) = with(&json!({"write_mode": "create_only", "on_leave": mark()}));
    world.person_adds(1, &json!({"顧客ID": {"value": "cus_1"}, "氏名": {"value": "手入力"}}));
    for (id, description) in [("cus_1", "対象"), ("cus_2", "対象"), ("cus_1", ""), ("cus_2", "")] {
        customer(&world, id, "山田", description);
        world.deliver(&settings);
    }
    assert_eq!(world.values(1, "氏名"), ["手入力", "山田"]);
    assert_eq!(world.values(1, "メモ"), ["", "対象外"]);
}

#[test]
fn update_only_creates_nothing_when_an_object_comes_back() {
    let (world, settings) = with(&json!({"write_mode": "update_only", "on_leave": mark()}));
    world.person_adds(1, &json!({"顧客ID": {"value": "cus_1"}}));
    for description in ["対象", "", "対象"] {
        customer(&world, "cus_1", "山田", description);
        customer(&world, "cus_2", "佐藤", description);
        world.deliver(&settings);
    }
    assert_eq!(world.values(1, "氏名"), ["山田"]);
    assert_eq!(world.values(1, "メモ"), [""]);
}

#[test]
fn a_new_condition_is_held_against_every_object() {
    let (world, settings) = TestWorld::configured(&mapping());
    customer(&world, "cus_1", "山田", "対象");
    customer(&world, "cus_2", "佐藤", "");
    world.deliver(&settings);
    let mut narrower = mapping();
    narrower["targets"]["customers"]["condition"] = json!({"description": ["対象"]});
    narrower["targets"]["customers"]["on_leave"] = mark();
    world.put_mapping(&settings, &narrower).unwrap();
    world.deliver(&settings);
    assert_eq!(world.values(1, "メモ"), ["", "対象外"]);
    assert_eq!(left_out(&world, &settings), 1);
}

#[test]
fn a_condition_that_is_taken_back_leaves_nothing_out() {
    let (world, settings) = with(&json!({}));
    customer(&world, "cus_1", "山田", "");
    world.deliver(&settings);
    assert_eq!(left_out(&world, &settings), 1);
    world.put_mapping(&settings, &mapping()).unwrap();
    world.deliver(&settings);
    assert_eq!(left_out(&world, &settings), 0);
    assert_eq!(world.values(1, "氏名"), ["山田"]);
}

#[test]
fn a_record_that_may_not_be_cleared_is_a_dead_letter() {
    let (world, settings) = TestWorld::with_apps(
        &[json!({"顧客ID": {"type": "SINGLE_LINE_TEXT", "unique": true},
            "氏名": {"type": "SINGLE_LINE_TEXT", "required": true}})],
        &json!({"version": 1, "targets": {"customers": {"source": "customer", "app": "app1",
            "key": {"field": "顧客ID"}, "on_delete": "clear",
            "fields": [{"field": "氏名", "value": {"path": "name"}}]}}}),
    );
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    world.bury(&Kind::Customer, "cus_1");
    world.deliver(&settings);
    assert_eq!(super::super::dead_letters(&world, 0, 10).unwrap()[0].code, "required");
    assert_eq!(world.values(1, "氏名"), ["山田"]);
}
