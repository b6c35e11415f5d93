use serde_json::{Value, json};

use super::super::Stripe;
use super::super::testing::{NOW, call, call_with, id, monthly, ok, paying_customer};

fn rate(stripe: &mut Stripe, percentage: &str, inclusive: bool) -> String {
    let body = format!(
        "display_name=%E6%B6%88%E8%B2%BB%E7%A8%8E&percentage={percentage}&inclusive={inclusive}&country=JP&tax_type=jct"
    );
    id(&ok(stripe, "POST", "/v1/tax_rates", &body))
}

/// A draft for a new customer with these items: amount, tax rates.
fn draft(stripe: &mut Stripe, more: &str, items: &[(i64, &[&str])]) -> Value {
    let customer = paying_customer(stripe);
    let body = format!("customer={customer}&currency=jpy{more}");
    let invoice = id(&ok(stripe, "POST", "/v1/invoices", &body));
    for (amount, rates) in items {
        let rates: String = rates.iter().map(|rate| format!("&tax_rates[]={rate}")).collect();
        let body = format!("customer={customer}&invoice={invoice}&amount={amount}&currency=jpy{rates}");
        ok(stripe, "POST", "/v1/invoiceitems", &body);
    }
    ok(stripe, "GET", &format!("/v1/invoices/{invoice}"), "")
}

fn sums(invoice: &Value) -> [i64; 4] {
    ["subtotal", "total_excluding_tax", "total", "amount_due"].map(|name| invoice[name].as_i64().unwrap())
}

#[test]
fn exclusive_tax_is_added_and_summed_by_rate() {
    let mut stripe = Stripe::new(1);
    let (ten, eight) = (rate(&mut stripe, "10", false), rate(&mut stripe, "8", false));
    let invoice = draft(&mut stripe, "", &[(1000, &[&ten]), (555, &[&ten]), (980, &[&eight])]);
    assert_eq!(sums(&invoice), [2535, 2535, 2535 + 156 + 78, 2769]);
    let tax = |amount: i64, taxable: i64, rate: &str| {
        json!({
            "amount": amount, "tax_behavior": "exclusive", "tax_rate_details": {"tax_rate": rate},
            "taxability_reason": "not_available", "taxable_amount": taxable, "type": "tax_rate_details",
        })
    };
    // 55.5 is rounded by itself, to 56: Stripe rounds each line.
    assert_eq!(invoice["total_taxes"], json!([tax(156, 1555, &ten), tax(78, 980, &eight)]));
    assert_eq!(invoice["lines"]["data"][1]["taxes"], json!([tax(56, 555, &ten)]));
}

#[test]
fn inclusive_tax_is_within_the_amount() {
    let mut stripe = Stripe::new(1);
    let ten = rate(&mut stripe, "10", true);
    let invoice = draft(&mut stripe, "", &[(1100, &[&ten]), (1000, &[&ten])]);
    assert_eq!(sums(&invoice), [2100, 1909, 2100, 2100]);
    assert_eq!(invoice["subtotal_excluding_tax"], 1909);
    assert_eq!(invoice["total_taxes"][0]["amount"], 191);
    assert_eq!(invoice["total_taxes"][0]["taxable_amount"], 1909);
    assert_eq!(invoice["total_taxes"][0]["tax_behavior"], "inclusive");
}

#[test]
fn an_invoices_rates_are_for_lines_without_their_own() {
    let mut stripe = Stripe::new(1);
    let (ten, eight) = (rate(&mut stripe, "10", false), rate(&mut stripe, "8", false));
    let invoice =
        draft(&mut stripe, &format!("&default_tax_rates[]={ten}"), &[(1000, &[]), (1000, &[&eight])]);
    assert_eq!(invoice["default_tax_rates"][0]["percentage"], 10);
    assert_eq!(invoice["total"], 2180);
    let path = format!("/v1/invoices/{}", id(&invoice));
    assert_eq!(ok(&mut stripe, "POST", &path, "default_tax_rates=")["total"], 2080);
    assert_eq!(ok(&mut stripe, "POST", &path, &format!("default_tax_rates[]={eight}"))["total"], 2160);
}

#[test]
fn an_exempt_customer_pays_no_tax() {
    let mut stripe = Stripe::new(1);
    let ten = rate(&mut stripe, "10", false);
    let invoice = draft(&mut stripe, "", &[(1000, &[&ten])]);
    let customer = format!("/v1/customers/{}", invoice["customer"].as_str().unwrap());
    ok(&mut stripe, "POST", &customer, "tax_exempt=exempt");
    let open = ok(&mut stripe, "POST", &format!("/v1/invoices/{}/finalize", id(&invoice)), "");
    assert_eq!(sums(&open), [1000, 1000, 1000, 1000]);
    assert_eq!(open["total_taxes"][0]["taxability_reason"], "customer_exempt");
}

#[test]
fn a_subscriptions_rates_tax_its_invoices() {
    let mut stripe = Stripe::new(1);
    let (ten, eight) = (rate(&mut stripe, "10", false), rate(&mut stripe, "8", false));
    let (customer, price) = (paying_customer(&mut stripe), monthly(&mut stripe));
    let body = format!(
        "customer={customer}&default_tax_rates[]={ten}&items[0][price]={price}&items[1][price]={price}&items[1][tax_rates][]={eight}&expand[]=latest_invoice"
    );
    let subscription = ok(&mut stripe, "POST", "/v1/subscriptions", &body);
    assert_eq!(subscription["default_tax_rates"][0]["id"], json!(ten));
    assert_eq!(subscription["items"]["data"][1]["tax_rates"][0]["display_name"], "消費税");
    let invoice = &subscription["latest_invoice"];
    assert_eq!((&invoice["total"], &invoice["amount_paid"]), (&json!(2180), &json!(2180)));
    let path = format!("/v1/tax_rates/{ten}");
    ok(&mut stripe, "POST", &path, "display_name=JCT");
    let subscription = ok(&mut stripe, "GET", &format!("/v1/subscriptions/{}", id(&subscription)), "");
    assert_eq!(subscription["default_tax_rates"][0]["display_name"], "JCT");
    let told = ok(&mut stripe, "GET", "/v1/events?type=tax_rate.updated", "");
    assert_eq!(told["data"][0]["data"]["previous_attributes"], json!({"display_name": "消費税"}));
}

#[test]
fn an_older_version_has_tax_amounts_and_the_lines_rates() {
    let mut stripe = Stripe::new(1);
    let ten = rate(&mut stripe, "10", false);
    let invoice = draft(&mut stripe, "", &[(1000, &[&ten])]);
    let headers = [("authorization", "Bearer sk_test_sandbox"), ("stripe-version", "2024-06-20")];
    let path = format!("/v1/invoices/{}", id(&invoice));
    let old = call_with(&mut stripe, NOW, "GET", &path, "", &headers).1;
    assert_eq!((&old["tax"], &old["total_tax_amounts"][0]["inclusive"]), (&json!(100), &json!(false)));
    assert_eq!(old["lines"]["data"][0]["tax_rates"][0]["id"], json!(ten));
    assert_eq!(old["lines"]["data"][0]["tax_amounts"][0]["tax_rate"], json!(ten));
}

#[test]
fn a_customers_numbers_are_shown_on_request_and_copied_to_invoices() {
    let mut stripe = Stripe::new(1);
    let customer = paying_customer(&mut stripe);
    let path = format!("/v1/customers/{customer}/tax_ids");
    let number = ok(&mut stripe, "POST", &path, "type=jp_trn&value=T1234567890123");
    assert_eq!((&number["country"], &number["owner"]["customer"]), (&json!("JP"), &json!(customer)));
    let shown = ok(&mut stripe, "GET", &format!("/v1/customers/{customer}?expand[]=tax_ids"), "");
    assert_eq!(shown["tax_ids"]["data"][0]["value"], "T1234567890123");
    let invoice = ok(&mut stripe, "POST", "/v1/invoices", &format!("customer={customer}&currency=jpy"));
    assert_eq!(invoice["customer_tax_ids"], json!([{"type": "jp_trn", "value": "T1234567890123"}]));
    assert_eq!(ok(&mut stripe, "GET", &path, "")["data"].as_array().unwrap().len(), 1);
    let own = format!("{path}/{}", id(&number));
    assert_eq!(ok(&mut stripe, "GET", &own, "")["id"], number["id"]);
    assert_eq!(ok(&mut stripe, "DELETE", &own, "")["deleted"], true);
    let events = ok(&mut stripe, "GET", "/v1/events?type=customer.tax_id.*", "");
    let kinds: Vec<_> =
        events["data"].as_array().unwrap().iter().map(|event| event["type"].clone()).collect();
    assert_eq!(kinds, ["customer.tax_id.deleted", "customer.tax_id.created"]);
}

#[test]
fn a_number_that_is_none_is_refused_and_makes_no_customer() {
    let mut stripe = Stripe::new(1);
    let body = "tax_id_data[0][type]=jp_trn&tax_id_data[0][value]=1234567890123";
    let (status, answer) = call(&mut stripe, "POST", "/v1/customers", body);
    assert_eq!((status, &answer["error"]["code"]), (400, &json!("tax_id_invalid")));
    assert_eq!(ok(&mut stripe, "GET", "/v1/customers", "")["data"], json!([]));
    let body = "tax_id_data[0][type]=eu_vat&tax_id_data[0][value]=DE000000000&expand[]=tax_ids";
    let made = ok(&mut stripe, "POST", "/v1/customers", body);
    assert_eq!(made["tax_ids"]["data"][0]["verification"]["status"], "verified");
    let told = ok(&mut stripe, "GET", "/v1/events?type=customer.tax_id.updated", "");
    assert_eq!(
        told["data"][0]["data"]["previous_attributes"],
        json!({"verification": {"status": "pending"}})
    );
}

#[test]
fn the_accounts_own_number_is_on_the_invoices_that_name_it() {
    let mut stripe = Stripe::new(1);
    let own = id(&ok(&mut stripe, "POST", "/v1/tax_ids", "type=jp_trn&value=T9999999999999"));
    let invoice = draft(&mut stripe, &format!("&account_tax_ids[]={own}"), &[]);
    assert_eq!(invoice["account_tax_ids"], json!([own]));
    let path = format!("/v1/invoices/{}?expand[]=account_tax_ids", id(&invoice));
    assert_eq!(ok(&mut stripe, "GET", &path, "")["account_tax_ids"][0]["value"], "T9999999999999");
    assert_eq!(ok(&mut stripe, "GET", "/v1/tax_ids", "")["data"][0]["owner"]["type"], "self");
}
