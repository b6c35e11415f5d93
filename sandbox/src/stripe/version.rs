//! The API versions the sandbox speaks. Objects are stored in the pinned one; another is derived
//! when an object is shown.

use super::error::ApiError;

/// An API version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// 2024-06-20, from before 2025-03-31.basil moved periods, parents and prices.
    BeforeBasil,
    /// 2026-10-28.endive, which stripe-node 23.1 types.
    Pinned,
}

impl Version {
    /// As `Stripe-Version` and `api_version` write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::BeforeBasil => "2024-06-20",
            Self::Pinned => "2026-10-28.endive",
        }
    }

    pub(super) fn parse(name: &str) -> Result<Self, ApiError> {
        [Self::BeforeBasil, Self::Pinned].into_iter().find(|version| version.name() == name).ok_or_else(
            || {
                ApiError::invalid(format!(
                    "Invalid Stripe API version: {name}. The sandbox speaks {} and {}.",
                    Self::Pinned.name(),
                    Self::BeforeBasil.name()
                ))
            },
        )
    }
}
