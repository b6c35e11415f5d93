//! From Stripe's changes to kintone's records, whatever the order of the events.

use crate::world::{Endpoint, Fault, Life, put_up, put_up_with};

/// Every customer that Stripe has is a record with its name and description, and nothing waits.
fn assert_true_to_stripe(life: &Life, seed: u64) {
    let snapshot = life.world.0.stripe.borrow().snapshot();
    let customers = &snapshot[crate::world::ACCOUNT]["test"]["customer"];
    let customers = customers.as_object().unwrap();
    let records = life.world.records();
    for (id, customer) in customers {
        let record = records.get(id).unwrap_or_else(|| panic!("seed {seed}: no record of {id}"));
        for (field, property) in [("name", "name"), ("note", "description")] {
            let expected = customer[property].as_str().unwrap_or_default();
            assert_eq!(
                record[field]["value"].as_str().unwrap_or_default(),
                expected,
                "seed {seed}: {id} {field}"
            );
        }
    }
    for table in ["read", "dirty", "in_flight", "inbox WHERE status = 'waiting'"] {
        assert_eq!(life.world.number(&format!("SELECT count(*) FROM {table}")), 0, "seed {seed}: {table}");
    }
}

#[test]
fn a_new_customer_becomes_a_record_at_once() {
    let mut life = put_up(1);
    life.configure();
    let began = life.world.0.now.get();
    let customer = life.world.stripe("/v1/customers", "name=Hanako&description=first");
    life.rest();
    let record = &life.world.records()[customer["id"].as_str().unwrap()];
    assert_eq!(record["name"]["value"], "Hanako");
    assert!(life.world.0.now.get() - began < 1_000, "{} ms", life.world.0.now.get() - began);
    assert_true_to_stripe(&life, 1);
}

#[test]
fn two_changes_within_a_second_are_settled_by_a_read() {
    let mut life = put_up(2);
    life.configure();
    let customer = life.world.stripe("/v1/customers", "name=a");
    let path = format!("/v1/customers/{}", customer["id"].as_str().unwrap());
    life.world.stripe(&path, "name=b");
    life.world.stripe(&path, "name=c");
    life.world.0.stripe.borrow_mut().delivery_rules().shuffle_ms = 500;
    life.rest();
    assert_true_to_stripe(&life, 2);
    let seen = &life.world.0.network.borrow().seen;
    let reads: Vec<_> = seen.iter().filter(|seen| seen.path == path).collect();
    assert_eq!(reads.len(), 1, "one read settles all that was there");
    assert_eq!(reads[0].headers["stripe-version"], "2026-10-28.endive");
    assert!(!reads[0].headers.contains_key("stripe-account"), "a restricted key needs none");
}

/// What a merchant does over some 45 s: makes, changes and deletes customers.
fn busy_merchant(
    life: &mut Life,
    random: &mut fastrand::Rng,
    mut meanwhile: impl FnMut(&mut Life, &mut fastrand::Rng),
) {
    let mut ids: Vec<String> = Vec::new();
    for change in 0..30 {
        let form = format!("name=name{change}&description=d{}", random.u8(..4));
        match random.u8(..10) {
            0..3 => {
                let customer = life.world.stripe("/v1/customers", &form);
                ids.push(customer["id"].as_str().unwrap().to_owned());
            }
            9 if !ids.is_empty() => {
                let id = ids.swap_remove(random.usize(..ids.len()));
                life.world.delete(&format!("/v1/customers/{id}"));
            }
            _ if !ids.is_empty() => {
                let id = &ids[random.usize(..ids.len())];
                life.world.stripe(&format!("/v1/customers/{id}"), &form);
            }
            _ => {}
        }
        life.pass(random.i64(0..3_000));
        meanwhile(life, random);
    }
}

fn disorder(life: &Life) {
    let mut stripe = life.world.0.stripe.borrow_mut();
    let rules = stripe.delivery_rules();
    rules.shuffle_ms = 20_000;
    rules.duplicate = 0.3;
    rules.twin = 0.2;
}

#[test]
fn no_order_of_events_changes_the_outcome() {
    for (seed, endpoint) in
        (0..24).zip([Endpoint::Pinned, Endpoint::Pinned, Endpoint::Thin, Endpoint::Other].into_iter().cycle())
    {
        let mut life = put_up_with(seed, endpoint);
        life.configure();
        disorder(&life);
        busy_merchant(&mut life, &mut fastrand::Rng::with_seed(seed), |_, _| {});
        life.rest();
        assert_true_to_stripe(&life, seed);
    }
}

/// Requests that are lost, late or refused, with a chance of one in four.
fn trouble(life: &Life, seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    life.world.0.network.borrow_mut().judge = Some(Box::new(move |_, _| {
        let refused = |status: u16| {
            let response = http::Response::builder().status(status).header("retry-after", "3");
            Fault::Answer(response.body(bytes::Bytes::from_static(b"<html>")).unwrap())
        };
        match random.u8(..24) {
            0 => Some(Fault::LostBefore),
            1 => Some(Fault::LostAfter),
            2 => Some(Fault::Late(random.i64(0..20_000))),
            3 => Some(refused(503)),
            4 => Some(refused(429)),
            5 => Some(refused(500)),
            _ => None,
        }
    }));
}

#[test]
fn no_fault_and_no_crash_changes_the_outcome() {
    for seed in 100..130 {
        let mut life = put_up(seed);
        life.configure();
        disorder(&life);
        trouble(&life, seed);
        busy_merchant(&mut life, &mut fastrand::Rng::with_seed(seed), |life, random| {
            if random.u8(..8) == 0 {
                life.crash();
            }
        });
        life.pass(120_000);
        life.world.0.network.borrow_mut().judge = None;
        life.rest();
        assert_true_to_stripe(&life, seed);
    }
}

#[test]
fn a_deleted_customer_stays_deleted_whatever_comes_late() {
    let mut life = put_up(3);
    life.configure();
    let customer = life.world.stripe("/v1/customers", "name=a");
    let id = customer["id"].as_str().unwrap();
    life.pass(10_000);
    life.world.0.stripe.borrow_mut().delivery_rules().delay_ms = 60_000;
    life.world.stripe(&format!("/v1/customers/{id}"), "name=late");
    life.world.0.stripe.borrow_mut().delivery_rules().delay_ms = 0;
    life.pass(5_000);
    life.world.delete(&format!("/v1/customers/{id}"));
    life.rest();
    let rows = life.world.rows("SELECT deleted, json IS NULL FROM object");
    assert_eq!((rows[0].integer(0), rows[0].integer(1)), (Ok(1), Ok(1)));
}
