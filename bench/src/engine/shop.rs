//! What a merchant and its customers do at Stripe in a month.

use daicho_sim::stage::ACCOUNT;
use daicho_sim::world::World;
use serde_json::Value;

/// A merchant with one plan and its customers.
pub struct Shop {
    price: String,
    /// Each customer with its subscription.
    customers: Vec<(String, String)>,
}

impl Shop {
    /// A product with a price and a tax rate.
    pub fn open(world: &World) -> Self {
        let product = id(&world.stripe("/v1/products", "name=Plan"));
        let price = format!("product={product}&currency=jpy&unit_amount=3300&recurring[interval]=month");
        Self { price: id(&world.stripe("/v1/prices", &price)), customers: Vec::new() }
    }

    /// A new customer pays by card and subscribes.
    pub fn join(&mut self, world: &World) {
        let at = self.customers.len();
        let form = format!(
            "name=Customer {at}&email=customer{at}@example.com&phone=%2B81312345678&address[postal_code]=1000001\
             &address[country]=JP&payment_method=pm_card_visa&invoice_settings[default_payment_method]=pm_card_visa"
        );
        let customer = id(&world.stripe("/v1/customers", &form));
        let form = format!("customer={customer}&items[0][price]={}&items[0][quantity]=2", self.price);
        let subscription = id(&world.stripe("/v1/subscriptions", &form));
        self.customers.push((customer, subscription));
    }

    /// A period ends: an invoice is made out and paid.
    pub fn renew(&mut self, world: &World, at: usize) {
        let subscription = &self.customers[at].1;
        let renewed = world.0.stripe.borrow_mut().renew(world.now(), ACCOUNT, false, subscription);
        assert!(renewed, "{subscription} goes on");
    }

    /// A customer moves house.
    pub fn change(&mut self, world: &World, at: usize) {
        let path = format!("/v1/customers/{}", self.customers[at].0);
        world.stripe(&path, &format!("address[line1]=Street {at}&address[country]=JP"));
    }

    /// A customer cancels.
    pub fn cancel(&mut self, world: &World, at: usize) {
        world.delete(&format!("/v1/subscriptions/{}", self.customers[at].1));
    }
}

fn id(object: &Value) -> String {
    object["id"].as_str().unwrap_or_default().to_owned()
}
