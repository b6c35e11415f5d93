//! A complete first mapping from an app's form, by the names, types and options of its fields.
//!
//! What is suggested can be taken as it is: every rule passes the mapping's own check. What cannot be
//! known is left to people and listed, with the reason; what kintone itself lacks (a key field, a rule
//! for a required field) stands among the issues with what to do.

mod choice;
mod field;
mod key;
mod name;
mod prefecture;
mod reason;
mod table;
mod value;
mod vocabulary;

use crate::ByName;

use crate::json::{self, Map, Value as Json};
use schemars::JsonSchema;
use serde::Serialize;

use self::field::{Meaning, Means};
use self::reason::{How, Why, joined};
use self::value::Beside;
use self::vocabulary::Gives;
use crate::kintone::{Field, FieldType, FormSchema, NumberPrecision};
use crate::mapping::{
    Departure, FieldRule, Mapping, OnRecordDeleted, Source, Target, Value, Version, WriteMode,
};
use crate::short_list::sort_by_key;
use crate::validation::{Code, Issue, Text, check_mapping, is_enforced};

/// A mapping with one target, and what is to be known of it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Suggestion {
    /// The mapping document.
    pub mapping: Mapping,
    /// The key field.
    pub key: Suggested,
    /// One for each rule, in the order of the target's rules.
    pub rules: Vec<Suggested>,
    /// The fields and the columns that have no rule, save those that kintone fills itself.
    pub unmatched: Vec<Unmatched>,
    /// What the check of the mapping says. Errors are only of what the form lacks: a key field, or a
    /// rule for a required field.
    pub issues: Vec<Issue>,
}

/// How sure it is that a field is for this, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Suggested {
    /// The field code.
    pub field: String,
    /// The field's label.
    pub label: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// Why, and what a person should know of it.
    pub reason: Text,
}

/// A field without a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Unmatched {
    /// The field code.
    pub field: String,
    /// The field's label.
    pub label: String,
    /// Whether kintone asks for a value, so that a rule or a change of the form is needed.
    pub is_required: bool,
    /// Why it has no rule.
    pub reason: Text,
}

/// How sure a suggestion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// By little more than its type: look at it.
    Low,
    /// By a part of its name, or its name leaves room.
    Medium,
    /// By its name and type.
    High,
}

/// One field's rule on its way into the mapping.
struct Proposal {
    order: usize,
    rule: FieldRule,
    suggested: Suggested,
}

/// A first mapping of an app. `app` is the alias by which the connections shall name it; the usual name
/// of such an app unless given.
#[must_use]
pub fn suggest(
    source: Source,
    form: &FormSchema,
    precision: NumberPrecision,
    app: Option<&str>,
) -> Suggestion {
    let key = key::key(form, source);
    let (mut proposals, mut unmatched) = proposals(form, source, &key.key.field);
    let target = |rules: &[Proposal]| {
        let is_asked = |proposal: &Proposal| {
            matches!(&proposal.rule.value, Value::Path(path) if path == "number")
                && form.field(&proposal.rule.field).is_some_and(is_enforced)
        };
        let drafts = (key.key.path == "number" || rules.iter().any(is_asked)).then(not_drafts);
        Target {
            source,
            app: app.unwrap_or(usual_app(source)).to_owned(),
            key: key.key.clone(),
            fields: rules.iter().map(|proposal| proposal.rule.clone()).collect(),
            write_mode: WriteMode::Upsert,
            condition: drafts,
            on_leave: Departure::Keep,
            on_delete: Departure::Keep,
            on_record_deleted: OnRecordDeleted::Create,
            single_writes: false,
        }
    };
    let name = target_name(source).to_owned();
    loop {
        let targets = ByName::from([(name.clone(), target(&proposals))]);
        let mapping = Mapping { schema: None, version: Version, targets };
        let forms = ByName::from([(name.clone(), (form.clone(), precision))]);
        let issues = check_mapping(&mapping, &forms);
        let wrong = issues.iter().find(|issue| issue.is_error() && issue.rule.is_some());
        let lacks = wrong.filter(|issue| issue.code == Code::RequiredUnmapped.as_str());
        let lacks = lacks.and_then(|issue| issue.label.clone());
        let wrong = wrong.and_then(|issue| issue.rule);
        let Some(wrong) = wrong.filter(|rule| *rule < proposals.len()) else {
            let suggested = key_suggested(&key, form);
            let rules = proposals.into_iter().map(|proposal| proposal.suggested).collect();
            return Suggestion { mapping, key: suggested, rules, unmatched, issues };
        };
        let Suggested { field, .. } = proposals.remove(wrong).suggested;
        let why = lacks.map_or(Why::Misfit, Why::Column);
        // Of a table that has no rule the columns need not be told one by one.
        let table = form.field(&field);
        unmatched.retain(|other| !table.is_some_and(|table| table.fields.contains_key(&other.field)));
        unmatched.extend(table.map(|field| without_rule(field, &why)));
    }
}

/// Invoices that are no drafts any more: a draft has no number yet.
fn not_drafts() -> Map<String, Json> {
    let but_drafts = vec![json::object([("anything-but", "draft".into())])];
    Map::from_iter([("status".to_owned(), but_drafts.into())])
}

fn proposals(form: &FormSchema, source: Source, key: &str) -> (Vec<Proposal>, Vec<Unmatched>) {
    let fields =
        || form.properties.values().filter(|field| field.code != key && !is_kintones_own(&field.kind));
    let meant: Vec<(&Field, Result<Meaning, Why>)> =
        fields().map(|field| (field, meant(field, form, source))).collect();
    let meant = once_by_type(meant);
    let beside = beside(&meant);
    let (mut proposals, mut unmatched) = (Vec::new(), Vec::new());
    for (field, meaning) in meant {
        match meaning.and_then(|meaning| proposal(field, &meaning, source, &beside, &mut unmatched)) {
            Ok(proposal) => proposals.push(proposal),
            Err(why) => unmatched.push(without_rule(field, &why)),
        }
    }
    sort_by_key(&mut proposals, |proposal| proposal.order);
    (proposals, unmatched)
}

/// A mail address that is called so leaves nothing for another field that is only of that type.
fn once_by_type(mut meant: Vec<(&Field, Result<Meaning, Why>)>) -> Vec<(&Field, Result<Meaning, Why>)> {
    let is_by_type = |meaning: &Meaning| meaning.how == How::Type;
    let known: Vec<Means> = meant
        .iter()
        .filter_map(|(_, meaning)| meaning.as_ref().ok())
        .filter(|meaning| !is_by_type(meaning))
        .map(|meaning| meaning.gives)
        .collect();
    for (_, meaning) in &mut meant {
        if meaning.as_ref().is_ok_and(|meaning| is_by_type(meaning) && known.contains(&meaning.gives)) {
            *meaning = Err(Why::Nothing);
        }
    }
    meant
}

fn meant(field: &Field, form: &FormSchema, source: Source) -> Result<Meaning, Why> {
    if !field.kind.is_writable() {
        return Err(Why::NotWritable);
    }
    if let Some(lookup) = form.copied_by(&field.code) {
        return Err(Why::Copied(lookup.label.clone()));
    }
    if field.kind == FieldType::Subtable {
        // Its columns say what it is.
        let found = (Means::Own(&Gives::Id(0)), usize::MAX);
        return Ok(Meaning::of(found, How::NamedInPart(field.label.clone()), Confidence::High));
    }
    field::meaning(field, source)
}

fn proposal(
    field: &Field,
    meaning: &Meaning,
    source: Source,
    beside: &Beside,
    unmatched: &mut Vec<Unmatched>,
) -> Result<Proposal, Why> {
    let suggested = |confidence, reason| Suggested {
        field: field.code.clone(),
        label: field.label.clone(),
        confidence,
        reason,
    };
    if field.kind == FieldType::Subtable {
        let table::Drafted { rule, note, left } = table::table(field, source)?;
        let is_whole = note.is_none() && !left.iter().any(|(column, _)| column.kind.is_writable());
        let most = if is_whole { Confidence::High } else { Confidence::Medium };
        unmatched.extend(left.iter().map(|(column, why)| Unmatched {
            label: [&field.label, " > ", &column.label].concat(),
            ..without_rule(column, why)
        }));
        let reason = joined(How::Columns.text(), note.as_ref().map(reason::Note::text));
        return Ok(Proposal { order: meaning.order, rule, suggested: suggested(most, reason) });
    }
    match meaning.gives {
        // Stripe's own id in a field that cannot be the key, or the company's.
        Means::Own(Gives::Id(_)) => {
            return Err(if name::Name::of(&field.label).is_stripes { Why::Misfit } else { Why::OwnNumber });
        }
        Means::Own(Gives::Reference(..)) if field.lookup.is_none() && name::is_own_number(field) => {
            return Err(Why::OwnNumber);
        }
        _ => {}
    }
    let built = value::built(field, meaning.gives, source, beside)?;
    let reason = joined(meaning.how.text(), built.note.as_ref().map(reason::Note::text));
    let reason = joined(reason, meaning.is_of_tax.then(|| reason::Note::Tax.text()));
    Ok(Proposal {
        order: meaning.order,
        rule: built.rule,
        suggested: suggested(meaning.confidence.min(built.most), reason),
    })
}

/// What the fields hold that others need not.
fn beside(meant: &[(&Field, Result<Meaning, Why>)]) -> Beside {
    let mut beside = Beside::default();
    for (field, meaning) in meant {
        let Ok(meaning) = meaning else { continue };
        match meaning.gives {
            Means::Profile(Gives::Part(part)) => beside.parts.push(*part),
            Means::Profile(Gives::Name(_)) => beside.has_name = true,
            Means::Own(Gives::Amount(_) | Gives::Figure(_) | Gives::Recurring) => {
                beside.currency = beside.currency.or(value::named_currency(field));
            }
            _ => {}
        }
    }
    beside
}

fn without_rule(field: &Field, why: &Why) -> Unmatched {
    Unmatched {
        field: field.code.clone(),
        label: field.label.clone(),
        is_required: field.required,
        reason: why.text(),
    }
}

fn key_suggested(key: &key::Chosen, form: &FormSchema) -> Suggested {
    let field = &key.key.field;
    let reason = key.how.as_ref().map_or_else(|| Why::NoKey.text(), How::text);
    Suggested {
        field: field.clone(),
        label: form.field(field).map_or(field, |field| &field.label).clone(),
        confidence: key.confidence,
        reason: joined(reason, key.note.as_ref().map(reason::Note::text)),
    }
}

/// What kintone fills itself, or what holds no value.
fn is_kintones_own(kind: &FieldType) -> bool {
    !kind.is_writable() && !matches!(kind, FieldType::Calc | FieldType::File)
}

fn usual_app(source: Source) -> &'static str {
    match source {
        Source::Customer => "顧客管理",
        Source::Subscription => "契約管理",
        Source::Invoice => "請求管理",
        Source::SubscriptionItem => "契約明細",
        Source::InvoiceLine => "請求明細",
    }
}

fn target_name(source: Source) -> &'static str {
    match source {
        Source::Customer => "customers",
        Source::Subscription => "subscriptions",
        Source::Invoice => "invoices",
        Source::SubscriptionItem => "subscription_items",
        Source::InvoiceLine => "invoice_lines",
    }
}
