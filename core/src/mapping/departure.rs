//! What becomes of a record whose object leaves its target or is deleted.

use crate::json::Value as Json;
use schemars::JsonSchema;
use serde::Serialize;

use super::shape::shaped;
use super::{CompiledTarget, Target, WritePolicy};
use crate::document::read_enum;
use crate::kintone::{FieldValue, FormSchema, Record};

/// What is done with a record whose object is no longer taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Departure {
    /// It stays as it is.
    #[default]
    Keep,
    /// A field says so: `{"field": "状態", "value": "解約"}`.
    Mark {
        /// The field code.
        field: String,
        /// The text that it is given.
        value: String,
    },
    /// The fields that the rules write are cleared, but for those that they fill only while they are empty.
    Clear,
    /// It is deleted.
    Delete,
}

read_enum!(Departure { "keep" => Keep, "mark" => Mark { field, value }, "clear" => Clear, "delete" => Delete });

impl Departure {
    pub(super) fn is_keep(&self) -> bool {
        *self == Self::Keep
    }
}

/// Why a record's object is no longer taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// It does not match the condition any more.
    Left,
    /// Stripe deleted it.
    Deleted,
}

/// What is to be done at kintone.
#[derive(Debug, Clone, PartialEq)]
pub enum Departed {
    /// Nothing.
    Keep,
    /// These fields are written.
    Write(Record),
    /// The record is deleted.
    Delete,
}

impl CompiledTarget {
    /// What becomes of a record whose object is gone. Its key is never touched, so that it is found
    /// again should the object come back.
    #[must_use]
    pub fn departed(&self, gone: Gone, form: Option<&FormSchema>) -> Departed {
        let departure = match gone {
            Gone::Left => &self.on_leave,
            Gone::Deleted => &self.on_delete,
        };
        let kind = |code: &str| form.and_then(|form| form.field(code)).map(|field| &field.kind);
        let written = |code: &str, value: &Json| {
            let value = shaped(value, kind(code)).unwrap_or_default();
            (code.to_owned(), FieldValue { value })
        };
        match departure {
            Departure::Keep => Departed::Keep,
            Departure::Delete => Departed::Delete,
            Departure::Mark { field, value } => {
                Departed::Write(Record::from([written(field, &Json::from(value.as_str()))]))
            }
            Departure::Clear => {
                let record: Record = self.cleared().map(|code| written(code, &Json::Null)).collect();
                if record.is_empty() { Departed::Keep } else { Departed::Write(record) }
            }
        }
    }

    /// The fields that [`Departure::Clear`] clears.
    pub fn cleared(&self) -> impl Iterator<Item = &str> {
        let ours = self.write_policies().filter(|(_, policy)| *policy != WritePolicy::IfEmpty);
        ours.map(|(code, _)| code)
    }
}

impl CompiledTarget {
    /// Whether a record is cleared when its object is gone, for any reason.
    #[must_use]
    pub fn may_clear(&self) -> bool {
        [&self.on_leave, &self.on_delete].contains(&&Departure::Clear)
    }

    /// The fields that say that an object is gone and that no rule writes, cleared: what has to be
    /// taken back once the object is there again. By code, with the texts that they were given.
    #[must_use]
    pub fn unmarked(&self, form: Option<&FormSchema>) -> Vec<(&str, &str, FieldValue)> {
        let departures = [&self.on_leave, &self.on_delete].into_iter();
        let marks = departures.filter_map(|departure| match departure {
            Departure::Mark { field, value } if self.rule_of(field).is_none() => {
                let kind = form.and_then(|form| form.field(field)).map(|field| &field.kind);
                let cleared = FieldValue { value: shaped(&Json::Null, kind).unwrap_or_default() };
                Some((field.as_str(), value.as_str(), cleared))
            }
            _ => None,
        });
        marks.collect()
    }
}

impl Target {
    /// The fields that mark a record whose object is gone, with the texts that they are given.
    pub(crate) fn marks(&self) -> impl Iterator<Item = (&str, &str)> {
        [&self.on_leave, &self.on_delete].into_iter().filter_map(|departure| match departure {
            Departure::Mark { field, value } => Some((field.as_str(), value.as_str())),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::mapping::{Compiled, Need};

    fn compiled(extra: &Json) -> Result<CompiledTarget, Vec<String>> {
        let mut target = json!({"source": "invoice", "app": "a", "key": {"field": "ID"}, "fields": [
            {"field": "氏名", "value": {"path": "customer_name"}}, {"field": "種別", "value": {"path": "status"}}]});
        for (name, value) in extra.as_object().unwrap() {
            target[name] = value.clone();
        }
        let mapping = serde_json::from_value(json!({"version": 1, "targets": {"t": target}})).unwrap();
        let compiled = Compiled::new(&mapping);
        let codes =
            |issues: Vec<crate::validation::Issue>| issues.into_iter().map(|issue| issue.code).collect();
        compiled.map(|compiled| compiled.target("t").unwrap().clone()).map_err(codes)
    }

    #[test]
    fn a_record_is_kept_unless_the_mapping_says_otherwise() {
        let form = serde_json::from_value(json!({"properties": {
            "氏名": {"type": "SINGLE_LINE_TEXT"}, "種別": {"type": "CHECK_BOX"}, "区分": {"type": "MULTI_SELECT"}}}))
        .unwrap();
        let departed = |extra: &Json| {
            let target = compiled(extra).unwrap();
            [Gone::Left, Gone::Deleted].map(|gone| target.departed(gone, Some(&form)))
        };
        let record = |record: Json| Departed::Write(serde_json::from_value(record).unwrap());
        assert_eq!(departed(&json!({})), [Departed::Keep, Departed::Keep]);
        assert_eq!(
            departed(&json!({"on_leave": "clear", "on_delete": "delete"})),
            [record(json!({"氏名": {"value": ""}, "種別": {"value": []}})), Departed::Delete]
        );
        assert_eq!(
            departed(&json!({"on_delete": {"mark": {"field": "区分", "value": "削除"}}})),
            [Departed::Keep, record(json!({"区分": {"value": ["削除"]}}))]
        );
    }

    #[test]
    fn what_is_filled_only_while_it_is_empty_is_not_cleared() {
        let departed = |fields: Json| {
            let target = compiled(&json!({"on_delete": "clear", "fields": fields})).unwrap();
            target.departed(Gone::Deleted, None)
        };
        let rule = |field: &str, policy: &str| json!({"field": field, "value": {"path": "id"}, "write_policy": policy});
        let record = serde_json::from_value(json!({"名": {"value": ""}, "初": {"value": ""}})).unwrap();
        let fields = json!([rule("名", "always"), rule("初", "on_create"), rule("備考", "if_empty")]);
        assert_eq!(departed(fields), Departed::Write(record));
        assert_eq!(departed(json!([rule("備考", "if_empty")])), Departed::Keep);
    }

    #[test]
    fn a_mark_that_no_rule_overwrites_is_taken_back() {
        let target = compiled(&json!({
            "on_leave": {"mark": {"field": "種別", "value": "対象外"}},
            "on_delete": {"mark": {"field": "区分", "value": "削除"}}}))
        .unwrap();
        let form = serde_json::from_value(json!({"properties": {"区分": {"type": "MULTI_SELECT"}}})).unwrap();
        let cleared = FieldValue { value: json!([]) };
        assert_eq!(target.unmarked(Some(&form)), [("区分", "削除", cleared)]);
        assert_eq!(compiled(&json!({})).unwrap().unmarked(None), []);
    }

    #[test]
    fn a_condition_chooses_the_objects() {
        let target = compiled(
            &json!({"condition": {"status": [{"anything-but": "draft"}], "total": [{"numeric": [">", 0]}]}}),
        )
        .unwrap();
        for (object, takes) in [
            (json!({"status": "open", "total": 5}), true),
            (json!({"status": "draft", "total": 5}), false),
            (json!({"status": "open", "total": 0}), false),
            (json!({}), false),
            (json!(null), false),
        ] {
            assert_eq!(target.takes(&object), takes, "{object}");
        }
        assert!(compiled(&json!({})).unwrap().takes(&json!({})));
        assert_eq!(compiled(&json!({"condition": {"status": "open"}})).unwrap_err(), ["invalid_condition"]);
    }

    #[test]
    fn what_the_engine_must_do_for_it_is_told() {
        let needs = |extra: &Json| compiled(extra).unwrap().needs().collect::<Vec<_>>();
        assert_eq!(needs(&json!({})), []);
        assert_eq!(needs(&json!({"condition": {"status": ["open"]}})), [(None, Need::Condition)]);
        for departure in [json!({"on_leave": "clear"}), json!({"on_delete": "delete"})] {
            assert_eq!(needs(&departure), [(None, Need::Departure)]);
        }
    }
}
