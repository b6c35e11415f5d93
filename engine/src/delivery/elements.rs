//! Elements of another object's list as objects of their own: a subscription's items, an invoice's
//! lines.
//!
//! They are rows of `object` like any other, made from their parent's newest state and never read or
//! observed by themselves. The parent's list is always complete there, so an element that it no longer
//! has is gone; if a newer state has it again, its row comes back too.

use std::collections::BTreeMap;

use daicho_core::mapping::{CompiledTarget, Need, Source};
use daicho_core::stripe::Kind;
use serde_json::Value;

use super::Haste;
use crate::config::Active;
use crate::context;
use crate::mutant::{self, Mutant};
use crate::object::{self, Horizon, Known};
use crate::port::{SqlError, Statements};

/// What is stored of an element: its state, or `None` where it is gone.
type Stored = BTreeMap<String, Option<String>>;

/// Brings the elements of an object's lists up to its newest state, and marks those dirty that
/// changed; for the targets named in `all`, every one. With [`Haste::Bulk`] those that were not known are
/// marked for a backfill too.
///
/// # Errors
/// SQLite's refusal.
pub(crate) fn renew(
    tx: &dyn Statements,
    active: &Active,
    parent_kind: &Kind,
    parent_id: &str,
    all: &[&str],
    haste: Haste,
) -> Result<(), SqlError> {
    for source in [Source::SubscriptionItem, Source::InvoiceLine] {
        let Some((parent, list)) = source.element_of() else { continue };
        let targets: Vec<&CompiledTarget> = active.mapping().for_source(source).collect();
        if Kind::from(parent) != *parent_kind || targets.is_empty() {
            continue;
        }
        let Some(known) = object::known(tx, parent_id)? else { continue };
        if let Some(elements) = elements(&known, list) {
            let kind = Kind::from(source);
            Renewal { tx, active, targets, kind, parent_id, horizon: known.horizon, all, haste }
                .run(&elements)?;
        }
    }
    Ok(())
}

/// The elements of a state's list, by id; none of a tombstone. `None` where the list proves nothing.
fn elements(known: &Known, list: &str) -> Option<BTreeMap<String, Value>> {
    let Some(json) = known.json.as_deref().filter(|_| !known.deleted) else {
        return Some(BTreeMap::new());
    };
    let mut json: Value = serde_json::from_str(json).ok()?;
    let mut list = json.get_mut(list)?.take();
    if list.get("has_more") == Some(&Value::Bool(true)) {
        return None;
    }
    let Some(Value::Array(data)) = list.get_mut("data").map(Value::take) else {
        return None;
    };
    let with_id = |element: Value| Some((element.get("id")?.as_str()?.to_owned(), element));
    Some(data.into_iter().filter_map(with_id).collect())
}

struct Renewal<'a> {
    tx: &'a dyn Statements,
    active: &'a Active,
    targets: Vec<&'a CompiledTarget>,
    kind: Kind,
    parent_id: &'a str,
    horizon: Horizon,
    all: &'a [&'a str],
    haste: Haste,
}

impl Renewal<'_> {
    fn run(&self, elements: &BTreeMap<String, Value>) -> Result<(), SqlError> {
        let stored = self.stored()?;
        for (id, element) in elements {
            let text = element.to_string();
            let was = stored.get(id);
            let has_changed = was.is_none_or(|was| was.as_ref() != Some(&text));
            if has_changed {
                object::apply(self.tx, &self.kind, id, &text, self.horizon)?;
            }
            if was.is_none() {
                let sql = "INSERT INTO element (parent, id) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
                self.tx.exec(sql, &[self.parent_id.into(), id.as_str().into()])?;
            }
            let haste = if was.is_some() && has_changed { Haste::Live } else { self.haste };
            self.mark(id, has_changed, haste)?;
        }
        for (id, state) in stored.iter().filter(|(id, _)| !elements.contains_key(*id)) {
            if state.is_some() && !mutant::on(Mutant::KeepGoneElements) {
                object::bury(self.tx, &self.kind, id, self.horizon.unsure_to_s)?;
                context::buried(self.tx, self.active, &self.kind, id)?;
            } else {
                self.mark(id, false, self.haste)?;
            }
        }
        Ok(())
    }

    fn stored(&self) -> Result<Stored, SqlError> {
        let sql = "SELECT o.id, CASE WHEN o.deleted THEN NULL ELSE o.json END
                   FROM element e JOIN object o ON o.id = e.id WHERE e.parent = ?1 AND o.kind = ?2";
        let rows = self.tx.exec(sql, &[self.parent_id.into(), self.kind.as_str().into()])?;
        rows.iter()
            .map(|row| Ok((row.text(0)?.to_owned(), row.optional_text(1)?.map(str::to_owned))))
            .collect()
    }

    /// A target that looks beyond the element may see its parent changed.
    fn mark(&self, id: &str, has_changed: bool, haste: Haste) -> Result<(), SqlError> {
        for target in &self.targets {
            let is_asked = self.all.contains(&target.name.as_str());
            let looks_beyond = || target.needs().any(|(_, need)| need == Need::Related);
            match haste {
                Haste::Bulk if is_asked => super::mark_bulk(self.tx, &target.name, id)?,
                // For the others their own turn comes, unless they are to be told of a change.
                Haste::Bulk => {}
                Haste::Live if has_changed || is_asked || looks_beyond() => {
                    super::mark(self.tx, &target.name, id)?;
                }
                Haste::WithOthers if has_changed || is_asked || looks_beyond() => {
                    super::mark_with_others(self.tx, &target.name, id)?;
                }
                Haste::Live | Haste::WithOthers => {}
            }
        }
        Ok(())
    }
}
