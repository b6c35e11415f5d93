//! What the shop does in Stripe, call by call.

use std::time::Duration;

use anyhow::{Context, Result};
use daicho_harness::Client;
use serde_json::Value;
use tokio::time::{Interval, MissedTickBehavior};

use crate::people::Form;

/// Stripe takes 100 requests a second of an account in live mode (its "Rate limits"), so no shop is
/// faster than that.
const GAP: Duration = Duration::from_millis(10);

/// The shop's side of Stripe. Counts its own requests, so that they are not taken for the Worker's.
pub struct Shop {
    stripe: Client,
    requests: u64,
    pace: Interval,
}

/// A subscription and what is needed to change it.
#[derive(Debug, Clone)]
pub struct Subscription {
    pub id: String,
    pub item: String,
    pub customer: String,
}

impl Shop {
    pub fn new(stripe: Client) -> Self {
        let mut pace = tokio::time::interval(GAP);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { stripe, requests: 0, pace }
    }

    /// Requests made so far.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    async fn take_turn(&mut self) {
        self.pace.tick().await;
        self.requests += 1;
    }

    async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Result<Value> {
        self.take_turn().await;
        self.stripe.form(path, form).await.context("the shop's request to Stripe")
    }

    /// The three prices: yen a month, yen a year, dollars a month.
    pub async fn create_prices(&mut self) -> Result<[String; 3]> {
        let standard = self.post("/v1/products", &[("name", "台帳プラン スタンダード")]).await?;
        let global = self.post("/v1/products", &[("name", "Register plan, global")]).await?;
        let (standard, global) = (id(&standard)?, id(&global)?);
        let price = [
            (&standard, "jpy", "3300", "month"),
            (&standard, "jpy", "33000", "year"),
            (&global, "usd", "2900", "month"),
        ];
        let mut ids = Vec::new();
        for (product, currency, amount, interval) in price {
            let form = [
                ("product", product.as_str()),
                ("currency", currency),
                ("unit_amount", amount),
                ("recurring[interval]", interval),
            ];
            ids.push(id(&self.post("/v1/prices", &form).await?)?);
        }
        <[String; 3]>::try_from(ids).ok().context("three prices")
    }

    pub async fn create_customer(&mut self, form: &Form) -> Result<String> {
        let fields: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        id(&self.post("/v1/customers", &fields).await?)
    }

    pub async fn edit_customer(&mut self, customer: &str, form: &Form) -> Result<()> {
        let fields: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(&format!("/v1/customers/{customer}"), &fields).await.map(drop)
    }

    pub async fn delete_customer(&mut self, customer: &str) -> Result<()> {
        self.take_turn().await;
        self.stripe.delete(&format!("/v1/customers/{customer}")).await.map(drop)
    }

    /// A card that pays, for charges to come.
    pub async fn add_card(&mut self, customer: &str) -> Result<()> {
        let method = self.post("/v1/payment_methods/pm_card_visa/attach", &[("customer", customer)]).await?;
        let default = [("invoice_settings[default_payment_method]", id(&method)?)];
        let default = default.each_ref().map(|(name, value)| (*name, value.as_str()));
        self.post(&format!("/v1/customers/{customer}"), &default).await.map(drop)
    }

    /// Subscribes with further fields; an invoice that is sent goes out at once.
    pub async fn subscribe(
        &mut self,
        customer: &str,
        price: &str,
        quantity: u32,
        more: &[(&str, &str)],
    ) -> Result<Subscription> {
        let quantity = quantity.to_string();
        let mut form = vec![
            ("customer", customer),
            ("items[0][price]", price),
            ("items[0][quantity]", quantity.as_str()),
        ];
        form.extend(more);
        let made = self.post("/v1/subscriptions", &form).await?;
        let invoice = made["latest_invoice"].as_str().context("a first invoice")?;
        if made["collection_method"] == "send_invoice" && made["status"] != "trialing" {
            self.post(&format!("/v1/invoices/{invoice}/send"), &[]).await?;
        }
        let item = made["items"]["data"][0]["id"].as_str().context("an item")?.to_owned();
        Ok(Subscription { id: id(&made)?, item, customer: customer.to_owned() })
    }

    pub async fn change_quantity(&mut self, of: &Subscription, quantity: u32) -> Result<()> {
        let quantity = quantity.to_string();
        let form = [
            ("items[0][id]", of.item.as_str()),
            ("items[0][quantity]", quantity.as_str()),
            ("proration_behavior", "none"),
        ];
        self.post(&format!("/v1/subscriptions/{}", of.id), &form).await.map(drop)
    }

    pub async fn cancel_at_period_end(&mut self, of: &Subscription, cancel: bool) -> Result<()> {
        let cancel = if cancel { "true" } else { "false" };
        let form = [("cancel_at_period_end", cancel)];
        self.post(&format!("/v1/subscriptions/{}", of.id), &form).await.map(drop)
    }

    pub async fn cancel(&mut self, of: &Subscription) -> Result<()> {
        self.take_turn().await;
        self.stripe.delete(&format!("/v1/subscriptions/{}", of.id)).await.map(drop)
    }

    /// Bills something by hand and sends the invoice.
    pub async fn bill(&mut self, customer: &str, amount: u32, what: &str) -> Result<String> {
        let form = [
            ("customer", customer),
            ("collection_method", "send_invoice"),
            ("days_until_due", "30"),
            ("description", what),
        ];
        let invoice = self.post("/v1/invoices", &form).await?;
        let (invoice, currency) = (id(&invoice)?, invoice["currency"].as_str().unwrap_or("jpy"));
        let amount = amount.to_string();
        let item = [
            ("customer", customer),
            ("invoice", invoice.as_str()),
            ("amount", amount.as_str()),
            ("currency", currency),
            ("description", what),
        ];
        self.post("/v1/invoiceitems", &item).await?;
        self.post(&format!("/v1/invoices/{invoice}/send"), &[]).await?;
        Ok(invoice)
    }

    /// Takes an invoice for paid by bank transfer.
    pub async fn settle(&mut self, invoice: &str) -> Result<()> {
        let form = [("paid_out_of_band", "true")];
        self.post(&format!("/v1/invoices/{invoice}/pay"), &form).await.map(drop)
    }

    pub async fn void(&mut self, invoice: &str) -> Result<()> {
        self.post(&format!("/v1/invoices/{invoice}/void"), &[]).await.map(drop)
    }
}

fn id(object: &Value) -> Result<String> {
    Ok(object["id"].as_str().context("Stripe answered without an id")?.to_owned())
}
