//! Records that people had in the app before.

use serde_json::json;

use crate::binding::{WaiveError, waive};
use crate::port::Query as _;
use crate::test_world::setup::{connections, mapping};
use crate::test_world::{TestWorld, run};

/// A held target: the app has one record, which has a customer's key.
fn held() -> (TestWorld, crate::Settings) {
    let (world, settings) = TestWorld::with_secrets();
    world.person_adds(
        1,
        &json!({"顧客ID": {"value": "cus_1"}, "氏名": {"value": "手入力"}, "メモ": {"value": "大事"}}),
    );
    world.put_mapping(&settings, &mapping()).unwrap();
    world.put_connections(&settings, &connections(1)).unwrap();
    world.customer("cus_1", "山田");
    world.customer("cus_2", "佐藤");
    world.deliver(&settings);
    world.forget_sent();
    (world, settings)
}

fn type_name(world: &TestWorld, settings: &crate::Settings, name: &str) -> Result<(), WaiveError> {
    run(waive(world, settings, &world.active(), "customers", name, "tanaka"))
}

#[test]
fn a_held_target_is_not_written_to() {
    let (world, _) = held();
    assert!(world.sent.borrow().is_empty());
    assert_eq!(world.values(1, "氏名"), ["手入力"]);
}

#[test]
fn a_hold_is_waived_only_by_the_apps_name() {
    let (world, settings) = held();
    assert_eq!(type_name(&world, &settings, "アプリ2"), Err(WaiveError::OtherName));
    assert_eq!(type_name(&world, &settings, ""), Err(WaiveError::OtherName));
    assert_eq!(world.state("customers").0, "held");
    assert_eq!(type_name(&world, &settings, "アプリ1"), Ok(()));
    assert_eq!(world.state("customers"), ("active".to_owned(), None));
    assert_eq!(world.text("SELECT waived_by FROM binding"), Some("tanaka".to_owned()));
}

#[test]
fn only_a_held_target_can_be_waived() {
    let (world, settings) = TestWorld::configured(&mapping());
    let refused = WaiveError::NotHeld { target: "customers".to_owned() };
    assert_eq!(type_name(&world, &settings, "アプリ1"), Err(refused));
}

#[test]
fn after_a_waiver_records_are_looked_up_and_their_values_kept_before_the_first_write() {
    let (world, settings) = held();
    type_name(&world, &settings, "アプリ1").unwrap();
    world.forget_sent();
    world.deliver(&settings);
    assert_eq!(world.sent.borrow()[0].method(), http::Method::GET);
    assert_eq!(world.values(1, "氏名"), ["山田", "佐藤"]);
    assert_eq!(world.values(1, "メモ"), ["大事", ""]);
    let kept = world.query("SELECT record_id, record FROM previous_value", &[]).unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].text(0), Ok("1"));
    let record: serde_json::Value = serde_json::from_str(kept[0].text(1).unwrap()).unwrap();
    assert_eq!(record["氏名"]["value"], "手入力");
}

#[test]
fn the_values_kept_are_those_before_the_first_write() {
    let (world, settings) = held();
    type_name(&world, &settings, "アプリ1").unwrap();
    world.deliver(&settings);
    world.customer("cus_1", "鈴木");
    world.deliver(&settings);
    let kept = world.text("SELECT record FROM previous_value").unwrap();
    assert!(kept.contains("手入力"), "{kept}");
}

#[test]
fn a_record_that_somebody_added_with_our_key_is_kept_before_the_first_write() {
    let (world, settings) = TestWorld::configured(&mapping());
    world.customer("cus_0", "高橋");
    world.deliver(&settings);
    world.person_adds(1, &json!({"顧客ID": {"value": "cus_1"}, "氏名": {"value": "手入力"}}));
    world.customer("cus_1", "山田");
    world.customer("cus_2", "佐藤");
    world.deliver(&settings);
    assert_eq!(world.values(1, "氏名"), ["高橋", "山田", "佐藤"]);
    let kept = world.query("SELECT record FROM previous_value", &[]).unwrap();
    assert_eq!(kept.len(), 1, "only what was there");
    assert!(kept[0].text(0).unwrap().contains("手入力"));
}

#[test]
fn what_a_person_writes_between_the_look_and_the_first_write_is_kept() {
    let (world, settings) = TestWorld::configured(&mapping());
    world.customer("cus_0", "高橋");
    world.deliver(&settings);
    world.person_adds(1, &json!({"顧客ID": {"value": "cus_1"}, "氏名": {"value": "手入力"}}));
    world.customer("cus_1", "山田");
    let edits = |world: &TestWorld| {
        let edit = json!({"氏名": {"value": "書き直し"}});
        world.kintone.borrow_mut().edit_record(world.now.get(), 1, 2, &edit).unwrap_or_else(|_| panic!());
    };
    // The look is the next request, and the write the one after it.
    let while_it_looks = move |world: &TestWorld| *world.meanwhile.borrow_mut() = Some(Box::new(edits));
    *world.meanwhile.borrow_mut() = Some(Box::new(while_it_looks));
    world.deliver(&settings);
    while world.number("SELECT count(*) FROM dirty") > 0 {
        world.deliver_later(&settings);
    }
    assert_eq!(world.values(1, "氏名"), ["高橋", "山田"]);
    assert!(world.text("SELECT record FROM previous_value").unwrap().contains("書き直し"));
}

#[test]
fn a_waived_target_stays_waived_through_a_new_mapping() {
    let (world, settings) = held();
    type_name(&world, &settings, "アプリ1").unwrap();
    let mut other = mapping();
    other["targets"]["customers"]["fields"][0]["field"] = json!("メモ");
    world.put_mapping(&settings, &other).unwrap();
    assert_eq!(world.state("customers").0, "active");
}

/// One record that somebody deleted, of a target that leaves it so.
fn deleted_and_left() -> (TestWorld, crate::Settings) {
    let mut mapping = mapping();
    mapping["targets"]["customers"]["on_record_deleted"] = json!("leave");
    let (world, settings) = TestWorld::configured(&mapping);
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    world.person_deletes(1, 1);
    world.customer("cus_1", "鈴木");
    world.deliver(&settings);
    (world, settings)
}

#[test]
fn a_record_that_somebody_deleted_stays_deleted_where_the_target_says_so() {
    let (world, settings) = deleted_and_left();
    assert_eq!((world.records(1).len(), world.number("SELECT count(*) FROM dirty")), (0, 0));
    world.forget_sent();
    world.customer("cus_1", "佐藤");
    world.deliver(&settings);
    assert_eq!((world.records(1).len(), world.sent.borrow().len()), (0, 0), "nor is it looked for again");
    world.customer("cus_2", "高橋");
    world.deliver(&settings);
    assert_eq!(world.values(1, "氏名"), ["高橋"], "one that was never there is created as ever");
}

#[test]
fn one_that_stays_deleted_is_created_once_the_target_says_so() {
    let (world, settings) = deleted_and_left();
    world.put_mapping(&settings, &mapping()).unwrap();
    world.deliver(&settings);
    assert_eq!(world.values(1, "氏名"), ["鈴木"]);
}

#[test]
fn one_that_somebody_deleted_and_made_anew_by_its_key_is_written_to() {
    let mut mapping = mapping();
    mapping["targets"]["customers"]["on_record_deleted"] = json!("leave");
    let (world, settings) = TestWorld::configured(&mapping);
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    world.person_deletes(1, 1);
    world.person_adds(1, &json!({"顧客ID": {"value": "cus_1"}}));
    world.customer("cus_1", "鈴木");
    world.deliver(&settings);
    assert_eq!(world.values(1, "氏名"), ["鈴木"]);
}

#[test]
fn what_records_of_the_same_number_in_two_apps_held_is_kept_of_both() {
    let (world, settings) = TestWorld::with_secrets();
    world.create_app(2);
    world.put_secret(&settings, "kintone2", &crate::test_world::kintone::token(2));
    for (app, name) in [(1, "前のアプリ"), (2, "次のアプリ")] {
        world.person_adds(app, &json!({"顧客ID": {"value": "cus_1"}, "氏名": {"value": name}}));
    }
    let mut to_app_2 = connections(2);
    to_app_2["apps"]["顧客"]["token_refs"] = json!(["kintone2"]);
    world.put_mapping(&settings, &mapping()).unwrap();
    for (connections, name) in [(connections(1), "アプリ1"), (to_app_2, "アプリ2")] {
        world.put_connections(&settings, &connections).unwrap();
        world.customer("cus_1", "山田");
        world.deliver(&settings);
        type_name(&world, &settings, name).unwrap();
        world.deliver(&settings);
    }
    assert_eq!(
        (world.values(1, "氏名"), world.values(2, "氏名")),
        (vec!["山田".into()], vec!["山田".into()])
    );
    let kept = world.query("SELECT app, record FROM previous_value ORDER BY app", &[]).unwrap();
    let of = |row: &crate::port::Row| (row.text(0).unwrap().to_owned(), row.text(1).unwrap().to_owned());
    let kept: Vec<_> = kept.iter().map(of).collect();
    assert_eq!(kept.len(), 2, "{kept:?}");
    assert!(kept[0].0.ends_with("/1") && kept[0].1.contains("前のアプリ"), "{kept:?}");
    assert!(kept[1].0.ends_with("/2") && kept[1].1.contains("次のアプリ"), "{kept:?}");
}

#[test]
fn what_is_known_of_a_former_apps_records_is_forgotten_in_slices_before_the_new_one_is_written_to() {
    let (world, settings) = TestWorld::with_secrets();
    world.create_app(2);
    world.put_secret(&settings, "kintone2", &crate::test_world::kintone::token(2));
    world.put_connections(&settings, &connections(1)).unwrap();
    world.put_mapping(&settings, &mapping()).unwrap();
    for number in 0..1_200 {
        world.customer(&format!("cus_{number:04}"), "山田");
    }
    world.deliver(&settings);
    let known = || world.number("SELECT count(*) FROM record");
    assert_eq!(known(), 1_200);
    let mut to_app_2 = connections(2);
    to_app_2["apps"]["顧客"]["token_refs"] = json!(["kintone2"]);
    world.put_connections(&settings, &to_app_2).unwrap();
    assert_eq!(known(), 700);
    world.customer("cus_0001", "鈴木");
    let lanes = crate::delivery::lanes(&world, &world.active(), world.now.get()).unwrap();
    assert_eq!(lanes.iter().map(ToString::to_string).collect::<Vec<_>>(), ["rescan"]);
    world.deliver(&settings);
    assert_eq!((known(), world.records(2).len()), (1_200, 1_200));
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
}

#[test]
fn a_target_that_is_taken_out_of_the_mapping_is_forgotten_in_slices() {
    let (world, settings) = TestWorld::configured(&mapping());
    for number in 0..700 {
        world.customer(&format!("cus_{number:04}"), "山田");
    }
    world.deliver(&settings);
    let known = || world.number("SELECT count(*) FROM record WHERE target = 'customers'");
    let mut other = mapping();
    other["targets"]["others"] = other["targets"]["customers"].take();
    other["targets"].as_object_mut().unwrap().remove("customers");
    world.put_mapping(&settings, &other).unwrap();
    assert_eq!(known(), 200);
    world.deliver(&settings);
    assert_eq!((known(), world.number("SELECT count(*) FROM meta WHERE key = 'rescan'")), (0, 0));
}
