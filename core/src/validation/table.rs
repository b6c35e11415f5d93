//! A table's rows held against the table's columns.

use super::mapping::{rule_issues, unmapped};
use super::{Code, Issue, IssueBuilder};
use crate::kintone::{Field, FormSchema, NumberPrecision};
use crate::mapping::{Column, Empty, FieldRule, Rows, Source, Value, WritePolicy};

/// What is wrong with the rows of one table. `here` begins an issue at the table's rule.
pub(super) fn table_issues(
    rows: &Rows,
    table: &Field,
    source: Source,
    precision: NumberPrecision,
    here: &dyn Fn(Code) -> IssueBuilder,
) -> Vec<Issue> {
    let columns = columns_of(table);
    let source = source_of(rows, source);
    let mut issues = key_issues(rows, source, &columns, precision, here);
    for column in &rows.columns {
        let at = |code: Code| here(code).field_of(Some(&columns), &column.field);
        issues.extend(rule_issues(&rule_of(column), source, &columns, precision, &at));
    }
    let is_mapped = |code: &str| rows.key.field == code || rows.columns.iter().any(|c| c.field == code);
    let unmapped = unmapped(&columns, &is_mapped).into_iter();
    issues.extend(
        unmapped.map(|field| here(Code::RequiredUnmapped).field_of(Some(&columns), &field.code).build()),
    );
    issues
}

/// Columns begin at an element. Of those of other lists no more is known than of a customer's id.
pub(super) fn source_of(rows: &Rows, source: Source) -> Source {
    match (source, rows.list.get(..10)) {
        (Source::Subscription, Some("items.data")) => Source::SubscriptionItem,
        (Source::Invoice, Some("lines.data")) => Source::InvoiceLine,
        _ => Source::Customer,
    }
}

/// A table's columns as the fields of a form.
pub(super) fn columns_of(table: &Field) -> FormSchema {
    FormSchema { properties: table.fields.clone(), revision: None }
}

/// A column's rule as that of a field.
pub(super) fn rule_of(column: &Column) -> FieldRule {
    FieldRule {
        field: column.field.clone(),
        value: column.value.clone(),
        transform: column.transform.clone(),
        write_policy: WritePolicy::Always,
        empty: column.empty.clone(),
        hidden: false,
    }
}

/// A key that kintone loses, cuts or fills itself would make a new row of each at every write.
fn key_issues(
    rows: &Rows,
    source: Source,
    columns: &FormSchema,
    precision: NumberPrecision,
    here: &dyn Fn(Code) -> IssueBuilder,
) -> Vec<Issue> {
    let key = &rows.key;
    let at = |code: Code| here(code).field_of(Some(columns), &key.field);
    if columns.field(&key.field).is_some_and(|field| !field.kind.can_be_key()) {
        return vec![at(Code::RowKeyType).build()];
    }
    let rule = rule_of(&Column {
        field: key.field.clone(),
        value: Value::Path(key.path.clone()),
        transform: Vec::new(),
        empty: Empty::Clear,
    });
    let mut issues = rule_issues(&rule, source, columns, precision, &at);
    // No row without a key is ever written.
    issues.retain(|issue| issue.code != Code::RequiredMayBeEmpty.as_str());
    issues
}
