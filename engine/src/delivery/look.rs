//! Reading records before they are written, where that cannot be done blindly.

use std::collections::BTreeMap;

use daicho_core::kintone::{FieldType, Number};
use daicho_core::mapping::{CompiledTarget, WriteMode, WritePolicy};

use super::dirty::{Doubt, Removed};
use super::item::{Item, Wish};
use crate::kintone::{Answer, AppForm, Client, FoundRecord, after_id, by_ids, by_keys};
use crate::mutant::{self, Mutant};
use crate::port::{SqlError, World};

/// What a look at the app showed of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seen {
    /// There was no need to look.
    NotLooked,
    /// There is no such record.
    Missing,
    /// There is.
    Found(FoundRecord),
}

/// Whether a record has to be read before it is written.
pub(super) fn needed(item: &Item, target: &CompiledTarget) -> bool {
    if item.doubt != Doubt::None {
        return true;
    }
    let is_untouched = item.known.as_ref().is_some_and(|known| known.untouched);
    if item.wish != Wish::Hold {
        // Its revision says whether it is as it was left. What people put there is kept before it is overwritten.
        return item.wish == Wish::Change && is_untouched;
    }
    if is_untouched && target.write_mode != WriteMode::CreateOnly {
        return true;
    }
    if target.has_tables() || item.returns() || item.removed != Removed::No {
        return true;
    }
    match item.known {
        Some(_) => target.write_policies().any(|(_, policy)| policy == WritePolicy::IfEmpty),
        // A person may have made it since the app was bound: what it held is kept before it is overwritten.
        None => !mutant::on(Mutant::MakeUnseen),
    }
}

/// Reads the records of those items that need it. Answers in the order of `items`.
pub(super) async fn look<W: World>(
    client: &Client<'_, W>,
    target: &CompiledTarget,
    form: &AppForm,
    items: &[Item],
) -> Result<Answer<Vec<Seen>>, SqlError> {
    let is_needed = |item: &&Item| needed(item, target);
    let wanted: Vec<&Item> = items.iter().filter(is_needed).collect();
    let found = match find(client, target, form, &wanted).await? {
        Ok(found) => found,
        Err(failure) => return Ok(Err(failure)),
    };
    let mut found = found.into_iter();
    let seen = |item: &Item| {
        if is_needed(&item) { found.next().unwrap_or(Seen::Missing) } else { Seen::NotLooked }
    };
    Ok(Ok(items.iter().map(seen).collect()))
}

/// Reads the records of these items: one request for those known by id, one for those known by key.
/// Answers in the order of `items`.
pub(super) async fn find<W: World>(
    client: &Client<'_, W>,
    target: &CompiledTarget,
    form: &AppForm,
    items: &[&Item],
) -> Result<Answer<Vec<Seen>>, SqlError> {
    let numeric = form.form.field(&target.key_field).is_some_and(|field| field.kind == FieldType::Number);
    let fields = fields(target);
    let ids: Vec<&str> =
        items.iter().filter_map(|item| item.known.as_ref()).map(|known| known.id.as_str()).collect();
    let keys: Vec<&str> =
        items.iter().filter(|item| item.known.is_none()).map(|item| item.key.as_str()).collect();
    let mut by_id = BTreeMap::new();
    let mut by_key = BTreeMap::new();
    if !ids.is_empty() {
        match client.find(&by_ids(ids.into_iter()), &fields).await? {
            Ok(found) => by_id.extend(found.into_iter().map(|record| (record.id.clone(), record))),
            Err(failure) => return Ok(Err(failure)),
        }
    }
    if !keys.is_empty() {
        match client.find(&by_keys(&target.key_field, keys.into_iter()), &fields).await? {
            Ok(found) => by_key.extend(found.into_iter().filter_map(|record| {
                let key = comparable(numeric, record.text(&target.key_field)?);
                Some((key, record))
            })),
            Err(failure) => return Ok(Err(failure)),
        }
    }
    let seen = |item: &&Item| {
        let found = match &item.known {
            Some(known) => by_id.get(&known.id),
            None => by_key.get(&comparable(numeric, &item.key)),
        };
        found.map_or(Seen::Missing, |record| Seen::Found(record.clone()))
    };
    Ok(Ok(items.iter().map(seen).collect()))
}

/// A page of up to [`PAGE`] of all records of the target's app, after the one with this number, in the order
/// of their numbers.
pub(crate) async fn page<W: World>(
    client: &Client<'_, W>,
    target: &CompiledTarget,
    after: i64,
) -> Result<Answer<Vec<FoundRecord>>, SqlError> {
    client.find(&after_id(after), &fields(target)).await
}

/// The most records of a page.
pub(crate) const PAGE: usize = 500;

/// What has to be known of a record: its key and what is written to it.
fn fields(target: &CompiledTarget) -> Vec<&str> {
    std::iter::once(target.key_field.as_str())
        .chain(target.write_policies().map(|(code, _)| code))
        .chain(target.unmarked(None).into_iter().map(|(code, _, _)| code))
        .collect()
}

/// A number's text as kintone may give it back: `007` is stored as `7`.
fn comparable(numeric: bool, key: &str) -> String {
    let number = Number::parse(key).filter(|_| numeric);
    number.map_or_else(|| key.to_owned(), |number| number.to_string())
}
