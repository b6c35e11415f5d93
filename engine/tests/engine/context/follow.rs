//! Each thing that a record looks at changes at Stripe, and the record follows.

use std::rc::Rc;

use bytes::Bytes;
use daicho_engine::config::Precondition;
use daicho_engine::port::Sql as _;
use serde_json::{Value, json};

use super::shop::{figure, life, path};
use crate::world::{ACCOUNT, Endpoint, Fault, Life, mapping, put_up_with};

#[test]
fn a_subscriptions_record_follows_its_customer_product_and_card() {
    let mut life = life(
        "subscription",
        json!([
            path("a", "customer.name"),
            path("b", "items.data[0].price.product.name"),
            {"field": "c", "value": {"first": [
                "default_payment_method.card.last4",
                "customer.invoice_settings.default_payment_method.card.last4"]}},
        ]),
    );
    let customer = life.customer("Hanako");
    let (product, price) = life.plan("Basic", 1_000);
    let subscription = life.subscription(&customer, &price, "");
    life.rest_today();
    let record = |life: &Life| ["a", "b", "c"].map(|code| life.field(&subscription, code));
    assert_eq!(record(&life), ["Hanako", "Basic", "4242"]);

    life.make(&format!("/v1/customers/{customer}"), "name=Jiro");
    life.make(&format!("/v1/products/{product}"), "name=Standard");
    life.rest_today();
    assert_eq!(record(&life), ["Jiro", "Standard", "4242"]);

    let card = life.make("/v1/payment_methods/pm_card_mastercard/attach", &format!("customer={customer}"));
    life.make(&format!("/v1/subscriptions/{subscription}"), &format!("default_payment_method={card}"));
    life.rest_today();
    assert_eq!(record(&life)[2], "4444");
    life.make(&format!("/v1/subscriptions/{subscription}"), "default_payment_method=");
    life.rest_today();
    assert_eq!(record(&life)[2], "4242");
    let first = life.ask(&format!("/v1/customers/{customer}"))["invoice_settings"].clone();
    let first = first["default_payment_method"].as_str().unwrap();
    life.make(&format!("/v1/payment_methods/{first}/detach"), "");
    life.rest_today();
    assert_eq!(record(&life)[2], "");
}

#[test]
fn figures_follow_charges_refunds_invoices_and_subscriptions() {
    let mut life = life(
        "customer",
        json!([
            figure("a", json!({"monthly_recurring_revenue": {"currency": "jpy"}})),
            figure("b", json!({"lifetime_paid": {"currency": "jpy"}})),
            figure("c", json!({"active_subscriptions": {}})),
            figure("d", json!({"unpaid_amount": {"currency": "jpy"}})),
        ]),
    );
    let customer = life.customer("Hanako");
    let (_, price) = life.plan("Basic", 1_000);
    life.rest_today();
    let record = |life: &Life| ["a", "b", "c", "d"].map(|code| life.field(&customer, code));
    assert_eq!(record(&life), ["0", "0", "0", "0"]);
    let subscription = life.subscription(&customer, &price, "&items[0][quantity]=2");
    life.rest_today();
    assert_eq!(record(&life), ["2000", "2000", "1", "0"]);
    let charge = life.ask(&format!("/v1/charges?customer={customer}"))["data"][0]["id"].clone();
    life.make("/v1/refunds", &format!("charge={}&amount=300", charge.as_str().unwrap()));
    life.rest_today();
    assert_eq!(record(&life), ["2000", "1700", "1", "0"]);
    let later = life.subscription(&customer, &price, "&collection_method=send_invoice&days_until_due=30");
    let invoice = life.ask(&format!("/v1/subscriptions/{later}"))["latest_invoice"].clone();
    life.make(&format!("/v1/invoices/{}/finalize", invoice.as_str().unwrap()), "");
    life.rest_today();
    assert_eq!(record(&life), ["3000", "1700", "2", "1000"]);
    life.world.delete(&format!("/v1/subscriptions/{subscription}"));
    life.rest_today();
    assert_eq!(record(&life), ["1000", "1700", "1", "1000"]);
}

#[test]
fn tax_ids_of_one_second_stand_in_stripes_order() {
    let mut values = path("a", "tax_ids.data[*].value");
    values["transform"] = json!([{"join": {"with": ", "}}]);
    for (before, after) in [(0, 5), (3, 2), (1, 3)] {
        let mut life = life("customer", json!([values]));
        let customer = life.customer("Hanako");
        let add = |life: &Life, number: u8| {
            let form = format!("type=jp_trn&value=T{number:013}");
            life.make(&format!("/v1/customers/{customer}/tax_ids"), &form)
        };
        let assert_ordered = |life: &Life| {
            let listed = life.ask(&format!("/v1/customers/{customer}/tax_ids"));
            let listed = listed["data"].as_array().unwrap().iter();
            let listed: Vec<&str> = listed.map(|tax_id| tax_id["value"].as_str().unwrap()).collect();
            assert_eq!(life.field(&customer, "a"), listed.join(", "), "{before} and {after}");
        };
        let made: Vec<String> = (0..before).map(|number| add(&life, number)).collect();
        life.rest_today();
        assert_ordered(&life);
        for number in 0..after {
            add(&life, before + number);
        }
        life.rest_today();
        assert_ordered(&life);
        if let Some(first) = made.first() {
            life.world.delete(&format!("/v1/customers/{customer}/tax_ids/{first}"));
            life.rest_today();
            assert_ordered(&life);
        }
    }
}

#[test]
fn revenue_follows_discounts_and_a_coupons_name_is_read() {
    let mut life = life(
        "subscription",
        json!([
            figure("a", json!({"monthly_recurring_revenue": {"currency": "jpy"}})),
            path("b", "discounts[*].source.coupon.name"),
        ]),
    );
    let customer = life.customer("Hanako");
    let (_, price) = life.plan("Basic", 1_000);
    let coupon = life.make("/v1/coupons", "percent_off=20&duration=forever&name=Friends");
    let subscription = life.subscription(&customer, &price, &format!("&discounts[0][coupon]={coupon}"));
    life.rest_today();
    let record = |life: &Life| ["a", "b"].map(|code| life.field(&subscription, code));
    assert_eq!(record(&life), ["800", "Friends"]);
    life.make(&format!("/v1/coupons/{coupon}"), "name=Family");
    life.rest_today();
    assert_eq!(record(&life), ["800", "Family"]);
    life.world.delete(&format!("/v1/subscriptions/{subscription}/discount"));
    life.rest_today();
    assert_eq!(record(&life), ["1000", ""]);
}

/// What Stripe bills for the subscription's next month.
fn next_bill(life: &Life, subscription: &str) -> String {
    let now = life.world.0.now.get();
    assert!(life.world.0.stripe.borrow_mut().renew(now, ACCOUNT, false, subscription));
    let path = format!("/v1/subscriptions/{subscription}?expand[]=latest_invoice");
    life.ask(&path)["latest_invoice"]["total"].to_string()
}

#[test]
fn revenue_is_what_stripe_bills_under_a_discount_of_the_customers() {
    for source in ["customer", "subscription", "invoice"] {
        for endpoint in [Endpoint::Listed, Endpoint::Thin] {
            let mut life = put_up_with(1, endpoint);
            let revenue = figure("a", json!({"monthly_recurring_revenue": {"currency": "jpy"}}));
            life.configure_with(&mapping(source, &json!([revenue])));
            let customer = life.customer("Hanako");
            let (_, price) = life.plan("Basic", 1_000);
            let [half, tenth, fixed] = ["percent_off=50", "percent_off=10", "amount_off=300&currency=jpy"]
                .map(|off| life.make("/v1/coupons", &format!("{off}&duration=forever")));
            let subscription = life.subscription(&customer, &price, "");
            let agree = |life: &mut Life, monthly: &str| {
                life.rest_today();
                assert_eq!(next_bill(life, &subscription), monthly);
                life.rest_today();
                let records = life.world.records();
                let all: Vec<&Value> = records.values().map(|record| &record["a"]["value"]).collect();
                assert!(!all.is_empty() && all.iter().all(|value| *value == monthly), "{source} {all:?}");
            };
            agree(&mut life, "1000");
            life.world.discount_customer(&customer, &half);
            agree(&mut life, "500");
            life.world.discount_customer(&customer, &fixed);
            agree(&mut life, "700");
            life.make(&format!("/v1/subscriptions/{subscription}"), &format!("discounts[0][coupon]={tenth}"));
            agree(&mut life, "900");
            life.world.delete(&format!("/v1/subscriptions/{subscription}/discount"));
            agree(&mut life, "700");
            life.world.delete(&format!("/v1/customers/{customer}/discount"));
            agree(&mut life, "1000");
        }
    }
}

#[test]
fn a_customers_discount_is_followed_by_its_own_events_alone() {
    let mut life =
        life("subscription", json!([figure("a", json!({"monthly_recurring_revenue": {"currency": "jpy"}}))]));
    let customer = life.customer("Hanako");
    let (_, price) = life.plan("Basic", 1_000);
    let coupon = life.make("/v1/coupons", "percent_off=50&duration=forever");
    let subscription = life.subscription(&customer, &price, "");
    life.rest_today();
    life.listening = false;
    life.world.discount_customer(&customer, &coupon);
    life.hear_only("customer.discount.created");
    life.rest_today();
    assert_eq!(life.field(&subscription, "a"), "500");
    life.world.delete(&format!("/v1/customers/{customer}/discount"));
    life.hear_only("customer.discount.deleted");
    life.rest_today();
    assert_eq!(life.field(&subscription, "a"), "1000");
}

#[test]
fn what_a_newer_version_looks_at_under_the_same_mapping_is_followed_as_well() {
    let mut life =
        life("subscription", json!([figure("a", json!({"monthly_recurring_revenue": {"currency": "jpy"}}))]));
    let before =
        "UPDATE meta SET value = '[\"subscription\",\"discount\",\"coupon\"]' WHERE key = 'observed'";
    life.world.0.sql.transaction(|tx| tx.exec(before, &[])).unwrap();
    life.crash();
    let customer = life.customer("Hanako");
    let (_, price) = life.plan("Basic", 1_000);
    let coupon = life.make("/v1/coupons", "percent_off=50&duration=forever");
    let subscription = life.subscription(&customer, &price, "");
    life.rest_today();
    life.world.discount_customer(&customer, &coupon);
    life.rest_today();
    assert_eq!(life.field(&subscription, "a"), "500");
}

#[test]
fn a_thin_event_of_a_discount_has_read_what_it_stands_in() {
    let mut life = put_up_with(1, Endpoint::Thin);
    life.configure_with(&mapping("subscription", &json!([path("b", "discounts[*].source.coupon.name")])));
    let customer = life.customer("Hanako");
    let (_, price) = life.plan("Basic", 1_000);
    let coupon = life.make("/v1/coupons", "percent_off=20&duration=forever&name=Friends");
    let subscription = life.subscription(&customer, &price, &format!("&discounts[0][coupon]={coupon}"));
    life.rest_today();
    assert_eq!(life.field(&subscription, "b"), "Friends");
    life.world.delete(&format!("/v1/subscriptions/{subscription}/discount"));
    let other = life.make("/v1/coupons", "percent_off=20&duration=forever&name=Family");
    life.make(&format!("/v1/subscriptions/{subscription}"), &format!("discounts[0][coupon]={other}"));
    life.rest_today();
    assert_eq!(life.field(&subscription, "b"), "Family");
    assert_eq!(life.world.number("SELECT count(*) FROM read"), 0);
}

#[test]
fn what_a_coupon_applies_to_is_known_though_no_event_shows_it() {
    let mut life = life(
        "subscription",
        json!([
            figure("a", json!({"monthly_recurring_revenue": {"currency": "jpy"}})),
            path("b", "discounts[*].source.coupon.name"),
        ]),
    );
    let customer = life.customer("Hanako");
    let (product, price) = life.plan("Basic", 1_000);
    let form = format!("percent_off=20&duration=forever&name=Part&applies_to[products][0]={product}");
    let coupon = life.make("/v1/coupons", &form);
    let subscription = life.subscription(&customer, &price, &format!("&discounts[0][coupon]={coupon}"));
    life.rest_today();
    let record = |life: &Life| ["a", "b"].map(|code| life.field(&subscription, code));
    assert_eq!(record(&life), ["", "Part"], "revenue that cannot be told is not guessed");
    life.make(&format!("/v1/coupons/{coupon}"), "name=Some");
    life.rest_today();
    assert_eq!(record(&life), ["", "Some"]);
}

#[test]
fn a_deleted_coupon_goes_on_for_whoever_has_it() {
    let mut life = put_up_with(1, Endpoint::Pinned);
    let revenue = figure("a", json!({"monthly_recurring_revenue": {"currency": "jpy"}}));
    life.configure_with(&mapping("subscription", &json!([revenue, path("b", "status")])));
    let customer = life.customer("Hanako");
    let (_, price) = life.plan("Basic", 1_000);
    let coupon = life.make("/v1/coupons", "percent_off=20&duration=forever&name=Friends");
    let subscription = life.subscription(&customer, &price, &format!("&discounts[0][coupon]={coupon}"));
    life.rest_today();
    life.world.delete(&format!("/v1/coupons/{coupon}"));
    life.rest_today();
    life.make(&format!("/v1/subscriptions/{subscription}"), "metadata[a]=b");
    life.rest_today();
    assert_eq!(life.field(&subscription, "a"), "800");
}

#[test]
fn ids_that_a_merchant_chose_are_read_and_followed() {
    let mut life = life(
        "subscription",
        json!([path("a", "discounts[0].source.coupon.name"), path("b", "items.data[0].price.product.name"),]),
    );
    let customer = life.customer("Hanako");
    life.make("/v1/coupons", "id=SUMMER-2026&percent_off=10&duration=forever&name=Summer");
    life.make("/v1/products", "id=plan.basic&name=Basic");
    let price = "product=plan.basic&currency=jpy&unit_amount=1000&recurring[interval]=month";
    let price = life.make("/v1/prices", price);
    let subscription = life.subscription(&customer, &price, "&discounts[0][coupon]=SUMMER-2026");
    life.rest_today();
    let record = |life: &Life| ["a", "b"].map(|code| life.field(&subscription, code));
    assert_eq!(record(&life), ["Summer", "Basic"]);
    life.make("/v1/coupons/SUMMER-2026", "name=Autumn");
    life.make("/v1/products/plan.basic", "name=Standard");
    life.rest_today();
    assert_eq!(record(&life), ["Autumn", "Standard"]);
}

#[test]
fn a_change_while_something_is_read_for_the_first_time_is_not_lost() {
    for wait in [10, 60, 90, 140, 400, 900, 1_600, 2_500] {
        let mut life = life("subscription", json!([path("b", "items.data[0].price.product.name")]));
        let (product, price) = life.plan("Basic", 1_000);
        life.world.0.network.borrow_mut().judge = Some(Box::new(move |_, request| {
            request.uri().path().starts_with("/v1/products/").then_some(Fault::SlowAnswer(1_500))
        }));
        let customer = life.customer("Hanako");
        let subscription = life.subscription(&customer, &price, "");
        life.pass(wait);
        life.make(&format!("/v1/products/{product}"), "name=Standard");
        life.rest_today();
        assert_eq!(life.field(&subscription, "b"), "Standard", "after {wait} ms");
    }
}

#[test]
fn a_change_while_a_list_is_read_for_the_first_time_is_not_lost() {
    for wait in [10, 60, 90, 140, 400, 900, 1_600, 2_500] {
        let mut life = life("customer", json!([figure("b", json!({"lifetime_paid": {"currency": "jpy"}}))]));
        let (_, price) = life.plan("Basic", 1_000);
        life.world.0.network.borrow_mut().judge = Some(Box::new(move |_, request| {
            (request.uri().path() == "/v1/charges").then_some(Fault::SlowAnswer(1_500))
        }));
        let customer = life.customer("Hanako");
        life.pass(wait);
        life.subscription(&customer, &price, "");
        life.rest_today();
        assert_eq!(life.field(&customer, "b"), "1000", "after {wait} ms");
    }
}

#[test]
fn the_empty_list_that_another_accounts_key_is_shown_is_not_the_customers() {
    let mut life = life("customer", json!([figure("b", json!({"lifetime_paid": {"currency": "jpy"}}))]));
    let (_, price) = life.plan("Basic", 1_000);
    life.listening = false;
    let customer = life.customer("Hanako");
    life.subscription(&customer, &price, "");
    life.store_key_of_another_account();
    life.hear_only("customer.created");
    life.pass(60_000);
    let stored = life.tenant.status().unwrap();
    assert_eq!(stored.reads.last_error.as_deref(), Some("stripe_key_of_another_account"));
    life.store_own_key();
    life.rest_today();
    assert_eq!(life.field(&customer, "b"), "1000");
}

/// A mapping in place of the one before.
fn put(life: &mut Life, mapping: &Value) {
    let tenant = Rc::clone(&life.tenant);
    let found = Precondition::IfMatch(tenant.mapping().unwrap().unwrap().etag);
    life.until(tenant.put_mapping(mapping.to_string().as_bytes(), &found, "test")).unwrap();
}

/// Stripe refuses paths that begin so.
fn refuse(life: &Life, start: &'static str) {
    life.world.0.network.borrow_mut().judge = Some(Box::new(move |_, request| {
        let refused = http::Response::builder().status(403).body(Bytes::from_static(b"{}")).unwrap();
        request.uri().path().starts_with(start).then_some(Fault::Answer(refused))
    }));
}

#[test]
fn what_cannot_be_read_is_asked_for_no_more_once_the_figure_that_needed_it_is_gone() {
    let fields = json!([figure("a", json!({"lifetime_paid": {"currency": "jpy"}})), path("b", "name")]);
    let mut life = life("customer", fields);
    refuse(&life, "/v1/charges");
    let customer = life.customer("Hanako");
    life.pass(1_800_000);
    assert_eq!(life.world.number("SELECT count(*) FROM read WHERE refused >= 8"), 1);
    assert_eq!(life.world.number("SELECT count(*) FROM dead_letter"), 1);
    put(&mut life, &mapping("customer", &json!([path("b", "name")])));
    life.pass(2 * 86_400_000);
    assert_eq!(life.world.number("SELECT count(*) FROM read"), 0);
    assert_eq!(life.world.number("SELECT count(*) FROM dead_letter"), 0);
    assert_eq!(life.field(&customer, "b"), "Hanako");
}

#[test]
fn what_could_not_be_read_and_was_not_needed_any_more_is_read_once_it_is_needed_again() {
    let (mut life, subscription) = with_a_chosen_coupon();
    refuse(&life, "/v1/coupons");
    life.make("/v1/coupons/SUMMER", "name=Autumn");
    life.pass(1_800_000);
    assert_eq!(life.world.number("SELECT count(*) FROM read WHERE refused >= 8"), 1);
    put(&mut life, &mapping("subscription", &json!([path("a", "status")])));
    life.pass(4 * 3_600_000);
    assert_eq!(life.world.number("SELECT count(*) FROM read"), 0);
    life.world.0.network.borrow_mut().judge = None;
    put(&mut life, &mapping("subscription", &json!([path("b", "discounts[0].source.coupon.name")])));
    life.rest_today();
    assert_eq!(life.field(&subscription, "b"), "Autumn");
}

/// A subscription with a coupon whose id is the same wherever the merchant made one.
fn with_a_chosen_coupon() -> (Life, String) {
    let mut life = life("subscription", json!([path("b", "discounts[0].source.coupon.name")]));
    let customer = life.customer("Hanako");
    life.make("/v1/coupons", "id=SUMMER&percent_off=10&duration=forever&name=Ours");
    let (_, price) = life.plan("Basic", 1_000);
    let subscription = life.subscription(&customer, &price, "&discounts[0][coupon]=SUMMER");
    life.rest_today();
    assert_eq!(life.field(&subscription, "b"), "Ours");
    (life, subscription)
}

/// With the wrong key the coupon is read, which `theirs` has too; answers why nothing came of it.
fn misread(life: &mut Life, subscription: &str, theirs: &str) -> Option<String> {
    life.world.stripe_with(theirs, "/v1/coupons", "id=SUMMER&percent_off=90&duration=forever&name=Theirs");
    life.make("/v1/coupons/SUMMER", "name=Autumn");
    life.pass(60_000);
    assert_eq!(life.field(subscription, "b"), "Ours");
    let why = life.tenant.status().unwrap().reads.last_error;
    life.store_own_key();
    life.pass(120_000);
    assert_eq!(life.field(subscription, "b"), "Autumn");
    why
}

#[test]
fn what_a_key_of_the_other_mode_shows_under_a_chosen_id_is_not_ours() {
    let (mut life, subscription) = with_a_chosen_coupon();
    life.store_key_of_the_other_mode();
    let why = misread(&mut life, &subscription, "sk_live_sandbox");
    assert_eq!(why.as_deref(), Some("stripe_key_other_mode"));
}

#[test]
fn what_a_key_of_another_account_shows_under_a_chosen_id_is_not_ours() {
    let (mut life, subscription) = with_a_chosen_coupon();
    life.store_key_of_another_account();
    let why = misread(&mut life, &subscription, "sk_test_other");
    assert_eq!(why.as_deref(), Some("stripe_key_of_another_account"));
}

#[test]
fn a_page_that_comes_after_a_newer_state_does_not_replace_it() {
    let mut life = life("customer", json!([figure("b", json!({"lifetime_paid": {"currency": "jpy"}}))]));
    life.listening = false;
    let customer = life.customer("Hanako");
    let (_, price) = life.plan("Basic", 1_000);
    life.subscription(&customer, &price, "");
    life.hear_only("nothing");
    life.pass(60_000);
    life.listening = true;
    life.world.0.network.borrow_mut().judge = Some(Box::new(move |_, request| {
        (request.uri().path() == "/v1/charges").then_some(Fault::SlowAnswer(8_000))
    }));
    life.make(&format!("/v1/customers/{customer}"), "name=Jiro");
    life.pass(3_000);
    let charge = life.ask(&format!("/v1/charges?customer={customer}"))["data"][0]["id"].clone();
    life.make("/v1/refunds", &format!("charge={}&amount=300", charge.as_str().unwrap()));
    life.rest_today();
    assert_eq!(life.field(&customer, "b"), "700");
}

#[test]
fn a_refund_is_a_signal_for_its_charge() {
    let mut life = life("customer", json!([figure("b", json!({"lifetime_paid": {"currency": "jpy"}}))]));
    let customer = life.customer("Hanako");
    let (_, price) = life.plan("Basic", 1_000);
    life.subscription(&customer, &price, "");
    life.rest_today();
    let charge = life.ask(&format!("/v1/charges?customer={customer}"))["data"][0]["id"].clone();
    life.make("/v1/refunds", &format!("charge={}&amount=300", charge.as_str().unwrap()));
    life.hear_only("refund.created");
    life.rest_today();
    assert_eq!(life.field(&customer, "b"), "700");
}

#[test]
fn a_deleted_object_looks_at_nothing() {
    let mut life = life("customer", json!([figure("a", json!({"active_subscriptions": {}}))]));
    let customer = life.customer("Hanako");
    life.rest_today();
    assert_eq!(life.world.number("SELECT count(*) FROM depends"), 1);
    life.world.delete(&format!("/v1/customers/{customer}"));
    life.rest_today();
    assert_eq!(life.world.number("SELECT count(*) FROM depends"), 0);
}

#[test]
fn thin_events_are_enough() {
    let mut life = put_up_with(1, Endpoint::Thin);
    life.configure_with(&mapping(
        "customer",
        &json!([
            figure("a", json!({"monthly_recurring_revenue": {"currency": "jpy"}})),
            figure("b", json!({"lifetime_paid": {"currency": "jpy"}})),
        ]),
    ));
    let customer = life.customer("Hanako");
    let (_, price) = life.plan("Basic", 1_000);
    life.subscription(&customer, &price, "");
    life.rest_today();
    let record = |life: &Life| ["a", "b"].map(|code| life.field(&customer, code));
    assert_eq!(record(&life), ["1000", "1000"]);
    let charge = life.ask(&format!("/v1/charges?customer={customer}"))["data"][0]["id"].clone();
    life.make("/v1/refunds", &format!("charge={}&amount=300", charge.as_str().unwrap()));
    life.rest_today();
    assert_eq!(record(&life), ["1000", "700"]);
}

#[test]
fn a_card_whose_attaching_is_heard_last_is_nobodys_all_the_same() {
    let mut life = life("customer", json!([path("a", "invoice_settings.default_payment_method.card.last4")]));
    life.world.0.stripe.borrow_mut().delivery_rules().detach_in_silence = true;
    life.world.0.stripe.borrow_mut().delivery_rules().drop = 1.0;
    let customer = life.customer("Hanako");
    let card = life.ask(&format!("/v1/customers/{customer}"))["invoice_settings"].clone();
    let card = card["default_payment_method"].as_str().unwrap();
    life.make(&format!("/v1/payment_methods/{card}/detach"), "");
    let events = life.ask("/v1/events?limit=100");
    let hear = |life: &Life, name: &str| {
        let event = events["data"].as_array().unwrap().iter().find(|event| event["type"] == name).unwrap();
        life.tenant.accept(event.to_string().as_bytes()).unwrap();
    };
    life.world.0.network.borrow_mut().judge = Some(Box::new(|_, request| {
        request.uri().path().starts_with("/v1/payment_methods").then_some(Fault::Late(5_000))
    }));
    hear(&life, "payment_method.detached");
    hear(&life, "customer.created");
    life.pass(2_000);
    hear(&life, "payment_method.attached");
    life.rest_today();
    assert_eq!(life.field(&customer, "a"), "");
}

#[test]
fn a_card_that_was_detached_before_anybody_looked_at_it_is_nobodys() {
    let mut life = life("customer", json!([path("a", "invoice_settings.default_payment_method.card.last4")]));
    // Stripe does not say that it tells of the customer too.
    life.world.0.stripe.borrow_mut().delivery_rules().detach_in_silence = true;
    let customer = life.customer("Hanako");
    let card = life.ask(&format!("/v1/customers/{customer}"))["invoice_settings"].clone();
    let card = card["default_payment_method"].as_str().unwrap();
    life.make(&format!("/v1/payment_methods/{card}/detach"), "");
    life.rest_today();
    assert_eq!(life.field(&customer, "a"), "");
}

#[test]
fn one_whose_deletion_came_before_its_list_was_asked_for_is_not_taken_for_there_by_its_creation() {
    let mut life = life("customer", json!([path("a", "tax_ids.data[0].value")]));
    life.world.0.stripe.borrow_mut().delivery_rules().drop = 1.0;
    let customer = life.make("/v1/customers", "name=a");
    let tax_id = life.make(&format!("/v1/customers/{customer}/tax_ids"), "type=jp_trn&value=T0000000000001");
    life.world.delete(&format!("/v1/customers/{customer}/tax_ids/{tax_id}"));
    life.world.0.stripe.borrow_mut().delivery_rules().drop = 0.0;
    let events = life.ask("/v1/events?limit=100");
    for name in ["customer.tax_id.deleted", "customer.created", "customer.tax_id.created"] {
        let event = events["data"].as_array().unwrap().iter().find(|event| event["type"] == name).unwrap();
        life.tenant.accept(event.to_string().as_bytes()).unwrap();
        life.rest();
    }
    assert_eq!(life.world.records()[&customer]["a"]["value"], "");
}

#[test]
fn the_lists_of_a_customer_who_is_gone_are_not_read_any_more() {
    let mut life = life("customer", json!([path("a", "tax_ids.data[0].value")]));
    life.world.0.network.borrow_mut().judge = Some(Box::new(|_, request| {
        let refusal = http::Response::builder().status(403).body(Bytes::from("{}")).unwrap();
        request.uri().path().ends_with("/tax_ids").then_some(Fault::Answer(refusal))
    }));
    let customer = life.customer("Hanako");
    life.pass(1_800_000);
    assert_eq!(life.world.number("SELECT count(*) FROM dead_letter WHERE code = 'related_missing'"), 1);
    life.world.delete(&format!("/v1/customers/{customer}"));
    life.rest_today();
    assert_eq!(life.world.number("SELECT count(*) FROM read"), 0);
    assert_eq!(life.world.number("SELECT count(*) FROM dead_letter"), 0);
}

#[test]
fn tax_ids_come_and_go() {
    let mut life = life("customer", json!([path("a", "tax_ids.data[0].value")]));
    let customer = life.customer("Hanako");
    life.rest_today();
    assert_eq!(life.field(&customer, "a"), "");
    let form = "type=jp_trn&value=T1234567890123";
    let tax_id = life.make(&format!("/v1/customers/{customer}/tax_ids"), form);
    life.rest_today();
    assert_eq!(life.field(&customer, "a"), "T1234567890123");
    life.world.delete(&format!("/v1/customers/{customer}/tax_ids/{tax_id}"));
    life.rest_today();
    assert_eq!(life.field(&customer, "a"), "");
}

#[test]
fn a_figure_that_changes_with_the_date_follows_at_midnight_in_japan() {
    let mut life = life("subscription", json!([figure("a", json!({"tenure_months": {}}))]));
    let customer = life.customer("Hanako");
    let (_, price) = life.plan("Basic", 1_000);
    let subscription = life.subscription(&customer, &price, "");
    life.rest_today();
    assert_eq!(life.field(&subscription, "a"), "0");
    life.listening = false;
    let day = 86_400_000;
    life.pass(29 * day);
    assert_eq!(life.field(&subscription, "a"), "0");
    // 2026-11-22T21:00 in Japan; a month is full at 2026-12-22T00:00.
    life.pass(day - 18 * 3_600_000 - 60_000);
    assert_eq!(life.field(&subscription, "a"), "1");
}
