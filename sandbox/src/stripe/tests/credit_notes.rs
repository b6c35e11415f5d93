use serde_json::{Value, json};

use super::super::Stripe;
use super::super::testing::{call, id, ok, paying_customer};

/// An open invoice of 1,000 × 2 + 10 %, half off the second line.
fn open(stripe: &mut Stripe) -> Value {
    let customer = paying_customer(stripe);
    let rate = id(&ok(stripe, "POST", "/v1/tax_rates", "display_name=JCT&percentage=10&inclusive=false"));
    let half = id(&ok(stripe, "POST", "/v1/coupons", "percent_off=50&duration=forever"));
    let body = format!("customer={customer}&currency=jpy&default_tax_rates[]={rate}");
    let invoice = id(&ok(stripe, "POST", "/v1/invoices", &body));
    let body = format!("customer={customer}&invoice={invoice}&amount=1000&currency=jpy");
    ok(stripe, "POST", "/v1/invoiceitems", &body);
    ok(stripe, "POST", "/v1/invoiceitems", &format!("{body}&discounts[0][coupon]={half}"));
    ok(stripe, "POST", &format!("/v1/invoices/{invoice}/finalize"), "")
}

fn kinds(stripe: &mut Stripe, count: usize) -> Vec<String> {
    let list = ok(stripe, "GET", &format!("/v1/events?limit={count}"), "");
    let kinds = list["data"].as_array().unwrap().iter();
    kinds.rev().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn before_payment_it_lowers_what_is_due_until_it_is_voided() {
    let mut stripe = Stripe::new(1);
    let invoice = open(&mut stripe);
    assert_eq!(invoice["amount_remaining"], 1650);
    let line = invoice["lines"]["data"][1]["id"].as_str().unwrap();
    let body = format!(
        "invoice={}&lines[0][type]=invoice_line_item&lines[0][invoice_line_item]={line}&lines[0][quantity]=1&reason=order_change&memo=m",
        id(&invoice)
    );
    let note = ok(&mut stripe, "POST", "/v1/credit_notes", &body);
    assert_eq!(kinds(&mut stripe, 2), ["credit_note.created", "invoice.updated"]);
    for (name, value) in [
        ("subtotal", json!(1000)),
        ("discount_amount", json!(500)),
        ("total_excluding_tax", json!(500)),
        ("total", json!(550)),
        ("amount", json!(550)),
        ("pre_payment_amount", json!(550)),
        ("post_payment_amount", json!(0)),
        ("type", json!("pre_payment")),
        ("status", json!("issued")),
        ("number", json!(format!("{}-CN-01", invoice["number"].as_str().unwrap()))),
    ] {
        assert_eq!(note[name], value, "{name}");
    }
    assert_eq!(note["total_taxes"][0]["amount"], 50);
    assert_eq!(note["lines"]["data"][0]["taxes"][0]["taxable_amount"], 500);
    let path = format!("/v1/invoices/{}", id(&invoice));
    let lowered = ok(&mut stripe, "GET", &path, "");
    assert_eq!(
        (&lowered["amount_due"], &lowered["amount_remaining"], &lowered["pre_payment_credit_notes_amount"]),
        (&json!(1100), &json!(1100), &json!(550))
    );
    let void = ok(&mut stripe, "POST", &format!("/v1/credit_notes/{}/void", id(&note)), "");
    assert_eq!(void["status"], "void");
    assert_eq!(ok(&mut stripe, "GET", &path, "")["amount_remaining"], 1650);
    assert_eq!(kinds(&mut stripe, 2), ["credit_note.voided", "invoice.updated"]);
}

#[test]
fn what_remains_is_what_is_then_paid() {
    let mut stripe = Stripe::new(1);
    let invoice = id(&open(&mut stripe));
    ok(&mut stripe, "POST", "/v1/credit_notes", &format!("invoice={invoice}&amount=650"));
    let paid = ok(&mut stripe, "POST", &format!("/v1/invoices/{invoice}/pay"), "expand[]=payments");
    assert_eq!((&paid["amount_paid"], &paid["amount_remaining"]), (&json!(1000), &json!(0)));
    assert_eq!(paid["payments"]["data"][0]["amount_paid"], 1000);
}

#[test]
fn an_open_invoice_credited_whole_is_paid() {
    let mut stripe = Stripe::new(1);
    let invoice = id(&open(&mut stripe));
    ok(&mut stripe, "POST", "/v1/credit_notes", &format!("invoice={invoice}&amount=1650"));
    let paid = ok(&mut stripe, "GET", &format!("/v1/invoices/{invoice}?expand[]=payments"), "");
    assert_eq!((&paid["status"], &paid["amount_paid"]), (&json!("paid"), &json!(0)));
    assert_eq!(paid["payments"]["data"][0]["status"], "canceled");
}

#[test]
fn after_payment_it_gives_money_back_or_credit() {
    let mut stripe = Stripe::new(1);
    let invoice = id(&open(&mut stripe));
    let paid = ok(&mut stripe, "POST", &format!("/v1/invoices/{invoice}/pay"), "");
    let body =
        format!("invoice={invoice}&amount=600&refund_amount=400&credit_amount=150&out_of_band_amount=50");
    let note = ok(&mut stripe, "POST", "/v1/credit_notes?expand[]=refunds.refund&expand[]=invoice", &body);
    assert_eq!((&note["type"], &note["post_payment_amount"]), (&json!("post_payment"), &json!(600)));
    assert_eq!(
        (&note["refunds"][0]["amount_refunded"], &note["refunds"][0]["refund"]["amount"]),
        (&json!(400), &json!(400))
    );
    assert_eq!(note["invoice"]["post_payment_credit_notes_amount"], 600);
    assert_eq!(note["invoice"]["amount_paid"], 1650);
    let customer = paid["customer"].as_str().unwrap();
    assert_eq!(ok(&mut stripe, "GET", &format!("/v1/customers/{customer}"), "")["balance"], -150);
    let charge = ok(&mut stripe, "GET", &format!("/v1/charges?customer={customer}"), "")["data"][0].clone();
    assert_eq!(charge["amount_refunded"], 400);
    let (status, error) =
        call(&mut stripe, "POST", "/v1/credit_notes", &format!("invoice={invoice}&amount=10"));
    assert_eq!(status, 400);
    assert!(error["error"]["message"].as_str().unwrap().contains("must equal the post payment"));
    let listed =
        ok(&mut stripe, "GET", &format!("/v1/credit_notes?invoice={invoice}&expand[]=data.customer"), "");
    assert_eq!(listed["data"][0]["customer"]["balance"], -150);
    let lines = ok(&mut stripe, "GET", &format!("/v1/credit_notes/{}/lines", id(&note)), "");
    assert_eq!(lines["data"][0]["amount"], 600);
}

#[test]
fn credit_pays_for_the_next_invoice() {
    let mut stripe = Stripe::new(1);
    let customer = id(&ok(&mut stripe, "POST", "/v1/customers", "balance=-400"));
    let invoice = id(&ok(&mut stripe, "POST", "/v1/invoices", &format!("customer={customer}&currency=jpy")));
    let body = format!("customer={customer}&invoice={invoice}&amount=300&currency=jpy");
    ok(&mut stripe, "POST", "/v1/invoiceitems", &body);
    let paid = ok(&mut stripe, "POST", &format!("/v1/invoices/{invoice}/finalize"), "");
    assert_eq!(
        (
            &paid["total"],
            &paid["amount_due"],
            &paid["starting_balance"],
            &paid["ending_balance"],
            &paid["status"]
        ),
        (&json!(300), &json!(0), &json!(-400), &json!(-100), &json!("paid"))
    );
    assert_eq!(ok(&mut stripe, "GET", &format!("/v1/customers/{customer}"), "")["balance"], -100);
}

#[test]
fn a_draft_or_more_than_the_total_cannot_be_credited() {
    let mut stripe = Stripe::new(1);
    let invoice = id(&open(&mut stripe));
    assert_eq!(
        call(&mut stripe, "POST", "/v1/credit_notes", &format!("invoice={invoice}&amount=1651")).0,
        400
    );
    let customer = paying_customer(&mut stripe);
    let draft = id(&ok(&mut stripe, "POST", "/v1/invoices", &format!("customer={customer}&currency=jpy")));
    assert_eq!(call(&mut stripe, "POST", "/v1/credit_notes", &format!("invoice={draft}&amount=1")).0, 400);
}
