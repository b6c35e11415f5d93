//! Whether a target is written to.
//!
//! A target is bound to one app. It begins *unchecked*; once its app is claimed, its form was read
//! and the mapping fits it, the app's records are counted: none makes it *active*, any makes it
//! *held* until a person lets it go on. What a person has to set right makes it *paused*, with the
//! reason; it is checked again with backoff and whenever a secret or a document changes.

mod check;
mod reason;
mod refusal;
mod row;
mod waive;

pub(crate) use check::{Verdict, check, conclude, read_form, still_claimed};
pub use reason::Reason;
pub use refusal::Refusal;
pub(crate) use row::{
    Adopted, NEVER, adopt, all, at_address, back_off, back_off_app, check_again, clear, drop_others, get,
    pace, pause, pause_refused, resume, set_state, settle_calm, verified,
};
pub use row::{Binding, State};
pub use waive::{WaiveError, waive};
