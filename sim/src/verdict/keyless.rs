//! Where kintone leaves the key field empty, one record shows it, and no more are made.

use crate::apps;
use crate::world::World;

pub(super) fn judge(world: &World, wrong: &mut Vec<String>) {
    let snapshot = world.0.kintone.borrow().snapshot();
    for place in apps::ALL {
        let records = snapshot["apps"][place.app.to_string()]["records"].as_array();
        let made = records.into_iter().flatten().filter(|record| record["$creator"]["value"]["code"] == API);
        let made = made.count();
        if made > 1 {
            wrong.push(format!("{}: {made} records were made without a key", place.name));
        }
        let sql = "SELECT count(*) FROM binding WHERE state = 'paused' AND reason = 'key_not_filled'";
        let paused = world.number(&format!("{sql} AND target = '{}'", place.name));
        if made > 0 && paused == 0 {
            wrong.push(format!("{}: a record has no key, and nobody is told", place.name));
        }
    }
}

/// In whose name an API token writes.
pub(super) const API: &str = "Administrator";
