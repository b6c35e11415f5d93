//! The rows of a table: a subscription's items, an invoice's lines.

use super::field::{Means, own_words};
use super::name::{Name, is_own_number};
use super::reason::{Note, Why};
use super::value::{Beside, Built, built};
use super::vocabulary::{Gives, find};
use crate::kintone::{Field, FieldType};
use crate::mapping::{Column, Empty, FieldRule, RowKey, Rows, Source, Value, WritePolicy};
use crate::short_list::sort_by_key;
use crate::text_search;

/// The rule for a table, what is to be known of it, and its columns that have none.
pub(super) struct Drafted<'f> {
    pub(super) rule: FieldRule,
    pub(super) note: Option<Note>,
    pub(super) left: Vec<(&'f Field, Why)>,
}

/// The rule for a table whose columns are those of a list's elements.
pub(super) fn table(table: &Field, source: Source) -> Result<Drafted<'_>, Why> {
    let (list, elements) = match source {
        Source::Subscription => ("items.data", Source::SubscriptionItem),
        Source::Invoice => ("lines.data", Source::InvoiceLine),
        _ => return Err(Why::Nothing),
    };
    let mut columns: Vec<(usize, Built)> = Vec::new();
    let mut left = Vec::new();
    for field in table.fields.values() {
        match column(field, elements) {
            Ok(column) => columns.push(column),
            Err(why) => left.push((field, why)),
        }
    }
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
    left.retain(|(field, _)| field.code != key.code);
    let note = columns.iter_mut().find_map(|(_, built)| built.note.take());
    let rows = Rows {
        list: list.to_owned(),
        key: RowKey { field: key.code.clone(), path: "id".to_owned() },
        columns: columns.into_iter().map(|(_, built)| of_rule(built.rule)).collect(),
        // Rows that people added are theirs.
        keep_others: true,
    };
    let rule = FieldRule {
        field: table.code.clone(),
        value: Value::Rows(rows),
        transform: Vec::new(),
        write_policy: WritePolicy::Always,
        empty: Empty::Clear,
        hidden: false,
    };
    Ok(Drafted { rule, note, left })
}

fn column(field: &Field, elements: Source) -> Result<(usize, Built), Why> {
    if !field.kind.is_writable() {
        return Err(Why::NotWritable);
    }
    let by_name = || known(field, elements).map(|known| (known, None));
    let found = by_name().or_else(|| Some((of_tax(field, elements)?, Some(Note::Tax))));
    let ((order, gives), note) = found.filter(|_| field.lookup.is_none()).ok_or(Why::Nothing)?;
    if matches!(gives, Gives::Reference(..)) && is_own_number(field) {
        return Err(Why::OwnNumber);
    }
    let mut built = built(field, Means::Own(gives), elements, &Beside::default())?;
    built.note = note.or(built.note);
    Ok((order, built))
}

/// The price of a piece whose name says whether tax is in it: the price's settings at Stripe say.
fn of_tax(field: &Field, elements: Source) -> Option<(usize, &'static Gives)> {
    let without = Name::of(&field.label).untold.filter(|_| text_search::contains(&field.label, "税"))?;
    let is_price = |gives: &Gives| matches!(gives, Gives::Amount(path) if path.starts_with("price."));
    find(own_words(elements), &without).filter(|(_, gives)| is_price(gives))
}

/// Rows of the list are Stripe's, whatever was typed into them.
fn of_rule(FieldRule { field, value, transform, .. }: FieldRule) -> Column {
    Column { field, value, transform, empty: Empty::Clear }
}

/// What a column is by its label or code, of the element itself.
fn known(field: &Field, elements: Source) -> Option<(usize, &'static Gives)> {
    let names = [Name::of(&field.label), Name::of(&field.code)];
    let by = |text: &str| find(own_words(elements), text).filter(|(_, gives)| !gives.is_of_parent());
    let [label, code] = &names;
    let by_code = |text| by(text).filter(|_| !label.says_more_than(code));
    let whole = by(&label.whole).or_else(|| by_code(&code.whole));
    whole.or_else(|| by(&label.bare)).or_else(|| by_code(&code.bare))
}
