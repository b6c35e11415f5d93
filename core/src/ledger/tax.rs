//! インボイス制度: an invoice's totals by rate of tax.

use crate::json::Value;
use crate::json_text::number_text;

use super::{Related, TaxPart, Unknown, Untold, amount, inside, minor_units, sum, text};
use crate::mapping::decimal::Decimal;

/// Says of a total that every rate counts.
pub(crate) const ALL_RATES: &str = "all";

/// Whether totals can be had at this rate: a number in per cent, or `all`.
pub(crate) fn is_rate(rate: &str) -> bool {
    rate == ALL_RATES || Decimal::parse(rate).is_some()
}

/// The invoice's total at one rate in per cent, or at `all` of them, in its currency's own decimals; 0
/// where it has no tax at this rate. `related` holds its tax rates: a tax names only the rate's id.
///
/// # Errors
/// [`Unknown`] where a rate was not gathered, or Stripe does not say what a tax is computed on.
pub fn tax_total(invoice: &Value, rate: &str, part: TaxPart, related: &Related) -> Result<String, Unknown> {
    let wanted = match rate {
        ALL_RATES => None,
        rate => Some(Decimal::parse(rate).ok_or(Unknown::Tax(Untold::RateNotANumber))?),
    };
    let mut amounts = Vec::new();
    for tax in taxes(invoice) {
        let counts = match wanted {
            None => true,
            Some(rate) => percentage(tax, related)? == rate,
        };
        if counts {
            amounts.push(of_part(tax, part)?);
        }
    }
    amount(sum(amounts.into_iter().map(Some))?, text(invoice, "currency"))
}

fn taxes(invoice: &Value) -> impl Iterator<Item = &Value> {
    // `total_tax_amounts` is the name before 2025-03-31.basil.
    let taxes = invoice.get("total_taxes").filter(|taxes| !taxes.is_null());
    let taxes = taxes.or_else(|| invoice.get("total_tax_amounts")).and_then(Value::as_array);
    taxes.into_iter().flatten()
}

/// The ids of the tax rates that an invoice's totals name.
pub(crate) fn tax_rates(invoice: &Value) -> impl Iterator<Item = &str> {
    taxes(invoice).filter_map(|tax| rate_of(tax)?.as_str())
}

fn rate_of(tax: &Value) -> Option<&Value> {
    let rate = inside(tax, ["tax_rate_details", "tax_rate"]).or_else(|| tax.get("tax_rate"));
    rate.filter(|rate| !rate.is_null())
}

fn of_part(tax: &Value, part: TaxPart) -> Result<i128, Unknown> {
    let tax_amount = minor_units(tax, "amount").ok_or(Unknown::Tax(Untold::NoTaxAmount));
    let taxable = || {
        let base = minor_units(tax, "taxable_amount");
        base.ok_or(Unknown::Tax(Untold::NoTaxBase))
    };
    match part {
        TaxPart::Tax => tax_amount,
        TaxPart::Excluded => taxable(),
        TaxPart::Included => tax_amount?.checked_add(taxable()?).ok_or(Unknown::TooLarge),
    }
}

fn percentage(tax: &Value, related: &Related) -> Result<Decimal, Unknown> {
    let rate = match rate_of(tax) {
        None => return Err(Unknown::Tax(Untold::NoRate)),
        Some(Value::String(id)) => related.get(id).ok_or_else(|| Unknown::NotGathered(id.clone()))?,
        Some(object) => object,
    };
    let percentage = rate.get("percentage").and_then(|percentage| match percentage {
        Value::Number(number) => Decimal::parse(&number_text(number)),
        Value::String(text) => Decimal::parse(text),
        _ => None,
    });
    percentage.ok_or(Unknown::Tax(Untold::NoPercentage))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn total(invoice: &Value, rate: &str, part: TaxPart) -> Result<String, Unknown> {
        let related =
            serde_json::from_value(json!({"txr_10": {"percentage": 10.0}, "txr_8": {"percentage": 8}}))
                .unwrap();
        tax_total(invoice, rate, part, &related)
    }

    fn invoice() -> Value {
        let tax = |amount: i64, taxable: i64, rate: &str| {
            json!({"amount": amount, "taxable_amount": taxable, "tax_behavior": "exclusive",
                "tax_rate_details": {"tax_rate": rate}, "type": "tax_rate_details"})
        };
        json!({"currency": "jpy", "total_taxes": [tax(100, 1000, "txr_10"), tax(80, 1000, "txr_8"), tax(20, 200, "txr_10")]})
    }

    #[test]
    fn totals_are_by_rate() {
        for (rate, tax, excluded, included) in [
            ("10", "120", "1200", "1320"),
            ("8.0", "80", "1000", "1080"),
            ("5", "0", "0", "0"),
            ("all", "200", "2200", "2400"),
        ] {
            let found = [TaxPart::Tax, TaxPart::Excluded, TaxPart::Included]
                .map(|part| total(&invoice(), rate, part));
            assert_eq!(found, [tax, excluded, included].map(|text| Ok(text.to_owned())), "{rate}");
        }
        assert_eq!(
            total(&json!({"currency": "usd", "total_taxes": null}), "10", TaxPart::Tax).as_deref(),
            Ok("0.00")
        );
    }

    #[test]
    fn the_whole_tax_needs_no_rates() {
        assert_eq!(tax_total(&invoice(), "all", TaxPart::Tax, &Related::new()).as_deref(), Ok("200"));
    }

    #[test]
    fn invoices_of_older_api_versions_have_them_too() {
        let old = json!({"currency": "jpy", "total_tax_amounts": [{"amount": 10, "taxable_amount": 100, "tax_rate": "txr_10"}]});
        assert_eq!(total(&old, "10", TaxPart::Included).as_deref(), Ok("110"));
    }

    #[test]
    fn what_stripe_does_not_say_is_not_guessed() {
        let with = |tax: Value| json!({"currency": "jpy", "total_taxes": [tax]});
        let unknown = |tax: Value, part| total(&with(tax), "10", part).unwrap_err();
        let missing = json!({"amount": 1, "tax_rate_details": {"tax_rate": "txr_9"}});
        assert_eq!(unknown(missing, TaxPart::Tax), Unknown::NotGathered("txr_9".to_owned()));
        let base = json!({"amount": 1, "taxable_amount": null, "tax_rate_details": {"tax_rate": "txr_10"}});
        assert!(matches!(unknown(base, TaxPart::Included), Unknown::Tax(_)));
        assert!(matches!(unknown(json!({"amount": 1}), TaxPart::Tax), Unknown::Tax(_)));
    }
}
