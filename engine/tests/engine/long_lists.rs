//! Objects of which Stripe's lists show less than all: a subscription's items, of which it sends ten.

use bytes::Bytes;
use daicho_engine::job::State;
use daicho_engine::port::Service;
use serde_json::json;

use crate::world::{Endpoint, Fault, Life, mapping, put_up, put_up_with};

const ITEMS: usize = 12;

/// So many monthly prices in yen, 100 each.
fn prices(life: &Life, count: usize) -> Vec<String> {
    let product = life.make("/v1/products", "name=Plan");
    let form = format!("product={product}&currency=jpy&unit_amount=100&recurring[interval]=month");
    (0..count).map(|_| life.make("/v1/prices", &form)).collect()
}

/// A subscription whose list of items Stripe cuts.
fn subscription(life: &Life, customer: &str, prices: &[String]) -> String {
    let items = prices.iter().enumerate();
    let items: String = items.map(|(index, price)| format!("&items[{index}][price]={price}")).collect();
    let terms = "collection_method=send_invoice&days_until_due=30";
    life.make("/v1/subscriptions", &format!("customer={customer}&{terms}{items}"))
}

/// A tenant that takes subscriptions, and so many of them, of which no event came: every other one is cut.
fn before(count: usize) -> (Life, Vec<String>) {
    let mut life = put_up(1);
    life.configure_for("subscription", "customer", "items.data[11].price.id");
    life.rest();
    life.listening = false;
    let prices = prices(&life, ITEMS);
    let customer = life.make("/v1/customers", "name=a");
    let made = |number: usize| {
        let items = if number.is_multiple_of(2) { ITEMS } else { 1 };
        subscription(&life, &customer, &prices[..items])
    };
    let made = (0..count).map(made).collect();
    life.pass(60_000);
    life.world.0.network.borrow_mut().seen.clear();
    (life, made)
}

/// Stripe refuses the further items of this subscription.
fn refuse_items_of(life: &Life, subscription: &str) {
    let named = format!("subscription={subscription}");
    life.world.0.network.borrow_mut().judge = Some(Box::new(move |_, request| {
        let asks = request.uri().query().is_some_and(|query| query.contains(&named));
        let refusal = http::Response::builder().status(403).body(Bytes::from("{}")).unwrap();
        asks.then_some(Fault::Answer(refusal))
    }));
}

fn asked(life: &Life, path: &str) -> usize {
    let network = life.world.0.network.borrow();
    let of_stripe = network.seen.iter().filter(|seen| seen.service == Service::Stripe);
    of_stripe.filter(|seen| seen.path.starts_with(path)).count()
}

fn assert_whole(life: &Life, subscriptions: &[String]) {
    let cut = r#"SELECT count(*) FROM object WHERE json LIKE '%"has_more":true%'"#;
    assert_eq!(life.world.number(cut), 0, "an incomplete list is never stored");
    let records = life.world.records();
    for (number, id) in subscriptions.iter().enumerate() {
        let is_long = records[id]["note"]["value"].as_str().is_some_and(|note| note.starts_with("price_"));
        assert_eq!(is_long, number.is_multiple_of(2), "{id}");
    }
}

#[test]
fn a_backfill_reads_each_object_that_a_page_cuts_by_itself_and_ends_after_them() {
    let (mut life, made) = before(9);
    life.tenant.begin_backfill().unwrap();
    life.rest();
    assert_whole(&life, &made);
    let backfill = life.tenant.backfill().unwrap().unwrap();
    assert_eq!(backfill.state, State::Done);
    let read = backfill.read["subscription"];
    assert_eq!((read.pages, read.objects, read.new, read.unstorable), (1, 9, 9, 0));
    assert_eq!(asked(&life, "/v1/subscriptions?"), 1);
    assert_eq!(asked(&life, "/v1/subscriptions/"), 5);
}

#[test]
fn a_crash_after_any_step_reads_only_the_object_under_way_again() {
    for steps in 0..200 {
        let (mut life, made) = before(3);
        life.tenant.begin_backfill().unwrap();
        for _ in 0..steps {
            life.step(i64::MAX);
        }
        let was_done = life.tenant.backfill().unwrap().unwrap().state == State::Done;
        life.crash();
        life.rest();
        assert_whole(&life, &made);
        assert_eq!(life.tenant.backfill().unwrap().unwrap().read["subscription"].objects, 3);
        assert!(asked(&life, "/v1/subscriptions/") <= 3, "crashed after {steps} steps");
        if was_done {
            return;
        }
    }
    panic!("the backfill did not come to its end");
}

#[test]
fn one_whose_lists_cannot_be_read_is_a_letter_and_holds_up_no_other() {
    let (mut life, made) = before(5);
    refuse_items_of(&life, &made[2]);
    life.tenant.begin_backfill().unwrap();
    life.pass(3_600_000);
    let backfill = life.tenant.backfill().unwrap().unwrap();
    assert_eq!((backfill.state, backfill.read["subscription"].unstorable), (State::Done, 1));
    let records = life.world.records();
    assert_eq!(records.len(), 4);
    assert!(!records.contains_key(&made[2]));
    assert_eq!(life.world.number("SELECT count(*) FROM dead_letter WHERE code = 'stripe_403'"), 1);
    life.world.0.network.borrow_mut().judge = None;
    life.pass(6 * 3_600_000);
    assert_whole(&life, &made);
    assert_eq!(life.world.number("SELECT count(*) FROM dead_letter"), 0);
}

#[test]
fn a_dry_run_counts_them_and_has_nothing_written() {
    let (mut life, made) = before(5);
    refuse_items_of(&life, &made[2]);
    life.tenant.begin_dry_run(None).unwrap();
    life.pass(600_000);
    let dry_run = life.tenant.dry_run(false).unwrap().unwrap();
    assert_eq!(dry_run.state, State::Done);
    assert_eq!(dry_run.targets["records"].objects, 4);
    assert_eq!(life.world.records().len(), 0);
    for table in ["read", "dirty", "dead_letter"] {
        assert_eq!(life.world.number(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
}

#[test]
fn a_comparison_sees_what_changed_beyond_the_part_that_a_list_shows() {
    let (mut life, made) = before(5);
    life.tenant.begin_backfill().unwrap();
    life.rest();
    let last = life.ask(&format!("/v1/subscription_items?subscription={}&limit=100", made[2]));
    let last = last["data"][ITEMS - 1]["id"].as_str().unwrap().to_owned();
    let other = prices(&life, 1).remove(0);
    life.make(&format!("/v1/subscription_items/{last}"), &format!("price={other}"));
    life.pass(60_000);
    life.tenant.begin_reconcile(false).unwrap();
    life.pass(60_000);
    assert_eq!(life.field(&made[2], "note"), other.as_str());
    assert_whole(&life, &made);
    assert_eq!(life.tenant.reconcile().unwrap().unwrap().stripe["subscription"].counts["stale"], 1);
}

#[test]
fn a_customers_list_is_read_whole_too_and_each_turn_asks_for_one_long_object_at_most() {
    let mut life = put_up_with(1, Endpoint::Pinned);
    life.configure_with(&mapping(
        "customer",
        &json!([{"field": "name", "value": {"ledger": {"monthly_recurring_revenue": {"currency": "jpy"}}}}]),
    ));
    life.rest();
    life.listening = false;
    let prices = prices(&life, ITEMS);
    let customer = life.make("/v1/customers", "name=a");
    for number in 0..7 {
        let items = if number < 2 || number == 5 { ITEMS } else { 1 };
        subscription(&life, &customer, &prices[..items]);
    }
    life.listening = true;
    life.make(&format!("/v1/customers/{customer}"), "name=b");
    life.rest();
    assert_eq!(life.field(&customer, "name"), ((3 * ITEMS + 4) * 100).to_string());
    assert_eq!(asked(&life, "/v1/subscriptions/"), 3);
    assert!(asked(&life, "/v1/subscriptions?") <= 5);
}
