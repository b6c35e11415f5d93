//! The engine as a whole, in a small world of its own.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "../world/mod.rs"]
mod world;

mod backfill;
mod context;
mod crashes;
mod dry_run;
mod dumps;
mod gap;
mod inbox;
mod keeping;
mod key;
mod lanes;
mod long_lists;
mod reads;
mod reconcile;
mod traps;
mod views;
mod whole;
