//! Records that are deleted: how they are sent, lost answers, and many of them at once.

use daicho_core::stripe::Kind;
use serde_json::{Value, json};

use super::super::{DeletionsAnswer, DeletionsError, answer_deletions, deletions, late};
use crate::binding::{WaiveError, waive};
use crate::port::Sql as _;
use crate::test_world::setup::mapping;
use crate::test_world::{Fault, TestWorld, run};

/// Customers that are deleted with their objects, this many of them written.
fn with(count: usize) -> (TestWorld, crate::Settings) {
    let mut mapping = mapping();
    mapping["targets"]["customers"]["on_delete"] = json!("delete");
    mapping["targets"]["customers"]["on_leave"] = json!("delete");
    mapping["targets"]["customers"]["condition"] = json!({"description": [{"exists": false}]});
    let (world, settings) = TestWorld::configured(&mapping);
    for number in 0..count {
        world.customer(&id(number), "山田");
    }
    world.deliver(&settings);
    world.forget_sent();
    (world, settings)
}

fn id(number: usize) -> String {
    format!("cus_{number:03}")
}

fn bury(world: &TestWorld, count: usize) {
    for number in 0..count {
        world.bury(&Kind::Customer, &id(number));
    }
}

fn answer(world: &TestWorld, answer: DeletionsAnswer) -> Result<usize, DeletionsError> {
    answer_deletions(world, &world.active(), "customers", answer, world.now.get())
}

/// Held, waiting, deleted today, how many may be.
fn standing(world: &TestWorld) -> (bool, i64, i64, i64) {
    let all = deletions(world, &world.active(), world.now.get()).unwrap();
    assert_eq!(all.len(), 1);
    (all[0].held, all[0].waiting, all[0].today, all[0].limit)
}

#[test]
fn records_are_deleted_by_id_with_the_revision_they_were_left_with() {
    let (world, settings) = with(3);
    bury(&world, 2);
    world.deliver(&settings);
    assert_eq!(world.deletions(), [[("1", "1"), ("2", "1")].map(|(id, r)| (id.to_owned(), r.to_owned()))]);
    assert_eq!(world.values(1, "顧客ID"), ["cus_002"]);
    assert_eq!(world.number("SELECT count(*) FROM record"), 1);
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
}

#[test]
fn a_deletion_of_unknown_outcome_is_looked_at_before_it_is_repeated() {
    for (fault, sent) in [(Fault::LostAfter, 1), (Fault::LostBefore, 2), (Fault::Page(503), 2)] {
        let (world, settings) = with(1);
        world.write_faults.borrow_mut().push_back(fault.clone());
        bury(&world, 1);
        world.deliver(&settings);
        assert_eq!(world.number("SELECT unknown FROM dirty"), 1, "{fault:?}");
        world.deliver_later(&settings);
        assert_eq!(world.records(1), [] as [Value; 0], "{fault:?}");
        assert_eq!(world.deletions().len(), sent, "{fault:?}");
    }
}

#[test]
fn a_crash_in_the_middle_of_a_deletion_means_look_before_deleting() {
    let (world, settings) = with(1);
    bury(&world, 1);
    let crash = "INSERT INTO in_flight (target, sent, objects)
                 VALUES ('customers', 0, '[[\"cus_000\",2,2,null]]')";
    world
        .transaction(|tx| {
            tx.exec(crash, &[])?;
            super::super::recover(tx)
        })
        .unwrap();
    world.deliver(&settings);
    assert_eq!(world.sent.borrow()[0].method(), http::Method::GET);
    assert_eq!(world.records(1), [] as [Value; 0]);
}

#[test]
fn a_lost_deletion_that_lands_after_its_object_came_back_is_put_right() {
    let (world, settings) = with(1);
    let away = json!({"id": "cus_000", "object": "customer", "name": "山田", "description": "x"});
    world.write_faults.borrow_mut().push_back(Fault::Late);
    world.object("cus_000", &away);
    world.deliver(&settings);
    world.customer("cus_000", "山田");
    world.deliver_later(&settings);
    assert_eq!(world.land_late(), [200]);
    assert_eq!(world.records(1), [] as [Value; 0]);
    world.deliver_later(&settings);
    assert_eq!(world.values(1, "氏名"), ["山田"]);
}

#[test]
fn a_record_that_is_gone_already_is_fine_and_holds_up_no_other() {
    let (world, settings) = with(3);
    world.person_deletes(1, 2);
    bury(&world, 3);
    world.deliver(&settings);
    assert_eq!(world.records(1), [] as [Value; 0]);
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 0);
    assert_eq!(world.number("SELECT count(*) FROM dead_letter"), 0);
}

#[test]
fn a_record_that_somebody_edited_is_read_before_it_is_deleted() {
    let (world, settings) = with(1);
    world.person_edits(1, 1, &json!({"メモ": {"value": "電話済み"}}));
    bury(&world, 1);
    world.deliver(&settings);
    assert_eq!(world.records(1), [] as [Value; 0]);
    assert_eq!(world.deletions().len(), 2);
}

#[test]
fn an_object_that_comes_back_while_its_deletion_is_under_way_gets_a_new_record() {
    let (world, settings) = with(1);
    let away = json!({"id": "cus_000", "object": "customer", "name": "山田", "description": "x"});
    world.object("cus_000", &away);
    *world.meanwhile.borrow_mut() = Some(Box::new(|world: &TestWorld| world.customer("cus_000", "鈴木")));
    world.deliver(&settings);
    assert_eq!(world.values(1, "氏名"), ["鈴木"]);
    assert_eq!(world.text("SELECT record_id FROM record"), Some("2".to_owned()));
}

#[test]
fn a_token_that_may_not_delete_pauses_the_target() {
    let (world, settings) = with(1);
    let rights = daicho_sandbox::kintone::Permission::View;
    let lesser = daicho_sandbox::kintone::Permissions::of(&[rights]);
    world.kintone.borrow_mut().add_token(1, &crate::test_world::kintone::token(1), lesser, true);
    bury(&world, 1);
    world.deliver(&settings);
    assert_eq!(world.state("customers"), ("paused".to_owned(), Some("token_lacks_right".to_owned())));
    assert_eq!(world.records(1).len(), 1);
}

#[test]
fn ten_deletions_a_day_ask_nobody_and_the_eleventh_holds_the_target() {
    let (world, settings) = with(12);
    bury(&world, 10);
    world.deliver(&settings);
    assert_eq!(standing(&world), (false, 0, 10, 10));
    bury(&world, 11);
    world.deliver(&settings);
    assert_eq!(world.records(1).len(), 2);
    assert_eq!(world.state("customers"), ("held".to_owned(), Some("many_deletions".to_owned())));
    assert_eq!(standing(&world), (true, 1, 10, 10));
    let name = run(waive(&world, &settings, &world.active(), "customers", "アプリ1", "tanaka"));
    assert_eq!(name, Err(WaiveError::NotHeld { target: "customers".to_owned() }));
}

#[test]
fn a_deletion_whose_answer_was_lost_is_one_of_the_day() {
    let (world, settings) = with(20);
    bury(&world, 6);
    world.write_faults.borrow_mut().push_back(Fault::LostAfter);
    world.deliver(&settings);
    world.deliver_later(&settings);
    assert_eq!(world.records(1).len(), 14);
    assert_eq!(standing(&world), (false, 0, 6, 10));
}

#[test]
fn a_deletion_that_is_sent_several_times_is_counted_once() {
    let (world, settings) = with(20);
    bury(&world, 6);
    let lost = [Fault::LostBefore, Fault::Page(503), Fault::LostBefore];
    world.write_faults.borrow_mut().extend(lost);
    world.deliver(&settings);
    for _ in 0..4 {
        world.deliver_later(&settings);
    }
    assert_eq!(world.records(1).len(), 14);
    assert_eq!(standing(&world), (false, 0, 6, 10));
}

#[test]
fn the_next_day_counts_anew() {
    let (world, settings) = with(12);
    bury(&world, 10);
    world.deliver(&settings);
    world.pass(86_400_000);
    bury(&world, 11);
    world.deliver(&settings);
    assert_eq!(standing(&world), (false, 0, 1, 10));
}

#[test]
fn one_in_a_hundred_records_may_go() {
    let (world, settings) = with(1_200);
    bury(&world, 12);
    world.deliver(&settings);
    assert_eq!(world.state("customers").0, "active");
    assert_eq!(world.records(1).len(), 1_188);
}

#[test]
fn nothing_is_written_to_a_target_held_for_its_deletions() {
    let (world, settings) = with(11);
    bury(&world, 11);
    world.customer("cus_new", "新規");
    world.deliver(&settings);
    assert!(world.deletions().is_empty() && world.writes().is_empty());
    assert_eq!(standing(&world), (true, 11, 0, 10));
}

#[test]
fn approved_deletions_go_on_a_hundred_a_request() {
    let (world, settings) = with(150);
    bury(&world, 150);
    world.deliver(&settings);
    assert_eq!(standing(&world), (true, 150, 0, 10));
    assert_eq!(answer(&world, DeletionsAnswer::Approve), Ok(150));
    world.deliver(&settings);
    let sizes: Vec<usize> = world.deletions().iter().map(Vec::len).collect();
    assert_eq!(sizes, [100, 50]);
    assert_eq!(world.records(1), [] as [Value; 0]);
    assert_eq!(standing(&world), (false, 0, 0, 10));
}

#[test]
fn dropped_deletions_leave_their_records_until_the_objects_come_back() {
    let (world, settings) = with(11);
    bury(&world, 10);
    let away = |name: &str| json!({"id": "cus_010", "object": "customer", "name": name, "description": "x"});
    world.object("cus_010", &away("山田"));
    world.deliver(&settings);
    assert_eq!(answer(&world, DeletionsAnswer::Drop), Ok(11));
    world.deliver(&settings);
    assert_eq!(world.records(1).len(), 11);
    world.object("cus_010", &away("鈴木"));
    bury(&world, 10);
    world.deliver(&settings);
    assert_eq!(world.records(1).len(), 11, "what was dropped once is not asked again");
    world.customer("cus_010", "佐藤");
    world.deliver(&settings);
    world.object("cus_010", &away("佐藤"));
    world.deliver(&settings);
    assert_eq!(world.records(1).len(), 10);
}

#[test]
fn what_was_lost_of_a_record_is_not_reckoned_with_any_more_once_its_deletion_is_dropped() {
    let (world, settings) = with(11);
    let lost = world.now.get();
    world.transaction(|tx| late::note(tx, "customers", "cus_000", lost, late::Loss::MayLand)).unwrap();
    bury(&world, 11);
    world.deliver(&settings);
    assert_eq!(answer(&world, DeletionsAnswer::Drop), Ok(11));
    world.deliver(&settings);
    assert_eq!(world.number("SELECT count(*) FROM late_request"), 0);
}

#[test]
fn one_whose_record_only_may_be_there_waits_with_the_others() {
    for answer_ in [DeletionsAnswer::Approve, DeletionsAnswer::Drop] {
        let (world, settings) = with(11);
        // As a request of unknown outcome leaves it.
        let forget = "UPDATE record SET record_id = NULL, revision = NULL WHERE object_id = 'cus_000'";
        world.transaction(|tx| tx.exec(forget, &[])).unwrap();
        bury(&world, 11);
        world.deliver(&settings);
        assert_eq!(answer(&world, answer_), Ok(11));
        world.deliver(&settings);
        let left = if answer_ == DeletionsAnswer::Approve { 0 } else { 11 };
        assert_eq!((world.records(1).len(), world.state("customers").0), (left, "active".to_owned()));
    }
}

#[test]
fn only_deletions_that_wait_are_answered() {
    let (world, _) = with(1);
    let none = Err(DeletionsError::NoneWait { target: "customers".to_owned() });
    assert_eq!(answer(&world, DeletionsAnswer::Approve), none);
}

#[test]
fn deletions_by_the_thousand_are_all_counted_and_answered() {
    for (said, left) in [(DeletionsAnswer::Drop, 1_001), (DeletionsAnswer::Approve, 0)] {
        let (world, settings) = with(1_001);
        bury(&world, 1_001);
        world.deliver(&settings);
        assert_eq!(standing(&world), (true, 1_001, 0, 10));
        assert_eq!(answer(&world, said), Ok(1_001));
        assert_eq!(standing(&world), (false, 0, 0, 10));
        world.deliver(&settings);
        assert_eq!((world.records(1).len(), world.number("SELECT count(*) FROM dirty")), (left, 0));
    }
}
