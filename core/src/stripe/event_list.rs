//! The one list of events that we ask Stripe for, each with its reason and the permission it needs.
//!
//! The README, the Stripe App's manifest and the checks derive from it. Permissions are those of
//! Stripe's documentation, "Permissions reference" for Stripe Apps; `event_read` is needed for any
//! delivery at all.
//!
//! `invoice.created` is not in it. Stripe waits up to 72 hours for a successful delivery of it
//! before it finalises an invoice by itself: whoever subscribes to it and fails holds up the
//! merchant's billing. A draft is seen when it is next updated or finalised, or by the hourly
//! comparison with Stripe's own list of events.

use std::collections::{BTreeMap, BTreeSet};

/// One event type that the webhook endpoint is created with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedEvent {
    /// Stripe's type.
    pub name: &'static str,
    /// Which kind of object it carries, as in [`super::Kind::as_str`].
    pub object: &'static str,
    /// The permission of a Stripe App that it needs beside `event_read`.
    pub permission: &'static str,
    /// Why we ask for it.
    pub why: &'static str,
}

macro_rules! listed {
    ($($object:literal $permission:literal { $($name:literal: $why:literal,)* })*) => {
        &[$($(ListedEvent { name: $name, object: $object, permission: $permission, why: $why },)*)*]
    };
}

const EVENTS: &[ListedEvent] = listed! {
    "customer" "customer_read" {
        "customer.created": "a customer's record is created",
        "customer.updated": "a customer's record follows",
        "customer.deleted": "the only proof, beside a read, that a customer is gone",
    }
    "tax_id" "customer_read" {
        "customer.tax_id.created": "a customer's tax ids are kept apart from the customer",
        "customer.tax_id.updated": "as above, verification included",
        "customer.tax_id.deleted": "as above",
    }
    "discount" "customer_read" {
        "customer.discount.created": "a discount changes what a customer pays each month",
        "customer.discount.updated": "as above",
        "customer.discount.deleted": "as above",
    }
    "source" "customer_read" {
        "customer.source.expiring": "an old-style card is about to expire; for payment methods it is computed",
    }
    "subscription" "subscription_read" {
        "customer.subscription.created": "a subscription's record is created",
        "customer.subscription.updated": "a subscription's record follows",
        "customer.subscription.deleted": "it is cancelled; it can still be read and its record stays",
        "customer.subscription.paused": "its status changes",
        "customer.subscription.resumed": "its status changes",
        "customer.subscription.trial_will_end": "three days before a trial ends: time to speak to the customer",
        "customer.subscription.pending_update_applied": "a change that waited for a payment took effect",
        "customer.subscription.pending_update_expired": "a change that waited for a payment was dropped",
    }
    "invoice" "invoice_read" {
        "invoice.updated": "an invoice's record follows, drafts included",
        "invoice.finalized": "an invoice has its number and its final amount",
        "invoice.paid": "it is paid",
        "invoice.payment_failed": "somebody has to look after it",
        "invoice.payment_action_required": "the customer has to confirm the payment",
        "invoice.overdue": "it is past its due date",
        "invoice.will_be_due": "it will be due soon",
        "invoice.upcoming": "notice of the next invoice; it has no id yet",
        "invoice.voided": "it is void",
        "invoice.marked_uncollectible": "it is written off",
        "invoice.sent": "it was sent to the customer",
        "invoice.deleted": "a draft is gone",
        "invoice.finalization_failed": "it cannot be finalised: tax or address is missing",
        "invoice.overpaid": "more was paid than was due",
    }
    "invoice_payment" "invoice_read" {
        "invoice_payment.paid": "a part or all of an invoice is paid: amounts paid and remaining",
    }
    "credit_note" "invoice_read" {
        "credit_note.created": "lowers what an invoice asks for",
        "credit_note.updated": "as above",
        "credit_note.voided": "as above, undone",
    }
    "payment_method" "payment_method_read" {
        "payment_method.attached": "brand, last4 and expiry of the default payment method",
        "payment_method.updated": "as above",
        "payment_method.automatically_updated": "as above, by the card network",
        "payment_method.detached": "as above, gone",
    }
    "product" "product_read" {
        "product.updated": "a product's name stands in subscriptions' and invoices' records",
        "product.deleted": "as above",
    }
    "price" "plan_read" {
        "price.created": "a price's nickname and amount stand in subscriptions' records",
        "price.updated": "as above",
        "price.deleted": "as above",
    }
    "tax_rate" "tax_rate_read" {
        "tax_rate.updated": "a rate's name stands in invoices' records",
    }
    "coupon" "coupon_read" {
        "coupon.updated": "a coupon's name stands in subscriptions' records; its terms never change",
    }
    "refund" "charge_read" {
        "refund.created": "lowers what a customer has paid over time",
        "refund.updated": "as above",
        "refund.failed": "as above, undone",
    }
    "charge" "charge_read" {
        "charge.succeeded": "raises what a customer has paid over time",
        "charge.captured": "as above, where payment was only authorised before",
        "charge.updated": "as above, of a payment that settles later",
        "charge.refunded": "as `refund.created`, with the amount that is left",
    }
    "application" "event_read" {
        "account.application.authorized": "the Stripe App was installed or its permissions were granted",
        "account.application.deauthorized": "the Stripe App was removed: nothing more will come",
    }
};

/// Every event type that the webhook endpoint is created with.
#[must_use]
pub fn all() -> &'static [ListedEvent] {
    EVENTS
}

/// The permissions that the list needs, each with what it is for, `event_read` first of all.
#[must_use]
pub fn permissions() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut permissions: BTreeMap<_, BTreeSet<_>> = BTreeMap::from([("event_read", BTreeSet::new())]);
    for event in EVENTS {
        permissions.entry(event.permission).or_default().insert(event.object);
    }
    permissions
}

/// Whether the list has this type.
#[must_use]
pub fn contains(name: &str) -> bool {
    EVENTS.iter().any(|event| event.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_event_stands_once_with_a_reason_and_a_permission() {
        let names: BTreeSet<_> = EVENTS.iter().map(|event| event.name).collect();
        assert_eq!(names.len(), EVENTS.len());
        for event in EVENTS {
            assert!(!event.why.is_empty() && event.permission.ends_with("_read"), "{event:?}");
            assert!(event.name.contains('.'), "{event:?}");
        }
    }

    #[test]
    fn invoice_created_is_not_asked_for_since_it_could_hold_up_billing() {
        assert!(!contains("invoice.created"));
        assert!(contains("invoice.finalized"));
    }

    #[test]
    fn an_endpoint_may_have_them_all() {
        assert!(EVENTS.len() < 100);
        assert!(permissions().contains_key("event_read"));
    }
}
