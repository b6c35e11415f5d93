//! What is under way side by side.

use daicho_engine::config::Precondition;
use daicho_engine::port::{Service, Sql as _, SqlError, Statements};
use serde_json::json;

use crate::world::{Fault, mapping, put_up};

#[test]
fn a_slow_kintone_does_not_hold_up_reads_from_stripe() {
    let mut life = put_up(1);
    life.configure();
    life.world.0.network.borrow_mut().judge =
        Some(Box::new(|service, _| (service == Service::Kintone).then_some(Fault::Late(25_000))));
    life.world.stripe("/v1/customers", "name=a");
    life.pass(1_000);
    life.world.0.stripe.borrow_mut().delivery_rules().drop_next = 1;
    let customer = life.world.stripe("/v1/customers", "name=b");
    life.pass(7_000);
    let path = format!("/v1/customers/{}", customer["id"].as_str().unwrap());
    life.world.stripe(&path, "name=c");
    life.pass(1_000);
    let seen = life.world.0.network.borrow().seen.iter().any(|seen| seen.path == path);
    assert!(seen, "the object is read while kintone is still silent");
    life.world.0.network.borrow_mut().judge = None;
    life.rest();
    assert_eq!(life.world.records().len(), 2);
}

#[test]
fn what_arrives_during_a_request_goes_with_the_next() {
    let mut life = put_up(1);
    life.configure();
    for number in 0..60 {
        life.world.stripe("/v1/customers", &format!("name=n{number}"));
    }
    life.rest();
    assert_eq!(life.world.records().len(), 60);
    let seen = &life.world.0.network.borrow().seen;
    let writes = seen.iter().filter(|seen| seen.service == Service::Kintone && seen.method == "PUT").count();
    assert!((1..=3).contains(&writes), "{writes} requests for 60 records");
}

#[test]
fn four_reads_are_under_way_at_most() {
    let mut life = put_up(1);
    life.configure();
    let paths: Vec<String> = (0..20)
        .map(|number| {
            life.world.0.stripe.borrow_mut().delivery_rules().drop_next = 1;
            let customer = life.world.stripe("/v1/customers", &format!("name=n{number}"));
            format!("/v1/customers/{}", customer["id"].as_str().unwrap())
        })
        .collect();
    life.pass(60_000);
    for path in &paths {
        life.world.stripe(path, "description=x");
    }
    life.rest();
    assert_eq!(life.world.records().len(), 20);
    let seen = &life.world.0.network.borrow().seen;
    let mut reads: Vec<i64> =
        seen.iter().filter(|seen| seen.service == Service::Stripe).map(|seen| seen.at).collect();
    assert_eq!(reads.len(), 20);
    reads.dedup();
    assert_eq!(reads.len(), 5, "five rounds of four");
}

#[test]
fn a_timer_that_fails_holds_up_nothing_else() {
    let mut life = put_up(1);
    life.configure();
    life.rest();
    let break_retention = |tx: &dyn Statements| {
        tx.exec("ALTER TABLE discarded RENAME TO elsewhere", &[])?;
        tx.exec("UPDATE timer SET due = 0 WHERE name = 'retention'", &[])
    };
    let broken: Result<_, SqlError> = life.world.0.sql.transaction(break_retention);
    broken.unwrap();
    life.world.stripe("/v1/customers", "name=a");
    life.pass(5_000);
    assert_eq!(life.world.records().len(), 1);
    let now = life.world.0.now.get();
    let due = life.world.number("SELECT due FROM timer WHERE name = 'retention'");
    assert!((now..=now + 30_000).contains(&due), "tried again later");
}

#[test]
fn one_run_of_the_alarm_makes_a_bounded_number_of_requests() {
    let mut life = put_up(1);
    life.settings.requests_per_run = 3;
    life.crash();
    for number in 0..1_000 {
        life.world.stripe("/v1/customers", &format!("name=n{number}"));
    }
    let requests = |life: &crate::world::Life| life.world.0.network.borrow().seen.len();
    while life.world.number("SELECT count(*) FROM inbox") < 1_000 {
        life.pass(100);
    }
    life.configure();
    let mut most = 0;
    while life.world.records().len() < 1_000 {
        let before = requests(&life);
        let tenant = std::rc::Rc::clone(&life.tenant);
        life.until(tenant.alarm());
        most = most.max(requests(&life) - before);
    }
    assert!((3..=8).contains(&most), "{most} requests in one run");
}

#[test]
fn one_run_of_the_alarm_ends_long_before_the_quarter_of_an_hour_that_it_may_last() {
    let mut life = put_up(1);
    for number in 0..2_000 {
        life.world.stripe("/v1/customers", &format!("name=n{number}"));
    }
    while life.world.number("SELECT count(*) FROM inbox") < 2_000 {
        life.pass(100);
    }
    life.configure();
    life.world.0.network.borrow_mut().judge = Some(Box::new(|service, request| {
        let is_write = service == Service::Kintone && request.method() == http::Method::PUT;
        is_write.then_some(Fault::SlowAnswer(25_000))
    }));
    let mut longest = 0;
    while life.world.records().len() < 2_000 {
        let began = life.world.0.now.get();
        let tenant = std::rc::Rc::clone(&life.tenant);
        life.until(tenant.alarm());
        longest = longest.max(life.world.0.now.get() - began);
    }
    assert!((120_000..300_000).contains(&longest), "{longest} ms in one run");
}

#[test]
fn what_a_new_mapping_marks_is_not_written_by_the_old_one() {
    let mut life = put_up(1);
    life.configure();
    for _ in 0..3 {
        life.world.stripe("/v1/customers", "name=a&description=b");
    }
    life.rest();
    // The form is read again after an hour, before what is due is taken, and that takes its time once.
    life.pass(3_700_000);
    let mut is_first = true;
    life.world.0.network.borrow_mut().judge = Some(Box::new(move |service, _| {
        (service == Service::Kintone && std::mem::take(&mut is_first)).then_some(Fault::Late(25_000))
    }));
    life.world.stripe("/v1/customers", "name=a&description=b");
    life.pass(2_000);
    let tenant = std::rc::Rc::clone(&life.tenant);
    let put = mapping("customer", &json!([{"field": "name", "value": {"path": "description"}}]));
    let precondition = Precondition::IfMatch(tenant.mapping().unwrap().unwrap().etag);
    life.until(tenant.put_mapping(put.to_string().as_bytes(), &precondition, "test")).unwrap();
    life.rest();
    let names: Vec<_> =
        life.world.records().into_values().map(|record| record["name"]["value"].clone()).collect();
    assert_eq!(names, ["b"; 4]);
}
