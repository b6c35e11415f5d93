//! What the Stripe App's views ask of a tenant.

pub mod contract;
mod operation;

pub use operation::{Access, Operation, Operations};
