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
