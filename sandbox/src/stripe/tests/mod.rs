//! What the local Stripe does, seen through its API.

mod access;
mod billing;
mod events;
mod expanding;
mod lists;
mod objects;
mod versions;
mod webhooks;
