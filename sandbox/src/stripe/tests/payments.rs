use serde_json::{Value, json};

use super::super::testing::{NOW, call, id, monthly, ok, paying_customer};
use super::super::{ACCOUNT, Stripe};

/// A paid invoice of 1,000 JPY for a customer's subscription.
fn paid(stripe: &mut Stripe) -> Value {
    let (customer, price) = (paying_customer(stripe), monthly(stripe));
    let body = format!("customer={customer}&items[0][price]={price}&expand[]=latest_invoice");
    ok(stripe, "POST", "/v1/subscriptions", &body)["latest_invoice"].clone()
}

fn charge_of(stripe: &mut Stripe, invoice: &Value) -> Value {
    let list =
        ok(stripe, "GET", &format!("/v1/charges?customer={}", invoice["customer"].as_str().unwrap()), "");
    list["data"][0].clone()
}

fn last(stripe: &mut Stripe, kind: &str) -> Value {
    ok(stripe, "GET", &format!("/v1/events?type={kind}&limit=1"), "")["data"][0]["data"].clone()
}

#[test]
fn an_invoice_leads_to_its_payment_its_intent_and_its_charge() {
    let mut stripe = Stripe::new(1);
    let invoice = id(&paid(&mut stripe));
    let path = format!(
        "/v1/invoices/{invoice}?expand[]=payments.data.payment.payment_intent&expand[]=default_payment_method"
    );
    let shown = ok(&mut stripe, "GET", &path, "");
    let payment = &shown["payments"]["data"][0];
    assert_eq!((&payment["status"], &payment["amount_paid"]), (&json!("paid"), &json!(1000)));
    let intent = &payment["payment"]["payment_intent"];
    assert_eq!((&intent["status"], &intent["amount_received"]), (&json!("succeeded"), &json!(1000)));
    let path = format!("/v1/payment_intents/{}?expand[]=latest_charge&expand[]=payment_method", id(intent));
    let intent = ok(&mut stripe, "GET", &path, "");
    assert_eq!(intent["payment_method"]["card"]["exp_year"], 2034);
    let charge = &intent["latest_charge"];
    assert_eq!(charge["payment_method_details"]["card"]["last4"], "4242");
    assert_eq!(
        (&charge["amount"], &charge["paid"], &charge["refunded"]),
        (&json!(1000), &json!(true), &json!(false))
    );
    let list =
        ok(&mut stripe, "GET", &format!("/v1/invoice_payments?invoice={invoice}&expand[]=data.invoice"), "");
    assert_eq!(list["data"][0]["invoice"]["id"], json!(invoice));
    let by_intent =
        format!("/v1/invoice_payments?payment[type]=payment_intent&payment[payment_intent]={}", id(&intent));
    assert_eq!(ok(&mut stripe, "GET", &by_intent, "")["data"].as_array().unwrap().len(), 1);
}

#[test]
fn a_declined_charge_is_kept_and_the_next_one_pays() {
    let mut stripe = Stripe::new(1);
    let body = "payment_method=pm_card_chargeCustomerFail&invoice_settings[default_payment_method]=pm_card_chargeCustomerFail";
    let customer = id(&ok(&mut stripe, "POST", "/v1/customers", body));
    let price = monthly(&mut stripe);
    let body = format!("customer={customer}&items[0][price]={price}");
    let subscription = ok(&mut stripe, "POST", "/v1/subscriptions", &body);
    let pay = format!("/v1/invoices/{}/pay", subscription["latest_invoice"].as_str().unwrap());
    ok(&mut stripe, "POST", &pay, "payment_method=pm_card_visa");
    let charges =
        ok(&mut stripe, "GET", &format!("/v1/charges?customer={customer}&expand[]=data.payment_intent"), "");
    let status: Vec<_> =
        charges["data"].as_array().unwrap().iter().map(|charge| charge["status"].clone()).collect();
    assert_eq!(status, ["succeeded", "failed"]);
    assert_eq!(charges["data"][1]["failure_code"], "card_declined");
    assert_eq!(charges["data"][0]["payment_intent"]["status"], "succeeded");
    assert_eq!(last(&mut stripe, "charge.failed")["object"]["id"], charges["data"][1]["id"]);
}

#[test]
fn a_refund_is_noted_on_its_charge() {
    let mut stripe = Stripe::new(1);
    let invoice = paid(&mut stripe);
    let charge = id(&charge_of(&mut stripe, &invoice));
    let refund =
        ok(&mut stripe, "POST", "/v1/refunds", &format!("charge={charge}&amount=300&reason=duplicate"));
    assert_eq!((&refund["status"], &refund["amount"]), (&json!("succeeded"), &json!(300)));
    let told = last(&mut stripe, "charge.refunded");
    assert_eq!(told["previous_attributes"], json!({"amount_refunded": 0}));
    ok(
        &mut stripe,
        "POST",
        "/v1/refunds",
        &format!("payment_intent={}", refund["payment_intent"].as_str().unwrap()),
    );
    let shown = ok(&mut stripe, "GET", &format!("/v1/charges/{charge}?expand[]=refunds.data.charge"), "");
    assert_eq!((&shown["amount_refunded"], &shown["refunded"]), (&json!(1000), &json!(true)));
    assert_eq!(shown["refunds"]["data"][0]["amount"], 700);
    assert_eq!(shown["refunds"]["data"][0]["charge"]["id"], json!(charge));
    let (status, body) = call(&mut stripe, "POST", "/v1/refunds", &format!("charge={charge}"));
    assert_eq!((status, &body["error"]["code"]), (400, &json!("charge_already_refunded")));
    let list = ok(&mut stripe, "GET", &format!("/v1/refunds?charge={charge}"), "");
    assert_eq!(list["data"].as_array().unwrap().len(), 2);
    ok(&mut stripe, "POST", &format!("/v1/refunds/{}", id(&refund)), "metadata[k]=v");
    assert_eq!(last(&mut stripe, "refund.updated")["previous_attributes"], json!({"metadata": {"k": null}}));
}

#[test]
fn more_than_was_charged_cannot_be_refunded() {
    let mut stripe = Stripe::new(1);
    let invoice = paid(&mut stripe);
    let charge = id(&charge_of(&mut stripe, &invoice));
    let (status, body) = call(&mut stripe, "POST", "/v1/refunds", &format!("charge={charge}&amount=1001"));
    assert_eq!((status, &body["error"]["param"]), (400, &json!("amount")));
}

#[test]
fn an_older_version_names_the_charge_on_the_invoice_and_the_invoice_on_the_charge() {
    let mut stripe = Stripe::new(1);
    let invoice = paid(&mut stripe);
    let charge = id(&charge_of(&mut stripe, &invoice));
    let headers = [("authorization", "Bearer sk_test_sandbox"), ("stripe-version", "2024-06-20")];
    let path = format!("/v1/invoices/{}?expand[]=charge&expand[]=payment_intent", id(&invoice));
    let old = super::super::testing::call_with(&mut stripe, NOW, "GET", &path, "", &headers).1;
    assert_eq!((&old["charge"]["id"], &old["charge"]["invoice"]), (&json!(charge), &invoice["id"]));
    assert_eq!(old["payment_intent"]["latest_charge"], json!(charge));
    assert!(charge_of(&mut stripe, &invoice).get("invoice").is_none());
}

#[test]
fn a_void_invoice_ends_its_payment() {
    let mut stripe = Stripe::new(1);
    let customer = paying_customer(&mut stripe);
    let invoice = id(&ok(&mut stripe, "POST", "/v1/invoices", &format!("customer={customer}&currency=jpy")));
    let body = format!("customer={customer}&invoice={invoice}&amount=500&currency=jpy");
    ok(&mut stripe, "POST", "/v1/invoiceitems", &body);
    let open = ok(&mut stripe, "POST", &format!("/v1/invoices/{invoice}/finalize"), "expand[]=payments");
    assert_eq!(open["payments"]["data"][0]["status"], "open");
    ok(&mut stripe, "POST", &format!("/v1/invoices/{invoice}/void"), "");
    let list = ok(
        &mut stripe,
        "GET",
        "/v1/invoice_payments?expand[]=data.payment.payment_intent&expand[]=data.payment.charge",
        "",
    );
    assert_eq!(list["data"][0]["status"], "canceled");
    assert_eq!(list["data"][0]["payment"]["payment_intent"]["status"], "canceled");
}

#[test]
fn a_card_that_its_network_renews_is_told_of() {
    let mut stripe = Stripe::new(1);
    let customer = paying_customer(&mut stripe);
    let method =
        ok(&mut stripe, "GET", &format!("/v1/customers/{customer}/payment_methods"), "")["data"][0].clone();
    let changes = json!({"exp_year": 2040});
    assert!(stripe.renew_card(NOW, ACCOUNT, false, &id(&method), changes.as_object().unwrap()));
    assert!(!stripe.renew_card(NOW, ACCOUNT, false, "pm_none", changes.as_object().unwrap()));
    let told = last(&mut stripe, "payment_method.automatically_updated");
    assert_eq!(told["previous_attributes"], json!({"card": {"exp_year": 2034}}));
    ok(&mut stripe, "POST", &format!("/v1/payment_methods/{}/detach", id(&method)), "");
    assert_eq!(
        last(&mut stripe, "payment_method.detached")["previous_attributes"],
        json!({"customer": customer})
    );
}
