//! The order among targets: what a lookup names is written first.

use serde_json::{Value, json};

use super::super::{Ended, dead_letters, lanes, run_lane};
use crate::port::{Clock as _, Sql as _};
use crate::test_world::{TestWorld, run};

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
fn what_is_a_dead_letter_or_left_out_is_not_waited_for() {
    let cases: [(Value, Happens); 2] = [
        (json!({}), |world| world.customer("cus_1", "じゅげむじゅげむごこうのすりきれ")),
        (json!({"condition": {"name": ["鈴木"]}}), |world| world.customer("cus_1", "山田")),
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

fn set(world: &TestWorld, sql: &str) {
    crate::port::Sql::transaction(world, |tx| tx.exec(sql, &[])).unwrap();
}

const HELD: &str = "UPDATE binding SET state = 'held', reason = 'many_deletions' WHERE target = 'customers'";
const LET_GO: &str = "UPDATE binding SET state = 'active', reason = NULL WHERE target = 'customers'";

#[test]
fn a_record_waits_as_long_as_the_target_of_the_one_it_names_is_held() {
    let (world, settings) = with(&json!({}));
    set(&world, HELD);
    world.customer("cus_1", "山田");
    contract(&world, "sub_1", "cus_1");
    world.deliver(&settings);
    for _ in 0..3 {
        world.deliver_later(&settings);
    }
    assert_eq!(apps_written(&world), [] as [u64; 0]);
    assert_eq!(
        world.text("SELECT last_error FROM dirty WHERE target = 'contracts'").as_deref(),
        Some("lookup:customers"),
        "the status says for whom"
    );
    set(&world, LET_GO);
    world.deliver(&settings);
    assert_eq!(apps_written(&world), [1, 2]);
}

#[test]
fn a_record_waits_while_the_app_of_the_one_it_names_has_had_its_requests_of_the_day() {
    let (world, settings) = with(&json!({}));
    let spent = "UPDATE request_count SET count = 1000000 WHERE app LIKE '%/1'";
    set(&world, spent);
    assert_eq!(world.number("SELECT count(*) FROM request_count WHERE count = 1000000"), 1);
    world.customer("cus_1", "山田");
    contract(&world, "sub_1", "cus_1");
    let begun = world.now.get();
    for _ in 0..10 {
        world.pass(600_000);
        world.deliver(&settings);
        assert_eq!(apps_written(&world), [] as [u64; 0]);
    }
    while world.records(2).is_empty() {
        world.deliver_later(&settings);
    }
    assert_eq!(apps_written(&world), [1, 2]);
    assert!(world.now.get() - begun > 20 * 3_600_000);
    assert_eq!(dead_letters(&world, 0, 10).unwrap(), []);
}

#[test]
fn what_waits_for_a_record_that_is_not_to_be_made_waits_no_longer() {
    let (world, settings) = with(&json!({"write_mode": "update_only"}));
    set(&world, HELD);
    world.customer("cus_1", "山田");
    contract(&world, "sub_1", "cus_1");
    world.deliver(&settings);
    set(&world, LET_GO);
    world.deliver(&settings);
    assert_eq!(apps_written(&world), [2], "kintone's refusal is the answer");
}

#[test]
fn what_waits_for_a_record_that_kintone_refuses_waits_no_longer() {
    let (world, settings) = with(&json!({}));
    set(&world, HELD);
    world.customer("cus_1", "山田");
    contract(&world, "sub_1", "cus_1");
    world.deliver(&settings);
    set(&world, LET_GO);
    *world.refusal.borrow_mut() = Some(Box::new(|body: &Value| {
        let errors = json!({"records[0].氏名.value": {"messages": ["x"]}});
        (body["app"] == 1)
            .then(|| (400, json!({"code": "CB_VA01", "id": "x", "message": "x", "errors": errors})))
    }));
    world.deliver(&settings);
    assert!(apps_written(&world).contains(&2), "kintone's refusal is the answer");
}

/// So many contracts whose customer is in no app, tried until nothing is left to try soon.
fn contracts_of_nobody(many: usize) -> TestWorld {
    let (world, settings) = with(&json!({}));
    for number in 0..many {
        contract(&world, &format!("sub_{number:02}"), "nobody");
    }
    world.deliver(&settings);
    for _ in 0..400 {
        if world.number("SELECT count(*) FROM dirty") > 0 && world.state("contracts").0 == "active" {
            world.deliver_later(&settings);
        }
    }
    world
}

#[test]
fn a_few_lookups_that_find_nothing_are_their_records_own_trouble() {
    let world = contracts_of_nobody(19);
    assert_eq!(world.state("contracts").0, "active");
    assert_eq!(dead_letters(&world, 0, 100).unwrap().len(), 19);
}

#[test]
fn many_lookups_that_find_nothing_are_the_mappings_and_bury_no_record() {
    let world = contracts_of_nobody(40);
    assert_eq!(world.state("contracts"), ("paused".to_owned(), Some("many_refused".to_owned())));
    assert_eq!(dead_letters(&world, 0, 100).unwrap(), []);
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 40);
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
    let form = json!({"ID": {"type": "SINGLE_LINE_TEXT", "unique": true}, "相手": lookup(1, "ID")});
    let mapping = json!({"version": 1, "targets": {"a": {
        "source": "customer", "app": "app1", "key": {"field": "ID"},
        "fields": [{"field": "相手", "value": {"path": "metadata.partner"}}]}}});
    let (world, settings) = TestWorld::with_apps(&[form], &mapping);
    for (id, partner) in [("cus_1", "cus_2"), ("cus_2", "cus_1")] {
        world.object(id, &json!({"id": id, "object": "customer", "metadata": {"partner": partner}}));
    }
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

/// Two apps that look each other up; `also` is what customers write beside.
fn in_a_circle(also: &Value) -> Result<crate::config::Stored, crate::config::ConfigError> {
    let forms = [
        json!({"顧客ID": {"type": "SINGLE_LINE_TEXT", "unique": true}, "契約": lookup(2, "契約ID"),
            "紹介者": lookup(1, "顧客ID")}),
        json!({"契約ID": {"type": "SINGLE_LINE_TEXT", "unique": true}, "顧客": lookup(1, "顧客ID")}),
    ];
    let mapping = |fields: &Value| {
        json!({"version": 1, "targets": {
            "contracts": {"source": "subscription", "app": "app2", "key": {"field": "契約ID"},
                "fields": [{"field": "顧客", "value": {"path": "customer"}}]},
            "customers": {"source": "customer", "app": "app1", "key": {"field": "顧客ID"}, "fields": fields}}})
    };
    let (world, settings) = TestWorld::with_apps(&forms, &mapping(&json!([])));
    world.put_mapping(&settings, &mapping(also))
}

#[test]
fn lookups_in_a_circle_are_refused_before_anything_waits() {
    let latest = json!([{"field": "契約", "value": {"path": "metadata.latest"}}]);
    let Err(crate::config::ConfigError::Issues(issues)) = in_a_circle(&latest) else {
        panic!("a circle was taken");
    };
    let circles: Vec<_> = issues.iter().filter(|issue| issue.code == "circular_lookup").collect();
    let told = |index: usize| (circles[index].target.as_deref(), circles[index].field.as_deref());
    assert_eq!((told(0), told(1)), ((Some("contracts"), Some("顧客")), (Some("customers"), Some("契約"))));
    assert_eq!(circles[0].value.as_deref(), Some("contracts → customers → contracts"));
    assert!(circles[0].text.ja.contains("循環"), "{}", circles[0].text.ja);
}

#[test]
fn a_lookup_of_the_targets_own_records_is_no_circle() {
    let parent = json!([{"field": "紹介者", "value": {"path": "metadata.parent"}}]);
    in_a_circle(&parent).unwrap();
}

/// 250 contracts that wait for the customer whom their lookup names.
fn very_many_that_wait() -> (TestWorld, crate::Settings) {
    let (world, settings) = with(&json!({}));
    for number in 0..250 {
        contract(&world, &format!("sub_{number:03}"), "cus_1");
    }
    world.deliver(&settings);
    assert_eq!(world.number("SELECT count(*) FROM lookup_wait"), 250);
    (world, settings)
}

fn wake(world: &TestWorld, ended: Ended) -> bool {
    let names = world.text("SELECT names FROM lookup_wait").unwrap();
    world.transaction(|tx| super::super::lookup::wake(tx, ended, &names, ("", ""))).unwrap().is_some()
}

#[test]
fn very_many_that_wait_for_one_record_are_woken_in_slices() {
    let (world, settings) = very_many_that_wait();
    let waiting = || world.number("SELECT count(*) FROM lookup_wait");
    assert!(wake(&world, Ended::Arrived));
    assert_eq!(waiting(), 150);
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    assert_eq!((world.records(2).len(), waiting()), (250, 0));
    assert_eq!(world.number("SELECT count(*) FROM fan_out"), 0);
}

#[test]
fn very_many_that_wait_for_a_record_that_never_comes_go_without_it_in_slices() {
    let (world, _) = very_many_that_wait();
    let due = || world.number("SELECT count(*) FROM dirty WHERE target = 'contracts' AND not_before = 0");
    let slices = [wake(&world, Ended::NeverComes), wake(&world, Ended::NeverComes)];
    assert_eq!((slices, due()), ([true, true], 200));
    assert!(!wake(&world, Ended::NeverComes));
    assert_eq!(due(), 250);
}

#[test]
fn waking_in_vain_goes_over_those_that_wait_once() {
    let (world, settings) = very_many_that_wait();
    let names = world.text("SELECT names FROM lookup_wait").unwrap();
    // The customer was given up, the same refusals paused its target, and it changed since.
    world
        .transaction(|tx| {
            tx.exec("UPDATE binding SET state = 'paused', not_before = 9000000000000000 WHERE target = 'customers'", &[])?;
            crate::context::wake_later(tx, Ended::NeverComes, &names, &Default::default())
        })
        .unwrap();
    world.customer("cus_1", "山田");
    let active = world.active();
    let waits = || lanes(&world, &active, world.now()).unwrap();
    for _ in 0..20 {
        for lane in waits() {
            run(run_lane(&world, &settings, &active, &lane)).unwrap();
        }
    }
    assert_eq!(world.number("SELECT count(*) FROM fan_out"), 0);
    assert_eq!(waits().len(), 0);
}
