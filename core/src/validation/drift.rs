//! Schema drift: an app's form before and after a change, in terms of what breaks in the mapping.

use super::gives::written_texts;
use super::mapping::must_be_filled;
use super::{Code, Issue, IssueBuilder};
use crate::ByName;
use crate::kintone::{Field, FormSchema};
use crate::mapping::{FieldRule, Target, Value, WriteMode};

/// What a change of the form broke for a target: nothing, unless the target uses what changed. What
/// was wrong before the change is not told again; [`super::check_target`] tells that.
#[must_use]
pub fn schema_drift(name: &str, target: &Target, before: &FormSchema, after: &FormSchema) -> Vec<Issue> {
    let at = |code: Code, field: &str| {
        let label = if after.field(field).is_some() { after } else { before };
        Issue::of(code).target(name).field_of(Some(label), field)
    };
    let mut issues = of_field(&target.key.field, &before.properties, &after.properties, &|code| {
        at(code, &target.key.field)
    });
    let unique = |form: &FormSchema| form.field(&target.key.field).map(|field| field.unique);
    if unique(before) == Some(true) && unique(after) == Some(false) {
        issues.push(at(Code::KeyNotUnique, &target.key.field).build());
    }
    for (index, rule) in target.fields.iter().enumerate() {
        let here = |code: Code| at(code, &rule.field).rule(index);
        issues.extend(of_rule(rule, before, after, &here));
    }
    for (field, text) in target.marks() {
        let here = |code: Code| at(code, field);
        issues.extend(of_field(field, &before.properties, &after.properties, &here));
        issues.extend(of_options(&[text], before.field(field), after.field(field), &here));
    }
    let is_mapped =
        |code: &str| target.key.field == code || target.fields.iter().any(|rule| rule.field == code);
    let was_asked = |code: &str| before.field(code).is_some_and(must_be_filled);
    let asked = after.properties.values().filter(|field| {
        must_be_filled(field) && !was_asked(&field.code) && after.copied_by(&field.code).is_none()
    });
    for field in asked {
        let rule = target.fields.iter().position(|rule| rule.field == field.code);
        match rule {
            Some(rule) => issues.push(at(Code::BecameRequired, &field.code).rule(rule).build()),
            None if is_mapped(&field.code) || target.write_mode == WriteMode::UpdateOnly => {}
            None => issues.push(at(Code::RequiredUnmapped, &field.code).build()),
        }
    }
    issues
}

fn of_rule(
    rule: &FieldRule,
    before: &FormSchema,
    after: &FormSchema,
    here: &dyn Fn(Code) -> IssueBuilder,
) -> Vec<Issue> {
    let mut issues = of_field(&rule.field, &before.properties, &after.properties, here);
    let (old, new) = (before.field(&rule.field), after.field(&rule.field));
    issues.extend(of_options(&written_texts(rule), old, new, here));
    if before.copied_by(&rule.field).is_none()
        && let Some(lookup) = after.copied_by(&rule.field)
    {
        issues.push(here(Code::LookupCopyTarget).detail(&lookup.label).build());
    }
    if let (Value::Rows(rows), Some(old), Some(new)) = (&rule.value, old, new) {
        let columns = rows.columns.iter().map(|column| &column.field).chain([&rows.key.field]);
        let schema = FormSchema { properties: new.fields.clone(), revision: None };
        for column in columns {
            let at = |code: Code| here(code).field_of(Some(&schema), column);
            issues.extend(of_field(column, &old.fields, &new.fields, &at));
        }
    }
    issues
}

/// A field that was renamed, removed, or is of another type now.
fn of_field(
    code: &str,
    before: &ByName<Field>,
    after: &ByName<Field>,
    here: &dyn Fn(Code) -> IssueBuilder,
) -> Vec<Issue> {
    let Some(old) = before.get(code) else {
        return Vec::new();
    };
    let Some(new) = after.get(code) else {
        // The code is all that a record knows of a field; its label and type tell that it is the same.
        let mut same = after.values().filter(|field| {
            !before.contains_key(&field.code) && field.label == old.label && field.kind == old.kind
        });
        return vec![match (same.next(), same.next()) {
            (Some(renamed), None) => here(Code::FieldRenamed).detail(&renamed.code).build(),
            _ => here(Code::FieldRemoved).build(),
        }];
    };
    if new.kind == old.kind {
        Vec::new()
    } else {
        vec![
            here(Code::FieldTypeChanged)
                .detail(&[old.kind.as_str(), " → ", new.kind.as_str()].concat())
                .build(),
        ]
    }
}

/// An option is gone. Told as an error where the mapping writes it down, else as a warning: Stripe may
/// have it.
fn of_options(
    texts: &[&str],
    old: Option<&Field>,
    new: Option<&Field>,
    here: &dyn Fn(Code) -> IssueBuilder,
) -> Vec<Issue> {
    let (Some(old), Some(new)) = (old, new) else {
        return Vec::new();
    };
    let is_gone = |option: &&String| new.kind == old.kind && !new.options.contains(option);
    let gone = old.options.iter().filter(is_gone);
    let issue = |option: &String| {
        let is_written = texts.contains(&option.as_str());
        let code = if is_written { Code::OptionRemoved } else { Code::UnusedOptionRemoved };
        here(code).detail(option).build()
    };
    gone.map(issue).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    fn form() -> Json {
        json!({
            "ID": {"type": "SINGLE_LINE_TEXT", "unique": true}, "氏名": {"type": "SINGLE_LINE_TEXT", "label": "お名前"},
            "状態": {"type": "DROP_DOWN", "options": {"有効": {"index": "0"}, "解約": {"index": "1"}, "保留": {"index": "2"}}},
            "表": {"type": "SUBTABLE", "fields": {"行": {"type": "SINGLE_LINE_TEXT"}, "額": {"type": "NUMBER"}}},
            "関係ない": {"type": "NUMBER"}, "印": {"type": "SINGLE_LINE_TEXT"}
        })
    }

    fn drift(change: impl Fn(&mut Json)) -> Vec<(String, Option<usize>, String)> {
        let target: Target = serde_json::from_value(json!({
            "source": "customer", "app": "a", "key": {"field": "ID"}, "on_delete": {"mark": {"field": "印", "value": "x"}},
            "fields": [{"field": "氏名", "value": {"path": "name"}},
                {"field": "状態", "value": {"path": "status"}, "transform": [{"map": {"values": {"active": "有効", "canceled": "解約"}}}]},
                {"field": "表", "value": {"rows": {"list": "items.data", "key": {"field": "行"}, "columns": [
                    {"field": "額", "value": {"path": "amount"}}]}}}]}))
        .unwrap();
        let mut changed = form();
        change(&mut changed);
        let schema = |properties: Json| serde_json::from_value(json!({ "properties": properties })).unwrap();
        let issues = schema_drift("t", &target, &schema(form()), &schema(changed));
        issues.into_iter().map(|issue| (issue.code, issue.rule, issue.text.en)).collect()
    }

    fn remove(form: &mut Json, code: &str) -> Json {
        form.as_object_mut().unwrap().remove(code).unwrap()
    }

    fn codes(change: impl Fn(&mut Json)) -> Vec<(String, Option<usize>)> {
        drift(change).into_iter().map(|(code, rule, _)| (code, rule)).collect()
    }

    fn one(code: &str, rule: Option<usize>) -> Vec<(String, Option<usize>)> {
        vec![(code.to_owned(), rule)]
    }

    #[test]
    fn what_the_mapping_does_not_use_may_change() {
        assert_eq!(codes(|_| {}), []);
        assert_eq!(codes(|form| drop(remove(form, "関係ない"))), []);
        assert_eq!(codes(|form| form["新"] = json!({"type": "NUMBER"})), []);
        assert_eq!(codes(|form| form["氏名"]["label"] = json!("名前")), []);
    }

    #[test]
    fn a_renamed_field_is_told_by_its_new_code() {
        let found = drift(|form| {
            let field = remove(form, "氏名");
            form["name"] = field;
        });
        assert_eq!((found[0].0.as_str(), found[0].1), ("field_renamed", Some(0)));
        assert!(found[0].2.contains("name"), "{}", found[0].2);
    }

    #[test]
    fn what_breaks_is_named() {
        assert_eq!(codes(|form| drop(remove(form, "氏名"))), one("field_removed", Some(0)));
        assert_eq!(codes(|form| drop(remove(form, "ID"))), one("field_removed", None));
        assert_eq!(codes(|form| drop(remove(form, "印"))), one("field_removed", None));
        assert_eq!(codes(|form| form["氏名"]["type"] = json!("NUMBER")), one("field_type_changed", Some(0)));
        assert_eq!(codes(|form| form["ID"]["unique"] = json!(false)), one("key_not_unique", None));
        assert_eq!(codes(|form| form["氏名"]["required"] = json!(true)), one("became_required", Some(0)));
        assert_eq!(codes(|form| form["関係ない"]["required"] = json!(true)), one("required_unmapped", None));
        assert_eq!(
            codes(|form| drop(remove(&mut form["状態"]["options"], "解約"))),
            one("option_removed", Some(1))
        );
        assert_eq!(
            codes(|form| drop(remove(&mut form["状態"]["options"], "保留"))),
            one("unused_option_removed", Some(1))
        );
        assert_eq!(
            codes(|form| drop(remove(&mut form["表"]["fields"], "額"))),
            one("field_removed", Some(2))
        );
        let lookup = json!({"fieldMappings": [{"field": "氏名", "relatedField": "x"}]});
        assert_eq!(
            codes(|form| form["関係ない"]["lookup"] = lookup.clone()),
            one("lookup_copy_target", Some(0))
        );
    }
}
