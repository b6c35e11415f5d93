//! What is sent when all goes well.

use serde_json::json;

use crate::port::Sql as _;
use crate::stripe::request;
use crate::test_world::TestWorld;
use crate::test_world::setup::mapping;

fn customers(world: &TestWorld, count: usize) {
    for number in 0..count {
        world.customer(&format!("cus_{number:03}"), "山田");
    }
}

#[test]
fn an_unknown_record_goes_by_key_and_the_key_is_not_repeated() {
    let (world, settings) = TestWorld::configured(&mapping());
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    let expected = json!({"app": 1, "upsert": true, "records": [
        {"updateKey": {"field": "顧客ID", "value": "cus_1"}, "record": {"氏名": {"value": "山田"}}}]});
    assert_eq!(world.writes(), [expected]);
    assert_eq!(world.values(1, "顧客ID"), ["cus_1"]);
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
    assert_eq!(world.number("SELECT count(*) FROM in_flight"), 0);
}

#[test]
fn a_known_record_goes_by_id_with_its_revision_and_without_upsert() {
    let (world, settings) = TestWorld::configured(&mapping());
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    world.customer("cus_1", "鈴木");
    world.deliver(&settings);
    let expected = json!({"app": 1, "records": [
        {"id": "1", "revision": "1", "record": {"氏名": {"value": "鈴木"}}}]});
    assert_eq!(world.writes()[1], expected);
    assert_eq!(world.values(1, "氏名"), ["鈴木"]);
}

#[test]
fn ids_and_keys_never_share_a_request() {
    let (world, settings) = TestWorld::configured(&mapping());
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    world.forget_sent();
    world.customer("cus_1", "鈴木");
    world.customer("cus_2", "佐藤");
    world.deliver(&settings);
    let writes = world.writes();
    assert_eq!(writes.len(), 2);
    assert!(writes[0]["records"][0]["id"].is_string() && writes[0].get("upsert").is_none());
    assert!(writes[1]["records"][0]["updateKey"].is_object());
}

#[test]
fn the_first_insert_is_read_back_alone_and_the_rest_goes_in_hundreds() {
    let (world, settings) = TestWorld::configured(&mapping());
    customers(&world, 250);
    world.deliver(&settings);
    let sizes: Vec<usize> =
        world.writes().iter().map(|write| write["records"].as_array().unwrap().len()).collect();
    assert_eq!(sizes, [1, 100, 100, 49]);
    assert_eq!(world.records(1).len(), 250);
    assert_eq!(world.number("SELECT verified FROM binding"), 1);
    let reads = world.sent.borrow().iter().filter(|request| request.method() == http::Method::GET).count();
    assert_eq!(reads, 5, "one look for each hundred, and the first insert is read back");
}

#[test]
fn a_record_without_its_key_pauses_the_target() {
    let (world, settings) = TestWorld::configured(&mapping());
    world.kintone.borrow_mut().behaviour().upsert_fills_key = false;
    customers(&world, 5);
    world.deliver(&settings);
    assert_eq!(world.state("customers"), ("paused".to_owned(), Some("key_not_filled".to_owned())));
    assert_eq!(world.records(1).len(), 1);
    let due = || super::super::next_due(&world, &world.active(), world.now.get()).unwrap();
    assert_eq!(due(), None);
    world.put_secret(&settings, "stripe_key", "rk_test_rotated");
    assert_eq!(due(), None, "another secret says nothing of the key field");
    world.transaction(|tx| crate::binding::resume(tx, "customers")).unwrap();
    assert!(due().is_some(), "a person's word does");
}

#[test]
fn an_unchanged_record_costs_no_request() {
    let (world, settings) = TestWorld::configured(&mapping());
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    world.forget_sent();
    world.object("cus_1", &json!({"id": "cus_1", "object": "customer", "name": "山田", "balance": 1}));
    world.deliver(&settings);
    assert!(world.sent.borrow().is_empty());
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
}

#[test]
fn what_changes_while_a_request_is_under_way_goes_with_the_next() {
    let (world, settings) = TestWorld::configured(&mapping());
    world.customer("cus_1", "山田");
    *world.meanwhile.borrow_mut() = Some(Box::new(|world: &TestWorld| world.customer("cus_1", "鈴木")));
    world.deliver(&settings);
    assert_eq!(world.writes().len(), 2);
    assert_eq!(world.values(1, "氏名"), ["鈴木"]);
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
}

#[test]
fn an_answer_settles_nothing_once_its_target_is_bound_anew() {
    let (world, settings) = TestWorld::configured(&mapping());
    world.customer("cus_1", "山田");
    let rebound = |world: &TestWorld| {
        let app = daicho_core::kintone::AppId(2);
        let address = daicho_core::kintone::AppAddress { app, ..world.claimed.borrow()[0].clone() };
        world.transaction(|tx| crate::binding::adopt(tx, "customers", &address, 0)).unwrap();
    };
    *world.meanwhile.borrow_mut() = Some(Box::new(rebound));
    for lane in super::super::lanes(&world, &world.active(), world.now.get()).unwrap() {
        crate::test_world::run(super::super::run_lane(&world, &settings, &world.active(), &lane)).unwrap();
    }
    assert_eq!(world.number("SELECT count(*) FROM record"), 0);
}

#[test]
fn a_gone_object_leaves_its_record_as_it_is() {
    let (world, settings) = TestWorld::configured(&mapping());
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    world.forget_sent();
    let active = world.active();
    let kind = daicho_core::stripe::Kind::Customer;
    world
        .transaction(|tx| {
            crate::object::bury(tx, &kind, "cus_1", 2)?;
            super::super::mark_dirty(tx, &active, &kind, "cus_1")
        })
        .unwrap();
    world.deliver(&settings);
    assert!(world.sent.borrow().is_empty());
    assert_eq!(world.values(1, "氏名"), ["山田"]);
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
}

#[test]
fn two_targets_of_one_app_are_written_in_requests_of_their_own() {
    let mut two = mapping();
    two["targets"]["copies"] = two["targets"]["customers"].clone();
    two["targets"]["copies"]["fields"] = json!([{"field": "メモ", "value": {"path": "name"}}]);
    let (world, settings) = TestWorld::configured(&two);
    customers(&world, 3);
    world.deliver(&settings);
    for write in world.writes() {
        let records = write["records"].as_array().unwrap();
        let fields =
            |record: &serde_json::Value| record["record"].as_object().unwrap().keys().next().cloned();
        assert!(records.iter().all(|record| fields(record) == fields(&records[0])));
    }
    assert_eq!(world.values(1, "氏名"), ["山田", "山田", "山田"]);
    assert_eq!(world.values(1, "メモ"), ["山田", "山田", "山田"]);
}

#[test]
fn requests_carry_what_kintone_asks_for() {
    let (world, settings) = TestWorld::configured(&mapping());
    customers(&world, 1);
    world.deliver(&settings);
    for request in world.sent.borrow().iter() {
        let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(header("x-cybozu-api-token").as_deref(), Some("token1"));
        assert_eq!(header("accept-language").as_deref(), Some("ja"));
        let typed = header("content-type");
        assert_eq!(typed.is_some(), request.method() != http::Method::GET, "{typed:?}");
    }
}

#[test]
fn a_long_lookup_goes_by_post() {
    let mut update_only = mapping();
    update_only["targets"]["customers"]["write_mode"] = json!("update_only");
    let (world, settings) = TestWorld::configured(&update_only);
    for number in 0..100 {
        world.customer(&format!("cus_{number:0>50}"), "山田");
    }
    world.deliver(&settings);
    let sent = world.sent.borrow();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].method(), http::Method::POST);
    assert_eq!(sent[0].headers()["x-http-method-override"], "GET");
    assert!(sent[0].uri().query().is_none());
}

#[test]
fn every_request_is_counted_by_app_and_day() {
    let (world, settings) = TestWorld::configured(&mapping());
    let before = world.number("SELECT sum(count) FROM request_count");
    customers(&world, 2);
    world.deliver(&settings);
    let sent = i64::try_from(world.sent.borrow().len()).unwrap();
    assert_eq!(world.number("SELECT sum(count) FROM request_count"), before + sent);
    assert_eq!(world.text("SELECT app FROM request_count"), Some("example.cybozu.com/-/1".to_owned()));
}

#[test]
fn a_form_is_read_again_after_an_hour_and_a_target_it_no_longer_fits_is_paused() {
    let (world, settings) = TestWorld::configured(&mapping());
    customers(&world, 1);
    world.deliver(&settings);
    world.kintone.borrow_mut().rename_field(1, "氏名", "名前");
    world.pass(3_600_001);
    world.customer("cus_000", "鈴木");
    world.deliver(&settings);
    assert_eq!(world.state("customers"), ("paused".to_owned(), Some("mapping_issues".to_owned())));
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 1);
    world.kintone.borrow_mut().rename_field(1, "名前", "氏名");
    world.deliver_later(&settings);
    assert_eq!(world.values(1, "氏名"), ["鈴木"]);
}

#[test]
fn an_app_lost_to_a_live_tenant_is_noticed_within_the_hour() {
    let (world, settings) = TestWorld::configured(&mapping());
    customers(&world, 1);
    let address = world.claimed.borrow()[0].clone();
    world.held_elsewhere.borrow_mut().insert(address);
    world.pass(3_600_001);
    world.deliver(&settings);
    assert_eq!(world.state("customers"), ("paused".to_owned(), Some("claimed_elsewhere".to_owned())));
    assert_eq!(world.records(1).len(), 0);
}

#[test]
fn the_status_counts_and_names_no_person() {
    let (world, settings) = TestWorld::configured(&mapping());
    world.customer("cus_1", "山田");
    world.customer("cus_2", "じゅげむじゅげむごこうのすりきれ");
    world.deliver(&settings);
    let status = crate::status::Status::read(&world, &settings, world.now.get(), None, true).unwrap();
    assert!(status.configured);
    assert_eq!((status.written, status.dirty, status.failed), (1, 0, 1));
    assert_eq!(status.targets["customers"].state, "active");
    assert_eq!(status.requests_today["example.cybozu.com/-/1"], 6);
    let json = serde_json::to_string(&status).unwrap();
    assert!(!json.contains("山田") && !json.contains("じゅげむ"), "{json}");
    assert!(!world.lines.borrow().iter().any(|line| line.contains("山田")));
}

#[test]
fn what_a_backfill_looks_at_is_read_after_what_a_live_change_looks_at() {
    let mut contracts = mapping();
    contracts["targets"]["customers"]["source"] = json!("subscription");
    contracts["targets"]["customers"]["fields"][0]["value"]["path"] = json!("customer.name");
    let (world, settings) = TestWorld::configured(&contracts);
    for number in [1, 2] {
        let id = format!("sub_{number}");
        world.object(&id, &json!({"id": id, "object": "subscription", "customer": format!("cus_{number}")}));
    }
    world.transaction(|tx| tx.exec("UPDATE dirty SET bulk = 1 WHERE object_id = 'sub_1'", &[])).unwrap();
    world.deliver(&settings);
    let due = request::due(&world, 1, 9).unwrap().into_iter().map(|asked| asked.object_id);
    assert_eq!(due.collect::<Vec<_>>(), ["cus_2", "cus_1"]);
}
