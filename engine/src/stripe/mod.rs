//! Reading objects from Stripe: what an event could not decide, and what a projection looks at.

pub(crate) mod client;
mod everything;
mod expansion;
mod hold;
mod listing;
mod pages;
mod reading;
pub(crate) mod request;

pub(crate) use crate::inbox::ordering::Window;
pub(crate) use client::{Failure, get};
pub(crate) use everything::{Judged, Proof, id_of, judge, page, prove, store};
pub(crate) use expansion::is_only_read;
pub(crate) use hold::Hold;
pub(crate) use listing::Page;
pub(crate) use reading::{Done, ID, read};
