//! Why a figure is not known.

/// Why a figure cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// What it is computed from was not gathered.
    #[error("{0} was not read")]
    NotGathered(String),
    /// Its object belongs to no customer.
    #[error("it belongs to no customer")]
    NoCustomer,
    /// A list holds only its first page.
    #[error("only part of the items of {0} was read")]
    Incomplete(String),
    /// A price whose monthly amount its object does not tell.
    #[error("{price}: {why}")]
    Price {
        /// The price's id.
        price: String,
        /// What about it: `tiers`, `metered`, …
        why: &'static str,
    },
    /// A discount whose monthly amount cannot be told.
    #[error("{coupon}: {why}")]
    Discount {
        /// The coupon's id.
        coupon: String,
        /// What about it.
        why: &'static str,
    },
    /// A tax whose rate or base Stripe does not tell.
    #[error("{0}")]
    Tax(&'static str),
    /// The present moment was not given.
    #[error("the present moment is not known")]
    NoMoment,
    /// A number is missing or too large.
    #[error("an amount is missing or too large")]
    TooLarge,
}
