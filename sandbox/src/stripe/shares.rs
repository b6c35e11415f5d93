//! Integer arithmetic with percentages: Stripe rounds to the nearest minor unit, halves away from
//! zero ("Rounding rules", support.stripe.com).

use serde_json::Value;

/// 100 % in the unit of [`parts`]: percentages have at most four decimals (Stripe's API reference of tax rates).
const WHOLE: i128 = 1_000_000;

/// A percentage as it stands in an object, in millionths of a whole.
pub(super) fn parts(percentage: &Value) -> i128 {
    let percentage = percentage.as_f64().unwrap_or_default().clamp(-1e6, 1e6);
    #[expect(clippy::cast_possible_truncation, reason = "clamped to what fits")]
    let parts = (percentage * 10_000.0).round() as i64;
    parts.into()
}

/// `amount` × `parts`, to the nearest minor unit.
pub(super) fn share(amount: i64, parts: i128) -> i64 {
    nearest(i128::from(amount) * parts, WHOLE)
}

/// What `parts` make up in an amount that includes `included` of them.
pub(super) fn share_within(amount: i64, parts: i128, included: i128) -> i64 {
    nearest(i128::from(amount) * parts, WHOLE + included)
}

fn nearest(dividend: i128, divisor: i128) -> i64 {
    if divisor <= 0 {
        return 0;
    }
    let half = divisor / 2 * dividend.signum();
    i64::try_from((dividend + half) / divisor).unwrap_or_default()
}

/// Distributes `total` by `weights`, so that the shares add up to it: each the nearest below, what
/// remains one by one to the largest remainders.
pub(super) fn spread(total: i64, weights: &[i64]) -> Vec<i64> {
    let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let exact = |weight: i64| i128::from(total) * i128::from(weight);
    let mut shares: Vec<i64> = weights
        .iter()
        .map(|weight| i64::try_from(exact(*weight).div_euclid(sum)).unwrap_or_default())
        .collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(exact(weights[*index]).rem_euclid(sum)));
    let left = total - shares.iter().sum::<i64>();
    for index in order.into_iter().take(usize::try_from(left).unwrap_or_default()) {
        shares[index] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn halves_go_away_from_zero() {
        assert_eq!(share(5, parts(&json!(10))), 1);
        assert_eq!(share(-5, parts(&json!(10))), -1);
        assert_eq!(share(1234, parts(&json!(8))), 99);
        assert_eq!(share(10_000, parts(&json!(25.5))), 2_550);
    }

    #[test]
    fn an_inclusive_share_is_within_the_amount() {
        let ten = parts(&json!(10));
        assert_eq!(share_within(1_100, ten, ten), 100);
        assert_eq!(share_within(1_000, ten, ten), 91);
    }

    #[test]
    fn shares_add_up() {
        assert_eq!(spread(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(spread(7, &[0, 0]), [0, 0]);
    }
}
