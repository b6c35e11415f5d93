//! Monthly recurring revenue.

use crate::json::Value;
use crate::json_text::number_text;

use super::ratio::Ratio;
use super::{Related, Unknown, Untold, amount, inside, is_in, text};
use crate::mapping::decimal::Decimal;

/// What these subscriptions bring in a month in this currency, in its own decimals, rounded once at
/// the end to the currency's minor unit.
///
/// A year is 12 months, 52 weeks and 365 days. Discounts are taken off in Stripe's order: those of an
/// item, then those of the subscription, each from what the one before left. A subscription without
/// any has its customer's, if `customer` is known. One that applies `once` is no part of what recurs.
/// `related` holds the discounts and coupons that are not expanded; `now` is asked for only where a
/// discount ends.
///
/// # Errors
/// [`Unknown`] where a price or discount does not tell what it comes to in a month.
pub fn monthly_recurring_revenue(
    subscriptions: &[&Value],
    currency: &str,
    customer: Option<&Value>,
    related: &Related,
    now: Option<i64>,
) -> Result<String, Unknown> {
    let mut total = Ratio::ZERO;
    let book = Book { currency, customer, related, now };
    for subscription in subscriptions {
        let monthly = if recurs(subscription) && is_in(subscription, currency) {
            book.subscription(subscription)?
        } else {
            Ratio::ZERO
        };
        total = total.plus(monthly).ok_or(Unknown::TooLarge)?;
    }
    amount(total.nearest().ok_or(Unknown::TooLarge)?, currency)
}

fn recurs(subscription: &Value) -> bool {
    let is_collected = subscription.get("pause_collection").is_none_or(Value::is_null);
    is_collected && matches!(text(subscription, "status"), "active" | "past_due")
}

struct Book<'a> {
    currency: &'a str,
    customer: Option<&'a Value>,
    related: &'a Related,
    now: Option<i64>,
}

impl<'a> Book<'a> {
    fn subscription(&self, subscription: &'a Value) -> Result<Ratio, Unknown> {
        let items = subscription.get("items");
        let is_whole = items.and_then(|items| items.get("has_more")) != Some(&Value::Bool(true));
        let data = items.and_then(|items| items.get("data")).and_then(Value::as_array);
        let Some(items) = data.filter(|_| is_whole) else {
            return Err(Unknown::Incomplete(text(subscription, "id").to_owned()));
        };
        let mut total = Ratio::ZERO;
        let mut months: Vec<Ratio> = Vec::new();
        for item in items {
            let interval = months_between(item)?;
            let monthly = monthly_price(item, interval, self.currency)?;
            let left = self.discounted(monthly, item, Some(interval))?;
            total = total.plus(left).ok_or(Unknown::TooLarge)?;
            if !months.contains(&interval) {
                months.push(interval);
            }
        }
        let interval = if let [one] = months.as_slice() { Some(*one) } else { None };
        let customer = self.customer.filter(|_| inherits(subscription));
        self.discounted(total, customer.unwrap_or(subscription), interval)
    }

    /// What the discounts of an item, subscription or customer leave of a monthly amount.
    fn discounted(
        &self,
        monthly: Ratio,
        holder: &'a Value,
        interval: Option<Ratio>,
    ) -> Result<Ratio, Unknown> {
        let mut left = monthly;
        for discount in discounts_of(holder) {
            let discount = self.resolved(discount)?;
            if let Some(coupon) = self.lasting_coupon(discount)? {
                left = self.less(left, coupon, interval)?;
            }
        }
        Ok(left)
    }

    fn resolved(&self, value: &'a Value) -> Result<&'a Value, Unknown> {
        match value {
            Value::String(id) => self.related.get(id).ok_or_else(|| Unknown::NotGathered(id.clone())),
            object => Ok(object),
        }
    }

    /// The coupon of a discount that goes on.
    fn lasting_coupon(&self, discount: &'a Value) -> Result<Option<&'a Value>, Unknown> {
        let end = discount.get("end").and_then(Value::as_i64);
        if let Some(end) = end
            && self.now.ok_or(Unknown::NoMoment)? >= end
        {
            return Ok(None);
        }
        let coupon = coupon(discount).ok_or_else(|| Unknown::NotGathered(text(discount, "id").to_owned()))?;
        Ok(Some(self.resolved(coupon)?).filter(|coupon| text(coupon, "duration") != "once"))
    }

    fn less(&self, monthly: Ratio, coupon: &Value, interval: Option<Ratio>) -> Result<Ratio, Unknown> {
        let unknown = |why| Unknown::Amount { of: text(coupon, "id").to_owned(), why };
        if inside(coupon, ["applies_to", "products"]).and_then(Value::as_array).is_some_and(|p| !p.is_empty())
        {
            return Err(unknown(Untold::SomeProducts));
        }
        if let Some(percent) = number(coupon.get("percent_off")) {
            let off = Ratio::of(percent).and_then(|percent| percent.times(Ratio::new(1, 100)?));
            let off = off.and_then(|off| monthly.times(off)).ok_or(Unknown::TooLarge)?;
            return Ok(monthly.minus(off).ok_or(Unknown::TooLarge)?.at_least_zero());
        }
        let Some(off) = number(coupon.get("amount_off")) else {
            return Err(unknown(Untold::NoDiscount));
        };
        if !is_in(coupon, self.currency) {
            return Err(unknown(Untold::OtherCurrency));
        }
        let months = interval.ok_or_else(|| unknown(Untold::SeveralIntervals))?;
        let off = Ratio::of(off).and_then(|off| off.times(months)).ok_or(Unknown::TooLarge)?;
        Ok(monthly.minus(off).ok_or(Unknown::TooLarge)?.at_least_zero())
    }
}

/// All discounts of a subscription that recurs, those of its items among them: each an object, or the id
/// of one.
pub(crate) fn discounts(subscription: &Value) -> impl Iterator<Item = &Value> {
    let items = inside(subscription, ["items", "data"]).and_then(Value::as_array).into_iter().flatten();
    let all = items.chain([subscription]).flat_map(discounts_of);
    all.filter(|_| recurs(subscription))
}

/// Whether it recurs at its customer's discount: it has none of its own, whatever its items have.
pub(crate) fn inherits(subscription: &Value) -> bool {
    recurs(subscription) && discounts_of(subscription).next().is_none()
}

fn discounts_of(holder: &Value) -> impl Iterator<Item = &Value> {
    let several = holder.get("discounts").and_then(Value::as_array).into_iter().flatten();
    several.chain(holder.get("discount").filter(|discount| !discount.is_null()))
}

/// The coupon of a discount, an object or the id of one. `coupon` is the name before 2025-09-30.clover.
pub(crate) fn coupon(discount: &Value) -> Option<&Value> {
    let of_source = discount.get("source").and_then(|source| source.get("coupon"));
    of_source.or_else(|| discount.get("coupon")).filter(|coupon| !coupon.is_null())
}

/// A price's interval as its share of a month: 1/12 for a year, 1/3 for three months.
fn months_between(item: &Value) -> Result<Ratio, Unknown> {
    let recurring = item.get("price").and_then(|price| price.get("recurring"));
    let count = recurring.and_then(|r| r.get("interval_count")).and_then(Value::as_i64).unwrap_or(1);
    let (numerator, denominator) = match recurring.map(|recurring| text(recurring, "interval")) {
        Some("day") => (365, 12),
        Some("week") => (52, 12),
        Some("month") => (1, 1),
        Some("year") => (1, 12),
        _ => return Err(unknown_price(item, Untold::Interval)),
    };
    let denominator = i128::from(count).checked_mul(denominator).ok_or(Unknown::TooLarge)?;
    Ratio::new(numerator, denominator).ok_or_else(|| unknown_price(item, Untold::Interval))
}

fn monthly_price(item: &Value, interval: Ratio, currency: &str) -> Result<Ratio, Unknown> {
    let price = item.get("price").unwrap_or(&Value::Null);
    // Such a price has its amounts in the subscription's currency among its `currency_options`.
    if price.get("currency").is_some() && !is_in(price, currency) {
        return Err(unknown_price(item, Untold::OtherCurrency));
    }
    if text(price, "billing_scheme") == "tiered" || price.get("tiers").is_some_and(Value::is_array) {
        return Err(unknown_price(item, Untold::Tiers));
    }
    if inside(price, ["recurring", "usage_type"]).and_then(Value::as_str) == Some("metered") {
        return Err(unknown_price(item, Untold::Metered));
    }
    let unit = number(price.get("unit_amount_decimal")).or_else(|| number(price.get("unit_amount")));
    let unit = unit.and_then(Ratio::of).ok_or_else(|| unknown_price(item, Untold::NoAmount))?;
    let quantity = packages(item, price)?;
    unit.times(quantity).and_then(|each| each.times(interval)).ok_or(Unknown::TooLarge)
}

/// How many units are charged: the quantity, or packages of it (`transform_quantity`).
fn packages(item: &Value, price: &Value) -> Result<Ratio, Unknown> {
    let quantity = match item.get("quantity") {
        None | Some(Value::Null) => 1,
        Some(quantity) => quantity.as_i64().ok_or_else(|| unknown_price(item, Untold::Quantity))?,
    };
    let Some(by) = price.get("transform_quantity").filter(|transform| !transform.is_null()) else {
        return Ratio::new(quantity.into(), 1).ok_or(Unknown::TooLarge);
    };
    let size = by.get("divide_by").and_then(Value::as_i64).filter(|size| *size > 0);
    let size = size.ok_or_else(|| unknown_price(item, Untold::Packages))?;
    let whole = quantity.div_euclid(size);
    let is_begun = quantity.rem_euclid(size) > 0 && text(by, "round") == "up";
    Ratio::new(i128::from(whole) + i128::from(is_begun), 1).ok_or(Unknown::TooLarge)
}

fn unknown_price(item: &Value, why: Untold) -> Unknown {
    let price = item.get("price").map(|price| text(price, "id")).unwrap_or_default();
    Unknown::Amount { of: price.to_owned(), why }
}

/// A number, or a decimal number as text.
fn number(value: Option<&Value>) -> Option<Decimal> {
    match value? {
        Value::Number(number) => Decimal::parse(&number_text(number)),
        Value::String(text) => Decimal::parse(text),
        _ => None,
    }
}

#[cfg(test)]
#[path = "recurring_tests.rs"]
#[expect(clippy::needless_pass_by_value, reason = "json!(…) reads best as it stands")]
mod tests;
