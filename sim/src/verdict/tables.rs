//! Nothing waits, nothing is under way, nothing is kept that nobody needs, and no table only grows.

use std::collections::{BTreeMap, BTreeSet};

use daicho_engine::port::Millis;

use super::{Expectation, text};
use crate::apps;
use crate::stage::ACCOUNT;
use crate::world::{START, World};

const EMPTY: [&str; 12] = [
    "inbox WHERE status = 'waiting'",
    "inbox WHERE status <> 'dead' AND payload IS NOT NULL",
    "read",
    "dirty",
    "in_flight",
    "late_request l
       WHERE NOT EXISTS (SELECT 1 FROM dead_letter d WHERE d.target = l.target AND d.object_id = l.object_id)
         AND NOT EXISTS (SELECT 1 FROM discarded d WHERE d.target = l.target AND d.object_id = l.object_id)",
    "fan_out",
    "meta WHERE key = 'rescan'",
    "binding WHERE state <> 'active'",
    "depends d JOIN object o ON o.id = d.object_id WHERE o.deleted = 1",
    "job WHERE state = 'running'",
    "gap_check WHERE begun IS NOT NULL OR completed IS NULL",
];

/// What is left weeks after the last change: of what was said then, nothing.
const GONE: [&str; 4] = [
    "inbox WHERE status IN ('observed', 'ignored')",
    "object WHERE deleted = 1 AND NOT EXISTS (SELECT 1 FROM depends WHERE on_id = object.id)",
    "previous_value",
    "ui_nonce",
];

pub(super) fn judge(world: &World, expectation: &Expectation<'_>, wrong: &mut Vec<String>) {
    leave_nothing(world, &EMPTY, wrong);
    let bounds = bounds(world, expectation);
    for (table, count) in row_counts(world) {
        match bounds.get(table.as_str()) {
            None => wrong.push(format!("nobody says how many rows {table} may have")),
            Some(bound) if count > *bound => {
                wrong.push(format!("{count} rows in {table}, and {bound} would do"));
            }
            Some(_) => {}
        }
    }
}

/// Holds the tables against what may be left when the last change is weeks ago.
pub fn after_ages(world: &World, wrong: &mut Vec<String>) {
    leave_nothing(world, &GONE, wrong);
}

/// How many rows each table has.
#[must_use]
pub fn row_counts(world: &World) -> BTreeMap<String, i64> {
    let tables =
        world.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
    let count = |table: String| (world.number(&format!("SELECT count(*) FROM {table}")), table);
    tables.iter().map(|row| text(row, 0)).map(count).map(|(count, table)| (table, count)).collect()
}

/// Holds the tables against what they were `since`, before hours in which nothing happened.
pub fn nothing_grew(world: &World, before: &BTreeMap<String, i64>, since: Millis, wrong: &mut Vec<String>) {
    // Events of test clocks that were ahead: they are listed once their time has come.
    let ahead = world.0.stripe.borrow().events(ACCOUNT, false).filter(|(_, _, at)| *at > since).count();
    for (table, count) in row_counts(world) {
        let more = match table.as_str() {
            // A day began.
            "request_count" => apps::ALL.len() as i64,
            "inbox" => ahead as i64,
            _ => 0,
        };
        let before = before.get(&table).copied().unwrap_or_default();
        if count > before + more {
            wrong.push(format!("{table} grew from {before} to {count} rows while nothing happened"));
        }
    }
}

fn leave_nothing(world: &World, rows: &[&str], wrong: &mut Vec<String>) {
    for rows in rows {
        let count = world.number(&format!("SELECT count(*) FROM {rows}"));
        if count > 0 {
            wrong.push(format!("{count} rows are left in {rows}"));
        }
    }
}

/// The most rows that each table may have after a life: by what there was at Stripe, never by how often
/// anything was tried.
fn bounds(world: &World, expectation: &Expectation<'_>) -> BTreeMap<&'static str, i64> {
    let stripe = world.0.stripe.borrow();
    let ids: BTreeSet<&str> = stripe.history().iter().map(|change| change.id.as_str()).collect();
    // Discounts, items and lines have no history of their own.
    let parts: i64 = stripe.history().iter().map(|change| parts(&change.json)).sum();
    let objects = ids.len() as i64 + parts;
    let events = stripe.events(ACCOUNT, false).count() as i64;
    let (targets, days) = (apps::ALL.len() as i64, (world.now() - START) / 86_400_000 + 2);
    BTreeMap::from([
        ("migration", 20),
        ("document", 2),
        ("secret", 5),
        ("binding", targets),
        ("form", targets),
        ("mapped_form", targets),
        ("deletion_count", targets),
        ("gap_check", 1),
        ("timer", 10),
        ("meta", 10),
        ("job", 3),
        ("job_count", targets),
        ("job_sample", targets * 10 * 20),
        // Of a domain that failed last and was not asked since.
        ("domain", 1),
        ("ui_nonce", 0),
        ("ui_operation", 0),
        ("read", 0),
        ("dirty", 0),
        ("in_flight", 0),
        ("fan_out", 0),
        ("lookup_wait", targets * objects),
        ("sent_count", targets * 11),
        ("request_count", (targets + 1) * days),
        ("inbox", events),
        ("object", objects),
        ("element", objects),
        ("list", 4 * objects),
        ("record", targets * objects),
        ("left_out", targets * objects),
        ("previous_value", targets * objects),
        // Work that panicked of late, at most as often as a life stumbles, and that there was a panic.
        ("trap", 3 + 1),
        ("late_request", targets * objects),
        ("depends", 10 * targets * objects),
        ("dead_letter", targets * objects + events),
        ("discarded", expectation.discarded.len() as i64),
    ])
}

fn parts(json: &serde_json::Value) -> i64 {
    let length = |list: &serde_json::Value| list.as_array().map_or(0, Vec::len) as i64;
    length(&json["items"]["data"]) + length(&json["lines"]["data"]) + length(&json["discounts"])
}
