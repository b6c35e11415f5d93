//! Figures of the ledger as values of a rule.

use serde_json::Value as Json;

use super::context::{Scope, Zones};
use super::decimal::Decimal;
use super::fault::Fault;
use super::transform::CompiledZone;
use crate::ledger::{self, Figure, TaxTotal, Unknown};
use crate::stripe::currency;
use crate::validation::Code;

/// A figure whose currency, zone or rate has been read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum CompiledFigure {
    Ledger { figure: Figure, zone: CompiledZone },
    Tax(TaxTotal),
}

impl CompiledFigure {
    pub(super) fn ledger(figure: &Figure, zones: &dyn Zones) -> Result<Self, Fault> {
        let zone = match figure {
            Figure::TenureMonths { zone } => CompiledZone::new(zone, zones)?,
            Figure::MonthlyRecurringRevenue { currency }
            | Figure::LifetimePaid { currency }
            | Figure::UnpaidAmount { currency }
                if !currency::is_currency(currency) =>
            {
                return Err(Fault::new(Code::InvalidFigure, &format!("currency: {currency:?}")));
            }
            _ => CompiledZone::Fixed(0),
        };
        Ok(Self::Ledger { figure: figure.clone(), zone })
    }

    pub(super) fn tax(total: &TaxTotal) -> Result<Self, Fault> {
        if Decimal::parse(&total.rate).is_none() {
            return Err(Fault::new(Code::InvalidFigure, &format!("rate: {:?}", total.rate)));
        }
        Ok(Self::Tax(total.clone()))
    }

    pub(super) fn get(&self, scope: Scope<'_>) -> Result<Json, Fault> {
        let context = scope.context;
        match self {
            Self::Tax(total) => {
                Ok(ledger::tax_total(scope.root, &total.rate, total.part, &context.related)?.into())
            }
            Self::Ledger { figure, zone } => of_ledger(figure, zone, scope),
        }
    }
}

fn of_ledger(figure: &Figure, zone: &CompiledZone, scope: Scope<'_>) -> Result<Json, Fault> {
    let context = scope.context;
    let book = &context.ledger;
    let is_subscription = scope.root.get("object").and_then(Json::as_str) == Some("subscription");
    let subscriptions = || if is_subscription { Ok(vec![scope.root]) } else { book.subscriptions() };
    Ok(match figure {
        Figure::MonthlyRecurringRevenue { currency } => {
            ledger::monthly_recurring_revenue(&subscriptions()?, currency, &context.related, context.now)?
                .into()
        }
        Figure::TenureMonths { .. } => {
            let offset = |at| zone.offset(at, scope.zones).ok();
            ledger::tenure_months(&subscriptions()?, context.now, offset)?.into()
        }
        Figure::LifetimePaid { currency } => ledger::lifetime_paid(book, currency)?.into(),
        Figure::ActiveSubscriptions {} => ledger::active_subscriptions(&subscriptions()?).into(),
        Figure::NextBillingDate {} => ledger::next_billing_date(&subscriptions()?).into(),
        Figure::UnpaidAmount { currency } => ledger::unpaid_amount(book, currency)?.into(),
        Figure::FirstPaymentDate {} => ledger::first_payment(book)?.into(),
        Figure::LastPaymentDate {} => ledger::last_payment(book)?.into(),
    })
}

impl From<Unknown> for Fault {
    fn from(unknown: Unknown) -> Self {
        match unknown {
            Unknown::NotGathered(what) => Self { code: Code::RelatedMissing, detail: what },
            other => Self { code: Code::FigureUnknown, detail: other.to_string() },
        }
    }
}
