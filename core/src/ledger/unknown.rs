//! Why a figure is not known.

/// Why a figure cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text())]
pub enum Unknown {
    /// What it is computed from was not gathered.
    NotGathered(String),
    /// Its object belongs to no customer.
    NoCustomer,
    /// A list holds only its first page.
    Incomplete(String),
    /// A price whose monthly amount its object does not tell.
    Price {
        /// The price's id.
        price: String,
        /// What about it: `tiers`, `metered`, …
        why: &'static str,
    },
    /// A discount whose monthly amount cannot be told.
    Discount {
        /// The coupon's id.
        coupon: String,
        /// What about it.
        why: &'static str,
    },
    /// A tax whose rate or base Stripe does not tell.
    Tax(&'static str),
    /// The present moment was not given.
    NoMoment,
    /// A number is missing or too large.
    TooLarge,
}

impl Unknown {
    /// What is not known, in English.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::NotGathered(what) => [what, " was not read"].concat(),
            Self::NoCustomer => "it belongs to no customer".to_owned(),
            Self::Incomplete(list) => ["only part of the items of ", list, " was read"].concat(),
            Self::Price { price: of, why } | Self::Discount { coupon: of, why } => [of, ": ", why].concat(),
            Self::Tax(why) => (*why).to_owned(),
            Self::NoMoment => "the present moment is not known".to_owned(),
            Self::TooLarge => "an amount is missing or too large".to_owned(),
        }
    }
}
