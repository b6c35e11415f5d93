//! Schema drift: an app's form before and after a change, in terms of what breaks in the mapping.

use super::gives::{may_be_empty, written_texts};
use super::mapping::{is_mapped, may_repeat, must_be_written};
use super::table::{columns_of, rule_of, source_of};
use super::{Code, Issue, IssueBuilder};
use crate::ByName;
use crate::kintone::{Field, FormSchema};
use crate::mapping::{FieldRule, Rows, Source, Target, Value, WriteMode};

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
    issues.extend(of_copy(&target.key.field, before, after, &|code| at(code, &target.key.field)));
    for (index, rule) in target.fields.iter().enumerate() {
        let here = |code: Code| at(code, &rule.field).rule(index);
        issues.extend(of_rule(rule, target.source, before, after, &here));
    }
    for (field, text) in target.marks() {
        let here = |code: Code| at(code, field);
        issues.extend(of_field(field, &before.properties, &after.properties, &here));
        issues.extend(of_options(&[text], before.field(field), after.field(field), &here));
    }
    for field in asked_now(before, after, &|code| is_mapped(target, code)) {
        let rule = target.fields.iter().enumerate().find(|(_, rule)| rule.field == field.code);
        match rule {
            Some((at_rule, rule)) if may_be_empty(rule, target.source) => {
                issues.push(at(Code::BecameRequired, &field.code).rule(at_rule).build());
            }
            Some(_) => {}
            None if target.key.field == field.code || target.write_mode == WriteMode::UpdateOnly => {}
            None => issues.push(at(Code::RequiredUnmapped, &field.code).build()),
        }
    }
    issues
}

/// The fields without which a record is refused now, and was not before.
fn asked_now<'f>(
    before: &FormSchema,
    after: &'f FormSchema,
    is_mapped: &dyn Fn(&str) -> bool,
) -> Vec<&'f Field> {
    let was_asked = |code| before.field(code).is_some_and(|field| must_be_written(field, before, is_mapped));
    let asked = after.properties.values();
    asked.filter(|field| must_be_written(field, after, is_mapped) && !was_asked(&field.code)).collect()
}

fn of_rule(
    rule: &FieldRule,
    source: Source,
    before: &FormSchema,
    after: &FormSchema,
    here: &dyn Fn(Code) -> IssueBuilder,
) -> Vec<Issue> {
    let mut issues = of_field(&rule.field, &before.properties, &after.properties, here);
    let (old, new) = (before.field(&rule.field), after.field(&rule.field));
    issues.extend(of_options(&written_texts(rule), old, new, here));
    issues.extend(of_copy(&rule.field, before, after, here));
    let (Some(old), Some(new)) = (old, new) else {
        return issues;
    };
    if new.unique && !old.unique && may_repeat(rule, source) {
        issues.push(here(Code::UniqueMayRepeat).build());
    }
    if let Value::Rows(rows) = &rule.value {
        issues.extend(of_columns(rows, source_of(rows, source), &columns_of(old), &columns_of(new), here));
    }
    issues
}

/// The columns of a table, as the rules of fields are held.
fn of_columns(
    rows: &Rows,
    source: Source,
    before: &FormSchema,
    after: &FormSchema,
    here: &dyn Fn(Code) -> IssueBuilder,
) -> Vec<Issue> {
    let key = &rows.key.field;
    let at = |code: Code, column: &str| here(code).field_of(Some(after), column);
    let mut issues = of_field(key, &before.properties, &after.properties, &|code| at(code, key));
    for column in &rows.columns {
        issues.extend(of_rule(&rule_of(column), source, before, after, &|code| at(code, &column.field)));
    }
    let column_of = |code: &str| rows.columns.iter().find(|column| column.field == code);
    let is_mapped = |code: &str| code == key || column_of(code).is_some();
    for field in asked_now(before, after, &is_mapped).into_iter().filter(|field| field.code != *key) {
        let code = match column_of(&field.code) {
            Some(column) if may_be_empty(&rule_of(column), source) => Code::BecameRequired,
            Some(_) => continue,
            None => Code::RequiredUnmapped,
        };
        issues.push(at(code, &field.code).build());
    }
    issues
}

/// A lookup fills the field now.
fn of_copy(
    code: &str,
    before: &FormSchema,
    after: &FormSchema,
    here: &dyn Fn(Code) -> IssueBuilder,
) -> Option<Issue> {
    let lookup = after.copied_by(code).filter(|_| before.copied_by(code).is_none())?;
    Some(here(Code::LookupCopyTarget).detail(&lookup.label).build())
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
            "表": {"type": "SUBTABLE", "fields": {"行": {"type": "SINGLE_LINE_TEXT"}, "額": {"type": "NUMBER"},
                "区分": {"type": "DROP_DOWN", "options": {"a": {"index": "0"}, "b": {"index": "1"}}}, "他": {"type": "NUMBER"}}},
            "関係ない": {"type": "NUMBER"}, "印": {"type": "SINGLE_LINE_TEXT"}
        })
    }

    fn drift(change: impl Fn(&mut Json)) -> Vec<(String, Option<usize>, String)> {
        drift_of("upsert", form(), change)
    }

    fn drift_of(mode: &str, form: Json, change: impl Fn(&mut Json)) -> Vec<(String, Option<usize>, String)> {
        let target: Target = serde_json::from_value(json!({
            "source": "customer", "app": "a", "key": {"field": "ID"}, "on_delete": {"mark": {"field": "印", "value": "x"}},
            "write_mode": mode,
            "fields": [{"field": "氏名", "value": {"path": "name"}},
                {"field": "状態", "value": {"path": "status"}, "transform": [{"map": {"values": {"active": "有効", "canceled": "解約"}}}]},
                {"field": "表", "value": {"rows": {"list": "items.data", "key": {"field": "行"}, "columns": [
                    {"field": "額", "value": {"path": "amount"}},
                    {"field": "区分", "value": {"path": "type"}, "transform": [{"map": {"values": {"x": "a"}}}]}]}}}]}))
        .unwrap();
        let mut changed = form.clone();
        change(&mut changed);
        let schema = |properties: Json| serde_json::from_value(json!({ "properties": properties })).unwrap();
        let issues = schema_drift("t", &target, &schema(form), &schema(changed));
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
    fn what_breaks_inside_a_table_is_named() {
        let inside = |change: &dyn Fn(&mut Json)| codes(|form| change(&mut form["表"]["fields"]));
        assert_eq!(
            inside(&|form| drop(remove(&mut form["区分"]["options"], "a"))),
            one("option_removed", Some(2))
        );
        assert_eq!(
            inside(&|form| drop(remove(&mut form["区分"]["options"], "b"))),
            one("unused_option_removed", Some(2))
        );
        assert_eq!(inside(&|form| form["額"]["required"] = json!(true)), one("became_required", Some(2)));
        assert_eq!(inside(&|form| form["他"]["required"] = json!(true)), one("required_unmapped", Some(2)));
        assert_eq!(inside(&|form| form["行"]["required"] = json!(true)), []);
        assert_eq!(inside(&|form| form["行"]["type"] = json!("NUMBER")), one("field_type_changed", Some(2)));
    }

    #[test]
    fn a_field_that_becomes_unique_and_a_key_that_a_lookup_fills_are_told() {
        assert_eq!(codes(|form| form["氏名"]["unique"] = json!(true)), one("unique_may_repeat", Some(0)));
        let lookup = json!({"fieldMappings": [{"field": "ID", "relatedField": "x"}]});
        assert_eq!(
            codes(|form| form["関係ない"]["lookup"] = lookup.clone()),
            one("lookup_copy_target", None)
        );
    }

    #[test]
    fn what_the_check_takes_as_it_is_drift_does_not_tell() {
        let form = |changed: &str| {
            let mut field = json!({"type": "SINGLE_LINE_TEXT"});
            if !changed.is_empty() {
                field[changed] = json!(true);
            }
            let table =
                json!({"type": "SUBTABLE", "fields": {"行": {"type": "SINGLE_LINE_TEXT"}, "額": field}});
            serde_json::from_value(
                json!({"properties": {"ID": {"type": "SINGLE_LINE_TEXT"}, "値": field, "表": table}}),
            )
            .unwrap()
        };
        let codes = |changed: &str, value: Json, empty: Json| {
            let columns = json!([{"field": "額", "value": value, "empty": empty}]);
            let target = json!({"source": "invoice", "app": "a", "key": {"field": "ID"}, "fields": [
                {"field": "値", "value": value, "empty": empty},
                {"field": "表", "value": {"rows": {"list": "lines.data", "key": {"field": "行"}, "columns": columns}}}]});
            let target: Target = serde_json::from_value(target).unwrap();
            let issues = schema_drift("t", &target, &form(""), &form(changed));
            issues.into_iter().map(|issue| (issue.code, issue.rule.unwrap())).collect::<Vec<_>>()
        };
        let path = |path: &str| json!({"path": path});
        for value in [path("id"), path("created"), json!({"constant": "x"})] {
            assert_eq!(codes("required", value, json!("clear")), []);
        }
        assert_eq!(codes("required", path("metadata.a"), json!({"default": "-"})), []);
        // Of a line it is not known.
        assert_eq!(codes("required", path("total"), json!("clear")), [("became_required".to_owned(), 1)]);
        assert_eq!(codes("unique", path("number"), json!("clear")).first().map(|(_, rule)| *rule), Some(1));
    }

    #[test]
    fn a_required_field_that_a_lookup_fills_no_more_is_told() {
        let asked = |lookup: &str| {
            codes(|form| {
                form["関係ない"] = json!({"type": "NUMBER", "required": true});
                form[lookup]["lookup"] =
                    json!({"fieldMappings": [{"field": "関係ない", "relatedField": "x"}]});
            })
        };
        assert_eq!(asked("氏名"), []);
        assert_eq!(asked("印"), one("required_unmapped", None));
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

    #[test]
    fn a_target_that_makes_no_records_needs_no_value_for_what_became_required() {
        let required = |form: &mut Json| form["関係ない"]["required"] = json!(true);
        assert_eq!(drift_of("update_only", form(), required), []);
        assert_eq!(drift_of("upsert", form(), required).len(), 1);
    }

    #[test]
    fn an_option_that_a_mark_writes_is_told_when_it_is_gone() {
        let mut marked = form();
        marked["印"] = json!({"type": "DROP_DOWN", "options": {"x": {"index": "0"}, "y": {"index": "1"}}});
        let gone = |option: &str| {
            let found =
                drift_of("upsert", marked.clone(), |form| drop(remove(&mut form["印"]["options"], option)));
            found.into_iter().map(|(code, rule, _)| (code, rule)).collect::<Vec<_>>()
        };
        assert_eq!(gone("x"), one("option_removed", None));
        assert_eq!(gone("y"), one("unused_option_removed", None));
    }
}
