//! JSON values, as all of `core` takes and gives them.
//!
//! They are serde_json's: whoever builds on `core` shares them with everything else that speaks JSON. The
//! views' logic builds without the feature `serde-values`, and has [`small`] ones of the same interface in
//! their place: serde_json's objects are hash tables, whose code and whose size in every move were a good
//! part of what a view fetches. So `core` names `crate::json`, never serde_json's types.

#[cfg(any(test, not(feature = "serde-values")))]
pub mod small;
#[cfg(any(test, not(feature = "serde-values")))]
mod small_serde;

pub use serde_json::Number;
#[cfg(feature = "serde-values")]
pub use serde_json::{Map, Value};
#[cfg(not(feature = "serde-values"))]
pub use small::{Map, Value};

/// An object of these properties, in their order.
#[must_use]
pub fn object<const N: usize>(properties: [(&str, Value); N]) -> Value {
    let mut object = Map::new();
    for (name, value) in properties {
        object.insert(name.to_owned(), value);
    }
    Value::Object(object)
}
