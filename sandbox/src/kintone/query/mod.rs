//! kintone's query language, as far as its documentation and measurements of the real service go:
//! [`lexer`] → [`parser`] → [`resolve`] against a form → [`run`] over the records.

mod condition;
mod lexer;
mod operand;
mod operators;
mod parser;
mod resolve;
mod word_search;

use std::cmp::Ordering;
use std::sync::Arc;

use super::app::App;
use super::failure::Failure;
use super::store::Record;

pub(crate) use parser::{Query, parse};

/// The records that `limit` and `offset` leave of those that match.
pub(crate) struct Found {
    pub(crate) records: Vec<Arc<Record>>,
    /// How many match, whatever the limit.
    pub(crate) total: usize,
}

const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 500;
const MAX_OFFSET: usize = 10_000;

/// Runs a query as `records.json` does.
///
/// # Errors
/// `GAIA_QU01` above 500 records, `GAIA_QU02` above an offset of 10,000, and those of
/// [`matching`].
pub(crate) fn run(app: &App, query: &Query) -> Result<Found, Failure> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    let offset = query.offset.unwrap_or(0);
    if limit > MAX_LIMIT {
        return Err(Failure::new("GAIA_QU01", []));
    }
    if offset > MAX_OFFSET {
        return Err(Failure::new("GAIA_QU02", []));
    }
    let all = matching(app, query)?;
    let total = all.len();
    let records = all.into_iter().skip(offset).take(limit).collect();
    Ok(Found { records, total })
}

/// All records that match, in the query's order; the newest first by default.
///
/// # Errors
/// `GAIA_IQ11` for an unknown field, `GAIA_IQ03` and `GAIA_IQ07` for an operator that its type does
/// not take, `GAIA_IQ10` for an unknown option, `GAIA_IQ23` for a function.
pub(crate) fn matching(app: &App, query: &Query) -> Result<Vec<Arc<Record>>, Failure> {
    let condition =
        query.condition.as_ref().map(|condition| resolve::condition(app, condition)).transpose()?;
    let order = resolve::order(app, &query.order)?;
    let mut records: Vec<Arc<Record>> = app
        .store
        .all()
        .rev()
        .filter(|record| {
            let condition = condition.as_ref();
            condition.is_none_or(|condition| condition.holds(app, record))
        })
        .cloned()
        .collect();
    if !order.is_empty() {
        // The sort is stable, so that ties stay newest first.
        records.sort_by(|left, right| {
            let keys = order.iter();
            keys.map(|(column, direction)| {
                let ordering = column.compare(app, left, right);
                if direction.is_descending() { ordering.reverse() } else { ordering }
            })
            .find(|ordering| *ordering != Ordering::Equal)
            .unwrap_or(Ordering::Equal)
        });
    }
    Ok(records)
}

#[cfg(test)]
mod tests;
