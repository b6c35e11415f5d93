//! One bad record fails its whole request: the rest goes on.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::dead_letters;
use crate::test_world::setup::mapping;
use crate::test_world::{Fault, TestWorld, run};

/// A target that has written one record, and `count` more to write.
fn with(count: usize) -> (TestWorld, crate::Settings) {
    let (world, settings) = TestWorld::configured(&mapping());
    world.customer("cus_first", "山田");
    world.deliver(&settings);
    world.forget_sent();
    for number in 0..count {
        world.customer(&format!("cus_{number:03}"), "山田");
    }
    (world, settings)
}

fn refuse(world: &TestWorld, code: &'static str, is_bad: impl Fn(&Value) -> bool + 'static) {
    *world.refusal.borrow_mut() = Some(Box::new(move |body: &Value| {
        let bad = body["records"].as_array().unwrap().iter().any(&is_bad);
        bad.then(|| (400, json!({"code": code, "id": "x", "message": "x"})))
    }));
}

fn key_is(record: &Value, key: &str) -> bool {
    record["updateKey"]["value"] == key
}

#[test]
fn a_value_that_kintone_would_refuse_is_not_sent() {
    let (world, settings) = with(1);
    world.customer("cus_long", "じゅげむじゅげむごこうのすりきれ");
    world.deliver(&settings);
    let letters = dead_letters(&world, 0, 10).unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].object_id.as_str(), letters[0].code.as_str()), ("cus_long", "too_long"));
    assert_eq!(letters[0].field.as_deref(), Some("氏名"));
    assert_eq!(world.records(1).len(), 2);
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
}

#[test]
fn the_offenders_that_kintone_names_become_dead_letters_and_the_rest_is_sent_at_once() {
    let (world, settings) = with(5);
    let errors =
        json!({"records[1].氏名.value": {"messages": ["x"]}, "records[3].氏名.value": {"messages": ["x"]}});
    let answer = json!({"code": "CB_VA01", "id": "x", "message": "x", "errors": errors});
    world.write_faults.borrow_mut().push_back(Fault::Answer(400, answer));
    world.deliver(&settings);
    let letters = dead_letters(&world, 0, 10).unwrap();
    let objects: Vec<&str> = letters.iter().map(|letter| letter.object_id.as_str()).collect();
    assert_eq!(objects, ["cus_001", "cus_003"]);
    assert_eq!((letters[0].code.as_str(), letters[0].field.as_deref()), ("CB_VA01", Some("氏名")));
    assert!(letters[0].text.ja.contains("「氏名」"), "{}", letters[0].text.ja);
    assert_eq!(world.values(1, "顧客ID"), ["cus_first", "cus_000", "cus_002", "cus_004"]);
    assert_eq!(world.writes().len(), 2);
}

#[test]
fn a_dead_letter_goes_once_its_record_is_written() {
    let (world, settings) = with(0);
    world.customer("cus_long", "じゅげむじゅげむごこうのすりきれ");
    world.deliver(&settings);
    world.customer("cus_long", "寿限無");
    world.deliver(&settings);
    assert_eq!(dead_letters(&world, 0, 10).unwrap(), []);
    assert_eq!(world.values(1, "氏名"), ["山田", "寿限無"]);
}

#[test]
fn an_offender_that_kintone_does_not_name_is_found_by_halving() {
    let (world, settings) = with(100);
    refuse(&world, "CB_IJ01", |record| key_is(record, "cus_042"));
    world.deliver(&settings);
    let letters = dead_letters(&world, 0, 10).unwrap();
    assert_eq!(letters.iter().map(|letter| letter.object_id.as_str()).collect::<Vec<_>>(), ["cus_042"]);
    assert_eq!(world.records(1).len(), 100);
    assert!(world.writes().len() <= 15, "{}", world.writes().len());
}

#[test]
fn halving_is_bounded_and_the_rest_waits() {
    let (world, settings) = with(100);
    refuse(&world, "CB_IJ01", |_| true);
    world.deliver(&settings);
    assert_eq!(world.writes().len(), 21);
    let letters = i64::try_from(dead_letters(&world, 0, 100).unwrap().len()).unwrap();
    assert!(letters > 0);
    assert_eq!(world.number("SELECT count(*) FROM dirty WHERE not_before > 0"), 100 - letters);
}

#[test]
fn the_look_for_what_changed_is_one_of_the_extra_requests() {
    let (world, settings) = with(100);
    world.deliver(&settings);
    for number in 0..100 {
        world.customer(&format!("cus_{number:03}"), "鈴木");
    }
    let sent = std::cell::Cell::new(0);
    *world.refusal.borrow_mut() = Some(Box::new(move |_: &Value| {
        sent.set(sent.get() + 1);
        match sent.get() {
            16 => None,
            21 => Some((409, json!({"code": "GAIA_CO02", "id": "x", "message": "x"}))),
            _ => Some((400, json!({"code": "CB_IJ01", "id": "x", "message": "x"}))),
        }
    }));
    assert_eq!(one_step(&world, &settings), 21);
    let last: Value = world.writes().pop().unwrap();
    assert_eq!(last["records"].as_array().unwrap().len(), 2, "more than one may have changed");
    assert_eq!(world.sent.borrow().len(), 21, "and none is looked for");
}

/// One step of the target's lane; how many writes it took.
fn one_step(world: &TestWorld, settings: &crate::Settings) -> usize {
    world.forget_sent();
    for lane in crate::delivery::lanes(world, &world.active(), world.now.get()).unwrap() {
        run(crate::delivery::run_lane(world, settings, &world.active(), &lane)).unwrap();
    }
    world.writes().len()
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 24, ..Default::default() })]

    /// Whichever records are bad: they end as dead letters and the others are written, at most 20 extra
    /// requests a batch.
    #[test]
    fn any_set_of_bad_records_is_isolated(
        count in 1_usize..=100,
        bad in proptest::collection::btree_set(0_usize..100, 0..=100),
    ) {
        let (world, settings) = with(count);
        // So many were sent that these are few.
        let sent = "INSERT INTO sent_count (target, minute, count) VALUES ('customers', 1000000000, 1000000)";
        crate::port::Sql::transaction(&world, |tx| tx.exec(sent, &[])).unwrap();
        let bad: BTreeSet<String> =
            bad.into_iter().filter(|number| *number < count).map(|number| format!("cus_{number:03}")).collect();
        let keys = bad.clone();
        refuse(&world, "CB_IJ01", move |record| keys.iter().any(|key| key_is(record, key)));
        let mut steps = 0;
        while world.number("SELECT count(*) FROM dirty") > 0 {
            // What waits is due by now, all at once: the hardest case.
            world.pass(300_001);
            let writes = one_step(&world, &settings);
            proptest::prop_assert!(writes <= 42, "{writes} writes: a batch and one of suspects, 21 at most each");
            steps += 1;
            proptest::prop_assert!(steps <= 30, "it comes to an end");
        }
        let letters = dead_letters(&world, 0, 1_000).unwrap();
        let dead: BTreeSet<String> = letters.into_iter().map(|letter| letter.object_id).collect();
        proptest::prop_assert_eq!(&dead, &bad);
        proptest::prop_assert_eq!(world.records(1).len(), 1 + count - bad.len());
    }
}

#[test]
fn a_batch_that_was_not_isolated_comes_back_in_small_ones() {
    let (world, settings) = with(100);
    refuse(&world, "CB_IJ01", |record| record["updateKey"]["value"].as_str().unwrap().ends_with('3'));
    world.deliver(&settings);
    assert_eq!(world.writes().len(), 21);
    world.pass(300_001);
    world.forget_sent();
    world.deliver(&settings);
    let most = world.writes().iter().map(|write| write["records"].as_array().unwrap().len()).max();
    assert_eq!(most, Some(10));
    assert_eq!((dead_letters(&world, 0, 100).unwrap().len(), world.records(1).len()), (10, 91));
}

#[test]
fn a_user_that_kintone_does_not_know_is_that_records_own_trouble() {
    let form = json!({"ID": {"type": "SINGLE_LINE_TEXT", "unique": true}, "担当": {"type": "USER_SELECT"}});
    let mapping = json!({"version": 1, "targets": {"customers": {
        "source": "customer", "app": "app1", "key": {"field": "ID"},
        "fields": [{"field": "担当", "value": {"path": "metadata.owner"}}]}}});
    let (world, settings) = TestWorld::with_apps(&[form], &mapping);
    let owned = |id: &str, owner: &str| {
        world.object(id, &json!({"id": id, "object": "customer", "metadata": {"owner": owner}}));
    };
    owned("cus_first", "");
    world.deliver(&settings);
    refuse(&world, "GAIA_IL26", |record| record["record"]["担当"]["value"][0]["code"] == "nobody");
    owned("cus_1", "nobody");
    owned("cus_2", "");
    world.deliver(&settings);
    let letters = dead_letters(&world, 0, 10).unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].object_id.as_str(), letters[0].code.as_str()), ("cus_1", "GAIA_IL26"));
    assert_eq!(letters[0].field.as_deref(), Some("担当"));
    assert!(
        letters[0].text.ja.starts_with("「担当」（担当）に、kintoneに登録のないユーザー"),
        "{}",
        letters[0].text.ja
    );
    assert_eq!((world.state("customers").0.as_str(), world.records(1).len()), ("active", 2));
}

#[test]
fn a_lookup_whose_record_is_still_missing_is_tried_again_before_it_is_given_up() {
    let (world, settings) = with(2);
    refuse(&world, "GAIA_LO04", |record| key_is(record, "cus_001"));
    world.deliver(&settings);
    assert_eq!(dead_letters(&world, 0, 10).unwrap(), []);
    assert_eq!(world.text("SELECT last_error FROM dirty"), Some("GAIA_LO04".to_owned()));
    world.refusal.take();
    world.deliver_later(&settings);
    assert_eq!(world.records(1).len(), 3);
}

#[test]
fn a_lookup_that_never_comes_right_is_given_up_after_a_few_tries() {
    let (world, settings) = with(1);
    refuse(&world, "GAIA_LO04", |_| true);
    world.deliver(&settings);
    for _ in 0..5 {
        world.deliver_later(&settings);
    }
    assert_eq!(dead_letters(&world, 0, 10).unwrap()[0].code, "GAIA_LO04");
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
}

#[test]
fn a_right_that_only_writing_lacks_costs_a_few_requests_an_hour() {
    let (world, settings) = with(3);
    *world.refusal.borrow_mut() =
        Some(Box::new(|_: &Value| Some((403, json!({"code": "GAIA_NO01", "id": "x", "message": "x"})))));
    for _ in 0..3_600 {
        world.deliver(&settings);
        world.pass(1_000);
    }
    assert_eq!(world.state("customers").0, "paused");
    let requests = world.sent.borrow().len();
    assert!((20..=60).contains(&requests), "{requests}");
    world.refusal.take();
    world.pass(600_001);
    world.deliver(&settings);
    assert_eq!(world.records(1).len(), 4);
}

#[test]
fn a_key_that_another_client_just_added_is_looked_up_and_updated() {
    let (world, settings) = with(1);
    world.person_adds(1, &json!({"顧客ID": {"value": "cus_000"}, "氏名": {"value": "古い"}}));
    let not_there_yet = Fault::Answer(200, json!({"records": [], "totalCount": null}));
    world.read_faults.borrow_mut().push_back(not_there_yet);
    let errors = json!({"records[0].顧客ID.value": {"messages": ["値がほかのレコードと重複しています。"]}});
    let answer = json!({"code": "CB_VA01", "id": "x", "message": "x", "errors": errors});
    world.write_faults.borrow_mut().push_back(Fault::Answer(400, answer));
    world.deliver(&settings);
    assert_eq!(dead_letters(&world, 0, 10).unwrap(), []);
    assert_eq!(world.values(1, "氏名"), ["山田", "山田"]);
    assert!(world.writes()[1]["records"][0]["id"].is_string());
}

#[test]
fn a_refused_value_has_the_form_read_again_but_not_within_minutes() {
    let (world, settings) = with(2);
    let forms = |world: &TestWorld| {
        let sent = world.sent.borrow();
        sent.iter().filter(|request| request.uri().path().ends_with("form/fields.json")).count()
    };
    let errors = json!({"records[0].氏名.value": {"messages": ["x"]}});
    let answer = json!({"code": "CB_VA01", "id": "x", "message": "x", "errors": errors});
    world.write_faults.borrow_mut().push_back(Fault::Answer(400, answer.clone()));
    world.deliver(&settings);
    world.customer("cus_002", "山田");
    world.deliver(&settings);
    assert_eq!(forms(&world), 0);
    world.pass(300_001);
    world.customer("cus_003", "山田");
    world.write_faults.borrow_mut().push_back(Fault::Answer(400, answer));
    world.deliver(&settings);
    world.customer("cus_004", "山田");
    world.deliver(&settings);
    assert_eq!(forms(&world), 1);
}

#[test]
fn a_refused_record_that_changed_meanwhile_gets_another_try() {
    let (world, settings) = with(0);
    world.customer("cus_1", "山田");
    let errors = json!({"records[0].氏名.value": {"messages": ["x"]}});
    let answer = json!({"code": "CB_VA01", "id": "x", "message": "x", "errors": errors});
    world.write_faults.borrow_mut().push_back(Fault::Answer(400, answer));
    *world.meanwhile.borrow_mut() = Some(Box::new(|world: &TestWorld| world.customer("cus_1", "鈴木")));
    world.deliver(&settings);
    assert_eq!(world.values(1, "氏名"), ["山田", "鈴木"]);
    assert_eq!(dead_letters(&world, 0, 10).unwrap(), []);
}
