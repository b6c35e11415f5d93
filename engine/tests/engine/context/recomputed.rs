//! Whatever happens: each record equals what comes of a full recomputation from what Stripe answers.

use daicho_core::mapping::{BuiltInZones, Compiled, Context, List, Reference};
use daicho_core::stripe::Kind;
use serde_json::{Value, json};

use super::shop::{figure, path};
use crate::world::{Endpoint, Life, mapping, put_up_with};

fn fields(source: &str) -> Value {
    let own = json!([
        figure("a", json!({"monthly_recurring_revenue": {"currency": "jpy"}})),
        figure("b", json!({"lifetime_paid": {"currency": "jpy"}})),
        figure("c", json!({"unpaid_amount": {"currency": "jpy"}})),
        figure("d", json!({"next_billing_date": {}})),
        figure("e", json!({"active_subscriptions": {}})),
    ]);
    let more = match source {
        "customer" => json!([
            path("f", "tax_ids.data[0].value"),
            path("g", "invoice_settings.default_payment_method.card.last4"),
        ]),
        "subscription" => json!([
            path("f", "customer.tax_ids.data[0].value"),
            path("g", "customer.name"),
            path("h", "items.data[0].price.product.name"),
            path("name", "discounts[0].source.coupon.name"),
        ]),
        _ => {
            json!([path("f", "customer.name"), path("g", "parent.subscription_details.subscription.status"),])
        }
    };
    own.as_array().unwrap().iter().chain(more.as_array().unwrap()).cloned().collect()
}

/// What the record should hold, by nothing but Stripe's answers of now.
fn recomputed(life: &Life, mapping: &Value, object: &Value) -> Value {
    let mapping = serde_json::from_value(mapping.clone()).unwrap();
    let compiled = Compiled::new(&mapping).unwrap();
    let target = compiled.target("records").unwrap();
    let now = life.world.0.now.get() / 1_000;
    let mut context = Context { now: Some(now), ..Context::default() };
    loop {
        let before = context.clone();
        for reference in target.references(object, &context, &BuiltInZones) {
            ask(life, object, &reference, &mut context);
        }
        if context == before {
            break;
        }
    }
    let projection = target.project_in(object, None, &context, &BuiltInZones);
    assert!(projection.issues.iter().all(|issue| !issue.is_error()), "{:?}", projection.issues);
    serde_json::to_value(projection.record).unwrap()
}

fn ask(life: &Life, root: &Value, reference: &Reference, context: &mut Context) {
    match reference {
        Reference::Object { kind, id } => {
            let expand = if *kind == Kind::Coupon { "?expand[]=applies_to" } else { "" };
            let object = life.ask(&format!("{}/{id}{expand}", kind.list_path().unwrap()));
            let of = context.related.entry(id.clone()).or_insert_with(|| json!({}));
            of.as_object_mut().unwrap().extend(object.as_object().unwrap().clone());
        }
        Reference::Within { id, holder_kind, holder, .. } => {
            let path = format!("{}/{holder}?expand[]=discounts", holder_kind.list_path().unwrap());
            let holder = life.ask(&path);
            let discounts = holder["discounts"].as_array().unwrap();
            let discount = discounts.iter().find(|discount| discount["id"] == json!(id)).unwrap();
            context.related.insert(id.clone(), discount.clone());
        }
        Reference::List { customer, list } => {
            let of = |path: &str| life.ask(path)["data"].as_array().unwrap().clone();
            let by = |path: &str| Some(of(&format!("/v1/{path}?customer={customer}&limit=100")));
            let ledger = &mut context.ledger;
            match list {
                List::Subscriptions => {
                    ledger.subscriptions =
                        Some(of(&format!("/v1/subscriptions?customer={customer}&status=all&limit=100")));
                }
                List::Invoices => ledger.invoices = by("invoices"),
                List::Charges => ledger.charges = by("charges"),
                List::TaxIds => {
                    let data = of(&format!("/v1/customers/{customer}/tax_ids?limit=100"));
                    let of = context.related.entry(customer.clone()).or_insert_with(|| root.clone());
                    of["tax_ids"] = json!({"object": "list", "data": data, "has_more": false});
                }
            }
        }
    }
}

/// A merchant who does this and that.
struct Merchant {
    random: fastrand::Rng,
    customers: Vec<String>,
    subscriptions: Vec<String>,
    plans: Vec<(String, String)>,
    coupons: Vec<String>,
}

impl Merchant {
    fn one<'a>(&self, of: &'a [String], pick: usize) -> Option<&'a str> {
        of.get(pick % of.len().max(1)).map(String::as_str)
    }

    /// One change; what Stripe refuses is no change.
    fn act(&mut self, life: &Life) {
        let (what, pick, number) =
            (self.random.u8(0..18), self.random.usize(..), self.random.u32(100..1_000));
        let customer = self.one(&self.customers, pick).map(str::to_owned);
        let subscription = self.one(&self.subscriptions, pick).map(str::to_owned);
        let Some(customer) = customer.filter(|_| what > 1) else {
            self.customers.push(life.customer(&format!("C{number}")));
            return;
        };
        let (product, price) = self.plans[pick % self.plans.len()].clone();
        match (what, subscription) {
            (2 | 3, _) | (_, None) => {
                let coupon = &self.coupons[pick % self.coupons.len()];
                let more = match number % 3 {
                    0 => format!("&discounts[0][coupon]={coupon}"),
                    1 => "&collection_method=send_invoice&days_until_due=30".to_owned(),
                    _ => String::new(),
                };
                self.subscriptions.push(life.subscription(&customer, &price, &more));
            }
            (4, _) => drop(life.make(&format!("/v1/customers/{customer}"), &format!("name=N{number}"))),
            (5, _) => drop(life.make(&format!("/v1/products/{product}"), &format!("name=P{number}"))),
            (6, _) => {
                let coupon = &self.coupons[pick % self.coupons.len()];
                life.make(&format!("/v1/coupons/{coupon}"), &format!("name=K{number}"));
            }
            (7, _) => {
                let form = format!("type=jp_trn&value=T{number}4567890123");
                life.try_stripe(http::Method::POST, &format!("/v1/customers/{customer}/tax_ids"), &form);
            }
            (8, _) => {
                let all = life.ask(&format!("/v1/customers/{customer}/tax_ids"));
                if let Some(id) = all["data"][0]["id"].as_str() {
                    life.world.delete(&format!("/v1/customers/{customer}/tax_ids/{id}"));
                }
            }
            (9 | 10, _) => {
                let all = life.ask(&format!("/v1/charges?customer={customer}"));
                if let Some(id) = all["data"][0]["id"].as_str() {
                    life.try_stripe(
                        http::Method::POST,
                        "/v1/refunds",
                        &format!("charge={id}&amount={}", number % 90 + 1),
                    );
                }
            }
            (11, Some(id)) => {
                life.try_stripe(http::Method::DELETE, &format!("/v1/subscriptions/{id}"), "");
            }
            (12, Some(id)) => {
                life.try_stripe(http::Method::DELETE, &format!("/v1/subscriptions/{id}/discount"), "");
            }
            (13, Some(id)) => {
                let coupon = &self.coupons[pick % self.coupons.len()];
                let form = format!("discounts[0][coupon]={coupon}");
                life.try_stripe(http::Method::POST, &format!("/v1/subscriptions/{id}"), &form);
            }
            (16, _) => life.world.discount_customer(&customer, &self.coupons[pick % self.coupons.len()]),
            (17, _) => {
                life.try_stripe(http::Method::DELETE, &format!("/v1/customers/{customer}/discount"), "");
            }
            (14, _) => {
                let card = ["pm_card_visa", "pm_card_mastercard"][pick % 2];
                let form = format!("customer={customer}");
                let card = life.make(&format!("/v1/payment_methods/{card}/attach"), &form);
                let form = format!("invoice_settings[default_payment_method]={card}");
                life.make(&format!("/v1/customers/{customer}"), &form);
            }
            (_, Some(id)) => {
                let invoice = life.ask(&format!("/v1/subscriptions/{id}"))["latest_invoice"].clone();
                let invoice = invoice.as_str().unwrap_or_default();
                life.try_stripe(http::Method::POST, &format!("/v1/invoices/{invoice}/finalize"), "");
                if number % 2 == 0 {
                    let form = "payment_method=pm_card_visa";
                    life.try_stripe(http::Method::POST, &format!("/v1/invoices/{invoice}/pay"), form);
                }
            }
        }
    }
}

fn live(seed: u64, source: &str) {
    let mapping = mapping(source, &fields(source));
    let mut life = put_up_with(seed, Endpoint::Listed);
    let mut merchant = Merchant {
        random: fastrand::Rng::with_seed(seed),
        customers: Vec::new(),
        subscriptions: Vec::new(),
        plans: (1..=3).map(|number| life.plan(&format!("Plan{number}"), number * 1_000)).collect(),
        coupons: Vec::new(),
    };
    for form in ["percent_off=20&duration=forever", "amount_off=100&currency=jpy&duration=forever"] {
        merchant.coupons.push(life.make("/v1/coupons", form));
    }
    // What was there before the tenant listened is found all the same.
    life.listening = false;
    (0..10).for_each(|_| merchant.act(&life));
    life.world.0.stripe.borrow_mut().due(life.world.0.now.get());
    life.listening = true;
    life.configure_with(&mapping);
    for _ in 0..40 {
        merchant.act(&life);
        let wait = [0, 30, 120, 400, 1_100, 7_000][merchant.random.usize(..6)];
        life.pass(wait);
        if merchant.random.u8(..) < 10 {
            life.crash();
        }
    }
    life.pass(600_000);
    for (id, record) in life.world.records() {
        let object = life.ask(&format!("/v1/{source}s/{id}"));
        if object["deleted"] == json!(true) {
            continue;
        }
        for (code, expected) in recomputed(&life, &mapping, &object).as_object().unwrap() {
            assert_eq!(record[code]["value"], expected["value"], "seed {seed}: {code} of {id}");
        }
    }
    assert_eq!(life.world.number("SELECT count(*) FROM dirty"), 0, "seed {seed}");
    assert_eq!(life.world.number("SELECT count(*) FROM dead_letter"), 0, "seed {seed}");
}

#[test]
fn each_record_equals_a_full_recomputation() {
    for seed in 1..=3 {
        for source in ["customer", "subscription", "invoice"] {
            live(seed, source);
        }
    }
}
