//! How many subscriptions there are, since when, and when the next invoice is due.

use crate::json::Value;
use time::{Date, Duration};

use super::{Unknown, inside, text};
use crate::instant;

/// How many are active, on trial or overdue.
#[must_use]
pub fn active_subscriptions(subscriptions: &[&Value]) -> usize {
    subscriptions.iter().filter(|subscription| goes_on(subscription)).count()
}

/// The earliest end of a period of a subscription that goes on, in Unix seconds. One that ends with
/// its period brings no further invoice.
#[must_use]
pub fn next_billing_date(subscriptions: &[&Value]) -> Option<i64> {
    let periods =
        subscriptions.iter().filter(|subscription| goes_on(subscription)).filter_map(|subscription| {
            let end = period_end(subscription)?;
            let ends_with_it = subscription.get("cancel_at_period_end") == Some(&Value::Bool(true))
                || subscription.get("cancel_at").and_then(Value::as_i64).is_some_and(|at| at <= end);
            (!ends_with_it).then_some(end)
        });
    periods.min()
}

/// Since 2025-03-31.basil the period is an item's; before, the subscription's.
fn period_end(subscription: &Value) -> Option<i64> {
    let items = inside(subscription, ["items", "data"]).and_then(Value::as_array).into_iter().flatten();
    let ends = items.filter_map(|item| item.get("current_period_end").and_then(Value::as_i64));
    ends.min().or_else(|| subscription.get("current_period_end").and_then(Value::as_i64))
}

/// Whole months from the first start to now, or to the last end if all have ended; `None` if none has
/// ever begun. `offset_seconds` is that of the zone whose dates count. From a month's last day to
/// another's counts as whole.
///
/// # Errors
/// [`Unknown::NoMoment`] without `now` while one goes on; [`Unknown::TooLarge`] for moments beyond
/// the calendar.
pub fn tenure_months(
    subscriptions: &[&Value],
    now: Option<i64>,
    offset_seconds: impl Fn(i64) -> Option<i32>,
) -> Result<Option<i64>, Unknown> {
    let begun: Vec<&&Value> = subscriptions
        .iter()
        .filter(|subscription| !matches!(text(subscription, "status"), "incomplete" | "incomplete_expired"))
        .collect();
    let start = begun.iter().filter_map(|s| s.get("start_date").or(s.get("created"))?.as_i64()).min();
    let Some(start) = start else {
        return Ok(None);
    };
    let ends: Option<Vec<i64>> = begun.iter().map(|s| s.get("ended_at")?.as_i64()).collect();
    let end = match ends.and_then(|ends| ends.into_iter().max()) {
        Some(end) => end,
        None => now.ok_or(Unknown::NoMoment)?,
    };
    let date = |at| instant::parse_date(&instant::date_text(at, offset_seconds(at)?)?);
    let (Some(start), Some(end)) = (date(start), date(end)) else {
        return Err(Unknown::TooLarge);
    };
    Ok(Some(whole_months(start, end).max(0)))
}

fn whole_months(start: Date, end: Date) -> i64 {
    let months = |date: Date| i64::from(date.year()) * 12 + i64::from(u8::from(date.month()));
    let is_last_day = end.checked_add(Duration::DAY).is_none_or(|next| next.month() != end.month());
    let is_whole = end.day() >= start.day() || is_last_day;
    months(end) - months(start) - i64::from(!is_whole)
}

fn goes_on(subscription: &Value) -> bool {
    matches!(text(subscription, "status"), "active" | "trialing" | "past_due")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const DAY: i64 = 86_400;

    #[test]
    fn those_that_go_on_are_counted() {
        let all = ["active", "trialing", "past_due", "canceled", "unpaid", "paused", "incomplete", "new"]
            .map(|status| json!({"status": status}));
        assert_eq!(active_subscriptions(&all.iter().collect::<Vec<_>>()), 3);
    }

    #[test]
    fn the_next_invoice_is_the_earliest_of_those_that_come() {
        let at = |end: i64| json!({"status": "active", "items": {"data": [{"current_period_end": end + 5}, {"current_period_end": end}]}});
        let mut ending = at(10);
        ending["cancel_at_period_end"] = json!(true);
        let mut dated = at(20);
        dated["cancel_at"] = json!(20);
        let old = json!({"status": "active", "current_period_end": 40});
        let over = json!({"status": "canceled", "current_period_end": 1});
        let next = |all: &[&Value]| next_billing_date(all);
        assert_eq!(next(&[&ending, &dated, &at(50), &old, &over]), Some(40));
        assert_eq!(next(&[&ending, &over]), None);
    }

    fn tenure(all: &[Value], now: Option<i64>) -> Result<Option<i64>, Unknown> {
        tenure_months(&all.iter().collect::<Vec<_>>(), now, |_| Some(9 * 3600))
    }

    #[test]
    fn tenure_is_in_whole_months_of_the_zone() {
        // 2026-01-30T15:00:00Z is 31 January in Tokyo.
        let start = 1_769_785_200;
        let active = json!({"status": "active", "start_date": start, "ended_at": null});
        for (days, months) in [(0, 0), (27, 0), (28, 1), (30, 1), (58, 1), (59, 2), (365, 12), (-5, 0)] {
            assert_eq!(
                tenure(std::slice::from_ref(&active), Some(start + days * DAY)),
                Ok(Some(months)),
                "{days}"
            );
        }
        assert_eq!(tenure(std::slice::from_ref(&active), None), Err(Unknown::NoMoment));
        let ended = json!({"status": "canceled", "start_date": start, "ended_at": start + 59 * DAY});
        assert_eq!(tenure(std::slice::from_ref(&ended), None), Ok(Some(2)));
        let never = json!({"status": "incomplete_expired", "start_date": 0});
        assert_eq!(tenure(std::slice::from_ref(&never), Some(0)), Ok(None));
        assert_eq!(tenure(&[ended, active, never], Some(start + 365 * DAY)), Ok(Some(12)));
        assert_eq!(tenure(&[json!({"start_date": i64::MAX, "ended_at": 0})], None), Err(Unknown::TooLarge));
    }
}
