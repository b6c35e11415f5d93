use proptest::prelude::*;
use serde_json::json;

use super::*;

fn price(amount: i64, interval: &str, count: i64) -> Value {
    json!({"id": "price_1", "unit_amount": amount, "unit_amount_decimal": amount.to_string(),
        "billing_scheme": "per_unit", "recurring": {"interval": interval, "interval_count": count, "usage_type": "licensed"}})
}

fn subscription(items: Value) -> Value {
    json!({"id": "sub_1", "object": "subscription", "status": "active", "currency": "jpy", "items": {"has_more": false, "data": items}})
}

fn revenue(subscriptions: &[Value]) -> Result<String, Unknown> {
    let related: Related = serde_json::from_value(json!({
        "di_half": {"id": "di_half", "end": null, "source": {"coupon": "half", "type": "coupon"}},
        "half": {"id": "half", "percent_off": 50, "duration": "forever"},
    }))
    .unwrap();
    let subscriptions: Vec<&Value> = subscriptions.iter().collect();
    monthly_recurring_revenue(&subscriptions, "jpy", None, &related, Some(1_000))
}

fn with(pointer: &str, value: Value) -> Value {
    let mut subscription = subscription(json!([{"quantity": 2, "price": price(1000, "month", 1)}]));
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    subscription.pointer_mut(parent).unwrap()[name] = value;
    subscription
}

#[test]
fn each_interval_comes_to_a_month() {
    for (amount, interval, count, quantity, monthly) in [
        (1000, "month", 1, 3, "3000"),
        (1000, "month", 3, 1, "333"),
        (12_000, "year", 1, 2, "2000"),
        (500, "year", 1, 1, "42"),
        (1200, "week", 1, 1, "5200"),
        (1200, "week", 2, 1, "2600"),
        (120, "day", 1, 1, "3650"),
    ] {
        let items = json!([{"quantity": quantity, "price": price(amount, interval, count)}]);
        assert_eq!(revenue(&[subscription(items)]).as_deref(), Ok(monthly), "{amount} {interval}");
    }
}

#[test]
fn parts_of_a_unit_add_up_before_they_are_rounded() {
    let third = json!({"price": price(1000, "month", 3)});
    assert_eq!(revenue(&[subscription(json!([third, third, third]))]).as_deref(), Ok("1000"));
    let mut cent = price(0, "month", 1);
    cent["unit_amount"] = json!(null);
    cent["unit_amount_decimal"] = json!("0.25");
    let items = json!([{"quantity": 10, "price": cent}]);
    assert_eq!(revenue(&[subscription(items)]).as_deref(), Ok("3"));
}

#[test]
fn only_what_recurs_in_the_currency_counts() {
    assert_eq!(revenue(&[]).as_deref(), Ok("0"));
    for (pointer, value, monthly) in [
        ("/status", json!("past_due"), "2000"),
        ("/status", json!("trialing"), "0"),
        ("/status", json!("canceled"), "0"),
        ("/status", json!("something_new"), "0"),
        ("/pause_collection", json!({"behavior": "void"}), "0"),
        ("/currency", json!("usd"), "0"),
        ("/items/data/0/price/transform_quantity", json!({"divide_by": 5, "round": "up"}), "1000"),
        ("/items/data/0/price/transform_quantity", json!({"divide_by": 5, "round": "down"}), "0"),
    ] {
        assert_eq!(revenue(&[with(pointer, value)]).as_deref(), Ok(monthly), "{pointer}");
    }
}

#[test]
fn discounts_that_last_are_taken_off() {
    let coupon = |coupon: Value| json!([{"id": "di_1", "end": null, "coupon": coupon}]);
    for (discounts, monthly) in [
        (json!(["di_half"]), "1000"),
        (coupon(json!({"id": "c", "percent_off": 25.5, "duration": "forever"})), "1490"),
        (coupon(json!({"id": "c", "percent_off": 25.5, "duration": "once"})), "2000"),
        (coupon(json!({"id": "c", "amount_off": 300, "currency": "jpy", "duration": "forever"})), "1700"),
        (coupon(json!({"id": "c", "amount_off": 3000, "currency": "jpy", "duration": "forever"})), "0"),
        (json!([{"end": 1_000, "coupon": {"percent_off": 50, "duration": "repeating"}}]), "2000"),
        (json!([{"end": 1_001, "coupon": {"percent_off": 50, "duration": "repeating"}}]), "1000"),
        (json!(["di_half", "di_half"]), "500"),
    ] {
        assert_eq!(revenue(&[with("/discounts", discounts.clone())]).as_deref(), Ok(monthly), "{discounts}");
        assert_eq!(revenue(&[with("/items/data/0/discounts", discounts)]).as_deref(), Ok(monthly));
    }
    let yearly = subscription(json!([{"quantity": 1, "price": price(12_000, "year", 1)}]));
    let mut yearly = yearly;
    yearly["discounts"] = json!([{"coupon": {"amount_off": 6000, "currency": "jpy", "duration": "forever"}}]);
    assert_eq!(revenue(&[yearly]).as_deref(), Ok("500"));
}

#[test]
fn a_customers_discount_is_taken_off_a_subscription_that_has_none() {
    let half = json!({"id": "di_half", "end": 1_000, "source": {"coupon": {"percent_off": 50, "duration": "repeating"}}});
    let customer = json!({"id": "cus_1", "object": "customer", "discount": half});
    let of = |subscription: Value, customer: Option<&Value>, now: i64| {
        monthly_recurring_revenue(&[&subscription], "jpy", customer, &Related::new(), Some(now)).unwrap()
    };
    let tenth = || json!([{"coupon": {"percent_off": 10, "duration": "forever"}}]);
    let plain = || with("/discounts", json!([]));
    assert_eq!(of(plain(), Some(&customer), 999), "1000");
    assert_eq!(of(plain(), Some(&customer), 1_000), "2000", "it ended");
    assert_eq!(of(plain(), None, 999), "2000", "the customer is not known");
    assert_eq!(of(with("/discounts", tenth()), Some(&customer), 999), "1800");
    assert_eq!(of(with("/items/data/0/discounts", tenth()), Some(&customer), 999), "900");
    let spent = json!([{"coupon": {"percent_off": 10, "duration": "once"}}]);
    assert_eq!(of(with("/discounts", spent), Some(&customer), 999), "2000");
}

#[test]
fn what_cannot_be_computed_is_told_and_not_guessed() {
    let price = |why| Unknown::Amount { of: "price_1".to_owned(), why };
    let discount = |why| Unknown::Amount { of: "c".to_owned(), why };
    for (pointer, value, unknown) in [
        ("/items/data/0/price/billing_scheme", json!("tiered"), price(Untold::Tiers)),
        ("/items/data/0/price/recurring/usage_type", json!("metered"), price(Untold::Metered)),
        ("/items/data/0/price/recurring/interval", json!("lunar"), price(Untold::Interval)),
        ("/items/data/0/price/recurring/interval_count", json!(0), price(Untold::Interval)),
        ("/items/data/0/price/unit_amount_decimal", json!("x"), price(Untold::NoAmount)),
        ("/items/data/0/quantity", json!("two"), price(Untold::Quantity)),
        ("/items/data/0/price/currency", json!("usd"), price(Untold::OtherCurrency)),
        ("/items/has_more", json!(true), Unknown::Incomplete("sub_1".to_owned())),
        ("/discounts", json!(["di_9"]), Unknown::NotGathered("di_9".to_owned())),
        ("/discounts", json!([{"coupon": {"id": "c"}}]), discount(Untold::NoDiscount)),
        (
            "/discounts",
            json!([{"coupon": {"id": "c", "amount_off": 1, "currency": "usd"}}]),
            discount(Untold::OtherCurrency),
        ),
        (
            "/discounts",
            json!([{"coupon": {"id": "c", "percent_off": 1, "applies_to": {"products": ["prod_1"]}}}]),
            discount(Untold::SomeProducts),
        ),
    ] {
        let mut broken = with(pointer, value.clone());
        if pointer.ends_with("unit_amount_decimal") {
            broken.pointer_mut("/items/data/0/price").unwrap()["unit_amount"] = json!(null);
        }
        assert_eq!(revenue(&[broken]), Err(unknown), "{pointer} {value}");
    }
    let ends = with("/discounts", json!([{"end": 5, "coupon": {"percent_off": 1}}]));
    assert_eq!(
        monthly_recurring_revenue(&[&ends], "jpy", None, &Related::new(), None),
        Err(Unknown::NoMoment)
    );
}

proptest! {
    #[test]
    fn no_numbers_make_it_panic(unit in any::<i64>(), quantity in any::<i64>(), count in any::<i64>(), by in any::<i64>()) {
        let mut price = price(unit, "year", count);
        price["transform_quantity"] = json!({"divide_by": by, "round": "up"});
        let _ = revenue(&[subscription(json!([{"quantity": quantity, "price": price}]))]);
    }
}
