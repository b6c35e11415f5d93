//! The hourly comparison with Stripe's own list of events.

use daicho_engine::gap_check::GapCheck;
use daicho_engine::inbox::Accepted;
use daicho_engine::port::Sql as _;
use daicho_sandbox::stripe::{KeyKind, Mode};

use crate::world::{ACCOUNT, Endpoint, Fault, Life, put_up, put_up_with};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

fn configured(endpoint: Endpoint) -> Life {
    let mut life = put_up_with(1, endpoint);
    life.configure();
    life.rest();
    life
}

/// A customer whose events do not come.
fn unheard_customer(life: &mut Life, name: &str) -> String {
    life.world.0.stripe.borrow_mut().delivery_rules().drop = 1.0;
    let id = life.make("/v1/customers", &format!("name={name}"));
    life.world.0.stripe.borrow_mut().delivery_rules().drop = 0.0;
    life.rest();
    id
}

fn report(life: &Life) -> GapCheck {
    life.tenant.gap_check().unwrap().unwrap()
}

/// How often Stripe's list was asked for.
fn pages(life: &Life) -> usize {
    let network = life.world.0.network.borrow();
    network.seen.iter().filter(|seen| seen.path.starts_with("/v1/events")).count()
}

#[test]
fn an_event_that_never_came_is_found_within_the_hour() {
    let mut life = configured(Endpoint::Pinned);
    let id = unheard_customer(&mut life, "Hanako");
    assert!(!life.world.records().contains_key(&id));
    life.pass(HOUR);
    assert_eq!(life.field(&id, "name"), "Hanako");
    assert_eq!(life.world.number("SELECT recovered FROM inbox"), 1);
    assert_eq!(life.world.logged("event_recovered"), 1);
    let report = report(&life);
    assert_eq!((report.compared, report.missing, report.found), (1, 1, 1));
    assert!(!report.under_way && report.completed.is_some() && report.next.is_some());
}

#[test]
fn a_check_whose_time_came_while_the_configuration_could_not_be_read_is_made_once_it_can() {
    let mut life = configured(Endpoint::Pinned);
    let store = |life: &mut Life, body: &str| {
        let sql = "UPDATE document SET body = ?1 WHERE name = 'mapping'";
        life.world.0.sql.transaction(|tx| tx.exec(sql, &[body.into()])).unwrap();
        life.crash();
    };
    let body = life.tenant.mapping().unwrap().unwrap().body;
    store(&mut life, r#"{"of":"a later version"}"#);
    life.pass(2 * HOUR);
    store(&mut life, &body);
    let id = unheard_customer(&mut life, "Hanako");
    life.pass(HOUR);
    assert_eq!(life.field(&id, "name"), "Hanako");
    assert_eq!(life.world.logged("timer_unknown"), 0);
}

#[test]
fn what_came_is_not_taken_in_again_and_costs_one_request_an_hour() {
    for endpoint in [Endpoint::Pinned, Endpoint::Listed, Endpoint::Thin, Endpoint::Other] {
        let mut life = configured(endpoint);
        for number in 0..40 {
            life.make("/v1/customers", &format!("name=C{number}"));
        }
        life.rest();
        let stored = life.world.number("SELECT count(*) FROM inbox");
        life.pass(5 * HOUR);
        assert_eq!(life.world.number("SELECT count(*) FROM inbox"), stored, "{endpoint:?}");
        assert_eq!(report(&life).found, 0, "{endpoint:?}");
        assert!(report(&life).webhooks_arrive);
        assert_eq!(pages(&life), 5, "{endpoint:?}");
    }
}

#[test]
fn with_no_endpoint_at_all_everything_comes_by_the_check_and_the_status_says_so() {
    let mut life = configured(Endpoint::Pinned);
    life.listening = false;
    for number in 0..250 {
        life.make("/v1/customers", &format!("name=C{number}"));
    }
    life.pass(HOUR);
    assert_eq!(life.world.records().len(), 250);
    assert_eq!(pages(&life), 3);
    let report = report(&life);
    assert_eq!((report.found, report.webhooks_arrive), (250, false));
    assert!(report.text.unwrap().en.contains("do not arrive"));
    let status = life.tenant.status().unwrap();
    assert!(!status.gap_check.unwrap().webhooks_arrive);
    // An hour in which nothing happens says nothing new of the webhooks.
    life.pass(3 * HOUR);
    assert!(!life.tenant.gap_check().unwrap().unwrap().webhooks_arrive);
    // They arrive again.
    life.listening = true;
    life.make("/v1/customers", "name=late");
    life.pass(HOUR);
    assert!(life.tenant.gap_check().unwrap().unwrap().webhooks_arrive);
    assert_eq!(life.world.records().len(), 251);
}

#[test]
fn a_crash_between_any_two_pages_loses_and_doubles_nothing() {
    for stop in 1..=4 {
        let mut life = configured(Endpoint::Pinned);
        life.listening = false;
        for number in 0..350 {
            life.make("/v1/customers", &format!("name=C{number}"));
        }
        life.pass(2 * MINUTE);
        assert!(life.tenant.begin_gap_check().unwrap());
        let mut crashed_at = 0;
        while report(&life).under_way {
            assert!(life.step(i64::MAX));
            if pages(&life) >= stop && crashed_at < pages(&life) && crashed_at < 6 {
                crashed_at = pages(&life);
                life.crash();
            }
        }
        life.rest();
        assert_eq!(life.world.records().len(), 350, "stopped at page {stop}");
        assert_eq!(life.world.number("SELECT count(*) FROM inbox WHERE type = 'customer.created'"), 350);
        assert_eq!(report(&life).found, 350);
    }
}

#[test]
fn an_event_that_is_older_than_what_is_known_is_stale_as_usual() {
    for endpoint in [Endpoint::Pinned, Endpoint::Other] {
        let mut life = configured(endpoint);
        let id = life.make("/v1/customers", "name=first");
        life.rest();
        life.pass(10_000);
        life.world.0.stripe.borrow_mut().delivery_rules().drop_next = 1;
        life.make(&format!("/v1/customers/{id}"), "name=unheard");
        life.pass(10_000);
        life.make(&format!("/v1/customers/{id}"), "name=last");
        life.rest();
        life.pass(HOUR);
        assert_eq!(life.field(&id, "name"), "last", "{endpoint:?}");
        assert_eq!(report(&life).found, 1, "{endpoint:?}");
    }
}

#[test]
fn a_deletion_that_never_came_is_found_too() {
    let mut life = configured(Endpoint::Pinned);
    let id = life.make("/v1/customers", "name=a");
    life.rest();
    life.world.0.stripe.borrow_mut().delivery_rules().drop_next = 1;
    life.world.delete(&format!("/v1/customers/{id}"));
    life.pass(HOUR);
    assert_eq!(life.world.number("SELECT deleted FROM object"), 1);
}

#[test]
fn an_event_that_is_still_on_its_way_is_left_to_its_delivery() {
    let mut life = configured(Endpoint::Pinned);
    life.world.0.stripe.borrow_mut().delivery_rules().delay_ms = 30_000;
    life.make("/v1/customers", "name=a");
    assert!(life.tenant.begin_gap_check().unwrap());
    life.rest();
    assert_eq!(life.world.number("SELECT recovered FROM inbox"), 0);
    assert_eq!(report(&life).found, 0);
}

#[test]
fn a_delivery_after_the_check_found_the_event_is_a_duplicate() {
    let mut life = configured(Endpoint::Pinned);
    life.world.0.stripe.borrow_mut().delivery_rules().delay_ms = 2 * HOUR;
    life.make("/v1/customers", "name=a");
    life.pass(HOUR);
    assert_eq!(report(&life).found, 1);
    life.pass(2 * HOUR);
    assert_eq!(life.world.number("SELECT count(*) FROM inbox"), 1);
    let event = life.ask("/v1/events")["data"][0].to_string();
    assert_eq!(life.tenant.accept(event.as_bytes()), Ok(Accepted::Duplicate));
}

#[test]
fn a_key_that_stripe_refuses_shows_in_the_status_and_is_not_tried_without_end() {
    let mut life = configured(Endpoint::Pinned);
    life.world.0.stripe.borrow_mut().remove_key("rk_test_sandbox");
    let id = unheard_customer(&mut life, "a");
    life.pass(2 * HOUR);
    let failed = report(&life);
    assert_eq!(failed.last_error.as_deref(), Some("stripe_401"));
    assert!(failed.under_way && failed.text.is_some());
    assert!(pages(&life) < 60, "{}", pages(&life));
    let key = ("rk_test_sandbox", ACCOUNT, Mode::Test, KeyKind::Restricted);
    life.world.0.stripe.borrow_mut().add_key(key.0, key.1, key.2, key.3);
    life.pass(10 * MINUTE);
    assert_eq!(life.field(&id, "name"), "a");
    assert_eq!(report(&life).last_error, None);
}

#[test]
fn nothing_of_another_accounts_list_is_taken_in() {
    let mut life = configured(Endpoint::Pinned);
    life.make("/v1/customers", "name=ours");
    life.rest();
    life.store_key_of_another_account();
    life.world.stripe_with("sk_test_other", "/v1/customers", "name=theirs");
    life.pass(2 * HOUR);
    assert_eq!(report(&life).last_error.as_deref(), Some("stripe_key_of_another_account"));
    assert_eq!(life.world.records().len(), 1);
    assert_eq!(life.world.number("SELECT count(*) FROM inbox"), 1);
    life.store_own_key();
    life.rest();
    assert_eq!(report(&life).last_error, None);
}

#[test]
fn an_empty_list_of_another_account_is_not_taken_for_ours() {
    let mut life = configured(Endpoint::Pinned);
    life.make("/v1/customers", "name=ours");
    life.pass(HOUR);
    let id = unheard_customer(&mut life, "Hanako");
    life.store_key_of_another_account();
    life.pass(2 * HOUR);
    let failed = report(&life);
    assert_eq!(failed.last_error.as_deref(), Some("stripe_key_of_another_account"));
    assert!(failed.under_way && failed.text.is_some());
    life.store_own_key();
    life.rest();
    assert_eq!(life.field(&id, "name"), "Hanako");
    assert_eq!(report(&life).found, 1);
}

#[test]
fn while_nothing_shows_whose_the_key_is_what_was_compared_is_compared_again() {
    let mut life = configured(Endpoint::Pinned);
    life.store_key_of_another_account();
    let id = unheard_customer(&mut life, "Hanako");
    life.pass(3 * HOUR);
    let unknown = report(&life);
    assert_eq!((unknown.last_error, unknown.found, unknown.under_way), (None, 0, false));
    life.store_own_key();
    life.pass(HOUR);
    assert_eq!(life.field(&id, "name"), "Hanako");
}

#[test]
fn what_a_key_brought_that_was_only_trusted_shows_nothing_and_its_time_is_compared_again() {
    let mut life = configured(Endpoint::Pinned);
    life.store_key_of_another_account();
    let ours = unheard_customer(&mut life, "ours");
    life.world.stripe_with("sk_test_other", "/v1/customers", "name=theirs");
    life.pass(3 * HOUR);
    assert_eq!(report(&life).found, 1, "theirs: nothing says that they are not ours");
    life.store_own_key();
    life.pass(HOUR);
    assert_eq!(report(&life).last_error.as_deref(), Some("stripe_key_of_another_account"));
    let heard = life.make("/v1/customers", "name=heard");
    life.pass(2 * HOUR);
    assert_eq!(report(&life).last_error, None, "what came by webhook is ours, and speaks for the key");
    assert_eq!(life.field(&heard, "name"), "heard");
    assert_eq!(life.field(&ours, "name"), "ours");
}

#[test]
fn a_key_that_is_stored_while_another_one_is_in_use_is_not_shown_to_be_ours_by_it() {
    let mut life = configured(Endpoint::Pinned);
    life.make("/v1/customers", "name=ours");
    life.pass(HOUR);
    // A page of nothing: what came is older.
    life.world.0.network.borrow_mut().judge = Some(Box::new(|_, request| {
        (request.uri().path() == "/v1/events").then_some(Fault::SlowAnswer(5_000))
    }));
    assert!(life.tenant.begin_gap_check().unwrap());
    life.pass(2_000);
    life.store_key_of_another_account();
    life.pass(10_000);
    assert_eq!(report(&life).last_error, None);
    life.pass(2 * HOUR);
    assert_eq!(report(&life).last_error.as_deref(), Some("stripe_key_of_another_account"));
}

#[test]
fn whose_a_key_is_is_asked_at_most_once() {
    let mut life = configured(Endpoint::Pinned);
    let id = life.make("/v1/customers", "name=a");
    let reads = |life: &Life| {
        let network = life.world.0.network.borrow();
        network.seen.iter().filter(|seen| seen.path == format!("/v1/customers/{id}")).count()
    };
    life.pass(10 * HOUR);
    assert_eq!(reads(&life), 0, "its list shows what came by webhook");
    life.store_own_key();
    life.pass(10 * HOUR);
    assert_eq!(reads(&life), 0, "it is the same key");
    life.world.0.stripe.borrow_mut().add_key("rk_test_second", ACCOUNT, Mode::Test, KeyKind::Restricted);
    life.tenant.put_secret("stripe_key", b"rk_test_second").unwrap();
    life.pass(10 * HOUR);
    assert_eq!(reads(&life), 1);
}

#[test]
fn a_tenant_that_is_not_configured_has_no_check() {
    let life = put_up(1);
    assert_eq!(life.tenant.gap_check().unwrap(), None);
    assert!(!life.tenant.begin_gap_check().unwrap());
}

#[test]
fn the_first_check_goes_back_to_the_configuration_and_none_beyond_what_stripe_lists() {
    let mut life = put_up(1);
    life.listening = false;
    life.make("/v1/customers", "name=before");
    life.pass(2 * HOUR);
    life.configure();
    life.make("/v1/customers", "name=after");
    life.pass(HOUR);
    assert_eq!(report(&life).found, 1);
    // Forty days without a tenant that runs.
    life.world.0.now.set(life.world.0.now.get() + 40 * 24 * HOUR);
    life.crash();
    life.pass(HOUR);
    let from = life.world.number("SELECT from_s FROM gap_check") * 1_000;
    assert!(life.world.0.now.get() - from < 30 * 24 * HOUR + HOUR);
}

#[test]
fn an_old_event_of_what_was_deleted_and_forgotten_brings_nothing_back() {
    let mut life = configured(Endpoint::Pinned);
    let id = unheard_customer(&mut life, "a");
    let created = life.ask("/v1/events?type=customer.created")["data"][0].to_string();
    life.world.delete(&format!("/v1/customers/{id}"));
    life.world.0.now.set(life.world.0.now.get() + 80 * 24 * HOUR);
    for table in ["object", "inbox"] {
        life.world.transaction(|tx| tx.exec(&format!("DELETE FROM {table}"), &[])).unwrap();
    }
    life.tenant.accept(created.as_bytes()).unwrap();
    life.rest();
    assert_eq!(life.world.records().len(), 0, "it is read, and Stripe says that it is gone");
    assert_eq!(life.world.number("SELECT deleted FROM object"), 1);
}
