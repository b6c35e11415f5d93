//! What one call may do: read and commit the objects of its account and mode, and say what happened.

use std::sync::Arc;

use serde_json::{Value, json};

use super::error::ApiError;
use super::keys::Limits;
use super::resource::blank;
use super::store::{Change, Shelf};
use super::version::Version;
use super::world::{Scope, World};
use crate::Millis;

/// Who asks for what, and when.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub now: Millis,
    pub scope: Scope,
    /// What its key may do, where that is not everything.
    pub limits: Option<Limits>,
    pub version: Version,
    /// Absent where time and not a request is the cause.
    pub request_id: Option<String>,
    pub idempotency_key: Option<String>,
}

/// The world as one call sees it.
pub(super) struct Desk<'a> {
    pub world: &'a mut World,
    pub call: Call,
}

impl Desk<'_> {
    /// The call's time in whole seconds, as Stripe writes times.
    pub fn seconds(&self) -> i64 {
        self.call.now.div_euclid(1000)
    }

    /// The objects of the call's account and mode.
    pub fn shelf(&self) -> &Shelf {
        self.world.shelf(&self.call.scope)
    }

    /// The object, or Stripe's 404 naming `param`.
    pub fn find(&self, kind: &str, id: &str, param: &str) -> Result<Arc<Value>, ApiError> {
        if let Some(found) = self.shelf().live(kind, id) {
            return Ok(Arc::clone(found));
        }
        let other = Scope { livemode: !self.call.scope.livemode, ..self.call.scope.clone() };
        let mode = if other.livemode { "live" } else { "test" };
        let elsewhere = self.world.shelf(&other).row(kind, id).map(|_| mode);
        Err(ApiError::missing(kind, id, elsewhere).at(param))
    }

    /// A new object with id, time and mode set.
    pub fn blank(&mut self, kind: &str, prefix: &str) -> Value {
        let mut object = blank(kind);
        object["id"] = self.world.ids.next(prefix).into();
        for (name, value) in
            [("created", json!(self.seconds())), ("livemode", json!(self.call.scope.livemode))]
        {
            if object.get(name).is_some() {
                object[name] = value;
            }
        }
        object
    }

    /// Commits a state and tells of it with these event types. An unchanged state is no commit.
    pub fn commit(&mut self, kind: &'static str, object: Value, events: &[&str]) -> Arc<Value> {
        let id = object["id"].as_str().unwrap_or_default().to_owned();
        let old = self.shelf().row(kind, &id).map(|row| Arc::clone(&row.json));
        if let Some(old) = &old
            && **old == object
        {
            return Arc::clone(old);
        }
        let new = Arc::new(object);
        self.put(kind, &id, Arc::clone(&new), false);
        for event in events {
            let previous = old.as_ref().filter(|_| event.ends_with("updated"));
            self.world.emit(&self.call, event, &new, previous);
        }
        new
    }

    /// Tells of an object without a change to it.
    pub fn tell(&mut self, event: &str, object: &Arc<Value>) {
        self.world.emit(&self.call, event, object, None);
    }

    /// Deletes: what a retrieve answers from now on, and the event with the last state.
    pub fn delete(&mut self, kind: &'static str, object: &Arc<Value>, event: Option<&str>) -> Arc<Value> {
        let stub = json!({ "id": object["id"], "object": object["object"], "deleted": true });
        self.delete_as(kind, object, stub, event)
    }

    /// Deletes what a retrieve then shows as `stub`.
    pub fn delete_as(
        &mut self,
        kind: &'static str,
        object: &Arc<Value>,
        stub: Value,
        event: Option<&str>,
    ) -> Arc<Value> {
        let id = object["id"].as_str().unwrap_or_default().to_owned();
        let stub = Arc::new(stub);
        self.put(kind, &id, Arc::clone(&stub), true);
        if let Some(event) = event {
            self.tell(event, object);
        }
        stub
    }

    /// Tells of a change from one object to another, as where one discount takes another's place.
    pub fn tell_change(&mut self, event: &str, from: &Arc<Value>, to: &Arc<Value>) {
        self.world.emit(&self.call, event, to, Some(from));
    }

    fn put(&mut self, kind: &'static str, id: &str, json: Arc<Value>, deleted: bool) {
        self.world.shelf_mut(&self.call.scope).put(kind, id, Arc::clone(&json), deleted);
        self.world.history.push(Change {
            at: self.call.now,
            account: self.call.scope.account.clone(),
            livemode: self.call.scope.livemode,
            kind,
            id: id.to_owned(),
            json,
            deleted,
        });
    }
}
