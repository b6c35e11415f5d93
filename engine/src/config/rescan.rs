//! After a mapping changed, every object of the targets it affects is marked dirty, in slices: the
//! place where the next one begins is kept, so that a crash loses nothing.
//!
//! What is marked costs no request where it would be written as it was. So a target that overwrites what it
//! left alone before has first to forget what it wrote.

use std::collections::BTreeSet;

use daicho_core::mapping::CompiledTarget;
use daicho_core::stripe::Kind;
use serde::{Deserialize, Serialize};

use super::Active;
use crate::binding;
use crate::delivery::{self, Forgotten};
use crate::error::EngineError;
use crate::mutant::{self, Mutant};
use crate::object;
use crate::port::{Query, Sql, Statements};
use crate::store::meta;

/// The row in `meta` that says where the next slice begins.
const KEY: &str = "rescan";
/// Objects a slice: each is a row written, and other work waits meanwhile.
const SLICE: u32 = 100;
/// Objects a slice of whose lists the elements are marked: each may have hundreds.
const SLICE_OF_PARENTS: u32 = 5;

/// What is to be done, and where the next slice begins.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Rescan {
    /// Those of which every object is marked.
    pub(super) targets: BTreeSet<String>,
    /// Those of them whose records are to be written even if that would be the same as last time.
    #[serde(default)]
    pub(super) overwriting: BTreeSet<String>,
    /// Targets that are gone, or have another app: what is known of their former records is forgotten before anything
    /// is marked or written for them.
    #[serde(default)]
    pub(super) uncleared: BTreeSet<String>,
    /// Those of them whose records get another key. What the old mapping had under way is settled when the rescan
    /// begins, and remembers the old keys until then.
    #[serde(default)]
    pub(super) rekeyed: BTreeSet<String>,
    /// The id of the last object done, of the first target.
    after: String,
}

impl Rescan {
    /// Has all objects of these targets marked dirty.
    pub(crate) fn of<'a>(targets: impl IntoIterator<Item = &'a str>) -> Self {
        let targets = targets.into_iter().map(str::to_owned).collect();
        Self { targets, ..Self::default() }
    }

    /// What is still to be forgotten of a target's records before they are marked.
    fn to_forget(&self, target: &str) -> Option<Forgotten> {
        let keys = self.rekeyed.contains(target).then_some(Forgotten::Keys);
        keys.or_else(|| self.overwriting.contains(target).then_some(Forgotten::Written))
    }

    fn has_forgotten(&mut self, forgotten: Forgotten, target: &str) {
        match forgotten {
            Forgotten::Keys => self.rekeyed.remove(target),
            Forgotten::Written => self.overwriting.remove(target),
        };
        self.after.clear();
    }
}

/// Asks for it, beside what is asked for already.
pub(crate) fn request(tx: &dyn Statements, asked: Rescan) -> Result<(), EngineError> {
    let mut rescan = load(tx)?.unwrap_or_default();
    if !asked.targets.is_empty() {
        rescan.after.clear();
    }
    rescan.targets.extend(asked.targets);
    rescan.overwriting.extend(asked.overwriting);
    rescan.uncleared.extend(asked.uncleared);
    rescan.rekeyed.extend(asked.rekeyed);
    store(tx, &rescan)
}

/// The targets that are not written to until what is known of their former records is forgotten.
pub(crate) fn uncleared(sql: &(impl Query + ?Sized)) -> Result<BTreeSet<String>, EngineError> {
    Ok(load(sql)?.map(|rescan| rescan.uncleared).unwrap_or_default())
}

/// Whether objects are still to be marked.
pub(crate) fn pending(sql: &(impl Query + ?Sized)) -> Result<bool, EngineError> {
    Ok(meta::get(sql, KEY)?.is_some())
}

/// Marks one slice.
pub(crate) fn slice(sql: &impl Sql, active: &Active) -> Result<(), EngineError> {
    sql.transaction(|tx| {
        let Some(mut rescan) = load(tx)? else {
            return Ok(());
        };
        if let Some(name) = rescan.uncleared.first().cloned() {
            if !binding::clear(tx, &name)? {
                rescan.uncleared.remove(&name);
            }
            return store(tx, &rescan);
        }
        let Some(name) = rescan.targets.first().cloned() else {
            return Ok(meta::remove(tx, KEY)?);
        };
        if let Some(forgotten) = rescan.to_forget(&name) {
            match delivery::forget_of_all(tx, forgotten, &name, &rescan.after, SLICE)? {
                Some(last) => rescan.after = last,
                None => rescan.has_forgotten(forgotten, &name),
            }
            return store(tx, &rescan);
        }
        let has_condition = active.target(&name).is_some_and(CompiledTarget::has_condition);
        if !has_condition && delivery::forget_left_out(tx, &name, SLICE)? {
            return Ok(());
        }
        let last = match active.target(&name) {
            Some(target) => mark(tx, active, target, &rescan.after)?,
            None => None,
        };
        match last.filter(|_| !mutant::on(Mutant::LoseRescanSlices)) {
            Some(last) => rescan.after = last,
            None => {
                rescan.targets.remove(&name);
                rescan.after.clear();
            }
        }
        store(tx, &rescan)
    })
}

/// Marks a slice of what a target takes, after the object `after`. Answers the last one.
fn mark(
    tx: &dyn Statements,
    active: &Active,
    target: &CompiledTarget,
    after: &str,
) -> Result<Option<String>, EngineError> {
    let (scanned, slice) = match target.source.element_of() {
        Some((parent, _)) => (parent, SLICE_OF_PARENTS),
        None => (target.source, SLICE),
    };
    let kind = Kind::from(scanned);
    let mut ids = object::of_kind(tx, &kind, after, slice)?;
    for id in &ids {
        if scanned == target.source {
            delivery::mark_with_others(tx, &target.name, id)?;
        } else {
            let all = [target.name.as_str()];
            delivery::renew_elements(tx, active, &kind, id, &all, delivery::Haste::WithOthers)?;
        }
    }
    Ok(ids.pop())
}

fn load(sql: &(impl Query + ?Sized)) -> Result<Option<Rescan>, EngineError> {
    let rescan = meta::get(sql, KEY)?.map(|text| serde_json::from_str(&text));
    rescan.transpose().map_err(|_| EngineError::Stored { what: "rescan" })
}

fn store(tx: &dyn Statements, rescan: &Rescan) -> Result<(), EngineError> {
    if rescan.targets.is_empty() && rescan.uncleared.is_empty() {
        return Ok(meta::remove(tx, KEY)?);
    }
    let value = serde_json::to_string(rescan).map_err(|_| EngineError::Stored { what: "rescan" })?;
    Ok(meta::put(tx, KEY, &value)?)
}
