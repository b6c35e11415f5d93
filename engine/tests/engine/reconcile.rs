//! The comparison: what no event told of is found, on either side, and repaired by policy.

use std::collections::{BTreeMap, BTreeSet};

use daicho_engine::config::Precondition;
use daicho_engine::job::reconcile::Reconcile;
use daicho_engine::job::{JobError, State};
use daicho_engine::port::{Service, Sql as _};
use serde_json::{Value, json};

use crate::world::{ACCOUNT, APP, Fault, Life, mapping, put_up};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// `name` always, `note` on creation, `a` only where it is empty; the record goes with its customer.
fn policies() -> Value {
    let mut mapping = mapping(
        "customer",
        &json!([
            {"field": "name", "value": {"path": "name"}},
            {"field": "note", "value": {"path": "description"}, "write_policy": "on_create"},
            {"field": "a", "value": {"path": "phone"}, "write_policy": "if_empty"},
        ]),
    );
    mapping["targets"]["records"]["on_delete"] = json!("delete");
    mapping
}

/// A tenant with a backfill behind it, and so many customers `n0`, `n1`, … in kintone.
fn settled(customers: u32) -> Life {
    settled_with(customers, &policies())
}

fn settled_with(customers: u32, mapping: &Value) -> Life {
    let mut life = put_up(1);
    life.configure_with(mapping);
    life.rest();
    for number in 0..customers {
        life.world.stripe("/v1/customers", &form(&format!("n{number}")));
    }
    life.rest();
    life.tenant.begin_backfill().unwrap();
    life.rest();
    life.pass(60_000);
    // What Stripe lists of its events is of no help here.
    life.world.0.network.borrow_mut().judge = Some(Box::new(|_, request| {
        let none = json!({"object": "list", "data": [], "has_more": false}).to_string();
        let answer = http::Response::builder().status(200).body(bytes::Bytes::from(none)).unwrap();
        request.uri().path().starts_with("/v1/events").then_some(Fault::Answer(answer))
    }));
    life
}

fn form(name: &str) -> String {
    format!("name={name}&description=d&phone=p")
}

/// Stripe changes without a word.
fn unheard(life: &Life, change: impl FnOnce(&Life)) {
    life.world.0.stripe.borrow_mut().delivery_rules().drop = 1.0;
    change(life);
    life.world.0.stripe.borrow_mut().delivery_rules().drop = 0.0;
}

fn ids(life: &Life) -> Vec<String> {
    let snapshot = life.world.0.stripe.borrow().snapshot();
    snapshot[ACCOUNT]["test"]["customer"].as_object().unwrap().keys().cloned().collect()
}

fn number(life: &Life, id: &str) -> u64 {
    life.world.records()[id]["$id"]["value"].as_str().unwrap().parse().unwrap()
}

fn edit(life: &Life, id: &str, fields: &[(&str, &str)]) {
    let (number, now) = (number(life, id), life.world.0.now.get());
    let fields: BTreeMap<_, _> =
        fields.iter().map(|(code, value)| (*code, json!({"value": value}))).collect();
    let mut kintone = life.world.0.kintone.borrow_mut();
    kintone.edit_record(now, APP, number, &json!(fields)).unwrap_or_else(|_| panic!());
}

fn remove(life: &Life, id: &str) {
    let (number, now) = (number(life, id), life.world.0.now.get());
    let mut kintone = life.world.0.kintone.borrow_mut();
    kintone.delete_record(now, APP, number).unwrap_or_else(|_| panic!());
}

fn report(life: &Life) -> Reconcile {
    life.tenant.reconcile().unwrap().unwrap()
}

fn run(life: &mut Life) -> Reconcile {
    life.tenant.begin_reconcile(false).unwrap();
    life.rest();
    let report = report(life);
    assert_eq!(report.state, State::Done, "{report:?}");
    report
}

/// What was found of customers at Stripe, and of their target: without what is as it should be.
fn found(report: &Reconcile) -> (BTreeMap<&str, u64>, BTreeMap<&str, u64>) {
    let of = |counts: &'_ BTreeMap<String, u64>| -> BTreeMap<String, u64> {
        let quiet = ["compared", "records", "unchanged"];
        counts
            .iter()
            .filter(|(class, _)| !quiet.contains(&class.as_str()))
            .map(|(k, v)| (k.clone(), *v))
            .collect()
    };
    let leak = |counts: BTreeMap<String, u64>| -> BTreeMap<&'static str, u64> {
        counts.into_iter().map(|(class, count)| (&*class.leak(), count)).collect()
    };
    let stripe = report.stripe.get("customer").map(|side| of(&side.counts)).unwrap_or_default();
    (leak(stripe), leak(of(&report.targets["records"].counts)))
}

fn none() -> (BTreeMap<&'static str, u64>, BTreeMap<&'static str, u64>) {
    (BTreeMap::new(), BTreeMap::new())
}

fn requests(life: &Life, service: Service, method: &str) -> usize {
    let seen = &life.world.0.network.borrow().seen;
    seen.iter().filter(|seen| seen.service == service && seen.method == method).count()
}

fn written(life: &Life) -> usize {
    requests(life, Service::Kintone, "PUT") + requests(life, Service::Kintone, "DELETE")
}

/// Every customer has a record with its name, no other has one, and nothing waits.
fn assert_true_to_stripe(life: &Life) {
    let records = life.world.records();
    let snapshot = life.world.0.stripe.borrow().snapshot();
    let customers = snapshot[ACCOUNT]["test"]["customer"].as_object().unwrap();
    assert!(records.keys().eq(customers.keys().collect::<BTreeSet<_>>()), "{}", records.len());
    for (id, customer) in customers {
        assert_eq!(records[id]["name"]["value"], customer["name"], "{id}");
    }
    for table in ["read", "dirty", "in_flight"] {
        assert_eq!(life.world.number(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
}

#[test]
fn where_nothing_differs_it_finds_nothing_and_writes_nothing_in_few_requests() {
    let mut life = settled(1_234);
    let before = (written(&life), requests(&life, Service::Kintone, "GET"));
    let lists = requests(&life, Service::Stripe, "GET");
    let report = run(&mut life);
    assert_eq!(found(&report), none());
    assert_eq!(report.stripe["customer"].counts["compared"], 1_234);
    let target = &report.targets["records"];
    assert_eq!((target.counts["records"], target.counts["unchanged"]), (1_234, 1_234));
    assert!(target.complete && report.stripe["customer"].complete);
    assert_eq!(written(&life), before.0);
    // Three pages of 500 at most, and none of them empty.
    assert_eq!(requests(&life, Service::Kintone, "GET") - before.1, 3);
    // Pages of 100: that the key is ours was shown before, by the backfill.
    assert_eq!(requests(&life, Service::Stripe, "GET") - lists, 13);
    assert_eq!((report.requests.stripe, report.requests.kintone), (13, 3));
}

#[test]
fn what_no_event_told_of_is_found_the_next_night_and_once_a_night() {
    let mut life = settled(5);
    let all = ids(&life);
    unheard(&life, |life| {
        life.world.stripe("/v1/customers", &form("new"));
        life.world.stripe(&format!("/v1/customers/{}", all[0]), "name=changed");
        life.world.delete(&format!("/v1/customers/{}", all[1]));
    });
    assert_eq!(life.tenant.reconcile().unwrap(), None);
    // 18:00 UTC is 03:00 in Japan.
    life.pass(5 * HOUR);
    assert_eq!(life.tenant.reconcile().unwrap(), None);
    life.pass(2 * HOUR);
    let first = report(&life);
    let expected = BTreeMap::from([("missing", 1), ("stale", 1), ("deleted", 1)]);
    assert_eq!(found(&first).0, expected);
    assert_eq!(first.stripe["customer"].samples["stale"][0].object_id.as_ref(), Some(&all[0]));
    assert_true_to_stripe(&life);
    life.pass(DAY);
    let second = report(&life);
    assert_eq!(found(&second), none());
    assert!((DAY - HOUR..DAY + HOUR).contains(&(second.begun - first.begun)));
    assert_eq!(life.tenant.status().unwrap().jobs["reconcile"].found, BTreeMap::new());
}

#[test]
fn records_that_people_deleted_are_made_again_or_left_as_the_target_says() {
    for leave in [false, true] {
        let mut mapping = policies();
        if leave {
            mapping["targets"]["records"]["on_record_deleted"] = json!("leave");
        }
        let mut life = settled_with(7, &mapping);
        let all = ids(&life);
        remove(&life, &all[2]);
        remove(&life, &all[6]);
        let first = run(&mut life);
        assert_eq!(found(&first).1, BTreeMap::from([("missing", 2)]));
        assert_eq!(life.world.records().len(), if leave { 5 } else { 7 });
        let writes = written(&life);
        let expected = if leave { BTreeMap::from([("stays_deleted", 2)]) } else { BTreeMap::new() };
        assert_eq!(found(&run(&mut life)).1, expected);
        assert_eq!(written(&life), writes);
    }
}

#[test]
fn what_people_edited_is_written_over_only_where_the_policy_says_so() {
    let mut life = settled(3);
    let all = ids(&life);
    edit(&life, &all[0], &[("name", "by hand"), ("note", "by hand"), ("a", "by hand")]);
    edit(&life, &all[1], &[("note", "by hand"), ("a", "by hand")]);
    edit(&life, &all[2], &[("a", "")]);
    let first = run(&mut life);
    assert_eq!(found(&first).1, BTreeMap::from([("stale", 2)]));
    let samples = &first.targets["records"].samples["stale"];
    let fields = |id: &String| &samples.iter().find(|one| one.object_id.as_ref() == Some(id)).unwrap().fields;
    assert_eq!((fields(&all[0]), fields(&all[2])), (&vec!["name".to_owned()], &vec!["a".to_owned()]));
    assert!(!serde_json::to_string(&first).unwrap().contains("by hand"), "no values");
    let records = life.world.records();
    let field = |id: &String, code: &str| records[id][code]["value"].as_str().unwrap().to_owned();
    assert_ne!(field(&all[0], "name"), "by hand");
    assert_eq!((field(&all[0], "note"), field(&all[0], "a")), ("by hand".to_owned(), "by hand".to_owned()));
    assert_eq!((field(&all[1], "note"), field(&all[2], "a")), ("by hand".to_owned(), "p".to_owned()));
    let writes = written(&life);
    assert_eq!(found(&run(&mut life)), none());
    assert_eq!(written(&life), writes);
}

#[test]
fn what_was_lost_while_a_field_had_another_code_is_written_once_it_has_its_own_again() {
    let mut life = settled(2);
    let all = ids(&life);
    let rename = |life: &Life, from: &str, to: &str| {
        life.world.0.kintone.borrow_mut().rename_field(APP, from, to);
    };
    rename(&life, "name", "title");
    life.world.stripe(&format!("/v1/customers/{}", all[0]), "name=lost");
    life.rest();
    rename(&life, "title", "name");
    let field = |life: &Life| life.world.records()[&all[0]]["name"]["value"].clone();
    assert_ne!(field(&life), "lost", "kintone drops a field code that it does not know in silence");
    assert_eq!(found(&run(&mut life)).1, BTreeMap::from([("stale", 1)]));
    assert_eq!(field(&life), "lost");
    assert_true_to_stripe(&life);
}

#[test]
fn to_report_only_changes_and_asks_for_nothing() {
    let mut life = settled(5);
    let all = ids(&life);
    unheard(&life, |life| {
        life.world.stripe("/v1/customers", &form("new"));
        life.world.stripe(&format!("/v1/customers/{}", all[0]), "name=changed");
        life.world.delete(&format!("/v1/customers/{}", all[1]));
    });
    life.pass(61_000);
    edit(&life, &all[2], &[("name", "by hand")]);
    remove(&life, &all[3]);
    let (before, writes) = (life.world.records(), written(&life));
    life.tenant.begin_reconcile(true).unwrap();
    life.rest();
    let told = report(&life);
    assert_eq!(found(&told).0, BTreeMap::from([("missing", 1), ("stale", 1), ("not_listed", 1)]));
    assert_eq!(found(&told).1, BTreeMap::from([("missing", 1), ("stale", 1)]));
    assert!(told.report_only);
    assert_eq!((life.world.records(), written(&life)), (before, writes));
    assert_eq!(life.world.number("SELECT (SELECT count(*) FROM dirty) + (SELECT count(*) FROM read)"), 0);
    run(&mut life);
    assert_true_to_stripe(&life);
}

#[test]
fn a_record_of_no_object_is_told_and_never_deleted() {
    let mut life = settled(3);
    let now = life.world.0.now.get();
    let add = |key: &str| {
        let fields = json!({"id": {"value": key}, "name": {"value": "x"}});
        life.world.0.kintone.borrow_mut().add_record(now, APP, &fields).map_err(|_| ()).unwrap()
    };
    let (stranger, _) = (add("cus_of_nobody"), add("by a person"));
    let first = run(&mut life);
    assert_eq!(found(&first).1, BTreeMap::from([("unknown_key", 2)]));
    let sample = &first.targets["records"].samples["unknown_key"];
    assert!(sample.iter().any(|one| one.record_id == Some(stranger.to_string()) && one.object_id.is_none()));
    assert_eq!(life.world.records().len(), 5);
}

#[test]
fn a_record_whose_number_was_not_known_is_tied_to_its_object() {
    use daicho_engine::port::Sql as _;
    let mut life = settled(3);
    let id = ids(&life)[1].clone();
    let forget = format!("DELETE FROM record WHERE object_id = '{id}'");
    life.world.transaction(|tx| tx.exec(&forget, &[])).unwrap();
    assert_eq!(found(&run(&mut life)).1, BTreeMap::from([("unlinked", 1)]));
    assert_eq!(life.world.records().len(), 3);
    assert_eq!(found(&run(&mut life)), none());
}

#[test]
fn an_object_whose_record_was_never_asked_for_gets_one() {
    use daicho_engine::port::Sql as _;
    let mut life = settled(3);
    let id = ids(&life)[1].clone();
    remove(&life, &id);
    let forget = format!("DELETE FROM record WHERE object_id = '{id}'");
    life.world.transaction(|tx| tx.exec(&forget, &[])).unwrap();
    assert_eq!(found(&run(&mut life)).1, BTreeMap::from([("missing", 1)]));
    assert_true_to_stripe(&life);
}

#[test]
fn dead_letters_and_what_a_person_discarded_are_left_and_told_apart() {
    let mut life = settled(2);
    let all = ids(&life);
    life.world.0.network.borrow_mut().judge = Some(Box::new(|_, request| {
        let is_bad = std::str::from_utf8(request.body()).is_ok_and(|body| body.contains("refused"));
        let refusal = json!({"code": "CB_VA01", "id": "1", "message": "no",
            "errors": {"records[0].record.name.value": {"messages": ["no"]}}});
        let body = bytes::Bytes::from(refusal.to_string());
        is_bad.then(|| Fault::Answer(http::Response::builder().status(400).body(body).unwrap()))
    }));
    for _ in 0..2 {
        life.world.stripe("/v1/customers", &form("refused"));
        life.rest();
    }
    // Of the first two there is no record, of the others there is.
    for id in &all[..2] {
        life.world.stripe(&format!("/v1/customers/{id}"), "name=refused");
        life.rest();
    }
    let letters = life.world.rows("SELECT id FROM dead_letter ORDER BY id");
    assert_eq!(letters.len(), 4);
    let two = [0, 2].map(|place: usize| letters[place].integer(0).unwrap());
    life.tenant.discard_dead_letters(&two, "not needed", "test").unwrap();
    for _ in 0..2 {
        assert_eq!(found(&run(&mut life)).1, BTreeMap::from([("failed", 2), ("discarded", 2)]));
    }
    assert_eq!(life.world.number("SELECT count(*) FROM dead_letter"), 2);
}

#[test]
fn what_is_older_than_the_mapping_and_of_no_backfill_is_only_counted() {
    let mut life = put_up(1);
    unheard(&life, |life| (0..3).for_each(|_| drop(life.world.stripe("/v1/customers", &form("old")))));
    life.pass(60_000);
    life.configure_with(&policies());
    life.rest();
    unheard(&life, |life| drop(life.world.stripe("/v1/customers", &form("new"))));
    life.pass(2 * 60_000);
    let first = run(&mut life);
    assert_eq!(found(&first).0, BTreeMap::from([("missing", 1), ("not_taken_in", 3)]));
    assert_eq!(life.world.records().len(), 1);
    // What a dry run read is written by a backfill, not by this, nor is a record that has its key.
    life.tenant.begin_dry_run(None).unwrap();
    life.rest();
    let old = ids(&life).into_iter().find(|id| !life.world.records().contains_key(id)).unwrap();
    let fields = json!({"id": {"value": old}, "name": {"value": "by hand"}});
    life.world.0.kintone.borrow_mut().add_record(1, APP, &fields).unwrap_or_else(|_| panic!());
    let second = run(&mut life);
    assert_eq!(found(&second).1, BTreeMap::from([("left_alone", 1), ("not_written", 3)]));
    assert_eq!(life.world.records().len(), 2);
    assert_eq!(life.world.records()[&old]["name"]["value"], "by hand");
}

#[test]
fn a_live_change_in_the_middle_is_never_overwritten() {
    for steps in (0..60).step_by(5) {
        let mut life = settled(105);
        let all = ids(&life);
        unheard(&life, |life| {
            for id in &all[..4] {
                life.world.stripe(&format!("/v1/customers/{id}"), "name=unheard");
            }
        });
        edit(&life, &all[5], &[("name", "by hand")]);
        life.tenant.begin_reconcile(false).unwrap();
        for _ in 0..steps {
            life.step(i64::MAX);
        }
        for id in [&all[0], &all[5], &all[104]] {
            life.world.stripe(&format!("/v1/customers/{id}"), "name=live");
        }
        life.world.delete(&format!("/v1/customers/{}", all[7]));
        life.world.stripe("/v1/customers", &form("new"));
        life.rest();
        assert_eq!(report(&life).state, State::Done, "after {steps} steps");
        assert_true_to_stripe(&life);
    }
}

#[test]
fn a_crash_after_any_step_has_the_same_outcome() {
    for steps in 0..400 {
        let mut life = settled(103);
        let all = ids(&life);
        unheard(&life, |life| {
            life.world.stripe("/v1/customers", &form("new"));
            life.world.stripe(&format!("/v1/customers/{}", all[0]), "name=changed");
            life.world.delete(&format!("/v1/customers/{}", all[1]));
            life.world.delete(&format!("/v1/customers/{}", all[102]));
        });
        life.pass(61_000);
        edit(&life, &all[2], &[("name", "by hand")]);
        remove(&life, &all[3]);
        life.tenant.begin_reconcile(false).unwrap();
        for _ in 0..steps {
            life.step(i64::MAX);
        }
        let was_done = report(&life).state == State::Done;
        life.crash();
        life.rest();
        let told = report(&life);
        assert_eq!(told.state, State::Done, "crashed after {steps} steps");
        let stripe = BTreeMap::from([("missing", 1), ("stale", 1), ("deleted", 2)]);
        assert_eq!(found(&told).0, stripe, "crashed after {steps} steps");
        assert_true_to_stripe(&life);
        if was_done {
            return;
        }
    }
    panic!("the comparison did not come to its end");
}

#[test]
fn without_room_in_the_days_share_it_goes_on_the_next_day() {
    let mut life = settled(1_100);
    let document = life.tenant.connections().unwrap().unwrap();
    let mut connections: Value = serde_json::from_str(&document.body).unwrap();
    let used = life.world.number("SELECT count FROM request_count");
    connections["apps"]["records"]["daily_requests"] = json!(used + 2);
    let tenant = std::rc::Rc::clone(&life.tenant);
    let precondition = Precondition::IfMatch(document.etag);
    life.until(tenant.put_connections(connections.to_string().as_bytes(), &precondition, "test")).unwrap();
    life.tenant.begin_reconcile(false).unwrap();
    let nine = (life.world.0.now.get() / DAY + 1) * DAY;
    life.world.0.now.set(nine - 600_000);
    life.pass(500_000);
    let waiting = report(&life);
    assert_eq!((waiting.state, waiting.retry_at), (State::Running, Some(nine)), "{waiting:?}");
    assert!(life.world.number("SELECT max(count) FROM request_count") <= used + 2);
    life.pass(2 * HOUR);
    assert_eq!(report(&life).state, State::Done);
    assert_eq!(report(&life).targets["records"].counts["unchanged"], 1_100);
}

#[test]
fn another_accounts_key_ends_it_before_anything_is_believed() {
    let mut life = settled(5);
    life.store_key_of_another_account();
    life.tenant.begin_reconcile(false).unwrap();
    life.rest();
    let failed = report(&life);
    assert_eq!(failed.state, State::Failed);
    assert_eq!(failed.problem.unwrap().code, "stripe_key_other_account");
    assert!(failed.stripe.is_empty());
    assert_eq!(life.world.records().len(), 5);
    life.store_own_key();
    run(&mut life);
    assert_true_to_stripe(&life);
}

#[test]
fn cancelled_it_stops_where_it_is() {
    let mut life = settled(700);
    let before = requests(&life, Service::Kintone, "GET");
    life.tenant.begin_reconcile(false).unwrap();
    assert!(matches!(life.tenant.begin_reconcile(false), Err(JobError::Running(_))));
    while requests(&life, Service::Kintone, "GET") == before {
        assert!(life.step(i64::MAX));
    }
    life.tenant.cancel_reconcile().unwrap();
    assert!(matches!(life.tenant.cancel_reconcile(), Err(JobError::NotRunning(_))));
    life.rest();
    let cancelled = report(&life);
    assert_eq!(cancelled.state, State::Cancelled);
    assert!(!cancelled.targets["records"].complete);
    assert_eq!(requests(&life, Service::Kintone, "GET"), before + 1);
}

#[test]
fn a_target_that_is_not_written_to_is_not_compared_and_says_why() {
    let mut life = put_up(1);
    let person = json!({"id": {"value": "by a person"}});
    life.world.0.kintone.borrow_mut().add_record(1, APP, &person).unwrap_or_else(|_| panic!());
    life.configure_with(&policies());
    life.rest();
    life.world.stripe("/v1/customers", &form("a"));
    life.rest();
    let target = run(&mut life).targets.remove("records").unwrap();
    assert_eq!(target.problem.unwrap().code, "records_found");
    assert_eq!((target.counts.len(), life.world.records().len()), (0, 1));
    // Where nothing is written to at all, the night begins none.
    let before = report(&life).begun;
    life.pass(DAY);
    assert_eq!(report(&life).begun, before);
}

/// The target waits for its next check, which comes so much later.
fn pause(life: &Life, later: i64) {
    let next = life.world.0.now.get() + later;
    let sql = format!("UPDATE binding SET state = 'paused', reason = 'not_checked', not_before = {next}");
    life.world.0.sql.transaction(|tx| tx.exec(&sql, &[])).unwrap();
}

#[test]
fn a_target_that_pauses_for_a_moment_is_compared_once_it_is_written_to_again() {
    let mut life = settled(3);
    let all = ids(&life);
    edit(&life, &all[1], &[("name", "by hand")]);
    pause(&life, 5_000);
    assert_eq!(found(&run(&mut life)).1, BTreeMap::from([("stale", 1)]));
    let target = report(&life).targets.remove("records").unwrap();
    assert_eq!((target.complete, target.problem), (true, None));
}

#[test]
fn a_target_that_stays_paused_keeps_a_comparison_for_half_an_hour() {
    let mut life = settled(3);
    pause(&life, HOUR);
    let begun = life.world.0.now.get();
    let before = requests(&life, Service::Kintone, "GET");
    life.tenant.begin_reconcile(false).unwrap();
    life.pass(HOUR / 2 - 1_000);
    assert_eq!(report(&life).state, State::Running);
    life.pass(2_000);
    assert_eq!(report(&life).state, State::Done);
    assert!(life.world.0.now.get() - begun < HOUR);
    let target = report(&life).targets.remove("records").unwrap();
    assert!(target.problem.is_some());
    assert_eq!(requests(&life, Service::Kintone, "GET"), before, "nothing is asked of it meanwhile");
}

#[test]
fn many_that_are_gone_at_stripe_ask_before_their_records_go() {
    let mut life = settled(120);
    let all = ids(&life);
    unheard(&life, |life| {
        for id in &all[..110] {
            life.world.delete(&format!("/v1/customers/{id}"));
        }
    });
    assert_eq!(found(&run(&mut life)).0, BTreeMap::from([("deleted", 110)]));
    assert!(life.world.records().len() >= 110, "ten a day ask nobody");
    let status = life.tenant.status().unwrap();
    assert_eq!(status.targets["records"].reason, Some("many_deletions"));
}

#[test]
fn the_night_waits_for_a_backfill_that_runs() {
    let mut life = settled(300);
    life.pass(5 * HOUR + 50 * 60_000);
    let stop = life.world.0.now.get() + HOUR;
    let mut judged = life.world.0.network.borrow_mut().judge.take().unwrap();
    let world = life.world.clone();
    life.world.0.network.borrow_mut().judge = Some(Box::new(move |service, request| {
        let down = http::Response::builder().status(503).body(bytes::Bytes::new()).unwrap();
        let is_down = service == Service::Stripe && world.0.now.get() < stop;
        if is_down { Some(Fault::Answer(down)) } else { judged(service, request) }
    }));
    life.tenant.begin_backfill().unwrap();
    life.pass(50 * 60_000);
    assert_eq!(life.tenant.backfill().unwrap().unwrap().state, State::Running);
    assert_eq!(life.tenant.reconcile().unwrap(), None);
    life.pass(HOUR);
    assert_eq!(life.tenant.backfill().unwrap().unwrap().state, State::Done);
    assert_eq!(report(&life).state, State::Done);
}

#[test]
fn an_outage_of_either_service_is_waited_out() {
    let mut life = settled(250);
    let all = ids(&life);
    unheard(&life, |life| drop(life.world.delete(&format!("/v1/customers/{}", all[9]))));
    edit(&life, &all[3], &[("name", "by hand")]);
    let mut sent = 0;
    life.world.0.network.borrow_mut().judge = Some(Box::new(move |_, _| {
        sent += 1;
        let refused = http::Response::builder().status(503).body(bytes::Bytes::new()).unwrap();
        (sent % 3 == 0).then_some(Fault::Answer(refused))
    }));
    assert_eq!(found(&run(&mut life)).0, BTreeMap::from([("deleted", 1)]));
    life.world.0.network.borrow_mut().judge = None;
    life.rest();
    assert_true_to_stripe(&life);
}
