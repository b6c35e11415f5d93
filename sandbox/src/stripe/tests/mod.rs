//! What the local Stripe does, seen through its API.

mod access;
mod billing;
mod credit_notes;
mod discounts;
mod events;
mod expanding;
mod lists;
mod objects;
mod payments;
mod taxes;
mod versions;
mod webhooks;
