//! Stripe: signatures, events and the shapes of objects.

pub mod currency;
mod event;
pub mod event_list;
mod id;
mod object;
pub mod signature;
mod ui_call;

pub use event::{Envelope, EventError, ObjectRef, Style};
pub use id::{AccountId, EventId, NotAnId, ObjectId};
pub use object::{Kind, has_incomplete_list};
pub use signature::{BlankSecret, Secret, SignatureError};
pub use ui_call::{UiCall, UiCallError};

/// The API version that Daicho reads objects in and that its webhook endpoint is created with; the
/// one that stripe-node 23.1 types.
pub const PINNED_VERSION: &str = "2026-10-28.endive";
