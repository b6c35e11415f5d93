//! Dead letters for people: what will not succeed by itself, listed, sent again or discarded.
//!
//! A letter stays until its record is written, its event is observed, or a person discards it; nothing
//! drops it in silence. What was to be written then is kept for 30 days after the last try, what a person
//! discarded for 90.

mod discard;
mod replay;
mod sweep;

use daicho_core::kintone::{AppAddress, AppId, GuestSpaceId};
use daicho_core::stripe::Envelope;
use daicho_core::validation::Text;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::port::{Millis, Query, Row, SqlError};

pub use discard::{DiscardError, Discarded, discard, discarded};
pub use replay::{Replayed, Which, replay};
pub use sweep::sweep;

/// Which dead letters: all of them, unless told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this target.
    pub target: Option<String>,
    /// With this code.
    pub code: Option<String>,
}

/// Whether the values that were to be written are shown. They may be personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// As they are.
    Shown,
    /// The fields alone.
    Redacted,
}

/// Something that will not succeed by itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeadLetter {
    /// Its number.
    pub id: i64,
    /// `event` or `record`.
    pub kind: String,
    /// The target; empty for an event.
    pub target: String,
    /// The target's app.
    pub app: Option<AppAddress>,
    /// The Stripe object; empty where there is none.
    pub object_id: String,
    /// The event; empty for a record.
    pub event_id: String,
    /// Why, as a stable code: an issue's or kintone's.
    pub code: String,
    /// The field code.
    pub field: Option<String>,
    /// Why and what to do.
    pub text: Text,
    /// When it happened first, in milliseconds since the Unix epoch.
    pub first: Millis,
    /// When it happened last, in milliseconds since the Unix epoch.
    pub last: Millis,
    /// How often it happened.
    pub attempts: i64,
    /// What was to be written at the last try, by field code; of an event, the event. Each value is `***`
    /// unless values are asked for. `None` once it is not kept any more.
    pub payload: Option<Value>,
}

const COLUMNS: &str =
    "d.id, d.kind, d.target, d.object_id, d.event_id, d.code, d.field, d.text_ja, d.text_en,
                       d.first, d.last, d.attempts, d.payload, b.domain, b.guest_space, b.app";

/// Up to `limit` dead letters after the one with the number `after`, oldest first.
///
/// # Errors
/// SQLite's refusal.
pub fn list(
    sql: &(impl Query + ?Sized),
    filter: &Filter,
    after: i64,
    limit: u32,
    values: Values,
) -> Result<Vec<DeadLetter>, SqlError> {
    let text = format!(
        "SELECT {COLUMNS} FROM dead_letter d LEFT JOIN binding b ON b.target = d.target
         WHERE d.id > ?1 AND (?2 IS NULL OR d.target = ?2) AND (?3 IS NULL OR d.code = ?3)
         ORDER BY d.id LIMIT ?4"
    );
    let parameters =
        [after.into(), filter.target.clone().into(), filter.code.clone().into(), i64::from(limit).into()];
    sql.query(&text, &parameters)?.iter().map(|row| from_row(row, values)).collect()
}

fn from_row(row: &Row, values: Values) -> Result<DeadLetter, SqlError> {
    let text = |column| row.text(column).map(str::to_owned);
    let kept = row.optional_text(12)?;
    let kind = text(1)?;
    let object_id = match text(3)? {
        of_event if of_event.is_empty() => kept.and_then(object_of).map_or(of_event, |(_, id)| id),
        of_record => of_record,
    };
    let payload = kept.and_then(|kept| serde_json::from_str::<Value>(kept).ok());
    Ok(DeadLetter {
        id: row.integer(0)?,
        kind,
        target: text(2)?,
        app: app(row)?,
        object_id,
        event_id: text(4)?,
        code: text(5)?,
        field: row.optional_text(6)?.map(str::to_owned),
        text: Text { ja: text(7)?, en: text(8)? },
        first: row.integer(9)?,
        last: row.integer(10)?,
        attempts: row.integer(11)?,
        payload: match values {
            Values::Shown => payload,
            Values::Redacted => payload.map(redacted),
        },
    })
}

fn app(row: &Row) -> Result<Option<AppAddress>, SqlError> {
    let (Some(domain), Some(app)) = (row.optional_text(13)?, row.optional_integer(15)?) else {
        return Ok(None);
    };
    let guest_space = row.optional_integer(14)?.and_then(|space| u64::try_from(space).ok());
    Ok(u64::try_from(app).ok().map(|app| AppAddress {
        domain: domain.to_owned(),
        guest_space: guest_space.map(GuestSpaceId),
        app: AppId(app),
    }))
}

/// The object that a kept event is about: its kind and its id.
fn object_of(payload: &str) -> Option<(String, String)> {
    let event = Envelope::parse(payload.as_bytes()).ok()?;
    event.object.map(|about| (about.kind.as_str().to_owned(), about.id.as_str().to_owned()))
}

/// The names alone. Whether a field was to be empty is told: that is nobody's data.
fn redacted(payload: Value) -> Value {
    let hidden = |value: Value| match value {
        Value::String(text) if text.is_empty() => Value::String(text),
        Value::Array(items) if items.is_empty() => Value::Array(items),
        Value::Null => Value::Null,
        _ => Value::from("***"),
    };
    match payload {
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| (name, hidden(value)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        other => hidden(other),
    }
}
