//! What a projection needs beside its object: related objects and the customer's ledger.
//!
//! What a target looks at is told by `core` ([`daicho_core::mapping::Reference`]). Here it is taken
//! from the rows of `object`; what is not there yet is asked of Stripe, once however many look at it,
//! and the record waits. [`depends`] keeps who looks at what; a change marks them dirty ([`fan_out`]).
//! A customer's lists ([`list`]) are read whole once and kept right by events from then on. [`signal`]
//! says which events are about another object than the one they carry, [`relevant`] which matter at
//! all, and [`dates`] marks what changes with the date alone.

mod dates;
mod depends;
mod fan_out;
mod gather;
mod list;
mod relevant;
mod signal;

pub(crate) use dates::{TIMER as DATES, plan_missed as plan_dates_missed, ring as ring_dates};
pub(crate) use depends::is_looked_at;
pub(crate) use fan_out::{
    arrived, buried, changed, fan_out, pending as fan_out_pending, slice as fan_out_slice, wake_later,
};
pub(crate) use gather::{Gathered, Urgency, ask, gather, is_followed, look, look_on, put_list};
pub(crate) use list::{ListKey, advance, after, place, restart, versions};
pub(crate) use relevant::{is_relevant, may_be_gone};
pub(crate) use signal::{any_owner_matters, holders, is_signal, of_json as signals_of, owners};

use daicho_core::mapping::Compiled;

use crate::port::{Millis, SqlError, Statements};

/// Takes up a changed mapping.
pub(crate) fn adopt(tx: &dyn Statements, mapping: &Compiled, now: Millis) -> Result<(), SqlError> {
    dates::plan(tx, mapping, now)
}
