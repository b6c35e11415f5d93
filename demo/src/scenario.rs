//! What the scenario makes before the trickle begins.

use anyhow::Result;
use daicho_harness::{Client, Worker};
use fastrand::Rng;

use crate::people::People;
use crate::run::Hook;
use crate::shop::{Shop, Subscription};
use crate::{CUSTOMERS, Progress, SUBSCRIPTIONS};

/// How far the scenario is; a hook is told after each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// That many customers were made.
    Customers(usize),
    /// That many subscriptions were made, each with its invoice.
    Subscriptions(usize),
    /// Everything made so far stands in kintone.
    Settled,
    /// That many changes of the trickle were made.
    Changes(usize),
}

/// A shop's world, and what is left to do in it.
pub struct Scenario {
    pub(crate) shop: Shop,
    pub(crate) people: People,
    pub(crate) rng: Rng,
    /// Customers by the order of their making, without those that were deleted.
    pub(crate) customers: Vec<String>,
    /// Customers that nothing has happened to since they were made.
    pub(crate) untouched: Vec<String>,
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) open_invoices: Vec<String>,
    /// How many of each were ever made.
    pub made: Made,
}

/// A tally of its own, to hold Stripe's against.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Made {
    /// Customers.
    pub customers: usize,
    /// Subscriptions.
    pub subscriptions: usize,
    /// Invoices.
    pub invoices: usize,
}

impl Scenario {
    /// An empty shop. The same seed does the same things in the same order.
    pub fn new(stripe: Client, seed: u64) -> Result<Self> {
        Ok(Self {
            shop: Shop::new(stripe),
            people: People::read()?,
            rng: Rng::with_seed(seed),
            customers: Vec::new(),
            untouched: Vec::new(),
            subscriptions: Vec::new(),
            open_invoices: Vec::new(),
            made: Made::default(),
        })
    }

    /// Makes the customers, prices, subscriptions and their invoices.
    ///
    /// # Errors
    /// If Stripe refuses something, or the hook fails.
    pub async fn open_shop(
        &mut self,
        worker: &mut Worker,
        hook: &mut Hook<'_>,
        progress: &mut dyn Progress,
    ) -> Result<()> {
        progress.begin("creating customers");
        for number in 1..=CUSTOMERS {
            self.new_customer().await?;
            progress.at(&format!("{number} of {CUSTOMERS}"));
            hook(Stage::Customers(number), worker).await?;
        }
        progress.begin("creating subscriptions with their invoices");
        let prices = self.shop.create_prices().await?;
        for number in 1..=SUBSCRIPTIONS {
            // Every other customer, so that some have none.
            let customer = self.customers[(number - 1) * 2].clone();
            self.new_subscription(number, &customer, &prices).await?;
            progress.at(&format!("{number} of {SUBSCRIPTIONS}"));
            hook(Stage::Subscriptions(number), worker).await?;
        }
        Ok(())
    }

    /// Makes that many customers and subscriptions, and nobody is told how far it is.
    ///
    /// # Errors
    /// If Stripe refuses something.
    pub(crate) async fn populate(&mut self, customers: usize, subscriptions: usize) -> Result<()> {
        for _ in 0..customers {
            self.new_customer().await?;
        }
        let prices = self.shop.create_prices().await?;
        for number in 1..=subscriptions {
            let customer = self.customers[number % self.customers.len()].clone();
            self.new_subscription(number, &customer, &prices).await?;
        }
        Ok(())
    }

    pub(crate) async fn new_customer(&mut self) -> Result<()> {
        let form = self.people.customer(self.made.customers, &mut self.rng);
        let customer = self.shop.create_customer(&form).await?;
        self.made.customers += 1;
        self.untouched.push(customer.clone());
        self.customers.push(customer);
        Ok(())
    }

    async fn new_subscription(&mut self, number: usize, customer: &str, prices: &[String; 3]) -> Result<()> {
        let price = &prices[number % prices.len()];
        let quantity = self.rng.u32(1..=12);
        // Paid by card, by bank transfer on an invoice that is sent, or not yet: on trial.
        let more: &[(&str, &str)] = match number % 4 {
            0 => &[("collection_method", "send_invoice"), ("days_until_due", "30")],
            3 => &[("trial_period_days", "14")],
            _ => {
                self.shop.add_card(customer).await?;
                &[]
            }
        };
        let subscription = self.shop.subscribe(customer, price, quantity, more).await?;
        self.untouched.retain(|untouched| untouched != customer);
        self.subscriptions.push(subscription);
        self.made.subscriptions += 1;
        self.made.invoices += 1;
        Ok(())
    }
}
