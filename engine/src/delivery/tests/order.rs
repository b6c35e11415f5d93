//! The order among targets: what a lookup names is written first.

use serde_json::{Value, json};

use super::super::dead_letters;
use crate::test_world::TestWorld;

fn lookup(app: u64, key: &str) -> Value {
    json!({"type": "SINGLE_LINE_TEXT", "lookup": {"relatedApp": {"app": app.to_string(), "code": ""},
        "relatedKeyField": key, "fieldMappings": [], "lookupPickerFields": [], "filterCond": "", "sort": ""}})
}

type Happens = fn(&TestWorld);

/// Customers in app 1; contracts in app 2, which look their customer up.
fn with(customers: &Value) -> (TestWorld, crate::Settings) {
    let forms = [
        json!({"顧客ID": {"type": "SINGLE_LINE_TEXT", "unique": true},
            "氏名": {"type": "SINGLE_LINE_TEXT", "maxLength": "10"}}),
        json!({"契約ID": {"type": "SINGLE_LINE_TEXT", "unique": true}, "顧客": lookup(1, "顧客ID")}),
    ];
    let mut target = json!({"source": "customer", "app": "app1", "key": {"field": "顧客ID"},
        "fields": [{"field": "氏名", "value": {"path": "name"}}]});
    for (name, value) in customers.as_object().unwrap() {
        target[name] = value.clone();
    }
    let mapping = json!({"version": 1, "targets": {"contracts": {
        "source": "subscription", "app": "app2", "key": {"field": "契約ID"},
        "fields": [{"field": "顧客", "value": {"path": "customer"}}]}, "customers": target}});
    TestWorld::with_apps(&forms, &mapping)
}

fn contract(world: &TestWorld, id: &str, customer: &str) {
    world.object(id, &json!({"id": id, "object": "subscription", "customer": customer}));
}

fn apps_written(world: &TestWorld) -> Vec<u64> {
    world.writes().iter().map(|write| write["app"].as_u64().unwrap()).collect()
}

#[test]
fn a_record_waits_for_the_one_that_its_lookup_names() {
    let (world, settings) = with(&json!({}));
    // Contracts come first by every other order.
    contract(&world, "sub_1", "cus_1");
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    assert_eq!(apps_written(&world), [1, 2]);
    assert_eq!(world.values(2, "顧客"), ["cus_1"]);
    assert_eq!(world.number("SELECT count(*) FROM lookup_wait"), 0);
    world.forget_sent();
    contract(&world, "sub_2", "cus_1");
    world.customer("cus_1", "鈴木");
    world.deliver(&settings);
    assert_eq!(world.values(2, "顧客"), ["cus_1", "cus_1"]);
}

#[test]
fn a_record_that_waits_goes_once_its_parent_was_kept_back_and_comes() {
    let (world, settings) = with(&json!({}));
    world.write_faults.borrow_mut().push_back(crate::test_world::Fault::Page(503));
    world.customer("cus_1", "山田");
    contract(&world, "sub_1", "cus_1");
    world.deliver(&settings);
    assert!(world.records(2).is_empty());
    assert_eq!(dead_letters(&world, 0, 10).unwrap(), []);
    world.deliver_later(&settings);
    assert_eq!(world.values(2, "顧客"), ["cus_1"]);
}

#[test]
fn an_object_that_nothing_is_known_of_is_read_and_waited_for() {
    let (world, settings) = with(&json!({}));
    contract(&world, "sub_1", "cus_1");
    world.deliver(&settings);
    assert!(world.sent.borrow().is_empty());
    assert_eq!(world.text("SELECT object_id FROM read"), Some("cus_1".to_owned()));
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    assert_eq!(world.values(2, "顧客"), ["cus_1"]);
}

#[test]
fn a_record_waits_five_minutes_then_goes_and_is_retried_once_its_parent_arrives() {
    let (world, settings) = with(&json!({}));
    contract(&world, "sub_1", "cus_1");
    world.deliver(&settings);
    for _ in 0..6 {
        world.deliver_later(&settings);
    }
    assert_eq!(dead_letters(&world, 0, 10).unwrap()[0].code, "GAIA_LO04");
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    assert_eq!(world.values(2, "顧客"), ["cus_1"]);
    assert_eq!(dead_letters(&world, 0, 10).unwrap(), []);
    assert_eq!(world.number("SELECT count(*) FROM lookup_wait"), 0);
}

#[test]
fn what_is_a_dead_letter_left_out_or_held_is_not_waited_for() {
    let cases: [(Value, Happens); 3] = [
        (json!({}), |world| world.customer("cus_1", "じゅげむじゅげむごこうのすりきれ")),
        (json!({"condition": {"name": ["鈴木"]}}), |world| world.customer("cus_1", "山田")),
        (json!({}), |world| {
            world.customer("cus_1", "山田");
            let sql = "UPDATE binding SET state = 'held' WHERE target = 'customers'";
            crate::port::Sql::transaction(world, |tx| tx.exec(sql, &[])).unwrap();
        }),
    ];
    for (customers, happens) in cases {
        let (world, settings) = with(&customers);
        happens(&world);
        world.deliver(&settings);
        contract(&world, "sub_1", "cus_1");
        world.deliver(&settings);
        assert!(apps_written(&world).contains(&2), "{customers}");
        assert_eq!(
            world.text("SELECT last_error FROM dirty WHERE target = 'contracts'").as_deref(),
            Some("GAIA_LO04")
        );
    }
}

#[test]
fn what_turns_out_not_to_be_written_is_waited_for_no_longer() {
    let (world, settings) = with(&json!({"condition": {"name": ["鈴木"]}}));
    contract(&world, "sub_1", "cus_1");
    world.deliver(&settings);
    crate::port::Sql::transaction(&world, |tx| tx.exec("DELETE FROM read", &[])).unwrap();
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    assert_eq!(apps_written(&world), [2], "kintone's refusal is the answer");
}

#[test]
fn records_that_name_each_other_wait_no_longer_than_any() {
    let forms = [
        json!({"ID": {"type": "SINGLE_LINE_TEXT", "unique": true}, "相手": lookup(2, "ID")}),
        json!({"ID": {"type": "SINGLE_LINE_TEXT", "unique": true}, "相手": lookup(1, "ID")}),
    ];
    let target = |source: &str, app: &str, path: &str| {
        json!({"source": source, "app": app, "key": {"field": "ID"},
            "fields": [{"field": "相手", "value": {"path": path}}]})
    };
    let mapping = json!({"version": 1, "targets": {
        "a": target("customer", "app1", "metadata.subscription"),
        "b": target("subscription", "app2", "metadata.customer")}});
    let (world, settings) = TestWorld::with_apps(&forms, &mapping);
    world.object(
        "cus_1",
        &json!({"id": "cus_1", "object": "customer", "metadata": {"subscription": "sub_1"}}),
    );
    world.object(
        "sub_1",
        &json!({"id": "sub_1", "object": "subscription", "metadata": {"customer": "cus_1"}}),
    );
    world.deliver(&settings);
    assert!(world.sent.borrow().is_empty());
    for _ in 0..12 {
        if world.number("SELECT count(*) FROM dirty") > 0 {
            world.deliver_later(&settings);
        }
    }
    assert_eq!(dead_letters(&world, 0, 10).unwrap().len(), 2);
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
}
