//! Taking what is due, as records to be.

use daicho_core::kintone::{Record, record_hash};
use daicho_core::mapping::{CompiledTarget, WritePolicy};
use daicho_core::validation::{Issue, check_record};
use serde_json::Value;

use super::dead;
use super::dirty::{self, Doubt};
use crate::error::EngineError;
use crate::kintone::AppForm;
use crate::object;
use crate::port::World;

/// A record to be written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    pub(super) object_id: String,
    /// The version that was claimed.
    pub(super) version: i64,
    pub(super) attempts: i64,
    pub(super) doubt: Doubt,
    pub(super) key: String,
    /// All mapped fields, whatever their write policy.
    pub(super) record: Record,
    pub(super) hash: String,
    pub(super) known: Option<KnownRecord>,
}

/// What is known of the record from the last write or read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KnownRecord {
    pub(super) id: String,
    /// Its key; empty when the mapping's key has changed since.
    pub(super) key: String,
    pub(super) revision: Option<String>,
    pub(super) hash: Option<String>,
}

enum Taken {
    Write(Box<Item>),
    Nothing,
    Dead(Box<Issue>),
}

/// Takes a batch of due rows of a target. Those that need no request are settled here: kintone holds
/// the record already, the object is gone (its record stays as it is), or it cannot be a record.
pub(super) fn due<W: World>(
    world: &W,
    target: &CompiledTarget,
    form: &AppForm,
) -> Result<Vec<Item>, EngineError> {
    let now = world.now();
    world.transaction(|tx| {
        let mut items = Vec::new();
        for row in dirty::due(tx, &target.name, now)? {
            let object = object::get(tx, &row.object_id)?.filter(|object| !object.deleted);
            let taken = match object.and_then(|object| object.json) {
                None => Taken::Nothing,
                Some(json) => take(target, form, &row, &json),
            };
            match taken {
                Taken::Write(item) => items.push(*item),
                Taken::Nothing => dirty::settle(tx, &target.name, &row.object_id, row.version)?,
                Taken::Dead(issue) => {
                    let letter = dead::of_issue(&issue);
                    dead::bury(tx, &target.name, &row.object_id, row.version, &letter, now)?;
                }
            }
        }
        Ok(items)
    })
}

fn take(target: &CompiledTarget, form: &AppForm, row: &dirty::Row, object: &Value) -> Taken {
    let projection = target.project(object, Some(&form.form));
    let issues = projection.issues.iter().cloned();
    let checked = check_record(target, &projection.record, &form.form, form.precision());
    if let Some(issue) = issues.chain(checked).find(Issue::is_error) {
        return Taken::Dead(Box::new(issue));
    }
    let Some(key) = projection.key else {
        return Taken::Nothing;
    };
    let hash = hash(target, &projection.record);
    let is_written = row.hash.as_ref() == Some(&hash) && row.key.as_ref() == Some(&key);
    if row.doubt == Doubt::None && row.record_id.is_some() && is_written {
        return Taken::Nothing;
    }
    let known = row.record_id.clone().map(|id| KnownRecord {
        id,
        key: row.key.clone().unwrap_or_default(),
        revision: row.revision.clone(),
        hash: row.hash.clone(),
    });
    Taken::Write(Box::new(Item {
        object_id: row.object_id.clone(),
        version: row.version,
        attempts: row.attempts,
        doubt: row.doubt,
        key,
        record: projection.record,
        hash,
        known,
    }))
}

/// Over what an existing record would be given: a field that is written on creation only changes
/// nothing later.
fn hash(target: &CompiledTarget, record: &Record) -> String {
    let later = |code: &str| target.write_policy(code) != Some(WritePolicy::OnCreate);
    let kept = record.iter().filter(|(code, _)| later(code));
    record_hash(&kept.map(|(code, value)| (code.clone(), value.clone())).collect())
}
