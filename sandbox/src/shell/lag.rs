//! How long a kintone record lags behind the Stripe object it shows.
//!
//! The lag of a record is the time from the newest change of the object that the record can hold
//! to the record's commit. A change that no commit follows (it touched nothing that is mapped)
//! counts for nothing; the next one takes its place. A second commit shortly after the first, with
//! no change in between, means that the first was still about an older state: its lag is
//! lengthened, not counted again.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;

use crate::Millis;

/// How long after a commit another one still counts for the same change.
const SAME_CHANGE: Millis = 2_000;

/// The kinds of objects whose records are looked for. A record of a later kind also names objects
/// of the earlier ones (an invoice its customer), so the last kind found in a record is its own.
const KINDS: [&str; 3] = ["customer", "subscription", "invoice"];

/// The lags seen so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LagSummary {
    /// Changes whose record was seen.
    pub count: usize,
    /// Half of them lag no more than this, in milliseconds.
    pub p50: Option<Millis>,
    /// 95 of 100 lag no more than this, in milliseconds.
    pub p95: Option<Millis>,
    /// The longest, in milliseconds.
    pub max: Option<Millis>,
    /// Objects whose newest change no record has followed: not yet, or because it touched nothing
    /// that is mapped.
    pub unfollowed: usize,
}

/// What one kintone commit was found to be about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Matched {
    /// The Stripe object's id.
    pub(super) object: Option<String>,
    /// The lag in milliseconds; none if no change of the object called for this commit.
    pub(super) lag_ms: Option<Millis>,
}

#[derive(Debug)]
struct Object {
    rank: usize,
    changed_at: Millis,
    /// When the record was last committed, and where the lag stands in `lags`.
    written: Option<(Millis, usize)>,
    waiting: bool,
}

/// Follows both histories.
#[derive(Debug, Default)]
pub(super) struct Lag {
    objects: HashMap<String, Object>,
    commits: Vec<Matched>,
    lags: Vec<Millis>,
}

impl Lag {
    /// Takes in a change of a Stripe object.
    pub(super) fn note_change(&mut self, at: Millis, kind: &str, id: &str) {
        let Some(rank) = KINDS.iter().position(|known| *known == kind) else {
            return;
        };
        let object = self.objects.entry(id.to_owned()).or_insert(Object {
            rank,
            changed_at: at,
            written: None,
            waiting: true,
        });
        object.changed_at = at;
        object.waiting = true;
    }

    /// Takes in a commit of a kintone record.
    pub(super) fn note_commit(&mut self, at: Millis, record: &Value) {
        let matched = self.matched(at, record);
        self.commits.push(matched);
    }

    /// What the commit of that index in kintone's history was about.
    pub(super) fn commit(&self, index: usize) -> Matched {
        self.commits.get(index).cloned().unwrap_or_default()
    }

    pub(super) fn summary(&self) -> LagSummary {
        let mut lags = self.lags.clone();
        lags.sort_unstable();
        LagSummary {
            count: lags.len(),
            p50: percentile(&lags, 50),
            p95: percentile(&lags, 95),
            max: lags.last().copied(),
            unfollowed: self.objects.values().filter(|object| object.waiting).count(),
        }
    }

    fn matched(&mut self, at: Millis, record: &Value) -> Matched {
        let Some(id) = self.object_of(record) else {
            return Matched::default();
        };
        let lag_ms = self.objects.get_mut(&id).and_then(|object| {
            let lag = at - object.changed_at;
            match object.written {
                _ if object.waiting => {
                    object.written = Some((at, self.lags.len()));
                    self.lags.push(lag);
                }
                Some((before, place)) if at - before <= SAME_CHANGE => {
                    object.written = Some((at, place));
                    self.lags[place] = lag;
                }
                _ => return None,
            }
            object.waiting = false;
            Some(lag)
        });
        Matched { object: Some(id), lag_ms }
    }

    /// The object that a record shows: of all ids of known objects among its values, one of the
    /// latest kind.
    fn object_of(&self, record: &Value) -> Option<String> {
        let mut found: Option<(usize, &str)> = None;
        for field in record.as_object()?.values() {
            // A field is `{"type", "value"}`; a bare value does as well.
            let Some(id) = field.get("value").unwrap_or(field).as_str() else {
                continue;
            };
            if let Some(object) = self.objects.get(id)
                && found.is_none_or(|(rank, _)| rank < object.rank)
            {
                found = Some((object.rank, id));
            }
        }
        found.map(|(_, id)| id.to_owned())
    }
}

/// The nearest-rank percentile of sorted values.
fn percentile(sorted: &[Millis], percent: usize) -> Option<Millis> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn record(ids: &[&str]) -> Value {
        let field = |(n, id): (usize, &&str)| (format!("f{n}"), json!({"type": "T", "value": id}));
        ids.iter().enumerate().map(field).collect::<serde_json::Map<_, _>>().into()
    }

    #[test]
    fn a_lag_runs_from_the_change_to_the_commit_of_the_record_that_names_the_object() {
        let mut lag = Lag::default();
        lag.note_change(1_000, "customer", "cus_1");
        lag.note_change(1_000, "customer", "cus_2");
        lag.note_commit(1_180, &record(&["made up", "cus_1"]));
        assert_eq!(lag.commit(0), Matched { object: Some("cus_1".into()), lag_ms: Some(180) });
        let summary = lag.summary();
        assert_eq!((summary.count, summary.p50, summary.unfollowed), (1, Some(180), 1));
    }

    #[test]
    fn a_record_that_names_two_objects_shows_the_one_of_the_later_kind() {
        let mut lag = Lag::default();
        lag.note_change(0, "customer", "cus_1");
        lag.note_change(0, "subscription", "sub_1");
        lag.note_change(0, "invoice", "in_1");
        lag.note_commit(5, &record(&["cus_1", "in_1", "sub_1"]));
        lag.note_commit(6, &record(&["sub_1", "cus_1"]));
        lag.note_commit(7, &record(&["cus_1"]));
        let objects: Vec<_> = (0..3).map(|n| lag.commit(n).object.unwrap()).collect();
        assert_eq!(objects, ["in_1", "sub_1", "cus_1"]);
    }

    #[test]
    fn a_second_commit_for_the_same_change_lengthens_the_lag() {
        let mut lag = Lag::default();
        lag.note_change(0, "customer", "cus_1");
        lag.note_change(90, "customer", "cus_1");
        lag.note_commit(100, &record(&["cus_1"]));
        lag.note_commit(300, &record(&["cus_1"]));
        let summary = lag.summary();
        assert_eq!((summary.count, summary.max), (1, Some(210)));
    }

    #[test]
    fn a_commit_that_no_change_called_for_has_no_lag() {
        let mut lag = Lag::default();
        lag.note_change(0, "customer", "cus_1");
        lag.note_commit(100, &record(&["cus_1"]));
        lag.note_commit(100 + SAME_CHANGE + 1, &record(&["cus_1"]));
        lag.note_commit(9_000, &record(&["someone's own"]));
        assert_eq!(lag.commit(1).lag_ms, None);
        assert_eq!(lag.commit(2), Matched::default());
        assert_eq!(lag.summary().max, Some(100));
    }

    #[test]
    fn percentiles_are_values_that_were_seen() {
        assert_eq!(percentile(&[], 50), None);
        assert_eq!(percentile(&[7], 95), Some(7));
        let sorted: Vec<Millis> = (1..=100).collect();
        assert_eq!((percentile(&sorted, 50), percentile(&sorted, 95)), (Some(50), Some(95)));
    }
}
