//! The object's one alarm.

use daicho_engine::port::{Alarm, Millis};
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::Storage;

/// `ctx.storage.setAlarm`
pub struct ObjectAlarm {
    storage: Storage,
}

impl ObjectAlarm {
    /// The alarm of the object that owns `storage`.
    #[must_use]
    pub fn new(storage: Storage) -> Self {
        Self { storage }
    }
}

impl Alarm for ObjectAlarm {
    /// Not awaited: what is set in the same turn as a write is committed with it, and the output gate
    /// holds every answer until both are on disk. A refusal breaks the object, writes included.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
    fn set(&self, at: Millis) {
        unawaited(self.storage.set_alarm(at as f64));
    }

    fn clear(&self) {
        unawaited(self.storage.delete_alarm());
    }
}

fn unawaited(promise: Result<Promise, JsValue>) {
    if let Ok(promise) = promise {
        spawn_local(async {
            // Only so that a rejection counts as handled.
            let _ = JsFuture::from(promise).await;
        });
    }
}
