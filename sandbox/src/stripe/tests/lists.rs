use serde_json::{Value, json};

use super::super::Stripe;
use super::super::testing::{NOW, call, call_with, id, monthly, ok, paying_customer, price};

fn customers(stripe: &mut Stripe, count: usize) -> Vec<String> {
    (0..count).map(|index| id(&ok(stripe, "POST", "/v1/customers", &format!("name=c{index}")))).collect()
}

fn ids(list: &Value) -> Vec<String> {
    list["data"].as_array().unwrap().iter().map(id).collect()
}

#[test]
fn a_list_runs_from_the_newest_and_cursors_go_both_ways() {
    let mut stripe = Stripe::new(1);
    let mut made = customers(&mut stripe, 5);
    made.reverse();
    let first = ok(&mut stripe, "GET", "/v1/customers?limit=2", "");
    assert_eq!(
        (ids(&first), &first["has_more"], &first["url"]),
        (made[..2].to_vec(), &json!(true), &json!("/v1/customers"))
    );
    let next = ok(&mut stripe, "GET", &format!("/v1/customers?limit=3&starting_after={}", made[1]), "");
    assert_eq!((ids(&next), &next["has_more"]), (made[2..].to_vec(), &json!(false)));
    let back = ok(&mut stripe, "GET", &format!("/v1/customers?limit=2&ending_before={}", made[3]), "");
    assert_eq!((ids(&back), &back["has_more"]), (made[1..3].to_vec(), &json!(true)));
}

#[test]
fn a_cursor_that_was_deleted_still_marks_its_place() {
    let mut stripe = Stripe::new(1);
    let made = customers(&mut stripe, 3);
    ok(&mut stripe, "DELETE", &format!("/v1/customers/{}", made[1]), "");
    let list = ok(&mut stripe, "GET", &format!("/v1/customers?starting_after={}", made[1]), "");
    assert_eq!(ids(&list), [made[0].clone()]);
}

#[test]
fn limits_beyond_100_and_unknown_cursors_are_refused() {
    let mut stripe = Stripe::new(1);
    assert_eq!(call(&mut stripe, "GET", "/v1/customers?limit=101", "").0, 400);
    assert_eq!(call(&mut stripe, "GET", "/v1/customers?limit=0", "").0, 400);
    assert_eq!(call(&mut stripe, "GET", "/v1/customers?starting_after=cus_none", "").0, 404);
    assert_eq!(call(&mut stripe, "GET", "/v1/customers?colour=red", "").0, 400);
}

#[test]
fn created_takes_ranges() {
    let mut stripe = Stripe::new(1);
    let headers = [("authorization", "Bearer sk_test_sandbox")];
    for seconds in [0, 10, 20] {
        call_with(&mut stripe, NOW + seconds * 1000, "POST", "/v1/customers", "", &headers);
    }
    let at = NOW / 1000;
    let path = format!("/v1/customers?created[gte]={}&created[lt]={}", at + 10, at + 20);
    assert_eq!(ids(&ok(&mut stripe, "GET", &path, "")).len(), 1);
}

#[test]
fn customers_of_a_test_clock_are_listed_only_when_asked_for() {
    let mut stripe = Stripe::new(1);
    let clock = id(&ok(&mut stripe, "POST", "/v1/test_helpers/test_clocks", "frozen_time=1795000000"));
    ok(&mut stripe, "POST", "/v1/customers", &format!("test_clock={clock}"));
    assert_eq!(ids(&ok(&mut stripe, "GET", "/v1/customers", "")).len(), 0);
    assert_eq!(ids(&ok(&mut stripe, "GET", &format!("/v1/customers?test_clock={clock}"), "")).len(), 1);
}

#[test]
fn an_embedded_list_is_cut_at_ten_and_its_own_url_gives_the_rest() {
    let mut stripe = Stripe::new(1);
    let customer = paying_customer(&mut stripe);
    let prices: Vec<_> = (0..12).map(|index| price(&mut stripe, "month", 100 + index)).collect();
    let items: String =
        prices.iter().enumerate().map(|(index, price)| format!("&items[{index}][price]={price}")).collect();
    let made = ok(&mut stripe, "POST", "/v1/subscriptions", &format!("customer={customer}{items}"));
    assert_eq!(
        (made["items"]["data"].as_array().unwrap().len(), &made["items"]["has_more"]),
        (10, &json!(true))
    );
    let last = made["items"]["data"][9]["id"].as_str().unwrap();
    let path = format!("{}&starting_after={last}", made["items"]["url"].as_str().unwrap());
    let rest = ok(&mut stripe, "GET", &path, "");
    assert_eq!((ids(&rest).len(), &rest["has_more"]), (2, &json!(false)));
    let invoice = made["latest_invoice"].as_str().unwrap();
    let lines = ok(&mut stripe, "GET", &format!("/v1/invoices/{invoice}/lines?limit=100"), "");
    assert_eq!(ids(&lines).len(), 12);
    assert_eq!(ok(&mut stripe, "GET", &format!("/v1/invoices/{invoice}"), "")["lines"]["has_more"], true);
}

#[test]
fn cancelled_subscriptions_are_listed_only_when_asked_for() {
    let mut stripe = Stripe::new(1);
    let (customer, price) = (paying_customer(&mut stripe), monthly(&mut stripe));
    let made =
        ok(&mut stripe, "POST", "/v1/subscriptions", &format!("customer={customer}&items[0][price]={price}"));
    ok(&mut stripe, "DELETE", &format!("/v1/subscriptions/{}", id(&made)), "");
    assert_eq!(ids(&ok(&mut stripe, "GET", "/v1/subscriptions", "")).len(), 0);
    for status in ["all", "canceled", "ended"] {
        assert_eq!(
            ids(&ok(&mut stripe, "GET", &format!("/v1/subscriptions?status={status}"), "")).len(),
            1,
            "{status}"
        );
    }
}
