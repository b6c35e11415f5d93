//! The rows of a table: a subscription's items, an invoice's lines.

use super::field::{Means, own_words};
use super::name::normal;
use super::reason::Why;
use super::value::{Beside, built};
use super::vocabulary::{Gives, find};
use crate::kintone::{Field, FieldType};
use crate::mapping::{Column, Empty, FieldRule, RowKey, Rows, Source, Value, WritePolicy};
use crate::short_list::sort_by_key;

/// The rule for a table whose columns are those of a list's elements.
pub(super) fn table(table: &Field, source: Source) -> Result<FieldRule, Why> {
    let (list, elements) = match source {
        Source::Subscription => ("items.data", Source::SubscriptionItem),
        Source::Invoice => ("lines.data", Source::InvoiceLine),
        _ => return Err(Why::Nothing),
    };
    let mut columns: Vec<(usize, Column)> =
        table.fields.values().filter_map(|field| column(field, elements)).collect();
    sort_by_key(&mut columns, |(order, _)| *order);
    if columns.is_empty() {
        return Err(Why::Nothing);
    }
    let is_key = |field: &&Field| {
        field.kind == FieldType::SingleLineText
            && field.lookup.is_none()
            && matches!(known(field, elements), Some((_, Gives::Id(_))))
    };
    let key = table.fields.values().find(is_key).ok_or(Why::NoRowKey)?;
    let rows = Rows {
        list: list.to_owned(),
        key: RowKey { field: key.code.clone(), path: "id".to_owned() },
        columns: columns.into_iter().map(|(_, column)| column).collect(),
        // Rows that people added are theirs.
        keep_others: true,
    };
    Ok(FieldRule {
        field: table.code.clone(),
        value: Value::Rows(rows),
        transform: Vec::new(),
        write_policy: WritePolicy::Always,
        empty: Empty::Clear,
        hidden: false,
    })
}

fn column(field: &Field, elements: Source) -> Option<(usize, Column)> {
    let (order, gives) = known(field, elements).filter(|_| field.lookup.is_none())?;
    let rule = built(field, Means::Own(gives), elements, &Beside::default()).ok()?.rule;
    let FieldRule { field, value, transform, empty, .. } = rule;
    Some((order, Column { field, value, transform, empty }))
}

fn known(field: &Field, elements: Source) -> Option<(usize, &'static Gives)> {
    let mut texts = [&field.label, &field.code].into_iter();
    texts.find_map(|text| find(own_words(elements), &normal(text)))
}
