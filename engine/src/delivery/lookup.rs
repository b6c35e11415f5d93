//! The order among targets: a record whose lookup names another target's record waits for it.
//!
//! kintone refuses a lookup whose key is not in the other app (GAIA_LO04). So a record waits while the
//! one that it names is about to be written, for five minutes at most: neither a circle of lookups nor
//! a record that never comes holds it up for ever. While the other target is not written to (it is held or
//! paused, its app does not answer or has had its requests of the day), those minutes do not begin. Then it
//! goes, and should kintone refuse it, it is a dead letter until the record that it names is written.

use daicho_core::kintone::{FormSchema, Record};
use daicho_core::mapping::{CompiledTarget, Source};
use daicho_core::stripe::{Kind, ObjectId};
use serde_json::Value;

use super::dirty;
use crate::binding::{Binding, State};
use crate::calendar::DAY;
use crate::config::Active;
use crate::context;
use crate::kintone::{self, MaySend};
use crate::object;
use crate::port::{Millis, SqlError, Statements};
use crate::stripe::request;

/// Longer than a parent takes that is merely behind others.
pub(super) const LONGEST_WAIT: Millis = 300_000;

/// How long a target is waited for that a person has to let go on, before its records are looked for once
/// more. Whatever is written of them meanwhile ends the wait.
const HELD_WAIT: Millis = DAY;

/// A record that will be written, and what keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Coming<'a> {
    /// The target that is not written to now; `None`: it is merely behind others.
    pub(super) held_up: Option<&'a str>,
    /// Until when it is waited for at least.
    pub(super) until: Millis,
}

/// A record of another app, as a lookup names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// The app's number.
    app: String,
    /// Its key field.
    field: String,
    /// What that holds.
    key: String,
}

impl Named {
    /// As it stands in `lookup_wait`.
    fn text(&self) -> String {
        format!("{}/{}/{}", self.app, self.field, self.key)
    }
}

/// The records that a record's lookups name, those within tables too.
pub(super) fn named(record: &Record, form: &FormSchema) -> Vec<Named> {
    let mut named = Vec::new();
    let mut add = |field: &daicho_core::kintone::Field, value: &Value| {
        if let (Some(lookup), Some(key)) = (&field.lookup, value.as_str().filter(|key| !key.is_empty())) {
            let (app, field) = (lookup.related_app.app.clone(), lookup.related_key_field.clone());
            named.push(Named { app, field, key: key.to_owned() });
        }
    };
    for (code, value) in record {
        let Some(field) = form.field(code) else { continue };
        add(field, &value.value);
        for row in value.value.as_array().into_iter().flatten().filter(|_| !field.fields.is_empty()) {
            for (code, cell) in row.get("value").and_then(Value::as_object).into_iter().flatten() {
                if let (Some(field), Some(value)) = (field.fields.get(code), cell.get("value")) {
                    add(field, value);
                }
            }
        }
    }
    named.dedup();
    named
}

/// The app numbers and key fields of the records that a target's lookups name, whatever the record.
pub(crate) fn looked_up(target: &CompiledTarget, form: &FormSchema) -> Vec<(String, String)> {
    let mut named = Vec::new();
    for field in target.write_policies().filter_map(|(code, _)| form.field(code)) {
        for field in std::iter::once(field).chain(field.fields.values()) {
            let lookup = field.lookup.as_ref();
            named.extend(
                lookup.map(|lookup| (lookup.related_app.app.clone(), lookup.related_key_field.clone())),
            );
        }
    }
    named
}

/// Which target writes what a lookup names.
pub(super) struct Order<'a> {
    pub(super) active: &'a Active,
    pub(super) bindings: &'a [Binding],
    /// The target whose record has the lookup.
    pub(super) of: &'a Binding,
    pub(super) now: Millis,
}

impl<'a> Order<'a> {
    /// Whether the record is not there yet and will be, by another target or by another of this one's.
    pub(super) fn is_on_its_way(
        &self,
        tx: &dyn Statements,
        object_id: &str,
        named: &Named,
    ) -> Result<Option<Coming<'a>>, SqlError> {
        let mut coming = None;
        for binding in self.bindings {
            let target = self.active.target(&binding.target);
            let Some(target) = target.filter(|target| writes(target, binding, self.of, named)) else {
                continue;
            };
            if is_written(tx, target, named)? {
                return Ok(None);
            }
            let is_itself = binding.target == self.of.target && named.key == object_id;
            if !is_itself && is_pending(tx, target, named)? {
                let until = self.held_up(tx, binding)?;
                let held_up = until.map(|_| binding.target.as_str());
                coming = Some(Coming { held_up, until: until.unwrap_or_default() });
            }
        }
        Ok(coming)
    }

    /// Until when a target's records are waited for because it is not written to now; `None` where it is.
    fn held_up(&self, tx: &dyn Statements, binding: &Binding) -> Result<Option<Millis>, SqlError> {
        if binding.target == self.of.target {
            return Ok(None);
        }
        let share = self.active.daily_requests(&binding.address);
        let from = match (binding.state, kintone::may_send(tx, &binding.address, share, self.now)?) {
            (State::Held | State::Paused, _) => Some(self.now + HELD_WAIT),
            (_, MaySend::Wait(until)) => Some(until.max(binding.not_before)),
            (State::Unchecked, _) => Some(binding.not_before.max(self.now)),
            (State::Active, _) if binding.attempts > 0 => Some(binding.not_before.max(self.now)),
            (State::Active, _) => None,
        };
        Ok(from.map(|from| from + LONGEST_WAIT))
    }
}

fn writes(target: &CompiledTarget, binding: &Binding, of: &Binding, named: &Named) -> bool {
    binding.address.domain == of.address.domain
        && binding.address.app.0.to_string() == named.app
        && target.key_field == named.field
}

fn is_written(tx: &dyn Statements, target: &CompiledTarget, named: &Named) -> Result<bool, SqlError> {
    let by_id = "SELECT 1 FROM record
                 WHERE target = ?1 AND object_id = ?2 AND key = ?2 AND record_id IS NOT NULL";
    let by_key = "SELECT 1 FROM record
                  WHERE target = ?1 AND key = ?2 AND key <> object_id AND record_id IS NOT NULL LIMIT 1";
    let sql = if target.key_is_id() { by_id } else { by_key };
    Ok(!tx.exec(sql, &[target.name.as_str().into(), named.key.as_str().into()])?.is_empty())
}

/// Whether the object that the key names is to be written. One that nothing is known of is read: it is
/// older than Daicho. By a key that is not the object's id it cannot be told.
fn is_pending(tx: &dyn Statements, target: &CompiledTarget, named: &Named) -> Result<bool, SqlError> {
    if !target.key_is_id() {
        return Ok(false);
    }
    let key = named.key.as_str();
    let dirty = "SELECT 1 FROM dirty WHERE target = ?1 AND object_id = ?2";
    let read = "SELECT 1 FROM read WHERE object_id = ?1";
    if !tx.exec(dirty, &[target.name.as_str().into(), key.into()])?.is_empty()
        || !tx.exec(read, &[key.into()])?.is_empty()
    {
        return Ok(true);
    }
    let is_known = object::known(tx, key)?.is_some();
    if is_known || !is_id_of(target.source, key) {
        return Ok(false);
    }
    request::ask(tx, &Kind::from(target.source), key).map(|()| true)
}

fn is_id_of(source: Source, key: &str) -> bool {
    let prefix = match source {
        Source::Customer => "cus_",
        Source::Subscription => "sub_",
        Source::Invoice => "in_",
        // Elements are not read by themselves.
        Source::SubscriptionItem | Source::InvoiceLine => return false,
    };
    key.starts_with(prefix) && ObjectId::parse(key).is_ok()
}

/// Notes that a record waits for the one that its lookup names. Answers since when it does.
pub(super) fn wait(
    tx: &dyn Statements,
    target: &str,
    object_id: &str,
    named: &Named,
    now: Millis,
) -> Result<Millis, SqlError> {
    let sql = "INSERT INTO lookup_wait (target, object_id, names, since) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT DO NOTHING";
    let names = named.text();
    tx.exec(sql, &[target.into(), object_id.into(), names.as_str().into(), now.into()])?;
    let since = "SELECT since FROM lookup_wait WHERE target = ?1 AND object_id = ?2 AND names = ?3";
    let rows = tx.exec(since, &[target.into(), object_id.into(), names.as_str().into()])?;
    rows.first().map_or(Ok(now), |row| row.integer(0))
}

/// The record was written: it waits for none.
pub(super) fn waits_no_more(tx: &dyn Statements, target: &str, object_id: &str) -> Result<(), SqlError> {
    let sql = "DELETE FROM lookup_wait WHERE target = ?1 AND object_id = ?2";
    tx.exec(sql, &[target.into(), object_id.into()]).map(drop)
}

/// How the wait for a record ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It was written: all who waited are due, those that went and were refused among them.
    Arrived,
    /// It will not be written for now: those that still wait go without. Those that went wait on until it is.
    NeverComes,
}

/// Records woken in one step.
const WOKEN: i64 = 100;

/// The wait for the record with this key ends, for very many in slices.
pub(super) fn ended(
    tx: &dyn Statements,
    ended: Ended,
    binding: &Binding,
    target: &CompiledTarget,
    key: &str,
) -> Result<(), SqlError> {
    let app = binding.address.app.0.to_string();
    let names = Named { app, field: target.key_field.clone(), key: key.to_owned() }.text();
    match wake(tx, ended, &names, ("", ""))? {
        Some(last) => context::wake_later(tx, ended, &names, &last),
        None => Ok(()),
    }
}

/// Wakes a slice of those that wait for a record. Answers the last of them if there may be more: the next slice begins
/// `after` it where they go on waiting once they were woken, lest it be the same ones.
pub(crate) fn wake(
    tx: &dyn Statements,
    ended: Ended,
    names: &str,
    after: (&str, &str),
) -> Result<Option<(String, String)>, SqlError> {
    let sql = match ended {
        Ended::Arrived => {
            "DELETE FROM lookup_wait WHERE names = ?1 AND (target, object_id) IN
               (SELECT target, object_id FROM lookup_wait WHERE names = ?1 LIMIT ?2)
             RETURNING target, object_id"
        }
        Ended::NeverComes => {
            "UPDATE dirty SET not_before = 0 WHERE (target, object_id) IN
               (SELECT w.target, w.object_id FROM lookup_wait w
                JOIN dirty d ON d.target = w.target AND d.object_id = w.object_id
                WHERE w.names = ?1 AND d.last_error LIKE 'lookup%' AND d.not_before > 0 AND (w.target, w.object_id) > (?3, ?4)
                ORDER BY w.target, w.object_id LIMIT ?2)
             RETURNING target, object_id"
        }
    };
    let woken = match ended {
        Ended::Arrived => tx.exec(sql, &[names.into(), WOKEN.into()])?,
        Ended::NeverComes => tx.exec(sql, &[names.into(), WOKEN.into(), after.0.into(), after.1.into()])?,
    };
    for row in woken.iter().filter(|_| ended == Ended::Arrived) {
        dirty::wake(tx, row.text(0)?, row.text(1)?)?;
    }
    let places =
        woken.iter().map(|row| Ok::<_, SqlError>((row.text(0)?.to_owned(), row.text(1)?.to_owned())));
    let last = places.collect::<Result<Vec<_>, _>>()?.into_iter().max();
    Ok(last.filter(|_| woken.len() as i64 == WOKEN))
}
