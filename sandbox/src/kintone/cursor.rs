//! Cursors: at most ten live ones on a domain, each for ten minutes after its last use.

use std::collections::BTreeMap;

use super::failure::Failure;
use crate::Millis;

const MAX_LIVE: usize = 10;
const TIME_TO_LIVE: Millis = 600_000;

/// A list of records that is being read in parts.
#[derive(Debug, Clone)]
pub(super) struct Cursor {
    pub(super) app: u64,
    pub(super) fields: Option<Vec<String>>,
    pub(super) size: usize,
    /// Ids not yet read, in order.
    pub(super) remaining: Vec<u64>,
    expires_at: Millis,
}

impl Cursor {
    pub(super) fn new(app: u64, fields: Option<Vec<String>>, size: usize, ids: Vec<u64>) -> Self {
        Self { app, fields, size, remaining: ids, expires_at: 0 }
    }
}

/// The live cursors of a domain.
#[derive(Debug, Clone, Default)]
pub(super) struct Cursors {
    live: BTreeMap<String, Cursor>,
    made: u64,
}

impl Cursors {
    /// Gives the id of a new cursor.
    ///
    /// # Errors
    /// `GAIA_TM12` if ten are live.
    pub(super) fn open(&mut self, now: Millis, cursor: Cursor) -> Result<String, Failure> {
        self.live.retain(|_, cursor| cursor.expires_at > now);
        if self.live.len() >= MAX_LIVE {
            return Err(Failure::new("GAIA_TM12", []));
        }
        self.made += 1;
        // The real ones are UUIDs; these have the form and can be told apart in a log.
        let id = format!("00000000-0000-4000-8000-{:012}", self.made);
        let cursor = Cursor { expires_at: now + TIME_TO_LIVE, ..cursor };
        self.live.insert(id.clone(), cursor);
        Ok(id)
    }

    pub(super) fn app_of(&self, id: &str) -> Option<u64> {
        self.live.get(id).map(|cursor| cursor.app)
    }

    /// A live cursor; reading extends its life.
    ///
    /// # Errors
    /// `GAIA_CN01` if it never was, has expired or was read to its end.
    pub(super) fn read(&mut self, now: Millis, id: &str) -> Result<&mut Cursor, Failure> {
        self.live.retain(|_, cursor| cursor.expires_at > now);
        let cursor = self.live.get_mut(id);
        let cursor = cursor.ok_or_else(|| Failure::new("GAIA_CN01", []))?;
        cursor.expires_at = now + TIME_TO_LIVE;
        Ok(cursor)
    }

    pub(super) fn close(&mut self, id: &str) {
        self.live.remove(id);
    }
}
