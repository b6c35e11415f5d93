//! Figures of the ledger as values of a rule.

use crate::json::Value as Json;

use super::context::{Scope, Zones};
use super::fault::Fault;
use super::reference::{List, References};
use super::transform::CompiledZone;
use crate::ledger::{self, Figure, TaxTotal, Unknown};
use crate::stripe::{Kind, currency};
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
                return Err(Fault::new(Code::InvalidFigure, &["currency: \"", currency, "\""].concat()));
            }
            _ => CompiledZone::Fixed(0),
        };
        Ok(Self::Ledger { figure: figure.clone(), zone })
    }

    pub(super) fn tax(total: &TaxTotal) -> Result<Self, Fault> {
        if !ledger::is_rate(&total.rate) {
            return Err(Fault::new(Code::InvalidFigure, &["rate: \"", &total.rate, "\""].concat()));
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

/// The list that a figure is computed from.
fn list_of(figure: &Figure) -> List {
    match figure {
        Figure::MonthlyRecurringRevenue { .. }
        | Figure::TenureMonths { .. }
        | Figure::ActiveSubscriptions {}
        | Figure::NextBillingDate {} => List::Subscriptions,
        Figure::UnpaidAmount { .. } => List::Invoices,
        Figure::LifetimePaid { .. } | Figure::FirstPaymentDate {} | Figure::LastPaymentDate {} => {
            List::Charges
        }
    }
}

fn is_revenue(figure: &Figure) -> bool {
    matches!(figure, Figure::MonthlyRecurringRevenue { .. })
}

fn text<'v>(object: &'v Json, name: &str) -> &'v str {
    object.get(name).and_then(Json::as_str).unwrap_or_default()
}

fn is_subscription(object: &Json) -> bool {
    text(object, "object") == "subscription"
}

impl CompiledFigure {
    /// The kinds of objects that it is computed from, whatever its object.
    pub(super) fn kinds(&self) -> Vec<Kind> {
        match self {
            // All rates together need none of them.
            Self::Tax(total) if total.rate == ledger::ALL_RATES => Vec::new(),
            Self::Tax(_) => vec![Kind::TaxRate],
            Self::Ledger { figure, .. } if is_revenue(figure) => {
                vec![Kind::Subscription, Kind::Customer, Kind::Discount, Kind::Coupon]
            }
            Self::Ledger { figure, .. } => vec![list_of(figure).kind()],
        }
    }

    /// Whether it changes with the date, though nothing changes at Stripe.
    pub(super) fn changes_with_the_date(&self) -> bool {
        let Self::Ledger { figure, .. } = self else {
            return false;
        };
        matches!(figure, Figure::MonthlyRecurringRevenue { .. } | Figure::TenureMonths { .. })
    }

    /// What it is computed from, as far as it can be told.
    pub(super) fn look(&self, scope: Scope<'_>, seen: &mut References) {
        match self {
            Self::Tax(total) if total.rate == ledger::ALL_RATES => {}
            Self::Tax(_) => {
                ledger::tax_rates(scope.root).for_each(|rate| seen.object(Kind::TaxRate, rate));
            }
            Self::Ledger { figure, .. } => look_into_ledger(figure, scope, seen),
        }
    }
}

fn look_into_ledger(figure: &Figure, scope: Scope<'_>, seen: &mut References) {
    let list = list_of(figure);
    let is_own = list == List::Subscriptions && is_subscription(scope.root);
    let customer = customer_of(scope, seen);
    if let Some(customer) = customer.filter(|_| !is_own) {
        seen.list(customer, list);
    }
    if !is_revenue(figure) {
        return;
    }
    let own = is_own.then_some(scope.root);
    let all = scope.context.ledger.subscriptions.as_ref().filter(|_| !is_own);
    for subscription in own.into_iter().chain(all.into_iter().flatten()) {
        let customer = customer.filter(|_| ledger::inherits(subscription));
        let inherited = customer.and_then(|id| known_customer(id, scope, seen)?.get("discount"));
        let inherited = inherited.filter(|discount| discount.is_object());
        for discount in ledger::discounts(subscription).chain(inherited) {
            let discount = match discount {
                Json::String(id) => {
                    seen.discount(id, subscription);
                    scope.context.related.get(id)
                }
                whole => Some(whole),
            };
            if let Some(Json::String(coupon)) = discount.and_then(ledger::coupon) {
                seen.object(Kind::Coupon, coupon);
            }
        }
    }
}

/// Whose ledger it is: the object's customer's, which an element's list stands in.
fn customer_of<'a>(scope: Scope<'a>, seen: &mut References) -> Option<&'a str> {
    let holder = match text(scope.root, "object") {
        "customer" => return scope.root.get("id")?.as_str(),
        "subscription_item" => Some((Kind::Subscription, text(scope.root, "subscription"))),
        "line_item" => Some((Kind::Invoice, text(scope.root, "invoice"))),
        _ => None,
    };
    let object = match holder {
        None => scope.root,
        Some((kind, id)) => {
            seen.object(kind, id);
            scope.context.related.get(id)?
        }
    };
    let customer = object.get("customer")?;
    customer.as_str().or_else(|| customer.get("id")?.as_str())
}

fn known_customer<'a>(id: &str, scope: Scope<'a>, seen: &mut References) -> Option<&'a Json> {
    if text(scope.root, "object") == "customer" {
        return Some(scope.root);
    }
    seen.object(Kind::Customer, id);
    scope.context.related.get(id)
}

/// An object of no customer (`customer: null, customer_account: "acct_…"`) has no customer's figures.
fn without_customer(scope: Scope<'_>, unknown: Unknown) -> Unknown {
    match unknown {
        Unknown::NotGathered(_) if scope.root.get("customer").is_some_and(Json::is_null) => {
            Unknown::NoCustomer
        }
        other => other,
    }
}

fn of_ledger(figure: &Figure, zone: &CompiledZone, scope: Scope<'_>) -> Result<Json, Fault> {
    let figure = figure_of(figure, zone, scope);
    figure.map_err(|unknown| without_customer(scope, unknown).into())
}

fn figure_of(figure: &Figure, zone: &CompiledZone, scope: Scope<'_>) -> Result<Json, Unknown> {
    let context = scope.context;
    let book = &context.ledger;
    let is_own = is_subscription(scope.root);
    let subscriptions = || if is_own { Ok(vec![scope.root]) } else { book.subscriptions() };
    Ok(match figure {
        Figure::MonthlyRecurringRevenue { currency } => {
            let mut seen = References::default();
            let customer = customer_of(scope, &mut seen).and_then(|id| known_customer(id, scope, &mut seen));
            let (related, now) = (&context.related, context.now);
            ledger::monthly_recurring_revenue(&subscriptions()?, currency, customer, related, now)?.into()
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
            Unknown::NotGathered(what) => Self::new(Code::RelatedMissing, &what),
            other => Self::because(Code::FigureUnknown, other.text()),
        }
    }
}
