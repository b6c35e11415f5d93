//! Panics that come again and again: what they are in is given up, and the rest goes on.

use daicho_engine::job::State;
use daicho_engine::port::Sql as _;

use crate::world::{Endpoint, Life, put_up, put_up_with};

const MINUTE: i64 = 60_000;

fn configured() -> Life {
    let mut life = put_up(1);
    life.configure();
    life.rest();
    life
}

/// A customer who makes Daicho panic at this place, and the events of whom come or not.
fn poison(life: &Life, place: &str) -> String {
    let form = format!("name=bad&description=d&metadata[daicho_provoke_panic]={place}");
    life.world.stripe("/v1/customers", &form)["id"].as_str().unwrap().to_owned()
}

fn add(life: &Life, name: &str) -> String {
    life.world.stripe("/v1/customers", &format!("name={name}&description=d"))["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn letters(life: &Life) -> Vec<(String, String)> {
    let rows = life.world.rows("SELECT object_id, code FROM dead_letter ORDER BY object_id");
    rows.iter().map(|row| (row.text(0).unwrap().to_owned(), row.text(1).unwrap().to_owned())).collect()
}

#[test]
fn a_record_whose_making_panics_is_a_dead_letter_and_the_rest_goes_on() {
    let mut life = configured();
    let (first, bad, last) = (add(&life, "a"), poison(&life, "record"), add(&life, "b"));
    life.rest();
    let records = life.world.records();
    assert!(records.contains_key(&first) && records.contains_key(&last) && !records.contains_key(&bad));
    assert_eq!(letters(&life), [(bad, "handling_failed".to_owned())]);
    assert_eq!(life.panics, 4, "the first is nobody's, three are its own");
    life.pass(20 * MINUTE);
    assert_eq!(life.panics, 4, "it is left alone");
}

#[test]
fn once_it_does_not_panic_any_more_it_is_written() {
    let mut life = configured();
    let bad = poison(&life, "record");
    life.rest();
    life.world.stripe(&format!("/v1/customers/{bad}"), "metadata[daicho_provoke_panic]=");
    life.rest();
    assert!(life.world.records().contains_key(&bad));
    assert_eq!(letters(&life), []);
}

#[test]
fn two_records_that_panic_are_found_one_after_the_other() {
    let mut life = configured();
    let mut bad = [poison(&life, "record"), poison(&life, "record")];
    bad.sort();
    life.rest();
    assert_eq!(letters(&life), bad.map(|id| (id, "handling_failed".to_owned())));
    assert_eq!(life.panics, 7);
}

#[test]
fn an_object_that_cannot_be_taken_up_as_it_was_read_is_a_dead_letter_and_the_rest_goes_on() {
    let mut life = put_up_with(1, Endpoint::Other);
    life.configure();
    life.rest();
    let bad = poison(&life, "read");
    life.pass(5 * MINUTE);
    assert_eq!(letters(&life), [(bad, "handling_failed".to_owned())]);
    let other = add(&life, "b");
    life.pass(5 * MINUTE);
    assert!(life.world.records().contains_key(&other));
}

#[test]
fn a_job_whose_step_panics_ends_as_failed_and_says_why() {
    let mut life = configured();
    life.listening = false;
    poison(&life, "page");
    life.tenant.begin_backfill().unwrap();
    life.pass(5 * MINUTE);
    let backfill = life.tenant.backfill().unwrap().unwrap();
    assert_eq!(backfill.state, State::Failed);
    assert_eq!(backfill.problem.map(|problem| problem.code).as_deref(), Some("handling_failed"));
    assert_eq!(life.panics, 4);
}

#[test]
fn a_dry_run_counts_what_panics_as_refused_and_comes_to_its_end() {
    let mut life = configured();
    life.world.0.stripe.borrow_mut().delivery_rules().drop_next = 3;
    add(&life, "a");
    let bad = poison(&life, "record");
    add(&life, "b");
    life.rest();
    life.tenant.begin_dry_run(None).unwrap();
    life.pass(5 * MINUTE);
    let report = life.tenant.dry_run(true).unwrap().unwrap();
    assert_eq!(report.state, State::Done, "{report:?}");
    let counts = &report.targets["records"].counts;
    assert_eq!((counts["created"], counts["refused"]), (2, 1));
    assert_eq!(letters(&life), [(bad, "handling_failed".to_owned())]);
}

#[test]
fn a_comparison_sets_aside_what_panics_and_comes_to_its_end() {
    let mut life = configured();
    let ids = [add(&life, "a"), add(&life, "b"), add(&life, "c")];
    life.rest();
    // As if a newer Daicho could not make this record any more.
    life.world
        .0
        .sql
        .transaction(|tx| {
            let sql = "UPDATE object SET json = json_set(json, '$.metadata.daicho_provoke_panic', 'record')
                       WHERE id = ?1";
            tx.exec(sql, &[ids[1].as_str().into()])
        })
        .unwrap();
    life.tenant.begin_reconcile(true).unwrap();
    life.pass(5 * MINUTE);
    let report = life.tenant.reconcile().unwrap().unwrap();
    assert_eq!(report.state, State::Done, "{report:?}");
    assert_eq!(letters(&life), [(ids[1].clone(), "handling_failed".to_owned())]);
}
