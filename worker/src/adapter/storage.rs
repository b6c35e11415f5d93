//! A Durable Object's storage, bound anew: the `worker` crate binds neither `transactionSync` nor the
//! synchronous key-value calls, and its cursor is bound without `catch`, so that a refused statement
//! would tear down the whole instance.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// `ctx.storage`
    #[derive(Clone)]
    pub type Storage;

    #[wasm_bindgen(method, catch, getter)]
    pub(super) fn sql(this: &Storage) -> Result<SqlStorage, JsValue>;

    /// Commits what `step` wrote when it returns, rolls it back when it throws.
    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    pub(super) fn transaction_sync(
        this: &Storage,
        step: &mut dyn FnMut() -> Result<JsValue, JsValue>,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = setAlarm)]
    pub(super) fn set_alarm(this: &Storage, at: f64) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = deleteAlarm)]
    pub(super) fn delete_alarm(this: &Storage) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, getter)]
    pub(crate) fn kv(this: &Storage) -> Result<KeyValue, JsValue>;

    pub(super) type SqlStorage;

    #[wasm_bindgen(method, catch, variadic)]
    pub(super) fn exec(this: &SqlStorage, sql: &str, bound: &Array) -> Result<Cursor, JsValue>;

    pub(super) type Cursor;

    #[wasm_bindgen(method, catch)]
    pub(super) fn raw(this: &Cursor) -> Result<RawRows, JsValue>;

    pub(super) type RawRows;

    #[wasm_bindgen(method, catch, js_name = toArray)]
    pub(super) fn to_array(this: &RawRows) -> Result<Array, JsValue>;

    pub(crate) type KeyValue;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn get(this: &KeyValue, key: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn put(this: &KeyValue, key: &str, value: &str) -> Result<(), JsValue>;
}

impl Storage {
    /// The storage of a Durable Object.
    ///
    /// # Errors
    /// The runtime's own, should the object have none.
    pub fn of(state: &worker::State) -> worker::Result<Self> {
        Ok(JsValue::from(state.as_raw().storage()?).unchecked_into())
    }
}
