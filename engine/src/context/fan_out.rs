//! A change marks dirty whatever looks at what changed: at once where those are few, in slices where
//! they are many. The place where the next slice begins is kept, so that a crash loses nothing.

use std::collections::BTreeSet;

use daicho_core::mapping::List;
use daicho_core::stripe::Kind;

use super::{ListKey, depends};
use crate::config::Active;
use crate::delivery::{self, Ended};
use crate::error::EngineError;
use crate::mutant::{self, Mutant};
use crate::port::{Query, Sql, SqlError, Statements};
use crate::stripe::request;

/// How many a step marks: each is a row written, and other work waits meanwhile.
const SLICE: i64 = 100;

/// An object got another state, or is gone: marks it dirty, and what looks at it or at the list that
/// it stands in.
pub(crate) fn changed(
    tx: &dyn Statements,
    active: &Active,
    kind: &Kind,
    object_id: &str,
) -> Result<(), SqlError> {
    delivery::mark_dirty(tx, active, kind, object_id)?;
    arrived(tx, active, kind, object_id)
}

/// Marks dirty what looks at an object or at the list that it stands in, and not the object itself.
pub(crate) fn arrived(
    tx: &dyn Statements,
    active: &Active,
    kind: &Kind,
    object_id: &str,
) -> Result<(), SqlError> {
    if !mutant::on(Mutant::SkipFanOut) {
        fan_out(tx, active, object_id)?;
    }
    let is_listed = active.gathers() && !mutant::on(Mutant::SkipFanOutOfLists);
    let Some(list) = List::of(kind).filter(|_| is_listed) else {
        return Ok(());
    };
    let rows = tx.exec("SELECT customer FROM object WHERE id = ?1", &[object_id.into()])?;
    match rows.first().map(|row| row.optional_text(0)).transpose()?.flatten() {
        Some(customer) => fan_out(tx, active, ListKey::new(customer, list).as_str()),
        None => Ok(()),
    }
}

/// The same of an object that is gone for good: it looks at nothing any more, and neither it nor a list of its own
/// is to be read.
pub(crate) fn buried(
    tx: &dyn Statements,
    active: &Active,
    kind: &Kind,
    object_id: &str,
) -> Result<(), SqlError> {
    for target in active.targets_of(kind) {
        depends::set(tx, target, object_id, &BTreeSet::new())?;
    }
    if request::is_given_up(tx, object_id)? {
        delivery::read_after_all(tx, active, kind, object_id)?;
    }
    request::withdraw(tx, object_id)?;
    if *kind == Kind::Customer {
        for list in List::ALL.map(|list| ListKey::new(object_id, list)) {
            request::withdraw(tx, list.as_str())?;
            fan_out(tx, active, list.as_str())?;
        }
    }
    changed(tx, active, kind, object_id)
}

/// Marks dirty whatever looks at this object or list.
pub(crate) fn fan_out(tx: &dyn Statements, active: &Active, on_id: &str) -> Result<(), SqlError> {
    if !active.gathers() {
        return Ok(());
    }
    step(tx, active, on_id, ("", ""))
}

/// What a row says that is not about an object or a list: more records wait for the one that a lookup names.
const fn waiting(ended: Ended) -> &'static str {
    match ended {
        Ended::Arrived => "lookup:",
        Ended::NeverComes => "lookup_in_vain:",
    }
}

/// More records than were woken wait for the one that a lookup `names`.
pub(crate) fn wake_later(
    tx: &dyn Statements,
    ended: Ended,
    names: &str,
    last: &(String, String),
) -> Result<(), SqlError> {
    let sql = "INSERT INTO fan_out (on_id, target, object_id) VALUES (?1, ?2, ?3)
               ON CONFLICT (on_id) DO UPDATE SET target = excluded.target, object_id = excluded.object_id";
    let on_id = format!("{}{names}", waiting(ended));
    tx.exec(sql, &[on_id.into(), last.0.as_str().into(), last.1.as_str().into()]).map(drop)
}

/// Whether a slice is to be done.
pub(crate) fn pending(query: &(impl Query + ?Sized)) -> Result<bool, SqlError> {
    Ok(!query.query("SELECT 1 FROM fan_out LIMIT 1", &[])?.is_empty())
}

/// Does one slice.
pub(crate) fn slice(sql: &impl Sql, active: &Active) -> Result<(), EngineError> {
    sql.transaction(|tx| {
        let rows = tx.exec("SELECT on_id, target, object_id FROM fan_out LIMIT 1", &[])?;
        let Some(row) = rows.first() else {
            return Ok(());
        };
        let on_id = row.text(0)?;
        for ended in [Ended::Arrived, Ended::NeverComes] {
            if let Some(names) = on_id.strip_prefix(waiting(ended)) {
                let after = (row.text(1)?, row.text(2)?);
                match delivery::wake_waiting(tx, ended, names, after)? {
                    Some(last) => wake_later(tx, ended, names, &last)?,
                    None => done(tx, on_id)?,
                }
                return Ok(());
            }
        }
        Ok(step(tx, active, on_id, (row.text(1)?, row.text(2)?))?)
    })
}

fn done(tx: &dyn Statements, on_id: &str) -> Result<(), SqlError> {
    tx.exec("DELETE FROM fan_out WHERE on_id = ?1", &[on_id.into()]).map(drop)
}

fn step(tx: &dyn Statements, active: &Active, on_id: &str, after: (&str, &str)) -> Result<(), SqlError> {
    let dependents = depends::on(tx, on_id, after, SLICE)?;
    for (target, object_id) in &dependents {
        // A target that was dropped from the mapping has nothing to be marked.
        if active.target(target).is_some() {
            delivery::mark_with_others(tx, target, object_id)?;
        }
    }
    match dependents.last() {
        Some((target, object_id))
            if dependents.len() as i64 == SLICE && !mutant::on(Mutant::LoseFanOutSlices) =>
        {
            let sql = "INSERT INTO fan_out (on_id, target, object_id) VALUES (?1, ?2, ?3)
                       ON CONFLICT (on_id) DO UPDATE SET target = excluded.target,
                         object_id = excluded.object_id";
            tx.exec(sql, &[on_id.into(), target.as_str().into(), object_id.as_str().into()]).map(drop)
        }
        _ => done(tx, on_id),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::test_world::{TestWorld, setup};

    #[test]
    fn what_very_many_look_at_is_marked_in_slices_and_begins_anew_when_it_changes_again() {
        let mut mapping = setup::mapping();
        mapping["targets"]["customers"]["fields"][0]["value"] =
            json!({"path": "default_payment_method.type"});
        let (world, _) = TestWorld::configured(&mapping);
        let active = world.active();
        let dirty = || world.number("SELECT count(*) FROM dirty");
        let run = |on: &str| world.transaction(|tx| fan_out(tx, &active, on)).unwrap();
        world
            .transaction(|tx| {
                (0..250).try_for_each(|number| {
                    let on = [format!("few_{}", number / 10), "many".to_owned()].into();
                    depends::set(tx, "customers", &format!("cus_{number:03}"), &on)
                })
            })
            .unwrap();
        run("few_20");
        assert_eq!((dirty(), pending(&world)), (10, Ok(false)));
        run("many");
        assert_eq!((dirty(), pending(&world)), (110, Ok(true)));
        slice(&world, &active).unwrap();
        run("many");
        assert_eq!(world.text("SELECT object_id FROM fan_out"), Some("cus_099".to_owned()));
        for _ in 0..2 {
            assert_eq!(pending(&world), Ok(true));
            slice(&world, &active).unwrap();
        }
        assert_eq!((dirty(), pending(&world)), (250, Ok(false)));
        assert_eq!(world.number("SELECT min(version) FROM dirty WHERE object_id < 'cus_200'"), 2);
    }

    #[test]
    fn what_waits_for_a_list_of_a_customer_who_is_gone_waits_no_more() {
        let mut mapping = setup::mapping();
        mapping["targets"]["customers"]["fields"][0]["value"] =
            json!({"ledger": {"lifetime_paid": {"currency": "jpy"}}});
        let (world, _) = TestWorld::configured(&mapping);
        let active = world.active();
        world
            .transaction(|tx| {
                depends::set(tx, "customers", "cus_2", &["cus_1/charges".to_owned()].into())?;
                request::ask_later(tx, &Kind::Customer, "cus_1/charges")?;
                buried(tx, &active, &Kind::Customer, "cus_1")
            })
            .unwrap();
        assert_eq!(world.number("SELECT count(*) FROM read"), 0);
        assert_eq!(world.number("SELECT count(*) FROM dirty WHERE object_id = 'cus_2'"), 1);
    }
}
