//! Health at a glance.

use super::contract::{AppBudget, HeldDeletions, Home, LastEvent, Nothing, TargetHealth};
use super::{Refusal, place, way};
use crate::binding;
use crate::calendar::midnight;
use crate::config::Active;
use crate::delivery;
use crate::error::EngineError;
use crate::kintone::budget::budget;
use crate::names;
use crate::port::{Millis, Query, SqlError, World};
use crate::status::Status;
use crate::tenant::Tenant;

impl<W: World> Tenant<W> {
    pub(super) fn ui_home(&self, _: Nothing) -> Result<Home, Refusal> {
        let status = self.glance()?;
        let now = self.world.now();
        let active = self.active();
        Ok(Home {
            configured: status.configured,
            notice: self.is_unreadable()?.then(|| Refusal::configuration_unreadable().text),
            events_today: events_since(&self.world, midnight(now))?,
            waiting: count(status.dirty) + count(status.reads.waiting) + count(status.inbox.waiting),
            failed: count(status.failed),
            last_event: status.last_event.as_ref().map(|event| LastEvent {
                kind: event.kind.clone(),
                name: names::event(&event.kind),
                received: event.received,
            }),
            apps: match active.as_deref() {
                Some(active) => self.budgets(active, now)?,
                None => Vec::new(),
            },
            targets: match active.as_deref() {
                Some(active) => self.ui_targets(active, &status)?,
                None => Vec::new(),
            },
            jobs: self.ui_jobs()?,
        })
    }

    /// Each target, as the status has it; what to do about it, as it is done in the views.
    pub(super) fn ui_targets(
        &self,
        active: &Active,
        status: &Status,
    ) -> Result<Vec<TargetHealth>, EngineError> {
        let now = self.world.now();
        let bindings = binding::all(&self.world)?;
        let mut targets = Vec::new();
        for (name, target) in &status.targets {
            let Some(compiled) = active.target(name) else { continue };
            let binding = bindings.iter().find(|binding| binding.target == *name);
            let held = delivery::held_deletions(&self.world, active, name, now)?;
            let delayed = match binding {
                Some(binding) => {
                    way::delayed(&self.world, binding, active.daily_requests(&binding.address), now)?
                }
                None => None,
            };
            let (reason, text) = match delayed {
                Some((reason, text)) => (Some(reason), Some(text)),
                None => (target.reason, binding.and_then(way::on).or_else(|| target.text.clone())),
            };
            targets.push(TargetHealth {
                target: name.clone(),
                app: compiled.app.clone(),
                state: target.state.to_owned(),
                reason: reason.map(str::to_owned),
                text,
                waiting: count(target.dirty),
                written: count(target.written),
                failed: count(target.failed),
                deletions: held.map(|(held, more)| HeldDeletions {
                    waiting: count(held.waiting),
                    more,
                    today: count(held.today),
                    limit: count(held.limit),
                }),
            });
        }
        Ok(targets)
    }

    fn budgets(&self, active: &Active, now: Millis) -> Result<Vec<AppBudget>, SqlError> {
        let connections = active.connections();
        let mut budgets = Vec::new();
        for (alias, app) in &connections.apps {
            let Ok(address) = app.address(&self.settings.dev_hosts) else { continue };
            let share = connections.daily_requests(&address);
            let budget = budget(&self.world, &address, share, now)?;
            budgets.push(AppBudget {
                app: alias.clone(),
                url: place::app_url(&self.settings, app),
                used: count(budget.used),
                share: u64::from(share),
                held_until: (budget.until > now).then_some(budget.until),
            });
        }
        Ok(budgets)
    }
}

/// The first event from a place on.
const FROM: &str = "SELECT seq, received FROM inbox WHERE seq >= ?1 ORDER BY seq LIMIT 1";

/// Events arrive in the order of `seq`, so that the first since a moment is found by halving: a day's events
/// are not counted one by one each time that a view looks.
fn events_since(sql: &(impl Query + ?Sized), since: Millis) -> Result<u64, SqlError> {
    let ends = sql.query("SELECT min(seq), max(seq) FROM inbox", &[])?;
    let end = |column| ends.first().map_or(Ok(None), |row| row.optional_integer(column));
    let (Some(mut low), Some(last)) = (end(0)?, end(1)?) else {
        return Ok(0);
    };
    let mut high = last + 1;
    while low < high {
        let middle = low + (high - low) / 2;
        match sql.query(FROM, &[middle.into()])?.first() {
            Some(row) if row.integer(1)? < since => low = row.integer(0)? + 1,
            _ => high = middle,
        }
    }
    let first = sql.query(FROM, &[low.into()])?.first().map_or(Ok(last + 1), |row| row.integer(0))?;
    Ok(count(last + 1 - first))
}

/// A count as SQLite gives it.
pub(super) fn count(rows: i64) -> u64 {
    u64::try_from(rows).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::Sql as _;
    use crate::test_world::TestWorld;

    #[test]
    fn todays_events_are_counted_by_their_places() {
        let world = TestWorld::new();
        assert_eq!(events_since(&world, 0), Ok(0));
        for (seq, received) in [(3, 10), (4, 20), (9, 30), (10, 30), (11, 40)] {
            let sql = "INSERT INTO inbox (seq, event_id, type, created_s, received, status)
                       VALUES (?1, ?1, 'x', 1, ?2, 'observed')";
            world.transaction(|tx| tx.exec(sql, &[i64::into(seq), i64::into(received)])).unwrap();
        }
        let since = |at| events_since(&world, at).unwrap();
        assert_eq!([since(41), since(40), since(30), since(31)], [0, 1, 3, 1]);
        assert_eq!([since(10), since(0)], [9, 9], "places that are free count as well");
        let plan = world.query(&format!("EXPLAIN QUERY PLAN {FROM}"), &[1.into()]).unwrap();
        assert!(plan[0].text(3).unwrap().starts_with("SEARCH inbox USING INTEGER PRIMARY KEY"));
    }
}
