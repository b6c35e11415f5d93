//! A tenant: one Stripe account in one mode.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::stripe::AccountId;

/// Live or test mode. A Stripe sandbox is an account of its own, not a third mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Real money.
    Live,
    /// Stripe's test mode, or a sandbox.
    Test,
}

impl Mode {
    /// The mode of an object or event by Stripe's `livemode`.
    #[must_use]
    pub fn from_livemode(livemode: bool) -> Self {
        if livemode { Self::Live } else { Self::Test }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Live => "live",
            Self::Test => "test",
        })
    }
}

/// `acct_…:live` or `acct_…:test`: everything that Daicho keeps is kept under one of these.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantName {
    /// The Stripe account.
    pub account: AccountId,
    /// The mode of its events and objects.
    pub mode: Mode,
}

impl std::str::FromStr for TenantName {
    type Err = NotATenant;

    fn from_str(text: &str) -> Result<Self, NotATenant> {
        let (account, mode) = text.split_once(':').ok_or(NotATenant)?;
        Ok(Self { account: AccountId::parse(account).map_err(|_| NotATenant)?, mode: mode.parse()? })
    }
}

impl std::str::FromStr for Mode {
    type Err = NotATenant;

    fn from_str(text: &str) -> Result<Self, NotATenant> {
        match text {
            "live" => Ok(Self::Live),
            "test" => Ok(Self::Test),
            _ => Err(NotATenant),
        }
    }
}

/// A text that names no tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tenant is written acct_…:live or acct_…:test")]
pub struct NotATenant;

impl fmt::Display for TenantName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.account, self.mode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_is_read_as_it_is_written() {
        for text in ["acct_1:live", "acct_1:test"] {
            assert_eq!(text.parse::<TenantName>().unwrap().to_string(), text);
        }
        for text in
            ["", "acct_1", "acct_1:", "acct_1:Live", "cus_1:live", "acct_1:live:test", "acct_/..:live"]
        {
            assert_eq!(text.parse::<TenantName>(), Err(NotATenant), "{text}");
        }
    }
}
