use serde_json::json;

use super::super::Stripe;
use super::super::testing::{call, id, monthly, ok, paying_customer};

fn subscribed(stripe: &mut Stripe) -> (String, String) {
    let (customer, price) = (paying_customer(stripe), monthly(stripe));
    let made =
        ok(stripe, "POST", "/v1/subscriptions", &format!("customer={customer}&items[0][price]={price}"));
    (id(&made), customer)
}

#[test]
fn ids_become_objects_and_go_on_inside_them() {
    let mut stripe = Stripe::new(1);
    let (subscription, customer) = subscribed(&mut stripe);
    let path = format!(
        "/v1/subscriptions/{subscription}?expand[]=customer.invoice_settings.default_payment_method&expand[]=items.data.price.product&expand[]=latest_invoice"
    );
    let shown = ok(&mut stripe, "GET", &path, "");
    assert_eq!(shown["customer"]["id"], json!(customer));
    assert_eq!(shown["customer"]["invoice_settings"]["default_payment_method"]["card"]["last4"], "4242");
    assert_eq!(shown["items"]["data"][0]["price"]["product"]["name"], "Plan");
    assert_eq!(shown["latest_invoice"]["status"], "paid");
}

#[test]
fn a_list_expands_under_data() {
    let mut stripe = Stripe::new(1);
    let (subscription, customer) = subscribed(&mut stripe);
    let list = ok(
        &mut stripe,
        "GET",
        "/v1/invoices?expand[]=data.customer&expand[]=data.parent.subscription_details.subscription",
        "",
    );
    assert_eq!(list["data"][0]["customer"]["id"], json!(customer));
    assert_eq!(list["data"][0]["parent"]["subscription_details"]["subscription"]["id"], json!(subscription));
    let (status, body) = call(&mut stripe, "GET", "/v1/invoices?expand[]=customer", "");
    assert_eq!(status, 400);
    assert_eq!(
        body["error"]["message"],
        "This property cannot be expanded (customer). You may want to try expanding 'data.customer' instead."
    );
}

#[test]
fn a_property_that_holds_no_object_cannot_be_expanded() {
    let mut stripe = Stripe::new(1);
    let (subscription, _) = subscribed(&mut stripe);
    let (status, body) =
        call(&mut stripe, "GET", &format!("/v1/subscriptions/{subscription}?expand[]=status"), "");
    assert_eq!(
        (status, &body["error"]["message"]),
        (400, &json!("This property cannot be expanded (status)."))
    );
}

#[test]
fn four_levels_and_no_more() {
    let mut stripe = Stripe::new(1);
    subscribed(&mut stripe);
    let (status, body) =
        call(&mut stripe, "GET", "/v1/subscriptions?expand[]=data.items.data.price.product", "");
    assert_eq!(status, 400);
    assert!(body["error"]["message"].as_str().unwrap().contains("more than 4 levels"));
}

#[test]
fn lists_of_a_customer_are_shown_on_request_only() {
    let mut stripe = Stripe::new(1);
    let (subscription, customer) = subscribed(&mut stripe);
    let plain = ok(&mut stripe, "GET", &format!("/v1/customers/{customer}"), "");
    assert!(plain.get("subscriptions").is_none());
    let shown = ok(&mut stripe, "GET", &format!("/v1/customers/{customer}?expand[]=subscriptions"), "");
    assert_eq!(shown["subscriptions"]["data"][0]["id"], json!(subscription));
}

#[test]
fn a_deleted_customer_expands_to_its_stub() {
    let mut stripe = Stripe::new(1);
    let (subscription, customer) = subscribed(&mut stripe);
    ok(&mut stripe, "DELETE", &format!("/v1/customers/{customer}"), "");
    let shown = ok(&mut stripe, "GET", &format!("/v1/subscriptions/{subscription}?expand[]=customer"), "");
    assert_eq!(shown["customer"], json!({"id": customer, "object": "customer", "deleted": true}));
}
