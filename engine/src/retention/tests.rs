use std::collections::BTreeSet;

use daicho_core::stripe::Kind;
use serde_json::json;

use super::{AT, LIVES, NAME, plan, ring};
use crate::calendar::{self, DAY};
use crate::context;
use crate::object;
use crate::port::{Clock as _, Query as _, Sql as _};
use crate::test_world::TestWorld;
use crate::test_world::setup::mapping;

fn configured() -> TestWorld {
    let world = TestWorld::configured(&mapping()).0;
    world.transaction(|tx| plan(tx, world.now())).unwrap();
    world
}

fn exec(world: &TestWorld, sql: &str) {
    world.transaction(|tx| tx.exec(sql, &[])).unwrap();
}

/// The sweep of one night. Answers how many slices it took.
fn night(world: &TestWorld) -> usize {
    (1..1_000).find(|_| ring(world, &world.active(), world.now()).unwrap()).unwrap()
}

fn event(world: &TestWorld, id: &str, status: &str, age_days: i64) {
    let received = world.now() - age_days * DAY;
    exec(
        world,
        &format!(
            "INSERT INTO inbox (event_id, type, created_s, received, status) VALUES ('{id}', 'x.y', 1, {received}, '{status}')"
        ),
    );
}

fn ids(world: &TestWorld, sql: &str) -> Vec<String> {
    world.query(sql, &[]).unwrap().iter().map(|row| row.text(0).unwrap().to_owned()).collect()
}

#[test]
fn something_ends_the_rows_of_every_table() {
    let world = TestWorld::new();
    let named: BTreeSet<&str> = LIVES.iter().map(|(table, _)| *table).collect();
    let tables =
        ids(&world, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
    let unnamed: Vec<&String> = tables.iter().filter(|table| !named.contains(table.as_str())).collect();
    assert!(
        unnamed.is_empty(),
        "nothing is said to end the rows of {unnamed:?}: sweep them in retention/step.rs where their life does not \
         end by itself, and say in LIVES what ends it"
    );
    let gone: Vec<&&str> = named.iter().filter(|name| !tables.iter().any(|table| table == **name)).collect();
    assert!(gone.is_empty(), "LIVES names tables that there are not: {gone:?}");
    assert_eq!(named.len(), LIVES.len());
}

#[test]
fn ids_of_events_are_kept_for_35_days() {
    let world = configured();
    for (id, status, age) in [
        ("evt_1", "observed", 60),
        ("evt_2", "ignored", 36),
        ("evt_3", "waiting", 36),
        ("evt_4", "dead", 36),
        ("evt_5", "observed", 34),
        ("evt_6", "observed", 0),
    ] {
        event(&world, id, status, age);
    }
    night(&world);
    assert_eq!(ids(&world, "SELECT event_id FROM inbox"), ["evt_3", "evt_4", "evt_5", "evt_6"]);
}

#[test]
fn very_many_go_in_slices_and_a_crash_between_two_loses_nothing() {
    let world = configured();
    world
        .transaction(|tx| {
            (0..1_200).try_for_each(|number| {
                let sql = "INSERT INTO inbox (event_id, type, created_s, received, status) VALUES (?1, 'x', 1, 1, 'observed')";
                tx.exec(sql, &[format!("evt_{number}").into()]).map(drop)
            })
        })
        .unwrap();
    assert!(!ring(&world, &world.active(), world.now()).unwrap());
    assert_eq!(world.number("SELECT count(*) FROM inbox"), 700);
    // Where it stands is in the database: nothing is kept in memory between two slices.
    assert!(night(&world) >= 3);
    assert_eq!(world.number("SELECT count(*) FROM inbox"), 0);
    assert_eq!(world.number("SELECT count(*) FROM meta WHERE key = 'retention'"), 0);
    let due = world.number(&format!("SELECT due FROM timer WHERE name = '{NAME}'"));
    assert_eq!(due, calendar::next(world.now(), AT));
}

#[test]
fn a_tombstone_goes_after_35_days_with_all_that_hangs_on_its_object() {
    let world = configured();
    world.customer("cus_1", "a");
    exec(&world, "DELETE FROM dirty");
    for table in ["left_out (target, object_id)", "record (target, object_id, key)"] {
        let key = if table.starts_with("record") { ", ''" } else { "" };
        exec(&world, &format!("INSERT OR REPLACE INTO {table} VALUES ('customers', 'cus_1'{key})"));
    }
    exec(&world, "INSERT INTO element VALUES ('cus_1', 'si_1'), ('sub_1', 'cus_1'), ('sub_1', 'si_2')");
    exec(&world, "INSERT INTO list (id) VALUES ('cus_1/charges'), ('cus_2/charges')");
    let at_s = world.now() / 1_000;
    world.transaction(|tx| object::bury(tx, &Kind::Customer, "cus_1", at_s)).unwrap();
    world.pass(34 * DAY);
    night(&world);
    assert_eq!(world.number("SELECT count(*) FROM object"), 1);
    world.pass(2 * DAY);
    night(&world);
    assert_eq!(world.number("SELECT count(*) FROM object"), 0);
    assert_eq!(world.number("SELECT count(*) FROM left_out"), 0);
    assert_eq!(world.number("SELECT count(*) FROM record"), 0);
    assert_eq!(ids(&world, "SELECT id FROM element"), ["si_2"]);
    assert_eq!(ids(&world, "SELECT id FROM list"), ["cus_2/charges"]);
}

#[test]
fn a_tombstone_stays_while_its_record_waits_for_a_person_or_somebody_looks_at_its_lists() {
    let world = configured();
    let ids_before = ["cus_dirty", "cus_letter", "cus_list", "cus_settled"];
    for id in ids_before {
        world.transaction(|tx| object::bury(tx, &Kind::Customer, id, 1)).unwrap();
    }
    exec(&world, "INSERT INTO dirty (target, object_id, version) VALUES ('customers', 'cus_dirty', 1)");
    exec(
        &world,
        "INSERT INTO dead_letter (kind, target, object_id, code, text_ja, text_en, first, last, attempts)
         VALUES ('record', 'customers', 'cus_letter', 'x', '', '', 1, 1, 1)",
    );
    exec(&world, "INSERT INTO depends VALUES ('cus_list/charges', 'customers', 'sub_1')");
    night(&world);
    let stay = || ids(&world, "SELECT id FROM object ORDER BY id");
    assert_eq!(stay(), ids_before[..3]);
    for table in ["dirty", "dead_letter", "depends"] {
        exec(&world, &format!("DELETE FROM {table}"));
    }
    night(&world);
    assert_eq!(stay(), [] as [&str; 0]);
}

#[test]
fn a_tombstone_that_somebody_looks_at_stays_and_holds_up_no_other() {
    let world = configured();
    world
        .transaction(|tx| {
            for number in 0..120 {
                object::bury(tx, &Kind::Product, &format!("prod_{number:03}"), 1)?;
            }
            let look = "INSERT INTO depends (on_id, target, object_id)
                        SELECT id, 'customers', 'cus_1' FROM object WHERE id < 'prod_060'";
            tx.exec(look, &[])
        })
        .unwrap();
    night(&world);
    assert_eq!(world.number("SELECT count(*) FROM object"), 60);
    assert_eq!(world.number("SELECT count(*) FROM object WHERE id < 'prod_060'"), 60);
}

#[test]
fn values_from_before_our_first_write_are_kept_for_30_days() {
    let world = configured();
    let kept = world.now() - 31 * DAY;
    for number in 0..130 {
        exec(
            &world,
            &format!(
                "INSERT INTO previous_value VALUES ('customers', 'e/-/1', 'r{number}', '{{}}', {kept}, 1)"
            ),
        );
    }
    exec(
        &world,
        &format!(
            "INSERT INTO previous_value VALUES ('customers', 'e/-/1', 'young', '{{}}', {}, 1)",
            kept + 2 * DAY
        ),
    );
    night(&world);
    assert_eq!(ids(&world, "SELECT record_id FROM previous_value"), ["young"]);
}

#[test]
fn what_no_target_takes_and_nobody_looks_at_goes() {
    let mut mapping = mapping();
    mapping["targets"]["customers"]["fields"][0]["value"] = json!({"path": "default_payment_method.type"});
    let world = TestWorld::configured(&mapping).0;
    for (id, kind) in [
        ("cus_1", "customer"),
        ("pm_1", "payment_method"),
        ("pm_2", "payment_method"),
        ("ch_1", "charge"),
        ("ch_2", "charge"),
    ] {
        world.object(id, &json!({"id": id, "object": kind, "customer": "cus_1"}));
    }
    exec(&world, "UPDATE object SET customer = 'cus_2' WHERE id = 'ch_2'");
    exec(&world, "INSERT INTO list (id) VALUES ('cus_1/charges')");
    exec(&world, "INSERT OR IGNORE INTO depends VALUES ('pm_1', 'customers', 'cus_1')");
    night(&world);
    assert_eq!(ids(&world, "SELECT id FROM object ORDER BY id"), ["ch_1", "cus_1", "pm_1"]);
    assert!(context::fan_out_pending(&world).is_ok_and(|pending| !pending));
}

#[test]
fn counts_of_requests_and_forms_of_apps_that_are_gone_go() {
    let world = configured();
    exec(
        &world,
        "INSERT INTO request_count (app, day, count) VALUES ('e/-/1', '2026-10-01', 5), ('e/-/1', '2026-11-20', 5)",
    );
    exec(&world, "INSERT INTO form (app, form, read_at) VALUES ('example.cybozu.com/-/99', '{}', 1)");
    assert_eq!(world.number("SELECT count(*) FROM form"), 2);
    night(&world);
    assert_eq!(ids(&world, "SELECT day FROM request_count WHERE app = 'e/-/1'"), ["2026-11-20"]);
    assert_eq!(ids(&world, "SELECT app FROM form"), ["example.cybozu.com/-/1"]);
}

#[test]
fn the_sweep_comes_at_half_past_three_in_japan() {
    let at = 1_795_372_200_000; // 2026-11-22T18:30:00Z
    assert_eq!((calendar::next(at - 1, AT), calendar::next(at, AT)), (at, at + DAY));
}

/// Rows that are past their time, one in each table whose rows end by age: the table, its columns, and values
/// in which `{old}` is a moment 100 days ago and `{old_s}` its second.
const PAST: &[(&str, &str, &str)] = &[
    ("inbox", "event_id, type, created_s, received, status", "'evt_old', 'x', 1, {old}, 'observed'"),
    (
        "object",
        "id, kind, deleted, stale_before_s, unsure_to_s, version",
        "'old', 'customer', 1, {old_s}, {old_s}, 1",
    ),
    ("previous_value", "target, app, record_id, record, kept", "'customers', 'e/-/1', '1', '{}', {old}"),
    (
        "discarded",
        "kind, target, object_id, event_id, code, text_ja, text_en, first, last, attempts, reason, by, at",
        "'record', 'customers', 'x', '', 'c', '', '', 1, 1, 1, 'r', 'b', {old}",
    ),
    ("request_count", "app, day, count", "'e/-/1', '2026-01-01', 5"),
    ("form", "app, form, read_at", "'example.cybozu.com/-/99', '{}', {old}"),
    ("domain", "domain, failures, until", "'gone.cybozu.com', 1, {old}"),
    ("sent_count", "target, minute, count", "'customers', 1, 1"),
    ("trap", "work, times, last, depth", "'w', 1, {old}, 0"),
    ("ui_nonce", "nonce, used", "'n', {old}"),
    ("ui_operation", "id, request, answer, begun", "'o', 'r', '{}', {old}"),
    ("job_sample", "job, target, class, object_id, body", "'dry_run', 'customers', 'created', 'x', '{}'"),
    // With the tombstone of `old`:
    ("record", "target, object_id, key", "'customers', 'old', ''"),
    ("depends", "on_id, target, object_id", "'prod_1', 'customers', 'old'"),
    ("list", "id", "'old/charges'"),
    ("element", "parent, id", "'old', 'si_1'"),
    ("left_out", "target, object_id", "'customers', 'old'"),
    ("lookup_wait", "target, object_id, names, since", "'customers', 'old', '1/k/x', 1"),
    ("late_request", "target, object_id, lost", "'customers', 'old', {old}"),
];

/// Rows of these end by what happens, not by their age: none of them is swept.
const BY_EVENT: &[&str] = &[
    "migration",
    "read",
    "dirty",
    "in_flight",
    "dead_letter",
    "document",
    "secret",
    "binding",
    "mapped_form",
    "timer",
    "meta",
    "fan_out",
    "deletion_count",
    "job",
    "job_count",
    "gap_check",
];

#[test]
fn what_is_past_its_time_goes_from_every_table() {
    let swept: BTreeSet<&str> = PAST.iter().map(|(table, ..)| *table).collect();
    let all: BTreeSet<&str> = LIVES.iter().map(|(table, _)| *table).collect();
    assert_eq!(swept.iter().chain(BY_EVENT).copied().collect::<BTreeSet<_>>(), all);
    let world = configured();
    let old = world.now() - 100 * DAY;
    let count = |table: &str| world.number(&format!("SELECT count(*) FROM {table}"));
    let before: Vec<i64> = PAST.iter().map(|(table, ..)| count(table)).collect();
    for (table, columns, values) in PAST {
        let values = values.replace("{old}", &old.to_string()).replace("{old_s}", &(old / 1_000).to_string());
        exec(&world, &format!("INSERT INTO {table} ({columns}) VALUES ({values})"));
    }
    let job = format!("'dry_run', 1, 'done', '{{}}', {old}, {old}");
    exec(&world, &format!("INSERT INTO job (name, run, state, body, begun, updated) VALUES ({job})"));
    let letter = "kind, target, object_id, code, text_ja, text_en, first, last, attempts, payload";
    let values = format!("'record', 'customers', 'cus_9', 'c', '', '', {old}, {old}, 1, '{{}}'");
    exec(&world, &format!("INSERT INTO dead_letter ({letter}) VALUES ({values})"));
    night(&world);
    for ((table, ..), before) in PAST.iter().zip(before) {
        assert_eq!(count(table), before, "{table}");
    }
    assert_eq!(world.number("SELECT count(*) FROM dead_letter WHERE payload IS NULL"), 1, "its values go");
}

#[test]
fn answers_by_the_hundred_go_in_one_night_and_those_of_today_stay() {
    let world = configured();
    for (count, age) in [(130, DAY + 1), (3, DAY - 1)] {
        for number in 0..count {
            let values = format!("'{age}-{number}', 'r', '{{}}', {}", world.now() - age);
            exec(&world, &format!("INSERT INTO ui_operation (id, request, answer, begun) VALUES ({values})"));
        }
    }
    night(&world);
    assert_eq!(world.number("SELECT count(*) FROM ui_operation"), 3);
}
