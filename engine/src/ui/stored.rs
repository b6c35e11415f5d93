//! What is stored of an object's record, and how it stands by that alone.

use daicho_core::validation::Text;

use super::contract::Standing;
use crate::binding::State;
use crate::error::EngineError;
use crate::port::{Millis, Query};
use crate::status::REREAD;
use crate::stripe::request;

/// What is stored of a record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) record_id: Option<String>,
    pub(super) written: Option<Millis>,
    /// Whether somebody deleted it in kintone, and the target leaves it so.
    pub(super) stays_deleted: bool,
    /// The number, the code and the text of what it failed for.
    pub(super) failure: Option<(i64, String, Text)>,
    is_dirty: bool,
    /// Whether its object is to be read.
    is_asked: bool,
    is_left_out: bool,
}

impl Stored {
    pub(super) fn read(
        sql: &(impl Query + ?Sized),
        target: &str,
        object_id: &str,
        now: Millis,
    ) -> Result<Self, EngineError> {
        let of = [target.into(), object_id.into()];
        let record = "SELECT record_id, written, deleted FROM record WHERE target = ?1 AND object_id = ?2";
        let mut stored = Self::default();
        if let Some(row) = sql.query(record, &of)?.first() {
            stored.record_id = row.optional_text(0)?.map(str::to_owned);
            stored.written = row.optional_integer(1)?;
            stored.stays_deleted = row.integer(2)? == 2;
        }
        let failure = "SELECT id, code, text_ja, text_en FROM dead_letter
                       WHERE kind = 'record' AND target = ?1 AND object_id = ?2 AND event_id = ''";
        if let Some(row) = sql.query(failure, &of)?.first() {
            let text = Text::of(row.text(2)?, row.text(3)?);
            stored.failure = Some((row.integer(0)?, row.text(1)?.to_owned(), text));
        }
        let dirty = format!("SELECT 1 FROM dirty WHERE target = ?2 AND object_id = ?3 AND NOT ({REREAD})");
        let of_now = [now.into(), target.into(), object_id.into()];
        stored.is_dirty = !sql.query(&dirty, &of_now)?.is_empty();
        stored.is_asked = request::is_waited_for(sql, object_id, now)?;
        let left_out = "SELECT 1 FROM left_out WHERE target = ?1 AND object_id = ?2";
        stored.is_left_out = !sql.query(left_out, &of)?.is_empty();
        Ok(stored)
    }

    /// How the record stands, as far as we know without a look at kintone. What failed and is tried again waits: whether
    /// it fails again is not known yet.
    pub(super) fn standing(&self) -> Standing {
        if self.is_dirty || self.is_asked {
            Standing::Waiting
        } else if self.failure.is_some() {
            Standing::Failed
        } else if self.is_left_out {
            Standing::LeftOut
        } else if self.record_id.is_some() {
            Standing::InSync
        } else {
            Standing::NotLinked
        }
    }
}

impl Standing {
    /// The same in a target that stands so: what waits for one that nothing is written to is stopped.
    pub(super) fn under(self, target: State) -> Self {
        match self {
            Self::Waiting | Self::NotLinked if target != State::Active => Self::Stopped,
            other => other,
        }
    }
}
