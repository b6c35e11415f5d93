//! Mappings as files, without a Worker: checked, previewed, suggested.

mod arguments;
mod check;
mod file;
mod preview;
mod report;
mod suggest;
mod written;
mod zones;

pub(crate) use arguments::{Check, Preview, Suggest};
pub(crate) use check::run as check;
pub(crate) use preview::run as preview;
pub(crate) use suggest::run as suggest;
