//! Records that are written one by one, for kintone's webhooks.

use serde_json::{Value, json};

use crate::test_world::setup::mapping;
use crate::test_world::{Fault, TestWorld};

fn single() -> Value {
    let mut mapping = mapping();
    mapping["targets"]["customers"]["single_writes"] = json!(true);
    mapping
}

/// Method, path and body of what changed records.
fn sent(world: &TestWorld) -> Vec<(String, String, Value)> {
    let sent = world.sent.borrow();
    let writes = sent.iter().filter(|request| request.method() != http::Method::GET);
    let told = writes.map(|request| {
        let path = request.uri().path().rsplit('/').next().unwrap().to_owned();
        (request.method().to_string(), path, serde_json::from_slice(request.body()).unwrap())
    });
    told.collect()
}

#[test]
fn a_record_is_made_and_changed_by_itself_after_it_was_looked_for_by_its_key() {
    let (world, settings) = TestWorld::configured(&single());
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    let record = json!({"顧客ID": {"value": "cus_1"}, "氏名": {"value": "山田"}});
    let made = ("POST".to_owned(), "record.json".to_owned(), json!({"app": 1, "record": record}));
    assert_eq!(sent(&world), [made]);
    world.forget_sent();
    world.customer("cus_1", "鈴木");
    world.deliver_later(&settings);
    let body = json!({"app": 1, "id": "1", "revision": "1", "record": {"氏名": {"value": "鈴木"}}});
    assert_eq!(sent(&world), [("PUT".to_owned(), "record.json".to_owned(), body)]);
    assert_eq!(world.values(1, "氏名"), ["鈴木"]);
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
}

#[test]
fn at_most_one_a_second_is_written() {
    let (world, settings) = TestWorld::configured(&single());
    for number in 0..5 {
        world.customer(&format!("cus_{number}"), "山田");
    }
    let begun = world.now.get();
    world.deliver(&settings);
    for written in 1..5 {
        assert_eq!(world.records(1).len(), written);
        world.deliver_later(&settings);
        assert_eq!(world.now.get() - begun, 1_000 * i64::try_from(written).unwrap());
    }
    assert_eq!(world.records(1).len(), 5);
}

#[test]
fn one_that_a_person_made_meanwhile_is_changed_and_not_made_twice() {
    let (world, settings) = TestWorld::configured(&single());
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    world.customer("cus_2", "鈴木");
    world.pass(1_000);
    world.meanwhile.replace(Some(Box::new(|world: &TestWorld| {
        let fields = json!({"顧客ID": {"value": "cus_2"}, "氏名": {"value": "人"}});
        world.meanwhile.replace(Some(Box::new(move |world: &TestWorld| {
            world.person_adds(1, &fields);
        })));
    })));
    world.deliver(&settings);
    for _ in 0..3 {
        if world.number("SELECT count(*) FROM dirty") > 0 {
            world.deliver_later(&settings);
        }
    }
    assert_eq!(world.values(1, "氏名"), ["山田", "鈴木"]);
    assert_eq!(world.number("SELECT count(*) FROM dead_letter"), 0);
}

#[test]
fn a_lost_answer_makes_no_second_record() {
    for fault in [Fault::LostBefore, Fault::LostAfter] {
        let (world, settings) = TestWorld::configured(&single());
        world.write_faults.borrow_mut().push_back(fault);
        world.customer("cus_1", "山田");
        world.deliver(&settings);
        while world.number("SELECT count(*) FROM dirty") > 0 {
            world.deliver_later(&settings);
        }
        assert_eq!(world.values(1, "顧客ID"), ["cus_1"]);
        assert_eq!(world.values(1, "氏名"), ["山田"]);
    }
}

#[test]
fn what_kintone_refuses_is_a_dead_letter_with_its_field() {
    let (world, settings) = TestWorld::configured(&single());
    let errors = json!({"record.氏名.value": {"messages": ["長すぎます。"]}});
    let answer = json!({"code": "CB_VA01", "id": "x", "message": "x", "errors": errors});
    world.write_faults.borrow_mut().push_back(Fault::Answer(400, answer));
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    let letters = super::super::dead_letters(&world, 0, 10).unwrap();
    assert_eq!((letters[0].code.as_str(), letters[0].field.as_deref()), ("CB_VA01", Some("氏名")));
}
