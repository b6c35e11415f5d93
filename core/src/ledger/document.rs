//! Figures as a mapping document names them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::document::{read_enum, read_struct, read_words};
use crate::mapping::Zone;

/// A derived figure: of the customer; those of subscriptions are of the one subscription where the
/// object is one. Amounts are in the currency's own decimals already and need no `amount`; moments
/// are Unix time, for `date` or `datetime`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Figure {
    /// What active and overdue subscriptions in this currency bring in a month, after discounts that
    /// last; tax is in it where a price includes it. Trials, paused collection and other currencies count nothing. Tiers, metered
    /// and custom prices cannot be computed: then there is no value, and a warning says why.
    MonthlyRecurringRevenue {
        /// The currency, `jpy`.
        currency: String,
    },
    /// Whole months since the first subscription began; to the end of the last if all have ended.
    TenureMonths {
        /// The zone whose dates count, Asia/Tokyo unless given.
        #[serde(default)]
        zone: Zone,
    },
    /// What charges in this currency have brought, less what was refunded. What was paid outside of
    /// Stripe is not in it.
    LifetimePaid {
        /// The currency, `jpy`.
        currency: String,
    },
    /// How many subscriptions are active, on trial or overdue.
    ActiveSubscriptions {},
    /// When the next invoice is due by itself: the earliest end of a period of a subscription that
    /// goes on.
    NextBillingDate {},
    /// What remains to be paid of open invoices in this currency.
    UnpaidAmount {
        /// The currency, `jpy`.
        currency: String,
    },
    /// When the first successful charge was made.
    FirstPaymentDate {},
    /// When the last successful charge was made.
    LastPaymentDate {},
}

read_enum!(Figure {
    "monthly_recurring_revenue" => MonthlyRecurringRevenue { currency },
    "tenure_months" => TenureMonths { zone = Zone::default() },
    "lifetime_paid" => LifetimePaid { currency },
    "active_subscriptions" => ActiveSubscriptions {},
    "next_billing_date" => NextBillingDate {},
    "unpaid_amount" => UnpaidAmount { currency },
    "first_payment_date" => FirstPaymentDate {},
    "last_payment_date" => LastPaymentDate {},
});

/// An invoice's total at one rate of tax, as a qualified invoice (適格請求書) states it; in the
/// invoice's currency, in its own decimals.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxTotal {
    /// The rate in per cent: `"10"`, `"8"`; `"all"` for all rates together.
    pub rate: String,
    /// Which amount.
    pub part: TaxPart,
}

read_struct!(TaxTotal { rate, part });

/// An amount at one rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaxPart {
    /// 消費税額: the tax.
    Tax,
    /// 税抜金額: what the tax is computed on.
    Excluded,
    /// 税込金額: both together.
    Included,
}

read_words!(TaxPart { "tax" => Tax, "excluded" => Excluded, "included" => Included });
