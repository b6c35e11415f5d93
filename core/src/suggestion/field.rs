//! What a field's label, code, lookup and options say it is.

use super::Confidence;
use super::choice;
use super::name::Name;
use super::reason::{How, Why};
use super::vocabulary::{
    CUSTOMER, Entry, Gives, INVOICE, INVOICE_LINE, Of, PROFILE, SUBSCRIPTION, SUBSCRIPTION_ITEM, find,
    tax_at_rate,
};
use crate::kintone::{Field, FieldType, LinkProtocol};
use crate::ledger::TaxPart;
use crate::mapping::Source;
use crate::text_search;

/// What stands before the name of something of a customer's.
const OF_CUSTOMER: [&str; 13] = [
    "顧客",
    "請求先",
    "会社",
    "企業",
    "代表",
    "契約者",
    "連絡先",
    "本社",
    "customer",
    "billing",
    "company",
    "contact",
    "client",
];
/// These are ours, or another's: `営業担当者のメールアドレス`.
const OF_OTHERS: &str = "ローマ字|営業|社内|自社|弊社|当社|社員|緊急|配送|送付|納品|前回|旧|仕入|英";

/// A name's reading, which Stripe does not keep: `氏名（カナ）`.
const READINGS: [&str; 4] = ["フリガナ", "ふりがな", "カナ", "かな"];

/// What a field is taken for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Meaning {
    pub(super) gives: Means,
    /// Its place in the vocabulary, for the order of the rules.
    pub(super) order: usize,
    pub(super) how: How,
    pub(super) confidence: Confidence,
    /// Whether the name says if tax is in it, which Stripe's amount leaves to the price.
    pub(super) is_of_tax: bool,
}

impl Meaning {
    pub(super) fn of((gives, order): (Means, usize), how: How, confidence: Confidence) -> Self {
        Self { gives, order, how, confidence, is_of_tax: false }
    }
}

/// A thing of the object itself, of its customer, or a total at one rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Means {
    Own(&'static Gives),
    Profile(&'static Gives),
    TaxAtRate(&'static str, TaxPart),
}

/// The words for what an object itself has.
pub(super) fn own_words(source: Source) -> &'static [Entry] {
    match source {
        Source::Customer => CUSTOMER,
        Source::Subscription => SUBSCRIPTION,
        Source::Invoice => INVOICE,
        Source::SubscriptionItem => SUBSCRIPTION_ITEM,
        Source::InvoiceLine => INVOICE_LINE,
    }
}

fn of_itself(source: Source) -> &'static [&'static str] {
    match source {
        Source::Customer => &[],
        Source::Subscription | Source::SubscriptionItem => &["契約", "subscription", "contract"],
        Source::Invoice => &["請求書", "請求", "invoice", "bill"],
        Source::InvoiceLine => &["明細", "line", "item"],
    }
}

/// What the field is taken for, or why nothing.
pub(super) fn meaning(field: &Field, source: Source) -> Result<Meaning, Why> {
    let names = [Name::of(&field.label), Name::of(&field.code)];
    if field.lookup.is_some() {
        return of_lookup(field, source, &names);
    }
    let [label, code] = &names;
    let by_name = |how: &dyn Fn(&Name) -> Option<(Means, usize)>| {
        // A code that is the label without what tells says less than the label.
        let code = Some(code).filter(|code| !label.says_more_than(code));
        let by_code = || Some((how(code?)?, field.code.clone()));
        how(label).map(|found| (found, field.label.clone())).or_else(by_code)
    };
    let is_others = |name: &Name| text_search::contains_any(&name.whole, OF_OTHERS);
    let exact = by_name(&|name| exactly(name, source));
    // A label that says whose it is outweighs a code that does not.
    if let Some((found, name)) = exact.filter(|(_, name)| *name == field.label || !is_others(label)) {
        return Ok(Meaning::of(found, How::Named(name), Confidence::High));
    }
    if names.iter().any(is_others) {
        return Err(Why::Nothing);
    }
    if let Some((found, name)) = by_name(&|name| in_part(name, source)) {
        return Ok(Meaning::of(found, How::NamedInPart(name), Confidence::Medium));
    }
    of_tax(field, &names, source).or_else(|| by_constraints(field, source)).ok_or(Why::Nothing)
}

/// An amount whose label says whether tax is in it. What is paid or still owed has it; of prices, their
/// settings at Stripe say.
fn of_tax(field: &Field, [label, code]: &[Name; 2], source: Source) -> Option<Meaning> {
    let without = label.untold.as_ref().filter(|_| label.is_of_tax())?;
    let found = known(without, source).or_else(|| known(&code.whole, source))?;
    let is_money = match found.0 {
        Means::Own(Gives::Amount(path)) if source == Source::Invoice => {
            path.starts_with("amount_") && text_search::contains(&label.whole, "税込")
        }
        Means::Own(Gives::Figure(_) | Gives::Recurring | Gives::Amount(_)) => source != Source::InvoiceLine,
        _ => false,
    };
    let is_of_tax = source != Source::Invoice;
    let sure = if is_of_tax { Confidence::Low } else { Confidence::Medium };
    let meaning = Meaning::of(found, How::NamedInPart(field.label.clone()), sure);
    is_money.then_some(Meaning { is_of_tax, ..meaning })
}

fn known(name: &str, source: Source) -> Option<(Means, usize)> {
    let own = find(own_words(source), name).map(|found| own(found, source));
    own.or_else(|| {
        find(PROFILE, name).filter(|_| source.element_of().is_none()).map(|found| profile(found, source))
    })
}

/// What the object itself has comes first, save that a customer is first of all a name and an address.
fn own((order, gives): (usize, &'static Gives), source: Source) -> (Means, usize) {
    (Means::Own(gives), if source == Source::Customer { 100 + order } else { order })
}

fn profile((order, gives): (usize, &'static Gives), source: Source) -> (Means, usize) {
    let order = match gives {
        Gives::Note(_) => 999,
        _ if source == Source::Customer => order,
        _ => 100 + order,
    };
    (Means::Profile(gives), order)
}

fn exactly(name: &Name, source: Source) -> Option<(Means, usize)> {
    let reading =
        || READINGS.iter().any(|word| name.whole.ends_with(word)).then(|| known("フリガナ", source))?;
    let at_rate = || {
        let (rate, part) = tax_at_rate(&name.whole).filter(|_| source == Source::Invoice)?;
        Some((Means::TaxAtRate(rate, part), known("消費税", source)?.1))
    };
    known(&name.whole, source).or_else(reading).or_else(at_rate)
}

fn in_part(name: &Name, source: Source) -> Option<(Means, usize)> {
    by_parts(&name.bare, source).or_else(|| by_parts(&name.turned, source))
}

fn by_parts(text: &str, source: Source) -> Option<(Means, usize)> {
    let unnumbered = text.strip_suffix('1').unwrap_or(text);
    let without = |prefixes: &[&str], words: &'static [Entry]| {
        prefixes.iter().find_map(|prefix| find(words, unnumbered.strip_prefix(prefix)?))
    };
    let of_itself = || without(of_itself(source), own_words(source)).map(|found| own(found, source));
    let of_customer = || without(&OF_CUSTOMER, PROFILE).filter(|_| source.element_of().is_none());
    known(unnumbered, source).or_else(of_itself).or_else(|| of_customer().map(|found| profile(found, source)))
}

/// A field of an unknown name whose type or options leave little else.
fn by_constraints(field: &Field, source: Source) -> Option<Meaning> {
    let status = match source {
        Source::Subscription => Some(&choice::SUBSCRIPTION_STATUS),
        Source::Invoice => Some(&choice::INVOICE_STATUS),
        _ => None,
    };
    let found = |name: &str, how: How| Some(Meaning::of(known(name, source)?, how, Confidence::Low));
    let is_status = status.is_some_and(|status| {
        let recognised = status.recognised(&field.options);
        status.among(&field.options).is_sure && recognised > 2 && recognised == field.options.len()
    });
    if is_status {
        return found("状態", How::Options);
    }
    let currencies = choice::CURRENCY.recognised(&field.options);
    if currencies > 1 && currencies == field.options.len() {
        return found("通貨", How::Options);
    }
    match (&field.kind, field.protocol) {
        (FieldType::Link, Some(LinkProtocol::Mail)) => found("メールアドレス", How::Type),
        (FieldType::Link, Some(LinkProtocol::Call)) => found("電話番号", How::Type),
        _ => None,
    }
}

/// A lookup holds the key of the other app's record: the id or the name of what it looks up.
fn of_lookup(field: &Field, source: Source, names: &[Name]) -> Result<Meaning, Why> {
    let key = field.lookup.as_ref().map(|lookup| lookup.related_key_field.clone()).unwrap_or_default();
    let key_name = Name::of(&key);
    let by_key = exactly(&key_name, source);
    let by_name = names.iter().find_map(|name| exactly(name, source).or_else(|| in_part(name, source)));
    let whose =
        by_name.and_then(|(means, _)| whose(means)).or_else(|| by_key.and_then(|(means, _)| whose(means)));
    // What a customer's record looks up is no object of Stripe's.
    let of = whose.filter(|_| source != Source::Customer).ok_or(Why::Nothing)?;
    let found = match of {
        Of::Other => by_key.filter(|(means, _)| self::whose(*means) == Some(Of::Other)),
        of if is_id_of(of, &key_name) => reference_to(of, source),
        Of::Customer => find(PROFILE, &key_name.bare)
            .filter(|(_, gives)| matches!(gives, Gives::Name(_) | Gives::Mail(_)))
            .map(|found| profile(found, source)),
        _ => None,
    };
    let found = found.ok_or_else(|| Why::LookupKey(key.clone()))?;
    let is_id = matches!(found.0, Means::Own(Gives::Reference(..)));
    let confidence = if is_id { Confidence::High } else { Confidence::Medium };
    Ok(Meaning::of(found, How::Lookup(key), confidence))
}

/// Whether the other app's key holds the id of what it is about.
fn is_id_of(of: Of, key: &Name) -> bool {
    let words = match of {
        Of::Customer => CUSTOMER,
        Of::Subscription => SUBSCRIPTION,
        Of::Invoice => INVOICE,
        Of::Other => return false,
    };
    let is_id = || find(words, &key.whole).is_some_and(|(_, gives)| matches!(gives, Gives::Id(_)));
    key.is_stripes || !key.is_own_number() && is_id()
}

fn reference_to(of: Of, source: Source) -> Option<(Means, usize)> {
    let words = own_words(source).iter().enumerate();
    let mut references =
        words.filter(|(_, (_, gives))| matches!(gives, Gives::Reference(_, known) if *known == of));
    references.next().map(|(order, (_, gives))| own((order, gives), source))
}

/// Of which object it tells the id or a name.
fn whose(means: Means) -> Option<Of> {
    match means {
        Means::Own(Gives::Reference(_, of)) => Some(*of),
        Means::Profile(Gives::Name(_) | Gives::Mail(_)) => Some(Of::Customer),
        Means::Own(Gives::Texts(_) | Gives::Text(_)) => Some(Of::Other),
        _ => None,
    }
}
