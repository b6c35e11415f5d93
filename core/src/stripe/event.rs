//! The envelope of an event, read by borrowing from the body.
//!
//! A *snapshot* event (`object: "event"`) carries the object as it was; a *thin* one
//! (`object: "v2.core.event"`) only names it. Source: Stripe's documentation on event destinations,
//! and the types of stripe-node (`Events.d.ts`, `V2/Core/Events.d.ts`).

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{AccountId, EventId, Kind, ObjectId};
use crate::instant::parse_rfc3339;
use crate::tenant::{Mode, TenantName};

/// Whether an event carries its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// The object as it was is in the event.
    Snapshot,
    /// Only the object's id is; it has to be read.
    Thin,
}

/// Which object an event is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectRef {
    /// Its kind.
    pub kind: Kind,
    /// Its id.
    pub id: ObjectId,
}

/// What is read of an event before it is stored.
#[derive(Debug, Clone)]
pub struct Envelope<'a> {
    /// The event's id, by which it is stored once.
    pub id: EventId,
    /// Whether it carries the object.
    pub style: Style,
    /// The type, in the words of snapshot events: a thin `v1.customer.updated` is `customer.updated`.
    pub kind: Cow<'a, str>,
    /// When Stripe made the event, in Unix seconds. It has no finer grain.
    pub created: i64,
    /// Live or test.
    pub mode: Mode,
    /// The account it belongs to, where the event says so; otherwise it is our own.
    pub account: Option<AccountId>,
    /// The API version that `data.object` is shaped by. Thin events have none.
    pub api_version: Option<Cow<'a, str>>,
    /// The object. `None` for objects without an id (`invoice.upcoming`) and events without an object.
    pub object: Option<ObjectRef>,
    /// Of a thin event: the id of the snapshot event of the same change, to count both once.
    pub snapshot_event: Option<EventId>,
    /// `data.object` as Stripe wrote it.
    pub object_json: Option<&'a RawValue>,
    /// The object's `created`, in Unix seconds.
    pub object_created: Option<i64>,
    /// The test clock that the object lives under.
    pub test_clock: Option<Cow<'a, str>>,
    /// Whether the event says that the object is gone. A cancelled subscription
    /// (`customer.subscription.deleted`) is not: Stripe still has it.
    pub deleted: bool,
}

/// A body that is no event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// It is not JSON.
    #[error("the body is not JSON (line {line}, column {column})")]
    NotJson {
        /// From 1; 0 when the body is not even UTF-8.
        line: usize,
        /// From 1; 0 when the body is not even UTF-8.
        column: usize,
    },
    /// It is JSON, and a property of events is missing or of another form.
    #[error("the body is not a Stripe event: `{property}` is missing or has another form")]
    NotAnEvent {
        /// The path of the property.
        property: &'static str,
    },
}

impl EventError {
    /// A stable word for machines.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NotJson { .. } => "not_json",
            Self::NotAnEvent { .. } => "not_an_event",
        }
    }
}

impl<'a> Envelope<'a> {
    /// Reads the envelope of a snapshot or thin event.
    ///
    /// # Errors
    /// [`EventError`] says what is not as events are.
    pub fn parse(body: &'a [u8]) -> Result<Self, EventError> {
        let text = std::str::from_utf8(body).map_err(|_| EventError::NotJson { line: 0, column: 0 })?;
        let wire: Wire<'a> = object(text).map_err(|error| not_json(&error))?.ok_or(missing("object"))?;
        match string(wire.object).as_deref() {
            Some("event") => Self::snapshot(&wire),
            Some("v2.core.event") => Self::thin(&wire),
            _ => Err(missing("object")),
        }
    }

    /// The tenant: the event's account, or `own_account` where it names none, and its mode.
    #[must_use]
    pub fn tenant(&self, own_account: &AccountId) -> TenantName {
        let account = self.account.as_ref().unwrap_or(own_account).clone();
        TenantName { account, mode: self.mode }
    }

    fn snapshot(wire: &Wire<'a>) -> Result<Self, EventError> {
        let kind = string(wire.kind).ok_or(missing("type"))?;
        let data: Data<'a> = nested(wire.data).ok_or(missing("data"))?;
        let head: Head<'a> = nested(data.object).ok_or(missing("data.object"))?;
        let account = match wire.account {
            None => None,
            given => Some(account(string(given).as_deref()).ok_or(missing("account"))?),
        };
        let object_kind = string(head.object).map(|kind| Kind::from_object(&kind));
        let deleted = head.deleted.is_some_and(|raw| raw.get() == "true") || is_deletion(&kind);
        Ok(Self {
            id: event_id(wire.id).ok_or(missing("id"))?,
            style: Style::Snapshot,
            created: integer(wire.created).ok_or(missing("created"))?,
            mode: mode(wire.livemode)?,
            account,
            api_version: string(wire.api_version),
            object: object_kind.zip(object_id(head.id)).map(|(kind, id)| ObjectRef { kind, id }),
            snapshot_event: None,
            object_json: data.object,
            object_created: integer(head.created),
            test_clock: string(head.test_clock),
            deleted,
            kind,
        })
    }

    fn thin(wire: &Wire<'a>) -> Result<Self, EventError> {
        let kind = without_v1(string(wire.kind).ok_or(missing("type"))?);
        let created = string(wire.created).and_then(|text| parse_rfc3339(&text));
        let related: Option<Related<'a>> = match wire.related_object {
            None => None,
            given => Some(nested(given).ok_or(missing("related_object"))?),
        };
        let object = match related {
            None => None,
            Some(related) => {
                let kind = without_v1(string(related.kind).ok_or(missing("related_object.type"))?);
                let id = object_id(related.id).ok_or(missing("related_object.id"))?;
                Some(ObjectRef { kind: Kind::from_object(&kind), id })
            }
        };
        let account = match wire.context {
            None => None,
            given => Some(context_account(string(given)).ok_or(missing("context"))?),
        };
        Ok(Self {
            id: event_id(wire.id).ok_or(missing("id"))?,
            style: Style::Thin,
            created: created.ok_or(missing("created"))?,
            mode: mode(wire.livemode)?,
            account,
            api_version: None,
            object,
            snapshot_event: event_id(wire.snapshot_event),
            object_json: None,
            object_created: None,
            test_clock: None,
            deleted: is_deletion(&kind),
            kind,
        })
    }
}

/// Whether events of this type prove that their object is gone.
///
/// `customer.subscription.deleted` means cancelled: the subscription can still be retrieved.
fn is_deletion(kind: &str) -> bool {
    kind.ends_with(".deleted") && kind != "customer.subscription.deleted"
}

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow)]
    object: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    created: Option<&'a RawValue>,
    #[serde(borrow)]
    livemode: Option<&'a RawValue>,
    #[serde(borrow)]
    account: Option<&'a RawValue>,
    #[serde(borrow)]
    context: Option<&'a RawValue>,
    #[serde(borrow)]
    api_version: Option<&'a RawValue>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    related_object: Option<&'a RawValue>,
    #[serde(borrow)]
    snapshot_event: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    object: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow)]
    object: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    created: Option<&'a RawValue>,
    #[serde(borrow)]
    test_clock: Option<&'a RawValue>,
    #[serde(borrow)]
    deleted: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Related<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
}

/// Text that borrows where it has no escapes. (`Cow` alone would always be owned inside `Option`.)
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

fn missing(property: &'static str) -> EventError {
    EventError::NotAnEvent { property }
}

fn not_json(error: &serde_json::Error) -> EventError {
    if error.is_data() {
        // A property that stands twice: which of them Stripe meant cannot be known.
        return missing("object");
    }
    EventError::NotJson { line: error.line(), column: error.column() }
}

/// Reads a JSON object; `None` when it is another JSON value. (Serde would read an array as one.)
fn object<'a, T: Deserialize<'a>>(json: &'a str) -> Result<Option<T>, serde_json::Error> {
    if json.trim_start_matches([' ', '\t', '\r', '\n']).starts_with('{') {
        return serde_json::from_str(json).map(Some);
    }
    serde_json::from_str::<&RawValue>(json).map(|_| None)
}

fn nested<'a, T: Deserialize<'a>>(raw: Option<&'a RawValue>) -> Option<T> {
    object(raw?.get()).ok().flatten()
}

fn string<'a>(raw: Option<&'a RawValue>) -> Option<Cow<'a, str>> {
    serde_json::from_str::<Text<'a>>(raw?.get()).ok().map(|text| text.0)
}

fn integer(raw: Option<&RawValue>) -> Option<i64> {
    raw?.get().parse().ok()
}

fn mode(raw: Option<&RawValue>) -> Result<Mode, EventError> {
    match raw.map(RawValue::get) {
        Some("true") => Ok(Mode::Live),
        Some("false") => Ok(Mode::Test),
        _ => Err(missing("livemode")),
    }
}

fn event_id(raw: Option<&RawValue>) -> Option<EventId> {
    EventId::parse(&string(raw)?).ok()
}

fn object_id(raw: Option<&RawValue>) -> Option<ObjectId> {
    ObjectId::parse(&string(raw)?).ok()
}

fn account(text: Option<&str>) -> Option<AccountId> {
    AccountId::parse(text?).ok()
}

/// The account of a thin event's context: `acct_…`, or the last of a path such as `org_…/acct_…`.
/// A context without an account must not be taken for our own.
fn context_account(context: Option<Cow<'_, str>>) -> Option<AccountId> {
    account(context?.rsplit('/').find(|segment| segment.starts_with("acct_")))
}

fn without_v1(kind: Cow<'_, str>) -> Cow<'_, str> {
    match kind {
        Cow::Borrowed(text) => Cow::Borrowed(text.strip_prefix("v1.").unwrap_or(text)),
        Cow::Owned(text) => Cow::Owned(text.strip_prefix("v1.").unwrap_or(&text).to_owned()),
    }
}

#[cfg(test)]
#[path = "event_tests.rs"]
mod tests;
