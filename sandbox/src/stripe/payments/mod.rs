//! Payments, as far as invoices make them: payment intents, charges, refunds.

pub(super) mod charges;
pub(super) mod intents;
pub(super) mod refunds;
