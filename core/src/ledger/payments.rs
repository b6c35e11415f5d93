//! What was paid and what is owed.

use crate::json::Value;

use super::{Ledger, Unknown, amount, is_in, minor_units, sum, text};

/// What charges in this currency have brought, less what was refunded of them.
///
/// # Errors
/// [`Unknown`] where the charges were not gathered, or one has no amount.
pub fn lifetime_paid(ledger: &Ledger, currency: &str) -> Result<String, Unknown> {
    let charges =
        ledger.charges()?.into_iter().filter(|charge| is_payment(charge) && is_in(charge, currency));
    let net = |charge: &Value| {
        // Charges from before 2020 do not say what was captured of them.
        let captured = minor_units(charge, "amount_captured").or_else(|| minor_units(charge, "amount"))?;
        captured.checked_sub(minor_units(charge, "amount_refunded").unwrap_or_default())
    };
    amount(sum(charges.map(net))?, currency)
}

/// What remains to be paid of open invoices in this currency.
///
/// # Errors
/// [`Unknown`] where the invoices were not gathered, or one has no amount.
pub fn unpaid_amount(ledger: &Ledger, currency: &str) -> Result<String, Unknown> {
    let open = |invoice: &&Value| text(invoice, "status") == "open" && is_in(invoice, currency);
    let invoices = ledger.invoices()?.into_iter().filter(open);
    amount(sum(invoices.map(|invoice| minor_units(invoice, "amount_remaining")))?, currency)
}

/// When the first successful charge was made, in Unix seconds.
///
/// # Errors
/// [`Unknown`] where the charges were not gathered.
pub fn first_payment(ledger: &Ledger) -> Result<Option<i64>, Unknown> {
    Ok(moments(ledger)?.into_iter().min())
}

/// When the last successful charge was made, in Unix seconds.
///
/// # Errors
/// [`Unknown`] where the charges were not gathered.
pub fn last_payment(ledger: &Ledger) -> Result<Option<i64>, Unknown> {
    Ok(moments(ledger)?.into_iter().max())
}

fn moments(ledger: &Ledger) -> Result<Vec<i64>, Unknown> {
    let payments = ledger.charges()?.into_iter().filter(|charge| is_payment(charge));
    Ok(payments.filter_map(|charge| charge.get("created").and_then(Value::as_i64)).collect())
}

/// An authorisation that was not captured is no payment.
fn is_payment(charge: &Value) -> bool {
    text(charge, "status") == "succeeded" && charge.get("captured") != Some(&Value::Bool(false))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ledger() -> Ledger {
        serde_json::from_value(json!({
            "charges": [
                {"status": "succeeded", "currency": "jpy", "amount": 3000, "amount_captured": 2000, "amount_refunded": 500, "created": 20},
                {"status": "succeeded", "currency": "jpy", "amount": 100, "created": 10},
                {"status": "succeeded", "captured": false, "currency": "jpy", "amount": 9, "created": 1},
                {"status": "failed", "currency": "jpy", "amount": 9, "created": 99},
                {"status": "succeeded", "currency": "usd", "amount_captured": 1234, "created": 30}],
            "invoices": [
                {"status": "open", "currency": "jpy", "amount_remaining": 700},
                {"status": "open", "currency": "usd", "amount_remaining": 5},
                {"status": "paid", "currency": "jpy", "amount_remaining": 0},
                {"status": "uncollectible", "currency": "jpy", "amount_remaining": 50}]
        }))
        .unwrap()
    }

    #[test]
    fn what_was_paid_is_net_of_refunds() {
        assert_eq!(lifetime_paid(&ledger(), "jpy").as_deref(), Ok("1600"));
        assert_eq!(lifetime_paid(&ledger(), "USD").as_deref(), Ok("12.34"));
        assert_eq!(lifetime_paid(&ledger(), "eur").as_deref(), Ok("0.00"));
        assert_eq!((first_payment(&ledger()), last_payment(&ledger())), (Ok(Some(10)), Ok(Some(30))));
    }

    #[test]
    fn open_invoices_are_unpaid() {
        assert_eq!(unpaid_amount(&ledger(), "jpy").as_deref(), Ok("700"));
    }

    #[test]
    fn a_list_that_was_not_gathered_is_not_empty() {
        let nothing = Ledger::default();
        assert_eq!(lifetime_paid(&nothing, "jpy"), Err(Unknown::NotGathered("charges".to_owned())));
        assert_eq!(unpaid_amount(&nothing, "jpy"), Err(Unknown::NotGathered("invoices".to_owned())));
        let empty = Ledger { charges: Some(Vec::new()), ..Ledger::default() };
        assert_eq!(first_payment(&empty), Ok(None));
        let odd: Ledger =
            serde_json::from_value(json!({"charges": [{"status": "succeeded", "currency": "jpy"}]})).unwrap();
        assert_eq!(lifetime_paid(&odd, "jpy"), Err(Unknown::TooLarge));
    }
}
