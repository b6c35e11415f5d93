//! What gathering costs in reads.

use serde_json::json;

use super::shop::{figure, life, path};

#[test]
fn what_many_look_at_is_read_once_and_never_again_for_an_event_that_is_newest() {
    let mut life = life("subscription", json!([path("b", "items.data[0].price.product.name")]));
    let (product, price) = life.plan("Basic", 1_000);
    let customers: Vec<String> = (0..30).map(|number| life.customer(&format!("C{number}"))).collect();
    for customer in &customers {
        life.subscription(customer, &price, "");
    }
    life.rest_today();
    let asked = life.asked();
    let products = asked.iter().filter(|path| path.starts_with("/v1/products/")).count();
    assert_eq!(products, 1, "{asked:?}");
    assert_eq!(life.world.records().len(), 30);

    life.pass(60_000);
    life.make(&format!("/v1/products/{product}"), "name=Standard");
    life.rest_today();
    assert_eq!(life.asked(), [] as [&str; 0]);
    assert!(life.world.records().values().all(|record| record["b"]["value"] == "Standard"));
}

#[test]
fn a_customers_ledger_is_read_by_three_lists_and_kept_by_events() {
    let mut life = life(
        "customer",
        json!([
            figure("a", json!({"monthly_recurring_revenue": {"currency": "jpy"}})),
            figure("b", json!({"lifetime_paid": {"currency": "jpy"}})),
            figure("d", json!({"unpaid_amount": {"currency": "jpy"}})),
        ]),
    );
    let (_, price) = life.plan("Basic", 1_000);
    life.listening = false;
    let customers: Vec<String> = (0..40).map(|number| life.customer(&format!("C{number}"))).collect();
    for customer in &customers {
        life.subscription(customer, &price, "");
    }
    life.listening = true;
    life.pass(120_000);
    let asked = life.asked();
    assert!(customers.iter().all(|customer| life.field(customer, "b") == "1000"));
    let lists = asked.iter().filter(|path| path.contains("limit=100")).count();
    assert_eq!(lists, 3 * customers.len());
    assert!(asked.len() <= 5 * customers.len(), "{}", asked.len());

    let charge = life.ask(&format!("/v1/charges?customer={}", customers[0]))["data"][0]["id"].clone();
    life.make(&format!("/v1/charges/{}", charge.as_str().unwrap()), "description=x");
    life.rest_today();
    assert_eq!(life.asked(), [] as [&str; 0]);
}

#[test]
fn a_change_reaches_all_of_very_many_that_look_at_it() {
    let mut life = life("subscription", json!([path("b", "items.data[0].price.product.name")]));
    let (product, price) = life.plan("Basic", 1_000);
    let customer = life.customer("Hanako");
    for _ in 0..250 {
        life.subscription(&customer, &price, "&collection_method=send_invoice&days_until_due=30");
    }
    life.pass(120_000);
    assert_eq!(life.world.records().len(), 250);
    life.make(&format!("/v1/products/{product}"), "name=Standard");
    life.rest_today();
    assert!(life.world.records().values().all(|record| record["b"]["value"] == "Standard"));
}
