//! Figures that are derived from a customer's objects: pure functions over what was gathered.
//!
//! A figure that cannot be computed from what there is says so ([`Unknown`]); nothing is guessed.
//! Amounts are in the currency's own decimals and computed without floats.

mod document;
mod payments;
mod ratio;
mod recurring;
mod subscriptions;
mod tax;
mod unknown;

use crate::ByName;
use crate::json::Value;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::mapping::decimal::Decimal;

pub use document::{Figure, TaxPart, TaxTotal};
pub use payments::{first_payment, last_payment, lifetime_paid, unpaid_amount};
pub use recurring::monthly_recurring_revenue;
pub(crate) use recurring::{coupon, discounts, inherits};
pub use subscriptions::{active_subscriptions, next_billing_date, tenure_months};
pub(crate) use tax::tax_rates;
pub use tax::tax_total;
pub(crate) use tax::{ALL_RATES, is_rate};
pub use unknown::{Unknown, Untold};

/// Stripe objects by id.
pub type Related = ByName<Value>;

/// What is known of one customer's billing. A list that is absent was not gathered, which is not the
/// same as empty; one that is there is complete.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Ledger {
    /// All its subscriptions, cancelled ones included (`status=all`).
    pub subscriptions: Option<Vec<Value>>,
    /// All its invoices.
    pub invoices: Option<Vec<Value>>,
    /// All its charges.
    pub charges: Option<Vec<Value>>,
}

impl Ledger {
    /// How many objects stand in its lists.
    #[must_use]
    pub fn members(&self) -> usize {
        let lists = [&self.subscriptions, &self.invoices, &self.charges];
        lists.into_iter().flatten().map(Vec::len).sum()
    }

    /// The customer's subscriptions.
    ///
    /// # Errors
    /// [`Unknown::NotGathered`]
    pub fn subscriptions(&self) -> Result<Vec<&Value>, Unknown> {
        gathered(self.subscriptions.as_ref(), "subscriptions")
    }

    fn invoices(&self) -> Result<Vec<&Value>, Unknown> {
        gathered(self.invoices.as_ref(), "invoices")
    }

    fn charges(&self) -> Result<Vec<&Value>, Unknown> {
        gathered(self.charges.as_ref(), "charges")
    }
}

fn gathered<'l>(list: Option<&'l Vec<Value>>, name: &str) -> Result<Vec<&'l Value>, Unknown> {
    list.map(|list| list.iter().collect()).ok_or_else(|| Unknown::NotGathered(name.to_owned()))
}

/// A text property of an object; `""` if there is none.
fn text<'v>(object: &'v Value, name: &str) -> &'v str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A property of a property of an object.
fn inside<'v>(object: &'v Value, [outer, inner]: [&str; 2]) -> Option<&'v Value> {
    object.get(outer)?.get(inner)
}

/// An amount in minor units.
fn minor_units(object: &Value, name: &str) -> Option<i128> {
    object.get(name).and_then(Value::as_i64).map(i128::from)
}

fn is_in(object: &Value, currency: &str) -> bool {
    text(object, "currency").eq_ignore_ascii_case(currency)
}

/// Minor units as the currency's amount.
fn amount(minor: i128, currency: &str) -> Result<String, Unknown> {
    crate::stripe::currency::amount(&Decimal::of(minor, 0).text(), currency).ok_or(Unknown::TooLarge)
}

/// The sum in minor units; an amount that is missing makes it unknown.
fn sum(amounts: impl Iterator<Item = Option<i128>>) -> Result<i128, Unknown> {
    let mut total: i128 = 0;
    for amount in amounts {
        total = amount.and_then(|amount| total.checked_add(amount)).ok_or(Unknown::TooLarge)?;
    }
    Ok(total)
}
