//! Reading objects from Stripe: what an event could not decide, and what a projection looks at.

mod beside;
pub(crate) mod client;
mod everything;
mod expansion;
mod hold;
mod listing;
mod pages;
mod proof;
mod reading;
pub(crate) mod request;
mod unneeded;

pub(crate) use crate::inbox::ordering::Window;
pub(crate) use beside::bring;
pub(crate) use client::{Failure, OTHER_MODE, get};
pub(crate) use everything::{Judged, id_of, judge, object, page, store};
pub(crate) use expansion::is_only_read;
pub(crate) use hold::Hold;
pub(crate) use listing::Page;
pub(crate) use proof::OTHER as KEY_OF_ANOTHER_ACCOUNT;
pub(crate) use proof::{Proof, own, prove_once, tag};
pub(crate) use reading::{Done, path, read, set_aside};
