//! Kinds of Stripe objects and what must be known of each to read it.

use std::fmt;

use crate::json::Value;

use crate::mapping::Source;

/// A kind of object, as Stripe's `object` property names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `customer`
    Customer,
    /// `subscription`
    Subscription,
    /// `invoice`
    Invoice,
    /// `subscription_item`: an element of a subscription's `items`.
    SubscriptionItem,
    /// `line_item`: an element of an invoice's `lines`.
    LineItem,
    /// `product`
    Product,
    /// `price`
    Price,
    /// `payment_method`
    PaymentMethod,
    /// `tax_id`
    TaxId,
    /// `tax_rate`
    TaxRate,
    /// `discount`: readable only within what it is of.
    Discount,
    /// `coupon`
    Coupon,
    /// `invoice_payment`
    InvoicePayment,
    /// `credit_note`
    CreditNote,
    /// `charge`
    Charge,
    /// `refund`
    Refund,
    /// Any other, including those that Stripe has yet to invent.
    Other(String),
}

impl Kind {
    /// The kind by Stripe's `object` property. Never fails: Stripe adds kinds.
    #[must_use]
    pub fn from_object(object: &str) -> Self {
        match object {
            "customer" => Self::Customer,
            "subscription" => Self::Subscription,
            "invoice" => Self::Invoice,
            "subscription_item" => Self::SubscriptionItem,
            "line_item" => Self::LineItem,
            "product" => Self::Product,
            "price" => Self::Price,
            "payment_method" => Self::PaymentMethod,
            "tax_id" => Self::TaxId,
            "tax_rate" => Self::TaxRate,
            "discount" => Self::Discount,
            "coupon" => Self::Coupon,
            "invoice_payment" => Self::InvoicePayment,
            "credit_note" => Self::CreditNote,
            "charge" => Self::Charge,
            "refund" => Self::Refund,
            other => Self::Other(other.to_owned()),
        }
    }

    /// Stripe's `object` property.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Customer => "customer",
            Self::Subscription => "subscription",
            Self::Invoice => "invoice",
            Self::SubscriptionItem => "subscription_item",
            Self::LineItem => "line_item",
            Self::Product => "product",
            Self::Price => "price",
            Self::PaymentMethod => "payment_method",
            Self::TaxId => "tax_id",
            Self::TaxRate => "tax_rate",
            Self::Discount => "discount",
            Self::Coupon => "coupon",
            Self::InvoicePayment => "invoice_payment",
            Self::CreditNote => "credit_note",
            Self::Charge => "charge",
            Self::Refund => "refund",
            Self::Other(other) => other,
        }
    }

    /// The path that lists objects of this kind, for example `/v1/customers`; `None` where Stripe
    /// lists them only under another object, or where we do not know the kind.
    #[must_use]
    pub fn list_path(&self) -> Option<&'static str> {
        Some(match self {
            Self::Customer => "/v1/customers",
            Self::Subscription => "/v1/subscriptions",
            Self::Invoice => "/v1/invoices",
            Self::Product => "/v1/products",
            Self::Price => "/v1/prices",
            Self::PaymentMethod => "/v1/payment_methods",
            Self::TaxId => "/v1/tax_ids",
            Self::TaxRate => "/v1/tax_rates",
            Self::Coupon => "/v1/coupons",
            Self::InvoicePayment => "/v1/invoice_payments",
            Self::CreditNote => "/v1/credit_notes",
            Self::Charge => "/v1/charges",
            Self::Refund => "/v1/refunds",
            Self::SubscriptionItem | Self::LineItem | Self::Discount | Self::Other(_) => return None,
        })
    }

    /// The source of a mapping's target that takes objects of this kind.
    #[must_use]
    pub fn source(&self) -> Option<Source> {
        match self {
            Self::Customer => Some(Source::Customer),
            Self::Subscription => Some(Source::Subscription),
            Self::Invoice => Some(Source::Invoice),
            Self::SubscriptionItem => Some(Source::SubscriptionItem),
            Self::LineItem => Some(Source::InvoiceLine),
            _ => None,
        }
    }
}

impl From<Source> for Kind {
    fn from(source: Source) -> Self {
        match source {
            Source::Customer => Self::Customer,
            Source::Subscription => Self::Subscription,
            Source::Invoice => Self::Invoice,
            Source::SubscriptionItem => Self::SubscriptionItem,
            Source::InvoiceLine => Self::LineItem,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether a list embedded anywhere in the object holds only its first page (`has_more: true`).
///
/// Stripe cuts `subscription.items` and `invoice.lines` at ten; kintone replaces a table whole, so
/// an incomplete list must never be written.
#[must_use]
pub fn has_incomplete_list(object: &Value) -> bool {
    match object {
        Value::Object(properties) => {
            let is_list = properties.get("object").and_then(Value::as_str) == Some("list");
            (is_list && properties.get("has_more") == Some(&Value::Bool(true)))
                || properties.values().any(has_incomplete_list)
        }
        Value::Array(items) => items.iter().any(has_incomplete_list),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_kind_knows_its_path() {
        assert_eq!(Kind::from_object("customer").list_path().unwrap(), "/v1/customers");
        assert_eq!(Kind::from_object("mandate").list_path(), None);
    }

    #[test]
    fn a_kind_keeps_stripes_name() {
        for name in ["customer", "invoice_payment", "tax_id", "line_item", "something.new"] {
            assert_eq!(Kind::from_object(name).as_str(), name);
        }
    }

    #[test]
    fn a_cut_list_is_found_at_any_depth() {
        let cut = json!({"object": "list", "data": [], "has_more": true});
        assert!(has_incomplete_list(&json!({"items": cut})));
        assert!(has_incomplete_list(
            &json!({"items": {"object": "list", "has_more": false, "data": [{"x": cut}]}})
        ));
        assert!(!has_incomplete_list(&json!({"lines": {"object": "list", "has_more": false, "data": []}})));
        assert!(!has_incomplete_list(&json!({"metadata": {"has_more": "true"}})));
    }
}
