//! Durable Objects: a tenant each, and the one directory of them.

mod dead_letters;
#[cfg(any(feature = "provoke-panic", feature = "contract"))]
mod dev;
pub mod directory;
mod job_routes;
pub mod stub;
pub mod tenant;
mod tenant_routes;
