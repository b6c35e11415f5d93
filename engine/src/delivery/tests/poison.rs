//! A refusal that meets many records pauses the target and makes none of them a dead letter.

use serde_json::{Value, json};

use super::super::dead_letters;
use crate::binding;
use crate::port::Sql as _;
use crate::status::Status;
use crate::test_world::TestWorld;
use crate::test_world::setup::mapping;

/// A target that has written one record.
fn begun() -> (TestWorld, crate::Settings) {
    let (world, settings) = TestWorld::configured(&mapping());
    world.customer("cus_first", "山田");
    world.deliver(&settings);
    (world, settings)
}

/// Customers to be written; those whose number is below `bad` will be refused.
fn customers(world: &TestWorld, of: &str, bad: usize, all: usize) {
    for number in 0..all {
        let name = if number < bad { "不良" } else { "山田" };
        world.customer(&format!("cus_{of}_{number:03}"), name);
    }
}

/// kintone refuses the records with the name 不良, and says which.
fn refuse(world: &TestWorld) {
    *world.refusal.borrow_mut() = Some(Box::new(|body: &Value| {
        let records = body["records"].as_array().unwrap().iter().enumerate();
        let bad = records.filter(|(_, record)| record["record"]["氏名"]["value"] == "不良");
        let errors: serde_json::Map<String, Value> = bad
            .map(|(index, _)| (format!("records[{index}].氏名.value"), json!({"messages": ["x"]})))
            .collect();
        (!errors.is_empty())
            .then(|| (400, json!({"code": "CB_VA01", "id": "x", "message": "x", "errors": errors})))
    }));
}

fn letters(world: &TestWorld) -> usize {
    dead_letters(world, 0, 1_000).unwrap().len()
}

fn paused() -> (String, Option<String>) {
    ("paused".to_owned(), Some("many_refused".to_owned()))
}

#[test]
fn what_meets_more_than_a_tenth_pauses_the_target_and_all_goes_on_after_it_was_set_right() {
    let (world, settings) = begun();
    refuse(&world);
    customers(&world, "a", 25, 90);
    world.deliver(&settings);
    assert_eq!(world.state("customers"), paused());
    assert_eq!((letters(&world), world.number("SELECT count(*) FROM dirty")), (0, 90));
    let status = Status::read(&world, &settings, world.now.get(), None, true).unwrap();
    let text = status.targets["customers"].text.clone().unwrap();
    assert!(text.ja.contains("「氏名」（氏名）の値を") && text.ja.contains("［アプリの設定 > フォーム］"));
    assert!(text.en.contains("(Error code: CB_VA01)"));
    world.refusal.take();
    assert!(world.transaction(|tx| binding::resume(tx, "customers")).unwrap());
    world.deliver(&settings);
    assert_eq!(world.state("customers"), ("active".to_owned(), None));
    assert_eq!(world.records(1).len(), 91);
    assert!(!world.transaction(|tx| binding::resume(tx, "customers")).unwrap(), "it is not paused");
}

#[test]
fn nineteen_are_those_records_own_trouble() {
    let (world, settings) = begun();
    refuse(&world);
    customers(&world, "a", 19, 19);
    world.deliver(&settings);
    assert_eq!((world.state("customers").0.as_str(), letters(&world)), ("active", 19));
    customers(&world, "b", 1, 1);
    world.deliver(&settings);
    assert_eq!((world.state("customers"), letters(&world)), (paused(), 0), "the twentieth tells");
}

#[test]
fn a_tenth_of_those_sent_is_not_more_than_a_tenth() {
    let (world, settings) = begun();
    refuse(&world);
    // With the first one 200 are sent.
    customers(&world, "a", 0, 99);
    world.deliver(&settings);
    customers(&world, "b", 20, 100);
    world.deliver(&settings);
    assert_eq!((world.state("customers").0.as_str(), letters(&world)), ("active", 20));
    customers(&world, "c", 1, 1);
    world.deliver(&settings);
    assert_eq!(world.state("customers"), paused());
}

#[test]
fn what_was_buried_by_the_same_code_before_is_raised_and_written_with_the_rest() {
    let (world, settings) = begun();
    refuse(&world);
    customers(&world, "a", 15, 60);
    world.customer("cus_long", "じゅげむじゅげむごこうのすりきれ");
    world.deliver(&settings);
    assert_eq!((world.state("customers").0.as_str(), letters(&world)), ("active", 16));
    world.pass(599_000);
    customers(&world, "b", 15, 60);
    world.deliver(&settings);
    assert_eq!(world.state("customers"), paused());
    let left = dead_letters(&world, 0, 100).unwrap();
    assert_eq!(left.iter().map(|letter| letter.object_id.as_str()).collect::<Vec<_>>(), ["cus_long"]);
    world.refusal.take();
    world.put_mapping(&settings, &mapping()).unwrap();
    world.deliver(&settings);
    assert_eq!(world.records(1).len(), 121, "a mapping that was put again is as good as a word");
}

#[test]
fn what_is_longer_ago_than_ten_minutes_does_not_count() {
    let (world, settings) = begun();
    refuse(&world);
    customers(&world, "a", 15, 60);
    world.deliver(&settings);
    world.pass(600_000);
    customers(&world, "b", 15, 60);
    world.deliver(&settings);
    assert_eq!((world.state("customers").0.as_str(), letters(&world)), ("active", 30));
    assert_eq!(world.number("SELECT count(*) FROM sent_count"), 1, "what is not needed is not kept");
}

#[test]
fn a_paused_target_is_tried_again_after_an_hour_and_pauses_again_while_nothing_changed() {
    let (world, settings) = begun();
    refuse(&world);
    customers(&world, "a", 30, 60);
    world.deliver(&settings);
    world.forget_sent();
    world.pass(3_599_000);
    assert_eq!(world.deliver(&settings), 0);
    world.pass(1_001);
    world.deliver(&settings);
    assert_eq!((world.state("customers"), letters(&world)), (paused(), 0));
    assert_eq!(world.writes().len(), 1);
    world.refusal.take();
    world.deliver_later(&settings);
    assert_eq!(world.records(1).len(), 61);
}
