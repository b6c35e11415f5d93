//! The backfill: what there was at Stripe before Daicho.

use daicho_engine::config::Precondition;
use daicho_engine::job::backfill::Backfill;
use daicho_engine::job::{JobError, State};
use daicho_engine::port::Service;

use crate::world::{ACCOUNT, APP, Life, put_up};

/// A tenant that is configured after the merchant made so many customers, of which it got no event.
fn after(customers: u32) -> Life {
    let mut life = put_up(1);
    make(&life, 0..customers);
    life.configure();
    life.rest();
    life
}

fn make(life: &Life, numbers: std::ops::Range<u32>) {
    life.world.0.stripe.borrow_mut().delivery_rules().drop_next = numbers.len() as u32;
    for number in numbers {
        life.world.stripe("/v1/customers", &format!("name=n{number}&description=d"));
    }
}

fn report(life: &Life) -> Backfill {
    life.tenant.backfill().unwrap().unwrap()
}

fn ids(life: &Life) -> Vec<String> {
    let snapshot = life.world.0.stripe.borrow().snapshot();
    snapshot[ACCOUNT]["test"]["customer"].as_object().unwrap().keys().cloned().collect()
}

fn requests(life: &Life, service: Service, method: &str, path: &str) -> usize {
    let seen = &life.world.0.network.borrow().seen;
    let is = |seen: &&crate::world::Seen| {
        seen.service == service && seen.method == method && seen.path.starts_with(path)
    };
    seen.iter().filter(is).count()
}

fn assert_written(life: &Life) {
    let records = life.world.records();
    let snapshot = life.world.0.stripe.borrow().snapshot();
    let customers = snapshot[ACCOUNT]["test"]["customer"].as_object().unwrap();
    assert_eq!(records.len(), customers.len());
    for (id, customer) in customers {
        assert_eq!(records[id]["name"]["value"], customer["name"], "{id}");
    }
    for table in ["read", "dirty", "in_flight"] {
        assert_eq!(life.world.number(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
}

#[test]
fn everything_is_read_and_written_once_in_few_requests() {
    let mut life = after(1_234);
    life.tenant.begin_backfill().unwrap();
    life.rest();
    assert_written(&life);
    let backfill = report(&life);
    assert_eq!(backfill.state, State::Done);
    let target = &backfill.targets["records"];
    assert_eq!((target.objects, target.of, target.created, target.under_way), (1_234, 1_234, 1_234, 0));
    assert_eq!((backfill.read["customer"].objects, backfill.read["customer"].pages), (1_234, 13));
    assert_eq!(requests(&life, Service::Stripe, "GET", "/v1/customers?"), 13);
    // One shows that kintone fills the key; the rest goes in full batches.
    assert_eq!(requests(&life, Service::Kintone, "PUT", ""), 1 + 13);
}

#[test]
fn what_is_written_already_costs_no_request() {
    let mut life = after(250);
    life.tenant.begin_backfill().unwrap();
    life.rest();
    let before = requests(&life, Service::Kintone, "", "");
    life.pass(60_000);
    life.tenant.begin_backfill().unwrap();
    life.rest();
    assert_eq!(requests(&life, Service::Kintone, "", ""), before);
    let target = &report(&life).targets["records"];
    assert_eq!((target.created, target.updated, target.unchanged), (0, 0, 250));
    assert_eq!(life.world.number("SELECT max(version) FROM object"), 1, "nothing is stored anew");
}

#[test]
fn a_crash_at_any_step_loses_nothing_and_writes_nothing_twice() {
    for steps in 0..400 {
        let mut life = after(102);
        life.tenant.begin_backfill().unwrap();
        for _ in 0..steps {
            life.step(i64::MAX);
        }
        let was_done = report(&life).state == State::Done;
        life.crash();
        life.rest();
        assert_written(&life);
        let backfill = report(&life);
        assert_eq!(backfill.state, State::Done, "crashed after {steps} steps");
        assert_eq!(backfill.read["customer"].objects, 102, "crashed after {steps} steps");
        if was_done {
            return;
        }
    }
    panic!("the backfill did not come to its end");
}

#[test]
fn live_changes_go_first_and_are_never_overtaken() {
    for steps in (0..60).step_by(9) {
        let mut life = after(250);
        let all = ids(&life);
        life.tenant.begin_backfill().unwrap();
        for _ in 0..steps {
            life.step(i64::MAX);
        }
        life.world.stripe(&format!("/v1/customers/{}", all[0]), "name=live");
        life.world.stripe(&format!("/v1/customers/{}", all[249]), "name=live");
        life.world.delete(&format!("/v1/customers/{}", all[7]));
        life.world.stripe("/v1/customers", "name=new");
        life.rest();
        let records = life.world.records();
        for id in [&all[0], &all[249]] {
            assert_eq!(records[id]["name"]["value"], "live", "after {steps} steps");
        }
        let (known, left) = (ids(&life).len(), records.keys().filter(|id| **id != all[7]).count());
        assert_eq!((known, left), (250, 250), "after {steps} steps");
        assert_eq!(report(&life).state, State::Done);
    }
}

#[test]
fn a_live_change_does_not_wait_for_the_rest() {
    let mut life = after(1_500);
    life.tenant.begin_backfill().unwrap();
    while life.world.records().len() < 300 {
        assert!(life.step(i64::MAX));
    }
    life.world.stripe("/v1/customers", "name=now");
    let is_there = |life: &Life| life.world.records().values().any(|record| record["name"]["value"] == "now");
    while !is_there(&life) {
        assert!(life.step(i64::MAX));
    }
    let written = life.world.records().len();
    assert!(written < 800, "{written} records were written before it");
}

#[test]
fn cancelled_it_stops_and_what_an_event_is_about_is_written_nonetheless() {
    let mut life = after(1_500);
    let all = ids(&life);
    life.tenant.begin_backfill().unwrap();
    while life.world.records().len() < 100 {
        assert!(life.step(i64::MAX));
    }
    life.tenant.cancel_backfill().unwrap();
    assert!(matches!(life.tenant.cancel_backfill(), Err(JobError::NotRunning(_))));
    life.rest();
    let written = life.world.records();
    assert!(written.len() < 1_000, "{} records", written.len());
    assert_eq!(report(&life).state, State::Cancelled);
    let unwritten = all.iter().find(|id| !written.contains_key(*id)).unwrap();
    life.world.stripe(&format!("/v1/customers/{unwritten}"), "name=late");
    life.rest();
    assert_eq!(life.world.records()[unwritten]["name"]["value"], "late");
    life.pass(60_000);
    life.tenant.begin_backfill().unwrap();
    life.rest();
    assert_written(&life);
}

/// Cancelled once so many pages were asked for of seven and so many records written of 700.
fn cancelled_at(pages: usize, records: usize) -> Life {
    let mut life = after(700);
    life.pass(60_000);
    life.tenant.begin_backfill().unwrap();
    let read = |life: &Life| requests(life, Service::Stripe, "GET", "/v1/customers?");
    while read(&life) < pages || life.world.records().len() < records {
        assert!(life.step(i64::MAX));
    }
    life.tenant.cancel_backfill().unwrap();
    life.rest();
    life
}

#[test]
fn begun_again_after_it_was_cancelled_it_goes_on_where_it_stood() {
    for (pages, records) in [(2, 0), (4, 0), (7, 100)] {
        let mut life = cancelled_at(pages, records);
        assert!(report(&life).resumable);
        let all = ids(&life);
        life.world.stripe(&format!("/v1/customers/{}", all[0]), "name=while it stood");
        life.world.stripe(&format!("/v1/customers/{}", all[699]), "name=while it stood");
        life.world.stripe("/v1/customers", "name=while it stood");
        life.pass(60_000);
        let written = requests(&life, Service::Kintone, "PUT", "");
        life.tenant.begin_backfill().unwrap();
        life.rest();
        assert_written(&life);
        let lists = requests(&life, Service::Stripe, "GET", "/v1/customers?");
        assert!((7..=8).contains(&lists), "{lists}: at most the page that was under way is read twice");
        assert!(requests(&life, Service::Kintone, "PUT", "") - written <= 8);
        let backfill = report(&life);
        assert_eq!((backfill.state, backfill.resumable), (State::Done, false));
        assert_eq!(backfill.read["customer"].objects, 700);
        assert!((690..=700).contains(&backfill.targets["records"].created), "{backfill:?}");
    }
}

#[test]
fn begun_again_it_begins_anew_where_more_than_events_may_have_changed_what_it_passed() {
    let later = |life: &mut Life| life.pass(86_400_000);
    let put_anew = |life: &mut Life| {
        life.pass(1_000);
        let tenant = std::rc::Rc::clone(&life.tenant);
        let stored = tenant.connections().unwrap().unwrap();
        let same = Precondition::IfMatch(stored.etag);
        life.until(tenant.put_connections(stored.body.as_bytes(), &same, "test")).unwrap();
    };
    let read_otherwise = |life: &mut Life| {
        life.pass(1_000);
        life.tenant.begin_dry_run(None).unwrap();
        life.rest();
    };
    let all: [&dyn Fn(&mut Life); 3] = [&later, &put_anew, &read_otherwise];
    for (number, change) in all.into_iter().enumerate() {
        let mut life = cancelled_at(4, 0);
        change(&mut life);
        assert!(!report(&life).resumable, "{number}");
        let before = requests(&life, Service::Stripe, "GET", "/v1/customers?");
        life.tenant.begin_backfill().unwrap();
        life.rest();
        assert_written(&life);
        assert_eq!(requests(&life, Service::Stripe, "GET", "/v1/customers?") - before, 7, "{number}");
    }
}

#[test]
fn an_event_whose_change_the_lists_showed_already_is_not_lost_with_the_backfill() {
    let mut life = after(10);
    life.world.0.stripe.borrow_mut().delivery_rules().delay_ms = 30_000;
    let customer = life.world.stripe("/v1/customers", "name=slow");
    life.pass(20_000);
    life.tenant.begin_backfill().unwrap();
    while life.world.number("SELECT count(*) FROM object") == 0 {
        assert!(life.step(i64::MAX));
    }
    life.tenant.cancel_backfill().unwrap();
    life.rest();
    assert_eq!(life.world.records()[customer["id"].as_str().unwrap()]["name"]["value"], "slow");
}

#[test]
fn a_key_of_the_other_mode_ends_it_where_nothing_else_shows_whose_it_is() {
    let mut life = put_up(1);
    life.configure();
    life.store_key_of_the_other_mode();
    life.world.stripe_with("sk_live_sandbox", "/v1/customers", "name=theirs");
    life.tenant.begin_backfill().unwrap();
    life.pass(60_000);
    let backfill = report(&life);
    assert_eq!(backfill.state, State::Failed);
    assert_eq!(backfill.problem.unwrap().code, "stripe_key_other_mode");
    assert_eq!(life.world.number("SELECT count(*) FROM object"), 0);
}

#[test]
fn another_accounts_key_ends_it_before_anything_is_read() {
    let mut life = after(5);
    life.tenant.begin_backfill().unwrap();
    life.rest();
    life.store_key_of_another_account();
    life.tenant.begin_backfill().unwrap();
    life.rest();
    let backfill = report(&life);
    assert_eq!(backfill.state, State::Failed);
    assert_eq!(backfill.problem.unwrap().code, "stripe_key_other_account");
    assert!(backfill.read.is_empty());
    life.store_own_key();
    life.tenant.begin_backfill().unwrap();
    life.rest();
    assert_eq!(report(&life).state, State::Done);
}

#[test]
fn a_target_that_is_held_waits_for_a_person_and_says_so() {
    let mut life = put_up(1);
    make(&life, 0..3);
    let person = serde_json::json!({"id": {"value": "by a person"}});
    life.world.0.kintone.borrow_mut().add_record(1, APP, &person).unwrap_or_else(|_| panic!());
    life.configure();
    life.rest();
    life.tenant.begin_backfill().unwrap();
    life.rest();
    let waiting = report(&life);
    assert_eq!((waiting.state, life.world.records().len()), (State::Running, 1));
    assert_eq!(waiting.targets["records"].waits.as_ref().unwrap().code, "records_found");
    life.tenant.begin_dry_run(None).unwrap();
    life.rest();
    let tried = life.tenant.dry_run(false).unwrap().unwrap();
    let created = tried.targets["records"].counts["created"];
    assert_eq!((tried.state, created), (State::Done, 3), "what a person wants to see before");
    let tenant = std::rc::Rc::clone(&life.tenant);
    life.until(tenant.waive("records", "Customers", "test")).unwrap();
    life.rest();
    assert_eq!((report(&life).state, life.world.records().len()), (State::Done, 4));
}

#[test]
fn one_runs_at_a_time_and_only_where_there_is_a_mapping() {
    let life = put_up(1);
    assert!(matches!(life.tenant.begin_backfill(), Err(JobError::NotConfigured)));
    assert_eq!(life.tenant.backfill().unwrap(), None);
    let life = after(5);
    life.tenant.begin_backfill().unwrap();
    assert!(matches!(life.tenant.begin_backfill(), Err(JobError::Running(_))));
}

#[test]
fn an_outage_of_stripe_is_waited_out() {
    let mut life = after(250);
    let mut answered = 0;
    life.world.0.network.borrow_mut().judge = Some(Box::new(move |service, _| {
        answered += u32::from(service == Service::Stripe);
        let refused = http::Response::builder().status(503).body(bytes::Bytes::new()).unwrap();
        (service == Service::Stripe && (3..9).contains(&answered))
            .then_some(crate::world::Fault::Answer(refused))
    }));
    life.tenant.begin_backfill().unwrap();
    life.pass(3_000);
    assert_eq!(report(&life).last_error.as_deref(), Some("stripe_503"));
    life.rest();
    assert_written(&life);
}

#[test]
fn a_page_that_ended_with_what_is_gone_since_is_gone_back_from() {
    let mut life = put_up(1);
    for number in 0..150 {
        life.world.0.stripe.borrow_mut().delivery_rules().drop_next = 2;
        let customer = life.world.stripe("/v1/customers", &format!("name=n{number}"));
        life.world.stripe("/v1/invoices", &format!("customer={}", customer["id"].as_str().unwrap()));
    }
    life.configure_for("invoice", "currency", "status");
    life.rest();
    life.tenant.begin_backfill().unwrap();
    while life.world.number("SELECT count(*) FROM object") == 0 {
        assert!(life.step(i64::MAX));
    }
    // The last of the first page, a draft, is deleted.
    let last = life.world.rows("SELECT json_extract(body, '$.sweep.trail[9]') FROM job");
    life.world.delete(&format!("/v1/invoices/{}", last[0].text(0).unwrap()));
    life.rest();
    assert_eq!(report(&life).state, State::Done);
    let known = life.world.number("SELECT count(*) FROM object WHERE kind = 'invoice' AND deleted = 0");
    assert_eq!(known, 149);
}

/// The acceptance figure. `cargo test -p daicho-engine --release --test engine -- --ignored 100_000`
#[test]
#[ignore = "takes a minute"]
fn a_hundred_thousand_customers_need_a_thousand_lists_and_writes() {
    let mut life = after(100_000);
    life.tenant.begin_backfill().unwrap();
    while report(&life).state == State::Running {
        life.pass(600_000);
    }
    assert_eq!(life.world.number("SELECT count(*) FROM record WHERE record_id IS NOT NULL"), 100_000);
    let lists = requests(&life, Service::Stripe, "GET", "/v1/customers?");
    let writes = requests(&life, Service::Kintone, "PUT", "");
    assert!(lists <= 1_010 && writes <= 1_010, "{lists} list calls, {writes} writes");
}
