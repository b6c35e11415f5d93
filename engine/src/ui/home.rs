//! Health at a glance.

use super::contract::{AppBudget, HeldDeletions, Home, LastEvent, Nothing, TargetHealth};
use super::{Refusal, place, way};
use crate::binding;
use crate::config::Active;
use crate::delivery;
use crate::error::EngineError;
use crate::kintone::budget::budget;
use crate::port::{Millis, Query, SqlError, World};
use crate::status::Status;
use crate::tenant::Tenant;

const HOUR: Millis = 3_600_000;
const DAY: Millis = 24 * HOUR;
/// Asia/Tokyo, the tenant's zone.
const OFFSET: Millis = 9 * HOUR;

impl<W: World> Tenant<W> {
    pub(super) fn ui_home(&self, _: Nothing) -> Result<Home, Refusal> {
        let status = self.status()?;
        let now = self.world.now();
        let active = self.active();
        Ok(Home {
            configured: status.configured,
            notice: status.notice.clone(),
            events_today: events_since(&self.world, midnight(now))?,
            waiting: count(status.dirty) + count(status.reads.waiting) + count(status.inbox.waiting),
            failed: count(status.failed),
            last_event: status
                .last_event
                .as_ref()
                .map(|event| LastEvent { kind: event.kind.clone(), received: event.received }),
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
            targets.push(TargetHealth {
                target: name.clone(),
                app: compiled.app.clone(),
                state: target.state.to_owned(),
                reason: target.reason.map(str::to_owned),
                text: binding.and_then(way::on).or_else(|| target.text.clone()),
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

/// 00:00 of today in the tenant's zone.
fn midnight(now: Millis) -> Millis {
    (now + OFFSET).div_euclid(DAY) * DAY - OFFSET
}

/// Events arrive in the order of `seq`, so that the newest are counted from the end.
fn events_since(sql: &(impl Query + ?Sized), since: Millis) -> Result<u64, SqlError> {
    let text = "SELECT coalesce((SELECT max(seq) FROM inbox), 0) - coalesce(
                  (SELECT seq FROM inbox WHERE received < ?1 ORDER BY seq DESC LIMIT 1),
                  (SELECT min(seq) - 1 FROM inbox), 0)";
    let rows = sql.query(text, &[since.into()])?;
    rows.first().map_or(Ok(0), |row| Ok(count(row.integer(0)?)))
}

/// A count as SQLite gives it.
pub(super) fn count(rows: i64) -> u64 {
    u64::try_from(rows).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_japan() {
        let midnight_in_japan = 1_795_359_600_000; // 2026-11-22T15:00:00Z
        assert_eq!(midnight(midnight_in_japan), midnight_in_japan);
        assert_eq!(midnight(midnight_in_japan + DAY - 1), midnight_in_japan);
    }
}
