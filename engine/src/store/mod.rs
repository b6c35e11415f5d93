//! The tenant's database: its schema, from the first version on.

#[cfg(any(test, feature = "contract"))]
pub mod contract;
pub(crate) mod meta;
mod migration;

pub use migration::{Migration, migrate};

/// The tenant's schema, version by version. A version that was deployed is never edited again: a
/// change is a new file.
pub const TENANT: &[Migration] = &[
    Migration { version: 1, sql: include_str!("v1.sql") },
    Migration { version: 2, sql: include_str!("v2.sql") },
    Migration { version: 3, sql: include_str!("v3.sql") },
    Migration { version: 4, sql: include_str!("v4.sql") },
    Migration { version: 5, sql: include_str!("v5.sql") },
    Migration { version: 6, sql: include_str!("v6.sql") },
    Migration { version: 7, sql: include_str!("v7.sql") },
    Migration { version: 8, sql: include_str!("v8.sql") },
    Migration { version: 9, sql: include_str!("v9.sql") },
    Migration { version: 10, sql: include_str!("v10.sql") },
    Migration { version: 11, sql: include_str!("v11.sql") },
    Migration { version: 12, sql: include_str!("v12.sql") },
];
