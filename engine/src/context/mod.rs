//! What a projection needs beside its object: related objects and the customer's ledger.

mod gather;

pub(crate) use gather::{Gathered, gather};
