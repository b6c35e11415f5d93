//! A merchant's things at Stripe, made by calls.

use serde_json::{Value, json};

use crate::world::{Endpoint, Life, mapping, put_up_with};

/// A life whose endpoint gets the events that we ask for, with this mapping.
pub fn life(source: &str, fields: Value) -> Life {
    let mut life = put_up_with(1, Endpoint::Listed);
    life.configure_with(&mapping(source, &fields));
    life.rest_today();
    life
}

impl Life {
    /// Runs until nothing is left to happen but the night's timer.
    pub fn rest_today(&mut self) {
        self.pass(20_000);
    }

    /// A call that makes or changes an object; answers its id.
    pub fn make(&self, path: &str, form: &str) -> String {
        self.world.stripe(path, form)["id"].as_str().unwrap().to_owned()
    }

    /// A customer with a card by default.
    pub fn customer(&self, name: &str) -> String {
        let card = "payment_method=pm_card_visa&invoice_settings[default_payment_method]=pm_card_visa";
        self.make("/v1/customers", &format!("name={name}&{card}"))
    }

    /// A product and its monthly price in yen.
    pub fn plan(&self, name: &str, amount: i64) -> (String, String) {
        let product = self.make("/v1/products", &format!("name={name}"));
        let form = format!("product={product}&currency=jpy&unit_amount={amount}&recurring[interval]=month");
        let price = self.make("/v1/prices", &form);
        (product, price)
    }

    /// A subscription that is paid at once.
    pub fn subscription(&self, customer: &str, price: &str, more: &str) -> String {
        self.make("/v1/subscriptions", &format!("customer={customer}&items[0][price]={price}{more}"))
    }

    /// What Stripe answers.
    pub fn ask(&self, path: &str) -> Value {
        self.world.get(path)
    }

    /// Of what Stripe sends now, only events of this type arrive.
    pub fn hear_only(&self, kind: &str) {
        let now = self.world.0.now.get() + 1_000;
        let deliveries = self.world.0.stripe.borrow_mut().due(now);
        for delivery in deliveries {
            let event: Value = serde_json::from_slice(&delivery.body).unwrap();
            if event["type"] == kind {
                self.tenant.accept(&delivery.body).unwrap();
            }
            self.world.0.stripe.borrow_mut().settle(now, delivery.id, Some(200));
        }
    }

    /// A field of an object's record.
    pub fn field(&self, object: &str, code: &str) -> String {
        let records = self.world.records();
        let record = records.get(object).unwrap_or(&Value::Null);
        record[code]["value"].as_str().unwrap_or("(no record)").to_owned()
    }

    /// The paths that Stripe was asked for, and forgets them.
    pub fn asked(&self) -> Vec<String> {
        let seen = std::mem::take(&mut self.world.0.network.borrow_mut().seen);
        let stripe = seen.into_iter().filter(|seen| seen.service == daicho_engine::port::Service::Stripe);
        stripe.map(|seen| seen.path).collect()
    }
}

/// A rule that writes a path.
pub fn path(field: &str, path: &str) -> Value {
    json!({"field": field, "value": {"path": path}})
}

/// A rule that writes a figure.
pub fn figure(field: &str, figure: Value) -> Value {
    json!({"field": field, "value": {"ledger": figure}})
}
