//! What a credit note comes to: less to pay, money back, or credit for later ("Issue credit notes",
//! Stripe's documentation).

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::desk::Desk;
use super::super::error::ApiError;
use super::super::params::Params;
use super::super::payments::refunds;
use super::super::resource::Answer;
use super::super::{customers, invoices};
use super::{KIND, amount};

/// How a credit note's amount is made good.
pub(super) struct Settlement {
    /// What an unpaid invoice asks for less.
    before_payment: i64,
    /// What comes after payment: refunds, credit and what is settled outside of Stripe.
    after_payment: i64,
    refund: i64,
    credit: i64,
    /// Refunds that were made already.
    linked: Vec<Value>,
}

impl Settlement {
    /// The parts must add up.
    pub fn of(params: &Params, invoice: &Value, note: &Value) -> Result<Self, ApiError> {
        let total = amount(&note["total"]);
        let before_payment = total.min(amount(&invoice["amount_remaining"]));
        let part = |name: &str| params.get(name).map_or(0, amount);
        let linked: Vec<Value> = params.get("refunds").and_then(Value::as_array).cloned().unwrap_or_default();
        let settlement = Self {
            before_payment,
            after_payment: total - before_payment,
            refund: part("refund_amount"),
            credit: part("credit_amount"),
            linked,
        };
        let linked: i64 = settlement.linked.iter().map(|one| amount(&one["amount_refunded"])).sum();
        let sum = settlement.refund + settlement.credit + part("out_of_band_amount") + linked;
        if sum != settlement.after_payment {
            return Err(ApiError::invalid(format!(
                "The sum of credit amount, refund amount and out of band amount ({sum}) must equal the post payment \
                 credit note amount ({}).",
                settlement.after_payment
            )));
        }
        Ok(settlement)
    }

    /// Makes the refund, issues the note, credits the customer and changes the invoice.
    pub fn carry_out(self, desk: &mut Desk<'_>, invoice: &Arc<Value>, mut note: Value) -> Answer {
        let mut given: Vec<Value> =
            self.linked.iter().map(|one| back(&one["refund"], &one["amount_refunded"])).collect();
        if self.refund > 0 {
            let charge = invoices::payments::charge_of(desk, invoice).ok_or_else(|| {
                ApiError::invalid("This invoice has no charge to refund.").at("refund_amount")
            })?;
            let refund = refunds::make(desk, &charge, Some(self.refund), &Params::new())?;
            given.push(back(&refund["id"], &refund["amount"]));
        }
        note["refunds"] = given.into();
        note["pre_payment_amount"] = self.before_payment.into();
        note["post_payment_amount"] = self.after_payment.into();
        note["type"] = match (self.before_payment, self.after_payment) {
            (0, _) => "post_payment",
            (_, 0) => "pre_payment",
            _ => "mixed",
        }
        .into();
        if self.credit > 0 {
            note["customer_balance_transaction"] = desk.world.ids.next("cbtxn").into();
        }
        let note = desk.commit(KIND, note, &["credit_note.created"]);
        self.credit_customer(desk, invoice);
        self.change_invoice(desk, invoice);
        Ok(note)
    }

    fn credit_customer(&self, desk: &mut Desk<'_>, invoice: &Value) {
        let id = invoice["customer"].as_str().unwrap_or_default();
        if let Some(customer) = desk.shelf().live(customers::KIND, id) {
            let mut customer = (**customer).clone();
            customer["balance"] = (amount(&customer["balance"]) - self.credit).into();
            desk.commit(customers::KIND, customer, &["customer.updated"]);
        }
    }

    /// An invoice that asks for nothing any more is paid.
    fn change_invoice(&self, desk: &mut Desk<'_>, invoice: &Arc<Value>) {
        let mut next = (**invoice).clone();
        for (name, part) in [
            ("pre_payment_credit_notes_amount", self.before_payment),
            ("post_payment_credit_notes_amount", self.after_payment),
        ] {
            next[name] = (amount(&next[name]) + part).into();
        }
        if self.before_payment > 0 {
            invoices::set_due(&mut next);
        }
        let next = desk.commit(invoices::KIND, next, &["invoice.updated"]);
        if next["status"] == "open" && next["amount_remaining"] == 0 {
            invoices::settled(desk, &next);
        }
    }
}

fn back(refund: &Value, refunded: &Value) -> Value {
    json!({ "amount_refunded": refunded, "payment_record_refund": null, "refund": refund, "type": "refund" })
}
