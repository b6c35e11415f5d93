//! What can go wrong inside the engine itself. What Stripe, kintone or a person did wrong is data,
//! not an error: it is kept in rows and shown in the status.

use crate::port::SqlError;

/// The engine cannot go on with this step; its transaction left nothing behind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// The database refused a statement.
    #[error(transparent)]
    Sql(#[from] SqlError),
    /// The database was written by a newer Daicho.
    #[error(
        "the database has schema version {found} and this Daicho knows {known}: deploy the newer Worker again"
    )]
    NewerSchema {
        /// The version that the database has.
        found: i64,
        /// The newest that this build knows.
        known: i64,
    },
    /// A stored row does not hold what the engine writes there.
    #[error("stored {what} cannot be read")]
    Stored {
        /// What was to be read, without its content.
        what: &'static str,
    },
}
