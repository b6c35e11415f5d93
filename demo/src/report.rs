//! What a run that ends reports.

use serde::Serialize;

/// The outcome of one run of the scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Customers that were ever made in Stripe.
    pub customers: usize,
    /// Subscriptions, likewise.
    pub subscriptions: usize,
    /// Invoices that left their draft.
    pub invoices: usize,
    /// Events that Stripe made.
    pub events_sent: u64,
    /// Records in the three apps.
    pub records_in_kintone: usize,
    /// Fields that were compared between both services.
    pub fields_compared: usize,
    /// Fields that differ, objects without a record, and records too many.
    pub mismatches: usize,
    /// From Stripe's commit of a change to kintone's commit of the first record that shows it.
    pub lag_ms: LagMs,
    /// Requests that kintone answered; all of them are the Worker's.
    pub kintone_requests: u64,
    /// Requests of the Worker that Stripe answered; the scenario's own are not counted.
    pub stripe_requests: u64,
    /// From the first customer to the last record, in seconds.
    pub seconds: f64,
}

/// Percentiles in milliseconds, by nearest rank.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LagMs {
    /// Half lag no more.
    pub p50: i64,
    /// 95 of 100 lag no more.
    pub p95: i64,
    /// The longest.
    pub max: i64,
}

impl LagMs {
    /// Of lags in any order; zeros of none.
    #[must_use]
    pub fn of(mut lags: Vec<i64>) -> Self {
        lags.sort_unstable();
        let at = |percent: usize| {
            let rank = (lags.len() * percent).div_ceil(100);
            lags.get(rank.saturating_sub(1)).copied().unwrap_or_default()
        };
        Self { p50: at(50), p95: at(95), max: at(100) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_seen() {
        assert_eq!(LagMs::of(vec![]), LagMs::default());
        let lags = (1..=100).rev().collect();
        assert_eq!(LagMs::of(lags), LagMs { p50: 50, p95: 95, max: 100 });
        assert_eq!(LagMs::of(vec![9, 1]), LagMs { p50: 1, p95: 9, max: 9 });
    }
}
