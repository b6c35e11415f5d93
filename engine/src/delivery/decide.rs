//! What is written of one record, and how. Pure.

use daicho_core::kintone::{FieldValue, Record};
use daicho_core::mapping::{CompiledTarget, WriteMode, WritePolicy};

use super::look::Seen;
use super::take::Item;
use crate::kintone::FoundRecord;

/// What is done about one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decision {
    /// Nothing: the record is as it should be, or the target leaves it alone.
    Leave,
    /// Its id is forgotten: somebody deleted it. It is looked for by its key next.
    Forget,
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
}

pub(super) fn decide(item: &Item, seen: &Seen, target: &CompiledTarget) -> Decision {
    match (&item.known, seen) {
        (Some(_), Seen::Missing) => Decision::Forget,
        (Some(known), Seen::NotLooked) => update(item, &known.id, known.revision.as_deref(), None, target),
        (Some(known), Seen::Found(found)) => {
            let as_we_left_it = known.revision.as_ref() == Some(&found.revision);
            if as_we_left_it && known.hash.as_ref() == Some(&item.hash) && known.key == item.key {
                return Decision::Leave;
            }
            update(item, &found.id, Some(&found.revision), Some(found), target)
        }
        (None, Seen::Found(found)) => update(item, &found.id, Some(&found.revision), Some(found), target),
        (None, Seen::Missing) if target.write_mode == WriteMode::UpdateOnly => Decision::Leave,
        (None, Seen::Missing | Seen::NotLooked) => Decision::Upsert { record: item.record.clone() },
    }
}

fn update(
    item: &Item,
    id: &str,
    revision: Option<&str>,
    found: Option<&FoundRecord>,
    target: &CompiledTarget,
) -> Decision {
    if target.write_mode == WriteMode::CreateOnly {
        return Decision::Leave;
    }
    let wanted = |code: &str| match target.write_policy(code) {
        Some(WritePolicy::Always) => true,
        Some(WritePolicy::IfEmpty) => found.is_some_and(|found| found.is_empty(code)),
        Some(WritePolicy::OnCreate) | None => false,
    };
    let fields = item.record.iter().filter(|(code, _)| wanted(code));
    let mut record: Record = fields.map(|(code, value)| (code.clone(), value.clone())).collect();
    if item.known.as_ref().is_some_and(|known| known.key != item.key) {
        // The mapping has another key than when the record was written: it is filled in.
        record.insert(target.key_field.clone(), FieldValue::text(&item.key));
    }
    if record.is_empty() {
        return Decision::Leave;
    }
    let previous = if item.known.is_none() { found.map(FoundRecord::to_record) } else { None };
    Decision::Update { id: id.to_owned(), revision: revision.map(str::to_owned), record, previous }
}
