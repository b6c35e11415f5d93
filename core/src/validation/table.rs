//! A table's rows held against the table's columns.

use super::mapping::{rule_issues, unmapped};
use super::{Code, Issue, IssueBuilder};
use crate::kintone::{Field, FormSchema, NumberPrecision};
use crate::mapping::{Column, FieldRule, Rows, Source, WritePolicy};

/// What is wrong with the rows of one table. `here` begins an issue at the table's rule.
pub(super) fn table_issues(
    rows: &Rows,
    table: &Field,
    source: Source,
    precision: NumberPrecision,
    here: &dyn Fn(Code) -> IssueBuilder,
) -> Vec<Issue> {
    let columns = columns_of(table);
    // Columns begin at an element. Of those of other lists no more is known than of a customer's id.
    let source = match (source, rows.list.get(..10)) {
        (Source::Subscription, Some("items.data")) => Source::SubscriptionItem,
        (Source::Invoice, Some("lines.data")) => Source::InvoiceLine,
        _ => Source::Customer,
    };
    let mut issues = key_issues(rows, &columns, here);
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

fn key_issues(rows: &Rows, columns: &FormSchema, here: &dyn Fn(Code) -> IssueBuilder) -> Vec<Issue> {
    let at = |code: Code| here(code).field_of(Some(columns), &rows.key.field);
    match columns.field(&rows.key.field) {
        None => vec![at(Code::UnknownField).build()],
        Some(field) if !field.kind.can_be_key() => vec![at(Code::RowKeyType).build()],
        Some(_) => Vec::new(),
    }
}
