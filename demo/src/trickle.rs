//! The changes that go on after the shop has opened.

use anyhow::Result;

use crate::scenario::Scenario;

/// What may happen next, more often the more often it stands here.
const CHANGES: [Change; 16] = [
    Change::EditCustomer,
    Change::EditCustomer,
    Change::EditCustomer,
    Change::EditCustomer,
    Change::EditCustomer,
    Change::NewCustomer,
    Change::DeleteCustomer,
    Change::Quantity,
    Change::Quantity,
    Change::CancelLater,
    Change::CancelNow,
    Change::Bill,
    Change::Bill,
    Change::Settle,
    Change::Settle,
    Change::Void,
];

#[derive(Debug, Clone, Copy)]
enum Change {
    EditCustomer,
    NewCustomer,
    DeleteCustomer,
    Quantity,
    CancelLater,
    CancelNow,
    Bill,
    Settle,
    Void,
}

impl Scenario {
    /// Makes the next change and says what it was. The first ones are one of each kind, so that
    /// even a short run has them all.
    ///
    /// # Errors
    /// If Stripe refuses it.
    pub async fn change(&mut self, number: usize) -> Result<&'static str> {
        const EACH: [Change; 9] = [
            Change::EditCustomer,
            Change::Bill,
            Change::Quantity,
            Change::Bill,
            Change::Settle,
            Change::Void,
            Change::CancelLater,
            Change::CancelNow,
            Change::DeleteCustomer,
        ];
        let change = match EACH.get(number) {
            Some(change) => *change,
            None => CHANGES[self.rng.usize(..CHANGES.len())],
        };
        match change {
            Change::NewCustomer => self.new_customer().await.map(|()| "a new customer"),
            Change::DeleteCustomer if self.untouched.len() > 20 => self.delete_customer().await,
            Change::Quantity if !self.subscriptions.is_empty() => self.change_quantity().await,
            Change::CancelLater if !self.subscriptions.is_empty() => self.cancel_later().await,
            Change::CancelNow if self.subscriptions.len() > 20 => self.cancel_now().await,
            Change::Bill if !self.subscriptions.is_empty() => self.bill().await,
            Change::Settle if !self.open_invoices.is_empty() => self.settle().await,
            Change::Void if !self.open_invoices.is_empty() => self.void().await,
            _ => self.edit_customer().await,
        }
    }

    async fn edit_customer(&mut self) -> Result<&'static str> {
        let index = self.rng.usize(..self.customers.len());
        let form = self.people.edit(index, &mut self.rng);
        let customer = self.customers[index].clone();
        self.untouched.retain(|untouched| *untouched != customer);
        self.shop.edit_customer(&customer, &form).await?;
        Ok("a customer edited")
    }

    /// Only one whose record is known to show it: what is deleted before its last change arrived
    /// leaves its record as it was, and nobody could say which state that is.
    async fn delete_customer(&mut self) -> Result<&'static str> {
        let customer = self.untouched.remove(0);
        self.customers.retain(|other| *other != customer);
        self.shop.delete_customer(&customer).await?;
        Ok("a customer deleted")
    }

    async fn change_quantity(&mut self) -> Result<&'static str> {
        let subscription = self.subscriptions[self.rng.usize(..self.subscriptions.len())].clone();
        let quantity = self.rng.u32(1..=50);
        self.shop.change_quantity(&subscription, quantity).await?;
        Ok("a subscription's quantity changed")
    }

    async fn cancel_later(&mut self) -> Result<&'static str> {
        let subscription = self.subscriptions[self.rng.usize(..self.subscriptions.len())].clone();
        let cancel = self.rng.u8(0..4) > 0;
        self.shop.cancel_at_period_end(&subscription, cancel).await?;
        Ok("a subscription set to end with its period, or not to")
    }

    async fn cancel_now(&mut self) -> Result<&'static str> {
        let index = self.rng.usize(..self.subscriptions.len());
        let subscription = self.subscriptions.swap_remove(index);
        self.shop.cancel(&subscription).await?;
        Ok("a subscription cancelled")
    }

    async fn bill(&mut self) -> Result<&'static str> {
        let index = self.rng.usize(..self.subscriptions.len());
        let customer = self.subscriptions[index].customer.clone();
        let amount = self.rng.u32(1..=500) * 100;
        let what = if self.rng.bool() { "初期設定費用" } else { "追加作業（訪問）一式" };
        let invoice = self.shop.bill(&customer, amount, what).await?;
        self.open_invoices.push(invoice);
        self.made.invoices += 1;
        Ok("an invoice sent")
    }

    async fn settle(&mut self) -> Result<&'static str> {
        let invoice = self.take_open_invoice();
        self.shop.settle(&invoice).await?;
        Ok("an invoice paid")
    }

    async fn void(&mut self) -> Result<&'static str> {
        let invoice = self.take_open_invoice();
        self.shop.void(&invoice).await?;
        Ok("an invoice voided")
    }

    fn take_open_invoice(&mut self) -> String {
        let index = self.rng.usize(..self.open_invoices.len());
        self.open_invoices.swap_remove(index)
    }
}
