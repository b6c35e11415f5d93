//! Lost answers, crashes, refusals for now, and what a person has to set right.

use serde_json::json;

use super::super::dead_letters;
use crate::kintone::breaker;
use crate::port::Sql as _;
use crate::test_world::kintone::token;
use crate::test_world::setup::mapping;
use crate::test_world::{Fault, TestWorld};

fn written_once() -> (TestWorld, crate::Settings) {
    let (world, settings) = TestWorld::configured(&mapping());
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    world.forget_sent();
    (world, settings)
}

fn next_write(world: &TestWorld, fault: Fault) {
    world.write_faults.borrow_mut().push_back(fault);
}

fn reads(world: &TestWorld) -> usize {
    world.sent.borrow().iter().filter(|request| request.method() == http::Method::GET).count()
}

#[test]
fn a_write_lost_on_its_way_is_looked_up_and_made_again_after_a_while() {
    let (world, settings) = TestWorld::configured(&mapping());
    next_write(&world, Fault::LostBefore);
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    assert_eq!(world.writes().len(), 1);
    assert_eq!(world.number("SELECT unknown FROM dirty"), 1);
    world.deliver_later(&settings);
    assert!(reads(&world) >= 1);
    assert_eq!(world.values(1, "顧客ID"), ["cus_1"]);
}

#[test]
fn a_write_whose_answer_was_lost_is_not_made_twice() {
    let (world, settings) = TestWorld::configured(&mapping());
    next_write(&world, Fault::LostAfter);
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    world.deliver_later(&settings);
    assert_eq!(world.values(1, "顧客ID"), ["cus_1"]);
    assert_eq!(world.text("SELECT record_id FROM record"), Some("1".to_owned()));
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
}

#[test]
fn a_lost_insert_that_lands_late_is_put_right() {
    let (world, settings) = TestWorld::configured(&mapping());
    next_write(&world, Fault::Late);
    world.customer("cus_1", "古い");
    world.deliver(&settings);
    world.customer("cus_1", "新しい");
    world.deliver_later(&settings);
    assert_eq!(world.values(1, "氏名"), ["新しい"]);
    assert_eq!(world.land_late(), [200]);
    assert_eq!(world.values(1, "氏名"), ["古い"]);
    world.deliver_later(&settings);
    assert_eq!(world.values(1, "氏名"), ["新しい"]);
    assert_eq!(looks_until_nothing_can_land(&world, &settings), 2);
}

/// Looks at the record until nothing is to be done; how many those were.
fn looks_until_nothing_can_land(world: &TestWorld, settings: &crate::Settings) -> usize {
    world.forget_sent();
    while world.number("SELECT count(*) FROM dirty") > 0 {
        world.deliver_later(settings);
    }
    assert_eq!(world.number("SELECT count(*) FROM late_request"), 0);
    assert_eq!(world.writes().len(), 0);
    reads(world)
}

#[test]
fn a_lost_insert_that_lands_minutes_later_is_put_right() {
    let (world, settings) = TestWorld::configured(&mapping());
    next_write(&world, Fault::Late);
    world.customer("cus_1", "古い");
    world.deliver(&settings);
    world.customer("cus_1", "新しい");
    for _ in 0..3 {
        world.deliver_later(&settings);
    }
    world.land_late();
    assert_eq!(world.values(1, "氏名"), ["古い"]);
    world.deliver_later(&settings);
    assert_eq!(world.values(1, "氏名"), ["新しい"]);
}

#[test]
fn a_lost_insert_of_an_object_that_is_gone_leaves_nothing_behind() {
    let (world, settings) = TestWorld::configured(&mapping());
    next_write(&world, Fault::Late);
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    world.bury(&daicho_core::stripe::Kind::Customer, "cus_1");
    world.deliver_later(&settings);
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
    assert_eq!(world.number("SELECT count(*) FROM late_request"), 0);
}

#[test]
fn a_lost_insert_is_not_forgotten_when_its_object_becomes_a_dead_letter() {
    let (world, settings) = TestWorld::configured(&mapping());
    next_write(&world, Fault::Late);
    world.customer("cus_1", "古い");
    world.deliver(&settings);
    world.customer("cus_1", &"長".repeat(65));
    world.deliver_later(&settings);
    assert_eq!(world.number("SELECT count(*) FROM dead_letter"), 1);
    world.customer("cus_1", "新しい");
    world.deliver(&settings);
    world.land_late();
    assert_eq!(world.values(1, "氏名"), ["古い"]);
    world.deliver_later(&settings);
    assert_eq!(world.values(1, "氏名"), ["新しい"]);
}

#[test]
fn a_lost_insert_that_lands_after_two_more_changes_is_put_right() {
    let (world, settings) = TestWorld::configured(&mapping());
    next_write(&world, Fault::Late);
    world.customer("cus_1", "古い");
    world.deliver(&settings);
    world.customer("cus_1", "新しい");
    world.deliver_later(&settings);
    world.customer("cus_1", "最新");
    world.deliver(&settings);
    assert_eq!(world.values(1, "氏名"), ["最新"]);
    world.land_late();
    world.deliver_later(&settings);
    assert_eq!(world.values(1, "氏名"), ["最新"]);
}

#[test]
fn a_lost_insert_that_never_lands_costs_three_more_reads() {
    let (world, settings) = TestWorld::configured(&mapping());
    next_write(&world, Fault::LostBefore);
    world.customer("cus_1", "山田");
    world.deliver(&settings);
    world.deliver_later(&settings);
    assert_eq!(looks_until_nothing_can_land(&world, &settings), 3);
}

#[test]
fn a_lost_update_that_lands_late_is_refused_by_its_revision() {
    let (world, settings) = written_once();
    next_write(&world, Fault::Late);
    world.customer("cus_1", "古い");
    world.deliver(&settings);
    world.customer("cus_1", "新しい");
    world.deliver_later(&settings);
    assert_eq!(world.land_late(), [409]);
    assert_eq!(world.values(1, "氏名"), ["新しい"]);
}

#[test]
fn a_lost_update_that_lands_before_the_next_is_overwritten() {
    let (world, settings) = written_once();
    next_write(&world, Fault::LostAfter);
    world.customer("cus_1", "古い");
    world.deliver(&settings);
    world.customer("cus_1", "山田");
    world.deliver_later(&settings);
    assert_eq!(world.values(1, "氏名"), ["山田"]);
}

#[test]
fn a_lost_update_that_lands_after_its_object_changed_back_is_overwritten() {
    let (world, settings) = written_once();
    next_write(&world, Fault::Late);
    world.customer("cus_1", "古い");
    world.deliver(&settings);
    world.customer("cus_1", "山田");
    world.deliver_later(&settings);
    assert_eq!(world.land_late(), [200]);
    assert_eq!(world.values(1, "氏名"), ["古い"]);
    world.deliver_later(&settings);
    assert_eq!(world.values(1, "氏名"), ["山田"]);
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
    assert_eq!(world.number("SELECT count(*) FROM late_request"), 0);
}

#[test]
fn a_server_failure_leaves_the_outcome_unknown() {
    for fault in [Fault::Page(503), Fault::Page(502), Fault::Page(520), Fault::Answer(200, json!({}))] {
        let (world, settings) = TestWorld::configured(&mapping());
        next_write(&world, fault.clone());
        world.customer("cus_1", "山田");
        world.deliver(&settings);
        assert_eq!(world.number("SELECT unknown FROM dirty"), 1, "{fault:?}");
        world.deliver_later(&settings);
        assert_eq!(world.values(1, "顧客ID"), ["cus_1"]);
    }
}

#[test]
fn a_lock_or_too_many_requests_are_waited_out_without_a_read() {
    for fault in [
        Fault::Answer(400, json!({"code": "GAIA_DA02", "id": "x", "message": "x"})),
        Fault::Answer(520, json!({"code": "GAIA_DA02", "id": "x", "message": "x"})),
        Fault::Answer(520, json!({"code": "GAIA_RE18", "id": "x", "message": "x"})),
        Fault::Answer(520, json!({"code": "GAIA_LT01", "id": "x", "message": "x"})),
        Fault::Answer(429, json!({"code": "GAIA_TO04", "id": "x", "message": "x"})),
        Fault::Answer(429, json!({"code": "GAIA_TM12", "id": "x", "message": "x"})),
        Fault::Page(429),
    ] {
        let (world, settings) = TestWorld::configured(&mapping());
        next_write(&world, fault);
        world.customer("cus_1", "山田");
        world.deliver(&settings);
        assert_eq!(world.writes().len(), 1);
        assert_eq!(world.number("SELECT unknown FROM dirty"), 0);
        world.deliver_later(&settings);
        assert_eq!(world.values(1, "顧客ID"), ["cus_1"]);
        assert_eq!(world.number("SELECT attempts FROM binding"), 0);
    }
}

#[test]
fn retry_after_is_honoured_by_every_record_of_the_app() {
    let (world, settings) = written_once();
    next_write(&world, Fault::RetryAfter(429, 60));
    world.customer("cus_1", "鈴木");
    world.deliver(&settings);
    world.customer("cus_2", "佐藤");
    world.pass(59_000);
    assert_eq!(world.deliver(&settings), 0);
    let status = crate::status::Status::read(&world, &settings, world.now.get(), None, true).unwrap();
    assert_eq!(status.targets["customers"].reason, Some("retrying"));
    assert!(status.targets["customers"].retry_at.unwrap() > world.now.get());
    world.deliver_later(&settings);
    assert_eq!(world.values(1, "氏名"), ["鈴木", "佐藤"]);
}

#[test]
fn a_crash_in_the_middle_of_a_write_means_read_before_writing() {
    let (world, settings) = TestWorld::configured(&mapping());
    world.customer("cus_1", "山田");
    world
        .transaction(|tx| {
            tx.exec(
                "INSERT INTO in_flight (target, sent, objects) VALUES ('customers', 0, '[[\"cus_1\",1]]')",
                &[],
            )?;
            super::super::recover(tx)
        })
        .unwrap();
    assert_eq!(world.number("SELECT count(*) FROM in_flight"), 0);
    assert_eq!(world.number("SELECT unknown FROM dirty"), 1);
    world.deliver(&settings);
    let first = world.sent.borrow()[0].method().clone();
    assert_eq!(first, http::Method::GET);
    assert_eq!(world.values(1, "顧客ID"), ["cus_1"]);
}

#[test]
fn an_unknown_token_pauses_the_target_and_nothing_is_lost() {
    let (world, settings) = written_once();
    world.kintone.borrow_mut().remove_token(&token(1));
    world.customer("cus_1", "鈴木");
    world.deliver(&settings);
    assert_eq!(world.state("customers"), ("paused".to_owned(), Some("token_unknown".to_owned())));
    let all = daicho_sandbox::kintone::Permissions::all();
    world.kintone.borrow_mut().add_token(1, "another", all, true);
    world.put_secret(&settings, "kintone", "another");
    world.deliver(&settings);
    assert_eq!(world.state("customers"), ("active".to_owned(), None));
    assert_eq!(world.values(1, "氏名"), ["鈴木"]);
}

#[test]
fn a_paused_target_is_tried_again_by_itself() {
    let (world, settings) = written_once();
    world.kintone.borrow_mut().remove_token(&token(1));
    world.customer("cus_1", "鈴木");
    world.deliver(&settings);
    world.deliver_later(&settings);
    assert_eq!(world.state("customers").0, "paused");
    let all = daicho_sandbox::kintone::Permissions::all();
    world.kintone.borrow_mut().add_token(1, &token(1), all, true);
    world.deliver_later(&settings);
    assert_eq!(world.values(1, "氏名"), ["鈴木"]);
}

#[test]
fn a_record_that_somebody_edits_at_the_same_time_is_read_and_written_again() {
    let (world, settings) = written_once();
    world.customer("cus_1", "鈴木");
    world.person_edits(1, 1, &json!({"メモ": {"value": "電話済み"}}));
    world.deliver(&settings);
    assert_eq!(world.values(1, "氏名"), ["鈴木"]);
    assert_eq!(world.values(1, "メモ"), ["電話済み"]);
}

#[test]
fn one_edited_record_does_not_hold_up_the_others_of_its_batch() {
    let (world, settings) = TestWorld::configured(&mapping());
    for number in 0..10 {
        world.customer(&format!("cus_{number}"), "山田");
    }
    world.deliver(&settings);
    world.person_edits(1, 3, &json!({"メモ": {"value": "電話済み"}}));
    for number in 0..10 {
        world.customer(&format!("cus_{number}"), "鈴木");
    }
    world.deliver(&settings);
    assert_eq!(world.values(1, "氏名"), vec!["鈴木"; 10]);
}

/// Ten records, and changes to all of them to be written.
fn ten_to_change() -> (TestWorld, crate::Settings) {
    let (world, settings) = TestWorld::configured(&mapping());
    for number in 0..10 {
        world.customer(&format!("cus_{number}"), "山田");
    }
    world.deliver(&settings);
    for number in 0..10 {
        world.customer(&format!("cus_{number}"), "鈴木");
    }
    world.forget_sent();
    (world, settings)
}

fn records_a_write(world: &TestWorld) -> Vec<usize> {
    world.writes().iter().map(|write| write["records"].as_array().unwrap().len()).collect()
}

#[test]
fn one_look_finds_all_that_changed_and_the_rest_goes_at_once() {
    let (world, settings) = ten_to_change();
    for id in [2, 5, 9] {
        world.person_edits(1, id, &json!({"メモ": {"value": "電話済み"}}));
    }
    world.deliver(&settings);
    assert_eq!(world.values(1, "氏名"), vec!["鈴木"; 10]);
    assert_eq!(records_a_write(&world), [10, 7, 3]);
    assert_eq!(reads(&world), 2, "one for the revisions, one before the three are written again");
}

#[test]
fn a_record_that_is_gone_holds_up_none_of_its_batch() {
    let (world, settings) = ten_to_change();
    world.person_deletes(1, 4);
    world.person_edits(1, 5, &json!({"メモ": {"value": "電話済み"}}));
    world.deliver(&settings);
    assert_eq!(world.values(1, "氏名"), vec!["鈴木"; 10]);
    assert_eq!(&records_a_write(&world)[..2], [10, 8]);
}

#[test]
fn where_the_look_fails_or_shows_nothing_all_are_read_before_they_are_written() {
    let conflict = || Fault::Answer(409, json!({"code": "GAIA_CO02", "id": "x", "message": "x"}));
    for read in [Fault::Pass, Fault::Page(503), Fault::LostBefore] {
        let (world, settings) = ten_to_change();
        next_write(&world, conflict());
        world.read_faults.borrow_mut().push_back(read);
        world.deliver(&settings);
        assert_eq!(world.values(1, "氏名"), vec!["鈴木"; 10]);
        assert_eq!(records_a_write(&world), [10, 10]);
        assert_eq!(reads(&world), 2);
    }
}

#[test]
fn a_record_that_somebody_deleted_is_made_again() {
    let (world, settings) = written_once();
    world.person_deletes(1, 1);
    world.customer("cus_1", "鈴木");
    world.deliver(&settings);
    assert_eq!(world.values(1, "氏名"), ["鈴木"]);
    assert_eq!(world.text("SELECT record_id FROM record"), Some("2".to_owned()));
}

/// kintone fails whenever a write holds the name 不良.
fn fail_on_bad_ones(world: &TestWorld) {
    *world.refusal.borrow_mut() = Some(Box::new(|body: &serde_json::Value| {
        body.to_string()
            .contains("不良")
            .then(|| (500, json!({"code": "CB_IL99", "id": "x", "message": "x"})))
    }));
}

#[test]
fn a_record_whose_writes_never_have_an_outcome_is_found_and_given_up_and_the_others_are_written() {
    let (world, settings) = written_once();
    fail_on_bad_ones(&world);
    for number in 0..60 {
        world.customer(&format!("cus_{number:03}"), if number == 42 { "不良" } else { "山田" });
    }
    world.deliver(&settings);
    let began = world.now.get();
    let mut steps = 0;
    while world.records(1).len() < 60 {
        world.deliver_later(&settings);
        steps += 1;
        assert!(steps < 60, "{} are written", world.records(1).len());
    }
    assert!(world.now.get() - began < 600_000, "after {} ms", world.now.get() - began);
    for _ in 0..60 {
        if dead_letters(&world, 0, 10).unwrap().is_empty() {
            world.pass(120_000);
            world.customer("cus_new", &(world.now.get() % 100_000_000).to_string());
            world.deliver(&settings);
        }
    }
    let letters = dead_letters(&world, 0, 10).unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].object_id.as_str(), letters[0].code.as_str()), ("cus_042", "CB_IL99"));
    assert!(world.now.get() - began > 600_000, "it is not given up soon");
    world.refusal.take();
    world.pass(120_000);
    world.customer("cus_042", "山田");
    world.deliver(&settings);
    assert_eq!(dead_letters(&world, 0, 10).unwrap(), []);
}

#[test]
fn an_outage_makes_no_record_a_suspect() {
    let (world, settings) = written_once();
    for number in 0..30 {
        world.customer(&format!("cus_{number:03}"), "山田");
    }
    world.write_faults.borrow_mut().push_back(Fault::LostBefore);
    world.deliver(&settings);
    world.read_faults.borrow_mut().extend(vec![Fault::LostBefore; 40]);
    while !world.read_faults.borrow().is_empty() {
        world.deliver_later(&settings);
    }
    world.forget_sent();
    world.deliver_later(&settings);
    assert_eq!(world.records(1).len(), 31);
    assert_eq!(world.writes().len(), 1, "all of them in one request");
}

#[test]
fn while_kintone_answers_reads_and_no_write_the_domain_is_left_alone_and_no_record_is_to_blame() {
    let (world, settings) = written_once();
    for number in 0..30 {
        world.customer(&format!("cus_{number:03}"), "山田");
    }
    world.refusal.replace(Some(Box::new(|_| Some((503, json!({}))))));
    let began = world.now.get();
    while world.now.get() - began < 600_000 {
        world.deliver_later(&settings);
    }
    let mut steps = 0;
    world.forget_sent();
    while world.now.get() - began < 3 * 3_600_000 {
        assert_eq!(breaker::most_lanes(&world, "example.cybozu.com"), Ok(1), "after {steps} steps");
        world.deliver_later(&settings);
        steps += 1;
    }
    assert!(steps <= 400, "{steps} probes in three hours");
    assert_eq!(dead_letters(&world, 0, 10).unwrap(), []);
    world.refusal.take();
    while world.number("SELECT count(*) FROM dirty") > 0 {
        world.deliver_later(&settings);
    }
    assert_eq!(world.records(1).len(), 31);
    assert_eq!(world.number("SELECT count(*) FROM domain"), 0);
}
