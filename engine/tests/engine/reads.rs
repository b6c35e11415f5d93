//! Reading objects from Stripe, and what can go wrong with it.

use std::cell::Cell;
use std::rc::Rc;

use bytes::Bytes;
use daicho_engine::delivery::letters::{Filter, Values, Which};
use daicho_engine::port::{Service, Sql as _};

use serde_json::json;

use crate::world::{ACCOUNT, Endpoint, Fault, Life, mapping, put_up, put_up_with};

const HALF_AN_HOUR: i64 = 1_800_000;
/// Longer than it takes until what was given up is tried for the first time.
const RARELY: i64 = 4_000_000;

/// A customer whose events were lost but for one that cannot decide.
fn with_a_read_to_do(life: &mut Life) -> String {
    life.configure();
    life.world.0.stripe.borrow_mut().delivery_rules().drop_next = 1;
    let customer = life.world.stripe("/v1/customers", "name=a");
    life.pass(60_000);
    let id = customer["id"].as_str().unwrap().to_owned();
    life.world.stripe(&format!("/v1/customers/{id}"), "name=b");
    id
}

/// The first `count` requests to Stripe meet `fault`.
fn first(life: &Life, count: usize, fault: Fault) {
    let left = Cell::new(count);
    life.world.0.network.borrow_mut().judge = Some(Box::new(move |service, _| {
        let meets = service == Service::Stripe && left.get() > 0;
        meets.then(|| {
            left.set(left.get() - 1);
            fault.clone()
        })
    }));
}

fn answer(status: u16, headers: &[(&str, &str)]) -> Fault {
    let mut response = http::Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    Fault::Answer(response.body(Bytes::from_static(b"<html>")).unwrap())
}

#[test]
fn an_object_without_a_row_that_is_not_new_is_read() {
    let mut life = put_up(1);
    let id = with_a_read_to_do(&mut life);
    life.rest();
    assert_eq!(life.world.records()[&id]["name"]["value"], "b");
    assert!(life.world.0.network.borrow().seen.iter().any(|seen| seen.path == format!("/v1/customers/{id}")));
}

#[test]
fn a_read_that_fails_is_tried_again_until_it_works() {
    for fault in [Fault::LostBefore, Fault::LostAfter, answer(503, &[]), answer(409, &[]), answer(200, &[])] {
        let mut life = put_up(1);
        let id = with_a_read_to_do(&mut life);
        first(&life, 3, fault.clone());
        life.rest();
        assert_eq!(life.world.records()[&id]["name"]["value"], "b", "{fault:?}");
        assert_eq!(life.world.logged("read_deferred"), 3, "{fault:?}");
    }
}

#[test]
fn retry_after_is_waited_out() {
    let mut life = put_up(1);
    let id = with_a_read_to_do(&mut life);
    let began = life.world.0.now.get();
    first(&life, 1, answer(429, &[("retry-after", "40")]));
    life.rest();
    assert_eq!(life.world.records()[&id]["name"]["value"], "b");
    let seen =
        life.world.0.network.borrow().seen.iter().find(|seen| seen.service == Service::Stripe).unwrap().at;
    assert!(seen >= began + 40_000, "{}", seen - began);
}

#[test]
fn a_refused_key_shows_in_the_status_and_works_once_it_is_mended() {
    let mut life = put_up(1);
    life.configure();
    life.tenant.put_secret("stripe_key", b"rk_test_unknown").unwrap();
    let id = {
        life.world.0.stripe.borrow_mut().delivery_rules().drop_next = 1;
        let customer = life.world.stripe("/v1/customers", "name=a");
        life.pass(60_000);
        let id = customer["id"].as_str().unwrap().to_owned();
        life.world.stripe(&format!("/v1/customers/{id}"), "name=b");
        id
    };
    life.pass(30_000);
    let status = life.tenant.status().unwrap();
    assert_eq!(status.reads.last_error.as_deref(), Some("stripe_401"));
    life.store_own_key();
    life.rest();
    assert_eq!(life.world.records()[&id]["name"]["value"], "b");
}

#[test]
fn a_404_buries_nothing_while_the_key_reads_nothing() {
    let mut life = put_up(1);
    with_a_read_to_do(&mut life);
    let everything = Rc::new(Cell::new(true));
    let gone = Rc::clone(&everything);
    life.world.0.network.borrow_mut().judge = Some(Box::new(move |service, _| {
        (service == Service::Stripe && gone.get()).then(|| answer(404, &[]))
    }));
    life.pass(600_000);
    assert_eq!(life.world.number("SELECT count(*) FROM object WHERE deleted = 1"), 0);
    let status = life.tenant.status().unwrap();
    assert_eq!(status.reads.last_error.as_deref(), Some("stripe_404_unproved"));
    everything.set(false);
    life.pass(RARELY);
    assert_eq!(life.world.number("SELECT count(*) FROM read"), 0);
}

#[test]
fn a_404_buries_nothing_while_the_key_reads_no_other_object_that_exists() {
    let mut life = put_up(1);
    life.configure();
    life.world.stripe("/v1/customers", "name=other");
    life.pass(10_000);
    let id = with_another_read_to_do(&mut life);
    life.world.0.network.borrow_mut().judge =
        Some(Box::new(|service, _| (service == Service::Stripe).then(|| answer(404, &[]))));
    life.pass(600_000);
    assert_eq!(life.world.number("SELECT count(*) FROM object WHERE deleted = 1"), 0);
    life.world.0.network.borrow_mut().judge = None;
    life.pass(RARELY);
    assert_eq!(life.world.records()[&id]["name"]["value"], "b");
}

#[test]
fn a_404_buries_an_object_while_the_key_reads_another() {
    let mut life = put_up(1);
    life.configure();
    life.world.stripe("/v1/customers", "name=other");
    life.pass(10_000);
    life.world.0.network.borrow_mut().judge = None;
    let id = with_another_read_to_do(&mut life);
    let path = format!("/v1/customers/{id}");
    life.world.0.network.borrow_mut().judge =
        Some(Box::new(move |_, request| (request.uri().path() == path).then(|| answer(404, &[]))));
    life.rest();
    let rows = life.world.rows(&format!("SELECT deleted FROM object WHERE id = '{id}'"));
    assert_eq!(rows[0].integer(0), Ok(1));
}

fn with_another_read_to_do(life: &mut Life) -> String {
    life.world.0.stripe.borrow_mut().delivery_rules().drop_next = 1;
    let customer = life.world.stripe("/v1/customers", "name=a");
    life.pass(60_000);
    let id = customer["id"].as_str().unwrap().to_owned();
    life.world.stripe(&format!("/v1/customers/{id}"), "name=b");
    id
}

#[test]
fn a_deletion_whose_event_is_lost_is_seen_by_the_next_read() {
    let mut life = put_up(1);
    let id = with_a_read_to_do(&mut life);
    life.world.0.stripe.borrow_mut().delivery_rules().drop_next = 1;
    life.world.delete(&format!("/v1/customers/{id}"));
    life.rest();
    assert_eq!(life.world.number("SELECT count(*) FROM object WHERE deleted = 1"), 1);
}

#[test]
fn a_change_during_a_read_is_not_lost() {
    for wait in [10, 40, 60, 90, 110, 900, 1_500, 2_500] {
        let mut life = put_up(1);
        let id = with_a_read_to_do(&mut life);
        life.pass(wait);
        life.world.stripe(&format!("/v1/customers/{id}"), "name=c");
        life.rest();
        assert_eq!(life.world.records()[&id]["name"]["value"], "c", "after {wait} ms");
    }
}

#[test]
fn a_list_that_stripe_cut_is_read_to_its_end() {
    let mut life = put_up(1);
    life.configure_for("subscription", "items.data[0].id", "items.data[11].price.id");
    let made = |path: &str, form: &str| life.world.stripe(path, form)["id"].as_str().unwrap().to_owned();
    let product = made("/v1/products", "name=Plan");
    let prices: Vec<String> = (1..=12)
        .map(|amount| {
            let form =
                format!("product={product}&currency=jpy&unit_amount={amount}00&recurring[interval]=month");
            made("/v1/prices", &form)
        })
        .collect();
    let customer = made("/v1/customers", "name=a");
    let items: String =
        prices.iter().enumerate().map(|(index, price)| format!("&items[{index}][price]={price}")).collect();
    let form = format!("customer={customer}&collection_method=send_invoice&days_until_due=30{items}");
    let subscription = made("/v1/subscriptions", &form);
    life.rest();
    let record = &life.world.records()[&subscription];
    let stored = life.world.rows("SELECT json FROM object WHERE kind = 'subscription'");
    let stored: serde_json::Value = serde_json::from_str(stored[0].text(0).unwrap()).unwrap();
    assert_eq!(stored["items"]["data"].as_array().unwrap().len(), 12);
    assert_eq!(stored["items"]["has_more"], false);
    assert_eq!(record["note"]["value"], stored["items"]["data"][11]["price"]["id"]);
    let pages =
        life.world.0.network.borrow().seen.iter().filter(|seen| seen.path.contains("starting_after")).count();
    assert!(pages >= 1);
}

#[test]
fn an_answer_that_comes_after_a_newer_state_does_not_replace_it() {
    let mut life = put_up(1);
    life.configure();
    let customer = life.world.stripe("/v1/customers", "name=a");
    life.pass(5_000);
    first(&life, 1, Fault::SlowAnswer(8_000));
    let path = format!("/v1/customers/{}", customer["id"].as_str().unwrap());
    life.world.stripe(&path, "name=b");
    life.world.stripe(&path, "name=c");
    life.pass(6_000);
    life.world.stripe(&path, "name=d");
    life.pass(1_000);
    let record = |life: &Life| life.world.records().into_values().next().unwrap()["name"]["value"].clone();
    assert_eq!(record(&life), "d", "the read that is under way holds up nothing");
    life.rest();
    assert_eq!(record(&life), "d");
    assert_eq!(life.world.0.network.borrow().seen.iter().filter(|seen| seen.path == path).count(), 2);
}

#[test]
fn a_snapshot_in_another_version_is_never_taken() {
    let mut life = put_up_with(1, Endpoint::Other);
    life.configure();
    let customer = life.world.stripe("/v1/customers", "name=a");
    let path = format!("/v1/customers/{}", customer["id"].as_str().unwrap());
    life.rest();
    life.pass(10_000);
    life.world.stripe(&path, "name=b");
    life.rest();
    assert_eq!(life.world.0.network.borrow().seen.iter().filter(|seen| seen.path == path).count(), 2);
    assert_eq!(life.tenant.status().unwrap().endpoint_pinned, Some(false));
}

/// Reads of this path are refused until the flag is taken back.
fn refuse(life: &Life, path: &str, status: u16) -> Rc<Cell<bool>> {
    let refused = Rc::new(Cell::new(true));
    let (is_refused, path) = (Rc::clone(&refused), path.to_owned());
    life.world.0.network.borrow_mut().judge = Some(Box::new(move |service, request| {
        let meets = service == Service::Stripe && is_refused.get() && request.uri().path().starts_with(&path);
        meets.then(|| answer(status, &[]))
    }));
    refused
}

fn letters(life: &Life) -> Vec<(String, String, String)> {
    let letters = life.tenant.dead_letters(&Filter::default(), 0, 100, Values::Shown).unwrap();
    letters.into_iter().map(|letter| (letter.kind, letter.object_id, letter.code)).collect()
}

fn of_record(id: &str, code: &str) -> Vec<(String, String, String)> {
    vec![("record".to_owned(), id.to_owned(), code.to_owned())]
}

#[test]
fn an_object_that_the_key_may_not_read_is_a_dead_letter_until_it_is_read() {
    let mut life = put_up(1);
    let id = with_a_read_to_do(&mut life);
    let refused = refuse(&life, "/v1/customers/", 403);
    life.pass(HALF_AN_HOUR);
    assert_eq!(letters(&life), of_record(&id, "stripe_403"));
    assert_eq!(life.world.logged("read_deferred"), 8, "then it is tried rarely");
    refused.set(false);
    life.pass(RARELY);
    assert_eq!(life.world.records()[&id]["name"]["value"], "b");
    assert_eq!(letters(&life), []);
}

#[test]
fn sending_again_what_could_not_be_read_asks_at_once_and_the_letter_stays_until_it_works() {
    let mut life = put_up(1);
    let id = with_a_read_to_do(&mut life);
    let refused = refuse(&life, "/v1/customers/", 403);
    life.pass(HALF_AN_HOUR);
    let all = Which::Kind { filter: Filter::default(), after: 0 };
    assert_eq!(life.tenant.replay_dead_letters(&all).unwrap().replayed, 1);
    life.pass(10_000);
    assert_eq!(letters(&life), of_record(&id, "stripe_403"));
    assert_eq!(life.world.logged("read_deferred"), 9);
    refused.set(false);
    life.tenant.replay_dead_letters(&all).unwrap();
    life.pass(10_000);
    assert_eq!(life.world.records()[&id]["name"]["value"], "b");
    assert_eq!(letters(&life), []);
}

#[test]
fn with_a_new_key_what_was_given_up_is_tried_as_often_as_at_first_and_its_letter_stays_until_it_works() {
    let mut life = put_up(1);
    let id = with_a_read_to_do(&mut life);
    refuse(&life, "/v1/customers/", 403);
    life.pass(HALF_AN_HOUR);
    life.store_own_key();
    let refused = refuse(&life, "/v1/customers/", 409);
    life.pass(30_000);
    assert_eq!(letters(&life), of_record(&id, "stripe_403"));
    refused.set(false);
    life.pass(60_000);
    assert_eq!(life.world.records()[&id]["name"]["value"], "b");
    assert_eq!(letters(&life), []);
}

#[test]
fn what_was_discarded_comes_back_only_when_something_asks_for_it_anew() {
    let mut life = put_up(1);
    let id = with_a_read_to_do(&mut life);
    refuse(&life, "/v1/customers/", 403);
    life.pass(HALF_AN_HOUR);
    let number = life.tenant.dead_letters(&Filter::default(), 0, 1, Values::Shown).unwrap()[0].id;
    life.tenant.discard_dead_letters(&[number], "known", "test").unwrap();
    life.pass(8 * HALF_AN_HOUR);
    assert_eq!(letters(&life), []);
    life.world.0.sql.transaction(|tx| tx.exec("DELETE FROM object", &[])).unwrap();
    life.world.stripe(&format!("/v1/customers/{id}"), "name=c");
    life.pass(60_000);
    assert_eq!(letters(&life), of_record(&id, "stripe_403"));
}

#[test]
fn an_outage_of_stripes_makes_no_dead_letter() {
    let mut life = put_up(1);
    with_a_read_to_do(&mut life);
    for status in [429, 503, 401] {
        refuse(&life, "/v1/", status);
        life.pass(2 * HALF_AN_HOUR);
        assert_eq!(letters(&life), [], "{status}");
    }
}

#[test]
fn a_record_that_looks_at_what_the_key_may_not_read_is_a_dead_letter_that_names_the_field() {
    let mut life = put_up(1);
    life.configure_for("subscription", "customer.name", "status");
    let customer = life.world.stripe("/v1/customers", "name=Hanako")["id"].as_str().unwrap().to_owned();
    let product = life.world.stripe("/v1/products", "name=Plan")["id"].as_str().unwrap().to_owned();
    life.pass(60_000);
    life.world.0.sql.transaction(|tx| tx.exec("DELETE FROM object", &[])).unwrap();
    let refused = refuse(&life, "/v1/customers/", 403);
    let items = format!(
        "items[0][price_data][currency]=jpy&items[0][price_data][product]={product}&items[0][price_data][unit_amount]=100&items[0][price_data][recurring][interval]=month"
    );
    let form = format!("customer={customer}&collection_method=send_invoice&days_until_due=30&{items}");
    let id = life.world.stripe("/v1/subscriptions", &form)["id"].as_str().unwrap().to_owned();
    life.pass(HALF_AN_HOUR);
    assert_eq!(letters(&life), of_record(&id, "related_missing"));
    let letter = life.tenant.dead_letters(&Filter::default(), 0, 1, Values::Shown).unwrap().remove(0);
    assert_eq!(letter.field.as_deref(), Some("name"));
    // With a new key it is tried once more, and who comes meanwhile does not wait for that.
    life.store_own_key();
    let later = life.world.stripe("/v1/subscriptions", &form)["id"].as_str().unwrap().to_owned();
    life.pass(10_000);
    assert!(letters(&life).contains(&of_record(&later, "related_missing")[0]));
    refused.set(false);
    let all = Which::Kind { filter: Filter::default(), after: 0 };
    life.tenant.replay_dead_letters(&all).unwrap();
    life.pass(20_000);
    assert_eq!(life.world.records()[&id]["name"]["value"], "Hanako");
    assert_eq!(letters(&life), []);
}

/// Two drafts that are known and gone, with nothing else known.
fn with_two_lost_drafts(life: &mut Life) {
    life.configure_for("invoice", "status", "number");
    let customer = life.world.stripe("/v1/customers", "name=a")["id"].as_str().unwrap().to_owned();
    let draft = |life: &Life| {
        let form = format!("customer={customer}&collection_method=send_invoice&days_until_due=30");
        life.world.stripe("/v1/invoices", &form)["id"].as_str().unwrap().to_owned()
    };
    let drafts = [draft(life), draft(life)];
    life.pass(60_000);
    assert_eq!(life.world.number("SELECT count(*) FROM object WHERE kind = 'invoice'"), 2);
    life.world.0.stripe.borrow_mut().delivery_rules().drop_next = 2;
    for id in &drafts {
        life.world.delete(&format!("/v1/invoices/{id}"));
        let read = format!("INSERT INTO read (object_id, kind, version) VALUES ('{id}', 'invoice', 1)");
        life.world.0.sql.transaction(|tx| tx.exec(&read, &[])).unwrap();
    }
    life.pass(1_000);
}

/// The account that the key belongs to, as Stripe shows it to a key that may see it.
fn show_account(life: &Life, id: &'static str) {
    life.world.0.network.borrow_mut().judge = Some(Box::new(move |service, request| {
        let is_asked = service == Service::Stripe && request.uri().path() == "/v1/account";
        let body = format!("{{\"id\":\"{id}\",\"object\":\"account\"}}");
        is_asked.then(|| Fault::Answer(http::Response::new(Bytes::from(body))))
    }));
}

#[test]
fn two_drafts_that_are_gone_without_events_do_not_keep_each_other_unproved() {
    let mut life = put_up(1);
    with_two_lost_drafts(&mut life);
    show_account(&life, ACCOUNT);
    life.store_own_key();
    life.pass(10_000);
    assert_eq!(life.world.number("SELECT count(*) FROM object WHERE deleted = 1"), 2);
    assert_eq!(life.world.number("SELECT count(*) FROM read"), 0);
}

#[test]
fn an_account_that_is_not_the_tenants_proves_no_deletion() {
    let mut life = put_up(1);
    with_two_lost_drafts(&mut life);
    show_account(&life, "acct_other");
    life.store_own_key();
    life.pass(10_000);
    assert_eq!(life.world.number("SELECT count(*) FROM object WHERE deleted = 1"), 0);
}

#[test]
fn lists_of_a_customer_who_was_deleted_before_anything_was_known_hold_up_nothing() {
    let mut life = put_up(1);
    let customer = life.customer("Hanako");
    let (_, price) = life.plan("Basic", 1_000);
    let subscription = life.subscription(&customer, &price, "");
    life.world.delete(&format!("/v1/customers/{customer}"));
    life.world.0.network.borrow_mut().judge = Some(Box::new(move |_, request| {
        let is_list = request.uri().path() == "/v1/charges";
        is_list.then(|| answer(404, &[]))
    }));
    let paid = json!({"ledger": {"lifetime_paid": {"currency": "jpy"}}});
    life.configure_with(&mapping("subscription", &json!([{"field": "name", "value": paid}])));
    life.tenant.begin_backfill().unwrap();
    life.rest();
    assert_eq!(life.field(&subscription, "name"), "0");
}
