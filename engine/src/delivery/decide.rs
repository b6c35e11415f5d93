//! What is written of one record, and how. Pure.

use daicho_core::kintone::{FieldValue, FormSchema, Record};
use daicho_core::mapping::{CompiledTarget, OnRecordDeleted, WriteMode, WritePolicy};

use super::dirty::{Doubt, Removed};
use super::item::{Item, Wish};
use super::kept;
use super::look::Seen;
use crate::kintone::{AppForm, FoundRecord};
use crate::mutant::{self, Mutant};

/// What is done about one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decision {
    /// Nothing: the record is as it should be, or the target leaves it alone.
    Leave,
    /// Its id is forgotten: somebody deleted it. It is looked for by its key next.
    Forget,
    /// Somebody deleted it, and it stays deleted.
    Deleted,
    /// There is no record, and none is wanted.
    Gone,
    /// The record with this id is changed.
    Update {
        id: String,
        revision: Option<String>,
        record: Record,
        /// The record as it was, if this is our first write to it.
        previous: Option<Record>,
    },
    /// A record is made, or found by its key.
    Upsert { record: Record },
    /// The record with this id is deleted.
    Delete { id: String, revision: Option<String> },
}

pub(super) fn decide(item: &Item, seen: &Seen, target: &CompiledTarget, form: &AppForm) -> Decision {
    match item.wish {
        Wish::Hold => hold(item, seen, target, form),
        Wish::Change => change(item, seen, form),
        Wish::Delete => match (seen, &item.known) {
            (Seen::Found(found), _) => {
                Decision::Delete { id: found.id.clone(), revision: Some(found.revision.clone()) }
            }
            (Seen::NotLooked, Some(known)) => {
                Decision::Delete { id: known.id.clone(), revision: known.revision.clone() }
            }
            (Seen::Missing, _) | (Seen::NotLooked, None) => Decision::Gone,
        },
    }
}

fn hold(item: &Item, seen: &Seen, target: &CompiledTarget, app: &AppForm) -> Decision {
    let form = &app.form;
    match (&item.known, seen) {
        (Some(_), Seen::Missing) => Decision::Forget,
        (Some(known), Seen::NotLooked) => {
            update(item, &known.id, known.revision.as_deref(), None, target, form)
        }
        (Some(_), Seen::Found(found))
            if is_as_left(item, found) && kept::keeps_to(&item.record, found, target, app) =>
        {
            Decision::Leave
        }
        (_, Seen::Found(found)) => update(item, &found.id, Some(&found.revision), Some(found), target, form),
        (None, Seen::Missing) if target.write_mode == WriteMode::UpdateOnly => Decision::Leave,
        (None, Seen::Missing)
            if item.removed != Removed::No && target.on_record_deleted == OnRecordDeleted::Leave =>
        {
            Decision::Deleted
        }
        (None, Seen::Missing | Seen::NotLooked) => Decision::Upsert { record: item.record.clone() },
    }
}

/// The record of an object that is gone.
fn change(item: &Item, seen: &Seen, form: &AppForm) -> Decision {
    let previous = |found: &FoundRecord| item.is_untouched().then(|| found.to_record());
    match (seen, &item.known) {
        (Seen::Found(found), _) if is_as_left(item, found) && kept::holds(&item.record, found, form) => {
            Decision::Leave
        }
        (Seen::Found(found), _) => Decision::Update {
            id: found.id.clone(),
            revision: Some(found.revision.clone()),
            record: item.record.clone(),
            previous: previous(found),
        },
        (Seen::NotLooked, Some(known)) => Decision::Update {
            id: known.id.clone(),
            revision: known.revision.clone(),
            record: item.record.clone(),
            previous: None,
        },
        (Seen::Missing, _) | (Seen::NotLooked, None) => Decision::Gone,
    }
}

/// Whether nobody changed the record since we wrote what it is to hold. The key of one whose object
/// is gone is of no account.
fn is_as_left(item: &Item, found: &FoundRecord) -> bool {
    item.known.as_ref().is_some_and(|known| {
        known.revision.as_ref() == Some(&found.revision)
            && known.hash.as_ref() == Some(&item.hash)
            && (item.wish != Wish::Hold || known.key == item.key)
    })
}

fn update(
    item: &Item,
    id: &str,
    revision: Option<&str>,
    found: Option<&FoundRecord>,
    target: &CompiledTarget,
    form: &FormSchema,
) -> Decision {
    if target.write_mode == WriteMode::CreateOnly && !item.returns() {
        return Decision::Leave;
    }
    // What was sent when the object was gone may have landed though that is not known. Fields that are empty
    // without such a request were emptied by people, or have nothing to hold.
    let is_unsure = item.doubt != Doubt::None;
    let may_be_cleared = item.doubt == Doubt::Lost && target.may_clear();
    let is_cleared =
        may_be_cleared && found.is_some_and(|found| target.cleared().all(|code| found.is_empty(code)));
    let is_empty = |code: &str| found.is_some_and(|found| found.is_empty(code));
    let wanted = |code: &str| match target.write_policy(code) {
        Some(WritePolicy::Always) => true,
        Some(WritePolicy::IfEmpty) => is_empty(code) || mutant::on(Mutant::OverwriteFilled),
        // What was cleared when the object went is written again; what people wrote since then stays.
        Some(WritePolicy::OnCreate) => {
            ((item.returns() || is_cleared) && is_empty(code)) || mutant::on(Mutant::RewriteOnCreate)
        }
        None => false,
    };
    let fields = item.record.iter().filter(|(code, _)| wanted(code));
    let mut record: Record = fields.map(|(code, value)| (code.clone(), value.clone())).collect();
    if item.known.as_ref().is_some_and(|known| known.key != item.key) {
        // The mapping has another key than when the record was written: it is filled in.
        record.insert(target.key_field.clone(), FieldValue::text(&item.key));
    }
    if item.returns() || is_unsure {
        record.extend(found.into_iter().flat_map(|found| unmarked(found, target, form)));
    }
    if record.is_empty() {
        return Decision::Leave;
    }
    let previous = if item.is_untouched() { found.map(FoundRecord::to_record) } else { None };
    Decision::Update { id: id.to_owned(), revision: revision.map(str::to_owned), record, previous }
}

/// The marks that say that the object is gone and that no rule overwrites, cleared. A field that may
/// not be empty keeps its mark.
fn unmarked(found: &FoundRecord, target: &CompiledTarget, form: &FormSchema) -> Record {
    let is_marked = |code: &str, text: &str| match found.fields.get(code) {
        Some(serde_json::Value::Array(items)) => items.iter().any(|item| item == text),
        Some(value) => value == text,
        None => false,
    };
    let may_be_empty = |code: &str| form.field(code).is_some_and(|field| !field.required);
    let marks = target.unmarked(Some(form)).into_iter();
    let marks = marks.filter(|(code, text, _)| is_marked(code, text) && may_be_empty(code));
    marks.map(|(code, _, cleared)| (code.to_owned(), cleared)).collect()
}
