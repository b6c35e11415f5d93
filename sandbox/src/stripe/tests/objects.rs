use serde_json::{Value, json};

use super::super::Stripe;
use super::super::testing::{call, id, monthly, ok, paying_customer};

fn refusal(stripe: &mut Stripe, method: &str, path: &str, body: &str) -> (u16, Value) {
    let (status, body) = call(stripe, method, path, body);
    (status, body["error"].clone())
}

#[test]
fn an_unknown_parameter_is_named() {
    let (status, error) = refusal(&mut Stripe::new(1), "POST", "/v1/customers", "address[town]=x");
    assert_eq!(
        (status, &error["code"], &error["param"]),
        (400, &json!("parameter_unknown"), &json!("address[town]"))
    );
    assert_eq!(error["message"], "Received unknown parameter: address[town]");
}

#[test]
fn a_missing_parameter_is_named() {
    let (status, error) = refusal(&mut Stripe::new(1), "POST", "/v1/subscriptions", "");
    assert_eq!(
        (status, &error["code"], &error["param"]),
        (400, &json!("parameter_missing"), &json!("customer"))
    );
}

#[test]
fn a_reference_to_nothing_names_the_parameter() {
    let mut stripe = Stripe::new(1);
    let customer = paying_customer(&mut stripe);
    let body = format!("customer={customer}&items[0][price]=price_none");
    let (status, error) = refusal(&mut stripe, "POST", "/v1/subscriptions", &body);
    assert_eq!(
        (status, &error["code"], &error["param"]),
        (404, &json!("resource_missing"), &json!("items[0][price]"))
    );
    assert_eq!(error["message"], "No such price: 'price_none'");
}

#[test]
fn an_empty_value_unsets_and_metadata_is_changed_key_by_key() {
    let mut stripe = Stripe::new(1);
    let made = ok(&mut stripe, "POST", "/v1/customers", "name=A&phone=1&metadata[a]=1&metadata[b]=2");
    let path = format!("/v1/customers/{}", id(&made));
    let changed = ok(&mut stripe, "POST", &path, "phone=&metadata[a]=&metadata[c]=3");
    assert_eq!(changed["phone"], Value::Null);
    assert_eq!(changed["metadata"], json!({"b": "2", "c": "3"}));
    assert_eq!(ok(&mut stripe, "POST", &path, "metadata=")["metadata"], json!({}));
}

#[test]
fn an_address_shows_every_field_once_one_is_set() {
    let made = ok(&mut Stripe::new(1), "POST", "/v1/customers", "address[city]=Osaka&address[country]=JP");
    assert_eq!(
        made["address"],
        json!({"city": "Osaka", "country": "JP", "line1": null, "line2": null, "postal_code": null, "state": null})
    );
}

#[test]
fn a_deleted_customer_answers_with_its_stub_and_loses_its_subscriptions() {
    let mut stripe = Stripe::new(1);
    let (customer, price) = (paying_customer(&mut stripe), monthly(&mut stripe));
    let body = format!("customer={customer}&items[0][price]={price}");
    let subscription = id(&ok(&mut stripe, "POST", "/v1/subscriptions", &body));
    let stub = json!({"id": customer, "object": "customer", "deleted": true});
    assert_eq!(ok(&mut stripe, "DELETE", &format!("/v1/customers/{customer}"), ""), stub);
    assert_eq!(ok(&mut stripe, "GET", &format!("/v1/customers/{customer}"), ""), stub);
    assert_eq!(call(&mut stripe, "POST", &format!("/v1/customers/{customer}"), "name=B").0, 404);
    assert_eq!(
        ok(&mut stripe, "GET", &format!("/v1/subscriptions/{subscription}"), "")["status"],
        "canceled"
    );
}

#[test]
fn a_default_payment_method_must_be_attached_to_the_customer() {
    let mut stripe = Stripe::new(1);
    let customer = id(&ok(&mut stripe, "POST", "/v1/customers", ""));
    let card = ok(
        &mut stripe,
        "POST",
        "/v1/payment_methods",
        "type=card&card[number]=4242424242424242&card[exp_month]=8&card[exp_year]=2031&card[cvc]=123",
    );
    assert_eq!((&card["card"]["last4"], &card["card"]["exp_year"]), (&json!("4242"), &json!(2031)));
    let body = format!("invoice_settings[default_payment_method]={}", id(&card));
    let path = format!("/v1/customers/{customer}");
    assert_eq!(refusal(&mut stripe, "POST", &path, &body).0, 400);
    ok(
        &mut stripe,
        "POST",
        &format!("/v1/payment_methods/{}/attach", id(&card)),
        &format!("customer={customer}"),
    );
    ok(&mut stripe, "POST", &path, &body);
    ok(&mut stripe, "POST", &format!("/v1/payment_methods/{}/detach", id(&card)), "");
    assert_eq!(ok(&mut stripe, "GET", &path, "")["invoice_settings"]["default_payment_method"], Value::Null);
}

#[test]
fn a_card_that_is_detached_makes_an_event_of_its_customer_or_none_as_the_rule_says() {
    for (in_silence, events) in [(false, 1), (true, 0)] {
        let mut stripe = Stripe::new(1);
        stripe.delivery_rules().detach_in_silence = in_silence;
        let with_card = "payment_method=pm_card_visa&invoice_settings[default_payment_method]=pm_card_visa";
        let customer = ok(&mut stripe, "POST", "/v1/customers", with_card);
        let card = customer["invoice_settings"]["default_payment_method"].as_str().unwrap();
        ok(&mut stripe, "POST", &format!("/v1/payment_methods/{card}/detach"), "");
        let told =
            stripe.events(crate::stripe::ACCOUNT, false).filter(|(_, kind, _)| *kind == "customer.updated");
        assert_eq!(told.count(), events);
        let path = format!("/v1/customers/{}", id(&customer));
        let now = ok(&mut stripe, "GET", &path, "");
        assert_eq!(now["invoice_settings"]["default_payment_method"], Value::Null);
    }
}

#[test]
fn a_declined_card_is_a_card_error() {
    let mut stripe = Stripe::new(1);
    let customer = id(&ok(&mut stripe, "POST", "/v1/customers", ""));
    let (status, error) = refusal(
        &mut stripe,
        "POST",
        "/v1/payment_methods/pm_card_chargeDeclined/attach",
        &format!("customer={customer}"),
    );
    assert_eq!(
        (status, &error["type"], &error["code"]),
        (402, &json!("card_error"), &json!("card_declined"))
    );
}

#[test]
fn every_commit_is_in_the_history_and_the_snapshot_holds_the_last() {
    let mut stripe = Stripe::new(1);
    let customer = id(&ok(&mut stripe, "POST", "/v1/customers", "name=A"));
    ok(&mut stripe, "POST", &format!("/v1/customers/{customer}"), "name=B");
    ok(&mut stripe, "POST", &format!("/v1/customers/{customer}"), "name=B");
    let names: Vec<_> = stripe.history().iter().map(|change| change.json["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["A", "B"], "an update that changes nothing is no commit");
    assert_eq!(stripe.snapshot()[super::super::ACCOUNT]["test"]["customer"][&customer]["name"], "B");
    ok(&mut stripe, "DELETE", &format!("/v1/customers/{customer}"), "");
    assert!(stripe.history().last().unwrap().deleted);
    assert_eq!(stripe.snapshot()[super::super::ACCOUNT]["test"]["customer"], json!({}));
}
