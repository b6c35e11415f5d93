//! Write modes and write policies.

use serde_json::{Value, json};

use crate::port::Sql as _;
use crate::test_world::TestWorld;
use crate::test_world::setup::mapping;

fn with_mode(mode: &str) -> (TestWorld, crate::Settings) {
    let mut mapping = mapping();
    mapping["targets"]["customers"]["write_mode"] = json!(mode);
    TestWorld::configured(&mapping)
}

/// 氏名 always, and メモ (from `description`) by this policy.
fn with_policy(policy: &str) -> (TestWorld, crate::Settings) {
    let mut mapping = mapping();
    let memo = json!({"field": "メモ", "value": {"path": "description"}, "write_policy": policy});
    mapping["targets"]["customers"]["fields"].as_array_mut().unwrap().push(memo);
    TestWorld::configured(&mapping)
}

fn customer(world: &TestWorld, name: &str, description: &str) {
    let json: Value = json!({"id": "cus_1", "object": "customer", "name": name, "description": description});
    world.object("cus_1", &json);
}

#[test]
fn update_only_creates_nothing_and_updates_what_is_there() {
    let (world, settings) = with_mode("update_only");
    world.customer("cus_1", "山田");
    world.customer("cus_2", "佐藤");
    world.person_adds(1, &json!({"顧客ID": {"value": "cus_1"}}));
    world.deliver(&settings);
    assert_eq!(world.values(1, "氏名"), ["山田"]);
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
}

#[test]
fn create_only_leaves_existing_records_alone() {
    let (world, settings) = with_mode("create_only");
    world.person_adds(1, &json!({"顧客ID": {"value": "cus_1"}, "氏名": {"value": "手入力"}}));
    world.customer("cus_1", "山田");
    world.customer("cus_2", "佐藤");
    world.deliver(&settings);
    assert_eq!(world.values(1, "氏名"), ["手入力", "佐藤"]);
    world.customer("cus_2", "鈴木");
    world.deliver(&settings);
    assert_eq!(world.values(1, "氏名"), ["手入力", "佐藤"]);
}

#[test]
fn on_create_writes_a_field_once() {
    let (world, settings) = with_policy("on_create");
    customer(&world, "山田", "最初");
    world.deliver(&settings);
    customer(&world, "鈴木", "後で");
    world.deliver(&settings);
    assert_eq!(
        (world.values(1, "氏名"), world.values(1, "メモ")),
        (vec!["鈴木".to_owned()], vec!["最初".to_owned()])
    );
}

#[test]
fn a_change_of_an_on_create_field_alone_costs_no_request() {
    let (world, settings) = with_policy("on_create");
    customer(&world, "山田", "最初");
    world.deliver(&settings);
    world.forget_sent();
    customer(&world, "山田", "後で");
    world.deliver(&settings);
    assert!(world.sent.borrow().is_empty());
}

#[test]
fn if_empty_fills_a_field_and_leaves_what_people_wrote() {
    let (world, settings) = with_policy("if_empty");
    customer(&world, "山田", "");
    world.deliver(&settings);
    customer(&world, "山田", "Stripeから");
    world.deliver(&settings);
    assert_eq!(world.values(1, "メモ"), ["Stripeから"]);
    world.person_edits(1, 1, &json!({"メモ": {"value": "手入力"}}));
    customer(&world, "鈴木", "もう一度");
    world.deliver(&settings);
    assert_eq!(
        (world.values(1, "氏名"), world.values(1, "メモ")),
        (vec!["鈴木".to_owned()], vec!["手入力".to_owned()])
    );
}

/// A person's record, of which `mapping` writes nothing.
fn left_alone(mapping: &Value) -> (TestWorld, crate::Settings) {
    let (world, settings) = TestWorld::configured(mapping);
    world.person_adds(1, &json!({"顧客ID": {"value": "cus_1"}, "氏名": {"value": "手入力"}}));
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    assert_eq!(world.values(1, "氏名"), ["手入力"]);
    (world, settings)
}

fn kept(world: &TestWorld) -> String {
    world.text("SELECT record FROM previous_value").unwrap_or_default()
}

#[test]
fn the_first_write_to_a_record_that_was_left_alone_keeps_what_it_held() {
    let (mut creating, mut filling) = (mapping(), mapping());
    creating["targets"]["customers"]["write_mode"] = json!("create_only");
    filling["targets"]["customers"]["fields"][0]["write_policy"] = json!("if_empty");
    for careful in [creating, filling] {
        let (world, settings) = left_alone(&careful);
        world.put_mapping(&settings, &mapping()).unwrap();
        world.customer("cus_1", "鈴木");
        world.deliver(&settings);
        assert_eq!(world.values(1, "氏名"), ["鈴木"], "{careful}");
        assert!(kept(&world).contains("手入力"), "{careful}: {}", kept(&world));
    }
}

#[test]
fn a_mark_on_a_record_that_was_left_alone_keeps_what_it_held() {
    let mut mapping = mapping();
    let target = &mut mapping["targets"]["customers"];
    target["fields"][0]["write_policy"] = json!("if_empty");
    target["on_delete"] = json!({"mark": {"field": "メモ", "value": "削除"}});
    let (world, settings) = left_alone(&mapping);
    world.bury(&daicho_core::stripe::Kind::Customer, "cus_1");
    world.deliver(&settings);
    assert_eq!(world.values(1, "メモ"), ["削除"]);
    assert!(kept(&world).contains("手入力"), "{}", kept(&world));
}

#[test]
fn a_record_that_create_only_left_alone_is_not_read_again() {
    let mut careful = mapping();
    careful["targets"]["customers"]["write_mode"] = json!("create_only");
    let (world, settings) = left_alone(&careful);
    world.forget_sent();
    world.customer("cus_1", "鈴木");
    world.deliver(&settings);
    assert!(world.sent.borrow().is_empty());
}

/// A record that a person filled by hand after it was made; the customer's name is 山田, and `mapping` writes
/// what its `description` says into メモ.
fn filled_by_hand(mapping: &Value) -> (TestWorld, crate::Settings) {
    let (world, settings) = TestWorld::configured(mapping);
    customer(&world, "山田", "Stripeから");
    world.deliver(&settings);
    world.person_edits(1, 1, &json!({"メモ": {"value": "手入力"}}));
    world.forget_sent();
    (world, settings)
}

fn with_memo(policy: &str) -> Value {
    let mut mapping = mapping();
    let memo = json!({"field": "メモ", "value": {"path": "description"}, "write_policy": policy});
    mapping["targets"]["customers"]["fields"].as_array_mut().unwrap().push(memo);
    mapping
}

#[test]
fn a_field_that_is_always_written_from_now_on_is_written_to_the_records_there_are() {
    let (world, settings) = filled_by_hand(&with_memo("if_empty"));
    world.put_mapping(&settings, &with_memo("always")).unwrap();
    world.deliver(&settings);
    assert_eq!(world.values(1, "メモ"), ["Stripeから"]);
}

#[test]
fn a_target_that_updates_from_now_on_writes_to_the_records_there_are() {
    let mut careful = with_memo("always");
    careful["targets"]["customers"]["write_mode"] = json!("create_only");
    let (world, settings) = filled_by_hand(&careful);
    world.put_mapping(&settings, &with_memo("always")).unwrap();
    world.deliver(&settings);
    assert_eq!(world.values(1, "メモ"), ["Stripeから"]);
}

#[test]
fn a_mapping_that_overwrites_no_more_than_before_costs_no_request() {
    let (world, settings) = filled_by_hand(&with_memo("always"));
    for policy in ["if_empty", "if_empty"] {
        world.put_mapping(&settings, &with_memo(policy)).unwrap();
        world.deliver(&settings);
        let writes =
            world.sent.borrow().iter().filter(|request| request.method() == http::Method::PUT).count();
        assert_eq!(writes, 0);
    }
}

#[test]
fn an_object_that_comes_back_after_the_policies_changed_is_written_in_full() {
    let conditional = |policy: &str| {
        let mut mapping = with_memo(policy);
        mapping["targets"]["customers"]["condition"] = json!({"name": ["山田"]});
        mapping["targets"]["customers"]["on_leave"] = json!("clear");
        mapping["targets"]["customers"]["fields"][0]["write_policy"] = json!("on_create");
        mapping
    };
    let (world, settings) = TestWorld::configured(&conditional("if_empty"));
    customer(&world, "山田", "最初");
    world.deliver(&settings);
    customer(&world, "佐藤", "最初");
    world.deliver(&settings);
    assert_eq!(world.values(1, "氏名"), [""]);
    world.put_mapping(&settings, &conditional("always")).unwrap();
    world.deliver(&settings);
    customer(&world, "山田", "最初");
    world.deliver(&settings);
    assert_eq!(world.values(1, "氏名"), ["山田"], "what was cleared when it went is written again");
}

#[test]
fn a_field_written_once_that_a_person_emptied_stays_empty_when_records_are_compared() {
    for departure in ["keep", "clear"] {
        let mut mapping = with_memo("on_create");
        mapping["targets"]["customers"]["on_delete"] = json!(departure);
        let (world, settings) = TestWorld::configured(&mapping);
        customer(&world, "", "最初");
        world.deliver(&settings);
        world.person_edits(1, 1, &json!({"メモ": {"value": ""}}));
        world.transaction(|tx| crate::delivery::compare_again(tx, "customers", "cus_1")).unwrap();
        world.deliver(&settings);
        assert_eq!(world.values(1, "メモ"), [""], "{departure}");
        world.forget_sent();
        world.transaction(|tx| crate::delivery::compare_again(tx, "customers", "cus_1")).unwrap();
        world.deliver(&settings);
        assert_eq!(world.writes().len(), 0, "{departure}: it is not written every night");
    }
}
