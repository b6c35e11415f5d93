//! The dry run: what a backfill would write, told without a write.

use daicho_engine::job::dry_run::DryRun;
use daicho_engine::job::{JobError, State};
use daicho_engine::port::Service;
use serde_json::json;

use crate::world::{Life, Seen, mapping, put_up};

/// A configured tenant that knows none of the customers `c0`, `c1`, …
fn before(customers: u32) -> Life {
    let mut life = put_up(1);
    life.configure();
    life.world.0.stripe.borrow_mut().delivery_rules().drop_next = customers;
    for number in 0..customers {
        life.world.stripe("/v1/customers", &format!("name=n{number}&description=d"));
    }
    life.rest();
    life
}

fn run(life: &mut Life, mapping: Option<&serde_json::Value>) -> DryRun {
    let text = mapping.map(ToString::to_string);
    life.tenant.begin_dry_run(text.as_ref().map(String::as_bytes)).unwrap();
    life.rest();
    let report = life.tenant.dry_run(true).unwrap().unwrap();
    assert_eq!(report.state, State::Done, "{report:?}");
    report
}

fn writes(life: &Life) -> usize {
    let seen = &life.world.0.network.borrow().seen;
    seen.iter().filter(|seen| seen.service == Service::Kintone && seen.method != "GET").count()
}

#[test]
fn it_tells_what_would_be_created_updated_and_left_without_a_write() {
    let mut life = before(230);
    let report = run(&mut life, None);
    assert_eq!(report.targets["records"].counts["created"], 230);
    assert_eq!(report.targets["records"].samples["created"].len(), 20);
    assert_eq!((writes(&life), life.world.records().len()), (0, 0));
    assert_eq!(life.world.number("SELECT (SELECT count(*) FROM dirty) + (SELECT count(*) FROM record)"), 0);

    life.tenant.begin_backfill().unwrap();
    life.rest();
    let written = writes(&life);
    let (id, record) = life.world.records().into_iter().next().unwrap();
    let number: u64 = record["$id"]["value"].as_str().unwrap().parse().unwrap();
    let now = life.world.0.now.get();
    let edit = json!({"name": {"value": "by hand"}});
    life.world
        .0
        .kintone
        .borrow_mut()
        .edit_record(now, crate::world::APP, number, &edit)
        .unwrap_or_else(|_| panic!());
    life.tenant.begin_dry_run(None).unwrap();
    let begun = life.tenant.dry_run(false).unwrap().unwrap();
    let target = &begun.targets["records"];
    assert_eq!((begun.phase, target.objects, target.of), ("check", 0, 230), "as the backfill saw them");
    life.tenant.cancel_dry_run().unwrap();
    let target = run(&mut life, None).targets.remove("records").unwrap();
    assert_eq!((target.counts["unchanged"], target.counts["updated"]), (229, 1));
    let sample = &target.samples["updated"][0];
    assert_eq!((&sample.object_id, sample.fields.len()), (&id, 1));
    assert_eq!(sample.fields[0].old, Some(json!("by hand")));
    assert_eq!(writes(&life), written);
}

#[test]
fn a_mapping_that_is_not_put_is_tried_and_changes_nothing() {
    let mut life = before(3);
    life.tenant.begin_backfill().unwrap();
    life.rest();
    let tried = mapping(
        "customer",
        &json!([
            {"field": "name", "value": {"path": "name"}},
            {"field": "note", "value": {"path": "id"}},
            {"field": "a", "value": {"path": "default_payment_method.type"}},
        ]),
    );
    let target = run(&mut life, Some(&tried)).targets.remove("records").unwrap();
    assert_eq!(target.counts, [("updated".to_owned(), 3)].into(), "{target:?}");
    assert_eq!(target.samples["updated"][0].fields[0].field, "note");
    assert_eq!(life.world.number("SELECT count(*) FROM depends"), 0);
    let plain = life.tenant.dry_run(false).unwrap().unwrap();
    assert_eq!(
        plain.targets["records"].samples["updated"][0].fields[0].new, None,
        "values only where asked for"
    );
    let unknown = json!({"version": 1, "targets": {"x": {"source": "customer", "app": "nowhere",
        "key": {"field": "id"}, "fields": []}}});
    let refused = life.tenant.begin_dry_run(Some(unknown.to_string().as_bytes()));
    assert!(matches!(refused, Err(JobError::Config(_))));
}

#[test]
fn what_it_read_and_did_not_write_is_written_when_an_event_comes() {
    let mut life = before(5);
    run(&mut life, None);
    life.world.0.stripe.borrow_mut().delivery_rules().delay_ms = 30_000;
    let late = life.world.stripe("/v1/customers", "name=late");
    life.pass(20_000);
    run(&mut life, None);
    life.rest();
    assert_eq!(life.world.records().len(), 1);
    assert!(life.world.records().contains_key(late["id"].as_str().unwrap()));
}

#[test]
fn it_reads_nothing_that_a_backfill_reads_whose_marks_may_have_passed() {
    let mut life = before(5);
    life.tenant.begin_backfill().unwrap();
    run(&mut life, None);
    let network = life.world.0.network.borrow();
    let lists = |seen: &&Seen| seen.path.starts_with("/v1/customers?");
    assert_eq!(network.seen.iter().filter(lists).count(), 1, "the backfill's");
}

#[test]
fn a_record_that_people_deleted_and_the_target_leaves_so_is_not_said_to_be_created() {
    let mut life = put_up(1);
    let mut mapping = mapping("customer", &json!([{"field": "name", "value": {"path": "name"}}]));
    mapping["targets"]["records"]["on_record_deleted"] = json!("leave");
    life.configure_with(&mapping);
    life.world.stripe("/v1/customers", "name=a");
    life.world.stripe("/v1/customers", "name=b");
    life.rest();
    let now = life.world.0.now.get();
    let mut kintone = life.world.0.kintone.borrow_mut();
    kintone.delete_record(now, crate::world::APP, 1).unwrap_or_else(|_| panic!());
    drop(kintone);
    let target = run(&mut life, None).targets.remove("records").unwrap();
    assert_eq!(target.counts, [("left_alone".to_owned(), 1), ("unchanged".to_owned(), 1)].into());
}

#[test]
fn a_target_that_is_held_is_told_of_as_if_it_was_not() {
    let mut life = put_up(1);
    let person = json!({"id": {"value": "by a person"}});
    life.world.0.kintone.borrow_mut().add_record(1, crate::world::APP, &person).unwrap_or_else(|_| panic!());
    life.configure();
    life.world.stripe("/v1/customers", "name=a");
    life.rest();
    assert_eq!(life.tenant.status().unwrap().targets["records"].state, "held");
    let target = run(&mut life, None).targets.remove("records").unwrap();
    assert_eq!(target.counts, [("created".to_owned(), 1)].into());
    assert_eq!((writes(&life), life.world.records().len()), (0, 1));
}
