//! A mapping held against the form schemas of its apps.

use crate::json::Value as Json;

use super::gives::{doubtful, incompatible, may_be_empty, problems_of_texts};
use super::known::id_length;
use super::moved::{moved_in, moved_in_condition};
use super::record::problems_of_field;
use super::table::table_issues;
use super::value::is_enforced;
use super::{Code, Issue, IssueBuilder};
use crate::ByName;
use crate::kintone::{Field, FieldType, FormSchema, NumberPrecision};
use crate::mapping::{
    BuiltInZones, Compiled, Departure, FieldRule, Key, Mapping, Source, Target, Value, WriteMode,
    WritePolicy, Zones, shaped,
};

/// All that is wrong with a mapping: by itself, and against the forms of those targets whose forms
/// are given. Only the zones that are built in may be used.
#[must_use]
pub fn check_mapping(mapping: &Mapping, forms: &ByName<(FormSchema, NumberPrecision)>) -> Vec<Issue> {
    check_mapping_in(mapping, forms, &BuiltInZones)
}

/// The same, where the platform knows other zones too.
#[must_use]
pub fn check_mapping_in(
    mapping: &Mapping,
    forms: &ByName<(FormSchema, NumberPrecision)>,
    zones: &dyn Zones,
) -> Vec<Issue> {
    let mut issues = Compiled::with_zones(mapping, zones).err().unwrap_or_default();
    for (name, target) in &mapping.targets {
        if let Some((form, precision)) = forms.get(name) {
            issues.extend(check_target(name, target, form, *precision));
        }
    }
    issues
}

/// What is wrong with one target against its app's form.
#[must_use]
pub fn check_target(
    name: &str,
    target: &Target,
    form: &FormSchema,
    precision: NumberPrecision,
) -> Vec<Issue> {
    let at = |code: Code, field: &str| Issue::of(code).target(name).field_of(Some(form), field);
    let mut issues: Vec<Issue> = key_problems(&target.key, target.source, form)
        .into_iter()
        .map(|(code, detail)| at(code, &target.key.field).detail(&detail).build())
        .collect();
    let moved = target.condition.as_ref().and_then(|condition| moved_in_condition(condition, target.source));
    issues.extend(moved.map(|detail| Issue::of(Code::ConditionMoved).target(name).detail(&detail).build()));
    for (index, rule) in target.fields.iter().enumerate() {
        let here = |code: Code| at(code, &rule.field).rule(index);
        issues.extend(rule_issues(rule, target.source, form, precision, &here));
    }
    for (field, text) in target.marks() {
        issues.extend(mark_issues(target, field, text, form, precision, &|code| at(code, field)));
    }
    issues.extend(clear_issues(target, form, &at));
    let unmapped = unmapped(form, &|code| is_mapped(target, code));
    if target.write_mode != WriteMode::UpdateOnly {
        issues.extend(unmapped.into_iter().map(|field| at(Code::RequiredUnmapped, &field.code).build()));
    }
    issues
}

fn mark_issues(
    target: &Target,
    field: &str,
    text: &str,
    form: &FormSchema,
    precision: NumberPrecision,
    at: &dyn Fn(Code) -> IssueBuilder,
) -> Vec<Issue> {
    if field == target.key.field {
        return vec![at(Code::MarksKeyField).build()];
    }
    let kind = form.field(field).map(|field| &field.kind);
    if kind == Some(&FieldType::Subtable) {
        return vec![at(Code::TableNotMapped).build()];
    }
    let value = shaped(&Json::from(text), kind).unwrap_or_default();
    let mut problems = problems_of_field(form, field, &value, precision);
    if form.field(field).is_some_and(|field| field.unique) {
        problems.push((Code::UniqueMayRepeat, String::new()));
    }
    let issue = |(code, detail): (Code, String)| at(code).detail(&detail).value(&value).build();
    problems.into_iter().map(issue).collect()
}

/// A required field cannot be cleared once its object is gone.
fn clear_issues(target: &Target, form: &FormSchema, at: &dyn Fn(Code, &str) -> IssueBuilder) -> Vec<Issue> {
    let mut issues = Vec::new();
    for (name, departure) in [("on_leave", &target.on_leave), ("on_delete", &target.on_delete)] {
        let cleared = target.fields.iter().enumerate().filter(|_| *departure == Departure::Clear);
        for (index, rule) in cleared {
            if rule.write_policy != WritePolicy::IfEmpty && form.field(&rule.field).is_some_and(is_enforced) {
                issues.push(at(Code::ClearsRequired, &rule.field).rule(index).detail(name).build());
            }
        }
    }
    issues
}

fn key_problems(key: &Key, source: Source, form: &FormSchema) -> Vec<(Code, String)> {
    let Some(field) = form.field(&key.field) else {
        return vec![(Code::UnknownKeyField, String::new())];
    };
    let mut problems = Vec::new();
    if !field.kind.can_be_key() {
        problems.push((Code::KeyFieldType, field.kind.as_str().to_owned()));
    } else if !field.unique {
        problems.push((Code::KeyNotUnique, String::new()));
    }
    if let Some(lookup) = form.copied_by(&key.field) {
        problems.push((Code::LookupCopyTarget, lookup.label.clone()));
    }
    let length = match (source, key.path.as_str()) {
        (_, "id") => id_length(source),
        // A draft has no number yet, and a number never changes. Its prefix has three letters or more,
        // what follows a hyphen four digits.
        (Source::Invoice, "number") => 8,
        _ => {
            problems.push((Code::KeyMayChange, key.path.clone()));
            return problems;
        }
    };
    // Both have letters or a hyphen.
    if field.kind == FieldType::Number {
        problems.push((Code::IncompatibleType, [field.kind.as_str(), " ← ", &key.path].concat()));
    }
    if field.kind.can_be_key() && field.max_length.is_some_and(|most| most < length) {
        problems.push((Code::KeyFieldTooShort, length.to_string()));
    }
    problems
}

pub(super) fn rule_issues(
    rule: &FieldRule,
    source: Source,
    form: &FormSchema,
    precision: NumberPrecision,
    here: &dyn Fn(Code) -> IssueBuilder,
) -> Vec<Issue> {
    // Of the value only what the mapping itself writes down is known before there is an object.
    let of_field = problems_of_field(form, &rule.field, &Json::Null, precision);
    let of_field = of_field.into_iter().filter(|(code, _)| *code != Code::Required);
    let moved = moved_in(&rule.value, source).map(|detail| here(Code::PathMoved).detail(&detail).build());
    let mut issues: Vec<Issue> = of_field.map(|(code, detail)| here(code).detail(&detail).build()).collect();
    let Some(field) = form.field(&rule.field).filter(|_| issues.is_empty()) else {
        return issues;
    };
    if field.kind == FieldType::Subtable {
        return match &rule.value {
            Value::Rows(rows) => table_issues(rows, field, source, precision, here),
            _ => vec![here(Code::TableNotMapped).build()],
        };
    }
    for ((code, detail), value) in problems_of_texts(rule, field, form, precision) {
        issues.push(here(code).detail(&detail).value(&value).build());
    }
    if let Some(detail) = incompatible(rule, field, source) {
        issues.push(here(Code::IncompatibleType).detail(&detail).build());
    } else if let Some((code, detail)) = doubtful(rule, field, source).filter(|_| issues.is_empty()) {
        issues.push(here(code).because(detail).build());
    }
    if issues.is_empty() && is_enforced(field) && may_be_empty(rule, source) {
        issues.push(here(Code::RequiredMayBeEmpty).build());
    }
    if field.unique && may_repeat(rule, source) {
        issues.push(here(Code::UniqueMayRepeat).build());
    }
    issues.extend(moved);
    issues
}

/// Whether two objects may have the same value.
pub(super) fn may_repeat(rule: &FieldRule, source: Source) -> bool {
    let is_its_own = |path: &str| path == "id" || source == Source::Invoice && path == "number";
    !matches!(&rule.value, Value::Path(path) if is_its_own(path))
}

/// Whether a record without this field is refused. kintone never enforces CALC, and radio buttons
/// have a default.
fn must_be_filled(field: &Field) -> bool {
    field.required
        && !field.has_default()
        && field.kind != FieldType::RadioButton
        && (field.kind.is_writable() || field.kind == FieldType::File)
}

/// Whether something has to be written for the record to have this field: a lookup that is written fills
/// its copy targets.
pub(super) fn must_be_written(field: &Field, form: &FormSchema, is_mapped: &dyn Fn(&str) -> bool) -> bool {
    must_be_filled(field) && !form.copied_by(&field.code).is_some_and(|lookup| is_mapped(&lookup.code))
}

/// The fields without which a record is refused, and which nothing fills.
pub(super) fn unmapped<'f>(form: &'f FormSchema, is_mapped: &dyn Fn(&str) -> bool) -> Vec<&'f Field> {
    let fields = form.properties.values();
    fields.filter(|field| must_be_written(field, form, is_mapped) && !is_mapped(&field.code)).collect()
}

pub(super) fn is_mapped(target: &Target, code: &str) -> bool {
    target.key.field == code || target.fields.iter().any(|rule| rule.field == code)
}

#[cfg(test)]
#[path = "mapping_tests.rs"]
mod tests;
