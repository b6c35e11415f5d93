//! Reading objects from Stripe when an event could not decide.

mod client;
mod hold;
mod pages;
mod reading;
pub(crate) mod request;

pub(crate) use hold::Hold;
pub(crate) use reading::{Done, read};
