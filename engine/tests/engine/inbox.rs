//! Taking events in and observing them.

use daicho_engine::inbox::{AcceptError, Accepted};
use serde_json::json;

use crate::world::{Life, put_up};

/// A snapshot event of a customer; `metadata` is the customer's.
fn event(id: &str, customer: &str, metadata: &serde_json::Value) -> Vec<u8> {
    json!({
        "id": id, "object": "event", "type": "customer.updated", "created": 1_795_348_800,
        "livemode": false, "api_version": "2026-10-28.endive",
        "data": {"object": {
            "id": customer, "object": "customer", "created": 1_795_348_799, "name": customer,
            "description": null, "metadata": metadata,
        }},
    })
    .to_string()
    .into_bytes()
}

fn accept(life: &Life, id: &str) -> Result<Accepted, AcceptError> {
    life.tenant.accept(&event(id, &id.replace("evt", "cus"), &json!({})))
}

#[test]
fn a_duplicate_is_stored_once() {
    let life = put_up(1);
    assert_eq!(accept(&life, "evt_1"), Ok(Accepted::Stored));
    assert_eq!(accept(&life, "evt_1"), Ok(Accepted::Duplicate));
    assert_eq!(life.world.number("SELECT count(*) FROM inbox"), 1);
}

#[test]
fn what_is_no_event_is_refused_and_not_stored() {
    let life = put_up(1);
    for body in [&b"not json"[..], b"{}", b"[]", b"\xff"] {
        assert!(matches!(life.tenant.accept(body), Err(AcceptError::Invalid(_))));
    }
    assert_eq!(life.world.number("SELECT count(*) FROM inbox"), 0);
}

#[test]
fn events_wait_for_the_configuration_up_to_a_cap() {
    let mut life = put_up(1);
    life.settings.waiting_cap = 2;
    life.crash();
    accept(&life, "evt_1").unwrap();
    accept(&life, "evt_2").unwrap();
    assert_eq!(accept(&life, "evt_3"), Err(AcceptError::TooMany { cap: 2 }));
    assert_eq!(accept(&life, "evt_2"), Ok(Accepted::Duplicate), "one that is kept is no more to keep");
    assert_eq!(life.world.0.alarm.get(), None, "there is nothing to wake for");
    life.configure();
    assert_eq!(accept(&life, "evt_3"), Ok(Accepted::Stored));
    life.rest();
    let names: Vec<String> = life.world.records().into_keys().collect();
    assert_eq!(names, ["cus_1", "cus_2", "cus_3"]);
}

#[test]
fn an_event_that_nothing_uses_is_ignored_and_its_id_is_kept() {
    let mut life = put_up(1);
    life.configure();
    life.world.stripe("/v1/products", "name=Plan");
    life.rest();
    let rows = life.world.rows("SELECT status, payload IS NULL FROM inbox WHERE type = 'product.created'");
    assert_eq!((rows[0].text(0), rows[0].integer(1)), (Ok("ignored"), Ok(1)));
}

#[test]
fn an_event_whose_handling_panics_is_a_dead_letter_after_three_attempts_and_the_rest_goes_on() {
    let mut life = put_up(1);
    life.configure();
    let poison = event("evt_bad", "cus_bad", &json!({"daicho_provoke_panic": "event"}));
    life.tenant.accept(&poison).unwrap();
    accept(&life, "evt_1").unwrap();
    life.rest();
    assert_eq!(life.panics, 3);
    assert!(life.world.records().contains_key("cus_1"));
    let rows = life.world.rows("SELECT event_id, attempts, payload IS NOT NULL FROM dead_letter");
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].text(0), rows[0].integer(1), rows[0].integer(2)), (Ok("evt_bad"), Ok(3), Ok(1)));
    assert_eq!(life.world.number("SELECT count(*) FROM inbox WHERE status = 'dead'"), 1);
    accept(&life, "evt_2").unwrap();
    life.rest();
    assert!(life.world.records().contains_key("cus_2"));
}

#[test]
fn a_bad_event_takes_no_write_of_another_with_it() {
    let mut life = put_up(1);
    life.configure();
    let poison = event("evt_bad", "cus_bad", &json!({"daicho_provoke_panic": "event"}));
    life.tenant.accept(&poison).unwrap();
    accept(&life, "evt_1").unwrap();
    while !life.world.records().contains_key("cus_1") {
        assert!(life.step(i64::MAX), "the record never came");
    }
    assert_eq!(life.panics, 1);
    assert_eq!(life.world.number("SELECT count(*) FROM dirty WHERE unknown = 1"), 0);
}

#[test]
fn the_alarm_stands_before_any_work_begins_and_waits_for_the_next_timer_when_nothing_is_left() {
    let mut life = put_up(1);
    life.configure();
    accept(&life, "evt_1").unwrap();
    while life.world.0.network.borrow().next().is_none() {
        assert!(life.step(i64::MAX), "nothing was sent");
    }
    let now = life.world.0.now.get();
    assert!(life.world.0.alarm.get().is_some_and(|at| at > now && at <= now + 5_000));
    life.rest();
    let timer = life.world.number("SELECT min(due) FROM timer");
    assert_eq!(life.world.0.alarm.get(), Some(timer));
}

#[test]
fn a_lost_alarm_is_set_again_by_the_crons_call() {
    let mut life = put_up(1);
    life.configure();
    accept(&life, "evt_1").unwrap();
    life.world.0.alarm.set(None);
    life.rest();
    assert!(life.world.records().is_empty());
    life.tenant.poke().unwrap();
    life.rest();
    assert!(life.world.records().contains_key("cus_1"));
}

#[test]
fn the_crons_call_sets_no_alarm_where_nothing_is_overdue() {
    let mut life = put_up(1);
    life.configure();
    life.rest();
    let set = life.world.0.alarms.borrow().len();
    for _ in 0..288 {
        life.tenant.poke().unwrap();
    }
    assert_eq!(life.world.0.alarms.borrow().len(), set);
    // One that is lost is set again once its time has come.
    let timer = life.world.0.alarm.take().unwrap();
    life.world.0.now.set(timer - 1);
    life.tenant.poke().unwrap();
    assert_eq!(life.world.0.alarm.get(), None);
    life.world.0.now.set(timer);
    life.tenant.poke().unwrap();
    assert_eq!(life.world.0.alarm.get(), Some(timer));
}
