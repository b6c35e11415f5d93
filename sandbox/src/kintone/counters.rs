//! How many API requests each app got. kintone counts per app and day, and a day begins at 09:00 in
//! Tokyo, which is midnight UTC.

use std::collections::BTreeMap;

use serde::Serialize;

use super::instant;
use crate::Millis;

const DAY: Millis = 86_400_000;

/// Requests so far, refused ones included.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counters {
    /// All requests.
    pub total: u64,
    /// Those that were refused because they held more records than one request may.
    pub oversized: u64,
    /// By method and route, such as `PUT records.json`.
    pub routes: BTreeMap<String, u64>,
    /// By app, then by the date on which the window began in Tokyo.
    pub apps: BTreeMap<u64, BTreeMap<String, u64>>,
}

impl Counters {
    /// The requests of an app in the window that `now` is in.
    pub fn today(&self, app: u64, now: Millis) -> u64 {
        let days = self.apps.get(&app);
        days.and_then(|days| days.get(&window(now))).copied().unwrap_or(0)
    }

    pub(super) fn count_route(&mut self, method: &str, route: &str) {
        self.total += 1;
        *self.routes.entry(format!("{method} {route}")).or_default() += 1;
    }

    pub(super) fn count_app(&mut self, app: u64, now: Millis) {
        let days = self.apps.entry(app).or_default();
        *days.entry(window(now)).or_default() += 1;
    }
}

/// The date in Tokyo on which the window of `now` began.
fn window(now: Millis) -> String {
    instant::tokyo_date(now.div_euclid(DAY) * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_nine_in_tokyo() {
        let mut counters = Counters::default();
        let nine = 1_767_225_600_000; // 2026-01-01T09:00+09:00
        counters.count_app(1, nine - 1);
        counters.count_app(1, nine);
        assert_eq!(counters.today(1, nine - 1), 1);
        assert_eq!(counters.today(1, nine + DAY - 1), 1);
        assert_eq!(counters.apps[&1].keys().collect::<Vec<_>>(), ["2025-12-31", "2026-01-01"]);
    }
}
