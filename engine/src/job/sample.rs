//! A few of the objects that a job tells of: rows of `job_sample`, until the job is begun anew.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::row::Name;
use crate::error::EngineError;
use crate::port::{Query, Statements};

const UNREADABLE: EngineError = EngineError::Stored { what: "sample" };

/// Keeps one: of which target, of which class, about which object.
pub(super) fn keep(
    tx: &dyn Statements,
    job: Name,
    target: &str,
    class: &str,
    object_id: &str,
    sample: &impl Serialize,
) -> Result<(), EngineError> {
    let body = serde_json::to_string(sample).map_err(|_| UNREADABLE)?;
    let sql = "INSERT INTO job_sample (job, target, class, object_id, body) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (job, target, class, object_id) DO UPDATE SET body = excluded.body";
    tx.exec(sql, &[job.as_str().into(), target.into(), class.into(), object_id.into(), body.into()])?;
    Ok(())
}

/// By class.
pub type Samples<T> = BTreeMap<String, Vec<T>>;

/// All of a job, by target.
pub(super) fn all<T: DeserializeOwned>(
    sql: &(impl Query + ?Sized),
    job: Name,
) -> Result<BTreeMap<String, Samples<T>>, EngineError> {
    let text = "SELECT target, class, body FROM job_sample WHERE job = ?1 ORDER BY target, class, object_id";
    let mut samples: BTreeMap<String, Samples<T>> = BTreeMap::new();
    for row in sql.query(text, &[job.as_str().into()])? {
        let sample = serde_json::from_str(row.text(2)?).map_err(|_| UNREADABLE)?;
        let of_target = samples.entry(row.text(0)?.to_owned()).or_default();
        of_target.entry(row.text(1)?.to_owned()).or_default().push(sample);
    }
    Ok(samples)
}
