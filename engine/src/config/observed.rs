//! The kinds of objects whose events are observed.
//!
//! A kind that a mapping has once looked at stays observed. Its rows are then right at any time, and a
//! mapping that uses it again later need not read it anew. The cost is one update for each event of a known
//! object.

use std::collections::BTreeSet;

use daicho_core::mapping::Compiled;
use daicho_core::stripe::Kind;

use crate::error::EngineError;
use crate::port::{Query, Statements};
use crate::store::meta;

/// The row in `meta`.
const KEY: &str = "observed";

/// The kinds as they are stored.
pub(super) fn load(sql: &(impl Query + ?Sized)) -> Result<BTreeSet<Kind>, EngineError> {
    let Some(text) = meta::get(sql, KEY)? else {
        return Ok(BTreeSet::new());
    };
    let names: Result<Vec<String>, _> = serde_json::from_str(&text);
    let names = names.map_err(|_| EngineError::Stored { what: "observed kinds" })?;
    Ok(names.iter().map(|name| Kind::from_object(name)).collect())
}

/// Adds the kinds that a mapping takes and looks at.
pub(crate) fn extend(tx: &dyn Statements, mapping: &Compiled) -> Result<(), EngineError> {
    let before = load(tx)?;
    let mut kinds = before.clone();
    for target in mapping.targets() {
        let source = target.source.element_of().map_or(target.source, |(parent, _)| parent);
        kinds.insert(Kind::from(source));
        kinds.extend(target.reaches());
    }
    if kinds == before {
        return Ok(());
    }
    let names: Vec<&str> = kinds.iter().map(Kind::as_str).collect();
    Ok(meta::put(tx, KEY, &serde_json::json!(names).to_string())?)
}
