//! The tenant's memory is lost at any step; its database, alarm and requests under way are not.

use daicho_engine::port::Service;

use crate::world::put_up;

/// A short life with a new object, one settled by a read and one deleted, crashed after `steps` steps.
fn names_after_a_crash(steps: usize) -> (Vec<String>, bool) {
    let mut life = put_up(7);
    life.configure();
    let first = life.world.stripe("/v1/customers", "name=a");
    let path = format!("/v1/customers/{}", first["id"].as_str().unwrap());
    life.world.stripe(&path, "name=b");
    life.world.stripe("/v1/customers", "name=c");
    let mut alive = true;
    for _ in 0..steps {
        alive = !life.only_recurs() && life.step(i64::MAX);
    }
    life.crash();
    life.rest();
    for table in ["read", "dirty", "in_flight", "inbox WHERE status = 'waiting'"] {
        assert_eq!(life.world.number(&format!("SELECT count(*) FROM {table}")), 0, "{steps} steps: {table}");
    }
    let names = life.world.records().into_values();
    let mut names: Vec<String> =
        names.map(|record| record["name"]["value"].as_str().unwrap().to_owned()).collect();
    names.sort();
    (names, alive)
}

#[test]
fn a_crash_at_any_step_changes_nothing() {
    for steps in 0..200 {
        let (names, alive) = names_after_a_crash(steps);
        assert_eq!(names, ["b", "c"], "crashed after {steps} steps");
        if !alive {
            return;
        }
    }
    panic!("the life did not come to its end");
}

#[test]
fn what_was_accepted_before_a_crash_is_worked_off_without_another_event() {
    let mut life = put_up(7);
    life.configure();
    life.world.stripe("/v1/customers", "name=a");
    while life.world.number("SELECT count(*) FROM inbox") == 0 {
        life.step(i64::MAX);
    }
    life.world.0.alarm.set(None);
    life.crash();
    life.rest();
    assert_eq!(life.world.records().len(), 1);
    assert!(life.world.0.network.borrow().seen.iter().any(|seen| seen.service == Service::Kintone));
}
