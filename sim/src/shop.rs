//! What the merchant sells, and what customers' records look at beside the customer: products, coupons,
//! cards, tax ids, refunds.

use http::Method;

use crate::merchant::{id, one_of};
use crate::plan::Plan;
use crate::world::World;

/// Products with their prices, and coupons.
#[derive(Debug, Default)]
pub(crate) struct Shop {
    /// Each product with its monthly price.
    plans: Vec<(String, String)>,
    coupons: Vec<String>,
    /// Prices for subscriptions with very many items.
    many: Vec<String>,
    made: usize,
}

impl Shop {
    pub fn open(&mut self, world: &World, plan: &Plan) {
        for amount in 1..=if plan.shop { 3 } else { 1 } {
            let product = id(&world.stripe("/v1/products", &format!("name=Plan{amount}")));
            let price = price(world, &product, amount * 1_100);
            self.plans.push((product, price));
        }
        if plan.shop {
            for form in ["percent_off=20&duration=forever", "amount_off=100&currency=jpy&duration=forever"] {
                self.coupons.push(id(&world.stripe("/v1/coupons", form)));
            }
        }
    }

    pub fn first_price(&self) -> &str {
        &self.plans.first().expect("a shop that is open sells something").1
    }

    pub fn price(&self, chance: &mut fastrand::Rng) -> String {
        self.plans[chance.usize(..self.plans.len())].1.clone()
    }

    pub fn coupon(&self, chance: &mut fastrand::Rng) -> &str {
        one_of(&self.coupons, chance).expect("a shop that is open has coupons")
    }

    /// So many different prices.
    pub fn prices(&mut self, world: &World, number: usize) -> Vec<String> {
        while self.many.len() < number {
            let amount = 100 + self.many.len();
            self.many.push(price(world, &self.plans[0].0, amount));
        }
        self.many[..number].to_vec()
    }

    pub fn rename_first(&mut self, world: &World) {
        self.made += 1;
        let product = &self.plans[0].0;
        world.stripe(&format!("/v1/products/{product}"), &format!("name=P{}", self.made));
    }

    /// One change; what Stripe refuses is none.
    pub fn act(
        &mut self,
        world: &World,
        chance: &mut fastrand::Rng,
        customers: &[String],
        subscriptions: &[(String, String)],
    ) {
        self.made += 1;
        let number = self.made;
        let post = |path: &str, form: &str| world.try_call(&Method::POST, path, form);
        let (product, _) = &self.plans[chance.usize(..self.plans.len())];
        match chance.u8(..11) {
            0 => drop(post(&format!("/v1/products/{product}"), &format!("name=P{number}"))),
            1 => drop(post(&format!("/v1/coupons/{}", self.coupon(chance)), &format!("name=K{number}"))),
            2 | 3 if !subscriptions.is_empty() => {
                let (subscription, _) = &subscriptions[chance.usize(..subscriptions.len())];
                let path = format!("/v1/subscriptions/{subscription}");
                if chance.bool() {
                    post(&path, &format!("discounts[0][coupon]={}", self.coupon(chance)));
                } else {
                    world.try_call(&Method::DELETE, &format!("{path}/discount"), "");
                }
            }
            kind => {
                if let Some(customer) = one_of(customers, chance) {
                    of_customer(world, chance, kind, customer, number);
                }
            }
        }
    }
}

fn of_customer(world: &World, chance: &mut fastrand::Rng, kind: u8, customer: &str, number: usize) {
    let post = |path: &str, form: &str| world.try_call(&Method::POST, path, form);
    let path = format!("/v1/customers/{customer}");
    match kind {
        4 => drop(post(&format!("{path}/tax_ids"), &format!("type=jp_trn&value=T{number:013}"))),
        5 => {
            let all = world.ask(&format!("{path}/tax_ids"));
            if let Some(id) = all["data"][0]["id"].as_str() {
                world.try_call(&Method::DELETE, &format!("{path}/tax_ids/{id}"), "");
            }
        }
        6 => {
            let card = ["pm_card_visa", "pm_card_mastercard"][chance.usize(..2)];
            let card =
                id(&world
                    .stripe(&format!("/v1/payment_methods/{card}/attach"), &format!("customer={customer}")));
            post(&path, &format!("invoice_settings[default_payment_method]={card}"));
        }
        7 | 8 => {
            let card = &world.ask(&path)["invoice_settings"]["default_payment_method"];
            if let Some(card) = card.as_str() {
                post(&format!("/v1/payment_methods/{card}/detach"), "");
            }
        }
        9 => {
            let charges = world.ask(&format!("/v1/charges?customer={customer}"));
            if let Some(charge) = charges["data"][0]["id"].as_str() {
                post("/v1/refunds", &format!("charge={charge}&amount={}", number % 90 + 1));
            }
        }
        _ => {
            let invoices = world.ask(&format!("/v1/invoices?customer={customer}"));
            if let Some(invoice) = invoices["data"][0]["id"].as_str() {
                post(&format!("/v1/invoices/{invoice}/finalize"), "");
                post(&format!("/v1/invoices/{invoice}/pay"), "payment_method=pm_card_visa");
            }
        }
    }
}

fn price(world: &World, product: &str, amount: usize) -> String {
    let form = format!("product={product}&currency=jpy&unit_amount={amount}&recurring[interval]=month");
    id(&world.stripe("/v1/prices", &form))
}
