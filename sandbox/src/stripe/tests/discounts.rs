use serde_json::{Value, json};

use super::super::Stripe;
use super::super::testing::{NOW, call, call_with, id, monthly, ok, paying_customer};

fn coupon(stripe: &mut Stripe, body: &str) -> String {
    id(&ok(stripe, "POST", "/v1/coupons", body))
}

fn subscribe(stripe: &mut Stripe, more: &str) -> Value {
    let (customer, price) = (paying_customer(stripe), monthly(stripe));
    let body = format!(
        "customer={customer}&items[0][price]={price}{more}&expand[]=latest_invoice&expand[]=discounts.source.coupon"
    );
    ok(stripe, "POST", "/v1/subscriptions", &body)
}

fn kinds(stripe: &mut Stripe, prefix: &str) -> Vec<String> {
    let list = ok(stripe, "GET", &format!("/v1/events?type={prefix}*&limit=100"), "");
    let kinds = list["data"].as_array().unwrap().iter();
    kinds.rev().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_coupon_takes_off_every_invoice_of_its_subscription() {
    let mut stripe = Stripe::new(1);
    let quarter = coupon(&mut stripe, "percent_off=25.5&duration=forever&name=25.5%25");
    let made = subscribe(&mut stripe, &format!("&discounts[0][coupon]={quarter}"));
    assert_eq!(made["discounts"][0]["source"]["coupon"]["percent_off"], 25.5);
    assert_eq!(made["discounts"][0]["subscription"], made["id"]);
    let invoice = &made["latest_invoice"];
    let discount = id(&made["discounts"][0]);
    assert_eq!((&invoice["subtotal"], &invoice["total"]), (&json!(1000), &json!(745)));
    assert_eq!(invoice["discounts"], json!([discount]));
    assert_eq!(invoice["total_discount_amounts"], json!([{"amount": 255, "discount": discount}]));
    assert_eq!(
        invoice["lines"]["data"][0]["discount_amounts"],
        json!([{"amount": 255, "discount": discount}])
    );
    let plain = ok(&mut stripe, "GET", &format!("/v1/subscriptions/{}", id(&made)), "");
    assert_eq!(plain["discounts"], json!([discount]));
    let path = format!(
        "/v1/invoices/{}?expand[]=total_discount_amounts.discount&expand[]=lines.data.discount_amounts.discount",
        id(invoice)
    );
    let shown = ok(&mut stripe, "GET", &path, "");
    assert_eq!(shown["total_discount_amounts"][0]["discount"]["source"]["coupon"], json!(quarter));
    assert_eq!(shown["lines"]["data"][0]["discount_amounts"][0]["discount"]["object"], "discount");
    assert_eq!(ok(&mut stripe, "GET", &format!("/v1/coupons/{quarter}"), "")["times_redeemed"], 1);
    assert_eq!(kinds(&mut stripe, "customer.discount."), ["customer.discount.created"]);
    assert_eq!(
        ok(&mut stripe, "DELETE", &format!("/v1/subscriptions/{}/discount", id(&made)), "")["deleted"],
        true
    );
    assert_eq!(
        kinds(&mut stripe, "customer.discount."),
        ["customer.discount.created", "customer.discount.deleted"]
    );
}

#[test]
fn a_coupon_for_once_is_gone_after_the_first_invoice() {
    let mut stripe = Stripe::new(1);
    let once = coupon(&mut stripe, "amount_off=300&currency=jpy");
    let made = subscribe(&mut stripe, &format!("&discounts[0][coupon]={once}"));
    assert_eq!((&made["latest_invoice"]["total"], &made["discounts"]), (&json!(700), &json!([])));
    stripe.advance(NOW + 40 * 86_400_000);
    let path = format!("/v1/subscriptions/{}?expand[]=latest_invoice", id(&made));
    assert_eq!(ok(&mut stripe, "GET", &path, "")["latest_invoice"]["total"], 1000);
    let path = format!("/v1/invoices/{}?expand[]=discounts.source.coupon", id(&made["latest_invoice"]));
    let first = ok(&mut stripe, "GET", &path, "");
    assert_eq!(first["discounts"][0]["source"]["coupon"]["amount_off"], 300);
}

#[test]
fn a_repeating_coupon_ends_with_its_months() {
    let mut stripe = Stripe::new(1);
    let half = coupon(&mut stripe, "percent_off=50&duration=repeating&duration_in_months=2");
    let made = subscribe(&mut stripe, &format!("&discounts[0][coupon]={half}"));
    stripe.advance(NOW + 100 * 86_400_000);
    let list =
        ok(&mut stripe, "GET", &format!("/v1/invoices?customer={}", made["customer"].as_str().unwrap()), "");
    let totals: Vec<_> =
        list["data"].as_array().unwrap().iter().rev().map(|one| one["total"].clone()).collect();
    assert_eq!(totals, [500, 500, 1000, 1000]);
    assert_eq!(
        ok(&mut stripe, "GET", &format!("/v1/subscriptions/{}", id(&made)), "")["discounts"],
        json!([])
    );
}

#[test]
fn item_discounts_come_first_and_tax_last() {
    let mut stripe = Stripe::new(1);
    let (tenth, fixed) = (
        coupon(&mut stripe, "percent_off=10&duration=forever"),
        coupon(&mut stripe, "amount_off=100&currency=jpy&duration=forever"),
    );
    let rate =
        id(&ok(&mut stripe, "POST", "/v1/tax_rates", "display_name=JCT&percentage=10&inclusive=false"));
    let (customer, price) = (paying_customer(&mut stripe), monthly(&mut stripe));
    let body = format!(
        "customer={customer}&items[0][price]={price}&items[0][discounts][0][coupon]={tenth}&items[1][price]={price}&discounts[0][coupon]={fixed}&default_tax_rates[]={rate}&expand[]=latest_invoice"
    );
    let made = ok(&mut stripe, "POST", "/v1/subscriptions", &body);
    let invoice = &made["latest_invoice"];
    assert_eq!(
        (&invoice["subtotal"], &invoice["total_excluding_tax"], &invoice["total"]),
        (&json!(1900), &json!(1800), &json!(1980))
    );
    let lines = invoice["lines"]["data"].as_array().unwrap();
    let off: Vec<Vec<_>> = lines
        .iter()
        .map(|line| {
            line["discount_amounts"].as_array().unwrap().iter().map(|one| one["amount"].clone()).collect()
        })
        .collect();
    assert_eq!(off, [vec![json!(100), json!(47)], vec![json!(53)]]);
    assert_eq!(lines[0]["discounts"], made["items"]["data"][0]["discounts"]);
}

#[test]
fn a_coupon_may_be_for_some_products_only() {
    let mut stripe = Stripe::new(1);
    let product = id(&ok(&mut stripe, "POST", "/v1/products", "name=other"));
    let own =
        coupon(&mut stripe, &format!("percent_off=50&duration=forever&applies_to[products][]={product}"));
    let path = format!("/v1/coupons/{own}");
    assert!(ok(&mut stripe, "GET", &path, "").get("applies_to").is_none());
    let shown = ok(&mut stripe, "GET", &format!("{path}?expand[]=applies_to"), "");
    assert_eq!(shown["applies_to"]["products"], json!([product]));
    assert_eq!(
        subscribe(&mut stripe, &format!("&discounts[0][coupon]={own}"))["latest_invoice"]["total"],
        1000
    );
}

#[test]
fn a_promotion_code_redeems_its_coupon_until_it_ends() {
    let mut stripe = Stripe::new(1);
    let half = coupon(&mut stripe, "percent_off=50&duration=forever");
    let body = format!("promotion[type]=coupon&promotion[coupon]={half}&code=HARU&max_redemptions=1");
    let code = id(&ok(&mut stripe, "POST", "/v1/promotion_codes", &body));
    let made = subscribe(&mut stripe, &format!("&discounts[0][promotion_code]={code}"));
    assert_eq!(made["discounts"][0]["promotion_code"], json!(code));
    assert_eq!(made["latest_invoice"]["total"], 500);
    let customer = paying_customer(&mut stripe);
    let body = format!("customer={customer}&currency=jpy&discounts[0][promotion_code]={code}");
    assert_eq!(call(&mut stripe, "POST", "/v1/invoices", &body).1["error"]["code"], "promotion_code_expired");
    let found = ok(&mut stripe, "GET", "/v1/promotion_codes?code=HARU&expand[]=data.promotion.coupon", "");
    assert_eq!(found["data"][0]["promotion"]["coupon"]["percent_off"], 50);
}

#[test]
fn a_customers_discount_is_for_what_has_none_of_its_own() {
    let mut stripe = Stripe::new(1);
    let (half, tenth) = (
        coupon(&mut stripe, "percent_off=50&duration=forever"),
        coupon(&mut stripe, "percent_off=10&duration=forever"),
    );
    let customer = paying_customer(&mut stripe);
    let path = format!("/v1/customers/{customer}");
    assert_eq!(
        call(&mut stripe, "POST", &path, &format!("coupon={half}")).1["error"]["code"],
        "parameter_unknown"
    );
    let headers = [("authorization", "Bearer sk_test_sandbox"), ("stripe-version", "2024-06-20")];
    for coupon in [&tenth, &half] {
        let body = format!("coupon={coupon}");
        let old = call_with(&mut stripe, NOW, "POST", &path, &body, &headers).1;
        assert_eq!(old["discount"]["coupon"]["id"], json!(coupon));
    }
    let shown = ok(&mut stripe, "GET", &format!("{path}?expand[]=discount.source.coupon"), "");
    assert_eq!(shown["discount"]["source"]["coupon"]["percent_off"], 50);
    let price = monthly(&mut stripe);
    let body = format!("customer={customer}&items[0][price]={price}&expand[]=latest_invoice");
    let made = ok(&mut stripe, "POST", "/v1/subscriptions", &body);
    assert_eq!((&made["discounts"], &made["latest_invoice"]["total"]), (&json!([]), &json!(500)));
    let ended = ok(&mut stripe, "DELETE", &format!("{path}/discount"), "");
    assert_eq!((&ended["deleted"], &ended["source"]["coupon"]), (&json!(true), &json!(half)));
    assert_eq!(ok(&mut stripe, "GET", &path, "")["discount"], Value::Null);
    assert_eq!(call(&mut stripe, "DELETE", &format!("{path}/discount"), "").0, 404);
    assert_eq!(
        kinds(&mut stripe, "customer.discount."),
        ["customer.discount.created", "customer.discount.updated", "customer.discount.deleted"]
    );
}

#[test]
fn a_deleted_coupon_goes_on_where_it_was_redeemed() {
    let mut stripe = Stripe::new(1);
    let half = coupon(&mut stripe, "percent_off=50&duration=forever");
    let made = subscribe(&mut stripe, &format!("&discounts[0][coupon]={half}"));
    let path = format!("/v1/coupons/{half}");
    assert_eq!(
        ok(&mut stripe, "DELETE", &path, ""),
        json!({"id": half, "object": "coupon", "deleted": true})
    );
    assert_eq!(call(&mut stripe, "GET", &path, "").0, 404);
    stripe.advance(NOW + 40 * 86_400_000);
    let path = format!("/v1/subscriptions/{}?expand[]=latest_invoice", id(&made));
    assert_eq!(ok(&mut stripe, "GET", &path, "")["latest_invoice"]["total"], 500);
    assert_eq!(kinds(&mut stripe, "coupon."), ["coupon.created", "coupon.deleted"]);
}
