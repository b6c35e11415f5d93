//! What the merchant and its customers do at Stripe.

use daicho_engine::port::Millis;
use serde_json::Value;

use crate::plan::{Endpoint, Plan};
use crate::stage::{ACCOUNT, LONGEST_NAME};
use crate::world::World;

/// What the merchant has made so far and may still change.
#[derive(Debug, Default)]
pub struct Merchant {
    customers: Vec<String>,
    /// Customers whose events' handling panics: left alone once they are made.
    pub cursed: Vec<String>,
    subscriptions: Vec<(String, String)>,
    invoices: Vec<String>,
    price: Option<String>,
    clock: Option<(String, Millis)>,
    made: usize,
}

impl Merchant {
    /// One thing that the merchant does.
    pub fn act(&mut self, world: &World, plan: &Plan, chance: &mut fastrand::Rng) {
        match chance.u8(..24) {
            0..6 => self.make_customer(world, plan, chance),
            6 => self.delete_customer(world, chance),
            7..9 if plan.billing => self.subscribe(world, chance),
            9..12 if plan.billing => self.change_subscription(world, chance),
            12..14 if plan.billing => self.bill(world, chance),
            14..16 if plan.billing => self.change_invoice(world, chance),
            // A thin event does not carry what its handling would panic at.
            16 if plan.panics && plan.endpoint != Endpoint::Thin => self.curse(world),
            17 if plan.test_clocks => self.move_clock(world, chance),
            _ => self.change_customer(world, plan, chance),
        }
    }

    fn make_customer(&mut self, world: &World, plan: &Plan, chance: &mut fastrand::Rng) {
        let mut form = self.form(plan, chance);
        if plan.test_clocks && chance.bool() {
            form.push_str(&format!("&test_clock={}", self.clock(world)));
        }
        self.customers.push(id(&world.stripe("/v1/customers", &form)));
    }

    fn form(&mut self, plan: &Plan, chance: &mut fastrand::Rng) -> String {
        self.made += 1;
        let longest = if plan.poison && chance.u8(..5) == 0 { LONGEST_NAME + 1 } else { LONGEST_NAME };
        let name = format!("{:x<longest$}", self.made);
        let name = if longest > LONGEST_NAME { name } else { format!("n{}", self.made) };
        format!(
            "name={name}&description=d{}&phone=p{}&email=m{}@example.com",
            chance.u8(..3),
            chance.u8(..3),
            chance.u8(..9)
        )
    }

    fn change_customer(&mut self, world: &World, plan: &Plan, chance: &mut fastrand::Rng) {
        let form = self.form(plan, chance);
        let Some(customer) = one_of(&self.customers, chance).map(str::to_owned) else { return };
        world.stripe(&format!("/v1/customers/{customer}"), &form);
        if chance.u8(..4) == 0 {
            // Back to back, within the same second.
            let form = self.form(plan, chance);
            world.stripe(&format!("/v1/customers/{customer}"), &form);
        }
    }

    fn delete_customer(&mut self, world: &World, chance: &mut fastrand::Rng) {
        if self.customers.is_empty() {
            return;
        }
        let customer = self.customers.swap_remove(chance.usize(..self.customers.len()));
        world.delete(&format!("/v1/customers/{customer}"));
        let gone = |kind: &str, id: &str| {
            let stripe = world.0.stripe.borrow();
            stripe.object(ACCOUNT, false, kind, id).is_none_or(|object| object["customer"] == *customer)
        };
        self.subscriptions.retain(|(id, _)| !gone("subscription", id));
        self.invoices.retain(|id| !gone("invoice", id));
    }

    fn curse(&mut self, world: &World) {
        let customer = world.stripe("/v1/customers", "name=cursed&metadata[daicho_provoke_panic]=1");
        self.cursed.push(id(&customer));
    }

    fn price(&mut self, world: &World) -> String {
        let make = || {
            let product = id(&world.stripe("/v1/products", "name=Plan"));
            let form = format!("product={product}&currency=jpy&unit_amount=3300&recurring[interval]=month");
            id(&world.stripe("/v1/prices", &form))
        };
        self.price.get_or_insert_with(make).clone()
    }

    fn subscribe(&mut self, world: &World, chance: &mut fastrand::Rng) {
        let price = self.price(world);
        let Some(customer) = one_of(&self.customers, chance) else { return };
        let form = format!(
            "customer={customer}&items[0][price]={price}&items[0][quantity]={}&collection_method=send_invoice&days_until_due=30",
            chance.u8(1..9)
        );
        let made = world.stripe("/v1/subscriptions", &form);
        let item = made["items"]["data"][0]["id"].as_str().unwrap_or_default().to_owned();
        self.subscriptions.push((id(&made), item));
    }

    fn change_subscription(&mut self, world: &World, chance: &mut fastrand::Rng) {
        if self.subscriptions.is_empty() {
            return;
        }
        let at = chance.usize(..self.subscriptions.len());
        let (subscription, item) = self.subscriptions[at].clone();
        let path = format!("/v1/subscriptions/{subscription}");
        match chance.u8(..6) {
            0 => {
                self.subscriptions.swap_remove(at);
                world.delete(&path);
            }
            1 => drop(world.stripe(&path, &format!("cancel_at_period_end={}", chance.bool()))),
            _ => {
                let quantity = chance.u8(1..9);
                let form =
                    format!("items[0][id]={item}&items[0][quantity]={quantity}&proration_behavior=none");
                world.stripe(&path, &form);
            }
        }
    }

    fn bill(&mut self, world: &World, chance: &mut fastrand::Rng) {
        let Some(customer) = one_of(&self.customers, chance) else { return };
        let form =
            format!("customer={customer}&collection_method=send_invoice&days_until_due=30&currency=jpy");
        let invoice = id(&world.stripe("/v1/invoices", &form));
        let item = format!(
            "customer={customer}&invoice={invoice}&amount={}&currency=jpy&description=work",
            chance.u16(1..9_999)
        );
        world.stripe("/v1/invoiceitems", &item);
        if chance.bool() {
            world.stripe(&format!("/v1/invoices/{invoice}/send"), "");
            self.invoices.push(invoice);
        } else if chance.bool() {
            world.delete(&format!("/v1/invoices/{invoice}"));
        }
    }

    fn change_invoice(&mut self, world: &World, chance: &mut fastrand::Rng) {
        if self.invoices.is_empty() {
            return;
        }
        let invoice = self.invoices.swap_remove(chance.usize(..self.invoices.len()));
        if chance.bool() {
            world.stripe(&format!("/v1/invoices/{invoice}/pay"), "paid_out_of_band=true");
        } else {
            world.stripe(&format!("/v1/invoices/{invoice}/void"), "");
        }
    }

    fn clock(&mut self, world: &World) -> String {
        let frozen = world.now().div_euclid(1_000);
        let make = || {
            let form = format!("frozen_time={frozen}");
            (id(&world.stripe("/v1/test_helpers/test_clocks", &form)), frozen)
        };
        self.clock.get_or_insert_with(make).0.clone()
    }

    fn move_clock(&mut self, world: &World, chance: &mut fastrand::Rng) {
        self.clock(world);
        let Some((clock, frozen)) = &mut self.clock else { return };
        *frozen += chance.i64(1..90_000);
        let form = format!("frozen_time={frozen}");
        world.stripe(&format!("/v1/test_helpers/test_clocks/{clock}/advance"), &form);
    }
}

fn one_of<'a>(ids: &'a [String], chance: &mut fastrand::Rng) -> Option<&'a str> {
    if ids.is_empty() { None } else { ids.get(chance.usize(..ids.len())).map(String::as_str) }
}

fn id(object: &Value) -> String {
    object["id"].as_str().expect("Stripe's objects have ids").to_owned()
}
