//! Rotating the sealing key: what is sealed under another key than the newest is opened and sealed
//! anew, in slices. `SEALING_KEYS` gets a new key, named by `current`, beside the old one; the old one is
//! taken away once nothing is sealed under it.

use std::collections::BTreeMap;

use daicho_core::tenant::TenantName;
use daicho_core::validation::Text;
use serde::Serialize;
use serde_json::json;

use super::seal::Sealed;
use super::{SealingKeys, SecretError};
use crate::port::{Level, Millis, Query, Row, SqlError, Statements, World};
use crate::store::meta;
use crate::timer;

/// The timer's name, and that of the row in `meta` that says where the next slice begins.
pub(crate) const NAME: &str = "reseal";
/// Values sealed anew in one step.
const SLICE: i64 = 20;

/// Every table that holds sealed values, with the columns `name`, `key_id`, `nonce` and `sealed`. What is
/// sealed anywhere stands here, so that no key is said to be unused while something needs it.
const TABLES: [&str; 1] = ["secret"];

/// Sets the timer where something is sealed under a key that is held and is not the newest.
pub(crate) fn plan(tx: &dyn Statements, keys: &SealingKeys, now: Millis) -> Result<(), SqlError> {
    let current = keys.current().0;
    let uses = uses(tx)?;
    if uses.keys().any(|id| id != current && keys.get(id).is_some()) {
        timer::set_once(tx, NAME, now)?;
    }
    Ok(())
}

/// Seals one slice anew; `true` when none is left.
///
/// # Errors
/// SQLite's refusal. A value that does not open stays as it is, and the report shows it.
pub(crate) fn ring(world: &impl World, keys: &SealingKeys, tenant: &TenantName) -> Result<bool, SecretError> {
    let mut broken = Vec::new();
    let (done, resealed) = world.transaction(|tx| slice(tx, world, keys, tenant, &mut broken))?;
    let current = keys.current().0;
    if resealed > 0 {
        world.line(Level::Info, "secrets_resealed", json!({ "key": current, "count": resealed }));
    }
    for name in broken {
        world.line(Level::Error, "secret_not_resealed", json!({ "name": name }));
    }
    Ok(done)
}

fn slice(
    tx: &dyn Statements,
    world: &impl World,
    keys: &SealingKeys,
    tenant: &TenantName,
    broken: &mut Vec<String>,
) -> Result<(bool, usize), SecretError> {
    let current = keys.current().0;
    let after = after(tx)?;
    let mut resealed = 0;
    for table in TABLES {
        let sql = format!(
            "SELECT name, key_id, nonce, sealed FROM {table} WHERE key_id <> ?1 AND name > ?2 ORDER BY name LIMIT ?3"
        );
        let rows = tx.exec(&sql, &[current.into(), after.as_str().into(), SLICE.into()])?;
        for row in &rows {
            match reseal(tx, world, keys, tenant, table, row) {
                Ok(()) => resealed += 1,
                Err(SecretError::Sql(error)) => return Err(error.into()),
                Err(_) => broken.push(row.text(0)?.to_owned()),
            }
        }
        if let Some(last) = rows.last().filter(|_| rows.len() as i64 == SLICE) {
            meta::put(tx, NAME, last.text(0)?)?;
            return Ok((false, resealed));
        }
    }
    meta::remove(tx, NAME)?;
    timer::clear(tx, NAME)?;
    Ok((true, resealed))
}

fn reseal(
    tx: &dyn Statements,
    world: &impl World,
    keys: &SealingKeys,
    tenant: &TenantName,
    table: &str,
    row: &Row,
) -> Result<(), SecretError> {
    let (name, tenant) = (row.text(0)?, tenant.to_string());
    let old = Sealed {
        key_id: row.text(1)?.to_owned(),
        nonce: row.blob(2)?.to_owned(),
        bytes: row.blob(3)?.to_owned(),
    };
    let plain = old.open(keys, &tenant, name)?;
    let new = Sealed::seal(world, keys, &tenant, name, &plain)?;
    let sql = format!("UPDATE {table} SET key_id = ?2, nonce = ?3, sealed = ?4 WHERE name = ?1");
    tx.exec(&sql, &[name.into(), new.key_id.into(), new.nonce.into(), new.bytes.into()])?;
    Ok(())
}

fn after(tx: &dyn Statements) -> Result<String, SqlError> {
    Ok(meta::get(tx, NAME)?.unwrap_or_default())
}

/// How many values are sealed under each key.
fn uses(query: &(impl Query + ?Sized)) -> Result<BTreeMap<String, i64>, SqlError> {
    let mut uses = BTreeMap::new();
    for table in TABLES {
        let sql = format!("SELECT key_id, count(*) FROM {table} GROUP BY key_id");
        for row in query.query(&sql, &[])? {
            *uses.entry(row.text(0)?.to_owned()).or_default() += row.integer(1)?;
        }
    }
    Ok(uses)
}

/// How the tenant stands with the sealing keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sealing {
    /// The key that seals.
    pub current: String,
    /// Each key that `SEALING_KEYS` holds or that something is sealed under, by its id.
    pub keys: BTreeMap<String, KeyUse>,
    /// Whether values are being sealed anew.
    pub under_way: bool,
    /// What is to be done; `None` when nothing.
    pub text: Option<Text>,
}

/// How a key is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyUse {
    /// Values sealed under it.
    pub sealed: i64,
    /// Whether `SEALING_KEYS` holds it; what is sealed under one that it does not hold cannot be opened.
    pub held: bool,
    /// Whether it may be taken out of `SEALING_KEYS`, as far as this tenant goes.
    pub removable: bool,
}

impl Sealing {
    /// Reads it.
    ///
    /// # Errors
    /// SQLite's refusal.
    pub fn read(query: &(impl Query + ?Sized), keys: &SealingKeys) -> Result<Self, SqlError> {
        let current = keys.current().0.to_owned();
        let uses = uses(query)?;
        let ids = keys.ids().map(str::to_owned).chain(uses.keys().cloned());
        let of = |id: String| {
            let sealed = uses.get(&id).copied().unwrap_or_default();
            let held = keys.get(&id).is_some();
            let removable = held && id != current && sealed == 0;
            (id, KeyUse { sealed, held, removable })
        };
        let keys: BTreeMap<String, KeyUse> = ids.map(of).collect();
        let under_way = !query.query("SELECT 1 FROM timer WHERE name = ?1", &[NAME.into()])?.is_empty();
        let text = text(&keys);
        Ok(Self { current, keys, under_way, text })
    }
}

fn text(keys: &BTreeMap<String, KeyUse>) -> Option<Text> {
    let which = |which: fn(&KeyUse) -> bool| {
        let ids: Vec<&str> = keys.iter().filter(|(_, key)| which(key)).map(|(id, _)| id.as_str()).collect();
        (!ids.is_empty()).then(|| ids.join(", "))
    };
    if let Some(ids) = which(|key| !key.held && key.sealed > 0) {
        return Some(Text {
            ja: format!(
                "暗号化キー {ids} がSEALING_KEYSにないため、読み取れない秘密情報があります。キーを戻すか、秘密情報を登録し直してください。"
            ),
            en: format!(
                "Secrets are sealed under {ids}, which SEALING_KEYS does not hold: put the key back, or store them again."
            ),
        });
    }
    which(|key| key.removable).map(|ids| Text {
        ja: format!("暗号化キー {ids} を使う秘密情報はもうありません。テスト・本番のすべてで同じ表示になったら、SEALING_KEYSから外せます。"),
        en: format!("Nothing is sealed under {ids} any more: take it out of SEALING_KEYS once every account and mode says so."),
    })
}

#[cfg(test)]
#[path = "rotation_tests.rs"]
mod tests;
