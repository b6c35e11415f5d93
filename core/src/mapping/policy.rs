//! What a target writes to a record as it is now.

use super::{CompiledTarget, WriteMode, WritePolicy};
use crate::kintone::{Record, is_empty};

impl CompiledTarget {
    /// Whether a field is written to the record as kintone has it now, none if it would be a new one:
    /// what its write policy says.
    #[must_use]
    pub fn writes(&self, code: &str, current: Option<&Record>) -> bool {
        match (self.write_policy(code), current) {
            (Some(WritePolicy::OnCreate), Some(_)) => false,
            (Some(WritePolicy::IfEmpty), Some(current)) => {
                current.get(code).is_none_or(|field| is_empty(&field.value))
            }
            _ => true,
        }
    }

    /// Whether it overwrites what `before` left alone in records that there are, although what it would
    /// write may be the same.
    #[must_use]
    pub fn overwrites_more_than(&self, before: &Self) -> bool {
        let is_freed = |(code, policy): (&str, WritePolicy)| {
            let was = before.write_policy(code);
            let is_always = policy == WritePolicy::Always && was.is_some_and(|was| was != policy);
            is_always || (before.keeps_others(code) && !self.keeps_others(code))
        };
        let left_all = before.write_mode == WriteMode::CreateOnly && self.write_mode != WriteMode::CreateOnly;
        left_all || self.write_policies().any(is_freed)
    }

    /// Whether the write mode leaves the record as it is.
    #[must_use]
    pub fn leaves(&self, current: Option<&Record>) -> bool {
        self.write_mode == WriteMode::CreateOnly && current.is_some()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::mapping::Compiled;

    #[test]
    fn a_mapping_overwrites_more_than_one_that_left_more_alone() {
        let target = |mode: &str, policy: &str, keep_others: bool| {
            let rows = json!({"list": "lines.data", "key": {"field": "k"}, "keep_others": keep_others});
            let target = json!({"source": "invoice", "app": "a", "key": {"field": "ID"}, "write_mode": mode,
                "fields": [{"field": "f", "value": {"path": "number"}, "write_policy": policy},
                           {"field": "t", "value": {"rows": rows}}]});
            let mapping = serde_json::from_value(json!({"version": 1, "targets": {"t": target}})).unwrap();
            Compiled::new(&mapping).unwrap().target("t").unwrap().clone()
        };
        let free = target("upsert", "always", false);
        for careful in [
            target("create_only", "always", false),
            target("upsert", "if_empty", false),
            target("upsert", "on_create", false),
            target("upsert", "always", true),
        ] {
            assert!(free.overwrites_more_than(&careful));
            assert!(!careful.overwrites_more_than(&free));
            assert!(!careful.overwrites_more_than(&careful));
        }
        assert!(!free.overwrites_more_than(&target("update_only", "always", false)));
    }

    #[test]
    fn a_record_is_written_as_far_as_its_rules_and_mode_say() {
        let target = |mode: &str| {
            let rule =
                |policy: &str| json!({"field": policy, "value": {"path": "name"}, "write_policy": policy});
            let target = json!({"source": "customer", "app": "a", "key": {"field": "ID"}, "write_mode": mode,
                "fields": [rule("always"), rule("on_create"), rule("if_empty")]});
            let mapping = serde_json::from_value(json!({"version": 1, "targets": {"t": target}})).unwrap();
            Compiled::new(&mapping).unwrap().target("t").unwrap().clone()
        };
        let upsert = target("upsert");
        let record = |value: &str| serde_json::from_value(json!({"if_empty": {"value": value}})).unwrap();
        let (filled, cleared) = (record("x"), record(""));
        let written = |current: Option<&Record>| {
            ["always", "on_create", "if_empty"].map(|code| upsert.writes(code, current))
        };
        assert_eq!(written(None), [true; 3]);
        assert_eq!(written(Some(&filled)), [true, false, false]);
        assert_eq!(written(Some(&cleared)), [true, false, true]);
        assert_eq!(written(Some(&Record::new())), [true, false, true]);
        for (mode, leaves) in [("upsert", false), ("update_only", false), ("create_only", true)] {
            assert_eq!(target(mode).leaves(Some(&filled)), leaves, "{mode}");
            assert!(!target(mode).leaves(None), "{mode}");
        }
    }
}
