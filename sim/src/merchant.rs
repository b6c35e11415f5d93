//! What the merchant and its customers do at Stripe.

use daicho_engine::port::Millis;
use serde_json::Value;

use crate::apps::LONGEST_NAME;
use crate::plan::{Crowd, Endpoint, Plan};
use crate::shop::Shop;
use crate::stage::ACCOUNT;
use crate::world::World;

/// So many subscriptions are more than any slice, batch or page holds.
const CROWD: usize = 104;
/// More refusals of one kind than a target bears.
const FLOOD: usize = 25;
/// Customers that come at once where many are to leave.
const THRONG: usize = 16;
/// So many of them leave at a time: fewer than a day's deletions may be unasked, and twice as many are more.
const WAVE: usize = 7;
/// More items or lines than Stripe shows with their object.
const LONG: usize = 12;

/// What the merchant has made so far and may still change.
#[derive(Debug, Default)]
pub struct Merchant {
    /// Customers that are left.
    pub customers: Vec<String>,
    /// Customers whose events' handling panics: left alone once they are made.
    pub cursed: Vec<String>,
    /// Customers the making of whose records panics: left alone too.
    pub unmakeable: Vec<String>,
    /// Subscriptions that are left, each with its first item.
    pub subscriptions: Vec<(String, String)>,
    shop: Shop,
    /// The customer that was changed last: changes of one follow each other closely.
    favourite: Option<String>,
    invoices: Vec<String>,
    crowd: Option<String>,
    clock: Option<(String, Millis)>,
    made: usize,
}

impl Merchant {
    /// What there is to be sold, and a crowd where the plan has one from the beginning.
    pub fn open(&mut self, world: &World, plan: &Plan) {
        if plan.billing {
            self.shop.open(world, plan);
        }
        if plan.crowd == Some(Crowd::Before) {
            self.gather_crowd(world);
        }
    }

    /// What happens in the middle of a life with a crowd.
    pub fn stir_crowd(&mut self, world: &World, plan: &Plan) {
        match &self.crowd {
            None if plan.crowd.is_some() => self.gather_crowd(world),
            None => {}
            Some(customer) => {
                world.stripe(&format!("/v1/customers/{customer}"), "description=d1");
                self.shop.rename_first(world);
            }
        }
    }

    fn gather_crowd(&mut self, world: &World) {
        let customer = id(&world.stripe("/v1/customers", "name=crowd&description=d0"));
        for _ in 0..CROWD {
            let price = self.shop.first_price();
            let form = format!(
                "customer={customer}&items[0][price]={price}&collection_method=send_invoice&days_until_due=30"
            );
            world.stripe("/v1/subscriptions", &form);
        }
        self.crowd = Some(customer);
    }

    /// One thing that the merchant does.
    pub fn act(&mut self, world: &World, plan: &Plan, chance: &mut fastrand::Rng) {
        match chance.u8(..28) {
            0..6 => drop(self.make_customer(world, plan, chance)),
            6 => self.delete_customer(world, chance),
            7..9 if plan.billing => self.subscribe(world, plan, chance),
            9..12 if plan.billing => self.change_subscription(world, chance),
            12..14 if plan.billing => self.bill(world, plan, chance),
            14..16 if plan.billing => self.change_invoice(world, chance),
            16 if plan.panics => self.curse(world, plan, chance),
            17 if plan.test_clocks => self.move_clock(world, chance),
            18..24 if plan.shop => self.shop.act(world, chance, &self.customers, &self.subscriptions),
            _ => self.change_customer(world, plan, chance),
        }
    }

    /// Very many customers come at once.
    pub fn throng(&mut self, world: &World) {
        for _ in 0..THRONG {
            self.made += 1;
            let form = format!("name=n{}&description=d0&email=n{}@example.com", self.made, self.made);
            self.customers.push(id(&world.stripe("/v1/customers", &form)));
        }
    }

    /// Those leave at once who came first: by their description, or for good.
    pub fn exodus(&mut self, world: &World, plan: &Plan, chance: &mut fastrand::Rng) {
        let leaving: Vec<String> = self.customers.drain(..self.customers.len().min(WAVE)).collect();
        for customer in leaving {
            if plan.condition && chance.u8(..8) > 0 {
                world.stripe(&format!("/v1/customers/{customer}"), "description=d2");
                self.customers.push(customer);
            } else {
                world.delete(&format!("/v1/customers/{customer}"));
            }
        }
        self.forget_gone(world);
    }

    /// Very many customers come who have one mail address.
    pub fn flood(&mut self, world: &World) {
        for _ in 0..FLOOD {
            self.made += 1;
            let form = format!("name=n{}&description=d0&email=flood@example.com", self.made);
            self.customers.push(id(&world.stripe("/v1/customers", &form)));
        }
    }

    /// A customer comes. Answers its id.
    pub fn make_customer(&mut self, world: &World, plan: &Plan, chance: &mut fastrand::Rng) -> String {
        let mut form = self.form(plan, chance);
        if plan.test_clocks && chance.bool() {
            form.push_str(&format!("&test_clock={}", self.clock(world)));
        }
        if plan.shop && chance.bool() {
            form.push_str(
                "&payment_method=pm_card_visa&invoice_settings[default_payment_method]=pm_card_visa",
            );
        }
        let customer = id(&world.stripe("/v1/customers", &form));
        self.customers.push(customer.clone());
        customer
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
        let again = self.favourite.take().filter(|last| chance.bool() && self.customers.contains(last));
        let Some(customer) = again.or_else(|| one_of(&self.customers, chance).map(str::to_owned)) else {
            return;
        };
        world.stripe(&format!("/v1/customers/{customer}"), &form);
        if chance.u8(..4) == 0 {
            // Back to back, within the same second.
            for _ in 0..chance.u8(1..4) {
                let form = self.form(plan, chance);
                world.stripe(&format!("/v1/customers/{customer}"), &form);
            }
        }
        self.favourite = Some(customer);
    }

    fn delete_customer(&mut self, world: &World, chance: &mut fastrand::Rng) {
        if self.customers.is_empty() {
            return;
        }
        let customer = self.customers.swap_remove(chance.usize(..self.customers.len()));
        world.delete(&format!("/v1/customers/{customer}"));
        self.forget_gone(world);
    }

    /// What went with its customer is changed no more.
    fn forget_gone(&mut self, world: &World) {
        let stripe = world.0.stripe.borrow();
        let gone = |kind: &str, id: &str| {
            let of = stripe.object(ACCOUNT, false, kind, id).and_then(|object| object["customer"].as_str());
            of.is_none_or(|customer| stripe.object(ACCOUNT, false, "customer", customer).is_none())
        };
        self.subscriptions.retain(|(id, _)| !gone("subscription", id));
        self.invoices.retain(|id| !gone("invoice", id));
    }

    fn curse(&mut self, world: &World, plan: &Plan, chance: &mut fastrand::Rng) {
        let cursed = |place: &str| {
            id(&world.stripe("/v1/customers", &format!("name=cursed&metadata[daicho_provoke_panic]={place}")))
        };
        // A thin event does not carry what its handling would panic at.
        if plan.endpoint == Endpoint::Thin || chance.bool() {
            self.unmakeable.push(cursed("record"));
        } else {
            self.cursed.push(cursed("event"));
        }
    }

    fn subscribe(&mut self, world: &World, plan: &Plan, chance: &mut fastrand::Rng) {
        let is_long = plan.long_lists && chance.u8(..3) == 0;
        let prices = match is_long {
            true => self.shop.prices(world, LONG),
            false if plan.elements => self.shop.prices(world, chance.usize(1..4)),
            false => vec![self.shop.price(chance)],
        };
        let Some(customer) = one_of(&self.customers, chance) else { return };
        let mut form = format!("customer={customer}&items[0][quantity]={}", chance.u8(1..9));
        for (index, price) in prices.iter().enumerate() {
            form.push_str(&format!("&items[{index}][price]={price}"));
        }
        if plan.shop && chance.bool() {
            form.push_str(&format!("&discounts[0][coupon]={}", self.shop.coupon(chance)));
        }
        if !plan.shop || chance.bool() {
            form.push_str("&collection_method=send_invoice&days_until_due=30");
        }
        let (is_made, made) = world.try_call(&http::Method::POST, "/v1/subscriptions", &form);
        if is_made {
            let item = made["items"]["data"][0]["id"].as_str().unwrap_or_default().to_owned();
            self.subscriptions.push((id(&made), item));
        }
    }

    fn change_subscription(&mut self, world: &World, chance: &mut fastrand::Rng) {
        if self.subscriptions.is_empty() {
            return;
        }
        let at = chance.usize(..self.subscriptions.len());
        let (subscription, item) = self.subscriptions[at].clone();
        let path = format!("/v1/subscriptions/{subscription}");
        let form = match chance.u8(..8) {
            0 => {
                self.subscriptions.swap_remove(at);
                world.try_call(&http::Method::DELETE, &path, "");
                return;
            }
            1 => format!("cancel_at_period_end={}", chance.bool()),
            2 => format!("items[0][price]={}&proration_behavior=none", self.shop.price(chance)),
            3 => {
                // The last item goes, if it is not the only one.
                let items = world.ask(&path)["items"]["data"].as_array().cloned().unwrap_or_default();
                let Some(last) = items.last().filter(|_| items.len() > 1) else { return };
                format!("items[0][id]={}&items[0][deleted]=true&proration_behavior=none", id(last))
            }
            _ => {
                let quantity = chance.u8(1..9);
                format!("items[0][id]={item}&items[0][quantity]={quantity}&proration_behavior=none")
            }
        };
        world.try_call(&http::Method::POST, &path, &form);
    }

    fn bill(&mut self, world: &World, plan: &Plan, chance: &mut fastrand::Rng) {
        let Some(customer) = one_of(&self.customers, chance) else { return };
        let form =
            format!("customer={customer}&collection_method=send_invoice&days_until_due=30&currency=jpy");
        let invoice = id(&world.stripe("/v1/invoices", &form));
        let lines = if plan.long_lists && chance.u8(..3) == 0 { LONG } else { chance.usize(1..4) };
        for line in 0..lines {
            let item = format!(
                "customer={customer}&invoice={invoice}&amount={}&currency=jpy&description=work{line}",
                chance.u16(1..9_999)
            );
            world.stripe("/v1/invoiceitems", &item);
        }
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
        let (deed, form) = if chance.bool() { ("pay", "paid_out_of_band=true") } else { ("void", "") };
        world.try_call(&http::Method::POST, &format!("/v1/invoices/{invoice}/{deed}"), form);
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

pub(crate) fn one_of<'a>(ids: &'a [String], chance: &mut fastrand::Rng) -> Option<&'a str> {
    if ids.is_empty() { None } else { ids.get(chance.usize(..ids.len())).map(String::as_str) }
}

pub(crate) fn id(object: &Value) -> String {
    object["id"].as_str().expect("Stripe's objects have ids").to_owned()
}
