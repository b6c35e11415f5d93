//! What Stripe's objects no longer have since API version 2025-03-31 (basil), and where it is now.
//! Source: Stripe's changelog. A mapping that was written before reads nothing there. `*`: only where it
//! is expanded, which Daicho does not do.

use crate::json::{Map, Value as Json};
use crate::mapping::{Source, Value};
use crate::text_search;

const SUBSCRIPTION: &str = "current_period_start items.data[0].current_period_start \
    current_period_end items.data[0].current_period_end discount discounts[0]";
const INVOICE: &str = "subscription parent.subscription_details.subscription \
    subscription_details parent.subscription_details charge payments.data[0].payment.charge* \
    payment_intent payments.data[0].payment.payment_intent* paid status tax total_taxes[0].amount \
    discount discounts[0]";
const INVOICE_LINE: &str =
    "price pricing.price_details.price plan pricing.price_details.price tax_amounts taxes";

/// The first path of a value that has moved: what it was, and is now, `paid → status`.
pub(super) fn moved_in(value: &Value, source: Source) -> Option<String> {
    match value {
        Value::Path(path) => moved(path, source),
        Value::First(paths) => paths.iter().find_map(|path| moved(path, source)),
        Value::Template(text) => {
            text_search::split(text, "{{").iter().skip(1).find_map(|path| moved(path, source))
        }
        _ => None,
    }
}

/// The same for the first name of a condition, in `$or` too: nothing would match there.
pub(super) fn moved_in_condition(condition: &Map<String, Json>, source: Source) -> Option<String> {
    condition.iter().find_map(|(name, test)| {
        let several = test.as_array().filter(|_| name == "$or").into_iter().flatten();
        let mut several = several.filter_map(Json::as_object);
        moved(name, source).or_else(|| several.find_map(|each| moved_in_condition(each, source)))
    })
}

fn moved(path: &str, source: Source) -> Option<String> {
    let line = path.trim_ascii_start().strip_prefix("lines.data[").filter(|_| source == Source::Invoice);
    let (path, names) = match (line, source) {
        (Some(line), _) => (text_search::split_once(line, "].")?.1, INVOICE_LINE),
        (_, Source::Subscription) => (path, SUBSCRIPTION),
        (_, Source::Invoice) => (path, INVOICE),
        (_, Source::InvoiceLine) => (path, INVOICE_LINE),
        _ => return None,
    };
    let mut names = names.split(' ');
    while let (Some(was), Some(now)) = (names.next(), names.next()) {
        let rest = path.trim_ascii_start().strip_prefix(was);
        if rest
            .is_some_and(|rest| matches!(rest.bytes().next(), None | Some(b' ' | b'.' | b'[' | b'|' | b'}')))
        {
            return Some([was, " → ", now].concat());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_has_moved_is_told_with_its_new_path() {
        for (source, path, told) in [
            (
                Source::Subscription,
                "current_period_end",
                Some("current_period_end → items.data[0].current_period_end"),
            ),
            (Source::Invoice, "subscription.status", Some("parent.subscription_details.subscription")),
            (Source::Invoice, "tax", Some("total_taxes[0].amount")),
            (Source::Invoice, "charge", Some("payments.data[0].payment.charge*")),
            (Source::Invoice, "paid", Some("paid → status")),
            (Source::Invoice, "discount[\"coupon\"]", Some("discounts[0]")),
            (Source::Invoice, "lines.data[*].price.nickname", Some("pricing.price_details.price")),
            (Source::InvoiceLine, "price.id", Some("pricing.price_details.price")),
            (Source::Invoice, "paid_out_of_band", None),
            (Source::Invoice, "parent.subscription_details.subscription", None),
            (Source::Invoice, "metadata.subscription", None),
            (Source::SubscriptionItem, "price.id", None),
            (Source::Customer, "subscription", None),
        ] {
            let found = moved(path, source);
            assert_eq!(found.is_some(), told.is_some(), "{path}: {found:?}");
            assert!(found.unwrap_or_default().ends_with(told.unwrap_or_default()), "{path}");
        }
        let template = Value::Template("{{ created | date }}〜{{current_period_end|date}}".to_owned());
        assert!(moved_in(&template, Source::Subscription).is_some());
        assert!(moved_in(&template, Source::Invoice).is_none());
        let words = Value::Template("tax {{ number }}".to_owned());
        assert!(moved_in(&words, Source::Invoice).is_none());
    }

    #[test]
    fn a_condition_that_asks_for_what_has_moved_is_told_in_alternatives_too() {
        let told = |condition: serde_json::Value, source| {
            let condition: Map<String, Json> = serde_json::from_value(condition).unwrap();
            moved_in_condition(&condition, source)
        };
        assert_eq!(told(json!({"paid": [true]}), Source::Invoice).as_deref(), Some("paid → status"));
        let either =
            json!({"status": ["open"], "$or": [{"total": [0]}, {"subscription": [{"exists": true}]}]});
        assert!(
            told(either.clone(), Source::Invoice).is_some_and(|told| told.starts_with("subscription → "))
        );
        assert_eq!(told(either, Source::Customer), None);
        let own = json!({"status": ["open"], "metadata": {"paid": ["1"]}, "parent": {"subscription_details": {"subscription": [{"exists": true}]}}});
        assert_eq!(told(own, Source::Invoice), None);
    }
}
