//! Which objects should be known: those of kinds that a backfill took in completely, and those created since
//! the mapping took their kind. Older ones are left to a backfill.

use std::collections::BTreeMap;

use daicho_core::mapping::Source;
use daicho_core::stripe::Kind;
use serde_json::{Value, json};

use crate::config::Active;
use crate::error::EngineError;
use crate::job::backfill;
use crate::object;
use crate::port::{Millis, Query, Statements};
use crate::store::meta;

/// The row in `meta`: from which second on each kind is followed.
const SINCE: &str = "followed_since";
const UNREADABLE: EngineError = EngineError::Stored { what: "followed kinds" };

pub(super) struct Scope {
    whole: Vec<String>,
    since: BTreeMap<String, i64>,
}

impl Scope {
    pub(super) fn load(sql: &(impl Query + ?Sized)) -> Result<Self, EngineError> {
        Ok(Self { whole: backfill::whole(sql)?, since: since(sql)? })
    }

    /// Whether an object that is known is one of those. An element is what the object is whose list it stands in.
    pub(super) fn has_object(
        &self,
        sql: &(impl Query + ?Sized),
        source: Source,
        id: &str,
    ) -> Result<bool, EngineError> {
        let json = object::get(sql, id)?.and_then(|object| object.json);
        let kind = Kind::from(source.element_of().map_or(source, |(parent, _)| parent));
        Ok(json.is_some_and(|json| self.has(&kind, &json)))
    }

    /// Whether an object is to be known.
    pub(super) fn has(&self, kind: &Kind, object: &Value) -> bool {
        let created = object.get("created").and_then(Value::as_i64);
        let since = self.since.get(kind.as_str());
        self.whole.iter().any(|whole| whole == kind.as_str())
            || since.zip(created).is_some_and(|(since, created)| created >= *since)
    }
}

fn since(sql: &(impl Query + ?Sized)) -> Result<BTreeMap<String, i64>, EngineError> {
    let since = meta::get(sql, SINCE)?.map(|text| serde_json::from_str(&text).map_err(|_| UNREADABLE));
    Ok(since.transpose()?.unwrap_or_default())
}

/// Notes the kinds that the mapping takes from now on.
pub(super) fn note(tx: &dyn Statements, active: &Active, now: Millis) -> Result<(), EngineError> {
    let before = since(tx)?;
    let mut after = before.clone();
    for kind in [Kind::Customer, Kind::Subscription, Kind::Invoice] {
        if active.uses(&kind) {
            after.entry(kind.as_str().to_owned()).or_insert_with(|| now.div_euclid(1_000));
        }
    }
    if after == before {
        return Ok(());
    }
    Ok(meta::put(tx, SINCE, &json!(after).to_string())?)
}
