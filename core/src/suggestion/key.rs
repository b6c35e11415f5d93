//! The key field: one that surely holds Stripe's id, or what to add in kintone.

use super::Confidence;
use super::field::own_words;
use super::name::{Name, is_own_number, normal};
use super::reason::{How, Note};
use super::vocabulary::{Gives, find};
use crate::kintone::{Field, FieldType, FormSchema};
use crate::mapping::{Key, Source};
use crate::short_list::sort_by_key;

/// Stripe's ids have up to about 30 characters.
const LONGEST_ID: u32 = 30;

/// The rank of an invoice's number, which is known to be Stripe's as little as its field's name says so.
const NUMBER: u8 = 3;
/// The rank of what may well be the company's own number.
const OWN_NUMBER: u8 = 4;

/// A key, and why.
#[derive(Debug, PartialEq)]
pub(super) struct Chosen {
    pub(super) key: Key,
    pub(super) how: Option<How>,
    pub(super) note: Option<Note>,
    pub(super) confidence: Confidence,
}

/// The field that holds the object's id. Where there is none that can, a field that is still to be
/// added or made unique: the check of the mapping says so.
pub(super) fn key(form: &FormSchema, source: Source) -> Chosen {
    let mut candidates: Vec<(u8, &Field, &'static str)> = form
        .properties
        .values()
        .filter_map(|field| rank(field, source).map(|(rank, path)| (rank, field, path)))
        .filter(|(_, field, _)| form.copied_by(&field.code).is_none())
        .collect();
    sort_by_key(&mut candidates, |(rank, field, _)| (*rank, !field.unique));
    // A field that names Stripe is the key, and has to be made unique if it is not.
    let is_clear = |rank: u8, field: &Field| rank == 0 || field.unique;
    match candidates.into_iter().find(|(rank, field, _)| is_clear(*rank, field)) {
        Some((rank, field, path)) => Chosen {
            key: Key { field: field.code.clone(), path: path.to_owned() },
            how: Some(How::Named(
                if known(&field.label, source).is_some() { &field.label } else { &field.code }.clone(),
            )),
            note: match rank {
                OWN_NUMBER => Some(Note::OwnNumber),
                NUMBER => Some(Note::WithoutDrafts),
                _ => None,
            },
            confidence: match rank {
                0 => Confidence::High,
                OWN_NUMBER => Confidence::Low,
                1 if source != Source::Customer => Confidence::High,
                _ => Confidence::Medium,
            },
        },
        None => Chosen {
            key: Key { field: new_code(form, source), path: "id".to_owned() },
            how: None,
            note: None,
            confidence: Confidence::Low,
        },
    }
}

/// How surely the field holds the object's id or number, from 0, and which.
fn rank(field: &Field, source: Source) -> Option<(u8, &'static str)> {
    let fits = field.kind == FieldType::SingleLineText
        && field.lookup.is_none()
        && field.max_length.is_none_or(|most| most >= LONGEST_ID);
    let texts = [&field.label, &field.code];
    let is_stripes = texts.iter().any(|text| Name::of(text).is_stripes);
    let gives = texts.iter().find_map(|text| known(text, source)).filter(|_| fits)?;
    Some(match gives {
        Gives::Id(_) if is_stripes => (0, "id"),
        Gives::Id(_) if is_own_number(field) => (OWN_NUMBER, "id"),
        Gives::Id(rank) => (*rank, "id"),
        _ => (NUMBER, "number"),
    })
}

fn known(text: &str, source: Source) -> Option<&'static Gives> {
    let found = find(own_words(source), &normal(text));
    found.map(|(_, gives)| gives).filter(|gives| matches!(gives, Gives::Id(_) | Gives::Number(_)))
}

/// The code of a field to be added, in the language of the form.
fn new_code(form: &FormSchema, source: Source) -> String {
    let is_english = form.properties.values().all(|field| normal(&field.label).is_ascii());
    let (ja, en) = match source {
        Source::Customer => ("Stripe顧客ID", "Stripe_customer_ID"),
        Source::Subscription => ("Stripe契約ID", "Stripe_subscription_ID"),
        Source::Invoice => ("Stripe請求ID", "Stripe_invoice_ID"),
        Source::SubscriptionItem | Source::InvoiceLine => ("Stripe明細ID", "Stripe_line_ID"),
    };
    let mut code = if is_english { en } else { ja }.to_owned();
    let is_taken = |code: &str| {
        form.properties.values().any(|field| field.code == code || field.fields.contains_key(code))
    };
    while is_taken(&code) {
        code.push_str("_2");
    }
    code
}
