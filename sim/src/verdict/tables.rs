//! Nothing waits, nothing is under way, nothing is kept that nobody needs.

use crate::world::World;

const EMPTY: [&str; 10] = [
    "inbox WHERE status = 'waiting'",
    "inbox WHERE status <> 'dead' AND payload IS NOT NULL",
    "read",
    "dirty",
    "in_flight",
    "late_request l WHERE NOT EXISTS (SELECT 1 FROM dead_letter d
       WHERE d.target = l.target AND d.object_id = l.object_id)",
    "fan_out",
    "meta WHERE key = 'rescan'",
    "binding WHERE state <> 'active'",
    "depends d JOIN object o ON o.id = d.object_id WHERE o.deleted = 1",
];

pub(super) fn judge(world: &World, wrong: &mut Vec<String>) {
    for table in EMPTY {
        let count = world.number(&format!("SELECT count(*) FROM {table}"));
        if count > 0 {
            wrong.push(format!("{count} rows are left in {table}"));
        }
    }
}
